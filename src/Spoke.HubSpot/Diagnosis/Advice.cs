namespace Spoke.HubSpot;

/// <summary>What to do next when the text does not prove a cause. Dated where HubSpot's own pages still say otherwise.</summary>
internal static class Advice
{
    private const string Replace = "Private apps of the old kind can no longer be created (since 26 October 2026): make a service key, or an app with a static token where webhooks are needed.";

    public static string? Of(Verdict verdict, IReadOnlyList<Finding> findings, ShownRequest request)
    {
        if (request.Answer is { IsRateLimit: true } limited && !findings.Any(f => f.Confidence == Confidence.Certain)) return Limit(limited);
        if (findings.Count == 0 && request.Answer is { Likely: >= 500, Envelope: null })
            return "A gateway answered that it cannot reach HubSpot now, which says nothing against the token. Repeat the call in some minutes; if it stays so, see https://status.hubspot.com, and whether a gateway or proxy of your own stands in between.";
        if (findings.Any(f => f.Id is "X10" or "X11" or "X12" or "X09" && f.Confidence != Confidence.Certain) && (request.Credential.IsVisible || request.Credential.Header is null && request.Url is null))
            return "X10, X11 and X12 look alike in a text. Put the token into HUBSPOT_ACCESS_TOKEN and run 'spoke doctor': one call without scopes tells whether HubSpot knows it. " + Replace;
        if (findings.Any(f => f.Confidence == Confidence.Certain && f.Id is "K01" or "K02" or "K03" or "K05" or "K06" or "K08" or "K12")) return Replace;
        if (findings.Count == 0 && request.Answer is { Envelope: not null, IsHtml: false } reached)
        {
            if (reached.Likely == 409) return "This is no refusal of the token: HubSpot read the call, and a record with this unique value is there already. Write to the existing record (PATCH by its id, which the message names), or create with batch/upsert by that property.";
            if (reached.Likely is 400 or 422 && reached.Envelope.CorrelationId is not null && !request.Address.ApiPath.StartsWith("/oauth/", StringComparison.Ordinal)) return "This is no refusal of the token: HubSpot read the call and does not take what it holds. Correct the value that its message names.";
        }
        return verdict switch
        {
            Verdict.CauseFound => null,
            Verdict.Healthy => request.Answer?.Status is >= 200 and < 300 ? null
                : "If the call still fails, the token itself is in question (X10 rotated or revoked, X11 switched off after a leak, X12 app or user gone) or a scope (P01). Put it into HUBSPOT_ACCESS_TOKEN and run 'spoke doctor'; or add the answer below the request and ask again.",
            _ => "Look at what is really sent (curl -v, or the client's log) and give that to 'spoke doctor request', with the answer below it; or run 'spoke doctor' with the token in HUBSPOT_ACCESS_TOKEN.",
        };
    }

    /// <summary>A limit says nothing against the token.</summary>
    private static string Limit(ShownAnswer answer)
    {
        var policy = answer.Envelope?.PolicyName;
        var what = "This is a rate limit" + (policy is null ? "" : $" ({policy})");
        if (policy?.Contains("DAILY", StringComparison.OrdinalIgnoreCase) == true || answer.Message.Contains("daily limit", StringComparison.OrdinalIgnoreCase))
            return what + ", not the token: the account's calls of the day are used up. They count anew from midnight in the account's time zone; until then send fewer calls, with batch endpoints, or raise the limit.";
        if (policy?.Contains("SECOND", StringComparison.OrdinalIgnoreCase) == true || answer.Message.Contains("secondly", StringComparison.OrdinalIgnoreCase))
            return what + ", not the token: too many calls in a short time. Wait as long as Retry-After says, ten seconds when it says nothing, repeat the call, and send fewer at once.";
        return what + ", not the token: wait as long as Retry-After says, then repeat the call, and send fewer.";
    }
}
