using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>How far into a list we have come: rows passed, and the last of them.</summary>
internal readonly record struct MedusaPlace(int Passed, string? LastId)
{
    public static MedusaPlace Parse(string? text) =>
        text?.Split(':', 2) is [var passed, var last] ? new MedusaPlace(int.Parse(passed, CultureInfo.InvariantCulture), last) : default;

    public override string ToString() => LastId is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Passed}:{LastId}");
}

internal sealed record MedusaPage(IReadOnlyList<JsonElement> Items, MedusaPlace Place, int Total);

/// <summary>
/// Reads a list in the order of its ids, which is that of creation, a page at a time. Medusa pages by counting rows, so rows that vanish before our place
/// move others past us unseen: each page begins with the last row of the one before, and when that is not there, the reading goes back.
/// </summary>
internal sealed class MedusaList(MedusaApi api, int pageSize)
{
    public async IAsyncEnumerable<MedusaPage> ReadAsync(MedusaQuery query, string filter, MedusaPlace place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resumed = true;
        while (true)
        {
            var overlap = place.LastId is null ? 0 : 1;
            var path = string.Create(CultureInfo.InvariantCulture, $"/admin/{query.Path}?order=id&limit={pageSize}&offset={Math.Max(0, place.Passed - overlap)}&fields={query.Fields}{filter}");
            var answer = await api.GetAsync(path, query.Member, cancellationToken).ConfigureAwait(false);
            var items = answer.Items(query.Member).ToList();
            if (overlap == 1 && (items.Count == 0 || items[0].Text("id") != place.LastId))
            {
                // After a pause much may have gone; between two pages little has.
                place = resumed ? default : new MedusaPlace(Math.Max(0, place.Passed - pageSize), null);
                resumed = false;
                continue;
            }
            resumed = false;
            items.RemoveRange(0, overlap);
            var total = answer.Count("count");
            if (items.Count > 0) place = new MedusaPlace(place.Passed + items.Count, items[^1].Text("id"));
            yield return new MedusaPage(items, place, total);
            if (items.Count == 0 || place.Passed >= total) yield break;
        }
    }

    /// <summary>The rows with these ids; those that are gone are left out.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JsonElement>> ReadAsync(MedusaQuery query, IEnumerable<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in ids.Distinct().Chunk(pageSize))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/admin/{query.Path}?order=id&limit={some.Length}&fields={query.Fields}{string.Concat(some.Select(id => "&id[]=" + Uri.EscapeDataString(id)))}");
            yield return [.. (await api.GetAsync(path, query.Member, cancellationToken).ConfigureAwait(false)).Items(query.Member)];
        }
    }
}
