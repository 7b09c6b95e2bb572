using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>Reads the points in time a filter names: a date, a place in the calendar as seen from now, or a property.</summary>
/// <param name="wholeDays">What is compared with them are dates without a time.</param>
/// <param name="account">The account's zone, for points that name none.</param>
internal sealed class TimePoints(Func<string, PropertyDefinition> find, ListZone account, bool wholeDays, string where)
{
    /// <param name="plusMs">One when the point itself lies outside, on the lower end, or inside, on the upper one.</param>
    public Bound Read(JsonObject point, int plusMs)
    {
        var zone = FilterReader.Text(point, "timezoneSource") != "PORTAL" && FilterReader.Text(point, "zoneId") is { Length: > 0 } id ? ListZone.Find(id) ?? throw ListErrors.Filter($"zoneId {id} is not known", where) : account;
        if (wholeDays) zone = zone.ForDays;
        switch (FilterReader.Need(point, "timeType", where))
        {
            case "DATE":
                var day = new DateTime(Within(point, "year", 1, 9998), Within(point, "month", 1, 12), 1, 0, 0, 0, DateTimeKind.Unspecified);
                day = day.AddDays(Math.Min(Within(point, "day", 1, 31), DateTime.DaysInMonth(day.Year, day.Month)) - 1);
                return new FixedBound(zone.ToMs(AtTime(day, point)) + plusMs);
            case "PROPERTY_REFERENCED":
                return new PropertyBound(find(FilterReader.Need(point, "property", where)), FilterReader.Text(point, "referenceType") ?? Reading.Value, zone, null, plusMs, Moved(point["offset"] as JsonObject, 1));
            case "INDEXED": return Indexed(point, zone, plusMs);
            case var other: throw ListErrors.Filter($"timeType {other} is not one of [DATE, INDEXED, PROPERTY_REFERENCED]", where);
        }
    }

    private Bound Indexed(JsonObject point, ListZone zone, int plusMs)
    {
        var reference = FilterReader.Inner(point, "indexReference", where);
        var offset = point["offset"] as JsonObject;
        var kind = FilterReader.Need(reference, "referenceType", where);
        var plus = TimeSpan.FromMilliseconds(plusMs);
        if (kind == "NOW" && reference["hour"] is null)
        {
            if (Amount(offset, "months") == 0 && Amount(offset, "quarters") == 0 && Amount(offset, "years") == 0) return new NowBound((long)Fixed(offset).TotalMilliseconds + plusMs);
            return new MonthsBound((at, sign) => Moved(offset, sign)!(at) + (sign * plus), zone);
        }
        var moved = Moved(offset, 1);
        return new CalendarBound(now =>
        {
            var start = AtTime(Start(kind, reference, now), reference);
            return (moved is null ? start : moved(start)) + plus;
        }, zone);
    }

    private DateTime Start(string kind, JsonObject reference, DateTime now) => kind switch
    {
        "NOW" or "TODAY" => now.Date,
        "WEEK" => CalendarWindows.Start(now, "WEEK").AddDays(Math.Max(0, Array.IndexOf(Days, FilterReader.Text(reference, "dayOfWeek") ?? "MONDAY"))),
        "MONTH" => OnDay(CalendarWindows.Start(now, "MONTH"), reference),
        "QUARTER" or "FISCAL_QUARTER" => OnDay(CalendarWindows.Start(now, "QUARTER").AddMonths(Within(reference, "month", 1, 12, 1) - 1), reference),
        "YEAR" or "FISCAL_YEAR" => OnDay(CalendarWindows.Start(now, "YEAR").AddMonths(Within(reference, "month", 1, 12, 1) - 1), reference),
        _ => throw ListErrors.Filter($"referenceType {kind} is not known", where),
    };

    private static readonly string[] Days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

    private DateTime OnDay(DateTime month, JsonObject reference) => month.AddDays(Math.Min(Within(reference, "day", 1, 31, 1), DateTime.DaysInMonth(month.Year, month.Month)) - 1);

    private DateTime AtTime(DateTime day, JsonObject json) =>
        day.Date + new TimeSpan(0, Within(json, "hour", 0, 23, 0), Within(json, "minute", 0, 59, 0), Within(json, "second", 0, 59, 0), Within(json, "millisecond", 0, 999, 0));

    private Func<DateTime, DateTime>? Moved(JsonObject? offset, int sign)
    {
        if (offset is null) return null;
        var months = Amount(offset, "months") + (3 * Amount(offset, "quarters")) + (12 * Amount(offset, "years"));
        var rest = Fixed(offset);
        return at => at.AddMonths(sign * months) + (sign * rest);
    }

    private TimeSpan Fixed(JsonObject? offset) => new TimeSpan(Amount(offset, "days") + (7 * Amount(offset, "weeks")), Amount(offset, "hours"), Amount(offset, "minutes"), Amount(offset, "seconds"), Amount(offset, "milliseconds"));

    private int Amount(JsonObject? json, string name) => json is null ? 0 : Within(json, name, -36_500, 36_500, 0);

    private int Within(JsonObject json, string name, int least, int most, int? otherwise = null)
    {
        if (json[name] is null && otherwise is { } standard) return standard;
        return int.TryParse(FilterReader.Text(json, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw ListErrors.Filter($"{name} must be a whole number from {least} to {most}", where);
    }
}
