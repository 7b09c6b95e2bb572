using System.Globalization;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync;

/// <summary>The work of one connection, step by step: prepare, read, enter into the ledger, push.</summary>
internal sealed class ConnectionWorker
{
    private static readonly TimeSpan DeliveriesRemembered = TimeSpan.FromDays(7);
    private static readonly TimeSpan WaitedForInAPass = TimeSpan.FromSeconds(20);
    private const int ReasonsTold = 10;
    private readonly SyncDatabase _database;
    private readonly Connection _connection;
    private readonly TimeProvider _time;
    private readonly LedgerFeed _feed;
    private readonly StoreReader _reader;
    private readonly PushRound _push;
    private readonly StoppedRecords _stopped;
    private Planner? _planner;
    private DateTimeOffset _preparedAt;

    public ConnectionWorker(SyncDatabase database, ChangeIntake intake, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
    {
        (_database, _connection, _time) = (database, connection, time);
        _feed = new LedgerFeed(database, logger);
        _reader = new StoreReader(database, intake, _feed, connection, options, time);
        _push = new PushRound(database, connection.Portal, connection.Name, options, time, logger);
        _stopped = new StoppedRecords(database, connection.Portal, connection.Name);
    }

    public string Name => _connection.Name;

    /// <summary>A complete pass: everything read, everything pushed, what waited in quarantine tried once more.</summary>
    public Task<PassSummary> PassAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken) => NotingAsync(async () =>
    {
        var started = _time.GetTimestamp();
        var calls = _connection.Portal.CallCount;
        var planner = await PrepareAsync(anew: true, cancellationToken).ConfigureAwait(false);
        var read = await _reader.ReadAsync(progress, cancellationToken).ConfigureAwait(false);
        var tally = new PushTally(Name);
        // What has to be tried again is tried again within the pass, as long as that is soon.
        while (true)
        {
            await _push.RunAsync(planner, tally, progress, cancellationToken).ConfigureAwait(false);
            if (await _push.DueInAsync(cancellationToken).ConfigureAwait(false) is not { } due || due > WaitedForInAPass) break;
            await Task.Delay(due + TimeSpan.FromMilliseconds(1), _time, cancellationToken).ConfigureAwait(false);
        }
        var (waiting, quarantined) = await NoteAsync(cancellationToken).ConfigureAwait(false);
        if (waiting > 0 && tally.Trouble is { } trouble) throw trouble;
        return new PassSummary(Name, read, new WriteCounts(tally.Created, tally.Updated, tally.Unchanged, tally.Archived), _connection.Portal.CallCount - calls, quarantined,
            waiting == 0 && quarantined == 0, Math.Round(_time.GetElapsedTime(started).TotalSeconds, 3))
        {
            Quarantine = quarantined == 0 ? [] : await _database.ReadAsync(db => QuarantineStore.Groups(db, Name, ReasonsTold), cancellationToken).ConfigureAwait(false),
        };
    }, cancellationToken);

    /// <summary>Live: takes in and pushes what has arrived; asks the store too when it is time.</summary>
    public Task<StepSummary> StepAsync(bool poll, CancellationToken cancellationToken) => NotingAsync(async () =>
    {
        var planner = await PrepareAsync(anew: false, cancellationToken).ConfigureAwait(false);
        var tally = new PushTally(Name);
        var before = _feed.Entered;
        try
        {
            if (poll) await _reader.ReadAsync(null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A store that does not answer holds up nothing of what it has told us already.
            if (!cancellationToken.IsCancellationRequested)
            {
                await _feed.DrainAsync(_connection, cancellationToken).ConfigureAwait(false);
                await _push.RunAsync(planner, tally, null, cancellationToken).ConfigureAwait(false);
            }
        }
        await NoteAsync(cancellationToken).ConfigureAwait(false);
        return new StepSummary(Name, poll, _feed.Entered - before, tally.Written, tally.Quarantined, await _push.DueInAsync(cancellationToken).ConfigureAwait(false));
    }, cancellationToken);

    private async Task<Planner> PrepareAsync(bool anew, CancellationToken cancellationToken)
    {
        // Again now and then: pipelines and properties are changed by people, and what was refused may have been mended.
        if (!anew && _planner is not null && _time.GetUtcNow() - _preparedAt < TimeSpan.FromHours(1)) return _planner;
        var preparation = new PortalPreparation(_database, _connection);
        var stages = await preparation.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await _stopped.LookAgainAsync(cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync((db, transaction) =>
        {
            QuarantineStore.RetryAll(db, transaction, Name);
            IntakeStore.Sweep(db, transaction, Name, (_time.GetUtcNow() - DeliveriesRemembered).ToUnixTimeMilliseconds());
        }, cancellationToken).ConfigureAwait(false);
        await WrittenStore.SweepAsync(_database, Name, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        _preparedAt = _time.GetUtcNow();
        return _planner = new Planner(_database, Name, new DesiredState(Name, _connection.StoreUrl, stages), _time);
    }

    private async Task<(int Waiting, int Quarantined)> NoteAsync(CancellationToken cancellationToken)
    {
        var waiting = await _push.WaitingAsync(cancellationToken).ConfigureAwait(false);
        var quarantined = await _database.ReadAsync(db => QuarantineStore.Count(db, Name), cancellationToken).ConfigureAwait(false);
        await NoteAsync(waiting + quarantined == 0 ? ConnectionHealth.InStep : ConnectionHealth.Behind, "", cancellationToken).ConfigureAwait(false);
        return (waiting, quarantined);
    }

    /// <summary>Whoever looks at the console learns why it does not go on.</summary>
    private async Task<T> NotingAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HubSpotException or StoreException && !cancellationToken.IsCancellationRequested)
        {
            var unreachable = failure is HubSpotException { Kind: HubSpotErrorKind.Unreachable or HubSpotErrorKind.Unavailable } or StoreException { IsTransient: true };
            await NoteAsync(unreachable ? ConnectionHealth.Unreachable : ConnectionHealth.Refused, HealthNote.Of(failure), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private Task NoteAsync(ConnectionHealth health, string text, CancellationToken cancellationToken) => _database.WriteAsync((db, transaction) =>
    {
        Cursors.Put(db, transaction, Name, "health", health.ToString());
        Cursors.Put(db, transaction, Name, "health-text", text);
        Cursors.Put(db, transaction, Name, "last-pass", _time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
    }, cancellationToken);
}
