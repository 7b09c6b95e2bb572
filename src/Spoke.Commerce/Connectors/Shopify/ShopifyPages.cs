using System.Text.Json;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Reads what an answer has to have because it was asked for. An answer without it is no empty list: what the shop has would be passed over, or count as deleted.
/// </summary>
internal static class ShopifyPages
{
    /// <exception cref="FormatException">It is not there, or no object.</exception>
    public static JsonElement Member(this JsonElement element, string name) => element.Object(name) ?? throw new FormatException($"'{name}' is missing in what the store sent.");

    /// <summary>The entities of a page, or those asked for by their ids; null stands for one that is not there.</summary>
    /// <exception cref="FormatException">There is no such list.</exception>
    public static IReadOnlyList<JsonElement> Nodes(this JsonElement page) =>
        page.ValueKind == JsonValueKind.Object && page.TryGetProperty("nodes", out var nodes) && nodes.ValueKind == JsonValueKind.Array ? [.. nodes.EnumerateArray()] : throw new FormatException("'nodes' is no list in what the store sent.");

    /// <summary>Where the next page begins; null: this was the last.</summary>
    /// <exception cref="FormatException">It does not say whether it is the last.</exception>
    public static string? Next(this JsonElement page)
    {
        var info = page.Member("pageInfo");
        if (info.Flag("hasNextPage")) return info.Text("endCursor");
        return info.TryGetProperty("hasNextPage", out var next) && next.ValueKind == JsonValueKind.False ? null : throw new FormatException("'hasNextPage' is missing in what the store sent.");
    }
}
