using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Spoke.Shop.Store;

/// <summary>One transaction of the shop.</summary>
internal sealed class ShopWrite(SqliteConnection db, SqliteTransaction transaction, DateTimeOffset now, bool push)
{
    /// <summary>When what is being written happens; the shop's history sets it back.</summary>
    public DateTimeOffset Now { get; set; } = now;

    public long Next(string counter) => db.ExecuteScalar<long>(
        "insert into counter (name, value) values (@counter, 1) on conflict (name) do update set value = value + 1 returning value", new { counter }, transaction);

    public T? Find<T>(string kind, string id, JsonTypeInfo<T> type) where T : class =>
        db.ExecuteScalar<string?>("select body from entity where kind = @kind and id = @id", new { kind, id }, transaction) is { } body ? JsonSerializer.Deserialize(body, type) : null;

    /// <summary>Keeps an entity under the next version, and puts the push about it in line.</summary>
    public T Put<T>(string kind, string id, Func<long, T> withVersion, JsonTypeInfo<T> type)
    {
        var version = Next("version");
        var entity = withVersion(version);
        var body = JsonSerializer.Serialize(entity, type);
        db.Execute("insert into entity (kind, id, version, body) values (@kind, @id, @version, @body) on conflict (kind, id) do update set version = excluded.version, body = excluded.body", new { kind, id, version, body }, transaction);
        if (!push) return entity;
        using var document = JsonDocument.Parse(body);
        var message = JsonSerializer.Serialize(new ShopEvent(kind + ".changed", Now, document.RootElement), ShopJson.Default.ShopEvent);
        db.Execute("insert into outbox (id, body, attempts, due) values (@id, @message, 0, 0)", new { id = $"msg_{version}", message }, transaction);
        return entity;
    }
}

/// <summary>A push: what changed, whole.</summary>
public sealed record ShopEvent(string Type, DateTimeOffset Timestamp, JsonElement Data);
