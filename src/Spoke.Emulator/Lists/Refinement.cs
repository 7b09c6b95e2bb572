using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>The two refinements of filters about many things: which of them count (by time), and how many must.</summary>
internal static class Refinement
{
    public static Occurrences Count(JsonObject filter)
    {
        if (filter["coalescingRefineBy"] is not JsonObject refine) return new Occurrences();
        if (FilterReader.Text(refine, "setType") is { } set) return new Occurrences(Set: set);
        return new Occurrences(Number(refine, "minOccurrences") ?? 0, Number(refine, "maxOccurrences") ?? int.MaxValue);
    }

    public static Window? Pruning(JsonObject filter, OperationReader operations, string where)
    {
        if (filter["pruningRefineBy"] is not JsonObject refine) return null;
        switch (FilterReader.Text(refine, "type"))
        {
            case "ALL_HISTORY": return null;
            case "ABSOLUTE_COMPARATIVE":
                var moment = new FixedBound(Moment(refine, "timestamp", where));
                return FilterReader.OperatorOf(new JsonObject { ["operator"] = FilterReader.Text(refine, "comparison") }, where, "BEFORE", "AFTER") ? new Window(moment, null) : new Window(null, moment);
            case "ABSOLUTE_RANGED":
                return new Window(new FixedBound(Moment(refine, "lowerTimestamp", where)), new FixedBound(Moment(refine, "upperTimestamp", where) + 1), Outside(refine));
            case "RELATIVE_COMPARATIVE":
                var offset = new NowBound(Offset(FilterReader.Inner(refine, "timeOffset", where), where));
                return FilterReader.OperatorOf(new JsonObject { ["operator"] = FilterReader.Text(refine, "comparison") }, where, "BEFORE", "AFTER") ? new Window(offset, null) : new Window(null, offset);
            case "RELATIVE_RANGED":
                return new Window(new NowBound(Offset(FilterReader.Inner(refine, "lowerBoundOffset", where), where)), new NowBound(Offset(FilterReader.Inner(refine, "upperBoundOffset", where), where) + 1), Outside(refine));
            case "TIME_POINT": case "TIME_RANGED": return operations.Times(refine, where);
            case var other: throw ListErrors.Filter($"pruningRefineBy of type {other} is not known", where);
        }
    }

    private static bool Outside(JsonObject refine) => FilterReader.Text(refine, "rangeType") is "NOT_BETWEEN" or "IS_NOT_BETWEEN";

    private static int? Number(JsonObject json, string name) => int.TryParse(FilterReader.Text(json, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long Moment(JsonObject json, string name, string where) =>
        long.TryParse(FilterReader.Need(json, name, where), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) ? ms : throw ListErrors.Filter($"{name} must be a time in milliseconds", where);

    private static long Offset(JsonObject json, string where)
    {
        var amount = Moment(json, "amount", where);
        var unit = FilterReader.Need(json, "timeUnit", where) switch
        {
            "MINUTES" => TimeSpan.FromMinutes(1),
            "HOURS" => TimeSpan.FromHours(1),
            "DAYS" => TimeSpan.FromDays(1),
            "WEEKS" => TimeSpan.FromDays(7),
            var other => throw ListErrors.Filter($"timeUnit {other} is not one of [MINUTES, HOURS, DAYS, WEEKS]", where),
        };
        return (FilterReader.Text(json, "offsetDirection") == "FUTURE" ? 1 : -1) * amount * (long)unit.TotalMilliseconds;
    }
}
