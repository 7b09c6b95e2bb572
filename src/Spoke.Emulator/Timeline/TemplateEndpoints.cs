using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Timeline;

/// <summary>An app's event templates, with a developer key.</summary>
internal static class TemplateEndpoints
{
    private const int MostTemplates = 750;
    private static readonly string[] ObjectTypes = ["contacts", "companies", "deals", "tickets"];
    private static readonly string[] Texts = ["headerTemplate", "detailTemplate"];

    public static EmulatorReply? Handle(CrmCall call, TimelineArea area, string app, string[] rest)
    {
        if (!long.TryParse(app, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw CrmErrors.Bad($"Unable to parse value for path parameter: appId");
        switch (call.Method, rest)
        {
            case ("GET", []): return JsonReply.Results(area.TemplatesOf(app), static (json, one) => one.WriteTo(json));
            case ("POST", []): return Create(call, area, app);
            case ("GET", [var id]): return Answer(200, area.RequireTemplate(id, app));
            case ("PUT", [var id]): return Change(call, area.RequireTemplate(id, app));
            case ("DELETE", [var id]):
                area.RequireTemplate(id, app);
                area.Remove(id);
                return JsonReply.Empty(changed: true);
            case (_, [var id, "tokens", .. var token]): return TemplateTokens.Handle(call, area.RequireTemplate(id, app), token);
            default: return null;
        }
    }

    public static EmulatorReply Answer(int status, JsonObject document, bool changed = false) => JsonReply.Write(status, document, static (json, document) => document.WriteTo(json), changed);

    private static EmulatorReply Create(CrmCall call, TimelineArea area, string app)
    {
        const string request = "TimelineEventTemplateCreateRequest";
        var name = call.BodyObject.RequiredText(request, "name");
        var asked = call.BodyObject.RequiredText(request, "objectType");
        if (!call.Portal.Types.TryFind(asked, out var type) || !ObjectTypes.Contains(type.Plural)) throw CrmErrors.Bad($"objectType must be one of [{string.Join(", ", ObjectTypes)}], not {asked}", "objectType", asked);
        var texts = ReadTexts(call.Body);
        var tokens = TemplateTokens.ReadAll(call, type.Plural);
        if (area.TemplatesOf(app).Count() >= MostTemplates) throw TimelineErrors.TooMany("event templates", MostTemplates);
        var id = call.Portal.NextPartId();
        var template = new JsonObject
        {
            ["id"] = id.ToString(CultureInfo.InvariantCulture),
            ["objectType"] = type.Plural,
            ["createdAt"] = JsonReply.Iso(call.AtMs),
            ["updatedAt"] = JsonReply.Iso(call.AtMs),
            ["name"] = name,
        };
        foreach (var (member, text) in texts) template[member] = text;
        template["tokens"] = tokens;
        area.Templates.Put(id, new JsonObject { ["appId"] = app, ["template"] = template });
        return Answer(201, template, changed: true);
    }

    /// <summary>Takes the place of everything but id and object type; a token that was there before keeps its age.</summary>
    private static EmulatorReply Change(CrmCall call, JsonObject template)
    {
        const string request = "TimelineEventTemplateUpdateRequest";
        var id = template["id"]!.GetValue<string>();
        if (call.BodyObject.RequiredText(request, "id") is var given && given != id) throw CrmErrors.Bad($"The id {given} of the body is not the {id} of the path", "id", given);
        var name = call.Body.RequiredText(request, "name");
        if (!call.Body.TryGetProperty("tokens", out _)) throw CrmErrors.MissingField(request, "tokens");
        var texts = ReadTexts(call.Body);
        var tokens = TemplateTokens.ReadAll(call, template["objectType"]!.GetValue<string>());
        foreach (var token in tokens)
            if (TemplateTokens.Find(template, token!["name"]!.GetValue<string>()) is { } before) token["createdAt"] = before["createdAt"]!.DeepClone();
        template["name"] = name;
        foreach (var member in Texts) template.Remove(member);
        foreach (var (member, text) in texts) template[member] = text;
        template["tokens"] = tokens;
        template["updatedAt"] = JsonReply.Iso(call.AtMs);
        return Answer(200, template, changed: true);
    }

    private static List<(string Member, string Text)> ReadTexts(JsonElement body)
    {
        var texts = new List<(string, string)>();
        foreach (var member in Texts)
        {
            if (body.Text(member) is not { } text) continue;
            try
            {
                TemplateText.Parse(text);
            }
            catch (FormatException error)
            {
                throw TimelineErrors.BadTemplate(member, error.Message);
            }
            texts.Add((member, text));
        }
        return texts;
    }
}
