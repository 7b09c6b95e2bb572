using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Spoke.Sync.Storage.Sqlite;

/// <summary>SQLite in a file: write-ahead log, every commit on disk before it returns.</summary>
public sealed class SqliteDialect(string path) : ISqlDialect
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 10 }.ToString();

    public string Name => path;

    public string IdentityColumn => "integer primary key autoincrement";

    public string BytesType => "blob";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var command = connection.CreateCommand();
            command.CommandText = "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -16000;";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw Explain(failure) ?? failure;
        }
    }

    public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.FromResult(((SqliteConnection)connection).BeginTransaction(deferred: false)).ConfigureAwait(false);
        }
        catch (SqliteException failure)
        {
            throw Explain(failure) ?? (Exception)failure;
        }
    }

    public StorageException? Explain(Exception failure) => failure is SqliteException sqlite ? new StorageException(sqlite.SqliteErrorCode switch
    {
        5 or 6 => $"The database {path} is locked by another process for more than 10 s. Stop the other spoke, or whatever has the file open, and start again; nothing is lost.",
        8 => $"The database {path} cannot be written: the file or its folder is read-only. Give this user the right to write there.",
        10 => $"The database {path} could not be read or written: {sqlite.Message} Check the disk.",
        11 or 26 => $"The database {path} is damaged or is no SQLite database: {sqlite.Message} Put a copy back, or move the file away to begin anew; a new pass reads everything from the store again and finds the records in HubSpot by their keys.",
        13 => $"The disk of the database {path} is full. Make room and start again; nothing that was acknowledged is lost.",
        14 => $"The database {path} cannot be opened: {sqlite.Message} Check that the folder exists and that this user may write there.",
        _ => $"The database {path} failed: {sqlite.Message}",
    }, failure) : null;
}
