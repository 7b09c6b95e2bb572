using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Carts;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Privacy;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync;

/// <summary>The work of one connection, step by step: prepare, read, enter into the ledger, push.</summary>
internal sealed class ConnectionWorker
{
    private static readonly TimeSpan DeliveriesRemembered = TimeSpan.FromDays(7);
    private static readonly TimeSpan BetweenAskingAgain = TimeSpan.FromSeconds(10);
    private const int ReasonsTold = 10;
    private readonly SyncDatabase _database;
    private readonly Connection _connection;
    private readonly TimeProvider _time;
    private readonly LedgerFeed _feed;
    private readonly StoreReader _reader;
    private readonly StoreFacts _facts;
    private readonly SyncOptions _options;
    private readonly ILogger _logger;
    private readonly WritesBack _back;
    private readonly IReadOnlyList<ConsentRound> _consents;
    private readonly StoppedRecords _stopped;
    private readonly Canary _canary;
    private readonly BothEnds _ends;
    private readonly HealthNotes _health;
    private readonly Eraser _eraser;
    private readonly CartRound _carts;
    private Round? _round;
    private DateTimeOffset _preparedAt;
    private DateTimeOffset _askedAgainAt;

    public ConnectionWorker(SyncDatabase database, ChangeIntake intake, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
    {
        (_database, _connection, _options, _time, _logger) = (database, connection, options, time, logger);
        _feed = new LedgerFeed(database, logger);
        _reader = new StoreReader(database, intake, _feed, connection, options, time, logger);
        _facts = new StoreFacts(database, connection, time, logger);
        _back = new WritesBack(database, intake, connection, _feed, time, logger);
        _consents = ConsentRound.Of(database, intake, connection, time, logger);
        _eraser = new Eraser(database, connection, _feed, time, logger);
        _carts = new CartRound(database, connection, time);
        _stopped = new StoppedRecords(database, connection.Portal, connection.Name, time);
        _canary = new Canary(database, connection.Name);
        _ends = new BothEnds(database, connection, time);
        _health = new HealthNotes(database, connection.Name, time);
    }

    public string Name => _connection.Name;

    /// <summary>Somebody has looked at the first records and let the others follow.</summary>
    /// <returns>Whether anything waited for that.</returns>
    public async Task<bool> ApproveAsync(CancellationToken cancellationToken)
    {
        if (!await AwaitsApprovalAsync(cancellationToken).ConfigureAwait(false)) return false;
        await _canary.ApproveAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>What is made anew when the portal has been prepared: it knows the portal's stages.</summary>
    private sealed record Round(Planner Planner, Puller Puller, Adoption Adoption, PushRound Push, MappingExamples Mapping);

    /// <summary>A complete pass: everything read, everything pushed, what waited in quarantine tried once more.</summary>
    public Task<PassSummary> PassAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken) => _health.OfAsync(async () =>
    {
        var started = _time.GetTimestamp();
        var calls = _connection.Portal.CallCount;
        progress?.Report(new SyncProgress(Name, SyncProgress.Preparing, 0, 0, 0, 0, TimeSpan.Zero));
        var round = await PrepareAsync(anew: true, cancellationToken).ConfigureAwait(false);
        await _carts.AskedAsync(cancellationToken).ConfigureAwait(false);
        var read = await ReadAsync(progress, cancellationToken).ConfigureAwait(false);
        await round.Mapping.CheckAsync(cancellationToken).ConfigureAwait(false);
        var pulled = await round.Puller.PullAsync(poll: true, cancellationToken).ConfigureAwait(false);
        await _eraser.RunAsync(cancellationToken).ConfigureAwait(false);
        await round.Adoption.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        var tally = new PushTally(Name);
        var back = await DenyAsync(cancellationToken).ConfigureAwait(false);
        // What has to be tried again is tried again within the pass, as long as that is soon.
        while (await MayPushAsync(round, tally, cancellationToken).ConfigureAwait(false))
        {
            back += await _back.RunAsync(round.Puller, cancellationToken).ConfigureAwait(false);
            back += await AgreeAsync(cancellationToken).ConfigureAwait(false);
            await round.Push.RunAsync(round.Planner, tally, progress, cancellationToken).ConfigureAwait(false);
            back += await AgreeAsync(cancellationToken).ConfigureAwait(false);   // of people whose record has just been made
            if (await DueInAsync(round, cancellationToken).ConfigureAwait(false) is not { } due || due > PushRound.LongestWait) break;
            await Task.Delay(due + TimeSpan.FromMilliseconds(1), _time, cancellationToken).ConfigureAwait(false);
        }
        if (pulled + back > 0) PullLog.Round(_logger, Name, pulled, back);
        var waiting = await round.Push.WaitingAsync(cancellationToken).ConfigureAwait(false);
        var quarantined = await _health.OverAsync(waiting, cancellationToken).ConfigureAwait(false);
        if (waiting > 0 && tally.Trouble is { } trouble) throw trouble;
        var counts = await _ends.CountAsync(cancellationToken).ConfigureAwait(false);
        return new PassSummary(Name, read, new WriteCounts(tally.Created, tally.Updated, tally.Unchanged, tally.Archived), _connection.Portal.CallCount - calls, quarantined,
            waiting == 0 && quarantined == 0, Math.Round(_time.GetElapsedTime(started).TotalSeconds, 3))
        {
            AwaitsApproval = await AwaitsApprovalAsync(cancellationToken).ConfigureAwait(false),
            Counts = counts,
            PulledFields = pulled,
            WrittenBack = back,
            Quarantine = quarantined == 0 ? [] : await _database.ReadAsync(db => QuarantineStore.Groups(db, Name, ReasonsTold), cancellationToken).ConfigureAwait(false),
        };
    }, cancellationToken);

    /// <summary>Live: takes in and pushes what has arrived; asks the store too when it is time.</summary>
    public Task<StepSummary> StepAsync(bool poll, CancellationToken cancellationToken) => _health.OfAsync(async () =>
    {
        var round = await PrepareAsync(anew: false, cancellationToken).ConfigureAwait(false);
        var tally = new PushTally(Name);
        var (before, calls) = (_feed.Entered, _connection.Portal.CallCount);
        var pulled = 0;
        await AskAgainAsync(cancellationToken).ConfigureAwait(false);
        poll |= await _carts.IsDueAsync(cancellationToken).ConfigureAwait(false) && await _reader.IsCompleteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (poll) await _carts.AskedAsync(cancellationToken).ConfigureAwait(false);
            if (poll) await ReadAsync(null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A store that does not answer holds up nothing of what it has told us already.
            if (!cancellationToken.IsCancellationRequested) pulled = await PushHeardAsync(round, poll, tally, cancellationToken).ConfigureAwait(false);
        }
        // Before all of the store is known, or while first records wait to be looked at, nothing goes to either side, however long it has been due.
        var open = await Phase.IsOpenAsync(_database, _connection, cancellationToken).ConfigureAwait(false);
        var back = open ? await _back.RunAsync(round.Puller, cancellationToken).ConfigureAwait(false) : 0;
        if (back > 0) await round.Push.RunAsync(round.Planner, tally, null, cancellationToken).ConfigureAwait(false);
        await _health.OverAsync(await round.Push.WaitingAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await _ends.AfterAsync(tally.Created + tally.Archived > 0, cancellationToken).ConfigureAwait(false);
        var complete = await _reader.IsCompleteAsync(cancellationToken).ConfigureAwait(false);
        var due = open ? await DueInAsync(round, cancellationToken).ConfigureAwait(false) : null;
        return new StepSummary(Name, poll, _feed.Entered - before, tally.Written, tally.Quarantined, due) { Pulled = pulled, WrittenBack = back, Pace = PaceAfter(_connection.Portal.CallCount - calls), CartsDueIn = complete ? await _carts.DueInAsync(cancellationToken).ConfigureAwait(false) : null };
    }, cancellationToken);

    /// <summary>What the store lacks is told before it is read for the first time. Later the reading comes first: a store that is silent is not waited for twice.</summary>
    private async Task<ReadCounts> ReadAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var first = !await _reader.IsCompleteAsync(cancellationToken).ConfigureAwait(false);
        if (first) await _facts.TellAsync(cancellationToken).ConfigureAwait(false);
        var read = await _reader.ReadAsync(progress, cancellationToken).ConfigureAwait(false);
        if (!first) await _facts.TellAsync(cancellationToken).ConfigureAwait(false);
        return read;
    }

    // Rounds as fast as they can be would use the limit up in seconds, and the next change would wait for the rest of the ten; spread out, each waits a little and more changes share a round.
    private TimeSpan PaceAfter(long calls) => _connection.Portal.Budget is { } budget && budget.TenSecondUsed * 2 > budget.TenSecondLimit ? TimeSpan.FromSeconds(Math.Min(1, calls * 10.0 / budget.TenSecondLimit)) : TimeSpan.Zero;

    /// <summary>What the store would not answer for is asked for again, though not with each of many quick rounds.</summary>
    private async Task AskAgainAsync(CancellationToken cancellationToken)
    {
        if (_time.GetUtcNow() - _askedAgainAt < BetweenAskingAgain) return;
        await _database.WriteAsync((db, transaction) => IntakeStore.RetryNamed(db, transaction, Name), cancellationToken).ConfigureAwait(false);
        _askedAgainAt = _time.GetUtcNow();
    }

    /// <summary>Takes in and pushes what we have been told. Nothing is made before all of the store is known and what HubSpot has already has been taken over.</summary>
    /// <returns>What was found changed in HubSpot.</returns>
    private async Task<int> PushHeardAsync(Round round, bool poll, PushTally tally, CancellationToken cancellationToken)
    {
        var unheard = await HeardByStoreAsync(async stop => await _feed.DrainAsync(_connection, stop).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await _eraser.RunAsync(cancellationToken).ConfigureAwait(false);
        if (!await _reader.IsCompleteAsync(cancellationToken).ConfigureAwait(false))
        {
            unheard?.Throw();
            return 0;
        }
        await round.Mapping.CheckAsync(cancellationToken).ConfigureAwait(false);
        await round.Adoption.RunAsync(cancellationToken).ConfigureAwait(false);
        var pulled = await round.Puller.PullAsync(poll, cancellationToken).ConfigureAwait(false);
        await _eraser.RunAsync(cancellationToken).ConfigureAwait(false);   // people erased in HubSpot
        var silent = await HeardByStoreAsync(DenyAsync, cancellationToken).ConfigureAwait(false);
        if (await MayPushAsync(round, tally, cancellationToken).ConfigureAwait(false))
        {
            silent ??= await HeardByStoreAsync(AgreeAsync, cancellationToken).ConfigureAwait(false);   // ahead of every other write
            await round.Push.RunAsync(round.Planner, tally, null, cancellationToken).ConfigureAwait(false);
            if (silent is null) await AgreeAsync(cancellationToken).ConfigureAwait(false);   // of people whose record has just been made
        }
        (silent ?? unheard)?.Throw();
        return pulled;
    }

    /// <summary>While a backlog is pushed: what arrives is entered into the ledger, and consent goes out.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await HeardByStoreAsync(async stop => await _feed.DrainAsync(_connection, stop).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);   // the next round says so
        await HeardByStoreAsync(AgreeAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A store that does not answer holds up nothing that goes to HubSpot.</summary>
    /// <returns>Why the store does not answer, to be told when the rest is done; null: it does.</returns>
    private static async Task<ExceptionDispatchInfo?> HeardByStoreAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StoreException silent)
        {
            return ExceptionDispatchInfo.Capture(silent);
        }
    }

    /// <summary>A denial waits for nobody to look at first records.</summary>
    private async Task<int> DenyAsync(CancellationToken cancellationToken)
    {
        var carried = 0;
        if (_connection.Canary)
            foreach (var consents in _consents) carried += await consents.DenyAsync(cancellationToken).ConfigureAwait(false);
        return carried;
    }

    /// <summary>Whether everything may be written. Of a connection with a canary that is so once somebody has looked at its first records, which are written here.</summary>
    private async Task<bool> MayPushAsync(Round round, PushTally tally, CancellationToken cancellationToken)
    {
        if (!_connection.Canary) return true;
        if (await _canary.IsDueAsync(cancellationToken).ConfigureAwait(false))
        {
            await round.Push.RunAsync(round.Planner, await _canary.ChooseAsync(cancellationToken).ConfigureAwait(false), tally, cancellationToken).ConfigureAwait(false);
            await _canary.SentAsync(cancellationToken).ConfigureAwait(false);
        }
        return !await _canary.WaitsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries over who agrees to marketing and who does not.</summary>
    private async Task<int> AgreeAsync(CancellationToken cancellationToken)
    {
        var carried = 0;
        foreach (var consents in _consents) carried += await consents.RunAsync(cancellationToken).ConfigureAwait(false);
        return carried;
    }

    /// <summary>When something is due next, to HubSpot or to the store; null: nothing waits.</summary>
    private async Task<TimeSpan?> DueInAsync(Round round, CancellationToken cancellationToken) =>
        new[] { await round.Push.DueInAsync(cancellationToken).ConfigureAwait(false), await _back.DueInAsync(cancellationToken).ConfigureAwait(false) }.Min();

    private async Task<bool> AwaitsApprovalAsync(CancellationToken cancellationToken) => _connection.Canary && await _canary.WaitsAsync(cancellationToken).ConfigureAwait(false);

    private async Task<Round> PrepareAsync(bool anew, CancellationToken cancellationToken)
    {
        // Again now and then: pipelines and properties are changed by people, and what was refused may have been mended.
        if (!anew && _round is not null && _time.GetUtcNow() - _preparedAt < TimeSpan.FromHours(1)) return _round;
        var preparation = new PortalPreparation(_database, _connection);
        var stages = await preparation.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await _stopped.LookAgainAsync(cancellationToken).ConfigureAwait(false);
        var waits = await AwaitsApprovalAsync(cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync((db, transaction) =>
        {
            if (!waits) QuarantineStore.RetryAll(db, transaction, Name);   // whoever looks at the first records has to see which were refused
            MappingMarks.Run(db, transaction, _connection);
            var before = (_time.GetUtcNow() - DeliveriesRemembered).ToUnixTimeMilliseconds();
            IntakeStore.Sweep(db, transaction, Name, before);
            PortalEventStore.Sweep(db, transaction, Name, before);
        }, cancellationToken).ConfigureAwait(false);
        await WrittenStore.SweepAsync(_database, Name, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        _preparedAt = _time.GetUtcNow();
        var reader = DesiredReader.Of(_database.Dialect, _connection, stages);
        var puller = new Puller(_database, _connection, reader, _consents, _options, _time);
        var adoption = new Adoption(_database, _connection, reader, _time);
        var push = new PushRound(_database, _connection.Portal, Name, _options, _time, _logger, puller, ListenAsync, _ends) { Companies = new CompanyRound(_database, _connection, preparation, adoption, _logger), Carts = _carts };
        return _round = new Round(new Planner(_database, Name, reader, _time), puller, adoption, push, new MappingExamples(_database, _connection, reader, preparation.Properties));
    }
}
