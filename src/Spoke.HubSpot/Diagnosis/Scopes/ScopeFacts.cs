namespace Spoke.HubSpot;

/// <summary>What is known of scopes beyond their names: which need a subscription, which belong to apps alone, which nobody can be granted.</summary>
internal static class ScopeFacts
{
    private static readonly Lazy<(string Pattern, string Kind, string Tier)[]> Table = new(() => [.. EmbeddedTable.Lines("scopes.tsv").Select(line => line.Split('\t')).Select(f => (f[0], f[1], f[2]))]);

    /// <summary>The subscription the scope needs; null: any account, as far as known.</summary>
    public static string? Tier(string scope) => Find(scope, "tier") is { } row ? row.Tier : null;

    /// <summary>An app has it by itself, through its client credentials or a developer key; no account can grant it.</summary>
    public static bool IsAppLevel(string scope) => Find(scope, "app") is not null;

    /// <summary>Not for public use.</summary>
    public static bool IsNeverGranted(string scope) => Find(scope, "never") is not null;

    /// <summary>How much a scope opens beside a call, or those that a plus joins: granular reads least, old broad scopes and sensitive data most.</summary>
    public static double Breadth(string alternative) => alternative.Split('+').Sum(scope =>
        scope == "oauth" ? 0.01
        : scope.Contains("sensitive", StringComparison.Ordinal) ? 12
        : !scope.Contains('.', StringComparison.Ordinal) ? 8
        : scope.EndsWith(".read", StringComparison.Ordinal) ? (Tier(scope) is null ? 1 : 2)
        : Tier(scope) is null ? 3 : 5);

    /// <summary>Alternatives, the one that opens least beside the call first.</summary>
    public static IReadOnlyList<string> NarrowestFirst(IEnumerable<string> alternatives) => [.. alternatives.OrderBy(Breadth)];

    private static (string Pattern, string Kind, string Tier)? Find(string scope, string kind)
    {
        foreach (var row in Table.Value)
            if (row.Kind == kind && Fits(row.Pattern, scope)) return row;
        return null;
    }

    /// <summary>A star stands for anything.</summary>
    private static bool Fits(string pattern, string scope)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1) return pattern == scope;
        if (!scope.StartsWith(parts[0], StringComparison.Ordinal) || !scope.EndsWith(parts[^1], StringComparison.Ordinal)) return false;
        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = scope.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Length;
        }
        return at <= scope.Length - parts[^1].Length;
    }
}
