namespace Spoke.HubSpot;

/// <summary>Finds the least scopes for the calls of a text. Sends nothing.</summary>
public static class ScopePlanner
{
    /// <summary>Longest input that is looked at.</summary>
    public const int LongestInput = 20_000_000;

    /// <summary>Plans for the calls in source code, a HAR, an export of Postman or Insomnia, an OpenAPI description (JSON or YAML) or a list of endpoints.</summary>
    /// <param name="granted">What the token has, when that is known: then missing and excess scopes are told.</param>
    /// <exception cref="FormatException">A list of endpoints has a line whose first word is no method, or names no path that HubSpot publishes.</exception>
    public static ScopePlan Plan(string text, IReadOnlyCollection<string>? granted = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Plan(CallFinder.Find(text), granted);
    }

    /// <summary>Plans for calls that are known.</summary>
    /// <param name="granted">What the token has, when that is known: then missing and excess scopes are told.</param>
    public static ScopePlan Plan(IReadOnlyList<FoundCall> calls, IReadOnlyCollection<string>? granted = null)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var planned = CallFinder.Distinct(calls).Select(Look).ToList();
        var open = planned.Where(call => call.AnyOf.Count > 0).ToList();
        var least = Least(open);
        var has = granted is null ? null : granted.ToHashSet(StringComparer.Ordinal);
        return new ScopePlan
        {
            Calls = planned,
            Least = least,
            Missing = has is null ? [] : [.. open.Where(call => !call.AnyOf.Any(alternative => Has(has, alternative))).SelectMany(call => least.Where(scope => call.AnyOf.Any(a => a.Split('+').Contains(scope)))).Distinct().Order(StringComparer.Ordinal)],
            Excess = has is null ? [] : [.. has.Where(scope => scope != "oauth" && !open.Exists(call => Needs(call, scope, has))).Order(StringComparer.Ordinal)],
            GrantedKnown = has is not null,
        };
    }

    private static PlannedCall Look(FoundCall call)
    {
        if (EndpointCatalogue.Find(call.Method, call.Path) is not { } endpoint)
            return new PlannedCall(call, null, []) { Remark = EndpointCatalogue.Matches(call.Path).Select(e => e.Method).Distinct().ToList() is { Count: > 0 } methods ? $"published for {string.Join(", ", methods)} only" : "not published" };
        var scopes = CallScopes.Of(endpoint, call.Method, call.Path);
        return new PlannedCall(call, endpoint, scopes)
        {
            Remark = endpoint.CredentialKinds is ["developer_hapikey"] ? "takes a developer key only"
                : scopes.Count > 0 && scopes.All(ScopeFacts.IsAppLevel) ? "takes an app's own credential; no scope of an account opens it"
                : scopes.Count > 0 && scopes.All(ScopeFacts.IsNeverGranted) ? "its scope is not for public use" : null,
        };
    }

    /// <summary>A scope that some call cannot do without, or that is the narrowest of those it has.</summary>
    private static bool Needs(PlannedCall call, string scope, HashSet<string> has) =>
        call.AnyOf.Where(alternative => Has(has, alternative)).OrderBy(ScopeFacts.Breadth).FirstOrDefault() is { } used && used.Split('+').Contains(scope);

    private static bool Has(HashSet<string> has, string alternative) => alternative == "oauth" || Array.TrueForAll(alternative.Split('+'), has.Contains);

    /// <summary>
    /// What a call cannot do without first; then, time and again, what opens most of the calls still closed for its breadth.
    /// Every install has <c>oauth</c>, so that costs nothing.
    /// </summary>
    private static List<string> Least(List<PlannedCall> calls)
    {
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        var closed = calls.Where(call => !call.AnyOf.Contains("oauth") && call.AnyOf.Any(CanBeGranted)).ToList();
        foreach (var call in closed.Where(call => call.AnyOf.Count(CanBeGranted) == 1)) chosen.UnionWith(call.AnyOf.First(CanBeGranted).Split('+'));
        while (true)
        {
            closed.RemoveAll(call => call.AnyOf.Any(alternative => Has(chosen, alternative)));
            if (closed.Count == 0) return [.. chosen.Order(StringComparer.Ordinal)];
            var best = closed.SelectMany(call => call.AnyOf).Where(CanBeGranted).Distinct()
                .OrderByDescending(alternative => closed.Count(call => call.AnyOf.Contains(alternative)) / ScopeFacts.Breadth(alternative)).ThenBy(alternative => alternative, StringComparer.Ordinal).First();
            chosen.UnionWith(best.Split('+'));
        }
    }

    private static bool CanBeGranted(string alternative) => Array.TrueForAll(alternative.Split('+'), scope => !ScopeFacts.IsNeverGranted(scope) && !ScopeFacts.IsAppLevel(scope));
}
