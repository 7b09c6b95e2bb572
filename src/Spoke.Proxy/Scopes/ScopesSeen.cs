using System.Collections.Concurrent;
using Spoke.HubSpot;

namespace Spoke.Proxy.Scopes;

/// <summary>Which endpoints were called since the start, and so which scopes the callers need at least.</summary>
internal sealed class ScopesSeen
{
    /// <summary>Calls of one endpoint on one kind of object.</summary>
    internal sealed class Use(string method, string template, IReadOnlyList<string> anyOf)
    {
        private long _passed;
        private long _refused;

        public string Method => method;
        public string Template => template;

        /// <summary>Any one of these opens it; empty: none needed, or none published.</summary>
        public IReadOnlyList<string> AnyOf => anyOf;

        /// <summary>As HubSpot listed them in a 403.</summary>
        public IReadOnlyList<string> Asked { get; private set; } = [];
        public long Passed => Interlocked.Read(ref _passed);
        public long Refused => Interlocked.Read(ref _refused);

        public void Count(int status, IReadOnlyList<string> required)
        {
            if (required.Count > 0 || status == 403) Interlocked.Increment(ref _refused);
            else if (status is >= 200 and < 400) Interlocked.Increment(ref _passed);
            if (required.Count > 0) Asked = required;
        }
    }

    private static readonly Lazy<EndpointIndex> s_endpoints = new(() => new EndpointIndex(EndpointCatalogue.All));
    private const int MostUses = 10_000;
    private readonly ConcurrentDictionary<(string Method, string Template, string Type), Use> _uses = new();

    public IReadOnlyCollection<Use> Uses => [.. _uses.Values.OrderBy(use => use.Template, StringComparer.Ordinal).ThenBy(use => use.Method, StringComparer.Ordinal)];

    /// <param name="path">Without query.</param>
    /// <param name="required">Scopes HubSpot asked for when it refused.</param>
    public void Count(string method, string path, int status, IReadOnlyList<string> required)
    {
        if (s_endpoints.Value.Find(method, path) is not { Endpoint: var endpoint, TypeAt: var typeAt }) return;
        var type = typeAt < 0 ? "" : EndpointIndex.Segment(path, typeAt).ToString();
        if (!_uses.TryGetValue((method, endpoint.Template, type), out var use))
        {
            if (_uses.Count >= MostUses) return;
            var shown = type.Length == 0 ? endpoint.Template : endpoint.Template.Replace("{objectType}", type, StringComparison.Ordinal).Replace("{fromObjectType}", type, StringComparison.Ordinal);
            use = _uses.GetOrAdd((method, endpoint.Template, type), _ => new Use(method, shown, CallScopes.Of(endpoint, method, path)));
        }
        use.Count(status, required);
    }

    /// <summary>
    /// The fewest scopes that open everything that passed: those without a choice first, then of the rest each time the scope that opens the most;
    /// between equals the one that permits less, a reading scope before a writing one.
    /// </summary>
    public IReadOnlyList<string> Least() => LeastScopes.Of(Uses.Where(use => use.Passed > 0 && use.AnyOf.Count > 0).Select(use => use.AnyOf));

    public void Clear() => _uses.Clear();
}
