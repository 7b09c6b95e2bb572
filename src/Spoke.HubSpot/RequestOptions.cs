namespace Spoke.HubSpot;

/// <summary>What one call may do differently from the client's options.</summary>
public sealed class RequestOptions
{
    /// <summary>A shorter or longer deadline for this call; null for the client's.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Never send twice, whatever happened.</summary>
    public bool NoRepeat { get; init; }

    /// <summary>
    /// Whose call this is when calls wait for a limit: callers of different names are served in turn, so that one with a thousand calls in line
    /// does not hold up another with one. Null: calls without a name are those of one caller.
    /// </summary>
    public string? Caller { get; init; }

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The deadline is not positive.</exception>
    public void Validate()
    {
        if (Deadline <= TimeSpan.Zero) throw new ArgumentException("RequestOptions.Deadline must be longer than nothing.");
    }
}
