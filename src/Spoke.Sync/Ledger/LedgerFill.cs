using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Ledger;

/// <summary>Fills the columns that a newer schema has from the bodies that were kept all along.</summary>
internal static class LedgerFill
{
    private sealed record Row(string Connection, long Kind, string Platform_Id, long Version, string Hash, string? Contact_Key, string Body);

    /// <summary>The products of variants.</summary>
    public static void Products(DbConnection db, DbTransaction transaction) => Fill(db, transaction, [EntityKind.Variant], "product_id = @ProductId", columns => columns.ProductId is not null);

    /// <summary>Schema 7: companies and the domains of addresses.</summary>
    public static void Companies(DbConnection db, DbTransaction transaction) =>
        Fill(db, transaction, [EntityKind.Customer, EntityKind.Order], "company_id = @CompanyId, domain = @Domain", columns => (columns.CompanyId ?? columns.Domain) is not null);

    /// <summary>Schema 3: the numbers people know orders by.</summary>
    public static void Numbers(DbConnection db, DbTransaction transaction) => Fill(db, transaction, [EntityKind.Order], "number = @Number", columns => columns.Number is not null);

    /// <summary>Schema 2: what is looked for, and the sums of a contact.</summary>
    public static void Run(DbConnection db, DbTransaction transaction)
    {
        foreach (var row in db.Query<Row>("select connection, kind, platform_id, version, hash, contact_key, body from ledger", transaction: transaction).AsList())
        {
            var entity = LedgerJson.Read(row.Body);
            LedgerStore.Put(db, transaction, row.Connection, (EntityKind)row.Kind, row.Platform_Id, new LedgerState(row.Version, true, row.Hash, -1, entity), row.Contact_Key, null);
            if (entity is Order order) AggregateStore.Move(db, transaction, row.Connection, null, (row.Contact_Key, OrderContribution.Of(order)));
        }
        // What was confirmed in HubSpot is read off the shadows once.
        foreach (var (connection, key, shadow) in db.Query<(string, string, string)>("select connection, record_key, shadow from record where object = 'orders' and record_id is not null and shadow is not null", transaction: transaction).AsList())
        {
            var properties = System.Text.Json.JsonSerializer.Deserialize(shadow, LedgerJson.Default.DictionaryStringString)!;
            if (Planning.ConfirmedTotal.Of(properties) is { } total)
                db.Execute("update record set currency = @Currency, total = @Minor where connection = @connection and object = 'orders' and record_key = @key", new { total.Currency, total.Minor, connection, key }, transaction);
        }
    }

    /// <summary>Sets columns of all entities of some kinds, as far as there is something to set.</summary>
    private static void Fill(DbConnection db, DbTransaction transaction, IEnumerable<EntityKind> kinds, string set, Func<LedgerColumns, bool> isFilled)
    {
        foreach (var kind in kinds.Select(kind => (int)kind))
            foreach (var (connection, id, body) in db.Query<(string, string, string)>("select connection, platform_id, body from ledger where kind = @kind and body <> ''", new { kind }, transaction).AsList())
            {
                var columns = LedgerColumns.Of(LedgerJson.Read(body));
                if (isFilled(columns)) db.Execute($"update ledger set {set} where connection = @connection and kind = @kind and platform_id = @id", new { columns.ProductId, columns.CompanyId, columns.Domain, columns.Number, connection, kind, id }, transaction);
            }
    }
}
