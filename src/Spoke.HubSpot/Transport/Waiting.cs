namespace Spoke.HubSpot;

/// <summary>Asks about something that goes on in the background until it has ended, by the client's clock.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_usualPatience = TimeSpan.FromMinutes(5);

    /// <summary>Asks after a second at first, then after twice as long each time, up to half a minute.</summary>
    /// <param name="thing">What is asked about, in words, for when HubSpot knows nothing of it.</param>
    /// <returns>The last status, ended or not when patience ran out.</returns>
    public static async Task<T> ForAsync<T>(TimeProvider time, Func<Task<T?>> ask, Func<T, bool> hasEnded, string thing, TimeSpan? patience, CancellationToken cancellationToken)
        where T : class
    {
        var (started, most, wait) = (time.GetTimestamp(), patience ?? s_usualPatience, s_firstWait);
        while (true)
        {
            var status = await ask().ConfigureAwait(false) ?? throw new HubSpotException(HubSpotErrorKind.NotFound, $"HubSpot knows no {thing}.") { StatusCode = 404 };
            if (hasEnded(status) || time.GetElapsedTime(started) + wait > most) return status;
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
        }
    }
}
