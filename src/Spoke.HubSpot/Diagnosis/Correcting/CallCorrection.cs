using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Mends a shown request: method, address, body and other headers stay; what was at fault goes; the token comes from the environment.</summary>
internal static partial class CallCorrection
{
    private static readonly string[] s_dropped = ["authorization", "host", "content-length", "connection", "accept-encoding", "transfer-encoding", "postman-token", "proxy-authorization", "te", "upgrade-insecure-requests", "priority", "dnt", "pragma", "cache-control"];
    private static readonly Phrase s_secret = new([("SECRET", true)]);
    private static readonly string[] s_keyNames = ["hapikey", "access_token", "accesstoken", "token", "oauth_token", "api_key", "apikey", "authorization", "bearer", "access-token", "headers"];

    private const string SecretNames = @"client[_-]?secret|refresh[_-]?token|code|code_verifier|tokenKey|[\w-]*secret|[\w-]*passw(?:or)?d|[\w-]*token|[\w-]*api[_-]?key|hapikey|private[_-]?key|credentials?|authorization|signature";

    [GeneratedRegex("(?<=\"(" + SecretNames + ")\"\\s*:\\s*\")(?:[^\"\\\\]|\\\\.)+", RegexOptions.IgnoreCase)]
    private static partial Regex QuotedSecret();

