using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>One end of a stretch of time; it may move with the clock or with the record.</summary>
internal abstract class Bound
{
    /// <summary>Null: there is none at present, as when it stands in an empty property.</summary>
    public abstract long? At(ListScope scope, StoredRecord record);

    /// <summary>Moments at which the bound passes a value.</summary>
    public virtual IEnumerable<long> Passes(ListScope scope, long value) => [];
}

internal sealed class FixedBound(long ms) : Bound
{
    public override long? At(ListScope scope, StoredRecord record) => ms;
}

/// <summary>Now, plus something; moves all the time.</summary>
internal sealed class NowBound(long offsetMs) : Bound
{
    public override long? At(ListScope scope, StoredRecord record) => scope.NowMs + offsetMs;

    // Which of the two it is depends on whether the end belongs to the stretch.
    public override IEnumerable<long> Passes(ListScope scope, long value) => [value - offsetMs, value - offsetMs + 1];
}

/// <summary>Follows the calendar of a time zone: the start of today, of this week, of this quarter; moves at midnight.</summary>
internal sealed class CalendarBound(Func<DateTime, DateTime> of, ListZone zone) : Bound
{
    public override long? At(ListScope scope, StoredRecord record) => zone.ToMs(of(zone.ToLocal(scope.NowMs)));

    public override IEnumerable<long> Passes(ListScope scope, long value) => [zone.NextMidnight(scope.NowMs)];
}

/// <summary>Now moved by months, quarters or years, which differ in length.</summary>
internal sealed class MonthsBound(Func<DateTime, int, DateTime> moved, ListZone zone) : Bound
{
    public override long? At(ListScope scope, StoredRecord record) => zone.ToMs(moved(zone.ToLocal(scope.NowMs), 1));

    public override IEnumerable<long> Passes(ListScope scope, long value)
    {
        var back = zone.ToMs(moved(zone.ToLocal(value), -1));
        return [back, back + 1, zone.NextMidnight(scope.NowMs)];
    }
}

/// <summary>Stands in a property of the same record, or is when that property was last set.</summary>
internal sealed class PropertyBound(PropertyDefinition property, string reading, ListZone zone, long? otherwise, int plusMs = 0, Func<DateTime, DateTime>? moved = null) : Bound
{
    public override long? At(ListScope scope, StoredRecord record)
    {
        var ms = Reading.Of(reading, record, property, Subject.ValueOf(record, property), zone, scope.NowMs) ?? otherwise;
        if (ms is { } moment && moved is not null) ms = zone.ToMs(moved(zone.ToLocal(moment)));
        return ms + plusMs;
    }

    public override IEnumerable<long> Passes(ListScope scope, long value) => Reading.Moves(reading) ? [zone.NextMidnight(scope.NowMs)] : [];
}

/// <summary>How a time is read out of a property: its value, when it was set, or its day in the current year.</summary>
internal static class Reading
{
    public const string Value = "VALUE";
    public const string UpdatedAt = "UPDATED_AT";

    public static bool Moves(string reading) => reading.StartsWith("ANNIVERSARY", StringComparison.Ordinal);

    public static long? Of(string reading, StoredRecord record, PropertyDefinition? property, string? value, ListZone zone, long nowMs)
    {
        if (reading == UpdatedAt) return property is null ? null : record.Whole(property.Slot)?.AtMs;
        if (value is null || !ValueRules.TryMoment(value, out var ms)) return null;
        if (!Moves(reading)) return ms;
        var (day, year) = (zone.ToLocal(ms), zone.ToLocal(nowMs).Year);
        return zone.ToMs(new DateTime(year, day.Month, Math.Min(day.Day, DateTime.DaysInMonth(year, day.Month)), 0, 0, 0, DateTimeKind.Unspecified) + day.TimeOfDay);
    }
}

/// <summary>A stretch of time: from the first bound on, before the second; either may be missing. Or everything outside of it.</summary>
internal sealed record Window(Bound? From, Bound? Until, bool Negated = false)
{
    /// <summary>Null when a bound is not there at present.</summary>
    public bool? Holds(ListScope scope, StoredRecord record, long ms)
    {
        var inside = true;
        if (From is not null)
        {
            if (From.At(scope, record) is not { } from) return null;
            inside &= ms >= from;
        }
        if (Until is not null)
        {
            if (Until.At(scope, record) is not { } until) return null;
            inside &= ms < until;
        }
        return inside != Negated;
    }

    public IEnumerable<long> Turns(ListScope scope, StoredRecord record, long ms) => (From?.Passes(scope, ms) ?? []).Concat(Until?.Passes(scope, ms) ?? []);
}

/// <summary>Every operation about dates: the value, or when it was set, lies in a window.</summary>
internal sealed class WindowOperation(Window window, string reading, ListZone zone) : ValueOperation
{
    protected override bool Judge(in Subject subject) => Moment(subject) is { } ms && (window.Holds(subject.Scope, subject.Record, ms) ?? IncludesEmpty);

    public override IEnumerable<long> Turns(Subject subject)
    {
        if (Moment(subject) is not { } ms) return [];
        var turns = window.Turns(subject.Scope, subject.Record, ms);
        return Reading.Moves(reading) ? turns.Append(zone.NextMidnight(subject.Scope.NowMs)) : turns;
    }

    private long? Moment(in Subject subject) => Reading.Of(reading, subject.Record, subject.Property, subject.Value, zone, subject.Scope.NowMs);
}
