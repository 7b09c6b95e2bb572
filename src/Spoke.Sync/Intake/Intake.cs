using System.Data.Common;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>The durable record of all that stores told us, in their own bytes. What it has accepted is never lost.</summary>
public sealed class ChangeIntake(SyncDatabase database, TimeProvider time)
{
    private readonly SemaphoreSlim _arrived = new(0, 1);

    /// <summary>Keeps changes; returns when they are on disk. Deliveries that were here before are dropped.</summary>
    /// <param name="progress">A cursor to move in the same transaction: name and value.</param>
    /// <returns>How many were new.</returns>
    public async Task<int> AppendAsync(string connection, IReadOnlyList<StoreChange> changes, (string Name, string Value)? progress, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var added = await database.WriteAsync((db, transaction) =>
        {
            var count = changes.Sum(change => Insert(db, transaction, connection, change, at));
            if (progress is { } cursor) Cursors.Put(db, transaction, connection, cursor.Name, cursor.Value);
            return count;
        }, cancellationToken).ConfigureAwait(false);
        if (added > 0) Signal();
        return added;
    }

    /// <summary>Returns when something may have arrived since the last time, or the wait is over.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await _arrived.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // the wait is over: time to look at the store
        }
    }

    private void Signal()
    {
        try
        {
            _arrived.Release();
        }
        catch (SemaphoreFullException)
        {
            // the reader has been told already
        }
    }

    private static int Insert(DbConnection db, DbTransaction transaction, string connection, StoreChange change, long at) => db.Execute(
        """
        insert into intake (connection, kind, platform_id, version, deleted, delivery_id, payload, received_at, state)
        values (@connection, @kind, @id, @version, @deleted, @delivery, @payload, @at, 0) on conflict do nothing
        """,
        new { connection, kind = (int)change.Kind, id = change.PlatformId, version = change.Version, deleted = change.Deleted ? 1 : 0, delivery = change.DeliveryId, payload = change.Payload.ToArray(), at }, transaction);
}

/// <summary>How far each reading of a store has come.</summary>
internal static class Cursors
{
    public static void Put(DbConnection db, DbTransaction? transaction, string connection, string name, string value) => db.Execute(
        "insert into progress (connection, name, value) values (@connection, @name, @value) on conflict (connection, name) do update set value = excluded.value", new { connection, name, value }, transaction);

    public static string? Get(DbConnection db, string connection, string name) =>
        db.ExecuteScalar<string?>("select value from progress where connection = @connection and name = @name", new { connection, name });
}
