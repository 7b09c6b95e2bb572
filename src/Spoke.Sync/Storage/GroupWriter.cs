using System.Data.Common;
using System.Threading.Channels;

namespace Spoke.Sync.Storage;

/// <summary>
/// The one writer of a database. It carries out up to 512 waiting writes in one transaction and completes their callers only after the commit:
/// full durability at the price of one flush for all of them. A write that fails takes nothing of the others with it: each is guarded by a savepoint.
/// Those that are alike go to the database in one statement behind one savepoint, and one by one only when that fails.
/// </summary>
internal sealed class GroupWriter : IAsyncDisposable
{
    public const int QueueSize = 4096;
    private const int GroupSize = 512;
    private readonly ISqlDialect _dialect;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(QueueSize) { SingleReader = true });
    private readonly Task _loop;
    private DbConnection? _connection;
    private bool _inDoubt;

    public GroupWriter(ISqlDialect dialect, DbConnection connection)
    {
        _dialect = dialect;
        _connection = connection;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Waits for a place in the queue, then for the commit.</summary>
    public async Task<T> WriteAsync<T>(Work<T> work, CancellationToken cancellationToken)
    {
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
        if (group is [var only])
        {
            if (await OnlyAsync(only, _connection, transaction).ConfigureAwait(false)) only.Complete();
            if (_inDoubt) await ForgetConnectionAsync().ConfigureAwait(false);
            return;
        }
        for (var next = 0; next < group.Count;)
        {
            var alike = Alike(group, next);
            if (alike.Count == 1 || !TryTogether(alike, _connection, transaction))
                foreach (var work in alike) DoAlone(work, _connection, transaction);
            next += alike.Count;
        }
        await transaction.CommitAsync().ConfigureAwait(false);
        foreach (var work in group) work.Complete();
        if (_inDoubt) await ForgetConnectionAsync().ConfigureAwait(false);
    }

    /// <summary>Alone in its transaction it needs no savepoint, for which SQLite would keep the old form of everything it touches.</summary>
    /// <returns>Whether it is on disk; otherwise its caller has been told.</returns>
    private async Task<bool> OnlyAsync(Work work, DbConnection connection, DbTransaction transaction)
    {
        if (work.Withdrawn()) return false;
        try
        {
            work.Do(connection, transaction);
        }
        catch (Exception failure)
        {
            Tell(work, failure);
            try
            {
                await transaction.RollbackAsync().ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is DbException or InvalidOperationException)
            {
                _inDoubt = true;   // it has been undone already
            }
            return false;
        }
        await transaction.CommitAsync().ConfigureAwait(false);
        return true;
    }

    private static List<Work> Alike(List<Work> group, int first)
    {
        var end = first + 1;
        while (end < group.Count && group[first].Kind is { } kind && kind.Equals(group[end].Kind)) end++;
        return group.GetRange(first, end - first);
    }

    /// <returns>False when it failed; then none is carried out, and each has to be by itself.</returns>
    private static bool TryTogether(List<Work> alike, DbConnection connection, DbTransaction transaction)
    {
        var wanted = alike.Where(work => !work.Withdrawn()).ToList();
        if (wanted.Count == 0) return true;
        transaction.Save("work");
        try
        {
            wanted[0].DoTogether(wanted, connection, transaction);
            transaction.Release("work");
            return true;
        }
        catch (Exception failure)
        {
            Undo(transaction, failure);
            return false;
        }
    }

    private void DoAlone(Work work, DbConnection connection, DbTransaction transaction)
    {
        if (work.Withdrawn()) return;
        transaction.Save("work");
        try
        {
            work.Do(connection, transaction);
            transaction.Release("work");
        }
        catch (Exception failure)
        {
            Tell(work, failure);
            Undo(transaction, failure);
        }
    }

    private void Tell(Work work, Exception failure)
    {
        var told = _dialect.Explain(failure);
        _inDoubt |= told is not null;   // a session may have been told to refuse writes for as long as it lasts
        work.Fail(told ?? failure);
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
        (_connection, _inDoubt) = (null, false);
        _dialect.Renew();
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
