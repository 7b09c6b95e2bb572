using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>Finds the records of one type that a query means, in its order, as the index saw them at a moment.</summary>
internal static class SearchEngine
{
    public static (IReadOnlyList<IndexedRecord> Page, int Total) Find(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        // In id order, which is the order of creation, a page can be cut without keeping what lies before or behind it.
        var page = new List<IndexedRecord>();
        var total = 0;
        foreach (var record in type.Records.InIdOrder)
        {
            if (record.Archived || !TrySee(record, horizonMs, out var seen) || !FilterEvaluator.Matches(query, type, seen)) continue;
            if (query.Sort is not null || (total >= query.After && page.Count < query.Limit)) page.Add(seen);
            total++;
        }
        return query.Sort is null ? (page, total) : (SortedPage(page, query, query.Sort), total);
    }

    /// <summary>The newest state of the record that had reached the index by the horizon; none for a record made later.</summary>
    private static bool TrySee(StoredRecord record, long horizonMs, out IndexedRecord seen)
    {
        seen = new IndexedRecord(record, record.Values, record.UpdatedMs);
        if (record.UpdatedMs <= horizonMs) return true;
        for (var version = record.Older; version is not null; version = version.Older)
        {
            seen = new IndexedRecord(record, version.Values, version.UpdatedMs);
            if (version.UpdatedMs <= horizonMs) return true;
        }
        // Written before a lag was set: no older state was kept, the current one stands in.
        return record.Older is null && record.History is not null;
    }

    private static List<IndexedRecord> SortedPage(List<IndexedRecord> found, SearchQuery query, SearchSort sort)
    {
        if (sort.Property.System == SystemValue.RecordId)
        {
            if (sort.Descending) found.Reverse();
            return [.. found.Skip(query.After).Take(query.Limit)];
        }
        var numbers = sort.Property.Type is "number" or "date" or "datetime";
        var keyed = found.Select(record => (Record: record, Key: record.Text(sort.Property)))
            .Select(pair => (pair.Record, pair.Key, Number: numbers && pair.Key is not null ? SearchFilter.ToNumber(sort.Property, pair.Key) : null)).ToArray();
        Array.Sort(keyed, (one, other) =>
        {
            // Records without a value come last in both directions; ties stay in the order of creation.
            if (one.Key is null || other.Key is null)
                return one.Key is null && other.Key is null ? one.Record.Record.Id.CompareTo(other.Record.Record.Id) : one.Key is null ? 1 : -1;
            var order = numbers ? Nullable.Compare(one.Number, other.Number) : string.Compare(one.Key, other.Key, StringComparison.OrdinalIgnoreCase);
            if (sort.Descending) order = -order;
            return order != 0 ? order : one.Record.Record.Id.CompareTo(other.Record.Record.Id);
        });
        return [.. keyed.Skip(query.After).Take(query.Limit).Select(pair => pair.Record)];
    }
}
