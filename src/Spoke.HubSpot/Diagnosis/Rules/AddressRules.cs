using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Section 6 and the paths of section 5: the request went elsewhere, or to an endpoint that wants another credential.</summary>
internal static partial class AddressRules
{
    /// <summary>These make whatever the header holds moot.</summary>
    public static IReadOnlyList<Rule> First { get; } =
    [
        new("R08", Sight.Program, r => r.Headers.Count == 0 && r.Url is { } url && ListOfHeaders().Match(url.Text) is { Success: true } match ? [Seen.InAddress(r, "R08", Confidence.Certain, url.Slice(match.Index, match.Length), "the header stands in the address")] : []),
        new("R07", Sight.Request, Preflight),
        // Several calls together show these, see Session and SessionRights.
        new("X03", Sight.Request, _ => []),
        new("X04", Sight.Request, _ => []),
        new("P14", Sight.Request, _ => []),
        new("P09", Sight.Answer, _ => []),
        new("P11", Sight.Answer, _ => []),
        new("X16", Sight.Request, _ => []),
        new("R03", Sight.Request, LostOnRedirect),
        new("R15", Sight.Request, Receiver),
        new("R01", Sight.Address, Host),
    ];

    public static IReadOnlyList<Rule> Last { get; } =
    [
        new("R02", Sight.Address, PlainHttp),
        new("R11", Sight.Address, Method),
        new("R09", Sight.Address, Path),
        new("R10", Sight.Address, Slashes),
        new("P07", Sight.Address, r => ByPath(r, "P07")),
        new("P08", Sight.Address, r => ByPath(r, "P08")),
        new("X08", Sight.Address, TokenRequest),
        new("R12", Sight.Program, _ => []),   // the readers see it
        new("R16", Sight.Request, StandIn),
    ];

    // Families whose credential is an app's own: an account's token is answered as if it were none.
    private static readonly string[] s_appFamilies = ["/webhooks/v3/", "/webhooks/2026-", "/app-webhooks/", "/crm/v3/extensions/calling/", "/crm/v3/extensions/cards", "/crm/extensions/cards", "/crm/extensions/calling/", "/automation/v4/actions/", "/automation/actions/", "/conversations/v3/custom-channels", "/conversations/custom-channels"];

    private static readonly string[] s_developerFamilies = ["/media-bridge/v1/", "/media-bridge/2026-"];

    [GeneratedRegex(@"[?&]Authorization=", RegexOptions.IgnoreCase)]
    private static partial Regex ListOfHeaders();

    [GeneratedRegex(@"^/marketing/v3/marketing-events/\d+/settings")]
    private static partial Regex EventSettings();

    [GeneratedRegex(@"^/(contacts|companies|deals|owners|engagements|properties|email|lists|crm-objects|crm-associations|crm-pipelines|hubdb|content|forms|automation|broadcast|calendar)/(v1|v2)/|^/(contacts|companies|deals)/v3/")]
    private static partial Regex OldPath();

