using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>The values a record will have once a write is carried out; checked, but not yet visible to anyone.</summary>
internal sealed class RecordDraft(ObjectTypeDefinition type, StoredRecord? record)
{
    private readonly SortedDictionary<int, string> values = Existing(record);
    private readonly HashSet<int> touched = [];

    public ObjectTypeDefinition Type { get; } = type;

    /// <summary>The record to change; null when one will be created.</summary>
    public StoredRecord? Record { get; } = record;
    public IReadOnlySet<int> Touched => touched;
    public long? CreatedMs { get; set; }

    public string? this[int slot]
    {
        get => values.GetValueOrDefault(slot);
        set
        {
            touched.Add(slot);
            if (string.IsNullOrEmpty(value)) values.Remove(slot);
            else values[slot] = value;
        }
    }

    public string? this[string name]
    {
        get => Type.Properties.Find(name) is { } property ? this[property.Slot] : null;
        set
        {
            if (Type.Properties.Find(name) is { } property) this[property.Slot] = value;
        }
    }

    public decimal? Number(string name) =>
        decimal.TryParse(this[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool Changes => Record is null || touched.Any(slot => this[slot] != Record.Get(slot));

    /// <param name="source">Who sets the values that are new.</param>
    /// <param name="calculated">Who sets those that are calculated.</param>
    public PropertyValue[] ToValues(long atMs, int source, int calculated)
    {
        var result = new PropertyValue[values.Count];
        var i = 0;
        foreach (var (slot, value) in values)
            result[i++] = Record?.Whole(slot) is { } known && known.Value == value ? known : new PropertyValue(slot, value, atMs, Type.Properties[slot].Calculated ? calculated : source);
        return result;
    }

    private static SortedDictionary<int, string> Existing(StoredRecord? record)
    {
        var values = new SortedDictionary<int, string>();
        if (record is not null)
            foreach (var value in record.Values) values[value.Slot] = value.Value;
        return values;
    }
}
