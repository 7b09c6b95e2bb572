using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>Reads the operation of a property filter or of an event's detail.</summary>
/// <param name="find">The property of that name; refuses unknown ones.</param>
/// <param name="account">The account's zone.</param>
internal sealed class OperationReader(Func<string, PropertyDefinition> find, ListZone account)
{
    private const long DayMs = 24L * 60 * 60 * 1000;
    private static readonly IReadOnlySet<string> BeforeAfter = new HashSet<string> { "IS_BEFORE", "IS_AFTER" };

    public ValueOperation Read(JsonObject json, PropertyDefinition? property, string where)
    {
        if (json["includeObjectsWithNoValueSet"] is null) json["includeObjectsWithNoValueSet"] = false;
        var kind = FilterReader.Need(json, "operationType", where);
        var name = FilterReader.Need(json, "operator", where);
        var empty = json["includeObjectsWithNoValueSet"]!.GetValueKind() == System.Text.Json.JsonValueKind.True;
        switch (kind)
        {
            case "ALL_PROPERTY":
                return Allow(name, where, "IS_KNOWN", "IS_UNKNOWN", "IS_BLANK", "IS_NOT_BLANK", "IS_NOT_KNOWN") is "IS_KNOWN" or "IS_NOT_BLANK" ? new KnownOperation(true) : new KnownOperation(false);
            case "STRING":
                string[] text = [FilterReader.Need(json, "value", where)];
                return new TextOperation(Allow(name, where, TextOperation.Names), _ => text) { IncludesEmpty = empty };
            case "MULTISTRING":
                var texts = FilterReader.Texts(json, "values", where);
                return new TextOperation(Allow(name, where, TextOperation.Names), _ => texts) { IncludesEmpty = empty };
            case "COMPARATIVE_STRING":
                var (other, otherwise) = (find(FilterReader.Need(json, "comparisonPropertyName", where)), FilterReader.Text(json, "defaultComparisonValue"));
                return new TextOperation(Allow(name, where, TextOperation.Names), record => (Subject.ValueOf(record, other) ?? otherwise) is { } wanted ? [wanted] : null) { IncludesEmpty = empty };
            case "NUMBER":
                return new NumberOperation(Allow(name, where, NumberOperation.Names), Number(json, "value", where), 0) { IncludesEmpty = empty };
            case "NUMBER_RANGED":
                return new NumberOperation(Allow(name, where, NumberOperation.RangeNames), Number(json, "lowerBound", where), Number(json, "upperBound", where)) { IncludesEmpty = empty };
            case "BOOL":
                return new BoolOperation(Allow(name, where, BoolOperation.Names), FilterReader.Need(json, "value", where) == "true") { IncludesEmpty = empty };
            case "ENUMERATION":
                return new OptionOperation(Allow(name, where, OptionOperation.Names), FilterReader.Texts(json, "values", where)) { IncludesEmpty = empty };
            default:
                // A date without a time means the same day everywhere.
                var zone = property?.Type == "date" ? ListZone.Utc : account;
                return Date(json, kind, name, property, zone, empty, where);
        }
    }

    private WindowOperation Date(JsonObject json, string kind, string name, PropertyDefinition? property, ListZone zone, bool empty, string where)
    {
        var reading = kind is "ROLLING_PROPERTY_UPDATED" or "COMPARATIVE_PROPERTY_UPDATED" ? Reading.UpdatedAt : FilterReader.Text(json, "propertyParser") ?? Reading.Value;
        var window = kind switch
        {
            "DATETIME" => Instant(Allow(name, where, "IS_EQUAL_TO", "IS_BEFORE", "IS_AFTER", "IS_BEFORE_DATE", "IS_AFTER_DATE"), (long)Number(json, "timestamp", where), property?.Type == "date", zone),
            "RANGED_DATE" => new Window(new FixedBound((long)Number(json, "lowerBound", where)), new FixedBound((long)Number(json, "upperBound", where) + 1), Allow(name, where, NumberOperation.RangeNames) == "IS_NOT_BETWEEN"),
            "DATE" => Day(Allow(name, where, "EQUAL", "BEFORE", "AFTER", "IS_EQUAL_TO", "IS_BEFORE", "IS_AFTER"), json, zone, where),
            "ROLLING_DATE_RANGE" => Rolling(name, (long)Number(json, "numberOfDays", where) * DayMs, where),
            "ROLLING_PROPERTY_UPDATED" => new Window(new NowBound(-(long)Number(json, "numberOfDays", where) * DayMs), null, Allow(name, where, "UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS") == "NOT_UPDATED_IN_LAST_X_DAYS"),
            "COMPARATIVE_DATE" or "COMPARATIVE_PROPERTY_UPDATED" => Compared(json, Allow(name, where, BeforeAfter), kind == "COMPARATIVE_DATE" ? Reading.Value : Reading.UpdatedAt, zone, where),
            "CALENDAR_DATE" => CalendarWindows.Read(json, name, property?.Type == "date" ? account.ForDays : account, where),
            "TIME_POINT" or "TIME_RANGED" => Times(json, where, property?.Type == "date"),
            _ => throw ListErrors.Filter($"operationType {kind} is not known", where),
        };
        return new WindowOperation(window, reading, zone) { IncludesEmpty = empty };
    }

