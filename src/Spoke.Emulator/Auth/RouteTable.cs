namespace Spoke.Emulator.Auth;

/// <summary>All published endpoints in a tree of path segments. Literal segments win over parameters.</summary>
internal sealed class RouteTable
{
    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);
        public Node? Parameter { get; set; }
        public Dictionary<string, Route> Routes { get; } = new(StringComparer.Ordinal);
    }

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    // Old families that still answer, though HubSpot no longer publishes them; lists v1 is gone for good and a plain 404.
    private static readonly string[] LegacyFamilies =
        ["owners/v2", "contacts/v1", "companies/v2", "deals/v1", "engagements/v1", "properties/v1", "properties/v2", "forms/v2", "crm-objects/v1", "crm-associations/v1"];

    private static readonly (string Method, string Template)[] OpenPages =
    [
        ("GET", "/manage-preferences/{hubId}/{what}/{token}"),
        ("GET", "/signed-files/{hubId}/{key}/{until}/{name}"),
        .. Enumerable.Range(1, 8).Select(depth => ("GET", "/hubfs/{portalId}" + string.Concat(Enumerable.Repeat("/{part}", depth)))),
        ("GET", "/exported-files/{hubId}/{key}/{until}/{name}"),
        ("POST", "/submissions/v3/integration/submit/{portalId}/{formGuid}"),
    ];

    private static readonly Route Legacy = new() { Method = "*", Template = "(v1 and v2)", Legacy = true };

    private readonly Node _root = new();
    private readonly List<Route> _published = [];

    private RouteTable()
    {
    }

    /// <summary>The published endpoints.</summary>
    public IReadOnlyList<Route> All => _published;

    /// <summary>The route; or null, and whether the path exists for other methods.</summary>
    public Route? Find(string method, string path, IReadOnlyList<string> segments, out bool pathExists)
    {
        pathExists = false;
        // One published path ends in a slash and has scopes of its own there; everywhere else the slash does not count.
        if (path.EndsWith('/') && Find(_root, method + "/", segments, 0, ref pathExists) is { } slashed) return slashed;
        return Find(_root, method, segments, 0, ref pathExists) ?? (!pathExists && IsLegacy(segments) ? Legacy : null);
    }

    /// <summary>Whether a path wants a credential for any of its methods.</summary>
    public bool TakesCredential(string path, IReadOnlyList<string> segments) =>
        Methods.Any(method => Find(method, path, segments, out _) is { Access: not RouteAccess.Open });

    public static RouteTable Load()
    {
        var table = new RouteTable();
        var sets = Lines("scope-sets.tsv").Select(line => line.Split('\t')).ToDictionary(fields => "@" + fields[0], fields => fields[1]);
        foreach (var line in Lines("endpoints.tsv"))
        {
            var route = Parse(line.Split('\t'), sets);
            table._published.Add(route);
            table.Add(route);
        }
        // Not in the published descriptions: documented and used by every client, the consent page, and the old path of cards.
        table.Add(new Route { Method = "POST", Template = "/oauth/v2/private-apps/get/access-token-info", Access = RouteAccess.Open });
        foreach (var page in (string[])["/oauth/authorize", "/oauth/{hubId}/authorize"])
            foreach (var method in (string[])["GET", "POST"]) table.Add(new Route { Method = method, Template = page, Access = RouteAccess.Open });
        table.Add(new Route { Method = "GET", Template = "/cms/v3/audit-logs", Scopes = [["content"]] });
        // HubSpot's own clients still ask for an event as people see it; whoever may read the event may.
        const string timelineEvent = "/integrators/timeline/v3/events/{eventTemplateId}/{eventId}";
        var eventScopes = table._published.Find(route => route.Template == timelineEvent)!.Scopes;
        foreach (var view in (string[])["detail", "render"]) table.Add(new Route { Method = "GET", Template = $"{timelineEvent}/{view}", Scopes = eventScopes });
        // Published at /settings/users/v3 and /crm/objects/v3/deals/splits only; HubSpot's own clients ask here.
        table.Add(new Route { Method = "GET", Template = "/settings/v3/users", Scopes = [["crm.objects.users.read"], ["settings.users.read"]] });
        table.Add(new Route { Method = "POST", Template = "/settings/v3/users", Scopes = [["crm.objects.users.write"], ["settings.users.write"]] });
        foreach (var verb in (string[])["read", "upsert"])
            table.Add(new Route { Method = "POST", Template = $"/crm/v3/objects/deals/splits/batch/{verb}", Scopes = [["crm.dealsplits.read_write"]] });
        table.Add(new Route { Method = "GET", Template = "/crm/v3/extensions/cards/dev/{appId}", Access = RouteAccess.App, Scopes = [["developers-read"]] });
        table.Add(new Route { Method = "GET", Template = "/crm/v3/extensions/cards/dev/{appId}/{cardId}", Access = RouteAccess.App, Scopes = [["developers-read"]] });
        foreach (var (method, path) in (ReadOnlySpan<(string, string)>)[("GET", "v3/workflows"), ("GET", "v3/workflows/{workflowId}"), ("POST", "v2/workflows/{workflowId}/enrollments/contacts/{email}"), ("DELETE", "v2/workflows/{workflowId}/enrollments/contacts/{email}")])
            table.Add(new Route { Method = method, Template = "/automation/" + path, Scopes = [["automation"]] });
        table.Add(new Route { Method = "GET", Template = "/webhooks-journal-files/{hubId}/{offset}", Access = RouteAccess.Open, Unlimited = true });   // the journal's signed addresses
        table.Add(new Route { Method = "GET", Template = "/marketing/v3/email/send-statuses/{statusId}", Access = RouteAccess.Account, Scopes = [["transactional-email"], ["marketing-email"]] });
        table.Add(new Route { Method = "GET", Template = "/form-integrations/v1/submissions/forms/{formId}", Scopes = [["forms"]] });
        table.Add(new Route { Method = "POST", Template = "/submissions/v3/integration/secure/submit/{portalId}/{formGuid}", Scopes = [["forms"]] });
        // The pages people themselves see, and what web sites call without a token.
        foreach (var (method, template) in OpenPages) table.Add(new Route { Method = method, Template = template, Access = RouteAccess.Open });
        return table;
    }

    private static Route? Find(Node node, string method, IReadOnlyList<string> segments, int at, ref bool pathExists)
    {
        if (at == segments.Count)
        {
            if (node.Routes.Count > 0) pathExists = true;
            return node.Routes.GetValueOrDefault(method);
        }
        if (node.Literals.TryGetValue(segments[at], out var literal) && Find(literal, method, segments, at + 1, ref pathExists) is { } found) return found;
        return node.Parameter is { } parameter && segments[at].Length > 0 ? Find(parameter, method, segments, at + 1, ref pathExists) : null;
    }

    private static bool IsLegacy(IReadOnlyList<string> segments) =>
        segments.Count > 2 && Array.IndexOf(LegacyFamilies, $"{segments[0]}/{segments[1]}") >= 0 && (segments[0], segments[2]) != ("contacts", "lists");

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
        node.Routes.TryAdd(route.Template.EndsWith('/') ? route.Method + "/" : route.Method, route);
    }

    /// <summary>One line: method, path, version, area, scopes (or the name of a set), kinds of credential, success codes.</summary>
    private static Route Parse(string[] fields, Dictionary<string, string> sets)
    {
        var (method, template, scopes, kinds) = (fields[0], fields[1], fields[4], fields[5]);
        // A set is the scopes of all object types together; of those only the ones of the type in the path count.
        var typeAt = scopes.StartsWith('@') ? Array.FindIndex(template.Split('/', StringSplitOptions.RemoveEmptyEntries), segment => segment is "{objectType}" or "{fromObjectType}") : -1;
        return new Route
        {
            Method = method,
            Template = template,
            Area = fields[3],
            Access = AccessFamilies.Of(template, kinds),
            Scopes = Route.ParseScopes(sets.GetValueOrDefault(scopes, scopes)),
            ScopeNotPublic = template.Contains("/extensions/videoconferencing/", StringComparison.Ordinal),
            IsSearch = method == "POST" && template.StartsWith("/crm/", StringComparison.Ordinal) && template.Contains("/objects/", StringComparison.Ordinal) && template.EndsWith("/search", StringComparison.Ordinal),
            IsAssociation = fields[2] != "v3" && template.StartsWith("/crm/", StringComparison.Ordinal) && template.Contains("/associations/", StringComparison.Ordinal),
            Unlimited = template.StartsWith("/webhooks-journal/", StringComparison.Ordinal),
            ObjectTypeAt = typeAt,
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
