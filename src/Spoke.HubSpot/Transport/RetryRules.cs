namespace Spoke.HubSpot;

/// <summary>Whether and when a refused call is sent again, by what HubSpot said.</summary>
internal static class RetryRules
{
    /// <summary>How long to wait before the next attempt; null: do not send again.</summary>
    public static TimeSpan? Delay(HubSpotException error, HubSpotRequest request, int attempt, Random random)
    {
        if (!error.IsTransient) return null;
        switch (error.Kind)
        {
            // The call was refused before it was carried out: repeating is harmless whatever it was.
            case HubSpotErrorKind.RateLimited:
                var window = request.IsSearch || error.PolicyName == "SECONDLY" ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(10);
                return Jitter(error.RetryAfter ?? window, random);
            case HubSpotErrorKind.Unavailable when error.StatusCode is 423 or 477:
                return Jitter(error.RetryAfter ?? TimeSpan.FromSeconds(2), random);
            // Nobody knows whether it was carried out.
            case HubSpotErrorKind.Unavailable or HubSpotErrorKind.Unreachable when request.IsRepeatable:
                return Jitter(error.RetryAfter ?? TimeSpan.FromMilliseconds(Math.Min(200 * Math.Pow(2, attempt - 1), 10_000)), random);
            default:
                return null;
        }
    }

    // Never shorter than asked for; up to a quarter longer, so that many callers do not come back as one. In whole milliseconds, as timers go.
    private static TimeSpan Jitter(TimeSpan wait, Random random)
    {
        double share;
        lock (random) share = random.NextDouble();
        return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds * (1 + share / 4)));
    }
}
