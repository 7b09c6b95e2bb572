using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>Moments and spans as filters and delays name them.</summary>
internal static class FilterTimes
{
    /// <summary>A length in one of the API's units; null when the unit is none of them.</summary>
    public static TimeSpan? Span(double amount, string? unit) => unit?.ToUpperInvariant() switch
    {
        "MILLIS" or "MILLISECONDS" => TimeSpan.FromMilliseconds(amount),
        "SECONDS" => TimeSpan.FromSeconds(amount),
        "MINUTES" or null => TimeSpan.FromMinutes(amount),
        "HOURS" => TimeSpan.FromHours(amount),
        "HALF_DAYS" => TimeSpan.FromHours(12 * amount),
        "DAYS" => TimeSpan.FromDays(amount),
        "WEEKS" => TimeSpan.FromDays(7 * amount),
        "MONTHS" => TimeSpan.FromDays(30 * amount),
        "YEARS" => TimeSpan.FromDays(365 * amount),
        _ => null,
    };

    /// <summary>The moment of a time of day on a day, both in the account's time zone.</summary>
    public static long AtTimeOfDay(ListZone zone, long ms, int hour, int minute) => zone.ToMs(zone.ToLocal(ms).Date + new TimeSpan(hour, minute, 0));

    /// <summary>The moment a time point means; null when it is of a kind that is not carried out.</summary>
    public static long? Point(JsonElement point, ListZone account, ObjectTypeDefinition type, StoredRecord record, long nowMs)
    {
        var zone = point.Text("timezoneSource") != "PORTAL" && point.Text("zoneId") is { Length: > 0 } id ? ListZone.Find(id) : account;
        if (zone is null) return null;
        switch (point.Text("timeType"))
        {
            case "DATE":
                return zone.ToMs(new DateTime(point.Int("year") ?? 1970, point.Int("month") ?? 1, point.Int("day") ?? 1, point.Int("hour") ?? 0, point.Int("minute") ?? 0, point.Int("second") ?? 0, DateTimeKind.Unspecified)) + (point.Int("millisecond") ?? 0);
            case "INDEXED":
                var reference = point.TryGetProperty("indexReference", out var index) ? index.Text("referenceType") : null;
                var start = reference switch { "NOW" => nowMs, "TODAY" => AtTimeOfDay(zone, nowMs, 0, 0), _ => (long?)null };
                return start + (point.TryGetProperty("offset", out var offset) ? Offset(offset) : 0);
            case "PROPERTY_REFERENCED":
                return type.Properties.Find(point.Text("property") ?? "") is { } property && record.Get(property.Slot) is { } value && ValueRules.TryMoment(value, out var ms) ? ms : null;
            default:
                return null;
        }
    }

    private static long Offset(JsonElement offset)
    {
        double sum = 0;
        foreach (var part in offset.EnumerateObject())
            if (double.TryParse(part.Value.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && Span(amount, part.Name == "quarters" ? "MONTHS" : part.Name) is { } span)
                sum += span.TotalMilliseconds * (part.Name == "quarters" ? 3 : 1);
        return (long)sum;
    }
}
