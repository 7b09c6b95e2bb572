using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.Commerce.Connectors;

/// <summary>How far into a list we have come: rows passed, and the last of them.</summary>
internal readonly record struct ListPlace(int Passed, string? LastId)
{
    public static ListPlace Parse(string? text) =>
        text?.Split(':', 2) is [var passed, var last] ? new ListPlace(int.Parse(passed, CultureInfo.InvariantCulture), last) : default;

    public override string ToString() => LastId is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Passed}:{LastId}");
}

internal sealed record ListPage(IReadOnlyList<JsonElement> Items, ListPlace Place, int Total);

/// <summary>
/// Reads a list in the order of its ids where a store pages by counting rows. Rows that vanish before our place move others past us unseen, so each page begins with the last row
/// of the one before. When none of it has been read, the reading goes back, twice as far each time, until it meets a row it has passed: what comes after that is new. Rows may come twice.
/// </summary>
internal static class CountedList
{
    private const int PagesRemembered = 16;   // so far it goes back; beyond that it begins again

    /// <param name="pageSize">How far back the first step goes.</param>
    /// <param name="pageAsync">The rows from a place on, and how many there are in all.</param>
    public static async IAsyncEnumerable<ListPage> ReadAsync(ListPlace place, int pageSize, Func<int, CancellationToken, Task<(IReadOnlyList<JsonElement> Rows, int Total)>> pageAsync, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (passed, last) = place;
        var read = new Queue<HashSet<string>>();
        if (last is not null) read.Enqueue([last]);
        var back = 0;
        while (true)
        {
            var from = last is null ? 0 : Math.Max(0, passed - 1);
            var (rows, total) = await pageAsync(from, cancellationToken).ConfigureAwait(false);
            List<string> ids = [.. rows.Select(row => row.Text("id"))];
            var known = ids.FindLastIndex(id => read.Any(page => page.Contains(id)));
            if (from > 0 && known < 0)
            {
                back = back == 0 ? pageSize : back * 2;
                passed = Math.Min(passed, total) - back;
                continue;
            }
            back = 0;
            passed = from + rows.Count;
            if (rows.Count > 0)
            {
                last = ids[^1];
                read.Enqueue([.. ids]);
                if (read.Count > PagesRemembered) read.Dequeue();
            }
            var end = rows.Count == 0 || passed >= total;
            if (known + 1 < rows.Count || end) yield return new ListPage([.. rows.Skip(known + 1)], new ListPlace(passed, last), total);
            if (end) yield break;
        }
    }
}
