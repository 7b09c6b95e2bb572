using System.Globalization;
using System.Text.Json;

namespace Spoke.Commerce.Connectors;

/// <summary>Reads members of a store's JSON; what is missing where it must not be is a <see cref="FormatException"/> that names the place.</summary>
internal static class JsonRead
{
    public static string Text(this JsonElement element, string name) => element.TextOrNull(name) ?? throw new FormatException($"'{name}' is missing in what the store sent.");

    public static string? TextOrNull(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null } : null;

    /// <summary>Null for blank text too.</summary>
    public static string? Filled(this JsonElement element, string name) => element.TextOrNull(name) is { } text && text.Trim().Length > 0 ? text.Trim() : null;

    /// <summary>A number, or the text of one: PHP does not always tell them apart.</summary>
    public static long Whole(this JsonElement element, string name) =>
        long.TryParse(element.TextOrNull(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{name}' is not a whole number in what the store sent.");

    public static int Count(this JsonElement element, string name) =>
        element.Whole(name) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw new FormatException($"'{name}' is too large a number in what the store sent.");

    public static bool Flag(this JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static DateTimeOffset? Moment(this JsonElement element, string name) =>
        element.TextOrNull(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static JsonElement? Object(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static byte[] Bytes(JsonElement element) => System.Text.Encoding.UTF8.GetBytes(element.GetRawText());
}
