using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Privacy;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>Takes changes from the intake into the ledger, page by page. One that cannot be taken waits in quarantine and holds up none of the others.</summary>
internal sealed class LedgerFeed(SyncDatabase database, ILogger logger)
{
    private const int Page = 500;
    private readonly HashSet<(string Connection, string Sku)> _skusTold = [];
    private string? _ruled;   // the connection of which the ledger counts unpaid orders as it is told

    private sealed record Reading(WaitingChange Waiting, IReadOnlyList<LedgerEntity> Entities, string? Problem)
    {
        /// <summary>Read from the store by us, not pushed to us.</summary>
        public bool Fresh { get; init; }
    }

    /// <summary>Changes so far after which the ledger said something else than before; repeats are not among them.</summary>
    public int Entered { get; private set; }

    /// <summary>Enters everything that waits. What the store does not answer for goes into quarantine if it answers for others, and waits if it answers for none.</summary>
    /// <param name="answers">Whether the store has just answered something else.</param>
    /// <returns>How many changes were taken, repeats among them.</returns>
    /// <exception cref="StoreException">Some of it is only named, and the store does not answer. Everything else has been entered.</exception>
    public async Task<int> DrainAsync(Connection connection, CancellationToken cancellationToken, bool answers = false)
    {
        if (_ruled != connection.Name)
        {
            await UnpaidOrders.FollowAsync(database, connection, cancellationToken).ConfigureAwait(false);
            _ruled = connection.Name;
        }
        var (taken, after, left) = (0, 0L, false);
        var reads = new NamedReads(connection.Store, answers);
        while (true)
        {
            var waiting = await database.ReadAsync(db => IntakeStore.Waiting(db, connection.Name, after, Page), cancellationToken).ConfigureAwait(false);
            if (waiting.Count == 0) break;
            after = waiting[^1].Seq;
            var readings = await ReadPageAsync(connection.Store, reads, waiting, cancellationToken).ConfigureAwait(false);
            left |= readings.Count < waiting.Count;
            await TakeAsync(connection.Name, readings, cancellationToken).ConfigureAwait(false);
            taken += readings.Count;
        }
        if (left && reads.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        return taken;
    }

    /// <returns>Without those that the store has not answered for and that wait.</returns>
    private async Task<List<Reading>> ReadPageAsync(IStoreConnector store, NamedReads reads, List<WaitingChange> waiting, CancellationToken cancellationToken)
    {
        reads.NextPage();
        var readings = new List<Reading>(waiting.Count);
        var refused = new List<(WaitingChange Row, StoreException Why)>();
        foreach (var row in waiting)
        {
            if (!row.Change.IsOnlyNamed)
            {
                readings.Add(row is { Deleted: not 0, Payload.Length: 0 } ? new Reading(row, [], null) : Normalised(store, row, row.Change));
                continue;
            }
            try
            {
                var (isRead, now, refusal) = await reads.ReadAsync(row, cancellationToken).ConfigureAwait(false);
                if (isRead) readings.Add(now is null ? new Reading(row, [], null) : Normalised(store, row, now));
                else if (refusal is not null) refused.Add((row, refusal));
            }
            catch (Exception wrong) when (wrong is not OperationCanceledException)
            {
                readings.Add(Unreadable(row, wrong));
            }
        }
        if (reads.Answers) readings.AddRange(refused.Select(one => Unreadable(one.Row, one.Why)));
        return readings;
    }

    private async Task TakeAsync(string connection, List<Reading> readings, CancellationToken cancellationToken)
    {
        if (readings.Count == 0) return;
        List<Reading> news;
        try
        {
            news = await EnterAsync(connection, readings, apart: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is not (StorageException or OperationCanceledException or DbException))
        {
            news = await EnterAsync(connection, readings, apart: true, cancellationToken).ConfigureAwait(false);
        }
        Entered += news.Count;
        foreach (var notice in await NoticesAsync(connection, [.. news.SelectMany(reading => reading.Entities)], cancellationToken).ConfigureAwait(false)) LedgerLog.Notice(logger, connection, notice.Kind, notice.Text);
        foreach (var (kind, count) in readings.CountBy(reading => reading.Waiting.Kind)) await database.GrewAsync(Growth.Entered, $"{kind}", count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What somebody should look at in the store; of a SKU that several variants have, once.</summary>
    private async Task<List<LedgerNotice>> NoticesAsync(string connection, List<LedgerEntity> entities, CancellationToken cancellationToken)
    {
        var notices = entities.SelectMany(entity => entity switch { Order order => LedgerNotice.Of(order), Customer customer => LedgerNotice.Of(customer), _ => [] }).ToList();
        var skus = entities.OfType<Variant>().Select(variant => LedgerColumns.Of(variant).Sku).OfType<string>().Distinct().ToList();
        if (skus.Count == 0) return notices;
        var shared = await database.ReadAsync(db => SharedSkus.Of(db, database.Dialect, connection, skus), cancellationToken).ConfigureAwait(false);
        return [.. notices, .. shared.Where(one => _skusTold.Add((connection, one.Sku))).Select(one => one.Notice)];
    }

    /// <param name="apart">Each behind a savepoint of its own, so that one that cannot be entered takes none of the others with it. That is dear, and hardly ever needed.</param>
    private Task<List<Reading>> EnterAsync(string connection, IReadOnlyList<Reading> readings, bool apart, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        ChangeSource.Claim(db, transaction, connection, null);   // marks of others than changes
        if (UnpaidOrders.Count(db, connection)) readings = [.. readings.Select(reading => reading with { Entities = [.. reading.Entities.Select(entity => UnpaidOrders.Marked(entity, count: true))] })];
        var tombstones = Tombstones.Of(db, transaction, connection);
        var fullRead = Cursors.AreReadingAll(db, connection);
        // An entity that is entered apart may be taken back, and what was asked of the ledger is said of the page as a whole.
        var page = apart || readings.Any(reading => reading.Waiting.Kind == (int)EntityKind.Customer) ? null : LedgerPage.Of(db, transaction, database.Dialect, connection, [.. readings.SelectMany(reading => reading.Entities)]);
        var entered = new List<WaitingChange>(readings.Count);
        var news = readings.Where(reading => apart ? EnterApart(db, transaction, connection, reading, tombstones, fullRead, entered) : Enter(db, transaction, connection, reading, tombstones, fullRead, page, entered)).ToList();
        IntakeStore.Entered(db, transaction, database.Dialect, connection, entered);
        if (fullRead) LedgerStore.Seen(db, transaction, connection, readings.Except(news.Where(reading => reading.Entities.Count == 1)).SelectMany(reading => reading.Entities.Select(entity => (entity.Kind, entity.PlatformId, reading.Waiting.Received_At))));
        return news;
    }, cancellationToken);

    private Reading Normalised(IStoreConnector store, WaitingChange row, StoreChange change)
    {
        try
        {
            return new Reading(row, store.Normalise(change), null) { Fresh = row.Delivery_Id is null || row.Change.IsOnlyNamed };
        }
        catch (Exception wrong)   // whatever a store's bytes provoke is a matter of those bytes alone
        {
            return Unreadable(row, wrong);
        }
    }

    private bool EnterApart(DbConnection db, DbTransaction transaction, string connection, Reading reading, Tombstones? tombstones, bool fullRead, List<WaitingChange> entered)
    {
        transaction.Save("change");
        try
        {
            var changed = Enter(db, transaction, connection, reading, tombstones, fullRead, null, entered);
            transaction.Release("change");
            return changed;
        }
        catch (Exception wrong) when (wrong is not DbException)
        {
            transaction.Rollback("change");
            transaction.Release("change");
            IntakeStore.Quarantine(db, transaction, connection, reading.Waiting, Unreadable(reading.Waiting, wrong).Problem!);
            return false;
        }
    }

    private bool Enter(DbConnection db, DbTransaction transaction, string connection, Reading reading, Tombstones? tombstones, bool fullRead, LedgerPage? page, List<WaitingChange> entered)
    {
        var (waiting, entities, problem) = reading;
        // What a push named and the store does not have any more is gone.
        var gone = problem is null && waiting.Payload.Length == 0 && entities.Count == 0;
        var changed = false;
        var heard = new HeardChange(ChangeSource.Of(waiting).ToText(), fullRead ? waiting.Received_At : 0);
        if (gone && tombstones?.IsOfErasedCustomer(db, transaction, (EntityKind)waiting.Kind, waiting.Platform_Id) != true)
            changed = LedgerEntry.Delete(db, transaction, database.Dialect, connection, (EntityKind)waiting.Kind, waiting.Platform_Id, waiting.Deleted != 0 ? waiting.Version : null, heard, page);
        foreach (var (entity, erased) in tombstones?.Pass(db, transaction, entities) ?? entities.Select(entity => (entity, (string?)null)))
            if (LedgerEntry.Enter(db, transaction, database.Dialect, connection, entity, reading.Fresh, heard, page, erased)) changed = true;
        if (changed) ChangeSource.Claim(db, transaction, connection, heard.Because);
        if (problem is null) entered.Add(waiting);
        else IntakeStore.Quarantine(db, transaction, connection, waiting, problem);
        return changed;
    }

    private Reading Unreadable(WaitingChange row, Exception wrong)
    {
        LedgerLog.Unreadable(logger, (EntityKind)row.Kind, row.Platform_Id, wrong);
        return new Reading(row, [], wrong.Message);
    }
}

internal static partial class LedgerLog
{
    [LoggerMessage(2001, LogLevel.Error, "The store's {Kind} {Id} could not be read and waits in the intake")]
    public static partial void Unreadable(ILogger logger, EntityKind kind, string id, Exception failure);

    [LoggerMessage(2002, LogLevel.Warning, "{Connection}: {Kind}. {Notice}")]
    public static partial void Notice(ILogger logger, string connection, LedgerNoticeKind kind, string notice);
}
