namespace Spoke.HubSpot;

/// <summary>H01: a call that needs a credential and shows none.</summary>
internal static class MissingHeader
{
    public static IEnumerable<Sighting> Sightings(ShownRequest request)
    {
        if (request.Dialect == Dialect.Log || request.Credential.Header is not null || request.User is not null || !NeedsCredential(request)) yield break;
        if (request.Remarks.Exists(r => r.Cause is "H01" or "H05" or "V06" or "R08" or "H10" or "K01" or "K03" or "K04")) yield break;
        // HubSpot looks for a record or a value only once it knows who is asking: the header was sent, and whoever recorded the call left it out.
        if (request.Answer is { Status: >= 200 and < 300 } or { Status: 400 or 404 or 409, Envelope.CorrelationId: not null }) yield break;
        // Code may take its headers from a part that is not shown.
        if (request.Dialect == Dialect.Program && request.Source.Text.Contains("headers", StringComparison.OrdinalIgnoreCase)) yield break;
        if (request.HeaderFile is { } file)
        {
            yield return new Sighting("H01", Confidence.Possible, file, "command line", "no Authorization header is shown; it may stand in this file, which is not") { Fix = "Look whether the file holds the line Authorization: Bearer TOKEN." };
            yield break;
        }
        if (request.IsSanitized)
        {
            yield return new Sighting("H01", Confidence.Possible, request.Url, "recording", "no call in it has an Authorization header or a cookie: the browser takes them out of a recording unless told otherwise") { Fix = "Export the recording with its secrets (Chrome: allow 'HAR with sensitive data' in the settings of the network panel), and ask again; Spoke masks them." };
            yield break;
        }
        yield return new Sighting("H01", request.Dialect == Dialect.Program ? Confidence.Likely : Confidence.Certain, request.Url, "request", "it carries no Authorization header");
    }

    /// <summary>Calls that need no token: token endpoints, forms, other people's hosts.</summary>
    public static bool NeedsCredential(ShownRequest request)
    {
        if (request.Url is null || request.Address.IsForms || (request.Address.IsForeign && !request.Address.Host.Text.Contains("hubspot", StringComparison.OrdinalIgnoreCase))) return false;
        var path = request.Address.ApiPath;
        if (path.StartsWith("/oauth/", StringComparison.Ordinal) && !path.EndsWith("access-token-info", StringComparison.Ordinal)) return false;
        if (request.Address.Parameter("hapikey") is not null && AddressRules.WantsOther(request) == "P07") return false;
        return request.Endpoint is not { CredentialKinds.Count: 0 };
    }
}
