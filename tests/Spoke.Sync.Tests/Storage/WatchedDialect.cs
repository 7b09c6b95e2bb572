using System.Data.Common;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Tests.Storage;

/// <summary>A real database whose transactions are counted, and one of which can be made to fail. <paramref name="setUp"/> runs on each connection.</summary>
internal sealed class WatchedDialect(ISqlDialect inner, Action<DbConnection>? setUp = null) : ISqlDialect
{
    private int _begun;

    public int Begun => Volatile.Read(ref _begun);
    public Exception? FailNextBegin { get; set; }
    public string Name => inner.Name;
    public string IdentityColumn => inner.IdentityColumn;
    public string BytesType => inner.BytesType;

    public string Among(string parameter) => inner.Among(parameter);

    public void ExecuteRows(DbConnection connection, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, IReadOnlyList<(string Name, object Value)> shared) =>
        inner.ExecuteRows(connection, transaction, columns, rows, sql, shared);

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await inner.OpenAsync(cancellationToken);
        setUp?.Invoke(connection);
        return connection;
    }

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        if (FailNextBegin is not { } failure) return inner.BeginWriteAsync(connection, cancellationToken);
        FailNextBegin = null;
        throw failure;
    }

    public StorageException? Explain(Exception failure) => inner.Explain(failure);
}
