using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>
/// Enrolment by the calendar (<c>enrollmentSchedule</c>) instead of by changes: at its moments whoever meets the criteria then comes in.
/// One that goes by a date property looks every day at the records whose day it is.
/// </summary>
internal static class FlowSchedule
{
    /// <summary>The longest way from one 29 February to the next.</summary>
    private const int FarthestDays = 8 * 366;
    private static readonly string[] Months = ["JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"];
    private static readonly string[] Kinds = ["DAILY", "WEEKLY", "MONTHLY_SPECIFIC_DAYS", "MONTHLY_RELATIVE_DAYS", "YEARLY", "PROPERTY_BASED"];

    public static JsonElement? Of(JsonElement definition) => definition.TryGetProperty("enrollmentSchedule", out var schedule) && schedule.ValueKind == JsonValueKind.Object ? schedule : null;

    /// <summary>Its first moment after this one; null: none within years.</summary>
    public static long? Next(JsonElement schedule, ListZone zone, long afterMs)
    {
        var time = TimeOfDay(schedule, "timeOfDay");
        var today = zone.ToLocal(afterMs).Date;
        for (var ahead = 0; ahead <= FarthestDays; ahead++)
        {
            var day = today.AddDays(ahead);
            if (IsOn(schedule, day) && zone.ToMs(day + time) is var ms && ms > afterMs) return ms;
        }
        return null;
    }

    /// <summary>Whether the moment is the record's: always, but for a schedule that goes by a date of its own.</summary>
    public static bool Includes(JsonElement schedule, ListZone zone, ObjectTypeDefinition type, StoredRecord record, long atMs)
    {
        if (schedule.Text("type") != "PROPERTY_BASED") return true;
        if (type.Properties.Find(schedule.Text("dateProperty") ?? "") is not { } property || record.Get(property.Slot) is not { } value || !ValueRules.TryMoment(value, out var ms)) return false;
        // A date without a time means the same day everywhere.
        var date = (property.Type == "date" ? ListZone.Utc : zone).ToLocal(ms).Date;
        var wanted = zone.ToLocal(atMs).Date.AddDays(-(schedule.Int("daysDelta") ?? 0));
        if (schedule.Bool("yearly") != true) return date == wanted;
        return date.Month == wanted.Month && Math.Min(date.Day, DateTime.DaysInMonth(wanted.Year, date.Month)) == wanted.Day;
    }

    public static void Check(JsonElement definition, ObjectTypeDefinition type)
    {
        if (Of(definition) is not { } schedule) return;
        var kind = schedule.RequiredText("EnrollmentSchedule", "type");
        if (!Kinds.Contains(kind)) throw FlowErrors.Invalid($"`enrollmentSchedule.type` must be one of {string.Join(", ", Kinds)}", "type", kind);
        TimeOfDay(schedule, "timeOfDay");
        switch (kind)
        {
            case "WEEKLY" when schedule.Texts("daysOfWeek") is { Count: > 0 } days && days.All(day => Enum.TryParse<DayOfWeek>(day, ignoreCase: true, out _)): break;
            case "MONTHLY_SPECIFIC_DAYS" when schedule.Texts("daysOfMonth") is { Count: > 0 } days && days.All(day => int.TryParse(day, out var number) && number is >= 1 and <= 31): break;
            case "MONTHLY_RELATIVE_DAYS" when schedule.Text("monthlyRelativeDays") is "FIRST_MONDAY_OF_MONTH" or "LAST_DAY_OF_MONTH": break;
            case "YEARLY" when Month(schedule) is var month && schedule.Int("dayOfMonth") is { } day && day >= 1 && day <= DateTime.DaysInMonth(2024, month): break;
            case "PROPERTY_BASED" when type.Properties.Find(schedule.RequiredText("ApiPropertyBasedEnrollmentSchedule", "dateProperty")) is { Type: "date" or "datetime" }: break;
            case "DAILY": break;
            default: throw FlowErrors.Invalid($"`enrollmentSchedule` of type {kind} names no day there is", "type", kind);
        }
    }

    /// <exception cref="CrmRefusal">There is none, or it is no time.</exception>
    public static TimeSpan TimeOfDay(JsonElement holder, string member)
    {
        var time = holder.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object ? found : throw CrmErrors.MissingField("ApiTimeOfDay", member);
        if (time.Int("hour") is not { } hour || time.Int("minute") is not { } minute || hour is < 0 or > 24 || minute is < 0 or > 59 || (hour == 24 && minute > 0))
            throw FlowErrors.Invalid($"`{member}` must be an hour from 0 to 23 and a minute from 0 to 59", member, time.GetRawText());
        return new TimeSpan(hour, minute, 0);
    }

    public static int Month(JsonElement holder) => holder.Text("month") is { } name && Array.IndexOf(Months, name.ToUpperInvariant()) is >= 0 and var at ? at + 1
        : throw FlowErrors.Invalid($"`month` must be one of {string.Join(", ", Months)}", "month", holder.Text("month") ?? "");

    private static bool IsOn(JsonElement schedule, DateTime day) => schedule.Text("type") switch
    {
        "WEEKLY" => schedule.Texts("daysOfWeek").Contains(FlowHours.NameOf(day)),
        "MONTHLY_SPECIFIC_DAYS" => schedule.Items("daysOfMonth").Any(number => number.AsText() == day.Day.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        "MONTHLY_RELATIVE_DAYS" => schedule.Text("monthlyRelativeDays") == "LAST_DAY_OF_MONTH" ? day.AddDays(1).Day == 1 : day is { DayOfWeek: DayOfWeek.Monday, Day: <= 7 },
        "YEARLY" => Month(schedule) == day.Month && schedule.Int("dayOfMonth") == day.Day,
        _ => true,
    };
}
