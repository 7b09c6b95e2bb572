using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Privacy;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Which records a change of the ledger touches. A record that is marked ten times is pushed once. One that is stopped stays stopped. Whoever marks says why, at once or by <see cref="ChangeSource.Claim"/>.</summary>
internal static class DirtyMarks
{
    private const string Again = Dirty + ", unclaimed = 1";
    private const string Dirty = "state = case when record.state = 3 then 3 else 1 end, generation = record.generation + 1, attempts = 0, due_at = 0";

    /// <param name="because">The change as reason of all records it names itself.</param>
    public static void For(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, LedgerEntity entity, LedgerEntity? before, string? contact, string? contactBefore, string because)
    {
        var marks = new List<object?[]>();
        void Mark(string @object, string key, string sourceId) => marks.Add([@object, key, sourceId]);
        if (contact is not null && !Erased.Is(contact)) Mark(RecordObjects.Contacts, contact, contact);
        if (contactBefore is not null && contactBefore != contact) Known(db, transaction, connection, RecordObjects.Contacts, contactBefore);
        switch (entity)
        {
            case Variant variant:
                Mark(RecordObjects.Products, SpokeKey.Of(connection, EntityKind.Variant, variant.PlatformId), variant.PlatformId);
                MarkSharers(db, transaction, connection, variant, before as Variant);
                break;
            case Company company:
                Known(db, transaction, connection, RecordObjects.Companies, SpokeKey.Of(connection, EntityKind.Company, company.PlatformId));
                break;
            case Order order:
                Mark(RecordObjects.Orders, SpokeKey.Of(connection, EntityKind.Order, order.PlatformId), order.PlatformId);
                if (IsTakenBack(order, before as Order)) Hurry(db, transaction, connection, RecordObjects.Orders, SpokeKey.Of(connection, EntityKind.Order, order.PlatformId));
                Lines(connection, EntityKind.Order, order.PlatformId, order.Lines.Concat((before as Order)?.Lines ?? []), Mark);
                if (order.CartId is { } cartId) Known(db, transaction, connection, RecordObjects.Carts, SpokeKey.Of(connection, EntityKind.Cart, cartId));   // it says that it has become an order
                break;
            case Cart { Identifiable: true } cart:
                Mark(RecordObjects.Carts, SpokeKey.Of(connection, EntityKind.Cart, cart.PlatformId), cart.PlatformId);
                Lines(connection, EntityKind.Cart, cart.PlatformId, cart.Lines.Concat((before as Cart)?.Lines ?? []), Mark);
                break;
        }
        Put(db, transaction, dialect, connection, marks, because);
    }

    /// <summary>Something went over to another contact.</summary>
    public static void ForMove(DbConnection db, DbTransaction transaction, string connection, ContactKeys.Moved moved)
    {
        if (moved.After is { } after && !Erased.Is(after)) Put(db, transaction, connection, RecordObjects.Contacts, after, after);
        if (moved.Before is { } before && before != moved.After) Known(db, transaction, connection, RecordObjects.Contacts, before);
        if (moved.Kind == EntityKind.Order) Known(db, transaction, connection, RecordObjects.Orders, SpokeKey.Of(connection, moved.Kind, moved.PlatformId));
        if (moved.Kind == EntityKind.Cart) Known(db, transaction, connection, RecordObjects.Carts, SpokeKey.Of(connection, moved.Kind, moved.PlatformId));
    }

    public static void Put(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string sourceId) => db.ExecuteLater(
        $"""
        insert into record (connection, object, record_key, source_id, state, generation, attempts, due_at, unclaimed) values (@connection, @object, @key, @sourceId, 1, 1, 0, 0, 1)
        on conflict (connection, object, record_key) do update set {Again}
        """,
        new { connection, @object, key, sourceId }, transaction);

    /// <summary>Several at once, which have their reason with the mark and need not be claimed.</summary>
    private static void Put(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, List<object?[]> marks, string because) => db.ExecuteLater(
        dialect, transaction, "of text, key text, source text", marks, rows =>
        $"""
        insert into record (connection, object, record_key, source_id, state, generation, attempts, due_at, because)
        select @connection, of, key, source, 1, 1, 0, 0, @because from {rows} where true
        on conflict (connection, object, record_key) do update set {Dirty}, because = {ChangeSource.Joined("excluded.because", "record.because")}
        """, ("connection", connection), ("because", because));

    /// <summary>All records of an object: what they are made of is read otherwise now.</summary>
    public static void All(DbConnection db, DbTransaction transaction, string connection, string @object) =>
        db.ExecuteLater($"update record set {Again} where connection = @connection and object = @object", new { connection, @object }, transaction);

