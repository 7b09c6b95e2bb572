using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Spoke.Proxy.Forwarding;

/// <summary>Path and query as they go on: as the caller wrote them, without credentials in the query.</summary>
internal static class CallTarget
{
    private const string PortalPrefix = "/_portal/";

    /// <param name="path">Decoded and without dot segments, as the limits and rules see it.</param>
    /// <param name="portal">Named by the path's beginning, which does not go on; null when it names none.</param>
    public static string Of(HttpRequest request, out string path, out string? portal)
    {
        path = request.Path.Value is { Length: > 0 } value ? value : "/";
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = raw.IndexOf('?');
        var target = query < 0 ? raw : raw[..query];
        // Dot segments, a whole address or anything else that was read differently: what was judged is what is sent.
        if (!target.StartsWith('/') || target.Contains("/.", StringComparison.Ordinal) || target.Contains("%2e", StringComparison.OrdinalIgnoreCase)) target = PathString.FromUriComponent("/").Add(request.Path).ToUriComponent().Replace("//", "/", StringComparison.Ordinal);
        portal = null;
        if (path.StartsWith(PortalPrefix, StringComparison.Ordinal) && target.StartsWith(PortalPrefix, StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', PortalPrefix.Length);
            portal = end < 0 ? path[PortalPrefix.Length..] : path[PortalPrefix.Length..end];
            path = end < 0 ? "/" : path[end..];
            var rawEnd = target.IndexOf('/', PortalPrefix.Length);
            target = rawEnd < 0 ? "/" : target[rawEnd..];
        }
        return target + WithoutCredentials(request.QueryString.Value);
    }

    private static string WithoutCredentials(string? query)
    {
        if (query is null or { Length: < 2 }) return "";
        if (!query.Contains("key", StringComparison.OrdinalIgnoreCase) && !query.Contains("token", StringComparison.OrdinalIgnoreCase) && !query.Contains('%')) return query;
        var kept = query[1..].Split('&').Where(part => !IsCredential(part)).ToList();
        return kept.Count == 0 ? "" : "?" + string.Join('&', kept);
    }

    private static bool IsCredential(string part)
    {
        var name = Uri.UnescapeDataString((part.IndexOf('=') is var at and >= 0 ? part[..at] : part).Replace('+', ' ')).Trim();
        return name.Equals("hapikey", StringComparison.OrdinalIgnoreCase) || name.Equals("access_token", StringComparison.OrdinalIgnoreCase);
    }
}
