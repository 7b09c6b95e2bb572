using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>A time zone a filter names. Times in it are given without a kind.</summary>
internal sealed class ListZone(Func<DateTimeOffset, TimeSpan> offset, bool wholeDays = false)
{
    public static ListZone Utc { get; } = new(_ => TimeSpan.Zero);

    private static readonly ListZone Eastern = new(AccountZone.Eastern.Offset);

    /// <summary>The account's own, whichever that is when it is asked.</summary>
    public static ListZone Of(Portal portal) => new(at => portal.Facts.Zone.Offset(at));

    /// <summary>The same calendar for dates without a time: what day it is goes by this zone, and a day is kept as its midnight in UTC.</summary>
    public ListZone ForDays => new(offset, wholeDays: true);

    /// <summary>Null when there is no such zone on this machine.</summary>
    public static ListZone? Find(string name)
    {
        if (name is "US/Eastern" or "America/New_York") return Eastern;
        if (name is "UTC" or "Z" or "GMT" or "Etc/UTC") return Utc;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new ListZone(zone.GetUtcOffset) : null;
    }

    public DateTime ToLocal(long ms)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, -62_000_000_000_000, 253_000_000_000_000));
        return DateTime.SpecifyKind(at.UtcDateTime + offset(at), DateTimeKind.Unspecified);
    }

    public long ToMs(DateTime local) => wholeDays ? Utc.ToMs(local) : AtOffset(local);

    public long NextMidnight(long ms) => AtOffset(ToLocal(ms).Date.AddDays(1));

    private long AtOffset(DateTime local)
    {
        // The offset at the same wall clock time in UTC is right but near a change of the clocks; the second look settles that.
        var guess = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Utc));
        var first = guess - offset(guess);
        return (guess - offset(first)).ToUnixTimeMilliseconds();
    }
}