    private static IEnumerable<Sighting> Preflight(ShownRequest request)
    {
        if (request.Method == "OPTIONS" && request.Header("Origin") is { } origin)
        {
            // A server that lets the browser through says so; HubSpot's API does not.
            if (request.Answer is { Status: >= 200 and < 300 } allowed && allowed.Headers.ContainsKey("access-control-allow-origin")) yield break;
            yield return Seen.In(origin, "R07", Confidence.Certain, origin.Name, 1, "OPTIONS with an Origin is the browser's preflight, which never carries Authorization");
        }
        else if (request.Dialect == Dialect.Har && request.Header("Origin") is { } page && request.Answer is { } got && !got.Headers.ContainsKey("access-control-allow-origin") && (got.NetworkError is not null || got.Status is 401 or 403) && request.Address.IsHubSpot)
            yield return Seen.In(page, "R07", got.NetworkError?.Contains("CORS", StringComparison.OrdinalIgnoreCase) == true ? Confidence.Certain : Confidence.Likely, page.Name, 1, $"a page in the browser ({Plain(page.Value.Text)}) called HubSpot's API, and the browser withheld the answer{(got.NetworkError is { } why ? $" ({Plain(why)})" : "")}");
        else if (request.Answer is { Envelope: null } answer && answer.Body.Contains("CORS", StringComparison.Ordinal) && answer.Body.Contains("policy", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InAnswer(request, "R07", Confidence.Certain, "the browser reports that its CORS policy blocked the call");
        else if (request.Dialect == Dialect.Program && request.Headers.Count > 0 && WithoutCors(request) is { } mode)
            yield return new Sighting("R07", Confidence.Certain, mode, "option mode", "in the mode no-cors a browser takes the Authorization header out of the call, and keeps the answer from the page");
    }

    [GeneratedRegex("""\bmode["']?\s*:\s*["'`](?<mode>no-cors)["'`]""")]
    private static partial Regex NoCors();

    /// <summary>The mode of a browser's fetch, in this call or in options that stand apart where there is one call only.</summary>
    private static LocatedText? WithoutCors(ShownRequest request)
    {
        var text = request.Source.Text;
        if (request.Url is not { Length: > 0 } url || !text.Contains("fetch(", StringComparison.Ordinal)) return null;
        var alone = text.IndexOf("fetch(", StringComparison.Ordinal) == text.LastIndexOf("fetch(", StringComparison.Ordinal);
        var from = alone ? 0 : url.OffsetAt(0);
        var next = alone ? -1 : text.IndexOf("fetch(", from, StringComparison.Ordinal);
        return NoCors().Match(next < 0 ? text : text[..next], from) is { Success: true } match ? LocatedText.Of(request.Source, match.Groups["mode"].Index, match.Groups["mode"].Length) : null;
    }

    private static string Plain(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(80)]);

    private static IEnumerable<Sighting> LostOnRedirect(ShownRequest request)
    {
        if (request.RedirectedFrom is { } first && !request.IsSanitized && first.Authorizations.Any() && !request.Authorizations.Any())
            yield return new Sighting("R03", Confidence.Certain, request.GivenMethod ?? request.Url, "second request", $"it has no Authorization header; the first, which was answered {first.Answer?.Status}, has one");
    }

    private static IEnumerable<Sighting> Receiver(ShownRequest request)
    {
        if (request.Headers.Find(h => h.Name.Text.StartsWith("X-HubSpot-Signature", StringComparison.OrdinalIgnoreCase)) is not { } signature || request.Method is "GET" || request.Address.IsHubSpot) yield break;
        yield return Seen.In(signature, "R15", request.Answer?.Status is 401 or 403 ? Confidence.Certain : Confidence.Likely, signature.Name, 1, "this is HubSpot's delivery to your server, not a call to HubSpot: the refusal comes from the check of its signature");
    }

    private static IEnumerable<Sighting> Host(ShownRequest request)
    {
        var address = request.Address;
        if (!address.IsKnown || address.IsLoopback || address.Host.HasFillings || address.IsForms) yield break;
        var host = address.Host.Text.ToLowerInvariant();
        if (address.IsHubSpot)
        {
            if (host.StartsWith("api-", StringComparison.Ordinal) && request.Credential.IsVisible && request.Credential.Judgement.Region is { } region && !host.StartsWith("api-" + region + ".", StringComparison.Ordinal))
                yield return Seen.InAddress(request, "R01", request.Answer?.Body.Contains($"\"correctHublet\":\"{region}\"", StringComparison.Ordinal) == true ? Confidence.Certain : Confidence.Likely, address.Host, $"{host} is the host of another data centre than the token's, {region}", "Call https://api.hubapi.com, which serves every data centre.");
            yield break;
        }
        if (request.Headers.Exists(h => h.Name.Text.StartsWith("X-HubSpot-Signature", StringComparison.OrdinalIgnoreCase))) yield break;
        if (address.IsConsentPage) yield break;
        if (host is "api.hubspot.com" or "api-eu1.hubspot.com") yield return Seen.InAddress(request, "R01", Confidence.Likely, address.Host, $"{host} is not the API's host");
        else if (host.EndsWith("hubspot.com", StringComparison.Ordinal)) yield return Seen.InAddress(request, "R01", Confidence.Certain, address.Host, $"{host} serves HubSpot's pages, not its API");
        else if (EditDistance.Of(host, "api.hubapi.com") <= 4 || host.Contains("hubapi", StringComparison.Ordinal) || host.Contains("hubspot", StringComparison.Ordinal)) yield return Seen.InAddress(request, "R01", Confidence.Certain, address.Host, $"{host} is no host of HubSpot's");
        else if (OtherService.HasToken(request) && request.Published.Count == 0) yield return Seen.InAddress(request, "R01", Confidence.Likely, address.Host, $"a token of HubSpot's is sent to {host}, which is no host of HubSpot's; unless it is a gateway of your own, the call belongs to https://api.hubapi.com");
        else if (request.Published.Count > 0) yield return Seen.InAddress(request, "R01", Confidence.Possible, address.Host, $"{host} is not HubSpot's host; if it is no gateway of your own, the path belongs to https://api.hubapi.com");
    }

    private static IEnumerable<Sighting> PlainHttp(ShownRequest request)
    {
        var address = request.Address;
        if (address.Scheme != "http" || address.IsLoopback || !(address.IsHubSpot || address.Host.Text.Contains("hub", StringComparison.OrdinalIgnoreCase))) yield break;
        var redirected = request.Answer?.Status is 301 or 302 or 307 or 308;
        yield return Seen.InAddress(request, "R02", redirected ? Confidence.Certain : Confidence.Likely, request.Url!.Trim().Slice(0, 4), "http:// is redirected to https://, and the header does not follow; the token went over the wire in clear");
    }

    private static IEnumerable<Sighting> Method(ShownRequest request)
    {
        var address = request.Address;
        if (!address.IsKnown || address.IsForeign || request.Method is "OPTIONS" or "HEAD") yield break;
        var published = request.PublishedMethods;
        if (published.Count == 0 || published.Contains(request.Method)) yield break;
        var place = request.GivenMethod is { Length: > 0 } given ? given : address.Path;
        yield return new Sighting("R11", request.Answer?.Status == 405 ? Confidence.Certain : Confidence.Likely, place, "method", $"{request.Method} is sent, and HubSpot publishes {string.Join(", ", published)} for this path");
    }

    private static IEnumerable<Sighting> Path(ShownRequest request)
    {
        var address = request.Address;
        if (!address.IsHubSpot && !address.IsLoopback || address.Path.HasFillings || address.Path.Text.Contains("{", StringComparison.Ordinal) || request.Published.Count > 0) yield break;
        if (request.Dialect == Dialect.Program && address.ApiPath.Length < 2) yield break;   // a base address, whose path comes elsewhere
        if (address.ApiPath == "/oauth/v2/private-apps/get/access-token-info") yield break;
        var missing = request.Answer?.Status == 404 && request.Answer.Envelope?.Category is null;
        var legacy = request.Answer?.Message.Contains("authentication credentials are missing", StringComparison.Ordinal) == true;
        var near = NearestPath.To(request.Method, address.ApiPath);
        if (legacy || missing) yield return Seen.InAddress(request, "R09", Confidence.Certain, address.Path, legacy ? "an old path: its answer tells per scheme why it was not used" : "HubSpot publishes no such path, and answered 404 with a page", Suggest(near));
        else if (OldPath().IsMatch(address.Path.Text)) yield return Seen.InAddress(request, "R09", Confidence.Possible, address.Path, "a path of an old version, which goes unsupported and answers in another way", Suggest(near));
        else yield return Seen.InAddress(request, "R09", near is null ? Confidence.Possible : Confidence.Likely, address.Path, near is null ? "not among the paths HubSpot publishes" : $"not among the paths HubSpot publishes; {near} is", Suggest(near));
    }

    private static string? Suggest(string? near) => near is null ? null : $"Call {near}.";

    private static IEnumerable<Sighting> Slashes(ShownRequest request)
    {
        var address = request.Address;
        if (!address.IsKnown || address.IsForeign) yield break;
        var redirected = request.Answer?.Status is 301 or 308;
        if (address.Path.Text.IndexOf("//", StringComparison.Ordinal) is var twice and >= 0) yield return Seen.InAddress(request, "R10", redirected ? Confidence.Certain : Confidence.Likely, address.Path.Slice(twice, 2), "the path has a double slash");
        else if (address.Path.Length > 1 && address.Path.Text.EndsWith('/')) yield return Seen.InAddress(request, "R10", redirected ? Confidence.Certain : Confidence.Possible, address.Path.Slice(address.Path.Length - 1), "the path ends in a slash");
    }

    /// <summary>Endpoints that want a developer's or an app's credential, by path.</summary>
    private static IEnumerable<Sighting> ByPath(ShownRequest request, string cause)
    {
        if (WantsOther(request) != cause || !request.Authorizations.Any() || request.Credential.Bearers == 0) yield break;
        if (cause == "P08" && request.Credential is { IsVisible: true, Judgement.Kind: CredentialKind.OAuth }) yield break;
        var observed = request.Answer is not null && (cause == "P08" ? request.Answer.SaysNotFound : request.Answer.Message.Contains("developer API key", StringComparison.Ordinal));
        var confidence = observed ? request.Credential.IsPerfect || cause == "P07" ? Confidence.Certain : Confidence.Likely : request.Answer is { IsFailure: true } ? Confidence.Possible : Confidence.Likely;
        yield return Seen.InAddress(request, cause, confidence, request.Address.Path, cause == "P07"
            ? "this endpoint takes a developer API key as ?hapikey= and refuses every Bearer token"
            : "this endpoint belongs to an app: an account's token is answered as if there were none");
    }

    public static string? WantsOther(ShownRequest request)
    {
        var path = request.Address.ApiPath;
        if (request.Address.IsForeign) return null;
        if (s_developerFamilies.Any(f => path.StartsWith(f, StringComparison.Ordinal)) || EventSettings().IsMatch(path)) return "P07";
        if (s_appFamilies.Any(f => path.StartsWith(f, StringComparison.Ordinal))) return "P08";
        return request.Endpoint is { } endpoint && endpoint.CredentialKinds.SequenceEqual(["developer_hapikey"]) ? "P07" : null;
    }

    private static IEnumerable<Sighting> TokenRequest(ShownRequest request)
    {
        if (!Regex.IsMatch(request.Address.ApiPath, @"^/oauth/[^/]+/token$") || request.Method != "POST") yield break;
        var type = request.Header("Content-Type")?.Value.Text;
        if (type?.Contains("json", StringComparison.OrdinalIgnoreCase) == true || request.Body?.Text.TrimStart().StartsWith('{') == true)
            yield return new Sighting("X08", Confidence.Certain, request.Body ?? request.Header("Content-Type")?.Value ?? request.Url, "body", "the token endpoint is sent JSON; it takes a form");
        else if (request.Body is null && request.FormParts.Count == 0 && request.Address.Parameter("grant_type") is { } grant && !request.Address.ApiPath.Contains("/v1/", StringComparison.Ordinal))
            yield return Seen.InAddress(request, "X08", Confidence.Certain, grant, "the fields stand in the address; the token endpoint takes them in the body only");
    }

    private static IEnumerable<Sighting> StandIn(ShownRequest request)
    {
        if (request.Address.IsLoopback && request.Answer?.Status is 200 or 201 && request.Credential is { IsVisible: true, Judgement.Kind: null } && !request.IsThroughProxy)
            yield return Seen.InValue(request, "R16", Confidence.Certain, request.Credential.Token, $"{request.Address.Host.Text} accepted a token that HubSpot would refuse");
    }
}

/// <summary>The published path that a wrong one was probably meant to be.</summary>
internal static class NearestPath
{
    private static readonly (string From, string To)[] s_slips =
    [
        ("/crm/v3/object/", "/crm/v3/objects/"), ("/crm/v3/contacts", "/crm/v3/objects/contacts"), ("/crm/v3/companies", "/crm/v3/objects/companies"), ("/crm/v3/deals", "/crm/v3/objects/deals"), ("/crm/v3/tickets", "/crm/v3/objects/tickets"),
        ("/crm/v3/products", "/crm/v3/objects/products"), ("/crm/v3/line_items", "/crm/v3/objects/line_items"), ("/v3/crm/", "/crm/v3/"), ("/api/", "/"), ("/crm/objects/v3/", "/crm/v3/objects/"), ("/crm/v4/objects/", "/crm/v3/objects/"), ("/v3/objects/", "/crm/v3/objects/"),
        ("/objects/contact/", "/objects/contacts/"), ("/contacts/v3/", "/crm/v3/objects/contacts/"), ("/crm/v1/objects/", "/crm/v3/objects/"), ("/crm/v2/objects/", "/crm/v3/objects/"), ("/crm/objects/", "/crm/v3/objects/"),
        ("/contacts/v1/lists/all/contacts/all", "/crm/v3/objects/contacts"), ("/deals/v1/deal/paged", "/crm/v3/objects/deals"), ("/companies/v2/companies/paged", "/crm/v3/objects/companies"), ("/owners/v2/owners", "/crm/v3/owners"),
    ];

    public static string? To(string method, string path)
    {
        var candidate = path;
        for (var round = 0; round < 2; round++)
        {
            foreach (var (from, to) in s_slips)
            {
                if (!candidate.StartsWith(from, StringComparison.Ordinal) && !(from.StartsWith("/objects/contact/", StringComparison.Ordinal) && (candidate + "/").Contains(from, StringComparison.Ordinal))) continue;
                var mended = (candidate + "/").Replace(from, to, StringComparison.Ordinal).TrimEnd('/').Replace("//", "/", StringComparison.Ordinal);
                if (EndpointCatalogue.Find(method, mended) is not null) return mended;
                if (round == 0) { candidate = mended; break; }
            }
        }
        var lower = path.ToLowerInvariant();
        return lower != path && EndpointCatalogue.Find(method, lower) is not null ? lower : null;
    }
}
