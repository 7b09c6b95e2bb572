using System.Globalization;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>What HubSpot, or whoever answered in its place, said. Sections 4 and 5, and the answers of section 6.</summary>
internal static partial class AnswerRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("R17", Sight.Answer, ProxysOwn),
        new("X02", Sight.Answer, Expired("X02")),
        new("X01", Sight.Answer, Expired("X01")),
        new("V02", Sight.Answer, Expired("V02")),
        new("K06", Sight.Answer, Expired("K06")),
        new("X14", Sight.Answer, When(a => a.Envelope?.SubCategory?.Contains("PORTAL_NOT_ACTIVE", StringComparison.Ordinal) == true, "X14", a => $"subCategory {a.Envelope!.SubCategory}")),
        new("X15", Sight.Answer, When(a => a.Likely is 477 or 488 || a.Message.Contains("unknown to this Hublet", StringComparison.OrdinalIgnoreCase) || a.Envelope?.Context.ContainsKey("correctHublet") == true, "X15", Moved)),
        new("X12", Sight.Answer, When(a => a.Envelope?.Category == "USER_DOES_NOT_HAVE_PERMISSIONS", "X12", _ => "category USER_DOES_NOT_HAVE_PERMISSIONS: the token's user, not its scopes")),
        new("P11", Sight.Answer, When(a => a.Envelope?.Category == "USER_DOES_NOT_HAVE_PERMISSIONS", "P11", _ => "when other records are answered, the user may not see these", Confidence.Possible)),
        new("P06", Sight.Answer, When(a => a.Message.Contains("available for public use", StringComparison.Ordinal), "P06", _ => "the message says that the scope is not available for public use")),
        new("P04", Sight.Answer, When(a => a.Envelope is { Category: "MISSING_SCOPES", RequiredScopes: { Count: > 0 } listed } && listed.All(s => s.Contains("sensitive", StringComparison.Ordinal)), "P04", a => $"HubSpot lists {Some(a.Envelope!.RequiredScopes)}: scopes for sensitive data only")),
        new("P03", Sight.Answer, r => Scopes(r, "P03")),
        new("P02", Sight.Answer, r => Granted(r, "P02", "the app may ask for the scope by now; an account has it only after it was asked again")),
        new("P13", Sight.Answer, r => Granted(r, "P13", "when the scope is an optional one, whoever installed the app may have declined it")),
        new("P01", Sight.Answer, r => Scopes(r, "P01")),
        new("P05", Sight.Answer, When(a => a.Envelope?.Category == "GATED" || a.Message.Contains("does not have access to this feature", StringComparison.OrdinalIgnoreCase), "P05", _ => "the account's subscription does not include this")),
        new("P07", Sight.Answer, When(a => a.Message.Contains("can't be called using an OAuth access token", StringComparison.OrdinalIgnoreCase), "P07", _ => "the message asks for a developer API key and its appId")),
        new("P12", Sight.Answer, When(a => a.Message.Contains("Permission to get export file cannot be granted", StringComparison.Ordinal), "P12", _ => "the message names an export of another app")),
        new("K03", Sight.Answer, UnknownKey("K03")),
        new("K01", Sight.Answer, UnknownKey("K01")),
        new("X05", Sight.Answer, TokenEndpoint("X05", "BAD_REFRESH_TOKEN", "BAD_CLIENT_ID", "BAD_CLIENT_SECRET", "BAD_HUB")),
        new("X06", Sight.Answer, TokenEndpoint("X06", "BAD_AUTH_CODE", "EXPIRED_AUTH_CODE", "BAD_CODE_VERIFIER")),
        new("X07", Sight.Answer, TokenEndpoint("X07", "BAD_REDIRECT_URI")),
        new("X08", Sight.Answer, TokenEndpoint("X08", "BAD_GRANT_TYPE")),
        new("R14", Sight.Answer, When(IsLimitInDisguise, "R14", a => $"the body says {a.Envelope!.Category ?? a.Envelope.PolicyName ?? "a limit"} while the status is {a.Status?.ToString(CultureInfo.InvariantCulture)}")),
        new("R06", Sight.Answer, When(a => !a.IsHubSpots && a.Envelope is null && (a.Likely is 403 or 429 or null && IsEdge(a) || a.Likely is >= 500 && IsChallenge(a.Body)), "R06", _ => "a page of the edge (Cloudflare), without HubSpot's correlation id: the token was never looked at", Confidence.Likely)),
        new("R05", Sight.Answer, When(a => !a.IsHubSpots && a.IsHtml && a.Likely is 403 && !IsEdge(a), "R05", _ => "403 with a page and none of HubSpot's headers: something between you and HubSpot answered", Confidence.Likely)),
        new("R04", Sight.Answer, When(a => !a.IsHubSpots && (a.Envelope is null && (a.IsHtml || a.Headers.ContainsKey("via")) || IsGateways(a)) && a.Likely is 401 or 407, "R04", a => a.Likely == 407 ? "a proxy asks for a login of its own" : "401 that is not HubSpot's JSON: a gateway in between answered", Confidence.Likely)),
        new("R09", Sight.Answer, r => r.Answer is { } a && (a.Likely == 404 && a.IsHtml || a.Message.Contains("authentication credentials are missing", StringComparison.Ordinal)) ? [Seen.InAnswer(r, "R09", a.IsHtml && r.Url is null ? Confidence.Likely : Confidence.Certain, a.IsHtml ? "404 with a page: HubSpot has no such path" : "the answer of an old v1 or v2 path, which tells per scheme why it was not used")] : []),
        new("R11", Sight.Answer, When(a => a.Likely == 405, "R11", _ => "405: the path exists for another method")),
        new("R13", Sight.Answer, r => r.Answer is { Status: 200 } a && Regex.IsMatch(r.Address.ApiPath, "^/analytics/v2/") && Regex.IsMatch(a.Body, """^\{\s*\}$|"(total|breakdowns)"\s*:\s*(0|\[\s*\])""") ? [Seen.InAnswer(r, "R13", Confidence.Likely, "200 with nothing in it, on an old reports path")] : []),
        new("X09", Sight.Answer, r => Unknown(r, "X09")),
        new("X10", Sight.Answer, r => Unknown(r, "X10")),
        new("X11", Sight.Answer, r => Unknown(r, "X11")),
        new("X12", Sight.Answer, r => Unknown(r, "X12")),
        new("X01", Sight.Token, ExpiredByItself),
    ];

    /// <summary>The proxy says what it is, and which cause it saw.</summary>
    private static IEnumerable<Sighting> ProxysOwn(ShownRequest request)
    {
        if (request.Answer is not { ProxyCode: { } code } answer) yield break;
        var fix = answer.Headers.GetValueOrDefault("spoke-fix");
        if (answer.Headers.TryGetValue("spoke-cause", out var id) && id != code && Causes.Find(id) is { } cause) yield return Seen.InAnswer(request, cause.Id, Confidence.Certain, "the proxy looked at its token before sending it: " + answer.Message, fix);
        yield return Seen.InAnswer(request, "R17", Confidence.Certain, $"{code}: {answer.Message}", fix);
    }

    [GeneratedRegex(@"expired (\d+) (second|minute|hour|day)", RegexOptions.IgnoreCase)]
    private static partial Regex Ago();

    private static Func<ShownRequest, IEnumerable<Sighting>> When(Func<ShownAnswer, bool> condition, string cause, Func<ShownAnswer, string> shows, Confidence confidence = Confidence.Certain) =>
        request => request.Answer is { } answer && condition(answer) ? [Seen.InAnswer(request, cause, confidence, shows(answer))] : [];

    private static string Moved(ShownAnswer answer) => answer.Envelope?.Context.GetValueOrDefault("correctHublet") is { Count: > 0 } where
        ? $"the account is in data centre {where[0]}" : answer.Likely == 477 ? $"477: the account is being moved{(answer.Headers.TryGetValue("retry-after", out var wait) ? $"; ask again in {wait} s" : "")}" : "the data centre does not know this account";

    /// <summary>Pages that a firewall shows; a gateway that reaches nobody behind it says something else.</summary>
    public static bool IsChallenge(string body) =>
        body.Contains("Just a moment", StringComparison.Ordinal) || body.Contains("Attention Required", StringComparison.Ordinal) || body.Contains("error code: 10", StringComparison.Ordinal);

    /// <summary>A bare JSON refusal, without a category or a correlation id: HubSpot's always have one.</summary>
    private static bool IsGateways(ShownAnswer a) =>
        a.Envelope is { Category: null, CorrelationId: null, Status: null, PolicyName: null } && a.Headers.Count > 0 && !a.Body.Contains("engagement", StringComparison.Ordinal);

    private static bool IsEdge(ShownAnswer a) => a.Headers.ContainsKey("cf-ray") || a.Body.Contains("error code: 10", StringComparison.Ordinal) || a.Body.Contains("cloudflare", StringComparison.OrdinalIgnoreCase) || a.Body.Contains("Just a moment", StringComparison.Ordinal);

    private static bool IsLimitInDisguise(ShownAnswer a) => (a.Envelope?.Category is "RATE_LIMITS" or "RATE_LIMIT" or "LOCKED" || a.Envelope?.PolicyName is not null) && a.Status is not (null or 429 or 423);

    /// <summary>EXPIRED_AUTHENTICATION with a believable time is age; with 1970 it is no access token at all.</summary>
    private static Func<ShownRequest, IEnumerable<Sighting>> Expired(string cause) => request =>
    {
        if (request.Answer is not { Envelope: { Category: "EXPIRED_AUTHENTICATION" } envelope }) return [];
        var times = envelope.Context.GetValueOrDefault("expire time") ?? [];
        var ago = Ago().Match(envelope.Message ?? "");
        var number = ago.Success && long.TryParse(ago.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var n) ? n : -1;
        var days = ago.Success && ago.Groups[2].Value.StartsWith("day", StringComparison.OrdinalIgnoreCase);
        var never = times.Any(t => t.StartsWith("1970-", StringComparison.Ordinal)) || (times.Count == 0 && days && number > 15_000);
        if (never)
        {
            var token = request.Credential;
            if (cause is "X01" or "X02") return [];
            if (token.IsVisible && token.Judgement.Faults is [{ } fault, ..]) return fault.Cause == cause ? [Seen.InAnswer(request, cause, Confidence.Certain, "HubSpot reads it as a token that expired in January 1970, that is, as no access token at all")] : [];
            return [Seen.InAnswer(request, cause, cause == "V02" ? Confidence.Likely : Confidence.Possible, "the expiry in January 1970 means that the text was never an access token, not that it is old")];
        }
        if (cause is "V02" or "K06") return [];
        var late = !days && ago.Groups[2].Value.StartsWith("second", StringComparison.OrdinalIgnoreCase) && number is >= 0 and <= 120;
        if (cause == "X02") return late ? [Seen.InAnswer(request, "X02", Confidence.Certain, $"the token expired {number} s before the call: it was refreshed too late, or not yet")] : [];
        return [Seen.InAnswer(request, "X01", late ? Confidence.Likely : Confidence.Certain, times.Count > 0 ? $"expire time {times[0]}" : envelope.Message ?? "EXPIRED_AUTHENTICATION")];
    };

    private static IEnumerable<Sighting> Scopes(ShownRequest request, string cause)
    {
        if (request.Answer is not { } answer || answer.Message.Contains("available for public use", StringComparison.Ordinal)) yield break;
        if (answer.Envelope?.Category != "MISSING_SCOPES" && !answer.Message.Contains("does not have proper permissions", StringComparison.Ordinal)) yield break;
        var listed = Narrowest(request, answer);
        var writing = listed.Count > 0 && listed.All(s => s.Contains(".write", StringComparison.Ordinal) || s.Contains(".schemas.", StringComparison.Ordinal));
        if (cause == "P03")
        {
            if (writing) yield return Seen.InAnswer(request, cause, Confidence.Possible, "HubSpot lists writing scopes only; whether the reading one is granted is not shown");
            yield break;
        }
        var shows = listed.Count > 0 ? $"HubSpot lists {Some(listed)}; any one of them will do" : "HubSpot says that a scope is missing";
        yield return Seen.InAnswer(request, cause, Confidence.Certain, shows, listed.Count > 0 ? $"Give the app or service key one of these scopes: {Some(listed)}." : null);
    }

    /// <summary>The scopes that HubSpot lists, those for the type in the path before others, and the narrowest first.</summary>
    private static List<string> Narrowest(ShownRequest request, ShownAnswer answer)
    {
        var own = CallScopes.Of(request);
        return [.. ScopeFacts.NarrowestFirst(answer.Envelope?.RequiredScopes ?? []).OrderBy(scope => own.Contains(scope) ? 0 : 1)];
    }

    /// <summary>What an OAuth grant holds was settled when the account was asked; the answer does not say why a scope is not in it.</summary>
    private static IEnumerable<Sighting> Granted(ShownRequest request, string cause, string shows) =>
        request.Answer?.Envelope?.Category == "MISSING_SCOPES" && !request.Answer.Message.Contains("available for public use", StringComparison.Ordinal) && request.Credential is { IsVisible: true, Judgement.Kind: CredentialKind.OAuth }
            ? [Seen.InAnswer(request, cause, Confidence.Possible, shows) with { Place = null }] : [];

    private static string Some(IReadOnlyList<string> scopes) => string.Join(", ", scopes.Take(6)) + (scopes.Count > 6 ? $" and {scopes.Count - 6} more" : "");

    private static Func<ShownRequest, IEnumerable<Sighting>> UnknownKey(string cause) => request =>
    {
        if (request.Answer?.Message.Contains("hapikey doesn't exist", StringComparison.OrdinalIgnoreCase) != true) return [];
        if (request.Address.Parameter("hapikey") is not null) return [];   // the address tells which, see CredentialRules
        return [Seen.InAnswer(request, cause, cause == "K01" ? Confidence.Likely : Confidence.Possible, "HubSpot got a hapikey and does not know it; account API keys ended on 30 November 2022")];
    };

    private static Func<ShownRequest, IEnumerable<Sighting>> TokenEndpoint(string cause, params string[] states) => request =>
        request.Answer?.Envelope is { Status: { } status } && states.Contains(status) ? [Seen.InAnswer(request, cause, Confidence.Certain, $"status {status}{(request.Answer.Message.Length > 0 ? ": " + request.Answer.Message : "")}")] : [];

    /// <summary>The token's shape is perfect, the path takes such tokens, and HubSpot does not know it: text cannot tell the three apart.</summary>
    private static IEnumerable<Sighting> Unknown(ShownRequest request, string cause)
    {
        if (request.Answer?.SaysNotFound != true || AddressRules.WantsOther(request) is not null) yield break;
        var credential = request.Credential;
        var proxied = request.IsThroughProxy;
        if (!proxied && credential.Header is not null && (credential.Bearers != 1 || credential.IsVisible && !(credential.IsPerfect || credential.Judgement is { Kind: not null, Faults: [{ Sure: false }] }))) yield break;
        if (!proxied && credential.Header is null && request.Url is not null && request.Dialect != Dialect.Log) yield break;
        var oauth = proxied ? request.Answer.Headers.GetValueOrDefault("spoke-cause") == "X09" : credential.IsVisible ? credential.Judgement.Kind == CredentialKind.OAuth : credential.IsMasked && credential.Token.Text[0] == 'C';
        if (cause == "X09" != oauth) yield break;
        var alone = (request.Url is null || request.Dialect == Dialect.Log) && credential.Header is null;
        if (alone && cause is "X11" or "X12") yield break;
        var shows = cause switch
        {
            "X09" => "the token's shape is right and HubSpot does not know it: the app was uninstalled, or the grant revoked",
            "X10" when alone => "HubSpot found no credential it knows: the header was malformed or missing, or the token is not valid any more; only the request tells which",
            "X10" when proxied => "HubSpot does not know the token that the proxy put in",
            "X10" when credential.IsMasked => "HubSpot found no credential it knows; the recording masks the token, and what shows of it is well",
            "X10" when !credential.IsVisible => "HubSpot found no credential it knows; what the variable held is not shown",
            "X10" => "the token's shape is perfect and HubSpot does not know it",
            "X11" => "the same answer follows when HubSpot switched the token off because it was found in public",
            _ => "the same answer follows when the app was deleted or its maker removed",
        };
        yield return Seen.InAnswer(request, cause, cause is "X10" or "X09" && (proxied || credential.IsVisible || request.MasksTokens && credential.Token.Text is ['p', 'a', 't', '-', ..] or ['C', ..]) ? Confidence.Likely : Confidence.Possible, shows) with { Place = cause is "X11" or "X12" ? null : request.Answer.Place };
    }

    private static IEnumerable<Sighting> ExpiredByItself(ShownRequest request, DateTimeOffset now)
    {
        if (request.Credential is not { IsVisible: true, Judgement.Signed: { Expires: { } expires } } || expires >= now || request.Answer?.Envelope?.Category == "EXPIRED_AUTHENTICATION" || request.Answer?.Status is >= 200 and < 300) yield break;
        yield return Seen.InValue(request, "X01", Confidence.Likely, request.Credential.Token, $"the token says of itself that it expired on {expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
    }
}
