using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>How far into a list we have come: rows passed, and the last of them.</summary>
internal readonly record struct ListPlace(int Passed, string? LastId)
{
    public static ListPlace Parse(string? text) =>
        text?.Split(':', 2) is [var passed, var last] ? new ListPlace(int.Parse(passed, CultureInfo.InvariantCulture), last) : default;

    public override string ToString() => LastId is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Passed}:{LastId}");
}

internal sealed record ListPage(IReadOnlyList<JsonElement> Items, ListPlace Place, int Total);

/// <summary>
/// Reads a list by its ids, a page at a time. Vendure pages by counting rows, so rows that vanish before our place move others past us unseen:
/// each page begins with the last row of the one before, and when that is not there, the reading goes back.
/// </summary>
internal sealed class VendureList(VendureApi api, int pageSize)
{
    private int _pageSize = pageSize;

    public async IAsyncEnumerable<ListPage> ReadAsync(VendureQueries.List list, JsonObject? filter, ListPlace place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resumed = true;
        while (true)
        {
            var overlap = place.LastId is null ? 0 : 1;
            var answer = await PageAsync(list, filter, Math.Max(0, place.Passed - overlap), cancellationToken).ConfigureAwait(false);
            var items = answer.Items("items").ToList();
            if (overlap == 1 && (items.Count == 0 || items[0].Text("id") != place.LastId))
            {
                // After a pause much may have gone; between two pages little has.
                place = resumed ? default : new ListPlace(Math.Max(0, place.Passed - _pageSize), null);
                resumed = false;
                continue;
            }
            resumed = false;
            items.RemoveRange(0, overlap);
            var total = answer.Count("totalItems");
            if (items.Count > 0) place = new ListPlace(place.Passed + items.Count, items[^1].Text("id"));
            yield return new ListPage(items, place, total);
            if (items.Count == 0 || place.Passed >= total) yield break;
        }
    }

    private async Task<JsonElement> PageAsync(VendureQueries.List list, JsonObject? filter, int skip, CancellationToken cancellationToken)
    {
        while (true)
        {
            var options = new JsonObject { ["take"] = _pageSize, ["skip"] = skip, ["sort"] = new JsonObject { ["id"] = "ASC" } };
            if (filter is not null) options["filter"] = filter.DeepClone();
            try
            {
                return (await api.QueryAsync(list.Query, new JsonObject { ["o"] = options }, cancellationToken).ConfigureAwait(false)).GetProperty(list.Field);
            }
            catch (PageLimitException limit)
            {
                if (limit.Limit < 2 || limit.Limit >= _pageSize) throw new StoreException($"Vendure gives {limit.Limit} rows at a time, too few to read by. Raise apiOptions.adminListQueryLimit.", isTransient: false, limit);
                _pageSize = limit.Limit;
            }
        }
    }
}
