using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Carts;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>Plans and pushes everything of a connection that is due: what was taken back before all else, then parents before what hangs on them, with associations beside and behind.</summary>
/// <param name="listen">Takes in what arrives while a backlog is pushed.</param>
/// <param name="ends">Counts what is there, for whoever watches.</param>
internal sealed class PushRound(SyncDatabase database, HubSpotClient portal, string connection, SyncOptions options, TimeProvider time, ILogger logger, Puller? puller = null, Func<CancellationToken, Task>? listen = null, BothEnds? ends = null)
{
    private readonly Pusher _pusher = new(portal, connection, new OutcomeStore(database, connection, time, puller is null ? null : puller.IsEdited), options.BatchesUnderWay, logger, puller);
    private readonly EdgePusher _edges = new(database, portal, connection, options.BatchesUnderWay, time);

    /// <summary>What companies are to be pushed; null: none are.</summary>
    public CompanyRound? Companies { get; init; }

    /// <summary>Says how far carts have come before they are pushed; null: as the ledger has it.</summary>
    public CartRound? Carts { get; init; }

    private bool WithCompanies => Companies is { AreWritten: true };

    /// <summary>What is due later than this is left to the next pass.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(20);

    /// <exception cref="HubSpotException">The portal refuses us as a whole, or answers nothing of what was sent. What was written is kept.</exception>
    public async Task RunAsync(Planner planner, PushTally tally, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await Siblings.LinkAsync(database, connection, cancellationToken).ConfigureAwait(false);
        if (puller is not null) await puller.SettleAsync(cancellationToken).ConfigureAwait(false);
        var (settled, before) = (tally.Settled, tally.Trouble);
        var ahead = progress is null ? default : await AheadAsync(cancellationToken).ConfigureAwait(false);
        if (Carts is not null) await Carts.RunAsync(cancellationToken).ConfigureAwait(false);
        if (Companies is not null) await Companies.ReadyAsync(prepare: true, cancellationToken).ConfigureAwait(false);
        await HurryAsync(planner, tally, cancellationToken).ConfigureAwait(false);
        await using var joined = new EdgesAhead(_edges, WithCompanies);
        await using var counted = ends is null ? null : new BothEnds.Aside(ends);
        foreach (var @object in RecordObjects.InOrder)
        {
            if (@object == RecordObjects.Companies && !WithCompanies) continue;
            await using var portions = new Portions(planner, @object, options.PlanSize);
            while (await portions.NextAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } items)
            {
                if (await HasMovedAsync(@object, items, cancellationToken).ConfigureAwait(false))
                {
                    await portions.ForgetAsync().ConfigureAwait(false);
                    continue;
                }
                foreach (var item in items)
                    foreach (var (property, problem) in item.Desired?.Unrendered ?? System.Collections.Frozen.FrozenDictionary<string, string>.Empty) MappingLog.Unrendered(logger, connection, @object, item.Key, property, problem);
                if (options.BatchesUnderWay > 1) portions.PlanAhead(items, cancellationToken);
                if (!await PushAsync(@object, items, tally, cancellationToken).ConfigureAwait(false)) break;
                if (progress is not null) progress.Report(Progress(tally, ahead.Records - (tally.Settled - settled), ahead.Edges - joined.Done, counted?.Now(cancellationToken) ?? []));
                if (items.Count < options.PlanSize) continue;
                if (options.BatchesUnderWay > 1) await joined.FollowAsync(@object, [.. items.Select(item => item.Key)], cancellationToken).ConfigureAwait(false);
                // More of them wait: what has arrived meanwhile must not wait behind all of these.
                if (listen is not null) await listen(cancellationToken).ConfigureAwait(false);
                if (await HurryAsync(planner, tally, cancellationToken).ConfigureAwait(false)) await portions.ForgetAsync().ConfigureAwait(false);   // it may have been among them
            }
        }
        await joined.ThroughAsync().ConfigureAwait(false);
        tally.Edges += joined.Done + await _edges.PushAsync(WithCompanies, cancellationToken).ConfigureAwait(false);
        // The client has tried each call several times; a whole round of nothing but that is the portal's trouble, not the records'.
        if (tally.Settled == settled && tally.Trouble is { } trouble && !ReferenceEquals(trouble, before)) throw trouble;
    }

    /// <summary>Orders taken back since they were written last. They are in HubSpot, and so are their parents.</summary>
    /// <returns>Whether there were any.</returns>
    private async Task<bool> HurryAsync(Planner planner, PushTally tally, CancellationToken cancellationToken)
    {
        var any = false;
        for (; await planner.UrgentAsync(RecordObjects.Orders, options.PlanSize, cancellationToken).ConfigureAwait(false) is { Count: > 0 } items; any = true)
            if (!await HasMovedAsync(RecordObjects.Orders, items, cancellationToken).ConfigureAwait(false)) tally.Add(await _pusher.PushAsync(items, cancellationToken).ConfigureAwait(false));
        return any;
    }

    /// <summary>What people edit on both sides is looked at before it is overwritten.</summary>
    /// <returns>Whether it has changed there: then the plan is another one.</returns>
    private async Task<bool> HasMovedAsync(string @object, IReadOnlyList<PlanItem> items, CancellationToken cancellationToken) =>
        puller is not null && await puller.LookAsync(@object, [.. items.Where(puller.IsContested).Select(item => item.RecordId!)], cancellationToken).ConfigureAwait(false) > 0;

    /// <returns>Whether the object may be written at all.</returns>
    private async Task<bool> PushAsync(string @object, IReadOnlyList<PlanItem> items, PushTally tally, CancellationToken cancellationToken)
    {
        try
        {
            tally.Add(await _pusher.PushAsync(items, cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.ScopeMissing && @object == RecordObjects.Companies)
        {
            Companies!.LeaveOut(refused);
            return false;
        }
    }

    /// <summary>Records as the pushing of chosen ones takes them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Chosen(IEnumerable<(string Object, string Key)> records)
    {
        var keys = records.Distinct().ToLookup(record => record.Object, record => record.Key);
        return RecordObjects.InOrder.ToDictionary(@object => @object, @object => (IReadOnlyList<string>)[.. keys[@object]], StringComparer.Ordinal);
    }

    /// <summary>Pushes the chosen records and what joins them, and nothing else.</summary>
    /// <param name="chosen">Keys by object, of every object.</param>
    /// <exception cref="HubSpotException">The portal refuses us as a whole, or answers nothing of what was sent.</exception>
    public async Task RunAsync(Planner planner, IReadOnlyDictionary<string, IReadOnlyList<string>> chosen, PushTally tally, CancellationToken cancellationToken)
    {
        await Siblings.LinkAsync(database, connection, cancellationToken).ConfigureAwait(false);
        if (puller is not null) await puller.SettleAsync(cancellationToken).ConfigureAwait(false);
        var (settled, before) = (tally.Settled, tally.Trouble);
        if (Companies is not null && chosen[RecordObjects.Companies].Count > 0) await Companies.ReadyAsync(prepare: true, cancellationToken).ConfigureAwait(false);
        foreach (var @object in Writable(chosen))
        {
            var items = await planner.OfAsync(@object, chosen[@object], cancellationToken).ConfigureAwait(false);
            if (await HasMovedAsync(@object, items, cancellationToken).ConfigureAwait(false)) items = await planner.OfAsync(@object, chosen[@object], cancellationToken).ConfigureAwait(false);
            await PushAsync(@object, items, tally, cancellationToken).ConfigureAwait(false);
        }
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var @object in Writable(chosen))
            tally.Edges += await _edges.PushAsync(await database.ReadAsync(db => EdgeStore.WaitingAt(db, database.Dialect, connection, @object, chosen[@object], now, WithCompanies), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (tally.Settled == settled && tally.Trouble is { } trouble && !ReferenceEquals(trouble, before)) throw trouble;
    }

    private IEnumerable<string> Writable(IReadOnlyDictionary<string, IReadOnlyList<string>> chosen) => RecordObjects.InOrder.Where(o => chosen[o].Count > 0 && (o != RecordObjects.Companies || WithCompanies));

    /// <summary>What is still to be pushed.</summary>
    public Task<int> WaitingAsync(CancellationToken cancellationToken) => database.ReadAsync(db => Records(db) + EdgeStore.Count(db, connection, WithCompanies), cancellationToken);

    private int Records(DbConnection db) => db.ExecuteScalar<int>("select count(*) from record where connection = @connection and state = 1 and (@WithCompanies or object <> 'companies')", new { connection, WithCompanies });

    /// <summary>Pushes until nothing is left that is due soon.</summary>
    /// <exception cref="HubSpotException">As <see cref="RunAsync(Planner, PushTally, IProgress{SyncProgress}?, CancellationToken)"/>.</exception>
    public Task UntilSettledAsync(Planner planner, PushTally tally, CancellationToken cancellationToken) =>
        UntilSettledAsync(() => RunAsync(planner, tally, null, cancellationToken), () => DueInAsync(cancellationToken), cancellationToken);

    /// <summary>The same for the chosen records and nothing else.</summary>
    /// <param name="chosen">Keys by object, of every object.</param>
    /// <exception cref="HubSpotException">As <see cref="RunAsync(Planner, PushTally, IProgress{SyncProgress}?, CancellationToken)"/>.</exception>
    public Task UntilSettledAsync(Planner planner, IReadOnlyDictionary<string, IReadOnlyList<string>> chosen, PushTally tally, CancellationToken cancellationToken) =>
        UntilSettledAsync(() => RunAsync(planner, chosen, tally, cancellationToken), () => DueInAsync(chosen, cancellationToken), cancellationToken);

    private async Task UntilSettledAsync(Func<Task> runAsync, Func<Task<TimeSpan?>> dueInAsync, CancellationToken cancellationToken)
    {
        while (true)
        {
            await runAsync().ConfigureAwait(false);
            if (await dueInAsync().ConfigureAwait(false) is not { } due || due > LongestWait) return;
            await Task.Delay(due + TimeSpan.FromMilliseconds(1), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TimeSpan?> DueInAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> chosen, CancellationToken cancellationToken) => DueTime.Until(await database.ReadAsync(db =>
        Writable(chosen).Select(of => db.ExecuteScalar<long?>($"select min(due_at) from record where connection = @connection and object = @of and state = 1 and record_key {database.Dialect.Among("keys")}", new { connection, of, keys = chosen[of] })).Min(), cancellationToken).ConfigureAwait(false), time);

    /// <summary>When something is to be pushed next; null: nothing waits.</summary>
    public async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken) => DueTime.Until(await database.ReadAsync(db =>
        new[] { db.ExecuteScalar<long?>("select min(due_at) from record where connection = @connection and state = 1 and (@WithCompanies or object <> 'companies')", new { connection, WithCompanies }), EdgeStore.DueAt(db, connection, WithCompanies) }.Min(), cancellationToken).ConfigureAwait(false), time);

    /// <summary>What a round has before it. Counted once: to count a large import anew for each portion would take longer than sending it.</summary>
    private Task<(int Records, int Edges)> AheadAsync(CancellationToken cancellationToken) => database.ReadAsync(db => (
        Records(db),
        // Those that can be made now, and about one for each record yet to be made that hangs on another.
        EdgeStore.Count(db, connection, WithCompanies) + db.ExecuteScalar<int>("select count(*) from record where connection = @connection and state = 1 and record_id is null and object in ('orders', 'carts', 'line_items')", new { connection })), cancellationToken);

    private SyncProgress Progress(PushTally tally, int records, int edges, IReadOnlyList<CountedRecords> counted)
    {
        var waiting = Math.Max(0, records);   // more than were counted may have arrived meanwhile
        var calls = (waiting + 99) / 100 + (Math.Max(0, edges) + EdgePusher.Batch - 1) / EdgePusher.Batch;
        return new SyncProgress(connection, "pushing", 0, tally.Settled, waiting, calls, TimeSpan.FromSeconds(calls * 10.0 / portal.Budget.TenSecondLimit)) { Counts = counted };
    }
}

internal static partial class MappingLog
{
    [LoggerMessage(4205, LogLevel.Warning, "{Connection}: the template of {Object} {Key} {Property} fails: {Problem}. The property stays as it is; the rest of the record is written")]
    public static partial void Unrendered(ILogger logger, string connection, string @object, string key, string property, string problem);
}
