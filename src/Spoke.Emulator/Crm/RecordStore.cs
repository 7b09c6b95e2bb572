using System.Globalization;
using System.Runtime.InteropServices;

namespace Spoke.Emulator.Crm;

/// <summary>The records of one type: in id order for lists, by id, and by each unique property. No rules here.</summary>
internal sealed class RecordStore
{
    private readonly List<StoredRecord> ordered = [];
    private readonly Dictionary<long, StoredRecord> byId = [];
    private readonly Dictionary<int, Dictionary<string, StoredRecord>> unique = [];
    private readonly Dictionary<long, long> mergedInto = [];
    private readonly Dictionary<int, EqualityIndex> equal = [];
    private readonly Lock makingIndex = new();

    public int Count => ordered.Count;
    public ReadOnlySpan<StoredRecord> InIdOrder => CollectionsMarshal.AsSpan(ordered);
    public IReadOnlyList<StoredRecord> All => ordered;
    public IEnumerable<KeyValuePair<long, long>> Merges => mergedInto;
    public bool HasLive => ordered.Exists(record => !record.Archived);

    public void Add(StoredRecord record)
    {
        byId[record.Id] = record;
        foreach (var index in equal.Values) index.Add(record);
        if (ordered.Count == 0 || ordered[^1].Id < record.Id) ordered.Add(record);
        else ordered.Insert(IndexFrom(record.Id), record);
    }

    /// <summary>Takes the record away without a trace in lists, as merging and privacy deletion do.</summary>
    public void Remove(StoredRecord record)
    {
        byId.Remove(record.Id);
        foreach (var one in equal.Values) one.Forget(record);
        var index = IndexFrom(record.Id);
        if (index < ordered.Count && ordered[index] == record) ordered.RemoveAt(index);
    }

    /// <summary>Gives a record other values; every write goes through here, so that indexes stay true.</summary>
    public void Replace(StoredRecord record, PropertyValue[] values)
    {
        if (equal.Count == 0)
        {
            record.Values = values;
            return;
        }
        EqualityIndex[] moved = [.. equal.Values.Where(index => !index.Keeps(record, values))];
        foreach (var index in moved) index.Remove(record);
        record.Values = values;
        foreach (var index in moved) index.Add(record);
    }

    /// <summary>The records, archived ones included, whose property equals the value, in the order of their ids.</summary>
    public IReadOnlyCollection<StoredRecord> FindEqual(PropertyDefinition property, string value) => IndexOf(property).Find(value);

    /// <summary>The index by a property, made if there is none yet.</summary>
    public EqualityIndex IndexOf(PropertyDefinition property)
    {
        // Readers may come together; writers are alone and need no lock.
        lock (makingIndex)
        {
            if (!equal.TryGetValue(property.Slot, out var index) || index.IsOld) equal[property.Slot] = index = new EqualityIndex(property, ordered);
            return index;
        }
    }

    /// <summary>Forgets what is indexed by a property, as after its kind of value changed.</summary>
    public void ForgetIndex(PropertyDefinition property) => equal.Remove(property.Slot);

    public void Redirect(long from, long to) => mergedInto[from] = to;

    /// <summary>The record with this id, or the one it was merged into.</summary>
    public StoredRecord? Find(long id)
    {
        while (!byId.ContainsKey(id) && mergedInto.TryGetValue(id, out var survivor)) id = survivor;
        return byId.GetValueOrDefault(id);
    }

    public StoredRecord? Find(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Find(number) : null;

    public StoredRecord? FindUnique(int slot, string value) =>
        unique.TryGetValue(slot, out var index) && index.TryGetValue(value, out var record) ? record : null;

    public void Claim(int slot, string value, StoredRecord record)
    {
        if (!unique.TryGetValue(slot, out var index)) unique[slot] = index = new(StringComparer.Ordinal);
        index[value] = record;
    }

    public void Release(int slot, string value, StoredRecord record)
    {
        if (unique.TryGetValue(slot, out var index) && index.TryGetValue(value, out var holder) && holder == record) index.Remove(value);
    }

    /// <summary>The place of the first record whose id is not below <paramref name="id"/>.</summary>
    public int IndexFrom(long id)
    {
        int low = 0, high = ordered.Count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (ordered[middle].Id < id) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
