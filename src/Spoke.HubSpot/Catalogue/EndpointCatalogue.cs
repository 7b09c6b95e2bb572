namespace Spoke.HubSpot;

/// <summary>An endpoint HubSpot publishes.</summary>
/// <param name="Template">Path with parameters in braces.</param>
/// <param name="Scopes">Scopes of which any one will do; empty: none needed, or none published.</param>
/// <param name="CredentialKinds">As published: <c>oauth2</c>, <c>private_apps</c>, <c>developer_hapikey</c>. The published table has gaps.</param>
public sealed record PublishedEndpoint(string Method, string Template, string Version, string Area, IReadOnlyList<string> Scopes, IReadOnlyList<string> CredentialKinds);

/// <summary>The endpoints HubSpot publishes, with the scopes each needs.</summary>
public static class EndpointCatalogue
{
    private static readonly Lazy<IReadOnlyList<(PublishedEndpoint Endpoint, string[] Segments)>> Table = new(Load);

    /// <summary>All of them.</summary>
    public static IEnumerable<PublishedEndpoint> All => Table.Value.Select(row => row.Endpoint);

    /// <summary>The endpoint a call goes to; null when HubSpot publishes none. Literal segments win over parameters.</summary>
    public static PublishedEndpoint? Find(string method, string path) => Matches(path).Where(e => e.Method == method).FirstOrDefault();

    /// <summary>All methods published for a path.</summary>
    public static IEnumerable<PublishedEndpoint> Matches(string path)
    {
        var query = path.IndexOf('?');
        var segments = (query >= 0 ? path[..query] : path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Table.Value.Where(row => Fits(row.Segments, segments)).OrderBy(row => row.Segments.Count(IsParameter)).Select(row => row.Endpoint);
    }

    /// <summary>Scopes of which any one opens a call; of a path for any kind of object, those of the kind in it. Empty: none needed, none published, or no such endpoint.</summary>
    public static IReadOnlyList<string> ScopesOf(string method, string path) => Find(method, path) is { } endpoint ? CallScopes.Of(endpoint, method, path.Split('?')[0]) : [];

    private static bool Fits(string[] template, string[] path)
    {
        if (template.Length != path.Length) return false;
        for (var i = 0; i < path.Length; i++)
            if (!IsParameter(template[i]) && template[i] != path[i]) return false;
        return true;
    }

    private static bool IsParameter(string segment) => segment.StartsWith('{');

    private static List<(PublishedEndpoint, string[])> Load()
    {
        var sets = EmbeddedTable.Lines("scope-sets.tsv").Select(line => line.Split('\t')).ToDictionary(f => "@" + f[0], f => f[1]);
        var rows = new List<(PublishedEndpoint, string[])>();
        foreach (var line in EmbeddedTable.Lines("endpoints.tsv"))
        {
            var f = line.Split('\t');
            var scopes = sets.GetValueOrDefault(f[4], f[4]);
            rows.Add((new PublishedEndpoint(f[0], f[1], f[2], f[3], scopes == "-" ? [] : scopes.Split(','), f[5] == "-" ? [] : f[5].Split(',')), f[1].Split('/', StringSplitOptions.RemoveEmptyEntries)));
        }
        return rows;
    }
}
