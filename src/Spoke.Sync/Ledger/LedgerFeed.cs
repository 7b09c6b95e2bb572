using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>
/// Takes changes from the intake into the ledger: the newest version of an entity wins, equal content changes nothing,
/// and every record that an applied change touches is marked dirty in the same transaction.
/// </summary>
internal sealed class LedgerFeed(SyncDatabase database, ILogger logger)
{
    private const int Page = 500;

    private sealed record Waiting(long Seq, long Kind, string Platform_Id, long Version, long Deleted, byte[] Payload);

    private sealed record Known(long Version, string Hash, string? Contact_Key, string Body);

    /// <summary>Applies everything that waits.</summary>
    /// <returns>How many changes were taken in.</returns>
    public async Task<int> DrainAsync(Connection connection, CancellationToken cancellationToken)
    {
        var taken = 0;
        while (true)
        {
            var waiting = await database.ReadAsync(db => db.Query<Waiting>(
                "select seq, kind, platform_id, version, deleted, payload from intake where connection = @name and state = 0 order by seq limit @Page", new { name = connection.Name, Page }).AsList(), cancellationToken).ConfigureAwait(false);
            if (waiting.Count == 0) return taken;
            var normalised = waiting.Select(row => (row.Seq, Result: Normalise(connection.Store, row))).ToList();
            var applied = await database.WriteAsync((db, transaction) => Apply(db, transaction, connection.Name, normalised), cancellationToken).ConfigureAwait(false);
            foreach (var notice in applied.OfType<Order>().SelectMany(OrderNotice.Of)) LedgerLog.Notice(logger, connection.Name, notice.Kind, notice.Text);
            taken += waiting.Count;
        }
    }

    private (IReadOnlyList<LedgerEntity> Entities, string? Problem) Normalise(IStoreConnector store, Waiting row)
    {
        var change = new StoreChange((EntityKind)row.Kind, row.Platform_Id, row.Version, row.Payload, row.Deleted != 0);
        try
        {
            return (store.Normalise(change), null);
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            LedgerLog.Unreadable(logger, change.Kind, change.PlatformId, wrong);
            return ([], wrong.Message);
        }
    }

    /// <returns>What was news to the ledger.</returns>
    private static List<LedgerEntity> Apply(DbConnection db, DbTransaction transaction, string connection, IEnumerable<(long Seq, (IReadOnlyList<LedgerEntity> Entities, string? Problem) Result)> changes)
    {
        var applied = new List<LedgerEntity>();
        foreach (var (seq, (entities, problem)) in changes)
        {
            applied.AddRange(entities.Where(entity => Upsert(db, transaction, connection, entity)));
            // What has been applied is in the ledger; the raw bytes are kept only where somebody has to look at them.
            if (problem is null) db.Execute("delete from intake where seq = @seq", new { seq }, transaction);
            else db.Execute("update intake set state = 2, problem = @problem where seq = @seq", new { seq, problem }, transaction);
        }
        return applied;
    }

    private static bool Upsert(DbConnection db, DbTransaction transaction, string connection, LedgerEntity entity)
    {
        var body = LedgerJson.Write(entity);
        var hash = LedgerJson.Hash(body);
        var kind = (int)entity.Kind;
        var known = db.QueryFirstOrDefault<Known>("select version, hash, contact_key, body from ledger where connection = @connection and kind = @kind and platform_id = @id", new { connection, kind, id = entity.PlatformId }, transaction);
        if (known is not null && (known.Version > entity.Version || known.Hash == hash)) return false;   // stale, or nothing new
        var contact = ContactKeys.For(db, transaction, connection, entity, known?.Contact_Key);
        db.Execute(
            """
            insert into ledger (connection, kind, platform_id, version, hash, deleted, contact_key, cart_id, body) values (@connection, @kind, @id, @version, @hash, @deleted, @contact, @cart, @body)
            on conflict (connection, kind, platform_id) do update set version = excluded.version, hash = excluded.hash, deleted = excluded.deleted, contact_key = excluded.contact_key, cart_id = excluded.cart_id, body = excluded.body
            """,
            new { connection, kind, id = entity.PlatformId, version = entity.Version, hash, deleted = entity.Deleted ? 1 : 0, contact, cart = (entity as Order)?.CartId, body }, transaction);
        DirtyMarks.For(db, transaction, connection, entity, known is null ? null : LedgerJson.Read(known.Body), contact, known?.Contact_Key);
        return true;
    }
}

internal static partial class LedgerLog
{
    [LoggerMessage(2001, LogLevel.Error, "The store's {Kind} {Id} could not be read and waits in the intake")]
    public static partial void Unreadable(ILogger logger, EntityKind kind, string id, Exception failure);

    [LoggerMessage(2002, LogLevel.Warning, "{Connection}: {Kind}. {Notice}")]
    public static partial void Notice(ILogger logger, string connection, OrderNoticeKind kind, string notice);
}
