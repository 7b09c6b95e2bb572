namespace Spoke.Emulator.Account;

/// <summary>The account's time zone, US/Eastern, by the rules in force since 2007; written out so that no zone files are needed.</summary>
internal static class AccountZone
{
    public const string Name = "US/Eastern";

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone(Name, TimeSpan.FromHours(-5), Name, "EST", "EDT",
    [
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(new DateTime(2007, 1, 1), DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 2, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 11, 1, DayOfWeek.Sunday)),
    ]);

    public static TimeSpan Offset(DateTimeOffset at) => Zone.GetUtcOffset(at);

    /// <summary>The calendar day there.</summary>
    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime + Offset(at));

    /// <summary>When the next day begins there.</summary>
    public static DateTimeOffset NextMidnight(DateTimeOffset at)
    {
        var midnight = Day(at).AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight));
    }
}
