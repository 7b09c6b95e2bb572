namespace Spoke.HubSpot;

/// <summary>An answer as shown: any part may be missing.</summary>
internal sealed class ShownAnswer
{
    public int? Status { get; init; }
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);
    public string Body { get; init; } = "";

    /// <summary>Where its telling part stands; null when it did not come from a text.</summary>
    public LocatedText? Place { get; init; }

    /// <summary>Null when the body is not HubSpot's JSON.</summary>
    public ErrorEnvelope? Envelope { get; init; }

    /// <summary>Why a recording has no answer at all, such as <c>net::ERR_FAILED</c>; null when there is one.</summary>
    public string? NetworkError { get; init; }

    /// <summary>What the proxy of Spoke refused by itself, such as <c>NO_SUCH_PORTAL</c>; null when the answer is not its own.</summary>
    public string? ProxyCode => Envelope?.SubCategory is { } sub && sub.StartsWith("SpokeProxy.", StringComparison.Ordinal) ? sub[11..] : null;

    /// <summary>It came through the proxy of Spoke, which puts a token of its own in place of the caller's.</summary>
    public bool IsThroughProxy => ProxyCode is not null || Headers.ContainsKey("spoke-cause") || Headers.ContainsKey("spoke-fix");

    public string Message => Envelope?.Message ?? "";

    public bool IsHtml => Envelope is null && (Body.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal) || Body.Contains("<html", StringComparison.OrdinalIgnoreCase));

    public bool IsHubSpots => Envelope?.CorrelationId is not null || Headers.ContainsKey("x-hubspot-correlation-id") || Headers.ContainsKey("x-hubspot-auth-failure");

    /// <summary>429; or, where no status is shown, a body that says so.</summary>
    public bool IsRateLimit => Status == 429 || Status is null && Envelope is { Category: "RATE_LIMITS" or "RATE_LIMIT" } or { PolicyName: not null };

    /// <summary>The status, or what the category says it was.</summary>
    public int? Likely => Status ?? Envelope?.Category switch
    {
        "EXPIRED_AUTHENTICATION" => 401,
        "INVALID_AUTHENTICATION" => Message.Contains("can't be called using", StringComparison.Ordinal) ? 403 : 401,
        "MISSING_SCOPES" or "GATED" or "USER_DOES_NOT_HAVE_PERMISSIONS" => 403,
        _ => Message.Contains("authentication credentials are missing", StringComparison.Ordinal) ? 401 : null,
    };

    public bool IsFailure => NetworkError is not null || Likely is >= 300 || (Likely is null && (Envelope?.Status == "error" || Envelope?.Category is not null || IsHtml || Envelope?.Status?.StartsWith("BAD_", StringComparison.Ordinal) == true));

    /// <summary>HubSpot found no credentials in the call, whatever was wrong with them.</summary>
    public bool SaysNotFound => Envelope?.Category == "INVALID_AUTHENTICATION" && Message.Contains("credentials not found", StringComparison.OrdinalIgnoreCase);
}
