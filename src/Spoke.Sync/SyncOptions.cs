namespace Spoke.Sync;

/// <summary>How the engine goes about its work.</summary>
public sealed class SyncOptions
{
    /// <summary>How often a store is asked for changes beside what it pushes. Default 5 minutes.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far back a poll reaches behind the last one. Default 5 minutes.</summary>
    public TimeSpan Overlap { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often it is looked whether a store still pushes. Default 1 hour.</summary>
    public TimeSpan SubscriptionInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Records planned at a time; bounds memory. Default 2,000.</summary>
    public int PlanSize { get; set; } = 2000;

    /// <summary>Batches of records on their way to HubSpot at once. With 1 the order of calls is always the same, which a simulation needs.</summary>
    internal int BatchesUnderWay { get; set; } = 4;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (PollInterval <= TimeSpan.Zero) throw new ArgumentException("SyncOptions.PollInterval must be longer than nothing.");
        if (SubscriptionInterval <= TimeSpan.Zero) throw new ArgumentException("SyncOptions.SubscriptionInterval must be longer than nothing.");
        if (Overlap < TimeSpan.Zero) throw new ArgumentException("SyncOptions.Overlap must not be negative.");
        if (PlanSize is < 100 or > 100_000) throw new ArgumentException("SyncOptions.PlanSize is 100 to 100,000.");
    }
}
