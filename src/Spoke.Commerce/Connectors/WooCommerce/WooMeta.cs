using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>An entity's meta data: the place where plugins, and we, keep what WooCommerce has no field for.</summary>
internal static class WooMeta
{
    /// <summary>Tags, which WooCommerce gives neither to customers nor to orders.</summary>
    public const string TagsKey = "_spoke_tags";

    public static JsonElement? Of(JsonElement row, string key)
    {
        foreach (var meta in row.Items("meta_data"))
            if (meta.TextOrNull("key") == key && meta.TryGetProperty("value", out var value)) return value;
        return null;
    }

    public static string? Text(JsonElement row, string key) => Of(row, key) is { } value && value.ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Some plugins keep JSON as text.</summary>
    public static JsonNode? Json(JsonElement row, string key)
    {
        if (Of(row, key) is not { } value) return null;
        try
        {
            return JsonNode.Parse(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static IReadOnlyList<string> Tags(JsonElement row) => Json(row, TagsKey) is JsonArray tags ? [.. tags.Select(tag => tag?.ToString() ?? "").Where(tag => tag.Length > 0)] : [];

    /// <summary>One entry of a call's <c>meta_data</c>.</summary>
    public static JsonObject Entry(string key, JsonNode? value) => new() { ["key"] = key, ["value"] = value };
}