    /// <summary>The window of TIME_POINT and TIME_RANGED; refinements of facts use it too.</summary>
    /// <param name="wholeDays">What is compared are dates without a time.</param>
    public Window Times(JsonObject json, string where, bool wholeDays = false)
    {
        var points = new TimePoints(find, account, wholeDays, where);
        if (json["timePoint"] is JsonObject point)
        {
            var inclusive = FilterReader.Text(json, "endpointBehavior") == "INCLUSIVE";
            return Allow(FilterReader.Need(json, "operator", where), where, BeforeAfter) == "IS_BEFORE"
                ? new Window(null, points.Read(point, inclusive ? 1 : 0))
                : new Window(points.Read(point, inclusive ? 0 : 1), null);
        }
        var outside = Allow(FilterReader.Need(json, "operator", where), where, NumberOperation.RangeNames) == "IS_NOT_BETWEEN";
        var from = points.Read(FilterReader.Inner(json, "lowerBoundTimePoint", where), FilterReader.Text(json, "lowerBoundEndpointBehavior") == "EXCLUSIVE" ? 1 : 0);
        return new Window(from, points.Read(FilterReader.Inner(json, "upperBoundTimePoint", where), FilterReader.Text(json, "upperBoundEndpointBehavior") == "EXCLUSIVE" ? 0 : 1), outside);
    }

    private static Window Instant(string name, long ms, bool wholeDay, ListZone zone)
    {
        if (name.EndsWith("_DATE", StringComparison.Ordinal)) wholeDay = true;
        var from = wholeDay ? zone.ToMs(zone.ToLocal(ms).Date) : ms;
        var until = wholeDay ? zone.NextMidnight(ms) : ms + 1;
        return Around(name, from, until);
    }

    private static Window Day(string name, JsonObject json, ListZone zone, string where)
    {
        var month = FilterReader.Need(json, "month", where);
        var number = Array.IndexOf(CalendarWindows.Months, month.Length >= 3 ? month[..3].ToUpperInvariant() : "") + 1;
        if (number == 0 && !int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out number)) throw ListErrors.Filter($"month {month} is not known", where);
        if (!DateTime.TryParseExact(string.Create(CultureInfo.InvariantCulture, $"{(int)Number(json, "year", where):0000}-{number:00}-{(int)Number(json, "day", where):00}"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            throw ListErrors.Filter("day, month and year are no date", where);
        return Around(name, zone.ToMs(day), zone.ToMs(day.AddDays(1)));
    }

    private static Window Around(string name, long from, long until) =>
        name.Contains("BEFORE", StringComparison.Ordinal) ? new Window(null, new FixedBound(from))
        : name.Contains("AFTER", StringComparison.Ordinal) ? new Window(new FixedBound(until), null)
        : new Window(new FixedBound(from), new FixedBound(until));

    private static Window Rolling(string name, long span, string where) =>
        Allow(name, where, "IS_LESS_THAN_X_DAYS_AGO", "IS_MORE_THAN_X_DAYS_AGO", "IS_LESS_THAN_X_DAYS_FROM_NOW", "IS_MORE_THAN_X_DAYS_FROM_NOW") switch
        {
            "IS_LESS_THAN_X_DAYS_AGO" => new Window(new NowBound(-span), new NowBound(1)),
            "IS_MORE_THAN_X_DAYS_AGO" => new Window(null, new NowBound(-span)),
            "IS_LESS_THAN_X_DAYS_FROM_NOW" => new Window(new NowBound(0), new NowBound(span + 1)),
            _ => new Window(new NowBound(span + 1), null),
        };

    private Window Compared(JsonObject json, string name, string reading, ListZone zone, string where)
    {
        long? otherwise = FilterReader.Text(json, "defaultComparisonValue") is { } text && ValueRules.TryMoment(text, out var ms) ? ms : null;
        var property = find(FilterReader.Need(json, "comparisonPropertyName", where));
        return name == "IS_BEFORE" ? new Window(null, new PropertyBound(property, reading, zone, otherwise)) : new Window(new PropertyBound(property, reading, zone, otherwise, 1), null);
    }

    private static decimal Number(JsonObject json, string name, string where) =>
        decimal.TryParse(FilterReader.Need(json, name, where), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1_000_000_000_000_000_000m
            ? number
            : throw ListErrors.Filter($"{name} must be a number", where);

    private static string Allow(string name, string where, params string[] allowed) => Allow(name, where, (IEnumerable<string>)allowed);

    private static string Allow(string name, string where, IEnumerable<string> allowed) =>
        allowed.Contains(name) ? name : throw ListErrors.Filter($"operator {name} is not one of [{string.Join(", ", allowed)}]", where);
}
