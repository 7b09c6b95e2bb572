using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Spoke.Sync.Storage.Postgres;

/// <summary>A connection that notes the statements nobody asks an answer of, and sends them with the next that is asked one: one way to the server and back for all of them.</summary>
internal sealed class DeferringConnection(NpgsqlConnection wire) : DbConnection, IDeferring
{
    private const int MostNoted = 500;
    private readonly List<NpgsqlBatchCommand> _noted = [];

    public bool Deferring { get; set; }

    internal bool HasNoted => _noted.Count > 0;

    [AllowNull]
    public override string ConnectionString { get => wire.ConnectionString; set => wire.ConnectionString = value; }
    public override string Database => wire.Database;
    public override string DataSource => wire.DataSource;
    public override string ServerVersion => wire.ServerVersion;
    public override ConnectionState State => wire.State;

    public override void Open() => wire.Open();

    public override Task OpenAsync(CancellationToken cancellationToken) => wire.OpenAsync(cancellationToken);

    public override void Close()
    {
        _noted.Clear();
        wire.Close();
    }

    public override void ChangeDatabase(string databaseName) => wire.ChangeDatabase(databaseName);

    public override async ValueTask DisposeAsync()
    {
        await wire.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Carries out what has been noted.</summary>
    internal void Flush()
    {
        if (!HasNoted) return;
        using var batch = Batch();
        batch.ExecuteNonQuery();
    }

    internal void Forget() => _noted.Clear();

    internal void Note(NpgsqlCommand said)
    {
        _noted.Add(Moved(said));
        if (_noted.Count >= MostNoted) Flush();
    }

    /// <summary>Carries out what has been noted, and a statement after it.</summary>
    internal void Flush(string last)
    {
        _noted.Add(new NpgsqlBatchCommand(last));
        Flush();
    }

    /// <summary>What has been noted, and a command after it.</summary>
    internal (NpgsqlBatch Batch, NpgsqlBatchCommand Last) Ending(NpgsqlCommand said)
    {
        var last = Moved(said);
        _noted.Add(last);
        var batch = Batch();
        batch.Timeout = said.CommandTimeout;
        return (batch, last);
    }

    protected override DbCommand CreateDbCommand() => new DeferringCommand(this, wire.CreateCommand());

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new DeferringTransaction(this, wire.BeginTransaction(isolationLevel));

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        new DeferringTransaction(this, await wire.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false));

    protected override void Dispose(bool disposing)
    {
        if (disposing) wire.Dispose();
        base.Dispose(disposing);
    }

    private NpgsqlBatch Batch()
    {
        var batch = wire.CreateBatch();
        foreach (var command in _noted) batch.BatchCommands.Add(command);
        _noted.Clear();
        return batch;
    }

    private static NpgsqlBatchCommand Moved(NpgsqlCommand said)
    {
        var command = new NpgsqlBatchCommand(said.CommandText);
        var parameters = said.Parameters.ToArray();
        said.Parameters.Clear();   // a parameter has one owner
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }
}

/// <summary>A command that takes what was noted before it along.</summary>
internal sealed class DeferringCommand(DeferringConnection connection, NpgsqlCommand said) : DbCommand
{
    private NpgsqlBatch? _batch;

    [AllowNull]
    public override string CommandText { get => said.CommandText; set => said.CommandText = value; }
    public override int CommandTimeout { get => said.CommandTimeout; set => said.CommandTimeout = value; }
    public override CommandType CommandType { get => said.CommandType; set => said.CommandType = value; }
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get => said.UpdatedRowSource; set => said.UpdatedRowSource = value; }
    protected override DbConnection? DbConnection { get => connection; set => throw new NotSupportedException("It belongs to its connection."); }
    protected override DbParameterCollection DbParameterCollection => said.Parameters;
    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => said.Cancel();

    public override void Prepare()
    {
        // Npgsql does, of what is said often
    }

    public override int ExecuteNonQuery()
    {
        Ready();
        if (connection.Deferring && !IsSeveral)
        {
            connection.Note(said);
            return 0;
        }
        if (!connection.HasNoted) return said.ExecuteNonQuery();
        var last = Ending();
        _batch!.ExecuteNonQuery();
        return last.RecordsAffected;
    }

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        Ready();
        return connection.Deferring || connection.HasNoted ? base.ExecuteNonQueryAsync(cancellationToken) : said.ExecuteNonQueryAsync(cancellationToken);
    }

    public override object? ExecuteScalar()
    {
        Ready();
        if (!connection.HasNoted) return said.ExecuteScalar();
        Ending();
        return _batch!.ExecuteScalar();
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        Ready();
        if (!connection.HasNoted) return said.ExecuteReader(behavior);
        Ending();
        return _batch!.ExecuteReader(behavior & CommandBehavior.SequentialAccess);   // a single result is that of the last only
    }

    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _batch?.Dispose();
            said.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Several statements in one text, which a batch takes of no command: they go by themselves, after what was noted.</summary>
    private bool IsSeveral => said.CommandText.Contains(';', StringComparison.Ordinal);

    private void Ready()
    {
        if (IsSeveral) connection.Flush();
        foreach (NpgsqlParameter parameter in said.Parameters)
            if (KeptText.Of(parameter.Value) is var kept && kept != parameter.Value) parameter.Value = kept;
    }

    private NpgsqlBatchCommand Ending()
    {
        _batch?.Dispose();
        (_batch, var last) = connection.Ending(said);
        return last;
    }
}

/// <summary>A transaction that carries out what was noted before it ends, and before a savepoint: what is rolled back to it came after it.</summary>
internal sealed class DeferringTransaction(DeferringConnection connection, NpgsqlTransaction wire) : DbTransaction
{
    public override IsolationLevel IsolationLevel => wire.IsolationLevel;
    public override bool SupportsSavepoints => true;
    protected override DbConnection? DbConnection => wire.Connection is null ? null : connection;

    public override void Commit()
    {
        connection.Flush();
        wire.Commit();
    }

    public override Task CommitAsync(CancellationToken cancellationToken = default)
    {
        connection.Flush();
        return wire.CommitAsync(cancellationToken);
    }

    public override void Rollback()
    {
        connection.Forget();
        wire.Rollback();
    }

    public override Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        connection.Forget();
        return wire.RollbackAsync(cancellationToken);
    }

    public override void Save(string savepointName)
    {
        connection.Flush();
        wire.Save(savepointName);
    }

    // The savepoint goes with what comes after it, its release with what came before: neither is a way of its own.
    public override void Release(string savepointName) => connection.Flush("release savepoint " + savepointName);

    public override void Rollback(string savepointName)
    {
        connection.Forget();
        wire.Rollback(savepointName);
    }

    public override async ValueTask DisposeAsync()
    {
        connection.Forget();
        await wire.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        connection.Forget();
        if (disposing) wire.Dispose();
        base.Dispose(disposing);
    }
}
