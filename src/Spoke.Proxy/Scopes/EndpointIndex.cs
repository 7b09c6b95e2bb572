using Spoke.HubSpot;

namespace Spoke.Proxy.Scopes;

/// <summary>The published endpoints as a tree of their segments: every call is looked up, and a walk through the whole table would be felt.</summary>
internal sealed class EndpointIndex
{
    /// <param name="TypeAt">Which segment of the path names the kind of object, from 0; negative where the scopes do not go by it.</param>
    internal sealed record Entry(PublishedEndpoint Endpoint, int TypeAt);

    private sealed class Node
    {
        private readonly Dictionary<string, Node> _literal = new(StringComparer.Ordinal);

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> Literal => _literal.GetAlternateLookup<ReadOnlySpan<char>>();
        public Node? Parameter { get; set; }
        public Dictionary<string, Entry> ByMethod { get; } = new(StringComparer.Ordinal);
    }

    private readonly Node _root = new();

    public EndpointIndex(IEnumerable<PublishedEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var node = _root;
            var segments = endpoint.Template.Split('/', StringSplitOptions.RemoveEmptyEntries);
            foreach (var segment in segments)
            {
                if (segment.StartsWith('{')) node = node.Parameter ??= new Node();
                else if (node.Literal.TryGetValue(segment, out var known)) node = known;
                else
                {
                    var literal = node.Literal;
                    literal[segment] = node = new Node();
                }
            }
            node.ByMethod.TryAdd(endpoint.Method, new Entry(endpoint, endpoint.Scopes.Count <= 3 ? -1 : Array.FindIndex(segments, segment => segment is "{objectType}" or "{fromObjectType}")));
        }
    }

    /// <summary>Null when HubSpot publishes no such endpoint. Literal segments win over parameters.</summary>
    public Entry? Find(string method, string path) => Find(_root, method, path);

    /// <summary>The segment with this number, from 0; empty when the path is shorter.</summary>
    public static ReadOnlySpan<char> Segment(ReadOnlySpan<char> path, int number)
    {
        while (Next(ref path, out var segment))
            if (number-- == 0) return segment;
        return default;
    }

    private static Entry? Find(Node node, string method, ReadOnlySpan<char> path)
    {
        if (!Next(ref path, out var segment)) return node.ByMethod.GetValueOrDefault(method);
        if (node.Literal.TryGetValue(segment, out var literal) && Find(literal, method, path) is { } exact) return exact;
        return node.Parameter is { } parameter ? Find(parameter, method, path) : null;
    }

    private static bool Next(scoped ref ReadOnlySpan<char> path, out ReadOnlySpan<char> segment)
    {
        path = path.TrimStart('/');
        var end = path.IndexOf('/');
        segment = end < 0 ? path : path[..end];
        path = path[segment.Length..];
        return segment.Length > 0;
    }
}
