using System.Data.Common;
using Dapper;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>A real database seen by one life of the process: busy now and then, and out of reach for the dead.</summary>
internal sealed class SimDialect(ISqlDialect inner, Weather weather, Life life, Dice dice) : ISqlDialect, IAsyncDisposable
{
    /// <summary>While it is opened nothing fails: a process that cannot open its database does not begin to live.</summary>
    public bool Opened { get; set; }

    public string Name => inner.Name;
    public string IdentityColumn => inner.IdentityColumn;
    public string BytesType => inner.BytesType;

    public string Among(string parameter) => inner.Among(parameter);

    public void ExecuteRows(DbConnection connection, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, IReadOnlyList<(string Name, object Value)> shared) =>
        inner.ExecuteRows(connection, transaction, columns, rows, sql, shared);

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (life.Over) throw Dead();
        if (Opened && weather.DatabaseBusyNow) throw Busy();
        var connection = await inner.OpenAsync(cancellationToken);
        // The machine does not lose its power here, only the process dies: waiting for the disk would only cost time.
        if (inner is SqliteDialect) await connection.ExecuteAsync("pragma synchronous = off");
        return connection;
    }

    public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (life.Over) throw Dead();
        if (Opened && weather.DatabaseBusyNow) throw Busy();
        var transaction = await inner.BeginWriteAsync(connection, cancellationToken);
        if (!Opened || !life.Passes("a commit")) return transaction;
        if (dice.Chance(0.5)) return transaction;   // it is still made, and nobody in the process learns of it
        await transaction.DisposeAsync();
        throw Dead();
    }

    public StorageException? Explain(Exception failure) => inner.Explain(failure);

    public ValueTask DisposeAsync() => inner is IAsyncDisposable open ? open.DisposeAsync() : ValueTask.CompletedTask;

    private StorageException Busy() => inner.Explain(new Microsoft.Data.Sqlite.SqliteException("database is locked", 5)) ?? new StorageException("The database is locked.");

    private static StorageException Dead() => new("The process is dead.");
}
