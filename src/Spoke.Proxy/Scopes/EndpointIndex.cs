using Spoke.HubSpot;

namespace Spoke.Proxy.Scopes;

/// <summary>The published endpoints as a tree of their segments: every call is looked up, and a walk through the whole table would be felt.</summary>
internal sealed class EndpointIndex
{
    private sealed class Node
    {
        public Dictionary<string, Node> Literal { get; } = new(StringComparer.Ordinal);
        public Node? Parameter { get; set; }
        public Dictionary<string, PublishedEndpoint> ByMethod { get; } = new(StringComparer.Ordinal);
    }

    private readonly Node _root = new();

    public EndpointIndex(IEnumerable<PublishedEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var node = _root;
            foreach (var segment in endpoint.Template.Split('/', StringSplitOptions.RemoveEmptyEntries))
                node = segment.StartsWith('{') ? node.Parameter ??= new Node() : node.Literal.TryGetValue(segment, out var known) ? known : node.Literal[segment] = new Node();
            node.ByMethod.TryAdd(endpoint.Method, endpoint);
        }
    }

    /// <summary>Null when HubSpot publishes no such endpoint. Literal segments win over parameters.</summary>
    public PublishedEndpoint? Find(string method, string path) => Find(_root, method, path.Split('/', StringSplitOptions.RemoveEmptyEntries), 0);

    private static PublishedEndpoint? Find(Node node, string method, string[] path, int at)
    {
        if (at == path.Length) return node.ByMethod.GetValueOrDefault(method);
        if (node.Literal.TryGetValue(path[at], out var literal) && Find(literal, method, path, at + 1) is { } exact) return exact;
        return node.Parameter is { } parameter ? Find(parameter, method, path, at + 1) : null;
    }
}
