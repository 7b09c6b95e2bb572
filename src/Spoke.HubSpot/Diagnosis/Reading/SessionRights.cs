using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>What one token was allowed elsewhere in the same recording, what an install link asked for, and what the two clocks said: it tells apart refusals that look alike.</summary>
internal static class SessionRights
{
    /// <summary>More than a slow call takes, so that the difference is the clocks'.</summary>
    private static readonly TimeSpan s_clocksDiffer = TimeSpan.FromMinutes(2);

    public static void Look(List<ShownRequest> calls)
    {
        foreach (var call in calls.Where(c => c.Answer is { IsFailure: true } && !Session.IsTokenCall(c) && c.Method != "OPTIONS"))
        {
            Clock(call);
            LeftOut(calls, call);
            Link(calls, call);
            var answered = calls.Where(c => c != call && c.Answer is { Status: >= 200 and < 300 } && call.Credential is { IsVisible: true, Bearers: 1 } mine && c.Credential is { IsVisible: true } other && other.Token.Text == mine.Token.Text).ToList();
            if (answered.Count == 0) continue;
            Writing(answered, call);
            OtherRecords(answered, call);
            OtherPaths(answered, call);
        }
    }

    private static string Number(ShownRequest call) => call.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>HubSpot calls the token expired at a time that had not come by the caller's clock.</summary>
    private static void Clock(ShownRequest call)
    {
        if (call.Answer is not { Envelope: { Category: "EXPIRED_AUTHENTICATION" } envelope } answer || call.SentAt is not { } mine || !answer.Headers.TryGetValue("date", out var text)) return;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs) || theirs - mine < s_clocksDiffer) return;
        if (envelope.Context.GetValueOrDefault("expire time") is not [var at, ..] || !DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) || expires <= mine) return;
        call.Remarks.Add(new Sighting("X03", Confidence.Certain, answer.Place, "header Date of the answer", $"the local clock is {(theirs - mine).TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s behind the server's: by it the token was good until {expires.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC, and the call was made at {mine.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}"));
    }

    /// <summary>HubSpot's own library sends the header with its other calls.</summary>
    private static void LeftOut(List<ShownRequest> calls, ShownRequest call)
    {
        if (call.Authorizations.Any() || call.IsSanitized || call.Header("User-Agent") is not { } agent || !agent.Value.Text.Contains("hubspot-api-client", StringComparison.OrdinalIgnoreCase) || !MissingHeader.NeedsCredential(call)) return;
        if (calls.Find(c => c.Authorizations.Any() && c.Answer is { Status: >= 200 and < 300 } && c.Header("User-Agent")?.Value.Text == agent.Value.Text) is { } other)
            call.Remarks.Add(Seen.In(agent, "P14", Confidence.Likely, agent.Value, 1, $"the same client library sent the header with call {Number(other)} and left it out here: this method of it adds none") with { Weakens = ["H01"] });
    }

    /// <summary>The app's install link asks for the scope that this token has not got.</summary>
    private static void Link(List<ShownRequest> calls, ShownRequest call)
    {
        if (call.Answer?.Envelope is not { Category: "MISSING_SCOPES", RequiredScopes: { Count: > 0 } required }) return;
        foreach (var link in calls.Where(c => c.Address.IsConsentPage))
        {
            // A link of another app asks for that app.
            if (call.Credential is not { IsVisible: true, Judgement.Kind: CredentialKind.OAuth }) return;
            if (Asked(link, "scope", required) is { } asked)
                call.Remarks.Add(new Sighting("P02", Confidence.Likely, call.Answer.Place, "answers", $"the install link asks for {asked} (call {Number(link)}), and this token has not got it: it was granted before, or to another link") { Weakens = ["P01"] });
            else if (Asked(link, "optional_scope", required) is { } optional)
                call.Remarks.Add(new Sighting("P13", Confidence.Likely, call.Answer.Place, "answers", $"the install link asks for {optional} as optional (call {Number(link)}), and this token has not got it: whoever installed the app declined it, or the account cannot give it") { Weakens = ["P01"] });
        }
    }

    private static string? Asked(ShownRequest link, string parameter, IReadOnlyList<string> required) =>
        link.Address.Parameter(parameter) is { } list ? Uri.UnescapeDataString(list.Text.Replace('+', ' ')).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(required.Contains) : null;

    /// <summary>The same token read what it may not write.</summary>
    private static void Writing(List<ShownRequest> answered, ShownRequest call)
    {
        if (call.Answer?.Envelope is not { Category: "MISSING_SCOPES", RequiredScopes: { Count: > 0 } required } || call.Method == "GET" || !required.All(s => s.EndsWith(".write", StringComparison.Ordinal) || s.EndsWith(".write.v2", StringComparison.Ordinal))) return;
        if (answered.Find(c => c.Method == "GET" && Kind(c) == Kind(call)) is { } read)
            call.Remarks.Add(new Sighting("P03", Confidence.Certain, call.Answer.Place, "answers", $"the same token read {Kind(call)} in call {Number(read)}, and this call writes"));
    }

    /// <summary>The same token is answered for another record of the same kind.</summary>
    private static void OtherRecords(List<ShownRequest> answered, ShownRequest call)
    {
        if (call.Answer?.Envelope?.Category != "USER_DOES_NOT_HAVE_PERMISSIONS") return;
        if (answered.Find(c => c.Method == call.Method && c.Address.ApiPath != call.Address.ApiPath && c.Endpoint is { } endpoint && endpoint.Template.Contains('{') && endpoint.Template == call.Endpoint?.Template) is { } other)
            call.Remarks.Add(new Sighting("P11", Confidence.Likely, call.Answer.Place, "answers", $"the same token is answered for another record (call {Number(other)}), so the user lacks the right to this one") { Weakens = ["X12"] });
    }

    /// <summary>The same token is answered later on another path, so it is not dead.</summary>
    private static void OtherPaths(List<ShownRequest> answered, ShownRequest call)
    {
        if (call.Answer?.SaysNotFound != true || !call.Credential.IsPerfect || AddressRules.WantsOther(call) is not null) return;
        if (answered.Find(c => c.Number > call.Number && c.Address.ApiPath != call.Address.ApiPath) is not { } later) return;
        var oauth = call.Credential.Judgement.Kind == CredentialKind.OAuth;
        call.Remarks.Add(new Sighting(oauth ? "P09" : "P08", Confidence.Likely, call.Answer.Place, "answers", $"the same token is answered after this on another path (call {Number(later)}), so HubSpot knows it: this path takes another kind of credential") { Weakens = ["X09", "X10", "X11", "X12"] });
    }

    private static string Kind(ShownRequest call) => string.Join('/', call.Address.ApiPath.Split('/').Take(5));
}
