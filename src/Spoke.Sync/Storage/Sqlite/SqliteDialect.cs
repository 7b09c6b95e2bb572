using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Spoke.Sync.Storage.Sqlite;

/// <summary>SQLite in a file: write-ahead log, every commit on disk before it returns.</summary>
/// <param name="lockWait">How long another process may hold the file before a write is given up. Default 10 s.</param>
public sealed class SqliteDialect(string path, TimeSpan? lockWait = null) : ISqlDialect, IAsyncDisposable
{
    private const int IdleAtMost = 4;
    private const string GoesOn = "A running spoke serve then goes on by itself; any other verb is run again.";
    private readonly TimeSpan _lockWait = lockWait ?? TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Stack<KeptConnection> _idle = [];
    private bool _closed;

    public string Name => path;

    public string IdentityColumn => "integer primary key autoincrement";

    public string BytesType => "blob";

    public string Among(string parameter) => $"in (select value from json_each(@{parameter}))";

    // Row by row: the statement is prepared, and there is no way to a server and back.
    public void ExecuteRows(DbConnection connection, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, IReadOnlyList<(string Name, object Value)> shared)
    {
        var names = RowColumns.Parse(columns).Select(column => column.Name).ToArray();
        using var command = connection.CreateCommand();
        command.CommandText = sql($"(select {string.Join(", ", names.Select(name => $"@{name} as {name}"))}) as v");
        command.Transaction = transaction;
        var parameters = names.Select(name => new SqliteParameter { ParameterName = "@" + name }).ToArray();
        command.Parameters.AddRange(parameters);
        foreach (var (name, value) in shared) command.Parameters.Add(new SqliteParameter("@" + name, value));
        foreach (var row in rows)
        {
            for (var place = 0; place < parameters.Length; place++) parameters[place].Value = row[place] ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            if (_idle.TryPop(out var idle)) return idle;
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = Math.Max(1, (int)_lockWait.TotalSeconds) };
        var connection = new KeptConnection(text.ToString(), Keep);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var busy = ((int)_lockWait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            // With secure_delete what is deleted is written over in the file: an erased person leaves no bytes behind.
            // One command each: of several in one, a failure behind the first that returns a row goes unnoticed.
            foreach (var setting in new[] { "busy_timeout = " + busy, "journal_mode = wal", "synchronous = full", "foreign_keys = on", "temp_store = memory", "wal_autocheckpoint = 4000", "secure_delete = on" })
            {
                await using var command = new SqliteCommand("pragma " + setting, connection);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            return connection;
        }
        catch (Exception failure)
        {
            connection.End();
            throw Explain(failure) ?? failure;
        }
    }

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var writer = (KeptConnection)connection;
            if (!writer.Spent) Enlarge(writer);
            writer.Spent = true;   // not for readers any more
            return Task.FromResult<DbTransaction>(writer.BeginTransaction(deferred: false));
        }
        catch (SqliteException failure)
        {
            throw Explain(failure)!;
        }
    }

    public StorageException? Explain(Exception failure) => failure switch
    {
        StorageException told => told,
        AggregateException { InnerException: { } inner } => Explain(inner),
        SqliteException sqlite => new StorageException(Say(sqlite), failure),
        _ => null,
    };

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            while (_idle.TryPop(out var idle)) idle.End();
        }
        return ValueTask.CompletedTask;
    }

    // What one transaction touches should stay in memory until it is committed: what does not is written twice.
    private static void Enlarge(KeptConnection writer)
    {
        using var command = new SqliteCommand("pragma cache_size = -16000", writer);
        command.ExecuteNonQuery();
    }

    private bool Keep(KeptConnection connection)
    {
        lock (_gate)
        {
            if (_closed || _idle.Count == IdleAtMost) return false;
            _idle.Push(connection);
            return true;
        }
    }

    private string Say(SqliteException failure) => failure.SqliteErrorCode switch
    {
        5 or 6 => $"The database {path} has been locked by another process for more than {_lockWait.TotalSeconds:0.#} s. Stop the other spoke, or whatever has the file open; nothing is lost. {GoesOn}",
        8 => $"The database {path} cannot be written: the file or its folder is read-only. Give this user the right to write there; nothing is lost. {GoesOn}",
        10 => $"The database {path} could not be read or written: {failure.Message} Check the disk; nothing that was acknowledged is lost. {GoesOn}",
        11 or 26 => $"The database {path} is damaged or is no SQLite database: {failure.Message} Put a copy back, or move the file away to begin anew; a new pass reads everything from the store again and finds the records in HubSpot by their keys.",
        13 => $"The disk of the database {path} is full. Make room; nothing that was acknowledged is lost. {GoesOn}",
        14 => $"The database {path} cannot be opened: {failure.Message} Check that its folder exists and that this user may write there.",
        _ => $"The database {path} failed: {failure.Message}",
    };
}
