using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>Checks a portal and its token by a few harmless calls, never more than one failing one per question.</summary>
internal sealed partial class LiveExamination(HubSpotClient client, string token, string source, LiveQuestions questions, TimeProvider time)
{
    private static readonly RequestOptions s_once = new() { NoRepeat = true };
    private readonly List<Finding> _findings = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _ruledOut = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private bool _unavailable;
    private bool _scopesUnread;
    private string? _next;

    public async Task<Diagnosis> RunAsync(CancellationToken cancellationToken)
    {
        _notes.Add($"address   {client.BaseUrl}");
        var judged = JudgeToken();
        if (judged is null) return Result(null);
        HubSpotResponse answer;
        AccountDetails details;
        try
        {
            answer = await client.SendAsync(new HubSpotRequest("GET", "/account-info/v3/details"), s_once, cancellationToken).ConfigureAwait(false);
            details = await client.Account.GetDetailsAsync(s_once, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException refused) when (refused.Kind != HubSpotErrorKind.Unreachable)
        {
            if (CannotAnswer(refused)) Unavailable(refused);
            else await ExplainAsync(refused, judged.Value, cancellationToken).ConfigureAwait(false);
            return Result(Next());
        }
        RuleOut("X01", "X02", "X09", "X10", "X11", "X12", "X14", "R01", "R02", "R04", "R05", "R06");
        Clock(answer);
        Way(answer);
        _notes.Add($"account   hub {details.PortalId.ToString(CultureInfo.InvariantCulture)}{Also(details.AccountType)}{Also(details.TimeZone)}{Also(details.Currency)}{(details.DataHosting is { } hosting ? ", data centre " + hosting : "")}");
        Region(judged.Value, details);
        Portal(details);
        await ScopesAsync(judged.Value.Kind, cancellationToken).ConfigureAwait(false);
        await PathAsync(judged.Value, cancellationToken).ConfigureAwait(false);
        Limits();
        return Result(Next());
    }

    private static string Also(string? value) => value is null ? "" : ", " + value;

    /// <summary>A limit, a lock or trouble over there: it tells nothing about the token. A limit in disguise and a moved account have causes of their own.</summary>
    private static bool CannotAnswer(HubSpotException refused) =>
        refused is { Cause: null, Kind: HubSpotErrorKind.RateLimited or HubSpotErrorKind.Unavailable } && !AnswerRules.IsChallenge(refused.Body ?? "");

    private void Unavailable(HubSpotException refused)
    {
        _unavailable = true;
        _notes.Add("answer    " + Sentence.WithoutFix(refused));
        _next = refused switch
        {
            { ResetsAt: not null, Fix: { } fix } => fix + " Run the doctor again then.",
            { Kind: HubSpotErrorKind.RateLimited } => $"Wait {(refused.RetryAfter ?? TimeSpan.FromSeconds(10)).TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s and run the doctor again. If it stays so, another program uses up the limit with the same app.",
            { StatusCode: 501, Fix: { } fix } => fix,
            { StatusCode: 423 } => "The account is locked for a moment by other work. Wait some seconds and run the doctor again.",
            _ => "Run the doctor again in some minutes. If it stays so, see https://status.hubspot.com, and whether a gateway or proxy stands between you and HubSpot.",
        };
    }

    private void ScopesUnread(string why)
    {
        _notes.Add("scopes    could not be read: " + why);
        if (questions.Needs.Count == 0) return;
        _scopesUnread = true;
        _next ??= "Compare the scopes given to the app with those needed.";
    }

    private AccessToken? JudgeToken()
    {
        try
        {
            var parsed = AccessToken.Parse(token, source);
            _notes.Add($"token     {parsed.Masked}, {(parsed.Kind == CredentialKind.PrivateApp ? "private app token or service key" : "OAuth access token")}{(parsed.Region is { } region ? ", region " + region : "")}");
            RuleOut("H02", "H03", "H04", "H05", "H06", "H09", "H10", "H11", "H12", "H16", "H17", "H18", "H19", "V01", "V02", "V03", "V04", "V05", "V06", "V08", "V09", "K02", "K05", "K06", "K08", "K10", "K12");
            if (parsed.WasTrimmed) Found("H08", Confidence.Likely, source, $"white space or a line end stands around the token ({CharacterNames.Of(token.TrimStart().Length < token.Length ? token[0] : token[^1])}); this program takes it off, others send it or refuse it", null);
            else RuleOut("H08");
            Says(TokenJudgement.Of(token.Trim()).Signed);
            return parsed;
        }
        catch (HubSpotException refused) when (refused.Cause is { } cause)
        {
            // These are the bytes that would be sent, so a placeholder or a mask is proved here.
            Found(cause, Confidence.Certain, source, refused.Message[..(refused.Message.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? end : refused.Message.Length)], null);
            return null;
        }
    }

    private async Task ExplainAsync(HubSpotException refused, AccessToken judged, CancellationToken cancellationToken)
    {
        var request = new ShownRequest(new SourceText(""), Dialect.Fragment) { Answer = AnswerOf(refused) };
        var seen = Rule.All.Where(r => r.Needs == Sight.Answer).SelectMany(r => r.Look(request, time.GetUtcNow())).Where(s => s.Cause is not ("X09" or "X10" or "X11" or "X12") || request.Answer!.SaysNotFound == false).ToList();
        foreach (var sighting in seen.OrderBy(s => s.Confidence)) Found(sighting.Cause, sighting.Confidence, "answer to GET /account-info/v3/details", sighting.Shows, sighting.Fix);
        if (request.Answer!.SaysNotFound) await UnknownAsync(judged, cancellationToken).ConfigureAwait(false);
        else if (seen.Count == 0)
        {
            _notes.Add("answer    " + Sentence.WithoutFix(refused));
            _next = refused.Fix;
        }
        if (refused.RequiredScopes.Count > 0) _missing.Add(string.Join(" or ", refused.RequiredScopes));
        // Account details need one scope, a sync needs others: what the token has is told without any.
        if (refused.Kind == HubSpotErrorKind.ScopeMissing && (judged.Kind == CredentialKind.PrivateApp || questions.Grant is not null)) await ScopesAsync(judged.Kind, cancellationToken).ConfigureAwait(false);
    }

    private static ShownAnswer AnswerOf(HubSpotException refused)
    {
        var body = refused.Body ?? "";
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (refused.Cause == "R06") headers["cf-ray"] = "";
        if (refused.CorrelationId is { } id) headers["x-hubspot-correlation-id"] = id;
        if (refused.RetryAfter is { } wait) headers["retry-after"] = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return new ShownAnswer { Status = refused.StatusCode, Body = body, Headers = headers, Envelope = ErrorEnvelope.Parse(System.Text.Encoding.UTF8.GetBytes(body)) };
    }

    /// <summary>One more call, to the endpoint that needs no scope: does HubSpot know the token at all?</summary>
    private async Task UnknownAsync(AccessToken judged, CancellationToken cancellationToken)
    {
        if (judged.Kind == CredentialKind.OAuth)
        {
            Found("X09", Confidence.Likely, "answer to GET /account-info/v3/details", "the token's shape is right and HubSpot does not know it: the app was uninstalled, or the grant revoked", null);
            return;
        }
        try
        {
            var known = await client.Account.GetTokenInformationAsync(token, s_once, cancellationToken).ConfigureAwait(false);
            Found("X12", Confidence.Likely, "token information", $"HubSpot knows the token (hub {known.HubId.ToString(CultureInfo.InvariantCulture)}, app {known.AppId.ToString(CultureInfo.InvariantCulture)}) and still refuses the call: its user or its app lost the right", null);
            RuleOut("X10");
        }
        catch (HubSpotException again) when (again.Kind != HubSpotErrorKind.Unreachable)
        {
            const string Where = "token information and account details";
            Found("X10", Confidence.Likely, Where, "the token's shape is perfect and HubSpot does not know it", null);
            Found("X11", Confidence.Possible, Where, "the same answer follows when HubSpot switched the token off because it was found in public; the account's super admins got a mail", null);
            Found("X12", Confidence.Possible, Where, "the same answer follows when the app was deleted", null);
        }
    }

    private void Clock(HubSpotResponse answer)
    {
        if (!answer.Headers.TryGetValue("date", out var text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs)) return;
        var off = time.GetUtcNow() - theirs;
        if (off.Duration() < TimeSpan.FromSeconds(30))
        {
            _notes.Add("clock     agrees with the server's");
            RuleOut("X03");
        }
        else
        {
            _notes.Add($"clock     {off.Duration().TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s {(off > TimeSpan.Zero ? "ahead of" : "behind")} the server's");
            Found("X03", Confidence.Certain, "header Date of the answer", $"the local clock is {off.Duration().TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s {(off > TimeSpan.Zero ? "ahead of" : "behind")} the server's: expiry and webhook signatures are reckoned wrong", null);
        }
    }

    private void Region(AccessToken judged, AccountDetails details)
    {
        if (judged.Region is not { } region || details.DataHosting is not { } hosting) return;
        if (hosting.Equals(region, StringComparison.OrdinalIgnoreCase)) RuleOut("X15");
        else Found("X15", Confidence.Likely, "account details", $"the token was issued in {region}, the account is in {hosting} now", null);
    }

    private async Task ScopesAsync(CredentialKind kind, CancellationToken cancellationToken)
    {
        var oauth = kind == CredentialKind.OAuth;
        if (oauth && questions.Grant is null)
        {
            ScopesUnread("of an OAuth token HubSpot tells them only to its app (introspection with client id and secret)");
            return;
        }
        IReadOnlyList<string> granted;
        try
        {
            granted = oauth ? (await questions.Grant!.IntrospectAsync(token.Trim(), cancellationToken).ConfigureAwait(false)).Scopes
                : (await client.Account.GetTokenInformationAsync(token, s_once, cancellationToken).ConfigureAwait(false)).Scopes;
        }
        catch (HubSpotException refused) when (refused.Kind != HubSpotErrorKind.Unreachable)
        {
            if (CannotAnswer(refused)) Unavailable(refused);
            ScopesUnread(Sentence.WithoutFix(refused));
            return;
        }
        foreach (var any in questions.Needs)
            if (!any.Any(granted.Contains) && string.Join(" or ", any) is var group && !_missing.Contains(group)) _missing.Add(group);
        _notes.Add($"scopes    {granted.Count.ToString(CultureInfo.InvariantCulture)} granted{(_missing.Count == 0 ? ", all that is needed" : $", {_missing.Count.ToString(CultureInfo.InvariantCulture)} missing")}");
        if (_missing.Count == 0) RuleOut("P01", "P03");
        else Found(_missing.TrueForAll(m => m.Contains(".write", StringComparison.Ordinal)) ? "P03" : "P01", Confidence.Certain, oauth ? "introspection" : "token information", "not granted: " + string.Join("; ", _missing), (oauth ? "Ask the account for these scopes as well (spoke auth login --scopes …): " : "Add these scopes to the app or service key: ") + string.Join("; ", _missing) + ".");
    }

    private void Limits()
    {
        var budget = client.Budget;
        _notes.Add($"limits    {budget.TenSecondLimit.ToString(CultureInfo.InvariantCulture)} calls in ten seconds{(budget.DailyRemaining is { } left ? $", {left.ToString("N0", CultureInfo.InvariantCulture)} of {budget.DailyLimit?.ToString("N0", CultureInfo.InvariantCulture)} left today" : "")}");
    }

    private void Found(string id, Confidence confidence, string where, string shows, string? fix)
    {
        var cause = Causes.Get(id);
        _findings.RemoveAll(f => f.Id == id);
        _findings.Add(new Finding(id, cause.Title, confidence, [new Evidence(where, SecretPlaces.Mask(shows))], fix ?? cause.Fix, cause.Source));
    }

    private void RuleOut(params ReadOnlySpan<string> ids)
    {
        foreach (var id in ids) _ruledOut.Add(id);
    }

    private string? Next() => _findings.Exists(f => f.Id is "X10" or "X11")
        ? "Look in HubSpot's settings whether the app or service key is still there, and fetch its token anew. Private apps of the old kind can no longer be created (since 26 October 2026); a service key takes their place."
        : _next;

    private Diagnosis Result(string? next)
    {
        var findings = _findings.OrderBy(f => f.Confidence).ToList();
        return new Diagnosis
        {
            Verdict = findings.Exists(f => f.Confidence == Confidence.Certain) ? Verdict.CauseFound : findings.Exists(f => f.Confidence == Confidence.Likely) ? Verdict.Likely : findings.Count > 0 || _unavailable || _scopesUnread || _next is not null ? Verdict.Unknown : Verdict.Healthy,
            Findings = findings,
            RuledOut = [.. _ruledOut.Where(id => !findings.Exists(f => f.Id == id)).Order(StringComparer.Ordinal).Select(id => new RuledOut(id, null))],
            Scopes = new ScopeFindings([.. questions.Needs.Select(any => string.Join(" or ", any))], _missing) { NeedsAll = true },
            PortalUnavailable = _unavailable,
            Corrected = CallCorrection.Of(Probe(), findings),
            Notes = _notes,
            Next = next,
        };
    }

    /// <summary>The call that was made, to be repeated by hand.</summary>
    private ShownRequest Probe()
    {
        var text = new SourceText(new Uri(client.BaseUrl, "/account-info/v3/details").ToString());
        return new ShownRequest(text, Dialect.Fragment) { Url = LocatedText.Of(text, 0, text.Text.Length) };
    }
}