    [GeneratedRegex("(?:^|-)(?:x-)?(?:" + SecretNames + "|key|hash)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("(?<=[\"']?\\b(" + SecretNames + ")[\"']?\\s*[:=]\\s*[\"']?)(?!(?:true|false|null)\\b)[^\\s\"'&,{}\\[$]+", RegexOptions.IgnoreCase)]
    private static partial Regex FieldSecret();

    [GeneratedRegex("""pat-[A-Za-z]{2}\d{0,2}-[^\s"'&]{6,}|\beyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*|(?<=Bearer )[^\s"'&$]{8,}""")]
    private static partial Regex TokenLike();

    [GeneratedRegex("""(?<comma>,\s*)?["'](?:access_token|accessToken|token|hapikey|api_key)["']\s*:\s*["'][^"']*["'](?(comma)|\s*,?)""")]
    private static partial Regex JsonTokenField();

    [GeneratedRegex("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
    private static partial Regex FieldName();

    public static CorrectedCall? Of(ShownRequest request, IReadOnlyList<Finding> findings)
    {
        if (request.Url is null && request.Headers.Count == 0) return null;
        if (findings.Any(f => f.Id == "R15")) return null;
        if (request.LacksBody) return null;
        var parts = Mend(request, findings);
        return new CorrectedCall(CurlWriter.Write(parts), PythonWriter.Write(parts), JavaScriptWriter.Write(parts), CSharpWriter.Write(parts))
        {
            Cmd = request.Dialect == Dialect.Cmd ? CmdWriter.Write(parts) : null,
            PowerShell = request.Dialect is Dialect.PowerShell or Dialect.PowerShellRequest ? PowerShellWriter.Write(parts) : null,
        };
    }

    private static CallParts Mend(ShownRequest request, IReadOnlyList<Finding> findings)
    {
        bool Found(string id) => findings.Any(f => f.Id == id && f.Confidence != Confidence.Possible);
        var method = Regex.IsMatch(request.Method, "^[A-Z]{2,10}$") ? request.Method : "GET";
        if (method == "OPTIONS" && Found("R07")) method = request.Header("Access-Control-Request-Method")?.Value.Text.Trim() is { } asked && Regex.IsMatch(asked, "^[A-Z]{2,7}$") ? asked : "GET";
        if (Found("R11") && request.PublishedMethods is [var only]) method = only;
        else if (Found("R11") && method is "PUT" or "POST" && !request.PublishedMethods.Contains(method) && request.PublishedMethods.Contains("PATCH")) method = "PATCH";
        var headers = Headers(request, Found("K14"));
        var body = Body(request);
        if (body is not null && !headers.Exists(h => h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            headers.Add(("Content-Type", Phrase.Of(body.Literal.TrimStart() is ['{' or '[', ..] && !IsTokenEndpoint(request) ? "application/json" : "application/x-www-form-urlencoded")));
        if (Found("X08")) headers = [.. headers.Where(h => !h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)), ("Content-Type", Phrase.Of("application/x-www-form-urlencoded"))];
        var form = request.FormParts.Select(Part).Where(p => p.Name.Length > 0).ToList();
        return new CallParts(method, Url(request, findings), headers, body, request.BodyFile, form, MissingHeader.NeedsCredential(request) || request.Url is null || request.Authorizations.Any());
    }

    private static bool IsTokenEndpoint(ShownRequest request) => request.Address.ApiPath.StartsWith("/oauth/", StringComparison.Ordinal) && request.Address.ApiPath.EndsWith("/token", StringComparison.Ordinal);

    private static (string Name, Phrase Value, string? File) Part(LocatedText part)
    {
        var equals = part.Text.IndexOf('=');
        if (equals < 1) return ("", Phrase.Nothing, null);
        var value = part.Slice(equals + 1);
        return (part.Text[..equals], SecretName().IsMatch(part.Text[..equals]) ? s_secret : Safe(Phrase.Of(value)), value.Text.StartsWith('@') ? value.Text[1..].Split(';')[0] : null);
    }

    private static List<(string Name, Phrase Value)> Headers(ShownRequest request, bool fromBrowser)
    {
        var headers = new List<(string, Phrase)>();
        foreach (var header in request.Headers)
        {
            var name = header.Name.Text.Trim();
            var lower = name.ToLowerInvariant();
            if (!FieldName().IsMatch(name) || s_dropped.Contains(lower) || lower == "bearer" || lower.StartsWith("sec-", StringComparison.Ordinal) || headers.Exists(h => h.Item1.Equals(name, StringComparison.OrdinalIgnoreCase))) continue;
            if (lower.Contains("auth", StringComparison.Ordinal) || lower.Contains("token", StringComparison.Ordinal) || lower.Contains("api-key", StringComparison.Ordinal) || lower.Contains("apikey", StringComparison.Ordinal) || lower is "hapikey" or "api_key" or "pat" or "secret") continue;
            if (EditDistance.Of(lower, "authorization") <= 3 || header.Value.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) || header.Value.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase)) continue;
            if (lower is "cookie" || lower.Contains("csrf", StringComparison.Ordinal) || lower.StartsWith("access-control-request", StringComparison.Ordinal) || (fromBrowser && lower is "origin" or "referer" or "user-agent" or "accept-language" || lower == "origin")) continue;
            headers.Add((name, SecretName().IsMatch(name) && lower != "idempotency-key" ? s_secret : Safe(Phrase.Of(header.Value.Trim()).Map(text => new string([.. text.Where(c => !char.IsControl(c))])))));
        }
        return headers;
    }

    private static Phrase? Body(ShownRequest request)
    {
        if (request.Body is not { Length: > 0 } shown) return null;
        var body = Phrase.Of(shown);
        if (!request.Authorizations.Any() && !IsTokenEndpoint(request)) body = body.Map(text => JsonTokenField().Replace(text, ""));
        if (!request.Authorizations.Any() && !IsTokenEndpoint(request) && body.Literal.TrimStart() is not ['{' or '[', ..])
            body = body.Map(text => string.Join('&', text.Split('&').Where(pair => !s_keyNames.Contains(pair.Split('=')[0].ToLowerInvariant()))));
        if (IsTokenEndpoint(request) && body.IsLiteral && body.Literal.TrimStart().StartsWith('{')) body = AsForm(body.Literal);
        return Safe(body);
    }

    /// <summary>The fields of a flat JSON object as a form.</summary>
    private static Phrase AsForm(string json)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != System.Text.Json.JsonValueKind.Object) return Phrase.Of(json);
            return Phrase.Of(string.Join('&', document.RootElement.EnumerateObject().Select(f => Uri.EscapeDataString(f.Name) + "=" + Uri.EscapeDataString(f.Value.ToString()))));
        }
        catch (System.Text.Json.JsonException)
        {
            return Phrase.Of(json);
        }
    }

    private static Phrase Safe(Phrase phrase) => phrase
        .WithoutSecrets(QuotedSecret(), VariableOf)
        .WithoutSecrets(FieldSecret(), VariableOf)
        .WithoutSecrets(TokenLike(), _ => "HUBSPOT_ACCESS_TOKEN");

