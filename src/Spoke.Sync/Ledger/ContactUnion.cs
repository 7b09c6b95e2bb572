using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Consents;
using Spoke.Sync.Insight;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>Two contacts that are one in HubSpot become one in the ledger.</summary>
internal static class ContactUnion
{
    /// <summary>One contact from now on, under the keeper's name: customers, orders, carts and their sums.</summary>
    public static void Make(DbConnection db, DbTransaction transaction, string connection, string gone, string keeper, long now, string why)
    {
        var names = new { connection, gone, keeper };
        Join(db, transaction, connection, gone, keeper);
        foreach (var (kind, id) in db.Query<(long, string)>("select kind, platform_id from ledger where connection = @connection and contact_key = @gone", names, transaction).AsList())
        {
            db.ExecuteLater("update ledger set contact_key = @keeper where connection = @connection and kind = @kind and platform_id = @id", new { connection, keeper, kind, id }, transaction);
            if ((EntityKind)kind == EntityKind.Order && LedgerStore.Find(db, transaction, connection, EntityKind.Order, id)?.State.Entity is Order order)
                AggregateStore.Move(db, transaction, connection, (gone, OrderContribution.Of(order)), (keeper, OrderContribution.Of(order)));
            DirtyMarks.ForMove(db, transaction, connection, new ContactKeys.Moved((EntityKind)kind, id, gone, keeper));
        }
        db.ExecuteLater("delete from edge where connection = @connection and to_object = 'contacts' and to_key = @gone", names, transaction);   // the orders' own plans ask for the keeper
        db.ExecuteLater("delete from edge where connection = @connection and from_object = 'contacts' and from_key = @gone", names, transaction);
        db.ExecuteLater("delete from taken where connection = @connection and object = 'contacts' and record_key = @gone", names, transaction);
        db.ExecuteLater("delete from given where connection = @connection and object = 'contacts' and record_key = @gone", names, transaction);
        db.ExecuteLater("delete from record where connection = @connection and object = 'contacts' and record_key = @gone", names, transaction);
        AuditTrail.Add(db, transaction, now, connection, RecordObjects.Contacts, gone, AuditTrail.United, after: keeper, detail: why);
    }

    /// <summary>Whatever comes under a name that has no record yet belongs to the keeper from now on.</summary>
    public static void Join(DbConnection db, DbTransaction transaction, string connection, string gone, string keeper)
    {
        var names = new { connection, gone, keeper };
        db.ExecuteLater("insert into contact_merge (connection, contact_key, into_key) values (@connection, @gone, @keeper) on conflict (connection, contact_key) do update set into_key = excluded.into_key", names, transaction);
        db.ExecuteLater("update contact_merge set into_key = @keeper where connection = @connection and into_key = @gone", names, transaction);
        // What either of them has said holds for the one.
        ConsentStore.Unite(db, transaction, connection, gone, keeper);
        // There may be somebody now to whom what HubSpot says can be written.
        db.ExecuteLater("update taken set state = 0, due_at = 0 where connection = @connection and object = 'contacts' and record_key = @keeper and state = 3", names, transaction);
        db.ExecuteLater("update given set state = 0, due_at = 0 where connection = @connection and object = 'contacts' and record_key = @keeper and state = 3", names, transaction);
    }
}
