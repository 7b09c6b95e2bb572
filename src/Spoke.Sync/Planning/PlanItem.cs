namespace Spoke.Sync.Planning;

internal enum PlanAction { Unchanged, Create, Update, Archive, Forget }

/// <summary>What is to be done to one record so that HubSpot has what it should have.</summary>
internal sealed record PlanItem(string Object, string Key, long Generation, PlanAction Action)
{
    public string? RecordId { get; init; }
    public DesiredRecord? Desired { get; init; }

    /// <summary>Properties that differ from the shadow; "" clears.</summary>
    public IReadOnlyDictionary<string, string?> Changes { get; init; } = new Dictionary<string, string?>();
    public int Attempts { get; init; }
}

/// <summary>Desired minus shadow. Pure.</summary>
internal static class Difference
{
    public static Dictionary<string, string?> Between(IReadOnlyDictionary<string, string> desired, IReadOnlyDictionary<string, string> shadow)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in desired)
            if (!shadow.TryGetValue(name, out var seen) || seen != value) changes[name] = value;
        foreach (var name in shadow.Keys)
            if (!desired.ContainsKey(name)) changes[name] = "";
        return changes;
    }
}
