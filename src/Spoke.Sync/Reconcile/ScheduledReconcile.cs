using System.Globalization;
using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Reconcile;

/// <summary>One turn of the schedule.</summary>
/// <param name="Drift">What was found; null: nothing was compared in this turn.</param>
/// <param name="Repair">What was done about it; null: nothing was to be done.</param>
internal sealed record ReconcileTurn(string Connection, DriftReport? Drift = null, RepairResult? Repair = null, string? Problem = null);

/// <summary>
/// Compares one connection's ledger and portal at its time of day, for as long as the program runs. When it was done last is in the database: a restart does it neither twice
/// nor not at all, and one that was due while nothing ran is made up for once. Comparing reads only and goes on beside the rounds; what is to be written again is marked, and the next round writes it.
/// </summary>
/// <param name="wake">Has the connection's next round begin at once.</param>
internal sealed class ScheduledReconcile(SyncDatabase database, Connection connection, ReconcileSchedule schedule, Action wake, SyncOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>When it was done last; before the first time, when the schedule began.</summary>
    public const string DoneAt = "reconcile";

    /// <summary>What the last one found, for a person; empty: nothing.</summary>
    public const string Found = "reconcile-found";

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);   // so that a clock that was set is noticed
    private static readonly TimeSpan NotYet = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(5);

    /// <param name="turns">Told about every turn once it is over and the wait for the next has begun.</param>
    public async Task RunAsync(IProgress<ReconcileTurn>? turns, CancellationToken cancellationToken)
    {
        var failures = 0;
        string? said = null;
        while (true)
        {
            ReconcileTurn turn;
            TimeSpan wait;
            try
            {
                (turn, wait) = await TurnAsync(cancellationToken).ConfigureAwait(false);
                (failures, said) = (0, null);
            }
            catch (Exception failure) when (failure is HubSpotException or StorageException)
            {
                wait = Backoff.After(failures++, FirstRetry, LongestWait);
                turn = new ReconcileTurn(connection.Name, Problem: failure.Message);
                if (said != failure.Message) ReconcileLog.Failed(logger, connection.Name, wait.TotalMinutes, failure.Message);
                said = failure.Message;
            }
            var next = Task.Delay(wait, time, cancellationToken);
            turns?.Report(turn);
            await next.ConfigureAwait(false);
        }
    }

    private async Task<(ReconcileTurn Turn, TimeSpan Wait)> TurnAsync(CancellationToken cancellationToken)
    {
        var last = await LastAsync(cancellationToken).ConfigureAwait(false);
        if (schedule.After(last) - time.GetUtcNow() is var left && left > TimeSpan.Zero) return (new ReconcileTurn(connection.Name), Shorter(left, LongestWait));
        if (!await HasBegunAsync(cancellationToken).ConfigureAwait(false)) return (new ReconcileTurn(connection.Name), NotYet);   // everything would be missing
        var reconciliation = new Reconciliation(database, connection, options, time, logger);
        var drift = await reconciliation.CompareAsync(all: false, cancellationToken).ConfigureAwait(false);
        var repair = schedule.Repair && drift.Differing > 0 ? await reconciliation.MarkAsync(drift, force: false, cancellationToken).ConfigureAwait(false) : null;
        await KeepAsync(drift, repair, cancellationToken).ConfigureAwait(false);
        if (repair is { Marked: > 0 }) wake();
        return (new ReconcileTurn(connection.Name, drift, repair), Shorter(schedule.After(time.GetUtcNow()) - time.GetUtcNow(), LongestWait));
    }

    private async Task<DateTimeOffset> LastAsync(CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(db => Cursors.GetMoment(db, connection.Name, DoneAt), cancellationToken).ConfigureAwait(false) is { } last) return last;
        var now = time.GetUtcNow();
        await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, DoneAt, now), cancellationToken).ConfigureAwait(false);
        return now;
    }

    /// <summary>Whether the store is known and its records may be written.</summary>
    private Task<bool> HasBegunAsync(CancellationToken cancellationToken) => database.ReadAsync(db => Cursors.Get(db, connection.Name, Cursors.FullRead) is not null && Cursors.Get(db, connection.Name, Cursors.Adopted) is not null, cancellationToken);

    private async Task KeepAsync(DriftReport drift, RepairResult? repair, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var differs = drift.Differing > 0 || drift.Days.Count > 0;
        var found = differs ? Say(drift, repair) : "";
        if (differs) ReconcileLog.Differs(logger, connection.Name, found);
        else ReconcileLog.InStep(logger, connection.Name, drift.Records, drift.Waiting);
        await database.WriteAsync((db, transaction) =>
        {
            Cursors.Put(db, transaction, connection.Name, DoneAt, now);
            Cursors.Put(db, transaction, connection.Name, Found, differs ? string.Create(CultureInfo.InvariantCulture, $"Compared on {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {found}") : "");
            if (differs) RecentEvents.Add(db, transaction, now, connection.Name, "differs", "records", drift.Differing == 0 ? "Sums of orders" : Records(drift.Differing), found);
        }, cancellationToken).ConfigureAwait(false);
    }

    private static string Say(DriftReport drift, RepairResult? repair)
    {
        var what = drift.Differing > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Records(drift.Differing)} of {drift.Records} differ from the ledger")
            : string.Create(CultureInfo.InvariantCulture, $"the sums of orders differ on {drift.Days.Count} days");
        var example = drift.Examples.Count > 0 ? $", such as {drift.Examples[0].Key}{(drift.Examples[0].Where is { } where ? " " + where : "")} ({drift.Examples[0].What})" : "";
        return what + example + repair switch
        {
            null => ". spoke reconcile shows them, --repair mends them.",
            { Refused: { } why } => ". " + why,
            { LeftAlone: > 0 } => $". {Records(repair.Marked)} to be written again, {repair.LeftAlone} left for a person to decide: spoke reconcile shows them.",
            _ => $". {Records(repair.Marked)} to be written again.",
        };
    }

    private static string Records(int count) => count == 1 ? "1 record" : string.Create(CultureInfo.InvariantCulture, $"{count} records");

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

internal static partial class ReconcileLog
{
    [LoggerMessage(7001, LogLevel.Warning, "{Connection}: {Found}")]
    public static partial void Differs(ILogger logger, string connection, string found);

    [LoggerMessage(7002, LogLevel.Information, "{Connection}: {Records} records compared with HubSpot and none differs; {Waiting} are on their way")]
    public static partial void InStep(ILogger logger, string connection, int records, int waiting);

    [LoggerMessage(7003, LogLevel.Warning, "{Connection}: ledger and HubSpot could not be compared and are again in {Minutes} min: {Problem}")]
    public static partial void Failed(ILogger logger, string connection, double minutes, string problem);
}
