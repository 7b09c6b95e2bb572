using System.Globalization;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Automation;

/// <summary>Definitions of custom actions, their functions, revisions and object requirement, in all versions of the paths.</summary>
internal static class ActionEndpoints
{
    private const int LargestPage = 100;

    public static EmulatorReply? Handle(CrmCall call, ActionArea area)
    {
        if (call.Rest.Count < 3) return null;
        if (!long.TryParse(call.Rest[2], NumberStyles.None, CultureInfo.InvariantCulture, out var appId)) throw WebhookErrors.BadPathValue("appId");
        if (call.Rest.Count == 3)
            return call.Method switch { "GET" => List(call, area, appId), "POST" => Create(call, area, appId), _ => null };
        if (area.Find(call.Rest[3]) is not { } definition || definition.AppId != appId) throw FlowErrors.NoDefinition(call.Rest[3]);
        var name = call.Rest.Count > 6 ? call.Rest[6] : "";
        return (call.Method, call.Rest) switch
        {
            ("GET", [_, _, _, _]) => Answer(200, definition, changed: false),
            ("PATCH", [_, _, _, _]) => Patch(call, area, definition),
            ("DELETE", [_, _, _, _]) => Archive(call, area, definition),
            ("GET", [_, _, _, _, "requires-object"]) => JsonReply.Write(200, definition, WriteRequirement),
            ("POST", [_, _, _, _, "requires-object"]) => Require(call, definition),
            ("GET", [_, _, _, _, "revisions"]) => Revisions(call, definition),
            ("GET", [_, _, _, _, "revisions", var id]) => Revision(definition, id),
            ("GET", [_, _, _, _, "functions"]) => JsonReply.Results(definition.Functions.Keys, static (json, one) => ActionDefinition.WriteFunction(json, one.Type, one.Id, null)),
            ("GET", [_, _, _, _, "functions", var type, ..]) => GetFunction(definition, type, name),
            ("PUT", [_, _, _, _, "functions", var type, ..]) => PutFunction(call, definition, type, name),
            ("DELETE", [_, _, _, _, "functions", var type, ..]) => JsonReply.Empty(changed: definition.Functions.Remove((Known(type), name))),
            _ => null,
        };
    }

    private static EmulatorReply List(CrmCall call, ActionArea area, long appId)
    {
        var limit = call.Limit(LargestPage, LargestPage);
        var after = long.TryParse(call.Http.QueryValue("after"), CultureInfo.InvariantCulture, out var from) ? from : 0;
        var page = area.Definitions.Values.Where(one => one.AppId == appId && one.Id > after && (one.ArchivedMs != 0) == call.Flag("archived")).Take(limit + 1).ToArray();
        return Page(call, page, limit, static (json, one) => one.Write(json), static one => one.Id);
    }

    private static EmulatorReply Create(CrmCall call, ActionArea area, long appId)
    {
        var input = call.BodyObject;
        TargetAddress.Check(input.RequiredText("PublicActionDefinitionEgg", "actionUrl"));
        if (!input.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object) throw CrmErrors.MissingField("PublicActionDefinitionEgg", "labels");
        var functions = input.Items("functions").Select(one => (Type: Known(one.RequiredText("PublicActionFunction", "functionType")), Name: one.Text("id") ?? "", Source: one.RequiredText("PublicActionFunction", "functionSource"))).ToArray();
        var definition = area.Add(appId);
        definition.Revisions.Add((call.AtMs, input.Clone()));
        foreach (var (type, name, source) in functions) definition.Functions[(type, name)] = source;
        return Answer(201, definition, changed: true);
    }

    private static EmulatorReply Patch(CrmCall call, ActionArea area, ActionDefinition definition)
    {
        if (call.BodyObject.Text("actionUrl") is { } url) TargetAddress.Check(url);
        definition.Revisions.Add((call.AtMs, ActionDefinition.Patched(definition.Document, call.Body)));
        area.Changed(call.AtMs);
        return Answer(200, definition, changed: true);
    }

    private static EmulatorReply Archive(CrmCall call, ActionArea area, ActionDefinition definition)
    {
        if (definition.ArchivedMs != 0) return JsonReply.Empty(changed: false);
        definition.ArchivedMs = call.AtMs;
        area.Changed(call.AtMs);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Require(CrmCall call, ActionDefinition definition)
    {
        definition.RequiresObject = call.BodyObject.Bool("requiresObject") ?? throw CrmErrors.MissingField("PublicActionDefinitionRequiresObjectRequest", "requiresObject");
        return JsonReply.Empty(changed: true);
    }

    private static void WriteRequirement(Utf8JsonWriter json, ActionDefinition definition)
    {
        json.WriteStartObject();
        json.WriteBoolean("requiresObject", definition.RequiresObject);
        json.WriteEndObject();
    }

    private static EmulatorReply Revisions(CrmCall call, ActionDefinition definition)
    {
        var limit = call.Limit(LargestPage, LargestPage);
        var after = int.TryParse(call.Http.QueryValue("after"), CultureInfo.InvariantCulture, out var from) ? from : 0;
        int[] page = [.. Enumerable.Range(1, definition.Revisions.Count).Where(number => number > after).Take(limit + 1)];
        return Page(call, page, limit, definition.WriteRevision, static number => number);
    }

    private static EmulatorReply Revision(ActionDefinition definition, string id) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= definition.Revisions.Count
            ? JsonReply.Write(200, definition, (json, one) => one.WriteRevision(json, number)) : throw FlowErrors.NoRevision(id);

    private static EmulatorReply GetFunction(ActionDefinition definition, string type, string name) =>
        definition.Functions.TryGetValue((Known(type), name), out var source)
            ? JsonReply.Write(200, source, (json, text) => ActionDefinition.WriteFunction(json, type, name, text)) : throw FlowErrors.NoFunction(type);

    /// <summary>The source is the body itself, as plain text.</summary>
    private static EmulatorReply PutFunction(CrmCall call, ActionDefinition definition, string type, string name)
    {
        var source = Encoding.UTF8.GetString(call.Http.Body.Span);
        if (source.Length == 0) throw CrmErrors.Bad("The source of the function is missing");
        definition.Functions[(Known(type), name)] = source;
        return JsonReply.Write(200, type, (json, one) => ActionDefinition.WriteFunction(json, one, name, null), changed: true);
    }

    private static string Known(string type) => ActionDefinition.FunctionTypes.Contains(type) ? type : throw WebhookErrors.BadPathValue("functionType");

    private static EmulatorReply Page<T>(CrmCall call, T[] page, int limit, Action<Utf8JsonWriter, T> one, Func<T, long> id) => JsonReply.Write(200, page, (json, all) =>
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (var item in all.Take(limit)) one(json, item);
        json.WriteEndArray();
        call.WritePaging(json, all.Length > limit ? id(all[limit - 1]).ToString(CultureInfo.InvariantCulture) : null);
        json.WriteEndObject();
    });

    private static EmulatorReply Answer(int status, ActionDefinition definition, bool changed) => JsonReply.Write(status, definition, static (json, one) => one.Write(json), changed);
}
