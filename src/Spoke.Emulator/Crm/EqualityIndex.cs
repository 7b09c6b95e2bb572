namespace Spoke.Emulator.Crm;

/// <summary>
/// Records by the value of one property, as searches for equality compare: strings without regard to case, options exactly.
/// Made when somebody first asks, kept up by every write from then on. A value one record has costs no list.
/// </summary>
internal sealed class EqualityIndex(PropertyDefinition property)
{
    private static readonly Comparer<StoredRecord> ById = Comparer<StoredRecord>.Create(static (one, other) => one.Id.CompareTo(other.Id));
    private readonly Dictionary<string, object> byValue = new(property.Type == "enumeration" ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether equality on this property is equality of text: numbers and dates have many spellings, several options are one text.</summary>
    public static bool Serves(PropertyDefinition property) =>
        property.System == SystemValue.None && property.Type is "string" or "bool" or "phone_number" || property is { System: SystemValue.None, Type: "enumeration", FieldType: not "checkbox" };

    /// <summary>The records with the value, in the order of their ids.</summary>
    public IReadOnlyCollection<StoredRecord> Find(string value) => byValue.TryGetValue(value, out var found)
        ? found is StoredRecord one ? [one] : (SortedSet<StoredRecord>)found
        : [];

    public void Add(StoredRecord record)
    {
        if (record.Get(property.Slot) is not { } value) return;
        if (!byValue.TryGetValue(value, out var found)) byValue[value] = record;
        else if (found is SortedSet<StoredRecord> many) many.Add(record);
        else if (found is StoredRecord one && one != record) byValue[value] = new SortedSet<StoredRecord>(ById) { one, record };
    }

    public void Remove(StoredRecord record)
    {
        if (record.Get(property.Slot) is not { } value || !byValue.TryGetValue(value, out var found)) return;
        if (found is SortedSet<StoredRecord> many)
        {
            many.Remove(record);
            if (many.Count == 0) byValue.Remove(value);
        }
        else if (found == record) byValue.Remove(value);
    }
}
