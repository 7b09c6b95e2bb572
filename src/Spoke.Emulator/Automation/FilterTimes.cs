using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;

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
    public static long AtTimeOfDay(long ms, int hour, int minute)
    {
        var day = AccountZone.Eastern.Day(DateTimeOffset.FromUnixTimeMilliseconds(ms));
        var local = day.ToDateTime(new TimeOnly(hour, minute));
        return new DateTimeOffset(local, AccountZone.Eastern.Offset(new DateTimeOffset(local, TimeSpan.Zero))).ToUnixTimeMilliseconds();
    }

    /// <summary>The moment a time point means; null when it is of a kind that is not carried out.</summary>
    public static long? Point(JsonElement point, ObjectTypeDefinition type, StoredRecord record, long nowMs)
    {
        switch (point.Text("timeType"))
        {
            case "DATE":
                return new DateTimeOffset(point.Int("year") ?? 1970, point.Int("month") ?? 1, point.Int("day") ?? 1, point.Int("hour") ?? 0, point.Int("minute") ?? 0, point.Int("second") ?? 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + (point.Int("millisecond") ?? 0);
            case "INDEXED":
                var reference = point.TryGetProperty("indexReference", out var index) ? index.Text("referenceType") : null;
                var start = reference switch { "NOW" => nowMs, "TODAY" => AtTimeOfDay(nowMs, 0, 0), _ => (long?)null };
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
