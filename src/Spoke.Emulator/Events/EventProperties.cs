using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Events;

/// <summary>The properties of one event definition.</summary>
internal static class EventProperties
{
    private const int MostProperties = 50;

    private static readonly string[] Standard =
        ["hs_asset_description", "hs_asset_type", "hs_browser", "hs_campaign_id", "hs_city", "hs_country", "hs_device_type", "hs_language", "hs_operating_system", "hs_page_title", "hs_page_url", "hs_referrer", "hs_region", "hs_utm_campaign", "hs_utm_medium", "hs_utm_source"];

    public static EmulatorReply? Handle(CrmCall call, JsonObject definition, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("POST", []):
                var added = Add(definition, call.BodyObject, call.AtMs);
                definition["updatedAt"] = JsonReply.Iso(call.AtMs);
                return DefinitionEndpoints.Reply(201, added, changed: true);
            case ("PATCH", [var name]):
                var property = Require(definition, name);
                foreach (var member in (string[])["label", "description"])
                    if (call.BodyObject.Text(member) is { } text) property[member] = text;
                if (call.Body.TryGetProperty("options", out _)) property["options"] = Options(call.Body);
                property["updatedAt"] = JsonReply.Iso(call.AtMs);
                return DefinitionEndpoints.Reply(201, property, changed: true);
            case ("DELETE", [var name]):
                definition["properties"]!.AsArray().Remove(Require(definition, name));
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    public static void AddStandard(JsonObject definition, long atMs)
    {
        foreach (var name in Standard) definition["properties"]!.AsArray().Add((JsonNode)Property(name, name[3..].Replace('_', ' '), "string", "", new JsonArray(), atMs));
    }

    public static JsonObject Add(JsonObject definition, JsonElement input, long atMs)
    {
        var label = input.RequiredText("ExternalBehavioralEventPropertyCreate", "label");
        var type = input.RequiredText("ExternalBehavioralEventPropertyCreate", "type");
        if (type is "boolean") type = "bool";
        if (type is not ("string" or "number" or "enumeration" or "datetime" or "date" or "bool")) throw CrmErrors.Bad($"type must be one of [string, number, enumeration, datetime, boolean], not {type}", "type", type);
        var name = input.Text("name") ?? DefinitionEndpoints.NameOf(label);
        if (!DefinitionEndpoints.IsName(name)) throw CrmErrors.Bad($"The name {name} must start with a letter and hold only lower case letters, digits, hyphens and underscores", "name", name);
        var properties = definition["properties"]!.AsArray();
        if (properties.Any(property => property!["name"]!.GetValue<string>() == name)) throw EventErrors.PropertyExists(name);
        if (properties.Count(property => !property!["name"]!.GetValue<string>().StartsWith("hs_", StringComparison.Ordinal)) >= MostProperties) throw EventErrors.TooMany("properties of an event", MostProperties);
        var added = Property(name, label, type, input.Text("description") ?? "", Options(input), atMs);
        properties.Add((JsonNode)added);
        return added;
    }

    private static JsonObject Property(string name, string label, string type, string description, JsonArray options, long atMs) => new()
    {
        ["name"] = name,
        ["label"] = label,
        ["type"] = type,
        ["fieldType"] = type switch { "number" => "number", "enumeration" => "select", "datetime" or "date" => "date", "bool" => "booleancheckbox", _ => "text" },
        ["description"] = description,
        ["groupName"] = "custom_properties",
        ["options"] = options,
        ["archived"] = false,
        ["createdAt"] = JsonReply.Iso(atMs),
        ["updatedAt"] = JsonReply.Iso(atMs),
    };

    private static JsonArray Options(JsonElement input)
    {
        var options = new JsonArray();
        foreach (var option in input.Items("options").Select(PropertyOption.Read))
            options.Add((JsonNode)new JsonObject { ["label"] = option.Label, ["value"] = option.Value, ["displayOrder"] = option.DisplayOrder, ["hidden"] = option.Hidden, ["description"] = option.Description });
        return options;
    }

    private static JsonObject Require(JsonObject definition, string name) =>
        definition["properties"]!.AsArray().FirstOrDefault(property => property!["name"]!.GetValue<string>() == name)?.AsObject() ?? throw EventErrors.NoSuchProperty(name);
}
