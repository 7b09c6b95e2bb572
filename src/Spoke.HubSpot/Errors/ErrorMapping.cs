using System.Globalization;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>One table from what HubSpot answered to what it means.</summary>
internal static partial class ErrorMapping
{
    [GeneratedRegex(@"Existing ID:\s*(?<id>\d+)|(?<id>\d+) already has that value")]
    private static partial Regex Holder();

    public static HubSpotException From(HubSpotResponse response, HubSpotRequest request, Uri target, AccessToken token, RateBudget budget)
    {
        var (status, headers) = (response.StatusCode, response.Headers);
        if (status is >= 300 and < 400) return Redirects.Refused(response, request, target, token);
        var envelope = ErrorEnvelope.Parse(response.Body);
        var (kind, cause, transient) = Judge(status, envelope, headers, token.Kind);
        var retryAfter = RetryAfter(headers);
        var daily = kind == HubSpotErrorKind.RateLimited && IsDaily(envelope);
        var resets = daily ? budget.DailyReset() : (DateTimeOffset?)null;
        if (daily) budget.CloseDay();
        var keyRefused = status == 401 && request.DeveloperKey is not null;   // the causes of a 401 are all about tokens
        if (keyRefused) cause = null;
        var fix = keyRefused ? "Give the key of the developer account that has the app." : Fix(status, kind, cause, envelope, resets);
        var detail = envelope?.Message ?? (envelope is null ? "the answer is not HubSpot's JSON" : "no message");
        return new HubSpotException(kind, SecretMask.Text($"{request.Method} {request.PathOnly} was answered {status}{(envelope?.Category is { } c ? " " + c : "")}: {Sentence.End(detail)} {fix}", token).TrimEnd())
        {
            StatusCode = status,
            Category = envelope?.Category,
            SubCategory = envelope?.SubCategory,
            CorrelationId = envelope?.CorrelationId ?? headers.GetValueOrDefault("x-hubspot-correlation-id"),
            PolicyName = envelope?.PolicyName,
            Cause = cause,
            Fix = fix,
            IsTransient = transient && !daily,
            RetryAfter = retryAfter,
            ResetsAt = resets,
            RequiredScopes = envelope?.RequiredScopes ?? [],
            Body = SecretMask.Text(response.Text, token),
            ExistingId = kind == HubSpotErrorKind.Conflict ? ExistingId(envelope?.Message) : null,
            DetailMessage = envelope?.Message is { } message ? SecretMask.Text(message, token) : null,
        };
    }

    /// <summary>An entry of a batch answer's <c>errors</c>, as an exception of its own.</summary>
    public static HubSpotException FromBatchEntry(ErrorEnvelope entry, HubSpotRequest request, string? correlation = null)
    {
        var kind = entry.Category switch
        {
            "OBJECT_NOT_FOUND" => HubSpotErrorKind.NotFound,
            "CONFLICT" or "OBJECT_ALREADY_EXISTS" => HubSpotErrorKind.Conflict,
            _ when IsTaken(entry.Message) => HubSpotErrorKind.Conflict,
            "MISSING_SCOPES" => HubSpotErrorKind.ScopeMissing,
            "RATE_LIMITS" => HubSpotErrorKind.RateLimited,
            "INTERNAL_ERROR" => HubSpotErrorKind.Unavailable,
            _ => HubSpotErrorKind.Validation,
        };
        return new HubSpotException(kind, SecretMask.Text($"{request.Method} {request.PathOnly}: one input was refused, {entry.Category}: {entry.Message}"))
        {
            StatusCode = 207,
            Category = entry.Category,
            SubCategory = entry.SubCategory,
            CorrelationId = entry.CorrelationId ?? correlation,
            IsTransient = kind is HubSpotErrorKind.RateLimited or HubSpotErrorKind.Unavailable,
            Fix = Fix(207, kind, null, entry, null),
            ExistingId = kind == HubSpotErrorKind.Conflict ? ExistingId(entry.Message) : null,
            MaskedRequest = SecretMask.Text($"{request.Method} {request.Path}"),
            DetailMessage = entry.Message is { } message ? SecretMask.Text(message) : null,
        };
    }

    public static string DailyFix(DateTimeOffset resets) =>
        $"The account's daily limit is used up; it starts anew at {resets.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.";

    private static bool IsTaken(string? message) => message?.Contains("CONFLICTING_UNIQUE_VALUE", StringComparison.Ordinal) == true;

    private static RecordId? ExistingId(string? message) => message is not null && Holder().Match(message) is { Success: true } match ? new RecordId(match.Groups["id"].Value) : default(RecordId?);

    private static bool IsDaily(ErrorEnvelope? envelope) =>
        envelope?.PolicyName == "DAILY" || (envelope?.PolicyName is null && envelope?.Message?.Contains("daily limit", StringComparison.OrdinalIgnoreCase) == true);

