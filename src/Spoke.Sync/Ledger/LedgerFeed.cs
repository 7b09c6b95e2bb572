using System.Data.Common;
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

    private sealed record Reading(WaitingChange Waiting, IReadOnlyList<LedgerEntity> Entities, string? Problem)
    {
        /// <summary>Read from the store by us, not pushed to us.</summary>
        public bool Fresh { get; init; }
    }

    /// <summary>Changes so far after which the ledger said something else than before; repeats are not among them.</summary>
    public int Entered { get; private set; }

    /// <summary>Enters everything that waits.</summary>
    /// <returns>How many changes were taken, repeats among them.</returns>
    public async Task<int> DrainAsync(Connection connection, CancellationToken cancellationToken)
    {
        var taken = 0;
        while (true)
        {
            var waiting = await database.ReadAsync(db => IntakeStore.Waiting(db, connection.Name, Page), cancellationToken).ConfigureAwait(false);
            if (waiting.Count == 0) return taken;
            var readings = new List<Reading>(waiting.Count);
            foreach (var row in waiting) readings.Add(await ReadAsync(connection.Store, row, cancellationToken).ConfigureAwait(false));
            List<Reading> news;
            try
            {
                news = await EnterAsync(connection.Name, readings, apart: false, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception wrong) when (wrong is not (StorageException or OperationCanceledException or DbException))
            {
                news = await EnterAsync(connection.Name, readings, apart: true, cancellationToken).ConfigureAwait(false);
            }
            Entered += news.Count;
            foreach (var notice in news.SelectMany(reading => reading.Entities).OfType<Order>().SelectMany(OrderNotice.Of)) LedgerLog.Notice(logger, connection.Name, notice.Kind, notice.Text);
            taken += waiting.Count;
            foreach (var (kind, count) in waiting.CountBy(row => row.Kind)) await database.GrewAsync(Growth.Entered, $"{kind}", count, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="apart">Each behind a savepoint of its own, so that one that cannot be entered takes none of the others with it. That is dear, and hardly ever needed.</param>
    private Task<List<Reading>> EnterAsync(string connection, IReadOnlyList<Reading> readings, bool apart, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        ChangeSource.Claim(db, transaction, connection, null);   // marks of others than changes
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

    private async Task<Reading> ReadAsync(IStoreConnector store, WaitingChange row, CancellationToken cancellationToken)
    {
        if (row is { Deleted: not 0, Payload.Length: 0 }) return new Reading(row, [], null);
        var change = row.Change;
        if (change.IsOnlyNamed)
        {
            // A store that does not answer leaves it where it is.
            if (await store.ReadOneAsync(change.Kind, change.PlatformId, cancellationToken).ConfigureAwait(false) is not { } now) return new Reading(row, [], null);
            change = now;
        }
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
        var gone = waiting.Payload.Length == 0 && entities.Count == 0;
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
    public static partial void Notice(ILogger logger, string connection, OrderNoticeKind kind, string notice);
}