    /// <summary>A contact's figures are others.</summary>
    public static void OfContact(DbConnection db, DbTransaction transaction, string connection, string key) => Known(db, transaction, connection, RecordObjects.Contacts, key);

    /// <summary>Fewer lines name it: if the store has deleted it, it may go.</summary>
    public static void OfDeletedVariant(DbConnection db, DbTransaction transaction, string connection, string id)
    {
        if (db.ExecuteScalar<long?>("select deleted from ledger where connection = @connection and kind = 1 and platform_id = @id", new { connection, id }, transaction) == 1) Known(db, transaction, connection, RecordObjects.Products, SpokeKey.Of(connection, EntityKind.Variant, id));
    }

    /// <summary>A cart has come to another state.</summary>
    /// <param name="contact">Whoever has or had it left behind; null: nothing the contact shows has changed.</param>
    public static void OfCart(DbConnection db, DbTransaction transaction, string connection, string id, string? contact)
    {
        Known(db, transaction, connection, RecordObjects.Carts, SpokeKey.Of(connection, EntityKind.Cart, id));
        if (contact is not null) Known(db, transaction, connection, RecordObjects.Contacts, contact);
    }

    /// <summary>People and orders that are in step and belong to a company that has just got a record.</summary>
    /// <param name="column">company_id or domain.</param>
    public static void OfCompany(DbConnection db, DbTransaction transaction, string connection, string column, string value)
    {
        var row = new { connection, value, prefix = SpokeKey.Of(connection, EntityKind.Order, "") };
        db.ExecuteLater($"update record set {Again} where connection = @connection and object = 'contacts' and state in (0, 2) and record_key in (select contact_key from ledger where connection = @connection and {column} = @value and contact_key is not null)", row, transaction);
        db.ExecuteLater($"update record set {Again} where connection = @connection and object = 'orders' and state in (0, 2) and record_key in (select @prefix || platform_id from ledger where connection = @connection and +kind = 3 and {column} = @value)", row, transaction);
    }

    private static void Known(DbConnection db, DbTransaction transaction, string connection, string @object, string key) =>
        db.ExecuteLater($"update record set {Again} where connection = @connection and object = @object and record_key = @key", new { connection, @object, key }, transaction);

    /// <summary>Cancelled, or more of it refunded than before: mails and tasks in HubSpot hang on it.</summary>
    private static bool IsTakenBack(Order order, Order? before) => before is not null
        && ((order.Lifecycle == OrderLifecycle.Cancelled && before.Lifecycle != OrderLifecycle.Cancelled)
            || order.Refunds.Sum(refund => refund.Total.Minor) > before.Refunds.Sum(refund => refund.Total.Minor)
            || (order.Payment != before.Payment && order.Payment is PaymentStatus.PartiallyRefunded or PaymentStatus.Refunded or PaymentStatus.Voided));

    /// <summary>A record that HubSpot has already goes ahead of all that waits, until it is written; one that is still to be made comes in its turn, after its parents.</summary>
    private static void Hurry(DbConnection db, DbTransaction transaction, string connection, string @object, string key) =>
        db.ExecuteLater("update record set urgent = 1 where connection = @connection and object = @object and record_key = @key and record_id is not null", new { connection, @object, key }, transaction);

    // Whose SKU it is may change for every variant that has it.
    private static void MarkSharers(DbConnection db, DbTransaction transaction, string connection, Variant variant, Variant? before)
    {
        var (now, then) = (LedgerColumns.Of(variant).Sku, LedgerColumns.Of(before).Sku);
        if ((now ?? then) is null || (before is not null && now == then && before.Deleted == variant.Deleted)) return;
        const string Sharers = "select platform_id from ledger where connection = @connection and +kind = 1 and platform_id <> @PlatformId and sku =";
        foreach (var id in db.Query<string>($"{Sharers} @now union all {Sharers} @then", new { connection, now, then, variant.PlatformId }, transaction).Distinct().ToList())
            Known(db, transaction, connection, RecordObjects.Products, SpokeKey.Of(connection, EntityKind.Variant, id));
    }

    private static void Lines(string connection, EntityKind parent, string parentId, IEnumerable<OrderLine> lines, Action<string, string, string> mark)
    {
        foreach (var id in lines.Select(line => line.Id).Distinct())
            mark(RecordObjects.LineItems, SpokeKey.OfLine(connection, parent, parentId, id), $"{(int)parent}/{parentId}/{id}");
    }
}