    private static (HubSpotErrorKind Kind, string? Cause, bool Transient) Judge(int status, ErrorEnvelope? envelope, IReadOnlyDictionary<string, string> headers, CredentialKind credential)
    {
        var message = envelope?.Message ?? "";
        if (envelope?.Status == "BAD_REFRESH_TOKEN") return (HubSpotErrorKind.TokenInvalid, "X05", false);
        if (envelope?.SubCategory?.Contains("PORTAL_NOT_ACTIVE", StringComparison.Ordinal) == true) return (HubSpotErrorKind.Forbidden, "X14", false);
        if (envelope?.Category is "RATE_LIMITS" or "RATE_LIMIT") return (HubSpotErrorKind.RateLimited, status == 429 ? null : "R14", true);
        return status switch
        {
            401 when envelope?.Category == "EXPIRED_AUTHENTICATION" => (HubSpotErrorKind.TokenInvalid, Expired(envelope), false),
            401 when envelope?.Category == "INVALID_AUTHENTICATION" => (HubSpotErrorKind.TokenInvalid, credential == CredentialKind.PrivateApp ? "X10" : "X09", false),
            401 when message.Contains("authentication credentials are missing", StringComparison.Ordinal) => (HubSpotErrorKind.TokenInvalid, "R09", false),
            401 when message.Contains("hapikey", StringComparison.Ordinal) => (HubSpotErrorKind.TokenInvalid, "K03", false),
            401 => (HubSpotErrorKind.TokenInvalid, envelope is null ? "R04" : null, false),
            403 when envelope?.Category == "MISSING_SCOPES" && message.Contains("available for public use", StringComparison.Ordinal) => (HubSpotErrorKind.ScopeMissing, "P06", false),
            403 when envelope?.Category == "MISSING_SCOPES" || message.Contains("does not have proper permissions", StringComparison.Ordinal) => (HubSpotErrorKind.ScopeMissing, "P01", false),
            403 when envelope?.Category == "INVALID_AUTHENTICATION" => (HubSpotErrorKind.Forbidden, "P07", false),
            403 when envelope?.Category == "GATED" => (HubSpotErrorKind.Forbidden, "P05", false),
            403 when envelope?.Category == "USER_DOES_NOT_HAVE_PERMISSIONS" => (HubSpotErrorKind.Forbidden, "X12", false),
            403 when envelope is null => (HubSpotErrorKind.Forbidden, headers.ContainsKey("cf-ray") ? "R06" : "R05", false),
            403 => (HubSpotErrorKind.Forbidden, null, false),
            404 when envelope is null => (HubSpotErrorKind.NotFound, "R09", false),
            404 => (HubSpotErrorKind.NotFound, null, false),
            405 => (HubSpotErrorKind.Validation, "R11", false),
            409 => (HubSpotErrorKind.Conflict, null, false),
            400 when IsTaken(message) => (HubSpotErrorKind.Conflict, null, false),
            429 => (HubSpotErrorKind.RateLimited, null, true),
            477 or 488 => (HubSpotErrorKind.Unavailable, "X15", status == 477),
            423 or 408 or >= 500 => (HubSpotErrorKind.Unavailable, null, status != 501),
            >= 400 => (HubSpotErrorKind.Validation, null, false),
            _ => (HubSpotErrorKind.Unexpected, null, false),
        };
    }

    // A token that never was one reads as expired in January 1970: it is the wrong kind of text, not an old token.
    private static string Expired(ErrorEnvelope envelope) =>
        envelope.Context.TryGetValue("expire time", out var times) && times.Any(t => t.StartsWith("1970-", StringComparison.Ordinal)) ? "V02" : "X01";

    private static string? Fix(int status, HubSpotErrorKind kind, string? cause, ErrorEnvelope? envelope, DateTimeOffset? resets)
    {
        if (resets is { } at) return DailyFix(at);
        if (kind == HubSpotErrorKind.ScopeMissing && envelope is { RequiredScopes.Count: > 0 })
            return $"Give the app or service key one of these scopes: {string.Join(", ", ScopeFacts.NarrowestFirst(envelope.RequiredScopes).Take(6))}{(envelope.RequiredScopes.Count > 6 ? ", …" : "")}.";
        if (cause is not null) return Causes.Get(cause).Fix;
        return kind switch
        {
            HubSpotErrorKind.Conflict => "Write by the record's unique property (upsert) instead of creating it again.",
            HubSpotErrorKind.Validation => "Correct the value HubSpot names and send it again.",
            HubSpotErrorKind.Unavailable when status == 501 => "What was called is not implemented there; repeating the call will not help. Use another endpoint.",
            HubSpotErrorKind.Unavailable => "Try again later; repeating a write is safe only by a unique key.",
            _ => null,
        };
    }

    private static TimeSpan? RetryAfter(IReadOnlyDictionary<string, string> headers) =>
        headers.TryGetValue("retry-after", out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 200_000
            ? TimeSpan.FromSeconds(seconds) : null;
}
