using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Spoke.Shop.Store;

/// <summary>
/// The shop's own SQLite file: entities as JSON with a version that rises over all of them, and the pushes that are still to be sent.
/// A change and its push are one transaction, so neither is without the other.
/// </summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
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

    public static async Task<ShopDatabase> OpenAsync(string folder, TimeProvider time, bool push, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "shop.db"), Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(
            """
            pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full;
            create table if not exists entity (kind text not null, id text not null, version integer not null, body text not null, primary key (kind, id)) without rowid;
            create index if not exists entity_version on entity (kind, version);
            create table if not exists counter (name text primary key, value integer not null) without rowid;
            create table if not exists outbox (seq integer primary key autoincrement, id text not null, body text not null, attempts integer not null, due integer not null);
            """).ConfigureAwait(false);
        return new ShopDatabase(connection, time, push);
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
    public async Task<T> WriteAsync<T>(Func<ShopWrite, T> write, CancellationToken cancellationToken)
    {
        T result;
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var transaction = _connection.BeginTransaction(deferred: false);
            result = write(new ShopWrite(_connection, transaction, _time, _push));
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

    public Task<ShopPage<T>> PageAsync<T>(string kind, long after, int limit, JsonTypeInfo<T> type, CancellationToken cancellationToken) => ReadAsync(db =>
    {
        var rows = db.Query<(long Version, string Body)>("select version, body from entity where kind = @kind and version > @after order by version limit @limit", new { kind, after, limit = limit + 1 }).AsList();
        var page = rows.Take(limit).ToList();
        return new ShopPage<T>([.. page.Select(row => JsonSerializer.Deserialize(row.Body, type)!)], page.Count > 0 ? page[^1].Version : after, rows.Count > limit,
            db.ExecuteScalar<int>("select count(*) from entity where kind = @kind", new { kind }));
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _one.Dispose();
    }
}

/// <summary>One transaction of the shop.</summary>
internal sealed class ShopWrite(SqliteConnection db, SqliteTransaction transaction, TimeProvider time, bool push)
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public long Next(string counter) => db.ExecuteScalar<long>(
        "insert into counter (name, value) values (@counter, 1) on conflict (name) do update set value = value + 1 returning value", new { counter }, transaction);

    public T? Find<T>(string kind, string id, JsonTypeInfo<T> type) where T : class =>
        db.ExecuteScalar<string?>("select body from entity where kind = @kind and id = @id", new { kind, id }, transaction) is { } body ? JsonSerializer.Deserialize(body, type) : null;

    public void Put<T>(string kind, string id, Func<long, T> withVersion, JsonTypeInfo<T> type)
    {
        var version = Next("version");
        var body = JsonSerializer.Serialize(withVersion(version), type);
        db.Execute("insert into entity (kind, id, version, body) values (@kind, @id, @version, @body) on conflict (kind, id) do update set version = excluded.version, body = excluded.body", new { kind, id, version, body }, transaction);
        if (!push) return;
        using var document = JsonDocument.Parse(body);
        var message = JsonSerializer.Serialize(new ShopEvent(kind + ".changed", Now, document.RootElement), ShopJson.Default.ShopEvent);
        db.Execute("insert into outbox (id, body, attempts, due) values (@id, @message, 0, 0)", new { id = $"msg_{version}", message }, transaction);
    }
}
