namespace Spoke.Emulator;

/// <summary>Which limits the emulated account has.</summary>
public enum LimitTier
{
    /// <summary>None; for load tests.</summary>
    Off,
    /// <summary>100 calls in ten seconds, 250,000 a day.</summary>
    Starter,
    /// <summary>190 calls in ten seconds, 625,000 a day.</summary>
    Pro,
    /// <summary>190 calls in ten seconds, 1,000,000 a day.</summary>
    Enterprise,
}

/// <summary>How the emulator starts.</summary>
public sealed class EmulatorOptions
{
    /// <summary>Port on the loopback address; 0 picks a free one.</summary>
    public int Port { get; set; }

    /// <summary>Folder that keeps the account over restarts; null: in memory only.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>The account's limits. Default <see cref="LimitTier.Pro"/>.</summary>
    public LimitTier Limits { get; set; } = LimitTier.Pro;

    /// <summary>Calls in ten seconds of an app that was not installed by OAuth, in place of the tier's: a test that makes few calls reaches the limit too. Null: the tier's.</summary>
    public int? CallsInTenSeconds { get; set; }

    /// <summary>
    /// What the account holds at the start and after a reset: <c>empty</c>, <c>small-shop</c>, <c>100k</c> (100,000 records), or the path of a seed file.
    /// A kept account that has records already is left as it is. Null: empty.
    /// </summary>
    public string? Seed { get; set; }

    /// <summary>The clock everything goes by.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The port or the limit is out of range.</exception>
    public void Validate()
    {
        if (Port is < 0 or > 65535) throw new ArgumentException($"The port is 0 to 65535, not {Port}.");
        if (CallsInTenSeconds < 1) throw new ArgumentException($"CallsInTenSeconds is 1 or more, not {CallsInTenSeconds}.");
    }
}
