using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>
/// A further full read of a store, because somebody asked for it. It runs beside the rounds, which go on taking in and pushing what arrives: its pages lie in the intake like everything else, each with its cursor,
/// so that a process that dies goes on where it was. What is equal to the ledger changes nothing and is not written.
/// </summary>
internal sealed class Rereading(SyncDatabase database, ChangeIntake intake, Connection connection, TimeProvider time, ILogger logger)
{
    private const string Pages = "again-";

    /// <summary>No further page is read while more than this waits for the ledger.</summary>
    private const int MostWaiting = 2000;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);

    /// <summary>Asks for one. Whoever runs next for the connection does it.</summary>
    public Task<RereadRequest> AskAsync(CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        var known = db.Query<(long Kind, long Count)>("select kind, count(*) from ledger where connection = @Name and deleted = 0 and guest = 0 and body <> '' group by kind order by kind", new { connection.Name }, transaction)
            .Select(row => new KnownEntities(((EntityKind)row.Kind).Word(), row.Count)).ToList();
        var first = Cursors.Get(db, connection.Name, Cursors.FullRead) is null;
        if (first || Cursors.GetMoment(db, connection.Name, Cursors.Reread) is not { } since)
        {
            since = time.GetUtcNow();
            if (!first) Cursors.Put(db, transaction, connection.Name, Cursors.Reread, since);
            return new RereadRequest(connection.Name, first ? RereadState.FirstReadComes : RereadState.Asked, since, known);
        }
        return new RereadRequest(connection.Name, RereadState.UnderWay, since, known);
    }, cancellationToken);

    /// <summary>Reads to the end, if somebody has asked.</summary>
    /// <param name="takenAsync">Ends once no more of the changes that wait for the ledger by now do so than given.</param>
    /// <returns>How many entities this run has read; null: nobody has asked.</returns>
    /// <exception cref="StoreException">The store could not be reached, or refused us. What was read is kept.</exception>
    public async Task<int?> RunAsync(Func<int, CancellationToken, Task> takenAsync, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(db => Cursors.Get(db, connection.Name, Cursors.FullRead) is null ? null : Cursors.GetMoment(db, connection.Name, Cursors.Reread), cancellationToken).ConfigureAwait(false) is not { } began) return null;
        var (read, totals) = (0, new Dictionary<EntityKind, int>());
        foreach (var kind in connection.Store.Kinds)
        {
            var name = Pages + kind.Word();
            var cursor = await database.ReadAsync(db => Cursors.Get(db, connection.Name, name), cancellationToken).ConfigureAwait(false);
            await foreach (var page in connection.Store.ReadAllAsync(kind, cursor, cancellationToken).ConfigureAwait(false))
            {
                await intake.AppendAsync(connection.Name, page.Changes, (name, page.Cursor), cancellationToken).ConfigureAwait(false);
                read += page.Changes.Count;
                if (page.Total is { } total) totals[kind] = total;
                progress?.Report(new SyncProgress(connection.Name, "reading", read, 0, 0, 0, TimeSpan.Zero) { InStore = totals.Count == 0 ? null : totals.Values.Sum() });
                await takenAsync(MostWaiting, cancellationToken).ConfigureAwait(false);
            }
        }
        await takenAsync(0, cancellationToken).ConfigureAwait(false);
        await new VanishedEntities(database, intake, connection, time, logger).RunAsync(began, cancellationToken).ConfigureAwait(false);
        await takenAsync(0, cancellationToken).ConfigureAwait(false);
        await database.WriteAsync((db, transaction) =>
        {
            db.Execute($"delete from progress where connection = @Name and (name = @Reread or name like '{Pages}%')", new { connection.Name, Cursors.Reread }, transaction);
            Cursors.Put(db, transaction, connection.Name, Cursors.FullRead, began);
            RecentEvents.Add(db, transaction, time.GetUtcNow(), connection.Name, "read", "store", "Store", "read again in full as asked for; what was equal was left as it is");
        }, cancellationToken).ConfigureAwait(false);
        RereadLog.Done(logger, connection.Name, read);
        return read;
    }

    /// <summary>For as long as the program runs. A store that does not answer is asked again later and holds up nothing.</summary>
    /// <param name="done">Told about every read that has come to its end.</param>
    public async Task WatchAsync(IProgress<int>? done, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var wait = Look;
            try
            {
                if (await RunAsync(RoundsTakeAsync, null, cancellationToken).ConfigureAwait(false) is { } read) done?.Report(read);
                failures = 0;
            }
            catch (Exception failure) when (failure is StoreException or StorageException)
            {
                wait = Backoff.After(failures++, Look, LongestBackoff);
                if (failures == 1) RereadLog.Waits(logger, connection.Name, failure.Message);   // once, not at every try
            }
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has the rounds take what waits, until no more than so much of it does. What arrives meanwhile is not waited for: of a busy shop something always does.</summary>
    internal async Task RoundsTakeAsync(int most, CancellationToken cancellationToken)
    {
        var newest = await database.ReadAsync(db => db.ExecuteScalar<long?>("select max(seq) from intake where connection = @Name and state = 0", new { connection.Name }), cancellationToken).ConfigureAwait(false);
        intake.Signal(connection.Name);
        while (await database.ReadAsync(db => db.ExecuteScalar<long>("select count(*) from intake where connection = @Name and state = 0 and seq <= @newest", new { connection.Name, newest = newest ?? 0 }), cancellationToken).ConfigureAwait(false) > most)
            await Task.Delay(Glance, time, cancellationToken).ConfigureAwait(false);
    }
}

internal static partial class RereadLog
{
    [LoggerMessage(2103, LogLevel.Information, "{Connection}: all of the store was read again; {Read} entities in this run")]
    public static partial void Done(ILogger logger, string connection, int read);

    [LoggerMessage(2104, LogLevel.Warning, "{Connection}: reading the store again waits and goes on where it was: {Problem}")]
    public static partial void Waits(ILogger logger, string connection, string problem);
}
