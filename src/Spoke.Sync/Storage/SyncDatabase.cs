using System.Data.Common;
using System.Threading.Channels;

namespace Spoke.Sync.Storage;

/// <summary>
/// The engine's database. All writes go through one writer that carries out up to 512 waiting ones in one transaction and completes their callers
/// only after the commit: full durability at the price of one flush for all of them. A write that fails takes nothing of the others with it.
/// </summary>
public sealed class SyncDatabase : IAsyncDisposable
{
    private abstract class Work
    {
        public abstract void Do(DbConnection connection, DbTransaction transaction);
        public abstract void Complete();
        public abstract void Fail(Exception failure);
        public bool Failed { get; protected set; }
    }

    private sealed class Work<T>(Func<DbConnection, DbTransaction, T> write) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _done.Task;

        public override void Do(DbConnection connection, DbTransaction transaction) => _result = write(connection, transaction);

        public override void Complete() => _done.TrySetResult(_result!);

        public override void Fail(Exception failure)
        {
            Failed = true;
            _done.TrySetException(failure);
        }
    }

    private const int GroupSize = 512;
    private readonly ISqlDialect _dialect;
    private readonly DbConnection _connection;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _writer;

    private SyncDatabase(ISqlDialect dialect, DbConnection connection)
    {
        _dialect = dialect;
        _connection = connection;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Opens the database and brings its shape up to date.</summary>
    /// <exception cref="StorageException">It cannot be opened, is damaged, locked, or of a newer version.</exception>
    public static async Task<SyncDatabase> OpenAsync(ISqlDialect dialect, CancellationToken cancellationToken)
    {
        var connection = await dialect.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Migrations.ApplyAsync(connection, dialect, cancellationToken).ConfigureAwait(false);
            return new SyncDatabase(dialect, connection);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw dialect.Explain(failure) ?? failure;
        }
    }

    /// <summary>Carries out a write; returns when it is on disk.</summary>
    /// <exception cref="StorageException">The database refused; nothing of this write is kept.</exception>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, T> write, CancellationToken cancellationToken)
    {
        var work = new Work<T>(write);
        await _queue.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        return await work.Task.ConfigureAwait(false);   // once it is queued it is carried out: the caller must learn what became of it
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<DbConnection, DbTransaction> write, CancellationToken cancellationToken) =>
        WriteAsync((connection, transaction) =>
        {
            write(connection, transaction);
            return true;
        }, cancellationToken);

    /// <summary>Reads on a connection of its own: what was committed when it began.</summary>
    public async Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await _dialect.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return read(connection);
        }
        catch (DbException failure)
        {
            throw _dialect.Explain(failure) ?? (Exception)failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
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
            catch (Exception failure) when (failure is DbException or StorageException or InvalidOperationException)
            {
                foreach (var work in group)
                    if (!work.Failed) work.Fail(_dialect.Explain(failure) ?? failure);   // nobody may wait for ever, or believe it was kept
            }
        }
    }

    private async Task CommitAsync(List<Work> group)
    {
        await using var transaction = await _dialect.BeginWriteAsync(_connection, CancellationToken.None).ConfigureAwait(false);
        foreach (var work in group)
        {
            transaction.Save("work");
            try
            {
                work.Do(_connection, transaction);
                transaction.Release("work");
            }
            catch (Exception failure)
            {
                transaction.Rollback("work");
                work.Fail(_dialect.Explain(failure) ?? failure);
            }
        }
        await transaction.CommitAsync().ConfigureAwait(false);
        foreach (var work in group)
            if (!work.Failed) work.Complete();
    }
}
