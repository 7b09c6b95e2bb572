namespace Spoke.Emulator.Crm;

/// <summary>
/// Records by the value of one property, as searches for equality compare: strings without regard to case, options exactly. Made when somebody
/// first asks: of every record's value a number, sorted, which takes the same short time for few values and for many. Writes from then on go to a
/// dictionary beside it, and what they take away is passed over by whoever reads.
/// </summary>
internal sealed class EqualityIndex
{
    private const int RecordsPerPart = 20_000;
    private static readonly Comparer<StoredRecord> ById = Comparer<StoredRecord>.Create(static (one, other) => one.Id.CompareTo(other.Id));
    private readonly PropertyDefinition property;
    private readonly StringComparer comparer;

    // The value's hash above the record's place: equal values stand together, in the order of ids.
    private readonly ulong[] keys;
    private readonly StoredRecord[] places;
    private readonly HashSet<StoredRecord> gone = [];
    private readonly Dictionary<string, object> later;
    private int writes;

    public EqualityIndex(PropertyDefinition property, IReadOnlyList<StoredRecord> records)
    {
        this.property = property;
        comparer = property.Type == "enumeration" ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        later = new(comparer);
        places = [.. records];
        var parts = Math.Clamp(places.Length / RecordsPerPart, 1, Environment.ProcessorCount);
        var sorted = new ulong[parts][];
        Parallel.For(0, parts, part => sorted[part] = SortedKeys((int)((long)part * places.Length / parts), (int)((part + 1L) * places.Length / parts)));
        keys = sorted.Aggregate(Merged);
    }

    /// <summary>So much was written since that an index made anew would be the quicker one.</summary>
    public bool IsOld => writes > places.Length / 2 + 10_000;

    /// <summary>Whether equality on this property is equality of text: numbers and dates have many spellings, several options are one text.</summary>
    public static bool Serves(PropertyDefinition property) =>
        property.System == SystemValue.None && property.Type is "string" or "bool" or "phone_number" || property is { System: SystemValue.None, Type: "enumeration", FieldType: not "checkbox" };

    /// <summary>No fewer than have the value, without looking at them.</summary>
    public int CountAtMost(string value)
    {
        var (from, to) = Range(value);
        return to - from + (later.TryGetValue(value, out var more) ? more is SortedSet<StoredRecord> many ? many.Count : 1 : 0);
    }

    /// <summary>The records with the value, in the order of their ids.</summary>
    public IReadOnlyCollection<StoredRecord> Find(string value)
    {
        var found = new List<StoredRecord>();
        var (from, to) = Range(value);
        for (var i = from; i < to; i++)
            if (places[(int)(uint)keys[i]] is var record && comparer.Equals(record.Get(property.Slot), value) && !gone.Contains(record)) found.Add(record);
        if (!later.TryGetValue(value, out var more)) return found;
        if (more is StoredRecord one) found.Add(one);
        else found.AddRange((SortedSet<StoredRecord>)more);
        found.Sort(ById);
        return found;
    }

    /// <summary>Whether the record stays where it is with these values.</summary>
    public bool Keeps(StoredRecord record, PropertyValue[] values) => record.Get(property.Slot) == PropertyValue.Find(values, property.Slot);

    public void Add(StoredRecord record)
    {
        if (record.Get(property.Slot) is not { } value) return;
        writes++;
        gone.Remove(record);
        // It had the value when the index was made, and is found there again.
        var place = Array.BinarySearch(places, record, ById);
        if (place >= 0 && Array.BinarySearch(keys, Key(value, place)) >= 0) return;
        if (!later.TryGetValue(value, out var found)) later[value] = record;
        else if (found is SortedSet<StoredRecord> many) many.Add(record);
        else if (found is StoredRecord one && one != record) later[value] = new SortedSet<StoredRecord>(ById) { one, record };
    }

    /// <summary>Before the record's value changes.</summary>
    public void Remove(StoredRecord record)
    {
        if (record.Get(property.Slot) is not { } value || !later.TryGetValue(value, out var found)) return;
        if (found is SortedSet<StoredRecord> many)
        {
            many.Remove(record);
            if (many.Count == 0) later.Remove(value);
        }
        else if (found == record) later.Remove(value);
    }

    /// <summary>The record is gone, with the value it had.</summary>
    public void Forget(StoredRecord record)
    {
        Remove(record);
        gone.Add(record);
    }

    private ulong Key(string value, int place) => (ulong)(uint)comparer.GetHashCode(value) << 32 | (uint)place;

    private (int From, int To) Range(string value)
    {
        var first = Key(value, 0);
        return (Bound(first), Bound(first | uint.MaxValue));

        int Bound(ulong key)
        {
            var at = Array.BinarySearch(keys, key);
            return at < 0 ? ~at : at;
        }
    }

    private ulong[] SortedKeys(int from, int to)
    {
        var (own, count) = (new ulong[to - from], 0);
        for (var place = from; place < to; place++)
            if (places[place].Get(property.Slot) is { } value) own[count++] = Key(value, place);
        Array.Resize(ref own, count);
        Array.Sort(own);
        return own;
    }

    private static ulong[] Merged(ulong[] one, ulong[] other)
    {
        var (all, i, j) = (new ulong[one.Length + other.Length], 0, 0);
        for (var at = 0; at < all.Length; at++)
            all[at] = j == other.Length || (i < one.Length && one[i] < other[j]) ? one[i++] : other[j++];
        return all;
    }
}
