namespace Spoke.HubSpot;

/// <summary>Redirects are refused: followed, one would lose the header or carry the token elsewhere.</summary>
internal static class Redirects
{
    public static HubSpotException Refused(HubSpotResponse response, HubSpotRequest request, Uri target, AccessToken token)
    {
        var location = response.Headers.GetValueOrDefault("location");
        var cause = Causes.Get(Cause(request, target, location));
        return new HubSpotException(HubSpotErrorKind.Unexpected, SecretMask.Text($"{request.Method} {request.PathOnly} was answered {response.StatusCode} with a redirect{(location is null ? "" : " to " + Place(location))}, which is not followed: the token goes to no other address. {cause.Fix}", token))
        {
            StatusCode = response.StatusCode,
            Cause = cause.Id,
            Fix = cause.Fix,
            CorrelationId = response.Headers.GetValueOrDefault("x-hubspot-correlation-id"),
            Body = SecretMask.Text(response.Text, token),
        };
    }

    // A surplus slash first: it is the caller's own doing. Then http sent on to https; else simply another address.
    private static string Cause(HubSpotRequest request, Uri target, string? location)
    {
        if (request.PathOnly.Length > 1 && (request.PathOnly[^1] == '/' || request.PathOnly.Contains("//", StringComparison.Ordinal))) return "R10";
        return target.Scheme == "http" && location?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true ? "R02" : "R03";
    }

    private static string Place(string location) => location.IndexOf('?') is var q and >= 0 ? location[..q] : location;
}
