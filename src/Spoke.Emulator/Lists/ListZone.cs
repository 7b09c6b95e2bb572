using Spoke.Emulator.Account;

namespace Spoke.Emulator.Lists;

/// <summary>A time zone a filter names. Times in it are given without a kind.</summary>
internal sealed class ListZone(Func<DateTimeOffset, TimeSpan> offset)
{
    public static ListZone Utc { get; } = new(_ => TimeSpan.Zero);

    /// <summary>The account's own.</summary>
    public static ListZone Portal { get; } = new(AccountZone.Eastern.Offset);

    /// <summary>Null when there is no such zone on this machine.</summary>
    public static ListZone? Find(string? name)
    {
        if (string.IsNullOrEmpty(name) || name is "US/Eastern" or "America/New_York") return Portal;
        if (name is "UTC" or "Z" or "GMT" or "Etc/UTC") return Utc;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new ListZone(zone.GetUtcOffset) : null;
    }

    public DateTime ToLocal(long ms)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, -62_000_000_000_000, 253_000_000_000_000));
        return DateTime.SpecifyKind(at.UtcDateTime + offset(at), DateTimeKind.Unspecified);
    }

    public long ToMs(DateTime local)
    {
        // The offset at the same wall clock time in UTC is right but near a change of the clocks; the second look settles that.
        var guess = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Utc));
        var first = guess - offset(guess);
        return (guess - offset(first)).ToUnixTimeMilliseconds();
    }

    public long NextMidnight(long ms) => ToMs(ToLocal(ms).Date.AddDays(1));
}
