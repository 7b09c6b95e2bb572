using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>Comes by every row of a list in rounds, some rows a poll, for changes that the shop cannot be asked by.</summary>
internal sealed class WooWalker(WooList lists)
{
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <summary>Some rows on from where the last poll stopped, with where to go on from; at the end of the list that is the beginning of a new round.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<JsonElement> Rows, WooWalk Next)> StepAsync(string path, IReadOnlyList<KeyValuePair<string, string>> filter, WooWalk walk, int rows, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var passed = 0;
        await foreach (var page in lists.ReadAsync(path, filter, walk.Place, cancellationToken).ConfigureAwait(false))
        {
            walk = walk with { Place = page.Place };
            yield return (page.Items, walk);
            if ((passed += page.Items.Count) >= rows && page.Place.Passed < page.Total) yield break;
        }
        yield return ([], new WooWalk(default, now, walk.Began));
    }

    /// <summary>The ids of rows that have changed since the round before; only ids and dates are read.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<string> Changed, WooWalk Next)> ChangedAsync(string path, IReadOnlyList<KeyValuePair<string, string>> filter, WooWalk walk, int rows, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var since = walk.Looked - Overlap;
        await foreach (var (found, next) in StepAsync(path, [.. filter, new("_fields", "id,date_created_gmt,date_modified_gmt")], walk, rows, now, cancellationToken).ConfigureAwait(false))
            yield return ([.. found.Where(row => (row.Moment("date_modified_gmt") ?? row.Moment("date_created_gmt") ?? DateTimeOffset.MaxValue) >= since).Select(row => row.Whole("id").ToString(CultureInfo.InvariantCulture))], next);
    }
}
