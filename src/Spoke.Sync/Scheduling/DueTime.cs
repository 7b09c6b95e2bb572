namespace Spoke.Sync.Scheduling;

/// <summary>How long it is until something in the database is due.</summary>
internal static class DueTime
{
    /// <param name="at">Unix milliseconds; null: nothing waits.</param>
    /// <returns>Nothing of it left when it is due already; null when nothing waits.</returns>
    public static TimeSpan? Until(long? at, TimeProvider time)
    {
        if (at is not { } due) return null;
        var wait = DateTimeOffset.FromUnixTimeMilliseconds(due) - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
