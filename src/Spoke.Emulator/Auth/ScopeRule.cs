using System.Collections.Concurrent;

namespace Spoke.Emulator.Auth;

/// <summary>Whether a token's scopes open a route.</summary>
internal static class ScopeRule
{
    // Object types by the name their scopes use; names that are missing here are that name themselves.
    private static readonly Dictionary<string, string> ScopeNames = new(StringComparer.OrdinalIgnoreCase)
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
        ["0-14"] = "quotes",
        ["quote"] = "quotes",
        ["0-123"] = "orders",
        ["order"] = "orders",
        ["0-142"] = "carts",
        ["cart"] = "carts",
        ["0-52"] = "invoices",
        ["invoice"] = "invoices",
        ["0-69"] = "subscriptions",
        ["subscription"] = "subscriptions",
        ["0-101"] = "commercepayments",
        ["commerce_payments"] = "commercepayments",
        ["0-136"] = "leads",
        ["lead"] = "leads",
        ["0-115"] = "users",
        ["user"] = "users",
        // Activities go by the contacts' scopes, discounts by the line items'.
        ["0-27"] = "contacts",
        ["tasks"] = "contacts",
        ["task"] = "contacts",
        ["0-46"] = "contacts",
        ["notes"] = "contacts",
        ["note"] = "contacts",
        ["0-84"] = "line_items",
        ["discounts"] = "line_items",
        ["discount"] = "line_items",
    };

    private static readonly ConcurrentDictionary<(Route Route, string Name, bool Reading), string[][]> OfType = new();

    /// <summary>The scopes of which one (or one set) is missing; empty when the call may pass.</summary>
    public static IReadOnlyList<string> Missing(Route route, IReadOnlyList<string> segments, IReadOnlySet<string> granted)
    {
        if (route.Scopes.Length == 0) return [];
        var needed = Needed(route, segments);
        foreach (var alternative in needed)
            if (Array.TrueForAll(alternative, granted.Contains)) return [];
        return [.. needed.SelectMany(alternative => alternative).Distinct()];
    }

    /// <summary>A path for any object type lists the scopes of all of them; those of the type in the path are the ones that count.</summary>
    private static string[][] Needed(Route route, IReadOnlyList<string> segments)
    {
        if (route.ObjectTypeAt < 0 || route.ObjectTypeAt >= segments.Count) return route.Scopes;
        var named = segments[route.ObjectTypeAt];
        var custom = named.StartsWith("2-", StringComparison.Ordinal) || named.StartsWith("p_", StringComparison.Ordinal) || named.StartsWith('p') && named.Length > 1 && char.IsAsciiDigit(named[1]);
        var name = custom ? "custom" : ScopeNames.GetValueOrDefault(named) ?? named.ToLowerInvariant();
        var reading = route.Method == "GET" || segments[^1] is "search" or "read";
        if (OfType.TryGetValue((route, name, reading), out var known)) return known;
        var own = route.Scopes.Where(alternative => alternative.All(scope => Concerns(scope, name) && (reading || !scope.Contains(".read", StringComparison.Ordinal)))).ToArray();
        // An unknown type has no scopes of its own, and must not fill the table.
        return own.Length == 0 ? route.Scopes : OfType.GetOrAdd((route, name, reading), own);
    }

    private static bool Concerns(string scope, string name) =>
        scope.Contains($".{name}.", StringComparison.Ordinal) || (name == "tickets" && scope.StartsWith("tickets", StringComparison.Ordinal))
        || (name is "products" or "line_items" or "quotes" && scope == "e-commerce") || (name is "contacts" or "companies" && scope == "contacts");
}
