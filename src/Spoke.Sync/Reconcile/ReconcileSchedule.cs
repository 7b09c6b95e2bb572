namespace Spoke.Sync.Reconcile;

/// <summary>When a connection that runs on compares ledger and portal by itself, and whether it mends what differs.</summary>
/// <param name="Every">A day, or seven of them; then it is a Sunday.</param>
/// <param name="At">The time of day in UTC.</param>
/// <param name="Repair">Write again what differs, as long as it is no more than a repair does by itself.</param>
public sealed record ReconcileSchedule(ReconcileEvery Every, TimeOnly At, bool Repair)
{
    /// <summary>Every night at three, and nothing is mended unasked.</summary>
    public static ReconcileSchedule Default { get; } = new(ReconcileEvery.Day, new TimeOnly(3, 0), Repair: false);

    /// <summary>The first time later than the one given.</summary>
    public DateTimeOffset After(DateTimeOffset moment)
    {
        var next = new DateTimeOffset(DateOnly.FromDateTime(moment.UtcDateTime).ToDateTime(At), TimeSpan.Zero);
        while (next <= moment || (Every == ReconcileEvery.Week && next.DayOfWeek != DayOfWeek.Sunday)) next = next.AddDays(1);
        return next;
    }
}

public enum ReconcileEvery { Day, Week }
