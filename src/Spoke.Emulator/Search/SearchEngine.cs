using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>Finds the records of one type that a query means, in its order, as the index saw them at a moment.</summary>
internal static class SearchEngine
{
    private const int RecordsPerPart = 20_000;

    /// <summary>An index that leaves more than this part of the records is no help: all cores look at all of them sooner than one looks them up.</summary>
    private const int FewOf = 8;

    public static (IReadOnlyList<IndexedRecord> Page, int Total) Find(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        var found = Candidates(type, query, horizonMs) is { } few ? Among(few, query, horizonMs) : Scan(type, query, horizonMs);
        return (query.Sort is null ? found.Page : [.. found.Sorted!.Take().Skip(query.After)], found.Total);
    }

    /// <summary>A few records that can be found without looking at all; null when no index serves. An index knows no older states.</summary>
    private static IReadOnlyCollection<StoredRecord>? Candidates(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        if (horizonMs != long.MaxValue || query.Groups.Count != 1) return null;
        var (best, fewest) = ((SearchFilter?)null, Math.Max(100, type.Records.Count / FewOf));
        foreach (var filter in query.Groups[0])
        {
            if (filter.Operator != FilterOperator.Eq || filter.Property is not { } property) continue;
            if (property.System == SystemValue.RecordId && WithId(type, filter.Values[0]) is { } itself) return itself;
            if (property.Name == type.EmailProperty) return WithAddress(type, property, filter.Values[0]);
            if (EqualityIndex.Serves(property) && type.Records.IndexOf(property).CountAtMost(filter.Values[0]) is var count && count <= fewest) (best, fewest) = (filter, count);
        }
        return best is null ? null : type.Records.FindEqual(best.Property!, best.Values[0]);
    }

    // Whoever holds the address may hold it elsewhere, as a contact its further ones: the filter still decides.
    private static IReadOnlyCollection<StoredRecord> WithAddress(ObjectTypeDefinition type, PropertyDefinition property, string value) =>
        type.Records.FindUnique(property.Slot, ValueRules.Key(type, property, value)) is { } record ? [record] : [];

    private static IReadOnlyCollection<StoredRecord>? WithId(ObjectTypeDefinition type, string text)
    {
        if (!long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id)) return null;
        return type.Records.Find(id) is { } record && record.Id == id ? [record] : [];
    }

    private readonly record struct Found(List<IndexedRecord> Page, SortedPage? Sorted, int Total);

    // In id order, which is the order of creation, a page can be cut without keeping what lies before or behind it.
    private static Found Among(IEnumerable<StoredRecord> records, SearchQuery query, long horizonMs)
    {
        var page = new List<IndexedRecord>();
        var sorted = query.Sort is null ? null : new SortedPage(query.Sort, query.After + query.Limit);
        var total = 0;
        foreach (var record in records)
        {
            if (record.Archived || !TrySee(record, horizonMs, out var seen) || !FilterEvaluator.Matches(query, seen)) continue;
            if (sorted is not null) sorted.Add(seen);
            else if (total >= query.After && page.Count < query.Limit) page.Add(seen);
            total++;
        }
        return new Found(page, sorted, total);
    }

    /// <summary>Looks at every record, on all cores when there are many.</summary>
    private static Found Scan(ObjectTypeDefinition type, SearchQuery query, long horizonMs)
    {
        var records = type.Records.All;
        var parts = Math.Min(Environment.ProcessorCount, records.Count / RecordsPerPart);
        if (parts < 2) return Among(records, query, horizonMs);
        var found = new Found[parts];
        // Each part keeps as much as the page could need if nothing before it matched.
        var wide = query with { After = 0, Limit = query.After + query.Limit };
        Parallel.For(0, parts, part => found[part] = Among(Slice(records, (int)((long)part * records.Count / parts), (int)((part + 1L) * records.Count / parts)), wide, horizonMs));
        foreach (var other in found.Skip(1))
            if (other.Sorted is not null) found[0].Sorted!.AddAll(other.Sorted);
        return new Found([.. found.SelectMany(one => one.Page).Skip(query.After).Take(query.Limit)], found[0].Sorted, found.Sum(one => one.Total));
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
}
