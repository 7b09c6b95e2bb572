using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Timeline;

/// <summary>
/// The dated calls, in which a template is an app event type and cannot be made: there are no developer projects here, so an event type is a template of the app,
/// known by its id or by <c>aeAPPID_NAME</c>. What was sent stays; the whole batch is taken or none of it.
/// </summary>
internal static class AppEventEndpoints
{
    public static EmulatorReply Create(CrmCall call, TimelineArea area) => TemplateEndpoints.Answer(201, Carry(call, area, Draft(call, area, call.BodyObject, [])), changed: true);

    public static EmulatorReply CreateBatch(CrmCall call, TimelineArea area)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var drafts = EventEndpoints.Inputs(call, "BatchInputAppEventOccurrence").Select(input => Draft(call, area, input, taken)).ToArray();
        return JsonReply.Batch(call, 200, [.. drafts.Select(draft => Carry(call, area, draft))], [], changed: drafts.Length > 0);
    }

    /// <summary>The full name of the type that a project knows by its own symbol.</summary>
    public static EmulatorReply Resolve(CrmCall call, TimelineArea area)
    {
        const string request = "ExternalAppEventResolutionRequest";
        var symbol = call.BodyObject.RequiredText(request, "developerSymbol");
        var project = call.Body.RequiredText(request, "projectName");
        var template = area.TemplatesOf(EventEndpoints.AppOf(call)).FirstOrDefault(one => SymbolOf(one) == symbol) ?? throw TimelineErrors.NoSuchType(symbol);
        return TemplateEndpoints.Answer(200, new JsonObject
        {
            ["fullyQualifiedName"] = FullName(call, template),
            ["developerQualifiedSymbol"] = new JsonObject { ["projectName"] = project, ["developerSymbol"] = symbol },
        });
    }

    private static (EventDraft Draft, JsonElement Input) Draft(CrmCall call, TimelineArea area, JsonElement input, HashSet<string> taken)
    {
        const string kind = "AppEventOccurrence";
        var name = input.RequiredText(kind, "eventTypeName");
        var id = input.RequiredText(kind, "id");
        if (!input.TryGetProperty("properties", out _)) throw CrmErrors.MissingField(kind, "properties");
        var template = area.TemplatesOf(EventEndpoints.AppOf(call)).FirstOrDefault(one => one["id"]!.GetValue<string>() == name || FullName(call, one) == name)
            ?? throw CrmErrors.Bad($"There is no app event type {name}", "eventTypeName", name);
        var key = template["id"]!.GetValue<string>();
        if (area.FindEvent(key, id) is not null || !taken.Add($"{key} {id}")) throw TimelineErrors.EventExists(id);
        return (new EventDraft(call, template, input, "properties"), input);
    }

    private static JsonObject Carry(CrmCall call, TimelineArea area, (EventDraft Draft, JsonElement Input) one)
    {
        var kept = one.Draft.Carry(area);
        var answer = new JsonObject { ["eventTypeName"] = one.Input.Text("eventTypeName"), ["properties"] = kept["tokens"]!.DeepClone() };
        foreach (var name in (string[])["id", "objectId", "email", "domain", "utk", "timestamp", "extraData", "timelineIFrame"])
            if (kept[name] is { } value) answer[name] = value.DeepClone();
        return answer;
    }

    private static string FullName(CrmCall call, JsonObject template) => string.Create(CultureInfo.InvariantCulture, $"ae{call.Caller.AppId}_{SymbolOf(template)}");

    private static string SymbolOf(JsonObject template) => Events.DefinitionEndpoints.NameOf(template["name"]!.GetValue<string>());
}
