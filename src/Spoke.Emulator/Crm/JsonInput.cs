using System.Globalization;
using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>Reads members of request bodies, as forgiving about numbers and strings as HubSpot is.</summary>
internal static class JsonInput
{
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.AsText() : null;

    public static string? AsText(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    public static bool? Bool(this JsonElement element, string name) => element.Text(name) switch
    {
        null => null,
        var text => string.Equals(text, "true", StringComparison.OrdinalIgnoreCase),
    };

    public static int? Int(this JsonElement element, string name)
    {
        var text = element.Text(name);
        if (text is null) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw CrmErrors.WrongShape(name, "a whole number");
    }

    /// <summary>The elements of an array member; none when it is absent or null.</summary>
    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var array) || array.ValueKind == JsonValueKind.Null) return [];
        return array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray()] : throw CrmErrors.WrongShape(name, "an array");
    }

    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        [.. element.Items(name).Select(item => item.AsText() ?? throw CrmErrors.WrongShape(name, "an array of strings"))];

    public static string RequiredText(this JsonElement element, string type, string name) =>
        element.Text(name) is { Length: > 0 } text ? text : throw CrmErrors.MissingField(type, name);

    /// <summary>The <c>properties</c> of a record input; null means clear.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Properties(this JsonElement input, string type)
    {
        if (input.ValueKind != JsonValueKind.Object || !input.TryGetProperty("properties", out var bag))
            throw CrmErrors.MissingField(type, "properties");
        if (bag.ValueKind != JsonValueKind.Object) throw CrmErrors.WrongShape("properties", "an object");
        var list = new List<KeyValuePair<string, string>>();
        foreach (var member in bag.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                throw CrmErrors.WrongShape($"properties.{member.Name}", "a string");
            list.Add(new(member.Name, member.Value.AsText() ?? ""));
        }
        return list;
    }
}
