namespace Spoke.Proxy.Scopes;

/// <summary>A small set of scopes that opens a number of endpoints, each of which is opened by any one of several.</summary>
internal static class LeastScopes
{
    public static IReadOnlyList<string> Of(IEnumerable<IReadOnlyList<string>> needs)
    {
        var open = needs.Select(any => any.ToHashSet(StringComparer.Ordinal)).ToList();
        var chosen = new SortedSet<string>(StringComparer.Ordinal);
        void Choose(string scope)
        {
            chosen.Add(scope);
            open.RemoveAll(any => any.Contains(scope));
        }

        while (open.FirstOrDefault(any => any.Count == 1) is { } only) Choose(only.First());
        while (open.Count > 0)
            Choose(open.SelectMany(any => any).GroupBy(scope => scope, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => Breadth(group.Key)).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key);
        return [.. chosen];
    }

    /// <summary>How much a scope permits, roughly: reading, then writing, then those that name no object, then sensitive data.</summary>
    private static int Breadth(string scope) =>
        scope.Contains("sensitive", StringComparison.Ordinal) ? 3 : scope.EndsWith(".read", StringComparison.Ordinal) ? 0 : scope.EndsWith(".write", StringComparison.Ordinal) ? 1 : 2;
}
