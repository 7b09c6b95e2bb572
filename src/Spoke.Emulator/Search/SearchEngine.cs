using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>Finds the records of one type that a query means, in its order, as the index saw them at a moment.</summary>
internal static class SearchEngine
{
    private const int RecordsPerPart = 20_000;

    public static (IReadOnlyList<IndexedRecord> Page, int Total) Find(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        var (page, total) = Candidates(type, query, horizonMs) is { } few ? Among(few, type, query, horizonMs) : Scan(type, query, horizonMs);
        return query.Sort is null ? (page, total) : (SortedPage(page, query, query.Sort), total);
    }

    /// <summary>A few records that can be found without looking at all; null when no index serves. An index knows no older states.</summary>
    private static IReadOnlyCollection<StoredRecord>? Candidates(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        if (horizonMs != long.MaxValue || query.Groups.Count != 1) return null;
        IReadOnlyCollection<StoredRecord>? fewest = null;
        foreach (var filter in query.Groups[0])
        {
            if (filter.Operator != FilterOperator.Eq || filter.Property is not { } property) continue;
            var found = property.System == SystemValue.RecordId ? WithId(type, filter.Values[0])
                : EqualityIndex.Serves(property) ? type.Records.FindEqual(property, filter.Values[0]) : null;
            if (found is not null && (fewest is null || found.Count < fewest.Count)) fewest = found;
        }
        return fewest;
    }

    private static IReadOnlyCollection<StoredRecord>? WithId(ObjectTypeDefinition type, string text)
    {
        if (!long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id)) return null;
        return type.Records.Find(id) is { } record && record.Id == id ? [record] : [];
    }

    // In id order, which is the order of creation, a page can be cut without keeping what lies before or behind it.
    private static (List<IndexedRecord> Page, int Total) Among(IEnumerable<StoredRecord> records, ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        var page = new List<IndexedRecord>();
        var total = 0;
        foreach (var record in records)
        {
            if (record.Archived || !TrySee(record, horizonMs, out var seen) || !FilterEvaluator.Matches(query, type, seen)) continue;
            if (query.Sort is not null || (total >= query.After && page.Count < query.Limit)) page.Add(seen);
            total++;
        }
        return (page, total);
    }

    /// <summary>Looks at every record, on all cores when there are many.</summary>
    private static (List<IndexedRecord> Page, int Total) Scan(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        var records = type.Records.All;
        var parts = Math.Min(Environment.ProcessorCount, records.Count / RecordsPerPart);
        if (parts < 2) return Among(records, type, query, horizonMs);
        var found = new (List<IndexedRecord> Page, int Total)[parts];
        // Each part keeps as much as the page could need if nothing before it matched.
        var wide = query with { After = 0, Limit = query.After + query.Limit };
        Parallel.For(0, parts, part => found[part] = Among(Slice(records, (int)((long)part * records.Count / parts), (int)((part + 1L) * records.Count / parts)), type, wide, horizonMs));
        var all = found.SelectMany(one => one.Page);
        return ([.. query.Sort is null ? all.Skip(query.After).Take(query.Limit) : all], found.Sum(one => one.Total));
    }

    private static IEnumerable<StoredRecord> Slice(IReadOnlyList<StoredRecord> records, int from, int to)
    {
        for (var i = from; i < to; i++) yield return records[i];
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
