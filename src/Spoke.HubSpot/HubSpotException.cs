namespace Spoke.HubSpot;

/// <summary>What kind of refusal it was: what a caller would do next.</summary>
public enum HubSpotErrorKind
{
    /// <summary>The token is missing, malformed, expired, revoked or of the wrong kind.</summary>
    TokenInvalid,

    /// <summary>The token is good but lacks a scope; see <see cref="HubSpotException.RequiredScopes"/>.</summary>
    ScopeMissing,

    /// <summary>The account or user may not do this whatever the scopes: tier, permission, wrong credential for the endpoint.</summary>
    Forbidden,

    /// <summary>The record, property or path does not exist.</summary>
    NotFound,

    /// <summary>HubSpot refused the values.</summary>
    Validation,

    /// <summary>A record with that unique value exists already, or two writes met.</summary>
    Conflict,

    /// <summary>A limit is used up; see <see cref="HubSpotException.RetryAfter"/> and <see cref="HubSpotException.ResetsAt"/>.</summary>
    RateLimited,

    /// <summary>HubSpot could not answer: 5xx, a lock, a migration.</summary>
    Unavailable,

    /// <summary>No answer arrived: name not found, connection refused, time-out.</summary>
    Unreachable,

    /// <summary>An answer that is none of the above.</summary>
    Unexpected,

    /// <summary>What was read could not be proved to be all there is.</summary>
    Incomplete,
}

/// <summary>HubSpot said no, or could not be reached. The message says what happened, to what, and what to do next; it never holds a token.</summary>
public sealed class HubSpotException : Exception
{
    /// <summary>Makes an exception; the details are set by initialisers.</summary>
    public HubSpotException(HubSpotErrorKind kind, string message, Exception? inner = null) : base(message, inner) => Kind = kind;

    /// <summary>What kind of refusal it was.</summary>
    public HubSpotErrorKind Kind { get; }

    /// <summary>HTTP status; null when no answer arrived.</summary>
    public int? StatusCode { get; init; }

    /// <summary>HubSpot's <c>category</c>, such as <c>MISSING_SCOPES</c>.</summary>
    public string? Category { get; init; }

    /// <summary>HubSpot's <c>subCategory</c>.</summary>
    public string? SubCategory { get; init; }

    /// <summary>HubSpot's id of this call, for its support.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Which limit a 429 was about: <c>TEN_SECONDLY_ROLLING</c>, <c>SECONDLY</c>, <c>DAILY</c>.</summary>
    public string? PolicyName { get; init; }

    /// <summary>Id in the cause catalogue, such as <c>X01</c>; null when the answer alone does not tell.</summary>
    public string? Cause { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Fix { get; init; }

    /// <summary>The same call may succeed later without anyone acting.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long HubSpot asked to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>For the daily limit: when it starts anew. Midnight in the account's time zone if that is known, else the latest midnight there is on earth.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Scopes of which any one would do, as HubSpot listed them.</summary>
    public IReadOnlyList<string> RequiredScopes { get; init; } = [];

    /// <summary>For a conflict: the record that has the value already, where HubSpot named it.</summary>
    public RecordId? ExistingId { get; init; }

    /// <summary>The call as it was sent, with secrets masked.</summary>
    public string? MaskedRequest { get; init; }

    /// <summary>The body HubSpot sent, with secrets masked.</summary>
    public string? Body { get; init; }

    /// <summary>How often it was sent; 0 when it was refused here, before anything left.</summary>
    public int Attempts { get; init; }

    internal string? DetailMessage { get; init; }
}
