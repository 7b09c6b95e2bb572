namespace Spoke.HubSpot;

/// <summary>Which scopes open a call, by the published table. A path for any object type lists the scopes of all; those of the type in the path count.</summary>
internal static class CallScopes
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
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
        ["0-123"] = "orders",
        ["order"] = "orders",
        ["0-142"] = "carts",
        ["cart"] = "carts",
    };

    public static IReadOnlyList<string> Of(ShownRequest request) => request.Endpoint is { } endpoint ? Of(endpoint, request.Method, request.Address.ApiPath) : [];

    public static IReadOnlyList<string> Of(PublishedEndpoint endpoint, string method, string apiPath)
    {
        if (endpoint.Scopes.Count <= 3) return endpoint.Scopes;
        var template = endpoint.Template.Split('/');
        var at = Array.FindIndex(template, s => s is "{objectType}" or "{fromObjectType}");
        var path = apiPath.Split('/');
        if (at < 0 || at >= path.Length) return endpoint.Scopes;
        var name = s_names.GetValueOrDefault(path[at], path[at].StartsWith("2-", StringComparison.Ordinal) ? "custom" : path[at].ToLowerInvariant());
        var reading = method == "GET" || path[^1] is "search" or "read";
        var own = endpoint.Scopes.Where(s => s.Contains($".{name}.", StringComparison.Ordinal) && !s.Contains("sensitive", StringComparison.Ordinal) && (reading ? s.EndsWith(".read", StringComparison.Ordinal) : s.EndsWith(".write", StringComparison.Ordinal))).ToList();
        return own.Count > 0 ? own : endpoint.Scopes;
    }
}
