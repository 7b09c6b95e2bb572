using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>The parts of a request's address, each with its place.</summary>
internal sealed partial class ShownAddress
{
    private static readonly ShownAddress Nowhere = new() { Url = LocatedText.Empty, Scheme = "", Host = LocatedText.Empty, Path = LocatedText.Empty, Parameters = [] };
    private static readonly string[] s_ours = ["api.hubapi.com", "api-eu1.hubapi.com", "api-na1.hubapi.com", "api-na2.hubapi.com", "api-na3.hubapi.com", "api-ap1.hubapi.com"];
    private static readonly string[] s_formHosts = ["api.hsforms.com", "api-eu1.hsforms.com", "forms.hubspot.com", "forms.hsforms.com"];

    public required LocatedText Url { get; init; }
    public required string Scheme { get; init; }
    public required LocatedText Host { get; init; }
    public required LocatedText Path { get; init; }
    public required IReadOnlyList<(LocatedText Name, LocatedText Value)> Parameters { get; init; }
    public LocatedText? UserInfo { get; init; }

    [GeneratedRegex("^[/]{2,}|(?<=[^:])//+")]
    private static partial Regex DoubledSlash();

    public bool IsKnown => Host.Length > 0;

    public bool IsHubSpot => s_ours.Contains(Host.Text, StringComparer.OrdinalIgnoreCase);

    /// <summary>The page on which an account lets an app in: a browser's, with its cookies.</summary>
    public bool IsConsentPage => ApiPath.StartsWith("/oauth/", StringComparison.Ordinal) && ApiPath.EndsWith("/authorize", StringComparison.Ordinal);

    /// <summary>Forms are taken without a token.</summary>
    public bool IsForms => s_formHosts.Contains(Host.Text, StringComparer.OrdinalIgnoreCase);

    public bool IsLoopback => Host.Text is "localhost" or "[::1]" or "host.docker.internal" || Host.Text.StartsWith("127.", StringComparison.Ordinal);

    /// <summary>Not HubSpot's, nor anything that stands in for it.</summary>
    public bool IsForeign => IsKnown && !IsHubSpot && !IsLoopback && !Host.HasFillings;

    /// <summary>The path without doubled or closing slashes, for looking it up.</summary>
    public string ApiPath => _apiPath ??= DoubledSlash().Replace(Path.Text, "/") is { Length: > 1 } path ? path.TrimEnd('/') : Path.Text;
    private string? _apiPath;

    public LocatedText? Parameter(string name) => Parameters.FirstOrDefault(p => p.Name.Text.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static ShownAddress Of(LocatedText? url)
    {
        if (url is null || url.Length == 0) return Nowhere;
        url = url.Trim();
        var text = url.Text;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var at = 0;
        var name = "";
        if (scheme is > 0 and < 10)
        {
            name = text[..scheme].ToLowerInvariant();
            at = scheme + 3;
        }
        LocatedText host = LocatedText.Empty;
        LocatedText? user = null;
        if (name.Length > 0 || !text.StartsWith('/'))
        {
            var end = text.AsSpan(at).IndexOfAny("/?#") is var slash and >= 0 ? at + slash : text.Length;
            var authority = url.Slice(at, end - at);
            if (authority.Text.LastIndexOf('@') is var sign and >= 0)
            {
                user = authority.Slice(0, sign);
                authority = authority.Slice(sign + 1);
            }
            var port = authority.Text.StartsWith('[') ? authority.Text.IndexOf("]:", StringComparison.Ordinal) + 1 : authority.Text.IndexOf(':');
            host = port > 0 ? authority.Slice(0, port) : authority;
            at = end;
            if (host.IsFilling) host = LocatedText.Empty;   // a base address that is only known when it runs
        }
        var query = text.IndexOf('?', at);
        var hash = text.IndexOf('#', query < 0 ? at : query);
        var stop = hash < 0 ? text.Length : hash;
        var path = url.Slice(at, (query < 0 ? stop : query) - at);
        return new ShownAddress { Url = url, Scheme = name, Host = host, Path = path, Parameters = query < 0 ? [] : Pairs(url.Slice(query + 1, stop - query - 1)), UserInfo = user };
    }

    /// <summary>The pairs of a query or a form body.</summary>
    public static IReadOnlyList<(LocatedText Name, LocatedText Value)> Pairs(LocatedText text)
    {
        var pairs = new List<(LocatedText, LocatedText)>();
        for (var start = 0; start <= text.Length;)
        {
            var end = text.Text.IndexOf('&', start);
            if (end < 0) end = text.Length;
            var part = text.Slice(start, end - start);
            var equals = part.Text.IndexOf('=');
            if (part.Length > 0) pairs.Add(equals < 0 ? (part, part.Slice(part.Length)) : (part.Slice(0, equals), part.Slice(equals + 1)));
            start = end + 1;
        }
        return pairs;
    }
}
