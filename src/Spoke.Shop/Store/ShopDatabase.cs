using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.Data.Sqlite;
using Spoke.Shop.Api;

namespace Spoke.Shop.Store;

/// <summary>
/// The shop's own SQLite file: entities as JSON with a version that rises over all of them, and the pushes that are still to be sent.
/// A change and its push are one transaction, so neither is without the other.
/// </summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
    private const string Schema =
        """
        create table if not exists entity (kind text not null, id text not null, version integer not null, body text not null, primary key (kind, id)) without rowid;
        create index if not exists entity_version on entity (kind, version);
        create table if not exists counter (name text primary key, value integer not null) without rowid;
        create table if not exists outbox (seq integer primary key autoincrement, id text not null, body text not null, attempts integer not null, due integer not null);
        update outbox set due = 0;
        """;

    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _one = new(1);
    private readonly TimeProvider _time;
    private readonly bool _push;

    private ShopDatabase(SqliteConnection connection, TimeProvider time, bool push)
    {
        _connection = connection;
        _time = time;
        _push = push;
    }

    /// <summary>Raised when a push has been put in line.</summary>
    public event Action? Pushed;

    /// <exception cref="InvalidDataException">The file is damaged or is no database.</exception>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static async Task<ShopDatabase> OpenAsync(string folder, TimeProvider time, bool push, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "shop.db");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            Directory.CreateDirectory(folder);
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            // One by one: of several statements the driver reports no failure of those behind one that gives back a row, as these do.
            foreach (var setting in new[] { "busy_timeout = 5000", "journal_mode = wal", "synchronous = full" }) await connection.ExecuteScalarAsync("pragma " + setting).ConfigureAwait(false);
            await connection.ExecuteAsync(Schema).ConfigureAwait(false);
            return new ShopDatabase(connection, time, push);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw failure is SqliteException refused ? Explain(path, refused) : failure;
        }
    }

    public async Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return read(_connection);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Everything the write does is committed together.</summary>
    /// <param name="push">False: nobody is told; whoever wants to know has to read.</param>
    public async Task<T> WriteAsync<T>(Func<ShopWrite, T> write, CancellationToken cancellationToken, bool push = true)
    {
        T result;
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var transaction = _connection.BeginTransaction(deferred: false);
            result = write(new ShopWrite(_connection, transaction, _time.GetUtcNow(), push && _push));
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
        Pushed?.Invoke();
        return result;
    }

    public Task<T?> FindAsync<T>(string kind, string id, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class =>
        ReadAsync(db => db.ExecuteScalar<string?>("select body from entity where kind = @kind and id = @id", new { kind, id }) is { } body ? JsonSerializer.Deserialize(body, type) : null, cancellationToken);

    public Task<List<T>> ListAsync<T>(string kind, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(db => db.Query<string>("select body from entity where kind = @kind order by version", new { kind }).Select(body => JsonSerializer.Deserialize(body, type)!).ToList(), cancellationToken);

    public Task<int> CountAsync(string kind, CancellationToken cancellationToken) => ReadAsync(db => Count(db, kind), cancellationToken);

    public Task<ShopPage<T>> PageAsync<T>(string kind, long after, int limit, JsonTypeInfo<T> type, CancellationToken cancellationToken) => ReadAsync(db =>
    {
        var rows = db.Query<(long Version, string Body)>("select version, body from entity where kind = @kind and version > @after order by version limit @limit", new { kind, after, limit = limit + 1 }).AsList();
        var page = rows.Take(limit).ToList();
        return new ShopPage<T>([.. page.Select(row => JsonSerializer.Deserialize(row.Body, type)!)], page.Count > 0 ? page[^1].Version : after, rows.Count > limit, Count(db, kind));
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _one.Dispose();
    }

    private static int Count(DbConnection db, string kind) => db.ExecuteScalar<int>("select count(*) from entity where kind = @kind", new { kind });

    private static Exception Explain(string path, SqliteException failure) => failure.SqliteErrorCode switch
    {
        11 or 26 => new InvalidDataException($"the shop's database {path} is damaged or is no SQLite database. Put a copy back, or move the file away to begin with a new shop.", failure),
        5 or 6 => new IOException($"the shop's database {path} is locked by another process. Stop whatever has it open and start again.", failure),
        8 or 14 => new IOException($"the shop's database {path} cannot be opened for writing. Give this user the right to write there.", failure),
        13 => new IOException($"the disk of the shop's database {path} is full. Make room and start again.", failure),
        _ => new IOException($"the shop's database {path} cannot be used: {failure.Message}", failure),
    };
}
