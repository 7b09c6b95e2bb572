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

    public WriteSource Source { get; set; } = WriteSource.Unknown;
    public long CreatedByUserId { get; set; }
    public long UpdatedByUserId { get; set; }
    public PropertyValue[] Values { get; set; } = [];

    /// <summary>Overwritten values, oldest first; null until something is overwritten.</summary>
    public List<PastValue>? History { get; set; }
    public List<AssociationEdge>? Edges { get; set; }

    /// <summary>What an archived record was associated with, for the case that it is restored.</summary>
    public AssociationEdge[]? FormerEdges { get; set; }

    /// <summary>How a search index that lags behind still sees the record. Kept only while a lag is set.</summary>
    public RecordVersion? Older { get; set; }

    public bool Archived => ArchivedMs != 0;

    public string? Get(int slot) => PropertyValue.Find(Values, slot);

    /// <summary>The value in this slot with when and by whom it was set.</summary>
    public PropertyValue? Whole(int slot)
    {
        var place = PropertyValue.Place(Values, slot);
        return place < 0 ? null : Values[place];
    }
}

/// <param name="Source">Number of who set it, see <see cref="WriteSources"/>.</param>
internal readonly record struct PropertyValue(int Slot, string Value, long AtMs, int Source)
{
    public static string? Find(PropertyValue[] values, int slot)
    {
        var place = Place(values, slot);
        return place < 0 ? null : values[place].Value;
    }

    /// <summary>Index of the slot's value in values sorted by slot; the complement of where it would be when there is none.</summary>
    public static int Place(ReadOnlySpan<PropertyValue> values, int slot)
    {
        int low = 0, high = values.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var found = values[middle].Slot;
            if (found == slot) return middle;
            if (found < slot) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}

internal readonly record struct PastValue(int Slot, string Value, long AtMs, int Source);

/// <summary>The values a record had before <paramref name="ReplacedMs"/>.</summary>
internal sealed record RecordVersion(PropertyValue[] Values, long UpdatedMs, long ReplacedMs, RecordVersion? Older);

/// <summary>One direction of one association; the other record holds its mirror.</summary>
internal readonly record struct AssociationEdge(long To, AssociationType Type);
