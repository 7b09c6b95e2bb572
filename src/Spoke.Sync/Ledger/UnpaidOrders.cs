using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>Whether a connection's orders count that nobody has paid, for shops that never mark what is paid. Each order says it of itself, so that its sums can be taken away again as they were added.</summary>
internal static class UnpaidOrders
{
    private const string Name = "count-unpaid";
    private const int Page = 500;

    /// <summary>The entity as the connection counts it.</summary>
    public static LedgerEntity Marked(Connection connection, LedgerEntity entity) => entity is Order order && connection.CountUnpaid ? order with { CountsUnpaid = true } : entity;

    /// <summary>Counts the orders of the ledger anew when the connection counts otherwise than it did. Broken off, it begins again, and what was done is left alone.</summary>
    public static async Task FollowAsync(SyncDatabase database, Connection connection, CancellationToken cancellationToken)
    {
        var now = connection.CountUnpaid ? "yes" : "";
        if ((await database.ReadAsync(db => Cursors.Get(db, connection.Name, Name), cancellationToken).ConfigureAwait(false) ?? "") == now) return;
        for (var after = ""; after is not null;)
        {
            var last = after;
            after = await database.WriteAsync((db, transaction) => Count(db, transaction, database.Dialect, connection, last), cancellationToken).ConfigureAwait(false);
        }
        await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, Name, now), cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The last order of the page; null: there are no more.</returns>
    private static string? Count(DbConnection db, DbTransaction transaction, ISqlDialect dialect, Connection connection, string after)
    {
        var ids = db.Query<string>("select platform_id from ledger where connection = @Name and kind = 3 and platform_id > @after order by platform_id limit @Page", new { connection.Name, after, Page }, transaction).AsList();
        foreach (var (id, row) in LedgerStore.Find(db, transaction, dialect, connection.Name, EntityKind.Order, ids).ToList())
        {
            if (row.State.Entity is not Order before || before.CountsUnpaid == true == connection.CountUnpaid) continue;
            var order = before with { CountsUnpaid = connection.CountUnpaid ? true : null };
            LedgerStore.Put(db, transaction, connection.Name, EntityKind.Order, id, row.State with { Entity = order, Hash = LedgerJson.Hash(LedgerJson.Write(order)) }, row.ContactKey, null);
            AggregateStore.Move(db, transaction, connection.Name, (row.ContactKey, OrderContribution.Of(before)), (row.ContactKey, OrderContribution.Of(order)));
            DirtyMarks.For(db, transaction, dialect, connection.Name, order, before, row.ContactKey, row.ContactKey, because: "");
        }
        ChangeSource.Claim(db, transaction, connection.Name, null);   // no change of the store is the reason
        return ids.Count == 0 ? null : ids[^1];
    }
}
