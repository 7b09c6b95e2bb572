using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>Whose token it is, what lies in between, and whether one path takes it.</summary>
internal sealed partial class LiveExamination
{
    /// <summary>An OAuth token carries its facts; HubSpot does not document them, so they are evidence and no proof.</summary>
    private void Says(SignedToken? signed)
    {
        if (signed is not { } token) return;
        var facts = new List<string>();
        if (token.HubId > 0) facts.Add("hub " + token.HubId.ToString(CultureInfo.InvariantCulture));
        if (token.AppId > 0) facts.Add("app " + token.AppId.ToString(CultureInfo.InvariantCulture));
        if (token.Expires is { } expires) facts.Add($"{(expires < time.GetUtcNow() ? "expired" : "expires")} {expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC");
        if (facts.Count > 0) _notes.Add($"says      {string.Join(", ", facts)} (read out of the token itself: evidence, not proof)");
        if (questions.PortalId is { } expected && token.HubId > 0 && token.HubId != expected)
            Found("X13", Confidence.Likely, source, $"the token says of itself that it belongs to hub {token.HubId.ToString(CultureInfo.InvariantCulture)}; {expected.ToString(CultureInfo.InvariantCulture)} is expected", null);
    }

    /// <summary>The account that answered is the proof.</summary>
    private void Portal(AccountDetails details)
    {
        if (questions.PortalId is not { } expected) return;
        _findings.RemoveAll(f => f.Id == "X13");
        if (details.PortalId == expected) RuleOut("X13");
        else Found("X13", Confidence.Certain, "account details", $"the token belongs to hub {details.PortalId.ToString(CultureInfo.InvariantCulture)}; {expected.ToString(CultureInfo.InvariantCulture)} is expected", null);
    }

    /// <summary>A proxy that names itself.</summary>
    private void Way(HubSpotResponse answer)
    {
        if (answer.Headers.TryGetValue("via", out var via) && via.Length > 0) _notes.Add($"way       through {SecretPlaces.Mask(via.Length > 80 ? via[..80] : via)}, which let the token pass");
    }

    /// <summary>The token is good: what this path answers is about the path.</summary>
    private async Task PathAsync(AccessToken judged, CancellationToken cancellationToken)
    {
        if (questions.Path is not { } path) return;
        var where = "answer to GET " + SecretPlaces.Mask(path.Split('?')[0]);
        try
        {
            await client.SendAsync(new HubSpotRequest("GET", path), s_once, cancellationToken).ConfigureAwait(false);
            _notes.Add($"path      GET {SecretPlaces.Mask(path.Split('?')[0])} is answered");
            RuleOut("P01", "P03", "P05", "P06", "P07", "P08", "P09", "P11");
        }
        catch (HubSpotException refused) when (refused.Kind != HubSpotErrorKind.Unreachable)
        {
            if (CannotAnswer(refused)) { Unavailable(refused); return; }
            var text = new SourceText(new Uri(client.BaseUrl, path).ToString());
            var request = new ShownRequest(text, Dialect.Fragment) { Url = LocatedText.Of(text, 0, text.Text.Length), Answer = AnswerOf(refused) };
            if (refused.RequiredScopes.Count > 0) _missing.Add(string.Join(" or ", refused.RequiredScopes));
            if (request.Answer!.SaysNotFound) WrongKind(request, judged, where);
            else
            {
                var seen = Rule.All.Where(r => r.Needs == Sight.Answer).SelectMany(r => r.Look(request, time.GetUtcNow())).OrderBy(s => s.Confidence).ToList();
                foreach (var sighting in seen) Found(sighting.Cause, sighting.Confidence, where, sighting.Shows, sighting.Fix);
                if (seen.Count == 0) { _notes.Add("path      " + Sentence.WithoutFix(refused)); _next ??= refused.Fix; }
            }
        }
    }

    private void WrongKind(ShownRequest request, AccessToken judged, string where)
    {
        const string Known = "HubSpot knows the token (account details were answered) and answers this path as if there were none";
        if (AddressRules.WantsOther(request) == "P07") Found("P07", Confidence.Certain, where, Known + "; it takes a developer API key", null);
        else if (judged.Kind != CredentialKind.OAuth) Found("P08", Confidence.Certain, where, Known + ": the path belongs to an app", null);
        else if (TokenJudgement.Of(token.Trim()).Signed is { HubId: 0, AppId: > 0 }) Found("P10", Confidence.Likely, where, Known + "; the token names an app and no account", null);
        else Found("P09", Confidence.Likely, where, Known + ": the path takes private apps' tokens only", null);
    }
}
