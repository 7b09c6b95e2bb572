namespace Spoke.Emulator.Account;

/// <summary>An account's time zone. The usual one, US/Eastern, is written out by the rules in force since 2007, so that no zone files are needed for it.</summary>
internal sealed class AccountZone
{
    private readonly TimeZoneInfo _zone;

    private AccountZone(string name, TimeZoneInfo zone)
    {
        Name = name;
        _zone = zone;
    }

    public static AccountZone Eastern { get; } = new("US/Eastern", TimeZoneInfo.CreateCustomTimeZone("US/Eastern", TimeSpan.FromHours(-5), "US/Eastern", "EST", "EDT",
    [
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(new DateTime(2007, 1, 1), DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 2, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 11, 1, DayOfWeek.Sunday)),
    ]));

    public string Name { get; }

    /// <exception cref="ArgumentException">This machine knows no such zone.</exception>
    public static AccountZone Named(string name)
    {
        if (name == Eastern.Name) return Eastern;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? new AccountZone(name, zone)
            : throw new ArgumentException($"timeZone '{name}' is not known on this machine. Give an IANA name such as Europe/Berlin, or {Eastern.Name}.");
    }

    public TimeSpan Offset(DateTimeOffset at) => _zone.GetUtcOffset(at);

    /// <summary>The calendar day there.</summary>
    public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime + Offset(at));

    /// <summary>When the next day begins there.</summary>
    public DateTimeOffset NextMidnight(DateTimeOffset at)
    {
        var midnight = Day(at).AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, _zone.GetUtcOffset(midnight));
    }
}
