using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Timeline;

/// <summary>The tokens of one template: what they are, and which values events may give them.</summary>
internal static partial class TemplateTokens
{
    private const int MostTokens = 500;

    public static EmulatorReply? Handle(CrmCall call, JsonObject template, string[] rest)
    {
        var tokens = template["tokens"]!.AsArray();
        switch (call.Method, rest)
        {
            case ("POST", []):
                var added = Read(call, call.BodyObject, template["objectType"]!.GetValue<string>());
                if (Find(template, added["name"]!.GetValue<string>()) is not null) throw TimelineErrors.TokenExists(added["name"]!.GetValue<string>());
                if (tokens.Count >= MostTokens) throw TimelineErrors.TooMany("tokens of a template", MostTokens);
                tokens.Add((JsonNode)added);
                return TemplateEndpoints.Answer(200, added, changed: true);
            case ("PUT", [var name]):
                var token = Find(template, name) ?? throw TimelineErrors.NoSuchToken(name);
                var label = call.BodyObject.RequiredText("TimelineEventTemplateTokenUpdateRequest", "label");
                var (options, property) = (Options(call.Body, token["type"]!.GetValue<string>()), Property(call, call.Body, template["objectType"]!.GetValue<string>()));
                token["label"] = label;
                token["options"] = options;
                if (property is not null) token["objectPropertyName"] = property;
                token["updatedAt"] = JsonReply.Iso(call.AtMs);
                return TemplateEndpoints.Answer(200, token, changed: true);
            case ("DELETE", [var name]):
                tokens.Remove(Find(template, name) ?? throw TimelineErrors.NoSuchToken(name));
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    public static JsonObject? Find(JsonObject template, string name) =>
        template["tokens"]!.AsArray().FirstOrDefault(token => token!["name"]!.GetValue<string>() == name)?.AsObject();

    public static JsonArray ReadAll(CrmCall call, string objectType)
    {
        var tokens = new JsonArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in call.Body.Items("tokens"))
        {
            var token = Read(call, input, objectType);
            if (!names.Add(token["name"]!.GetValue<string>())) throw TimelineErrors.TokenExists(token["name"]!.GetValue<string>());
            tokens.Add((JsonNode)token);
        }
        return tokens.Count <= MostTokens ? tokens : throw TimelineErrors.TooMany("tokens of a template", MostTokens);
    }

    /// <summary>The values of an event in the form in which they are kept.</summary>
    /// <exception cref="CrmRefusal">A token the template does not have, or a value of another kind.</exception>
    public static JsonObject Values(JsonObject template, JsonElement given, string member)
    {
        var values = new JsonObject();
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return values;
        if (given.ValueKind != JsonValueKind.Object) throw CrmErrors.WrongShape(member, "an object");
        foreach (var one in given.EnumerateObject())
        {
            var token = Find(template, one.Name) ?? throw TimelineErrors.UnknownToken(one.Name, template["id"]!.GetValue<string>());
            if (one.Value.ValueKind == JsonValueKind.Null) continue;
            var value = one.Value.AsText() ?? throw CrmErrors.WrongShape($"{member}.{one.Name}", "a string");
            Check(token, one.Name, value);
            values[one.Name] = value;
        }
        return values;
    }

    private static void Check(JsonObject token, string name, string value)
    {
        switch (token["type"]!.GetValue<string>())
        {
            case "number" when !decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _): throw TimelineErrors.WrongValue(name, value, "a number");
            case "date" when !ValueRules.TryMoment(value, out _): throw TimelineErrors.WrongValue(name, value, "a date");
            case "enumeration" when !token["options"]!.AsArray().Any(option => option!["value"]!.GetValue<string>() == value):
                throw TimelineErrors.WrongValue(name, value, $"one of [{string.Join(", ", token["options"]!.AsArray().Select(option => option!["value"]!.GetValue<string>()))}]");
        }
    }

    private static JsonObject Read(CrmCall call, JsonElement input, string objectType)
    {
        const string kind = "TimelineEventTemplateToken";
        var name = input.RequiredText(kind, "name");
        if (!NameShape().IsMatch(name)) throw CrmErrors.Bad($"The token name {name} may hold only letters, digits, periods, dashes and underscores", "name", name);
        var type = input.RequiredText(kind, "type");
        if (type is not ("string" or "number" or "date" or "enumeration")) throw CrmErrors.Bad($"type must be one of [date, enumeration, number, string], not {type}", "type", type);
        var token = new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["label"] = input.RequiredText(kind, "label"),
            ["options"] = Options(input, type),
            ["createdAt"] = JsonReply.Iso(call.AtMs),
            ["updatedAt"] = JsonReply.Iso(call.AtMs),
        };
        if (Property(call, input, objectType) is { } property) token["objectPropertyName"] = property;
        return token;
    }

    private static JsonArray Options(JsonElement input, string type)
    {
        var options = new JsonArray();
        foreach (var option in input.Items("options"))
            options.Add((JsonNode)new JsonObject { ["value"] = option.RequiredText("TimelineEventTemplateTokenOption", "value"), ["label"] = option.RequiredText("TimelineEventTemplateTokenOption", "label") });
        return type == "enumeration" && options.Count == 0 ? throw CrmErrors.Bad("A token of type enumeration needs options", "options", "") : options;
    }

    /// <summary>The property of the record that the token is copied to.</summary>
    private static string? Property(CrmCall call, JsonElement input, string objectType) => input.Text("objectPropertyName") is not { Length: > 0 } name ? null
        : call.Portal.Types.Find(objectType).Properties.Find(name) is not null ? name
        : throw CrmErrors.Bad($"Property {name} does not exist on {objectType}", "objectPropertyName", name);

    [GeneratedRegex("^[A-Za-z0-9._-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex NameShape();
}
