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
    private const string Rule = "count-unpaid";
    private const string Counted = "counted-unpaid";
    private const string Yes = "yes";
    private const int Page = 500;

    /// <summary>Whether they count by the rule that holds in this database: another process may have been told otherwise, and one ledger has one rule.</summary>
    public static bool Count(DbConnection db, string connection) => Cursors.Get(db, connection, Rule) == Yes;

    /// <summary>The entity as it is counted.</summary>
    public static LedgerEntity Marked(LedgerEntity entity, bool count) => entity is Order order && order.CountsUnpaid == true != count ? order with { CountsUnpaid = count ? true : null } : entity;

    /// <summary>Sets the connection's rule. Where it was another one, the orders of the ledger are counted anew; broken off, those that are left are counted the next time.</summary>
    public static async Task FollowAsync(SyncDatabase database, Connection connection, CancellationToken cancellationToken)
    {
        var rule = connection.CountUnpaid ? Yes : "";
        var (known, counted) = await database.ReadAsync(db => (Cursors.Get(db, connection.Name, Rule) ?? "", Cursors.Get(db, connection.Name, Counted) ?? ""), cancellationToken).ConfigureAwait(false);
        if (known != rule) await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, Rule, rule), cancellationToken).ConfigureAwait(false);
        if (counted == rule) return;
        for (var after = ""; after is not null;)
        {
            var last = after;
            after = await database.WriteAsync((db, transaction) => CountPage(db, transaction, database.Dialect, connection, last), cancellationToken).ConfigureAwait(false);
        }
        await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, Counted, rule), cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The last order of the page; null: there are no more.</returns>
    private static string? CountPage(DbConnection db, DbTransaction transaction, ISqlDialect dialect, Connection connection, string after)
    {
        var ids = db.Query<string>("select platform_id from ledger where connection = @Name and kind = 3 and platform_id > @after order by platform_id limit @Page", new { connection.Name, after, Page }, transaction).AsList();
        foreach (var (id, row) in LedgerStore.Find(db, transaction, dialect, connection.Name, EntityKind.Order, ids).ToList())
        {
            if (row.State.Entity is not Order before || Marked(before, connection.CountUnpaid) is not Order order || ReferenceEquals(before, order)) continue;
            LedgerStore.Put(db, transaction, connection.Name, EntityKind.Order, id, row.State with { Entity = order, Hash = LedgerJson.Hash(LedgerJson.Write(order)) }, row.ContactKey, null);
            var (then, now) = (OrderContribution.Of(before), OrderContribution.Of(order));
            if (then == now || row.ContactKey is not { } contact) continue;
            AggregateStore.Move(db, transaction, connection.Name, (contact, then), (contact, now));
            DirtyMarks.OfContact(db, transaction, connection.Name, contact);
        }
        ChangeSource.Claim(db, transaction, connection.Name, null);   // no change of the store is the reason
        return ids.Count == 0 ? null : ids[^1];
    }
}
