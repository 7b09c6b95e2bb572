namespace Spoke.Emulator.Auth;

/// <summary>Whether a token's scopes open a route.</summary>
internal static class ScopeRule
{
    private static readonly Dictionary<string, string> ObjectNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["0-1"] = "contacts",
        ["contact"] = "contacts",
        ["0-2"] = "companies",
        ["company"] = "companies",
        ["0-3"] = "deals",
        ["deal"] = "deals",
        ["0-5"] = "tickets",
        ["ticket"] = "tickets",
        ["0-7"] = "products",
        ["product"] = "products",
        ["0-8"] = "line_items",
        ["line_item"] = "line_items",
        ["line-items"] = "line_items",
        ["0-123"] = "orders",
        ["order"] = "orders",
        ["0-142"] = "carts",
        ["cart"] = "carts",
        ["0-27"] = "contacts",
        ["tasks"] = "contacts",
        ["task"] = "contacts",
        ["0-46"] = "contacts",
        ["notes"] = "contacts",
        ["note"] = "contacts",
    };

    /// <summary>The scopes of which one is missing; empty when the call may pass.</summary>
    public static IReadOnlyList<string> Missing(Route route, IReadOnlyList<string> segments, IReadOnlySet<string> granted)
    {
        if (route.Scopes.Length == 0) return [];
        if (route.AllScopes) return route.Scopes.Where(scope => !granted.Contains(scope)).ToList();
        var needed = Needed(route, segments);
        foreach (var scope in needed)
            if (granted.Contains(scope)) return [];
        return needed;
    }

    /// <summary>A path for any object type lists the scopes of all of them; those of the type in the path are the ones that count.</summary>
    private static IReadOnlyList<string> Needed(Route route, IReadOnlyList<string> segments)
    {
        if (route.ObjectTypeAt < 0 || route.ObjectTypeAt >= segments.Count) return route.Scopes;
        var named = segments[route.ObjectTypeAt];
        var name = ObjectNames.GetValueOrDefault(named, named.StartsWith("2-", StringComparison.Ordinal) || named.StartsWith("p_", StringComparison.Ordinal) ? "custom" : named.ToLowerInvariant());
        var reading = route.Method == "GET" || segments[^1] is "search" or "read";
        var own = route.Scopes.Where(scope => Concerns(scope, name) && (reading || !scope.Contains(".read", StringComparison.Ordinal))).ToList();
        return own.Count > 0 ? own : route.Scopes;
    }

    private static bool Concerns(string scope, string name) =>
        scope.Contains($".{name}.", StringComparison.Ordinal) || (name == "tickets" && scope.StartsWith("tickets", StringComparison.Ordinal))
        || (name is "products" or "line_items" or "orders" or "carts" && scope == "e-commerce") || (name is "contacts" or "companies" && scope == "contacts");
}
