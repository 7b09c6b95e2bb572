using System.Globalization;
using System.Runtime.CompilerServices;

namespace Spoke.HubSpot;

/// <summary>
/// A search whose end is checked: what was read is counted against what HubSpot counts, range of ids by range, and a range that does not agree is read again.
/// Keeps eight bytes for each record read, so that none is given out twice.
/// </summary>
internal sealed class CompleteSearch(HubSpotClient client, string root, SearchQuery query, RequestOptions? options)
{
    private const int Rounds = 5;
    private const string IdProperty = "hs_object_id";
    private readonly SearchCalls _calls = new(client, root);
    private readonly List<long> _read = [];
    private readonly HashSet<long> _late = [];
    private readonly HashSet<long> _gone = [];

    public async IAsyncEnumerable<CrmRecord> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query.Validate();
        if (query.SortBy is not null || query.Descending || !Within(0, 0).HasRoomForWindow)
            throw new ArgumentException("A complete search reads in the order of record ids, and needs room for two filters on the id in each group: leave SortBy and Descending out, and two filters fewer.", nameof(query));
        await foreach (var record in _calls.SearchAsync(query, options, cancellationToken).ConfigureAwait(false))
        {
            _read.Add(Number(record));
            yield return record;
        }
        if (_read.Count == 0) yield break;
        for (var round = 0; round < Rounds; round++)
        {
            var wrong = new List<(long From, long To)>();
            await CompareAsync(0, _read.Count - 1, wrong, cancellationToken).ConfigureAwait(false);
            if (wrong.Count == 0) yield break;
            foreach (var (from, to) in wrong)
            {
                var there = new HashSet<long>();
                await foreach (var record in _calls.SearchAsync(Within(from, to), options, cancellationToken).ConfigureAwait(false))
                {
                    var id = Number(record);
                    there.Add(id);
                    _gone.Remove(id);
                    if (_read.BinarySearch(id) < 0 && _late.Add(id)) yield return record;
                }
                foreach (var id in Known(from, to))
                    if (!there.Contains(id)) _gone.Add(id);
            }
        }
        throw new HubSpotException(HubSpotErrorKind.Incomplete, $"The search could not be proved complete: after {Rounds} checks HubSpot still counts otherwise than {_read.Count + _late.Count - _gone.Count} of the records with ids up to {_read[^1]}. Records change faster than they can be read, or the search index is behind. Try again when less is written, or narrow the filters.");
    }

    /// <summary>Counts a stretch of what was read, and halves it until the ranges that do not agree are small.</summary>
    private async Task CompareAsync(int first, int last, List<(long, long)> wrong, CancellationToken cancellationToken)
    {
        // A stretch begins where the one before it ends, so that a record between the two belongs to one of them.
        var from = first == 0 ? 0 : _read[first - 1] + 1;
        var to = _read[last];
        if (await _calls.CountAsync(Within(from, to), options, cancellationToken).ConfigureAwait(false) == Known(from, to).LongCount(id => !_gone.Contains(id))) return;
        if (last - first < query.PageSize)
        {
            wrong.Add((from, to));
            return;
        }
        var middle = (first + last) / 2;
        await CompareAsync(first, middle, wrong, cancellationToken).ConfigureAwait(false);
        await CompareAsync(middle + 1, last, wrong, cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<long> Known(long from, long to)
    {
        var at = _read.BinarySearch(from);
        for (at = at < 0 ? ~at : at; at < _read.Count && _read[at] <= to; at++) yield return _read[at];
        foreach (var id in _late)
            if (id >= from && id <= to) yield return id;
    }

    /// <summary>The same search among these ids. BETWEEN takes one filter, and leaves the room for the next page's.</summary>
    private SearchQuery Within(long from, long to)
    {
        var range = new SearchFilter(IdProperty, SearchOperator.Between, from.ToString(CultureInfo.InvariantCulture)) { HighValue = to.ToString(CultureInfo.InvariantCulture) };
        return query with { Groups = query.Groups.Count == 0 ? [[range]] : [.. query.Groups.Select(group => (IReadOnlyList<SearchFilter>)[.. group, range])] };
    }

    private static long Number(CrmRecord record) => long.Parse(record.Id.Value, NumberStyles.None, CultureInfo.InvariantCulture);
}
