using System.Text;

namespace Spoke.HubSpot;

/// <summary>Section 1: the header is malformed.</summary>
internal static class HeaderRules
{
    private static readonly string[] s_schemes = ["Token", "OAuth", "OAuth2", "JWT", "ApiKey", "Api-Key", "Key", "PAT", "Private", "HubSpot", "AccessToken", "Access-Token", "Digest", "Negotiate", "AWS4-HMAC-SHA256", "GenieKey", "SSWS", "hapikey"];

    private static readonly string[] s_otherNames =
    [
        "auth", "authentication", "authenticate", "auth-token", "authorization-token", "authorizationtoken", "x-authorization", "x-auth-token", "x-auth", "x-api-key", "x-apikey", "api-key", "api_key", "apikey", "hapikey", "x-hapikey", "access_token", "access-token",
        "accesstoken", "x-access-token", "token", "bearer-token", "bearertoken", "private-app-token", "hubspot-api-key", "hubspot-token", "x-hubspot-token", "x-hubspot-access-token", "x-hubspot-api-key", "x-token", "proxy-authorization", "http_authorization", "oauth-token", "www-authenticate", "pat", "secret",
    ];

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("H03", Sight.Header, Colon),
        new("H15", Sight.Request, OtherName),
        new("H05", Sight.Request, Basic),
        new("H06", Sight.Header, Twice),
        new("H04", Sight.Header, OtherScheme),
        new("H02", Sight.Header, NoScheme),
        new("H14", Sight.Request, SentTwice),
        new("H10", Sight.Token, r => OfToken(r, "H10").Concat(Around(r, "H10"))),
        new("H11", Sight.Token, r => OfToken(r, "H11").Concat(Around(r, "H11"))),
        new("H12", Sight.Token, r => OfToken(r, "H12").Concat(Around(r, "H12"))),
        new("H09", Sight.Token, Quotes),
        new("H16", Sight.Token, Broken),
        new("H17", Sight.Header, r => OfToken(r, "H17").Concat(EncodedByCommand(r))),
        new("H19", Sight.Token, r => OfToken(r, "H19", f => f.Sure ? Confidence.Likely : Confidence.Possible)),
        new("H19", Sight.Header, MaskedInRecording),
        new("H18", Sight.Token, r => OfToken(r, "H18").Concat(UnreadableOAuth(r))),
        new("H08", Sight.Token, Tail),
        new("H07", Sight.Header, Gap),
        new("H01", Sight.Request, MissingHeader.Sightings),
    ];

    private static IEnumerable<Sighting> OfToken(ShownRequest request, string cause, Func<TokenFault, Confidence>? confidence = null)
    {
        if (!request.Credential.IsVisible) yield break;
        foreach (var fault in request.Credential.Judgement.Faults.Where(f => f.Cause == cause))
            yield return Seen.InValue(request, cause, confidence?.Invoke(fault) ?? (fault.Sure ? Confidence.Certain : Confidence.Possible), request.Credential.Token.Slice(fault.Start, Math.Min(fault.Length, request.Credential.Token.Length - fault.Start)), "the token " + fault.Shows);
    }

    /// <summary>Whoever made a recording may have masked its tokens; when a call fails for want of one, the mask may also be what was sent.</summary>
    private static IEnumerable<Sighting> MaskedInRecording(ShownRequest request)
    {
        if (request.Credential.IsMasked && !request.MasksTokens && request.Answer?.SaysNotFound == true)
            yield return Seen.InValue(request, "H19", Confidence.Possible, request.Credential.Token, "a mask stands where the token belongs; when it is not the recording's own, it is what was sent");
    }

    /// <summary>Characters between the name and the token that nobody sees, or that are not what they look like.</summary>
    private static IEnumerable<Sighting> Around(ShownRequest request, string cause)
    {
        if (request.Credential.Header is not { } header) yield break;
        var credential = request.Credential;
        foreach (var (part, name) in new[] { (header.Name, "the header's name"), (credential.Scheme, "the scheme word"), (credential.Gap, "the gap"), (credential.Token.HasFillings ? credential.Token : LocatedText.Empty, "the value") })
        {
            for (var i = 0; i < part.Length; i++)
            {
                if (part.Text[i] < 128 || part.IsFillingAt(i) || !Rune.TryGetRuneAt(part.Text, i, out var rune) || CharacterNames.CauseOf(rune) != cause) continue;
                if (part == header.Name && CharacterNames.IsCurlyQuote(part.Text[i]) && request.Remarks.Exists(r => r.Cause == "H10")) continue;
                yield return part == header.Name
                    ? Seen.In(header, cause, Confidence.Certain, part.Slice(i, rune.Utf16SequenceLength), i + 1, $"{CharacterNames.Of(rune)} stands in {name}")
                    : Seen.InValue(request, cause, Confidence.Certain, part.Slice(i, rune.Utf16SequenceLength), $"{CharacterNames.Of(rune)} stands in {name}");
                break;
            }
        }
    }

    private static IEnumerable<Sighting> Colon(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Header is not { } header) yield break;
        if (header.Is("Bearer"))
        {
            yield return Seen.In(header, "H03", Confidence.Certain, header.Name, 1, "the header is named Bearer; that word belongs into the value of the header Authorization");
            yield break;
        }
        var value = header.Value.Trim();
        if (value.Length > 6 && value.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) && value.Text.AsSpan(6).TrimStart() is { Length: > 0 } rest && rest[0] is ':' or '=' or ',')
            yield return Seen.InValue(request, "H03", Confidence.Certain, value.Slice(value.Length - rest.Length, 1), $"{(rest[0] == ':' ? "a colon" : $"'{rest[0]}'")} stands behind the word Bearer");
        else if (credential.Bearers > 0 && value.Text.AsSpan().StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "H03", Confidence.Certain, value.Slice(0, 13), "the value begins with the header's name");
    }

    private static IEnumerable<Sighting> OtherName(ShownRequest request)
    {
        if (request.Authorizations.FirstOrDefault() is { } right)
        {
            var written = right.Name.Text.TrimEnd(' ', '\t');
            if (written.Length < right.Name.Length && request.Dialect is not (Dialect.Program or Dialect.Fragment))
                yield return Seen.In(right, "H15", Confidence.Likely, right.Name.Slice(written.Length), written.Length + 1, "white space stands between the name and its colon, which servers must refuse", "Write Authorization: without a space in front of the colon.");
            yield break;
        }
        if (request.Header("Bearer") is not null) yield break;
        foreach (var header in request.Headers)
        {
            var name = header.Name.Text.Trim();
            var bare = new string([.. name.Where(c => c < 128)]).Trim().Trim('"', '\'');
            if (bare.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            {
                yield return Seen.In(header, "H15", Confidence.Certain, header.Name, 1, "a quote is part of the header's name");
                continue;
            }
            var near = EditDistance.Of(bare.ToLowerInvariant(), "authorization") <= 3 && bare.Length > 8;
            var carries = header.Value.Text.Trim() is var value && (value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || value.StartsWith("pat-", StringComparison.OrdinalIgnoreCase));
            if (near || carries || s_otherNames.Contains(bare, StringComparer.OrdinalIgnoreCase))
                yield return Seen.In(header, "H15", Confidence.Certain, header.Name, 1, $"the token is in a header named {Shown(bare)}; HubSpot reads Authorization only");
        }
    }

    private static string Shown(string name) => name.Length is > 0 and < 50 ? name : "otherwise";

    private static IEnumerable<Sighting> Basic(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Scheme.Text.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "H05", Confidence.Certain, credential.Scheme, "the scheme is Basic" + Decoded(credential.Token));
        else if (request.User is { } user && !request.Authorizations.Any())
            yield return new Sighting("H05", Confidence.Certain, user, "option -u", "curl turns a user and password into a Basic header") { ColumnInPart = 1, Fix = "Send -H \"Authorization: Bearer TOKEN\" instead of -u." };
        else if (request.Address.UserInfo is { Length: > 0 } info && !request.Authorizations.Any())
            yield return Seen.InAddress(request, "H05", Confidence.Certain, info, "the address carries a user, which is sent as Basic authentication");
    }

    private static string Decoded(LocatedText token)
    {
        var bytes = new byte[token.Length + 4];
        if (token.HasFillings || !Convert.TryFromBase64String(token.Text.PadRight((token.Length + 3) / 4 * 4, '='), bytes, out var length)) return "";
        return Encoding.UTF8.GetString(bytes, 0, length).Contains("pat-", StringComparison.Ordinal) ? "; decoded, a private app token or service key stands in it" : "";
    }

    private static IEnumerable<Sighting> Twice(ShownRequest request)
    {
        if (request.Credential is { Bearers: > 1, SecondBearer: { } second }) yield return Seen.InValue(request, "H06", Confidence.Certain, second, $"the word Bearer stands {(request.Credential.Bearers == 2 ? "twice" : request.Credential.Bearers + " times")}");
    }

    private static IEnumerable<Sighting> OtherScheme(ShownRequest request)
    {
        var credential = request.Credential;
        var scheme = credential.Scheme;
        var word = scheme.Text.TrimEnd(':');
        if (scheme.Length == 0 || scheme.HasFillings || credential.Bearers > 0 || word.Length == 0 || scheme.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("Basic", StringComparison.OrdinalIgnoreCase) || credential.Header!.Is("Bearer")) yield break;
        if (!Rune.TryGetRuneAt(scheme.Text, 0, out var first) || scheme.Text.Any(c => c > 127) || first.Value is '"' or '\'' or '<' or '{' or '[') yield break;
        if (s_schemes.Contains(word, StringComparer.OrdinalIgnoreCase)) yield return Seen.InValue(request, "H04", Confidence.Certain, scheme, $"the scheme word is {word}");
        else if (EditDistance.Of(word.ToLowerInvariant(), "bearer") is 1 or 2 && word.Length is >= 4 and <= 8) yield return Seen.InValue(request, "H04", Confidence.Certain, scheme, $"the scheme word is spelt {word}");
        else if (TokenJudgement.Of(credential.Token.Text).Kind is not null && word.Length < 20) yield return Seen.InValue(request, "H04", Confidence.Certain, scheme, $"the scheme word is {word}");
    }

    private static IEnumerable<Sighting> NoScheme(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Header is not { } header || header.Is("Bearer") || credential.Bearers > 0 || credential.Token.Length == 0) yield break;
        var value = header.Value.Trim();
        if (value.Length == 0 || value.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) || value.Text.StartsWith("Basic", StringComparison.OrdinalIgnoreCase)) yield break;
        if (value.IsFilling)
        {
            // A variable may hold the whole value, Bearer included.
            if (!value.Text.Contains("header", StringComparison.OrdinalIgnoreCase) && !value.Text.Contains("auth", StringComparison.OrdinalIgnoreCase) && !value.Text.Contains("bearer", StringComparison.OrdinalIgnoreCase))
                yield return Seen.InValue(request, "H02", Confidence.Likely, value, "only a variable stands there; unless it holds the word Bearer as well, the scheme is missing");
            yield break;
        }
        var known = TokenJudgement.Of(value.Text);
        var masked = request.Dialect is Dialect.Har or Dialect.Log;
        if (masked && known.Faults is [{ Cause: "H19" }, ..])
        {
            if (value.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase)) yield return Seen.InValue(request, "H02", request.MasksTokens ? Confidence.Certain : Confidence.Likely, value.Slice(0, 1), "the value begins with the token, which the recording masks; the word Bearer and one space belong in front of it");
            yield break;
        }
        var hidden = value.Text.All(c => c is '*' or '\u2022' or '\u25CF' or '\u00B7' or '\u2026');
        if (hidden) yield return Seen.InValue(request, "H19", Confidence.Likely, value, "a mask stands where the value belongs; look at what is really sent");
        if (hidden || known.Faults.Any(f => f.Cause == "H19"))
            yield return Seen.InValue(request, "H02", Confidence.Possible, value.Slice(0, 1), "what is shown is masked; whether the word Bearer stands under the mask is not to be seen");
        else if (credential.Scheme.Length == 0 || known.Kind is not null || value.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "H02", Confidence.Certain, value.Slice(0, Math.Min(1, value.Length)), value.HasFillings ? "a variable stands where the word Bearer belongs" : "the value begins with the token; the word Bearer and one space belong in front of it");
    }

    private static IEnumerable<Sighting> SentTwice(ShownRequest request)
    {
        var all = request.Authorizations.ToList();
        if (all.Count > 1)
            yield return Seen.In(all[1], "H14", request.Dialect == Dialect.Program ? Confidence.Likely : Confidence.Certain, all[1].Name, 1, $"Authorization is sent {(all.Count == 2 ? "twice" : all.Count + " times")}");
        else if (all.Count == 1 && all[0].Value.Text.IndexOf(',') is var comma and > 6 && all[0].Value.Text.AsSpan(comma + 1).TrimStart().StartsWith("Bearer", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "H14", Confidence.Certain, all[0].Value.Slice(comma, 1), "two values are joined by a comma, which is how two Authorization headers arrive");
    }

    private static IEnumerable<Sighting> Quotes(ShownRequest request)
    {
        if (request.Dialect == Dialect.Fragment && request.Name is not null)
        {
            // In a .env file quotes are usual; some readers keep them.
            foreach (var quote in OfToken(request, "H09", _ => Confidence.Possible)) yield return quote with { Shows = quote.Shows + " by readers that take the line as it stands, such as docker --env-file or a systemd unit" };
            yield break;
        }
        foreach (var quote in OfToken(request, "H09")) yield return quote;
        if (!request.Credential.Token.HasFillings || request.Credential.Token.Length < 2) yield break;
        var token = request.Credential.Token;
        if (token.Text[0] is '"' or '\'' && !token.IsFillingAt(0) && token.Text[^1] == token.Text[0]) yield return Seen.InValue(request, "H09", Confidence.Certain, token.Slice(0, 1), $"the quote {token.Text[0]} stands inside the value and is sent with it");
    }

    private static IEnumerable<Sighting> Broken(ShownRequest request)
    {
        foreach (var fault in OfToken(request, "H16")) if (!request.Credential.Token.Text.Contains(',', StringComparison.Ordinal)) yield return fault;
    }

    private static IEnumerable<Sighting> EncodedByCommand(ShownRequest request)
    {
        var token = request.Credential.Token;
        if (request.Credential.Bearers > 0 && token.IsFilling && token.Text.Contains("base64", StringComparison.OrdinalIgnoreCase) && !token.Text.Contains("-d", StringComparison.Ordinal) && !token.Text.Contains("decode", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "H17", Confidence.Likely, token, "the command in its place encodes the token as base64");
    }

    private static IEnumerable<Sighting> UnreadableOAuth(ShownRequest request)
    {
        if (request.Credential is { IsVisible: true, Judgement: { Kind: CredentialKind.OAuth, Signed: null } })
            yield return Seen.InValue(request, "H18", Confidence.Likely, request.Credential.Token.Slice(request.Credential.Token.Length), "the token begins like an OAuth access token, but its inside breaks off");
    }

    private static IEnumerable<Sighting> Tail(ShownRequest request)
    {
        var credential = request.Credential;
        if (request is { Dialect: Dialect.Fragment, Name: not null } && credential.Token.Text is { Length: > 2 } quoted && quoted[^1] is '"' or '\'' && quoted[^2] is ' ' or '\t')
            yield return Seen.InValue(request, "H08", Confidence.Likely, credential.Token.Slice(credential.Token.Length - 2, 1), $"{CharacterNames.Of(quoted[^2])} stands behind the token inside the quotes, and readers that take the quotes off keep it");
        if (credential.Header is null || credential.Tail.Length == 0 || credential.Token.Length == 0) yield break;
        var lineEnd = credential.Tail.Text.AsSpan().IndexOfAny('\r', '\n');
        var breaks = lineEnd >= 0;
        var index = Math.Max(0, lineEnd);
        var raw = request.Dialect is Dialect.Http or Dialect.Transcript;
        var confidence = breaks ? request.Dialect == Dialect.Fragment ? Confidence.Possible : Confidence.Certain : raw ? Confidence.Possible : Confidence.Likely;
        yield return Seen.InValue(request, "H08", confidence, credential.Tail.Slice(index, 1), $"{CharacterNames.Of(credential.Tail.Text[index])} stands behind the token{(breaks ? "" : "; servers should take it off, many clients refuse it first")}");
    }

    private static IEnumerable<Sighting> Gap(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Header is not { } header) yield break;
        var value = header.Value.Trim();
        if (credential.Bearers == 0 && value.Length > 6 && value.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) && !value.IsFillingAt(5) && (value.IsFillingAt(6) && !HoldsBlank(value.Text) || char.IsAsciiLetterOrDigit(value.Text[6])) && !value.Text.AsSpan(0, 7).Equals("Bearers", StringComparison.OrdinalIgnoreCase))
            yield return Seen.InValue(request, "H07", Confidence.Certain, value.Slice(6, 1), "nothing stands between Bearer and the token; one space belongs there");
        if (credential.Bearers > 0 && credential.Gap.Text.IndexOf('\t') is var tab and >= 0)
            yield return Seen.InValue(request, "H07", Confidence.Likely, credential.Gap.Slice(tab, 1), "a tab (U+0009) stands between Bearer and the token, which the grammar does not allow");
        else if (credential.Bearers > 0 && credential.Gap.Length > 1 && credential.Gap.Text.All(c => c == ' ') && credential.Token.Length > 0)
            yield return Seen.InValue(request, "H07", Confidence.Possible, credential.Gap.Slice(1, credential.Gap.Length - 1), $"{credential.Gap.Length} spaces stand between Bearer and the token; the grammar allows that, so prove it by a call with one space before you blame it");
        if (request.Dialect == Dialect.Program && header.Value.Length > 0 && header.Value.Text[0] is ' ' or '\t' && credential.Header.Name.Length > 0)
            yield return Seen.InValue(request, "H07", Confidence.Likely, header.Value.Slice(0, 1), "white space stands in front of the value; many clients refuse to send that");
    }

    /// <summary>What is filled in brings its own blank: <c>Bearer${' ' + token}</c>.</summary>
    private static bool HoldsBlank(string filling) => filling.Contains("' ", StringComparison.Ordinal) || filling.Contains("\" ", StringComparison.Ordinal);
}