    private static string VariableOf(Match secret) =>
        secret.Groups[1].Value switch { "client_secret" => "HUBSPOT_CLIENT_SECRET", "refresh_token" => "HUBSPOT_REFRESH_TOKEN", "code" => "HUBSPOT_CODE", "tokenKey" => "HUBSPOT_ACCESS_TOKEN", _ => "SECRET" };

    private static Phrase Url(ShownRequest request, IReadOnlyList<Finding> findings)
    {
        if (request.Url is null) return Phrase.Of("https://api.hubapi.com/crm/v3/objects/contacts?limit=10");
        var address = request.Address;
        bool Found(string id) => findings.Any(f => f.Id == id && f.Confidence != Confidence.Possible);
        var keep = address.IsLoopback || address.IsForms || (address.IsForeign && !Found("R01") && !Found("K14")) || (address.IsHubSpot && !Found("R01"));
        var authority = address.IsKnown && keep ? Authority(address) : Phrase.Of("https://api.hubapi.com");
        var path = Phrase.Of(address.Path).Map(text => Regex.Replace(text, "//+", "/"));
        if (path.IsLiteral)
        {
            var literal = path.Literal;
            if (!keep && literal.StartsWith("/api/", StringComparison.Ordinal)) literal = literal[4..];
            if (literal.Length > 1) literal = literal.TrimEnd('/');
            if (findings.Any(f => f.Id == "R09") && NearestPath.To(request.Method, literal) is { } near) literal = near;
            path = Phrase.Of(literal.Length == 0 || literal[0] != '/' ? "/" + literal : literal);
        }
        var url = authority + path;
        var first = true;
        foreach (var (name, value) in address.Parameters)
        {
            if (s_keyNames.Contains(name.Text.ToLowerInvariant()) && !Found("P07") && !(name.Text == "hapikey" && AddressRules.WantsOther(request) == "P07")) continue;
            url = url + Phrase.Of(first ? "?" : "&") + (s_keyNames.Contains(name.Text.ToLowerInvariant()) ? Phrase.Of(name.Text + "=") + new Phrase([("HUBSPOT_DEVELOPER_KEY", true)]) : Safe(Phrase.Of(name) + Phrase.Of("=") + Phrase.Of(value)));
            first = false;
        }
        foreach (var (name, value) in request.Query.Where(pair => !s_keyNames.Contains(pair.Name.Text.ToLowerInvariant())))
        {
            url = url + Phrase.Of(first ? "?" : "&") + Safe(Phrase.Of(name).Map(Uri.EscapeDataString) + Phrase.Of("=") + Phrase.Of(value).Map(Escaped));
            first = false;
        }
        // A quote behind the address belongs to what was wrongly put round it.
        if (url.Parts is [.., (var last, false)]) url = new Phrase([.. url.Parts.SkipLast(1), (last.TrimEnd('\'', '"', '\u2018', '\u2019', '\u201C', '\u201D', '\u201E'), false)]);
        return url.Map(Encoded);
    }

    /// <summary>A value of a query; commas, which lists of properties have, may stay.</summary>
    private static string Escaped(string text) => Uri.EscapeDataString(text).Replace("%2C", ",", StringComparison.Ordinal);

    /// <summary>What may not stand in an address as it is.</summary>
    private static string Encoded(string text) => string.Concat(text.Select(c => c is ' ' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}' || char.IsControl(c) ? Uri.EscapeDataString(c.ToString()) : c.ToString()));

    private static Phrase Authority(ShownAddress address)
    {
        var secure = address.IsLoopback || address.IsForeign ? address.Scheme is "" ? "https" : address.Scheme : "https";
        if (address.IsLoopback && address.Scheme.Length == 0) secure = "http";
        var text = address.Url.Text;
        var from = text.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 and < 10 ? scheme + 3 : 0;
        var end = text.AsSpan(from).IndexOfAny("/?#") is var slash and >= 0 ? from + slash : text.Length;
        if (text.AsSpan(from, end - from).LastIndexOf('@') is var at and >= 0) from += at + 1;
        return Phrase.Of(secure + "://") + Phrase.Of(address.Url.Slice(from, end - from));
    }
}
