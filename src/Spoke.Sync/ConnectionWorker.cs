using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync;

/// <summary>The work of one connection, step by step: prepare, read, take in, push.</summary>
internal sealed class ConnectionWorker(SyncDatabase database, ChangeIntake intake, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
{
    private const string FullReadDone = "full-read";
    private readonly LedgerFeed _feed = new(database, logger);
    private readonly OutcomeStore _outcomes = new(database, connection.Name, time);
    private Planner? _planner;
    private DateTimeOffset _preparedAt;

    public string Name => connection.Name;

    /// <summary>A complete pass: everything read, everything pushed.</summary>
    public async Task<PassSummary> PassAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var calls = connection.Portal.CallCount;
        var planner = await PrepareAsync(cancellationToken).ConfigureAwait(false);
        var read = await ReadStoreAsync(progress, cancellationToken).ConfigureAwait(false);
        var written = new Tally();
        // What has to be tried again is tried again within the pass, as long as each round gets something done.
        while (true)
        {
            await PushAllAsync(planner, written, progress, cancellationToken).ConfigureAwait(false);
            if (await DueInAsync(cancellationToken).ConfigureAwait(false) is not { } due || due > TimeSpan.FromSeconds(20)) break;
            await Task.Delay(due + TimeSpan.FromMilliseconds(1), time, cancellationToken).ConfigureAwait(false);
        }
        var (waiting, quarantined) = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await NoteAsync(quarantined > 0 || waiting > 0 ? ConnectionHealth.Behind : ConnectionHealth.InStep, "", cancellationToken).ConfigureAwait(false);
        return new PassSummary(Name, read, new WriteCounts(written.Created, written.Updated, written.Unchanged, written.Archived), connection.Portal.CallCount - calls, quarantined,
            waiting == 0 && quarantined == 0, Math.Round(time.GetElapsedTime(started).TotalSeconds, 3));
    }

    /// <summary>Live: takes in and pushes what has arrived; asks the store too when it is time.</summary>
    /// <returns>When something is due again; null: nothing waits.</returns>
    public async Task<TimeSpan?> StepAsync(bool poll, CancellationToken cancellationToken)
    {
        try
        {
            var planner = await PrepareAsync(cancellationToken).ConfigureAwait(false);
            if (poll) await ReadStoreAsync(null, cancellationToken).ConfigureAwait(false);
            await _feed.DrainAsync(connection, cancellationToken).ConfigureAwait(false);
            await PushAllAsync(planner, new Tally(), null, cancellationToken).ConfigureAwait(false);
            var (waiting, quarantined) = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await NoteAsync(waiting + quarantined == 0 ? ConnectionHealth.InStep : ConnectionHealth.Behind, "", cancellationToken).ConfigureAwait(false);
            return await DueInAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HubSpotException or StoreException)
        {
            var health = failure is HubSpotException { Kind: not (HubSpotErrorKind.Unreachable or HubSpotErrorKind.Unavailable) } or StoreException { IsTransient: false } ? ConnectionHealth.Refused : ConnectionHealth.Unreachable;
            await NoteAsync(health, HealthNote.Of(failure), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Planner> PrepareAsync(CancellationToken cancellationToken)
    {
        // Read again now and then: pipelines and properties are changed by people.
        if (_planner is not null && time.GetUtcNow() - _preparedAt < TimeSpan.FromHours(1)) return _planner;
        var stages = await PortalPreparation.PrepareAsync(connection.Portal, cancellationToken).ConfigureAwait(false);
        _preparedAt = time.GetUtcNow();
        return _planner = new Planner(database, Name, new DesiredState(Name, connection.StoreUrl, stages), time);
    }

    private async Task<ReadCounts> ReadStoreAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<EntityKind, int>();
        async Task TakeAsync(StorePage page, string cursor)
        {
            await intake.AppendAsync(Name, page.Changes, (cursor, page.Cursor), cancellationToken).ConfigureAwait(false);
            foreach (var change in page.Changes) counts[change.Kind] = counts.GetValueOrDefault(change.Kind) + 1;
            await _feed.DrainAsync(connection, cancellationToken).ConfigureAwait(false);
            progress?.Report(new SyncProgress(Name, "reading", counts.Values.Sum(), 0, 0, 0, TimeSpan.Zero));
        }
        if (await CursorAsync(FullReadDone, cancellationToken).ConfigureAwait(false) is not { } since)
        {
            // Changes made while the full read runs are read again afterwards: the time is taken before it begins.
            since = await CursorAsync("full-read-began", cancellationToken).ConfigureAwait(false) ?? time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
            await KeepCursorAsync("full-read-began", since, cancellationToken).ConfigureAwait(false);
            foreach (var kind in EntityKinds.All)
            {
                var name = "all-" + kind.Word();
                await foreach (var page in connection.Store.ReadAllAsync(kind, await CursorAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
                    await TakeAsync(page, name).ConfigureAwait(false);
            }
            await KeepCursorAsync(FullReadDone, since, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var from = DateTimeOffset.Parse(since, CultureInfo.InvariantCulture) - options.Overlap;
            await foreach (var page in connection.Store.ReadChangesAsync(await CursorAsync("changes", cancellationToken).ConfigureAwait(false), from, cancellationToken).ConfigureAwait(false))
                await TakeAsync(page, "changes").ConfigureAwait(false);
        }
        await _feed.DrainAsync(connection, cancellationToken).ConfigureAwait(false);
        return new ReadCounts(counts.GetValueOrDefault(EntityKind.Customer), counts.GetValueOrDefault(EntityKind.Order), counts.GetValueOrDefault(EntityKind.Variant), counts.GetValueOrDefault(EntityKind.Cart));
    }

    private async Task PushAllAsync(Planner planner, Tally tally, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var pusher = new Pusher(connection.Portal, _outcomes, logger);
        foreach (var @object in RecordObjects.InOrder)
        {
            while (await planner.NextAsync(@object, options.PlanSize, cancellationToken).ConfigureAwait(false) is { Count: > 0 } items)
            {
                var outcomes = await pusher.PushAsync(items, cancellationToken).ConfigureAwait(false);
                tally.Add(outcomes);
                if (progress is not null) progress.Report(await ProgressAsync(tally, cancellationToken).ConfigureAwait(false));
            }
        }
        await new EdgePusher(database, connection.Portal, Name).PushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<SyncProgress> ProgressAsync(Tally tally, CancellationToken cancellationToken)
    {
        var (waiting, _) = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var callsLeft = (waiting + 99) / 100;
        return new SyncProgress(Name, "pushing", 0, tally.Created + tally.Updated + tally.Unchanged + tally.Archived, waiting, callsLeft, TimeSpan.FromSeconds(callsLeft * 10.0 / connection.Portal.Budget.TenSecondLimit));
    }

    private Task<(int Waiting, int Quarantined)> OpenAsync(CancellationToken cancellationToken) => database.ReadAsync(db => (
        db.ExecuteScalar<int>("select (select count(*) from record where connection = @Name and state = 1) + (select count(*) from edge where connection = @Name and state in (0, 2))", new { Name }),
        db.ExecuteScalar<int>("select (select count(*) from record where connection = @Name and state = 2) + (select count(*) from intake where connection = @Name and state = 2)", new { Name })), cancellationToken);

    private async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken)
    {
        var due = await database.ReadAsync(db => db.ExecuteScalar<long?>("select min(due_at) from record where connection = @Name and state = 1", new { Name }), cancellationToken).ConfigureAwait(false);
        if (due is not { } at) return null;
        var wait = DateTimeOffset.FromUnixTimeMilliseconds(at) - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private Task<string?> CursorAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(db => Cursors.Get(db, Name, name), cancellationToken);

    private Task KeepCursorAsync(string name, string value, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, Name, name, value), cancellationToken);

    private Task NoteAsync(ConnectionHealth health, string text, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        Cursors.Put(db, transaction, Name, "health", health.ToString());
        Cursors.Put(db, transaction, Name, "health-text", text);
        Cursors.Put(db, transaction, Name, "last-pass", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
    }, cancellationToken);

    private sealed class Tally
    {
        public int Created { get; private set; }
        public int Updated { get; private set; }
        public int Unchanged { get; private set; }
        public int Archived { get; private set; }

        public void Add(IEnumerable<PushOutcome> outcomes)
        {
            foreach (var outcome in outcomes)
                switch (outcome.Result)
                {
                    case PushResult.Written when outcome.Created: Created++; break;
                    case PushResult.Written: Updated++; break;
                    case PushResult.Unchanged: Unchanged++; break;
                    case PushResult.Archived: Archived++; break;
                }
        }
    }
}
