using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Storage;

/// <summary>SQLite that tells which statements it has carried out, word for word.</summary>
internal sealed class OverheardDialect(SqliteDialect inner) : ISqlDialect, IAsyncDisposable
{
    private ConcurrentDictionary<string, bool> _heard = new(StringComparer.Ordinal);

    public string Name => inner.Name;
    public string IdentityColumn => inner.IdentityColumn;
    public string BytesType => inner.BytesType;

    /// <summary>The statements since this was asked last, each once.</summary>
    public IReadOnlyList<string> Take() => [.. Interlocked.Exchange(ref _heard, new(StringComparer.Ordinal)).Keys.Order(StringComparer.Ordinal)];

    public string Among(string parameter) => inner.Among(parameter);

    public void ExecuteRows(DbConnection connection, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, IReadOnlyList<(string Name, object Value)> shared) =>
        inner.ExecuteRows(connection, transaction, columns, rows, sql, shared);

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await inner.OpenAsync(cancellationToken);
        raw.sqlite3_profile(((SqliteConnection)connection).Handle, (_, statement, _) => _heard.TryAdd(statement.Trim(), true), null);
        return connection;
    }

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) => inner.BeginWriteAsync(connection, cancellationToken);

    public StorageException? Explain(Exception failure) => inner.Explain(failure);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
