using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace Spoke.Sync.Storage.Postgres;

/// <summary>PostgreSQL, from version 13 on: every commit on the server's disk before it returns, one writing transaction at a time over all processes.</summary>
public sealed class PostgresDialect : ISqlDialect, IAsyncDisposable
{
    // Any number that nothing else in the database takes: the letters of "spoke".
    private const long WriterLock = 0x73706F6B65;
    private const string GoesOn = "A running spoke serve then goes on by itself; any other verb is run again.";
    private readonly TimeSpan _lockWait;
    private readonly NpgsqlDataSource _source;
    private readonly string _host;

    /// <param name="connectionString">As Npgsql takes it; <c>Host</c> and <c>Database</c> are needed.</param>
    /// <param name="lockWait">How long another process may be writing before a write is given up. Default 10 s.</param>
    /// <exception cref="ArgumentException">The text is no connection string.</exception>
    public PostgresDialect(string connectionString, TimeSpan? lockWait = null)
    {
        _lockWait = lockWait ?? TimeSpan.FromSeconds(10);
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { PersistSecurityInfo = false, IncludeErrorDetail = false };
        settings.ApplicationName ??= "spoke";
        if (!settings.ShouldSerialize("Max Auto Prepare")) settings.MaxAutoPrepare = 200;   // our statements are few and used over and over
        _host = settings.Host ?? "";
        Name = $"{settings.Database} on {_host}";
        _source = NpgsqlDataSource.Create(settings);
    }

    public string Name { get; }

    public string IdentityColumn => "bigint generated always as identity primary key";

    public string BytesType => "bytea";

    public string? TakeStatistics(Growth tables) => tables switch
    {
        Growth.Entered => "analyze ledger, record, intake, aggregates, line_variant, consent",
        Growth.Pushed => "analyze record, written",
        _ => "analyze edge",
    };

    public string Among(string parameter) => $"= any(@{parameter})";

    // All in one statement, column by column.
    public void ExecuteRows(DbConnection connection, DbTransaction transaction, string columns, IReadOnlyList<object?[]> rows, Func<string, string> sql, IReadOnlyList<(string Name, object Value)> shared)
    {
        var parameters = new DynamicParameters();
        foreach (var (name, value) in shared) parameters.Add(name, value);
        var parsed = RowColumns.Parse(columns);
        foreach (var (place, column) in parsed.Index())
            parameters.Add(column.Name, column.IsNumber ? rows.Select(row => row[place] is { } number ? Convert.ToInt64(number, CultureInfo.InvariantCulture) : (long?)null).ToArray() : rows.Select(row => (string?)row[place]).ToArray());
        var names = parsed.Select(column => column.Name).ToList();
        connection.ExecuteLater(sql($"unnest({string.Join(", ", names.Select(name => "@" + name))}) as v({string.Join(", ", names)})"), parameters, transaction);
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new DeferringConnection(_source.CreateConnection());
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            // A server may be set up to promise a commit that is not on disk yet; what we acknowledge is.
            await ExecuteAsync(connection, null, "set synchronous_commit = on", cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw Explain(failure) ?? failure;
        }
    }

    public void Renew() => _source.Clear();

    public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        DbTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var wait = ((long)_lockWait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            await ExecuteAsync(connection, transaction, $"set local lock_timeout = {wait}; select pg_advisory_xact_lock({WriterLock}); set local lock_timeout = 0", cancellationToken).ConfigureAwait(false);
            return transaction;
        }
        catch (Exception failure)
        {
            if (transaction is not null) await transaction.DisposeAsync().ConfigureAwait(false);
            throw Explain(failure) ?? failure;
        }
    }

    public StorageException? Explain(Exception failure) => failure switch
    {
        StorageException told => told,
        AggregateException { InnerException: { } inner } => Explain(inner),
        PostgresException refused => new StorageException(Say(refused), failure),
        NpgsqlException broken => new StorageException(Say(broken), failure),
        _ => null,
    };

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private string Say(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => $"The database {Name} has been locked by another process for more than {_lockWait.TotalSeconds:0.#} s. Stop the other spoke, or whatever holds its lock; nothing is lost. {GoesOn}",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => $"The database {Name} refused the user: {refused.MessageText}. Check Username and the reference behind Password.",
        PostgresErrorCodes.InvalidCatalogName => $"The database {Name} does not exist. Make it (createdb): its tables are made by spoke. {GoesOn}",
        PostgresErrorCodes.InsufficientPrivilege => $"The database {Name} does not let this user do that: {refused.MessageText}. It needs to own its schema: grant all on schema public.",
        PostgresErrorCodes.DiskFull => $"The disk of the database {Name} is full. Make room; nothing that was acknowledged is lost. {GoesOn}",
        PostgresErrorCodes.ReadOnlySqlTransaction => $"The database {Name} cannot be written: it is read-only, as a standby is. Name the primary; nothing is lost.",
        PostgresErrorCodes.TooManyConnections => $"The database {Name} has no connection left: {refused.MessageText}. Raise max_connections, or lower Maximum Pool Size in the connection string.",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => $"The database {Name} is being stopped or started: {refused.MessageText}. Nothing that was acknowledged is lost; it is tried again.",
        _ => $"The database {Name} failed: {refused.MessageText} (SQLSTATE {refused.SqlState})",
    };

    private string Say(NpgsqlException broken) => broken.InnerException switch
    {
        SocketException socket => $"The database server {_host} cannot be reached: {socket.Message}. Check that it runs, and Host and Port.",
        TimeoutException => $"The database {Name} did not answer in time. Check the server and the network; nothing that was acknowledged is lost.",
        _ => $"The connection to the database {Name} broke: {broken.Message} Nothing that was acknowledged is lost.",
    };
}
