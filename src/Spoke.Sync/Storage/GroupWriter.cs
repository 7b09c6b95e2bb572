using System.Data.Common;
using System.Threading.Channels;

namespace Spoke.Sync.Storage;

/// <summary>
/// The one writer of a database. It carries out up to 512 waiting writes in one transaction and completes their callers only after the commit:
/// full durability at the price of one flush for all of them. A write that fails takes nothing of the others with it.
/// </summary>
internal sealed class GroupWriter : IAsyncDisposable
{
    public const int QueueSize = 4096;
    private const int GroupSize = 512;
    private readonly ISqlDialect _dialect;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(QueueSize) { SingleReader = true });
    private readonly Task _loop;
    private DbConnection? _connection;

    public GroupWriter(ISqlDialect dialect, DbConnection connection)
    {
        _dialect = dialect;
        _connection = connection;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Waits for a place in the queue, then for the commit.</summary>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, T> write, CancellationToken cancellationToken)
    {
        var work = new Work<T>(write, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StorageException($"The database {_dialect.Name} has been closed; this write was not carried out.");
        }
        return await work.Task.ConfigureAwait(false);   // its turn decides: carried out, refused or cancelled, and the caller learns which
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    private async Task RunAsync()
    {
        var group = new List<Work>(GroupSize);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            group.Clear();
            while (group.Count < GroupSize && _queue.Reader.TryRead(out var work)) group.Add(work);
            try
            {
                await CommitAsync(group).ConfigureAwait(false);
            }
            catch (Exception failure)   // whatever it was: nobody may wait for ever, or believe it was kept
            {
                foreach (var work in group) work.Fail(_dialect.Explain(failure) ?? failure);
                await ForgetConnectionAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task CommitAsync(List<Work> group)
    {
        _connection ??= await _dialect.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var transaction = await _dialect.BeginWriteAsync(_connection, CancellationToken.None).ConfigureAwait(false);
        foreach (var work in group)
        {
            if (work.Withdrawn()) continue;
            transaction.Save("work");
            try
            {
                work.Do(_connection, transaction);
                transaction.Release("work");
            }
            catch (Exception failure)
            {
                work.Fail(_dialect.Explain(failure) ?? failure);
                Undo(transaction, failure);
            }
        }
        await transaction.CommitAsync().ConfigureAwait(false);
        foreach (var work in group) work.Complete();
    }

    // Some failures, a full disk among them, undo the whole transaction: then the group is lost, and for that reason, not for the missing savepoint.
    private static void Undo(DbTransaction transaction, Exception reason)
    {
        try
        {
            transaction.Rollback("work");
        }
        catch (Exception lost) when (lost is DbException or InvalidOperationException)
        {
            throw new AggregateException(reason);
        }
    }

    // After a failed transaction the connection is in doubt; the next group opens another.
    private async Task ForgetConnectionAsync()
    {
        var connection = _connection;
        _connection = null;
        try
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (DbException)
        {
            // it was broken already
        }
    }
}
