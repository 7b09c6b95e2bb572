namespace Spoke.Emulator.Crm;

/// <summary>One record. Values are a small sorted array that is replaced, never changed, so that an older one can be kept as it was.</summary>
internal sealed class StoredRecord(long id)
{
    public long Id { get; } = id;
    public long CreatedMs { get; set; }
    public long UpdatedMs { get; set; }

    /// <summary>Zero while the record is alive.</summary>
    public long ArchivedMs { get; set; }
    public long SourceAppId { get; set; }
    public long CreatedByUserId { get; set; }
    public long UpdatedByUserId { get; set; }
    public PropertyValue[] Values { get; set; } = [];

    /// <summary>Overwritten values, oldest first; null until something is overwritten.</summary>
    public List<PastValue>? History { get; set; }
    public List<AssociationEdge>? Edges { get; set; }

    /// <summary>How a search index that lags behind still sees the record. Kept only while a lag is set.</summary>
    public RecordVersion? Older { get; set; }

    public bool Archived => ArchivedMs != 0;

    public string? Get(int slot) => PropertyValue.Find(Values, slot);

    /// <summary>The moment the value in this slot was set.</summary>
    public long SetAt(int slot)
    {
        foreach (var value in Values)
            if (value.Slot == slot) return value.AtMs;
        return CreatedMs;
    }
}

internal readonly record struct PropertyValue(int Slot, string Value, long AtMs)
{
    public static string? Find(PropertyValue[] values, int slot)
    {
        int low = 0, high = values.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var found = values[middle].Slot;
            if (found == slot) return values[middle].Value;
            if (found < slot) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }
}

internal readonly record struct PastValue(int Slot, string Value, long AtMs);

/// <summary>The values a record had before <paramref name="ReplacedMs"/>.</summary>
internal sealed record RecordVersion(PropertyValue[] Values, long UpdatedMs, long ReplacedMs, RecordVersion? Older);

/// <summary>One direction of one association; the other record holds its mirror.</summary>
internal readonly record struct AssociationEdge(long To, AssociationType Type);
