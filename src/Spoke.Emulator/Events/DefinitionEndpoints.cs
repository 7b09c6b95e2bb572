using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Events;

/// <summary>What custom events there are and which properties they have.</summary>
internal static class DefinitionEndpoints
{
    private const int MostDefinitions = 500;

    public static EmulatorReply? Handle(CrmCall call, EventsArea area, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("GET", []): return List(call, area);
            case ("POST", []): return Create(call, area);
            case ("GET", [var name]): return Reply(200, Require(area, name).Definition);
            case ("PATCH", [var name]): return Change(call, Require(area, name).Definition);
            case ("DELETE", [var name]):
                area.Definitions.Remove(Require(area, name).Id);
                return JsonReply.Empty(changed: true);
            case (_, [var name, "property", ..]): return EventProperties.Handle(call, Require(area, name).Definition, rest[2..]);
            default: return null;
        }
    }

    public static EmulatorReply Reply(int status, JsonObject document, bool changed = false) => JsonReply.Write(status, document, static (json, document) => document.WriteTo(json), changed);

    private static (long Id, JsonObject Definition) Require(EventsArea area, string name)
    {
        foreach (var (id, definition) in area.Definitions.Numbered)
            if (definition == area.FindDefinition(name)) return (id, definition);
        throw EventErrors.NoSuchDefinition(name);
    }

    private static EmulatorReply List(CrmCall call, EventsArea area)
    {
        IEnumerable<JsonObject> found = area.Definitions.All;
        if (call.Http.QueryValue("searchString") is { Length: > 0 } words)
            found = found.Where(one => one["name"]!.GetValue<string>().Contains(words, StringComparison.OrdinalIgnoreCase) || one["labels"]!["singular"]!.GetValue<string>().Contains(words, StringComparison.OrdinalIgnoreCase));
        found = call.Http.QueryValue("sortOrder")?.ToUpperInvariant() is "DESC" or "DESCENDING"
            ? found.OrderByDescending(one => one["name"]!.GetValue<string>(), StringComparer.Ordinal)
            : found.OrderBy(one => one["name"]!.GetValue<string>(), StringComparer.Ordinal);
        var full = call.Flag("includeProperties");
        return PageReply.Of(call, found, (json, one) =>
        {
            if (!full)
            {
                one = one.DeepClone().AsObject();
                one["properties"] = new JsonArray();
            }
            one.WriteTo(json);
        }, total: true);
    }

    private static EmulatorReply Create(CrmCall call, EventsArea area)
    {
        var label = call.BodyObject.RequiredText("ExternalBehavioralEventTypeDefinitionEgg", "label");
        var name = call.Body.Text("name") ?? NameOf(label);
        if (!IsName(name)) throw CrmErrors.Bad($"The name {name} must start with a letter and hold only lower case letters, digits, hyphens and underscores", "name", name);
        if (area.Definitions.All.Any(one => one["name"]!.GetValue<string>() == name)) throw EventErrors.Exists(name);
        if (area.Definitions.Count >= MostDefinitions) throw EventErrors.TooMany("event definitions", MostDefinitions);
        var primary = call.Portal.Types.Find(call.Body.Text("primaryObject") is { Length: > 0 } given ? given : "CONTACT");
        var id = call.Portal.NextPartId();
        var definition = new JsonObject
        {
            ["id"] = id.ToString(CultureInfo.InvariantCulture),
            ["name"] = name,
            ["fullyQualifiedName"] = string.Create(CultureInfo.InvariantCulture, $"pe{call.Portal.HubId}_{name}"),
            ["labels"] = new JsonObject { ["singular"] = label, ["plural"] = label },
            ["description"] = call.Body.Text("description"),
            ["archived"] = false,
            ["primaryObject"] = primary.Schema is null ? primary.Singular.ToUpperInvariant() : primary.Id,
            ["primaryObjectId"] = primary.Id,
            ["objectTypeId"] = string.Create(CultureInfo.InvariantCulture, $"6-{id - 899_999_999}"),
            ["trackingType"] = "MANUAL",
            ["associations"] = new JsonArray(),
            ["properties"] = new JsonArray(),
            ["createdAt"] = JsonReply.Iso(call.AtMs),
            ["createdUserId"] = (int)call.Caller.UserId,
            ["updatedAt"] = JsonReply.Iso(call.AtMs),
        };
        if (call.Body.TryGetProperty("customMatchingId", out var matching) && matching.ValueKind == JsonValueKind.Object) definition["customMatchingId"] = JsonNode.Parse(matching.GetRawText());
        if (call.Body.Bool("includeDefaultProperties") == true) EventProperties.AddStandard(definition, call.AtMs);
        foreach (var property in call.Body.Items("propertyDefinitions")) EventProperties.Add(definition, property, call.AtMs);
        area.Definitions.Put(id, definition);
        return Reply(201, definition, changed: true);
    }

    private static EmulatorReply Change(CrmCall call, JsonObject definition)
    {
        var body = call.BodyObject;
        if (body.Text("label") is { Length: > 0 } label) definition["labels"] = new JsonObject { ["singular"] = label, ["plural"] = label };
        foreach (var name in (string[])["description", "detailTemplate", "headerTemplate"])
            if (body.Text(name) is { } text) definition[name] = text;
        definition["updatedAt"] = JsonReply.Iso(call.AtMs);
        return Reply(201, definition, changed: true);
    }

    public static string NameOf(string label)
    {
        var name = new StringBuilder();
        foreach (var letter in label.ToLowerInvariant()) name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        return name.Length > 0 && char.IsAsciiLetter(name[0]) ? name.ToString() : "e_" + name;
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && char.IsAsciiLetterLower(name[0]) && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-');
}
