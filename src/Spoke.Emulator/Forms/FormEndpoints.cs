using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Forms;

/// <summary>Form definitions, and reading submissions.</summary>
internal static class FormEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, FormsArea area, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("GET", []):
                var kinds = call.Names("formTypes");
                return PageReply.Of(call, area.Forms.All.Where(form => form["archived"]!.GetValue<bool>() == call.Flag("archived") && (kinds is null || kinds.Contains("all") || kinds.Contains(form["formType"]!.GetValue<string>()))), static (json, form) => form.WriteTo(json), standard: 20, most: 500);
            case ("POST", []): return Create(call, area);
            case ("GET", [var id]): return Reply(200, area.Find(id, call.Flag("archived")) ?? throw FormErrors.NoSuchForm(id));
            case ("PUT", [var id]): return Change(call, Require(area, id), whole: true);
            case ("PATCH", [var id]): return Change(call, Require(area, id), whole: false);
            case ("DELETE", [var id]):
                var gone = Require(area, id);
                gone["archived"] = true;
                gone["archivedAt"] = JsonReply.Iso(call.AtMs);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    /// <summary>Newest first, without a word about whose they are; HubSpot offers no more either.</summary>
    public static EmulatorReply Submissions(CrmCall call, FormsArea area, string form)
    {
        Require(area, form);
        return PageReply.Of(call, area.Submissions.All.Where(one => one["form"]!.GetValue<string>() == form).Reverse(), static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteNumber("submittedAt", one["at"]!.GetValue<long>());
            json.WritePropertyName("values");
            one["values"]!.WriteTo(json);
            json.WriteString("pageUrl", one["pageUri"]?.GetValue<string>());
            json.WriteEndObject();
        }, standard: 20, most: 50);
    }

    private static JsonObject Require(FormsArea area, string id) => area.Find(id) ?? throw FormErrors.NoSuchForm(id);

    private static EmulatorReply Create(CrmCall call, FormsArea area)
    {
        var input = Input(call);
        if (FormFields.Text(input, "formType") is { } kind && kind != "hubspot") throw CrmErrors.Bad($"formType must be hubspot, not {kind}", "formType", kind);
        if (string.IsNullOrWhiteSpace(FormFields.Text(input, "name"))) throw CrmErrors.MissingField("HubSpotFormDefinitionCreateRequest", "name");
        var id = call.Portal.NextPartId();
        var form = FormFields.Defaults();
        DocumentShelf.Merge(form, input);
        form["id"] = DocumentShelf.GuidOf(id);
        form["formType"] = "hubspot";
        form["archived"] = false;
        form["createdAt"] = JsonReply.Iso(call.AtMs);
        form["updatedAt"] = JsonReply.Iso(call.AtMs);
        FormFields.Check(call.Portal, form);
        area.Forms.Put(id, form);
        return Reply(201, form, changed: true);
    }

    private static EmulatorReply Change(CrmCall call, JsonObject form, bool whole)
    {
        var input = Input(call);
        var next = whole ? FormFields.Defaults() : form.DeepClone().AsObject();
        DocumentShelf.Merge(next, input);
        if (string.IsNullOrWhiteSpace(FormFields.Text(next, "name"))) throw CrmErrors.MissingField("HubSpotFormDefinition", "name");
        FormFields.Check(call.Portal, next);
        foreach (var name in (string[])["id", "createdAt", "formType", "archived"]) next[name] = form[name]!.DeepClone();
        next["updatedAt"] = JsonReply.Iso(call.AtMs);
        form.Clear();
        foreach (var (name, value) in next) form[name] = value?.DeepClone();
        return Reply(200, form, changed: true);
    }

    private static JsonObject Input(CrmCall call)
    {
        var input = JsonNode.Parse(call.BodyObject.GetRawText())!.AsObject();
        foreach (var name in (string[])["configuration", "displayOptions", "legalConsentOptions"])
            if (input[name] is not (null or JsonObject)) throw CrmErrors.WrongShape(name, "an object");
        return input;
    }

    private static EmulatorReply Reply(int status, JsonObject form, bool changed = false) => JsonReply.Write(status, form, static (json, form) => form.WriteTo(json), changed);
}
