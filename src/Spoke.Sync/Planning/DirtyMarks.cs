using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>Which records a change of the ledger touches. A record that is marked ten times is pushed once.</summary>
internal static class DirtyMarks
{
    public static void For(DbConnection db, DbTransaction transaction, string connection, LedgerEntity entity, LedgerEntity? before, string? contact, string? contactBefore)
    {
        void Mark(string @object, string key, string sourceId) => Put(db, transaction, connection, @object, key, sourceId);
        foreach (var key in new[] { contact, contactBefore }.Distinct())
            if (key is not null) Mark(RecordObjects.Contacts, key, key);
        switch (entity)
        {
            case Variant variant:
                Mark(RecordObjects.Products, SpokeKey.Of(connection, EntityKind.Variant, variant.PlatformId), variant.PlatformId);
                break;
            case Order order:
                Mark(RecordObjects.Orders, SpokeKey.Of(connection, EntityKind.Order, order.PlatformId), order.PlatformId);
                Lines(connection, EntityKind.Order, order.PlatformId, order.Lines.Concat((before as Order)?.Lines ?? []), Mark);
                if (order.CartId is { } cartId) MarkCart(db, transaction, connection, cartId);
                break;
            case Cart { Identifiable: true } cart:
                Mark(RecordObjects.Carts, SpokeKey.Of(connection, EntityKind.Cart, cart.PlatformId), cart.PlatformId);
                Lines(connection, EntityKind.Cart, cart.PlatformId, cart.Lines.Concat((before as Cart)?.Lines ?? []), Mark);
                break;
        }
    }

    public static void Put(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string sourceId) => db.Execute(
        """
        insert into record (connection, object, record_key, source_id, state, generation, attempts, due_at) values (@connection, @object, @key, @sourceId, 1, 1, 0, 0)
        on conflict (connection, object, record_key) do update set state = 1, generation = record.generation + 1, attempts = 0, due_at = 0
        """,
        new { connection, @object, key, sourceId }, transaction);

    private static void Lines(string connection, EntityKind parent, string parentId, IEnumerable<OrderLine> lines, Action<string, string, string> mark)
    {
        foreach (var id in lines.Select(line => line.Id).Distinct())
            mark(RecordObjects.LineItems, SpokeKey.OfLine(connection, parent, parentId, id), $"{(int)parent}/{parentId}/{id}");
    }

    // A cart that has become an order says so on its own record, if it ever had one.
    private static void MarkCart(DbConnection db, DbTransaction transaction, string connection, string cartId) => db.Execute(
        "update record set state = 1, generation = generation + 1, attempts = 0, due_at = 0 where connection = @connection and object = 'carts' and record_key = @key",
        new { connection, key = SpokeKey.Of(connection, EntityKind.Cart, cartId) }, transaction);
}
