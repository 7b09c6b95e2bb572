using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Section 3: the wrong kind of credential.</summary>
internal static partial class CredentialRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("K14", Sight.Request, BrowserSession),
        new("K03", Sight.Address, r => Hapikey(r, "K03")),
        new("K01", Sight.Address, r => Hapikey(r, "K01")),
        new("K04", Sight.Request, InQueryOrBody),
        new("K13", Sight.Address, ServiceKey),
        new("P10", Sight.Header, AppsOwn),
        new("P14", Sight.Request, LeftOut),
        new("K07", Sight.Header, r => Of(r, "K07", RefreshName())),
        new("K08", Sight.Header, r => Of(r, "K08", ClientName())),
        new("K09", Sight.Header, r => Of(r, "K09", CodeName())),
        new("K11", Sight.Header, r => Of(r, "K11", OtherPurposeName())),
        new("K05", Sight.Header, r => Of(r, "K05", DeveloperName())),
        new("K06", Sight.Header, r => Of(r, "K06", PersonalName())),
        new("K12", Sight.Header, r => Of(r, "K12", AccountName())),
        new("K02", Sight.Header, r => Of(r, "K02", KeyName())),
        new("K10", Sight.Token, r => Of(r, "K10", ForeignName())),
    ];

    [GeneratedRegex(@"refresh", RegexOptions.IgnoreCase)]
    private static partial Regex RefreshName();

    [GeneratedRegex(@"client_?-?(secret|id)|app_?-?(secret|id)\b|^secret$", RegexOptions.IgnoreCase)]
    private static partial Regex ClientName();

    [GeneratedRegex(@"(^|[_.-])(auth(orization)?_?-?)?code$|authCode|authorizationCode", RegexOptions.IgnoreCase)]
    private static partial Regex CodeName();

    [GeneratedRegex(@"visitor|identification|mcp|ui_?ext|conversations?_?token|widget", RegexOptions.IgnoreCase)]
    private static partial Regex OtherPurposeName();

    [GeneratedRegex(@"dev(eloper)?_?(api_?)?key|developer", RegexOptions.IgnoreCase)]
    private static partial Regex DeveloperName();

    [GeneratedRegex(@"personal|cli_?(key|token)|^pak$|access_key", RegexOptions.IgnoreCase)]
    private static partial Regex PersonalName();

    [GeneratedRegex(@"portal|hub_?id|account_?id|form_?(id|guid)|smtp", RegexOptions.IgnoreCase)]
    private static partial Regex AccountName();

    [GeneratedRegex(@"hapi_?key", RegexOptions.IgnoreCase)]
    private static partial Regex KeyName();

    [GeneratedRegex(@"github|gitlab|stripe|openai|slack|shopify|google|salesforce|sendgrid|mailchimp|notion|airtable|twilio|zapier", RegexOptions.IgnoreCase)]
    private static partial Regex ForeignName();

    [GeneratedRegex(@"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^[a-z]{2}\d{1,2}-[0-9a-f]{4,8}(-[0-9a-f]{4}){3}-[0-9a-f]{4,12}$", RegexOptions.IgnoreCase)]
    private static partial Regex RegionUuid();

    [GeneratedRegex(@"service[ _-]?key", RegexOptions.IgnoreCase)]
    private static partial Regex ServiceKeyWords();

    [GeneratedRegex(@"^/(webhooks/|app-webhooks/|webhooks-journal/)|^/crm/(v3/)?extensions/cards")]
    private static partial Regex AppsOwnPath();

    /// <summary>The token's shape speaks for the cause, or the name of the variable it comes from does, or the text gives it that name elsewhere.</summary>
    private static IEnumerable<Sighting> Of(ShownRequest request, string cause, Regex names)
    {
        var credential = request.Credential;
        if (credential.Header is null || credential.Token.Length == 0) yield break;
        var fault = credential.IsVisible ? credential.Judgement.Faults.FirstOrDefault(f => f.Cause == cause) : null;
        if (NameOf(request, names) is { } name && !credential.IsPerfect && (fault is not null || !credential.IsVisible || credential.Judgement.Faults is [{ Cause: "V03" or "K02" or "K05" or "K12" or "K10" or "K08" }, ..]))
        {
            yield return Seen.InValue(request, cause, credential.IsVisible && fault is not null ? Confidence.Certain : Confidence.Likely, credential.Token, $"the text calls the value behind Bearer {name}");
            yield break;
        }
        if (fault is null) yield break;
        var named = cause is "K10" or "K11" or "K06" && fault.Shows.Contains("no HubSpot", StringComparison.Ordinal) == false && fault.Sure;
        yield return Seen.InValue(request, cause, named ? Confidence.Certain : fault.Sure ? Confidence.Likely : Confidence.Possible, credential.Token.Slice(fault.Start, Math.Min(fault.Length, credential.Token.Length - fault.Start)), "the token " + fault.Shows);
    }

    private static string? NameOf(ShownRequest request, Regex names)
    {
        var token = request.Credential.Token;
        if (token.Text.Length == 0) return null;
        if (token.HasFillings)
            foreach (var (part, filling) in token.Parts())
                if (filling && Names(part).FirstOrDefault(names.IsMatch) is { } name) return name;
        if (token.Text.StartsWith("{{", StringComparison.Ordinal) && token.Text.Trim('{', '}', ' ') is var template && names.IsMatch(template)) return template;
        if (!request.Credential.IsVisible) return null;
        foreach (var (name, value) in request.Named)
            if (value.Trim('"', '\'') == token.Text && names.IsMatch(name)) return name;
        foreach (var (name, value) in request.Address.Parameters.Concat(request.Body is { } body && !body.Text.StartsWith('{') ? ShownAddress.Pairs(body) : []))
            if (value.Text == token.Text && names.IsMatch(name.Text)) return name.Text;
        if (names == AccountName() && token.Length > 5 && request.Address.Path.Text.Contains(token.Text, StringComparison.Ordinal)) return "the id in the path";
        // In a recording names stand beside values everywhere, and it may be long.
        return request.Dialect is Dialect.Har or Dialect.Log ? null : MentionOf(request, names, token.Text);
    }

    private static IEnumerable<string> Names(string filling) => Regex.Matches(filling, @"[A-Za-z_][\w.-]*").Select(m => m.Value);

    /// <summary>A comment or a JSON field elsewhere in the text that names the same value.</summary>
    private static string? MentionOf(ShownRequest request, Regex names, string value)
    {
        var text = request.Source.Text;
        for (var at = text.IndexOf(value, StringComparison.Ordinal); at >= 0; at = text.IndexOf(value, at + 1, StringComparison.Ordinal))
        {
            var before = text.AsSpan(Math.Max(0, at - 30), Math.Min(30, at)).TrimEnd(" \t:=\"'");
            var start = before.LastIndexOfAny(" \t\r\n\"'{&?,$@");
            var word = before[(start + 1)..].ToString();
            if (word.Length > 1 && names.IsMatch(word)) return word;
        }
        return null;
    }

    private static IEnumerable<Sighting> BrowserSession(ShownRequest request)
    {
        if (request.Address.IsConsentPage) yield break;
        var csrf = request.Headers.Find(h => h.Name.Text.Contains("csrf", StringComparison.OrdinalIgnoreCase));
        var cookie = request.Header("Cookie");
        var app = request.Address.Host.Text.StartsWith("app", StringComparison.OrdinalIgnoreCase) && request.Address.Host.Text.EndsWith("hubspot.com", StringComparison.OrdinalIgnoreCase);
        if (csrf is not null || (cookie is not null && app))
            yield return Seen.In(csrf ?? cookie!, "K14", Confidence.Certain, (csrf ?? cookie!).Name, 1, $"{(csrf is not null ? "a CSRF header" : "cookies")} of a browser session {(app ? "to HubSpot's own pages" : "")}".TrimEnd() + ": this was copied from the browser's network view");
        else if (cookie is not null && !request.Authorizations.Any() && (cookie.Value.Text.Contains("hubspot", StringComparison.OrdinalIgnoreCase) || cookie.Value.Text.Contains("csrf", StringComparison.OrdinalIgnoreCase)))
            yield return Seen.In(cookie, "K14", Confidence.Likely, cookie.Name, 1, "cookies stand there in place of a token: this was copied from a browser");
        else if (request.Answer?.Message.Contains("csrf", StringComparison.OrdinalIgnoreCase) == true)
            yield return Seen.InAnswer(request, "K14", Confidence.Certain, "HubSpot asks for a CSRF token, which only its own pages send");
    }

    private static IEnumerable<Sighting> Hapikey(ShownRequest request, string cause)
    {
        if (request.Address.Parameter("hapikey") is not { } key || AddressRules.WantsOther(request) == "P07") yield break;
        var pat = key.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase) || (!key.HasFillings && TokenJudgement.Of(key.Text).Kind is not null);
        if (request.Credential.IsPerfect && !pat) yield break;
        if (cause == "K03" && pat) yield return Seen.InAddress(request, "K03", Confidence.Certain, key, "an access token stands in the query parameter hapikey");
        else if (cause == "K01" && !pat && Uuid().IsMatch(key.Text)) yield return Seen.InAddress(request, "K01", Confidence.Certain, key, "a UUID stands in the query parameter hapikey: an account's API key, which HubSpot retired on 30 November 2022");
        else if (cause == "K01" && !pat) yield return Seen.InAddress(request, "K01", RegionUuid().IsMatch(key.Text) ? Confidence.Likely : Confidence.Certain, key, "the query parameter hapikey authenticates no call on account data any more, whatever its value");
    }

    private static IEnumerable<Sighting> InQueryOrBody(ShownRequest request)
    {
        if (request.Authorizations.Any() || request.Address.ApiPath.StartsWith("/oauth/", StringComparison.Ordinal)) yield break;
        foreach (var (name, value) in request.Address.Parameters)
            if (IsTokenName(name.Text) || (value.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase) && !name.Text.Equals("hapikey", StringComparison.OrdinalIgnoreCase)))
            {
                yield return name.Text.Equals("headers", StringComparison.OrdinalIgnoreCase) || name.Text.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                    ? Seen.InAddress(request, "R08", Confidence.Certain, name, "the header stands in the address")
                    : Seen.InAddress(request, "K04", Confidence.Certain, name, $"the token stands in the query parameter {name.Text} and no header carries it");
                yield break;
            }
        if (request.Body is not { } body) yield break;
        if (Regex.Match(body.Text, """["']?(Authorization)["']?\s*[:=]|["']headers["']\s*:""", RegexOptions.IgnoreCase) is { Success: true } header)
            yield return new Sighting("R08", Confidence.Certain, body.Slice(header.Index, header.Length), "body", "the header is sent as data in the body");
        else if (Regex.Match(body.Text, """["']?\b(access_token|accessToken|token|hapikey|api_key)\b["']?\s*[:=]|pat-[a-z]{2}\d""", RegexOptions.IgnoreCase) is { Success: true } field)
            yield return new Sighting("K04", Confidence.Certain, body.Slice(field.Index, field.Length), "body", "the token stands in the body and no header carries it");
    }

    private static bool IsTokenName(string name) => name.ToLowerInvariant() is "access_token" or "accesstoken" or "token" or "oauth_token" or "bearer" or "api_key" or "apikey" or "authorization" or "access-token" or "headers";

    [GeneratedRegex(@"^/(crm|contacts|companies|deals|marketing|cms|files|forms|settings|communication-preferences)/")]
    private static partial Regex AccountData();

    [GeneratedRegex(@"grant_type\W{1,8}client_credentials", RegexOptions.IgnoreCase)]
    private static partial Regex ClientCredentials();

    /// <summary>A path on which an app's own token opens nothing.</summary>
    public static bool IsAccountData(ShownRequest request) => AccountData().IsMatch(request.Address.ApiPath);

    /// <summary>A token of an app itself, which no account granted.</summary>
    private static IEnumerable<Sighting> AppsOwn(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Bearers == 0 || credential.Token.Length == 0 || !AccountData().IsMatch(request.Address.ApiPath) || request.Answer?.Status is >= 200 and < 300) yield break;
        if (credential is { IsVisible: true, Judgement.Signed: { HubId: 0, AppId: > 0 } signed })
            yield return Seen.InValue(request, "P10", Confidence.Likely, credential.Token, $"the token says of itself that it belongs to app {signed.AppId.ToString(System.Globalization.CultureInfo.InvariantCulture)} and to no account");
        else if (request.Dialect is not (Dialect.Har or Dialect.Log) && !credential.IsVisible && ClientCredentials().IsMatch(request.Source.Text) && !request.Source.Text.Contains("refresh_token", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "P10", Confidence.Likely, credential.Token, "the text fetches its token with client_credentials, which gives a token of the app and not of an account");
    }

    /// <summary>HubSpot's own library sent a call without the header.</summary>
    private static IEnumerable<Sighting> LeftOut(ShownRequest request)
    {
        if (request.Authorizations.Any() || request.IsSanitized || request.Method == "OPTIONS" || !MissingHeader.NeedsCredential(request)) yield break;
        if (request.Header("User-Agent") is { } agent && agent.Value.Text.Contains("hubspot-api-client", StringComparison.OrdinalIgnoreCase))
            yield return Seen.In(agent, "P14", Confidence.Likely, agent.Value, 1, "HubSpot's client library made this call, and left the header out");
    }

    private static IEnumerable<Sighting> ServiceKey(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Header is null || credential.Bearers == 0 || credential.Token.Length == 0 || !AppsOwnPath().IsMatch(request.Address.ApiPath)) yield break;
        var pat = credential.IsVisible && credential.Judgement.Kind == CredentialKind.PrivateApp;
        var said = request.Dialect is Dialect.Har or Dialect.Log ? Match.Empty : ServiceKeyWords().Match(request.Source.Text);
        if (said.Success && (pat || credential.Token.HasFillings)) yield return Seen.InValue(request, "K13", Confidence.Certain, credential.Token, $"the text calls it a service key, and {request.Address.ApiPath} belongs to an app, which a service key has none of");
        else if (pat) yield return Seen.InValue(request, "K13", Confidence.Likely, credential.Token, $"{request.Address.ApiPath} belongs to an app; a service key has none, and its shape is the same as a private app token's");
    }
}
