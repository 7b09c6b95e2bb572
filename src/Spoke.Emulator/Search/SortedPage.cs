using System.Globalization;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>The first so many records in the order asked for. Of a million it keeps only those, so that nothing has to be sorted but them.</summary>
internal sealed class SortedPage(SearchSort sort, int most)
{
    // The worst one kept is on top, so the order here is turned round.
    private readonly PriorityQueue<IndexedRecord, SortKey> kept = new(new Backward(sort.Descending));

    public void Add(in IndexedRecord record)
    {
        var key = KeyOf(record);
        if (kept.Count < most) kept.Enqueue(record, key);
        else if (most > 0) kept.EnqueueDequeue(record, key);
    }

    public void AddAll(SortedPage other)
    {
        foreach (var (record, _) in other.kept.UnorderedItems) Add(record);
    }

    /// <summary>What was kept, best first; the page is empty afterwards.</summary>
    public List<IndexedRecord> Take()
    {
        var list = new List<IndexedRecord>(kept.Count);
        while (kept.TryDequeue(out var record, out _)) list.Add(record);
        list.Reverse();
        return list;
    }

    private SortKey KeyOf(in IndexedRecord record)
    {
        var property = sort.Property;
        var id = record.Record.Id;
        switch (property.System)
        {
            case SystemValue.RecordId: return new(true, id, null, id);
            case SystemValue.CreatedAt: return new(true, record.Record.CreatedMs, null, id);
            case SystemValue.UpdatedAt: return new(true, record.UpdatedMs, null, id);
        }
        if (record.Text(property) is not { } text) return new(false, 0, null, id);
        // Dates are kept in a form whose letters are in the order of time.
        if (property.Type == "number" && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return new(true, number, null, id);
        return new(true, 0, text, id);
    }

    private readonly record struct SortKey(bool HasValue, decimal Number, string? Text, long Id);

    private sealed class Backward(bool descending) : IComparer<SortKey>
    {
        public int Compare(SortKey one, SortKey other) => -Forward(one, other);

        private int Forward(in SortKey one, in SortKey other)
        {
            // Records without a value come last in both directions; ties stay in the order of creation.
            if (one.HasValue != other.HasValue) return one.HasValue ? -1 : 1;
            var order = one.Number.CompareTo(other.Number);
            if (order == 0) order = string.Compare(one.Text, other.Text, StringComparison.OrdinalIgnoreCase);
            if (descending) order = -order;
            return order != 0 ? order : one.Id.CompareTo(other.Id);
        }
    }
}
