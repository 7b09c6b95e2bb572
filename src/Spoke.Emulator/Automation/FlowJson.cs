using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Automation;

/// <summary>A workflow as the API shows it: the document that was sent, with what HubSpot adds.</summary>
internal static class FlowJson
{
    private static readonly HashSet<string> Ours = ["id", "revisionId", "createdAt", "updatedAt", "crmObjectCreationStatus", "nextAvailableActionId", "flowType", "objectTypeId"];

    public static void Write(Utf8JsonWriter json, Flow flow)
    {
        json.WriteStartObject();
        json.WriteId("id", flow.Id);
        json.WriteId("revisionId", flow.Revision);
        json.WriteTime("createdAt", flow.CreatedMs);
        json.WriteTime("updatedAt", flow.UpdatedMs);
        json.WriteString("crmObjectCreationStatus", "COMPLETE");
        json.WriteString("flowType", flow.Definition.Text("flowType") ?? "WORKFLOW");
        json.WriteString("objectTypeId", flow.TypeId);
        json.WriteString("nextAvailableActionId", flow.Definition.Text("nextAvailableActionId") ?? NextActionId(flow));
        foreach (var member in flow.Definition.EnumerateObject())
            if (!Ours.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null) member.WriteTo(json);
        WriteMissing(json, flow, "isEnabled", "false");
        foreach (var array in (string[])["actions", "timeWindows", "blockedDates", "dataSources"]) WriteMissing(json, flow, array, "[]");
        WriteMissing(json, flow, "customProperties", "{}");
        if (flow.OfContacts)
        {
            WriteMissing(json, flow, "suppressionListIds", "[]");
            WriteMissing(json, flow, "canEnrollFromSalesforce", "false");
        }
        json.WriteEndObject();
    }

    public static void WriteListing(Utf8JsonWriter json, Flow flow)
    {
        json.WriteStartObject();
        json.WriteId("id", flow.Id);
        json.WriteBoolean("isEnabled", flow.Enabled);
        json.WriteString("flowType", flow.Definition.Text("flowType") ?? "WORKFLOW");
        if (flow.Name is { } name) json.WriteString("name", name);
        json.WriteString("objectTypeId", flow.TypeId);
        json.WriteId("revisionId", flow.Revision);
        json.WriteTime("createdAt", flow.CreatedMs);
        json.WriteTime("updatedAt", flow.UpdatedMs);
        if (flow.Definition.Text("uuid") is { } uuid) json.WriteString("uuid", uuid);
        json.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter json, Flow flow, string name, string value)
    {
        if (flow.Definition.TryGetProperty(name, out var there) && there.ValueKind != JsonValueKind.Null) return;
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private static string NextActionId(Flow flow) =>
        (flow.Actions.Keys.Select(id => int.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty(0).Max() + 1).ToString(CultureInfo.InvariantCulture);
}
