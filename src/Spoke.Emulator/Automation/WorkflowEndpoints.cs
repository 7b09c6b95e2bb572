using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Automation;

/// <summary>The older API: workflows of version 3 to read, and enrolling a contact by its address (version 2).</summary>
internal static class WorkflowEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, FlowArea area, FlowTriggers triggers) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _]) => List(area),
        ("GET", [_, _, var id]) => JsonReply.Write(200, Require(area, id), static (json, flow) => Write(json, flow)),
        ("POST", [_, _, var id, "enrollments", "contacts", var email]) => Enroll(call, area, triggers, id, email),
        ("DELETE", [_, _, var id, "enrollments", "contacts", var email]) => Unenroll(call, area, triggers, id, email),
        _ => null,
    };

    private static EmulatorReply Enroll(CrmCall call, FlowArea area, FlowTriggers triggers, string id, string email)
    {
        var flow = RequireOfContacts(area, id);
        if (!flow.Enabled) throw FlowErrors.NotOn(id);
        var (type, contact) = Contact(call, email);
        var enrolled = triggers.Enroll(flow, type, contact, call.AtMs, new Dictionary<string, string>(), byHand: true);
        return JsonReply.Empty(changed: enrolled);
    }

    private static EmulatorReply Unenroll(CrmCall call, FlowArea area, FlowTriggers triggers, string id, string email)
    {
        var flow = RequireOfContacts(area, id);
        var (_, contact) = Contact(call, email);
        if (triggers.Active(flow, contact.Id) is not { } active) return JsonReply.Empty(changed: false);
        triggers.Unenroll(flow, active, call.AtMs, "by the API");
        return JsonReply.Empty(changed: true);
    }

    private static (ObjectTypeDefinition Type, StoredRecord Record) Contact(CrmCall call, string email)
    {
        var type = call.Portal.Types.Find("contacts");
        return (type, RecordLookup.Find(type, email, "email") ?? throw FlowErrors.NoContact(email));
    }

    private static Flow RequireOfContacts(FlowArea area, string id) => Require(area, id) is { OfContacts: true } flow ? flow : throw FlowErrors.NotForContacts(id);

    private static Flow Require(FlowArea area, string id) =>
        area.Flows.Values.FirstOrDefault(one => one.WorkflowId.ToString(CultureInfo.InvariantCulture) == id) ?? throw FlowErrors.NotFound(id);

    private static EmulatorReply List(FlowArea area) => JsonReply.Write(200, area, static (json, all) =>
    {
        json.WriteStartObject();
        json.WriteStartArray("workflows");
        foreach (var flow in all.Flows.Values.Where(flow => flow.OfContacts)) Write(json, flow);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, Flow flow)
    {
        json.WriteStartObject();
        json.WriteNumber("id", flow.WorkflowId);
        json.WriteString("name", flow.Name ?? "");
        json.WriteString("type", "DRIP_DELAY");
        json.WriteBoolean("enabled", flow.Enabled);
        json.WriteNumber("insertedAt", flow.CreatedMs);
        json.WriteNumber("updatedAt", flow.UpdatedMs);
        json.WriteNumber("migratedFlowId", flow.Id);
        json.WriteEndObject();
    }
}
