using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>How far into a list we have come: rows passed, and the id of the last of them.</summary>
internal readonly record struct WooPlace(int Passed, long LastId)
{
    public static WooPlace Parse(string? text) =>
        text?.Split(':', 2) is [var passed, var last] ? new WooPlace(int.Parse(passed, CultureInfo.InvariantCulture), long.Parse(last, CultureInfo.InvariantCulture)) : default;

    public override string ToString() => LastId == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Passed}:{LastId}");
}

/// <param name="Total">Rows in all; null: the shop does not say.</param>
internal sealed record WooPage(IReadOnlyList<JsonElement> Items, WooPlace Place, int? Total);

/// <summary>
/// Reads a list by rising ids. WooCommerce pages by counting rows, so rows that vanish before our place move others past us unseen:
/// each page begins with the last row of the one before, and when a later row is there instead, the reading goes back until it meets an id it has passed.
/// What is not beyond the last id has been read.
/// </summary>
internal sealed class WooList(WooApi api, int pageSize)
{
    public async IAsyncEnumerable<WooPage> ReadAsync(string path, IReadOnlyList<KeyValuePair<string, string>> filter, WooPlace place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (passed, last) = (place.Passed, place.LastId);
        var back = 0;
        while (true)
        {
            var from = last == 0 ? 0 : Math.Max(0, passed - 1);
            var answer = await api.ReadAsync(path, [.. filter, new("orderby", "id"), new("order", "asc"), new("per_page", Text(pageSize)), new("offset", Text(from))], cancellationToken).ConfigureAwait(false) ?? throw api.Strange(path);
            if (answer.Body.ValueKind != JsonValueKind.Array) throw api.Strange(path);
            var items = answer.Body.EnumerateArray().ToList();
            var end = answer.Total is { } total ? from + items.Count >= total : items.Count < pageSize;
            if (from > 0 && (items.Count == 0 || items[0].Whole("id") > last))
            {
                back = back == 0 ? pageSize : back * 2;
                passed = Math.Max(0, Math.Min(passed, answer.Total ?? passed) - back);
                continue;
            }
            back = 0;
            var news = items.Where(item => item.Whole("id") > last).ToList();
            (passed, last) = (from + items.Count, items.Count == 0 ? last : Math.Max(last, items[^1].Whole("id")));
            if (news.Count > 0 || end) yield return new WooPage(news, new WooPlace(passed, last), answer.Total);
            if (end || items.Count == 0) yield break;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
