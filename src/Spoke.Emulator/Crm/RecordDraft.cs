using System.Globalization;
using System.Runtime.InteropServices;

namespace Spoke.Emulator.Crm;

/// <summary>The values a record will have once a write is carried out; checked, but not yet visible to anyone.</summary>
internal sealed class RecordDraft(ObjectTypeDefinition type, StoredRecord? record)
{
    // Sorted by slot as in the record: short lists, so that shifting costs less than the nodes of a tree.
    private readonly List<PropertyValue> values = record is null ? new(12) : [.. record.Values];
    private readonly List<int> touched = new(12);

    public ObjectTypeDefinition Type { get; } = type;

    /// <summary>The record to change; null when one will be created.</summary>
    public StoredRecord? Record { get; } = record;

    /// <summary>Slots that were set, with what they held before or otherwise, in the order in which they were.</summary>
    public IReadOnlyList<int> Touched => touched;

    /// <summary>Slots that have a value, ascending.</summary>
    public IEnumerable<int> Filled => values.Select(value => value.Slot);

    public long? CreatedMs { get; set; }

    public string? this[int slot]
    {
        get
        {
            var place = Place(slot);
            return place < 0 ? null : values[place].Value;
        }
        set
        {
            if (!touched.Contains(slot)) touched.Add(slot);
            var place = Place(slot);
            if (string.IsNullOrEmpty(value))
            {
                if (place >= 0) values.RemoveAt(place);
            }
            else if (place < 0) values.Insert(~place, new PropertyValue(slot, value, 0, 0));
            else if (values[place].Value != value) values[place] = new PropertyValue(slot, value, 0, 0);
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

    public bool Changes
    {
        get
        {
            if (Record is null) return true;
            foreach (var slot in touched)
                if (this[slot] != Record.Get(slot)) return true;
            return false;
        }
    }

    /// <param name="source">Who sets the values that are new.</param>
    /// <param name="calculated">Who sets those that are calculated.</param>
    public PropertyValue[] ToValues(long atMs, int source, int calculated)
    {
        var result = values.ToArray();
        for (var i = 0; i < result.Length; i++)
        {
            var (slot, value, _, _) = result[i];
            result[i] = Record?.Whole(slot) is { } known && known.Value == value ? known : new PropertyValue(slot, value, atMs, Type.Properties[slot].Calculated ? calculated : source);
        }
        return result;
    }

    private int Place(int slot) => PropertyValue.Place(CollectionsMarshal.AsSpan(values), slot);
}
