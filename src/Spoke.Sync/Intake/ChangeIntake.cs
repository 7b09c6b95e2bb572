using System.Collections.Concurrent;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Privacy;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>The durable record of all that stores told us, in their own bytes until it is in the ledger. What it has accepted is never lost.</summary>
public sealed class ChangeIntake(SyncDatabase database, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _arrived = new(StringComparer.Ordinal);

    internal SyncDatabase Database => database;

    /// <summary>Keeps changes; returns when they are on disk. Deliveries that were here before are dropped.</summary>
    /// <param name="progress">A cursor to move in the same transaction: name and value.</param>
    /// <returns>How many were new.</returns>
    /// <exception cref="StorageException">The database cannot be written; nothing was kept.</exception>
    public async Task<int> AppendAsync(string connection, IReadOnlyList<StoreChange> changes, (string Name, string Value)? progress, CancellationToken cancellationToken)
    {
        var arrival = new Arrival(connection, changes, time.GetUtcNow().ToUnixTimeMilliseconds());
        var added = progress is not { } cursor ? await database.WriteManyAsync(arrival, IntakeStore.Insert, cancellationToken).ConfigureAwait(false) : await database.WriteAsync((db, transaction) =>
        {
            Cursors.Put(db, transaction, connection, cursor.Name, cursor.Value);
            return IntakeStore.Insert(db, transaction, [arrival])[0];
        }, cancellationToken).ConfigureAwait(false);
        if (added > 0 && progress is null) Signal(connection);   // whoever reads a store knows what it has read
        return added;
    }

    /// <summary>Keeps requests about people's data; returns when they are on disk.</summary>
    /// <returns>How many were new.</returns>
    internal async Task<int> AskAsync(string connection, IReadOnlyList<PrivacyRequest> requests, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var added = await database.WriteAsync((db, transaction) => requests.Sum(request => PrivacyStore.Insert(db, transaction, connection, request, at)), cancellationToken).ConfigureAwait(false);
        if (added > 0) Signal(connection);
        return added;
    }

    /// <summary>Returns when something may have arrived for the connection since the last time, or the wait is over.</summary>
    internal async Task WaitAsync(string connection, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await Arrived(connection).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // the wait is over: time to look at the store
        }
    }

    internal void Signal(string connection)
    {
        try
        {
            Arrived(connection).Release();
        }
        catch (SemaphoreFullException)
        {
            // the reader has been told already
        }
    }

    private SemaphoreSlim Arrived(string connection) => _arrived.GetOrAdd(connection, static _ => new SemaphoreSlim(0, 1));
}
