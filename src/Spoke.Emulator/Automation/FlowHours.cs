using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>When a workflow may act: the windows of the week (<c>timeWindows</c>; none is always) but for its <c>blockedDates</c>, by the account's clock.</summary>
internal static class FlowHours
{
    /// <summary>A flow whose every day is blocked looks again after this many days.</summary>
    private const int FarthestDays = 800;

    /// <summary>This moment when the flow may act now; else the first at which it may.</summary>
    public static long Open(JsonElement definition, ListZone zone, long nowMs)
    {
        var (windows, blocked) = (definition.Items("timeWindows"), definition.Items("blockedDates"));
        if (windows.Count == 0 && blocked.Count == 0) return nowMs;
        var today = zone.ToLocal(nowMs).Date;
        for (var ahead = 0; ahead <= FarthestDays; ahead++)
        {
            var day = today.AddDays(ahead);
            if (blocked.Any(date => IsOn(date, day))) continue;
            long? first = windows.Count == 0 ? Math.Max(nowMs, zone.ToMs(day)) : null;
            foreach (var window in windows.Where(window => window.Text("day") == NameOf(day)))
            {
                var (from, until) = (At(window, "startTime", TimeSpan.Zero), At(window, "endTime", TimeSpan.FromDays(1)));
                if (until <= from) until = TimeSpan.FromDays(1);
                if (zone.ToMs(day + until) <= nowMs) continue;
                var opens = Math.Max(nowMs, zone.ToMs(day + from));
                if (first is null || opens < first) first = opens;
            }
            if (first is { } found) return found;
        }
        return zone.ToMs(today.AddDays(FarthestDays));
    }

    public static void Check(JsonElement definition)
    {
        foreach (var window in definition.Items("timeWindows"))
        {
            if (!Enum.TryParse<DayOfWeek>(window.RequiredText("ApiTimeWindow", "day"), ignoreCase: true, out _)) throw FlowErrors.Invalid($"`timeWindows.day` must be a day of the week, not {window.Text("day")}", "day", window.Text("day")!);
            foreach (var member in (string[])["startTime", "endTime"])
                if (window.TryGetProperty(member, out var time) && time.ValueKind == JsonValueKind.Object) FlowSchedule.TimeOfDay(window, member);
        }
        foreach (var date in definition.Items("blockedDates"))
        {
            FlowSchedule.Month(date);
            if (date.Int("dayOfMonth") is not (>= 1 and <= 31)) throw FlowErrors.Invalid("`blockedDates.dayOfMonth` must be from 1 to 31", "dayOfMonth", date.Text("dayOfMonth") ?? "");
        }
    }

    public static string NameOf(DateTime day) => day.DayOfWeek.ToString().ToUpperInvariant();

    private static TimeSpan At(JsonElement window, string member, TimeSpan otherwise) =>
        window.TryGetProperty(member, out var time) && time.ValueKind == JsonValueKind.Object ? FlowSchedule.TimeOfDay(window, member) : otherwise;

    private static bool IsOn(JsonElement date, DateTime day) =>
        date.Int("dayOfMonth") == day.Day && FlowSchedule.Month(date) == day.Month && (date.Int("year") is not { } year || year == day.Year);
}
