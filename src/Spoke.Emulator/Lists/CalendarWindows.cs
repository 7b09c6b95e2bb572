using System.Globalization;
using System.Text.Json.Nodes;

namespace Spoke.Emulator.Lists;

/// <summary>CALENDAR_DATE: this, the last or the next day, week, month, quarter or year; weeks begin on Monday.</summary>
internal static class CalendarWindows
{
    public static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    public static Window Read(JsonObject json, string name, ListZone zone, string where)
    {
        var unit = FilterReader.Need(json, "timeUnit", where);
        if (unit is not ("DAY" or "WEEK" or "MONTH" or "QUARTER" or "YEAR")) throw ListErrors.Filter($"timeUnit {unit} is not one of [DAY, WEEK, MONTH, QUARTER, YEAR]", where);
        var count = int.TryParse(FilterReader.Text(json, "timeUnitCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1_000) : 1;
        var firstMonth = FilterReader.Text(json, "fiscalYearStart") is { Length: >= 3 } month && FilterReader.Text(json, "useFiscalYear") != "false" ? Math.Max(1, Array.IndexOf(Months, month[..3]) + 1) : 1;
        return name switch
        {
            "IN_THIS_TIME_UNIT" => new Window(At(0), At(1)),
            "IN_THIS_TIME_UNIT_SO_FAR" => new Window(At(0), new NowBound(1)),
            "IN_LAST_TIME_UNIT" => new Window(At(-count), At(0)),
            "IN_LAST_TIME_UNIT_SO_FAR" => new Window(At(-count), new NowBound(1)),
            "IN_NEXT_TIME_UNIT" => new Window(At(1), At(1 + count)),
            _ => throw ListErrors.Filter($"operator {name} is not one of [IN_THIS_TIME_UNIT, IN_THIS_TIME_UNIT_SO_FAR, IN_LAST_TIME_UNIT, IN_LAST_TIME_UNIT_SO_FAR, IN_NEXT_TIME_UNIT]", where),
        };

        CalendarBound At(int steps) => new(now => Step(Start(now, unit, firstMonth), unit, steps), zone);
    }

    /// <summary>When the unit that holds this moment began.</summary>
    public static DateTime Start(DateTime at, string unit, int firstMonth = 1)
    {
        var month = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
        var sinceFirst = (at.Month - firstMonth + 12) % 12;
        return unit switch
        {
            "DAY" => at.Date,
            "WEEK" => at.Date.AddDays(-(((int)at.DayOfWeek + 6) % 7)),
            "MONTH" => month,
            "QUARTER" => month.AddMonths(-(sinceFirst % 3)),
            _ => month.AddMonths(-sinceFirst),
        };
    }

    public static DateTime Step(DateTime at, string unit, int steps) => unit switch
    {
        "DAY" => at.AddDays(steps),
        "WEEK" => at.AddDays(7 * steps),
        "MONTH" => at.AddMonths(steps),
        "QUARTER" => at.AddMonths(3 * steps),
        _ => at.AddYears(steps),
    };
}
