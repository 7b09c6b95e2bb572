namespace Spoke.Sync.Planning;

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
