using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>Reads a store into the intake and on into the ledger: everything once, then what may have changed. A page and its cursor become durable together.</summary>
internal sealed class StoreReader(SyncDatabase database, ChangeIntake intake, LedgerFeed feed, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
{
    private const string FullReadBegan = "full-read-began";
    private bool _complete;

    /// <summary>Whether all of the store has been read once. What is once so stays so, and every round asks.</summary>
    public async Task<bool> IsCompleteAsync(CancellationToken cancellationToken) => _complete = _complete || await CursorAsync(Cursors.FullRead, cancellationToken).ConfigureAwait(false) is not null;

    /// <exception cref="StoreException">The store could not be reached, or refused us. What was read is kept.</exception>
    public async Task<ReadCounts> ReadAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<EntityKind, int>();
        var totals = new Dictionary<string, int>(StringComparer.Ordinal);
        async Task TakeAsync(StorePage page, string cursor)
        {
            await intake.AppendAsync(connection.Name, page.Changes, (cursor, page.Cursor), cancellationToken).ConfigureAwait(false);
            foreach (var change in page.Changes) counts[change.Kind] = counts.GetValueOrDefault(change.Kind) + 1;
            await feed.DrainAsync(connection, cancellationToken, answers: true).ConfigureAwait(false);
            if (page.Total is { } total) totals[cursor] = total;
            progress?.Report(new SyncProgress(connection.Name, "reading", counts.Values.Sum(), 0, 0, 0, TimeSpan.Zero) { InStore = totals.Count == 0 ? null : totals.Values.Sum() });
        }
        if (await CursorAsync(Cursors.FullRead, cancellationToken).ConfigureAwait(false) is { } since)
        {
            var from = Cursors.Moment(since) - options.Overlap;
            await foreach (var page in connection.Store.ReadChangesAsync(await CursorAsync("changes", cancellationToken).ConfigureAwait(false), from, cancellationToken).ConfigureAwait(false))
                await TakeAsync(page, "changes").ConfigureAwait(false);
        }
        else await ReadAllAsync(TakeAsync, cancellationToken).ConfigureAwait(false);
        await feed.DrainAsync(connection, cancellationToken, answers: true).ConfigureAwait(false);
        return new ReadCounts(counts.GetValueOrDefault(EntityKind.Customer), counts.GetValueOrDefault(EntityKind.Order), counts.GetValueOrDefault(EntityKind.Variant), counts.GetValueOrDefault(EntityKind.Cart));
    }

    private async Task ReadAllAsync(Func<StorePage, string, Task> take, CancellationToken cancellationToken)
    {
        // Changes made while the full read runs are read again afterwards: the time is taken before it begins.
        var began = await CursorAsync(FullReadBegan, cancellationToken).ConfigureAwait(false) ?? Cursors.Text(time.GetUtcNow());
        await database.WriteAsync((db, transaction) =>
        {
            // A read that is made anew is made from the beginning.
            if (Cursors.Get(db, connection.Name, FullReadBegan) is null) db.Execute("delete from progress where connection = @Name and name like 'all-%'", new { connection.Name }, transaction);
            Cursors.Put(db, transaction, connection.Name, FullReadBegan, began);
        }, cancellationToken).ConfigureAwait(false);
        foreach (var kind in connection.Store.Kinds)
        {
            var name = "all-" + kind.Word();
            await foreach (var page in connection.Store.ReadAllAsync(kind, await CursorAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
                await take(page, name).ConfigureAwait(false);
        }
        await new VanishedEntities(database, intake, connection, time, logger).RunAsync(Cursors.Moment(began), cancellationToken).ConfigureAwait(false);
        await feed.DrainAsync(connection, cancellationToken, answers: true).ConfigureAwait(false);
        await KeepAsync(Cursors.FullRead, began, cancellationToken).ConfigureAwait(false);
    }

    private Task<string?> CursorAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(db => Cursors.Get(db, connection.Name, name), cancellationToken);

    private Task KeepAsync(string name, string value, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, name, value), cancellationToken);
}
