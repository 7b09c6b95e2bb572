using System.Collections.Concurrent;
using System.Data.Common;
using System.Numerics;
using Dapper;

namespace Spoke.Sync.Storage;

/// <summary>The engine's database: one <see cref="GroupWriter"/> for all writes, a connection of its own for each read.</summary>
public sealed class SyncDatabase : IAsyncDisposable
{
    private const int FirstStatistics = 1_000;
    private readonly ISqlDialect _dialect;
    private readonly GroupWriter _writer;
    private readonly ConcurrentDictionary<(Growth Tables, string Of), long> _grown = new();

    static SyncDatabase() => Lists.Register();

    private SyncDatabase(ISqlDialect dialect, DbConnection connection)
    {
        _dialect = dialect;
        _writer = new GroupWriter(dialect, connection);
    }

    internal ISqlDialect Dialect => _dialect;

    /// <summary>Opens the database and brings its shape up to date. What the dialect holds open is closed with it.</summary>
    /// <exception cref="StorageException">It cannot be opened, is damaged, locked, or of a newer version.</exception>
    public static async Task<SyncDatabase> OpenAsync(ISqlDialect dialect, CancellationToken cancellationToken)
    {
        DbConnection? connection = null;
        try
        {
            connection = await dialect.OpenAsync(cancellationToken).ConfigureAwait(false);
            await Migrations.ApplyAsync(connection, dialect, cancellationToken).ConfigureAwait(false);
            return new SyncDatabase(dialect, connection);
        }
        catch (Exception failure)
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            await CloseAsync(dialect).ConfigureAwait(false);
            throw dialect.Explain(failure) ?? failure;
        }
    }

    /// <summary>Carries out a write; returns when it is on disk.</summary>
    /// <exception cref="StorageException">The database refused; nothing of this write is kept.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before its turn came; nothing of it is kept.</exception>
    public Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, T> write, CancellationToken cancellationToken) => _writer.WriteAsync(new SingleWork<T>(write, cancellationToken), cancellationToken);

    /// <summary>Carries out one of many writes that are alike; returns when it is on disk. What comes at the same time is carried out by one call, which must change nothing but the database: when it fails, each is tried again alone.</summary>
    /// <param name="write">Always the same method; it answers for each item, in their order.</param>
    internal Task<T> WriteManyAsync<TItem, T>(TItem item, Func<DbConnection, DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> write, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new ManyWork<TItem, T>(item, write, cancellationToken), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<DbConnection, DbTransaction> write, CancellationToken cancellationToken) =>
        WriteAsync((connection, transaction) =>
        {
            write(connection, transaction);
            return true;
        }, cancellationToken);

    /// <summary>
    /// Says that so many rows more of a kind are in these tables. A server that finds its way by statistics takes them by itself once a minute at best: until then it takes
    /// tables that a first import fills for what they were, and keeps to the plans it has made for these. Each kind counts for itself: one is read after the other, and of
    /// customers, columns are filled that were empty in all the products before.
    /// </summary>
    internal async Task GrewAsync(Growth tables, string of, int rows, CancellationToken cancellationToken)
    {
        var after = _grown.AddOrUpdate((tables, of), rows, (_, before) => before + rows);
        if (_dialect.TakeStatistics(tables) is { } statement && Doublings(after) > Doublings(after - rows))
            await WriteAsync((db, transaction) => db.Execute(statement, transaction: transaction), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads on a connection of its own: what was committed when it began.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
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

    /// <summary>Carries out what waits, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await CloseAsync(_dialect).ConfigureAwait(false);
    }

    private static int Doublings(long rows) => rows < FirstStatistics ? -1 : BitOperations.Log2((ulong)(rows / FirstStatistics));

    private static ValueTask CloseAsync(ISqlDialect dialect) => dialect is IAsyncDisposable open ? open.DisposeAsync() : ValueTask.CompletedTask;
}
