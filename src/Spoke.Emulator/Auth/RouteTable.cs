namespace Spoke.Emulator.Auth;

/// <summary>A published endpoint as the gate needs it.</summary>
internal sealed class Route
{
    public required string Method { get; init; }
    public required string Template { get; init; }
    public required string[] Scopes { get; init; }

    /// <summary>Needs every scope rather than any.</summary>
    public bool AllScopes { get; init; }
    public bool Open { get; init; }
    public bool DeveloperKeyOnly { get; init; }
    public bool AppOnly { get; init; }
    public bool Legacy { get; init; }
    public bool IsSearch { get; init; }
    public bool IsAssociation { get; init; }

    /// <summary>Position of the parameter that names the object type, whose own scopes are the ones that count; -1 for none.</summary>
    public int ObjectTypeAt { get; init; } = -1;
}

/// <summary>All published endpoints in a tree of path segments. Literal segments win over parameters.</summary>
internal sealed class RouteTable
{
    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);
        public Node? Parameter { get; set; }
        public Dictionary<string, Route> Routes { get; } = new(StringComparer.Ordinal);
    }

    // families whose credential is an app's own: an account's token is answered as if it were none
    private static readonly string[] AppFamilies = ["/webhooks/v3/{appId}", "/webhooks/2026-03/{appId}", "/app-webhooks/", "/crm/v3/extensions/calling/{appId}", "/crm/v3/extensions/cards", "/crm/extensions/cards", "/crm/extensions/calling/2026-03/{appId}", "/crm/extensions/calling/2026-09/{appId}", "/automation/v4/actions/{appId}", "/automation/actions/2026-03/{appId}", "/automation/actions/2026-09/{appId}", "/conversations/v3/custom-channels", "/conversations/custom-channels"];

    private static readonly string[] DeveloperFamilies = ["/media-bridge/v1/{appId}", "/marketing/v3/marketing-events/{appId}/settings"];

    private readonly Node _root = new();

    private RouteTable(IReadOnlyList<Route> all) => All = all;

    public IReadOnlyList<Route> All { get; }

    /// <summary>The route; or null, and whether the path exists for other methods.</summary>
    public Route? Find(string method, IReadOnlyList<string> segments, out bool pathExists)
    {
        pathExists = false;
        return Find(_root, method, segments, 0, ref pathExists);
    }

    private static Route? Find(Node node, string method, IReadOnlyList<string> segments, int at, ref bool pathExists)
    {
        if (at == segments.Count)
        {
            if (node.Routes.Count > 0) pathExists = true;
            return node.Routes.GetValueOrDefault(method);
        }
        if (node.Literals.TryGetValue(segments[at], out var literal) && Find(literal, method, segments, at + 1, ref pathExists) is { } found) return found;
        return node.Parameter is { } parameter ? Find(parameter, method, segments, at + 1, ref pathExists) : null;
    }

    public static RouteTable Load()
    {
        var sets = Lines("scope-sets.tsv").Select(l => l.Split('\t')).ToDictionary(f => "@" + f[0], f => f[1]);
        var all = Lines("endpoints.tsv").Select(line => Parse(line.Split('\t'), sets)).ToList();
        // Not in the published descriptions, yet documented and used by every client.
        all.Add(new Route { Method = "POST", Template = "/oauth/v2/private-apps/get/access-token-info", Scopes = [], Open = true });
        foreach (var old in new[] { "/owners/v2/owners", "/contacts/v1/lists/all/contacts/all", "/deals/v1/deal/paged", "/companies/v2/companies/paged" })
            all.Add(new Route { Method = "GET", Template = old, Scopes = [], Legacy = true });
        var table = new RouteTable(all);
        foreach (var route in all) table.Add(route);
        return table;
    }

    private void Add(Route route)
    {
        var node = _root;
        foreach (var segment in route.Template.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment.StartsWith('{')) node = node.Parameter ??= new Node();
            else
            {
                if (!node.Literals.TryGetValue(segment, out var next)) node.Literals[segment] = next = new Node();
                node = next;
            }
        }
        node.Routes.TryAdd(route.Method, route);
    }

    private static Route Parse(string[] f, Dictionary<string, string> sets)
    {
        var scopes = sets.GetValueOrDefault(f[4], f[4]);
        var template = f[1];
        var segments = template.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var generic = f[4].StartsWith('@');
        return new Route
        {
            Method = f[0],
            Template = template,
            Scopes = scopes == "-" ? [] : scopes.Split(',', '+'),
            AllScopes = scopes.Contains('+'),
            Open = f[5] == "-",
            DeveloperKeyOnly = f[5] == "developer_hapikey" || DeveloperFamilies.Any(family => template.StartsWith(family, StringComparison.Ordinal)),
            AppOnly = f[5] != "developer_hapikey" && AppFamilies.Any(family => template.StartsWith(family, StringComparison.Ordinal)),
            IsSearch = f[0] == "POST" && template.StartsWith("/crm/", StringComparison.Ordinal) && template.EndsWith("/search", StringComparison.Ordinal),
            IsAssociation = template.Contains("/associations/", StringComparison.Ordinal),
            ObjectTypeAt = generic ? Array.FindIndex(segments, s => s is "{objectType}" or "{fromObjectType}") : -1,
        };
    }

    private static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(RouteTable).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The table {name} is not embedded.");
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }
}
