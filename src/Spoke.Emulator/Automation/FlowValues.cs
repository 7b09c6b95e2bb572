using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>The values that inputs of actions stand for: fixed, copied from the record, given back by an earlier action, or the time.</summary>
internal static partial class FlowValues
{
    /// <summary>Null is no value.</summary>
    /// <param name="zone">The account's; times of day are times there.</param>
    /// <param name="current">What the property to set holds now; for increments.</param>
    public static string? Resolve(JsonElement value, Enrollment enrollment, ObjectTypeDefinition type, StoredRecord record, ListZone zone, long nowMs, string? current = null)
    {
        if (value.ValueKind != JsonValueKind.Object) return value.AsText() is { } plain ? Fill(plain, enrollment, type, record) : null;
        switch (value.Text("type"))
        {
            case "STATIC_VALUE": return Fill(value.Text("staticValue") ?? "", enrollment, type, record);
            case "OBJECT_PROPERTY": return FlowFilters.Value(type, record, value.Text("propertyName") ?? "");
            case "FIELD_DATA": return enrollment.Outputs.GetValueOrDefault($"{value.Text("actionId")}.{value.Text("dataKey")}");
            case "TIMESTAMP": return nowMs.ToString(CultureInfo.InvariantCulture);
            case "RELATIVE_DATETIME": return value.TryGetProperty("timeDelay", out var delay) ? After(delay, zone, nowMs)?.ToString(CultureInfo.InvariantCulture) : null;
            case "INCREMENT": return (Number(current) + Number(value.Text("incrementAmount"))).ToString(CultureInfo.InvariantCulture);
            case "APPEND_OBJECT_PROPERTY": return FlowFilters.Value(type, record, value.Text("appendPropertyName") ?? "") is { } more ? ";" + more : null;
            case "STATIC_APPEND_VALUE": return ";" + value.Text("staticAppendValue");
            case "ENROLLMENT_EVENT_PROPERTY": return Fill(value.Text("enrollmentEventPropertyToken") ?? "", enrollment, type, record);
            default: return null;
        }
    }

    /// <summary>The moment so long after another, at a time of day when one is given.</summary>
    public static long? After(JsonElement delay, ListZone zone, long fromMs)
    {
        if (FilterTimes.Span((double)Number(delay.Text("delta")), delay.Text("timeUnit") ?? delay.Text("time_unit")) is not { } span) return null;
        return TimeOfDay(delay, "timeOfDay", zone, fromMs + (long)span.TotalMilliseconds);
    }

    public static long TimeOfDay(JsonElement holder, string member, ListZone zone, long ms) =>
        holder.TryGetProperty(member, out var time) && time.Int("hour") is { } hour ? FilterTimes.AtTimeOfDay(zone, ms, Math.Clamp(hour, 0, 23), Math.Clamp(time.Int("minute") ?? 0, 0, 59)) : ms;

    public static decimal Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Puts the record's values, and those of the event it began with, in place of <c>{{ enrolled_object.email }}</c> and the like.</summary>
    private static string Fill(string text, Enrollment enrollment, ObjectTypeDefinition type, StoredRecord record) => !text.Contains("{{", StringComparison.Ordinal) ? text : Token().Replace(text, match =>
    {
        var path = match.Groups[1].Value.Split('.');
        return path[0] switch
        {
            "enrolled_object" when path.Length == 2 => FlowFilters.Value(type, record, path[1]) ?? "",
            "enrollment_events" when path.Length == 3 => enrollment.Outputs.GetValueOrDefault("event." + path[2]) ?? "",
            _ => "",
        };
    });

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_.\-]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
