using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>All by which one person is known to a connection.</summary>
/// <param name="Keys">Names of the person's contact.</param>
/// <param name="Emails">Normalised.</param>
/// <param name="RecordIds">HubSpot's ids of the contact.</param>
/// <param name="Traces">Tell the person in texts that no key says of whom they are.</param>
internal sealed record Person(IReadOnlyList<string> Keys, IReadOnlyList<string> CustomerIds, IReadOnlyList<string> Emails, IReadOnlyList<string> OrderIds, IReadOnlyList<string> CartIds, IReadOnlyList<string> RecordIds, Traces Traces)
{
    private sealed record Row(long Kind, string Platform_Id, string Body);

    /// <summary>Whom a request is about.</summary>
    public static Person Of(DbConnection db, DbTransaction? transaction, ISqlDialect dialect, string connection, PrivacyRow request)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var email = EmailAddress.Normalise(request.Email);
        void Add(string sql, object parameters) => keys.UnionWith(db.Query<string>(sql, parameters, transaction));
        if (request.Customer_Id is { } id)
        {
            keys.Add(SpokeKey.Of(connection, EntityKind.Customer, id));
            Add("select contact_key from ledger where connection = @connection and kind = 2 and platform_id = @id and contact_key is not null", new { connection, id });
        }
        if (email is not null)
        {
            keys.Add(ContactKeys.Guest(connection, email));
            Add("select distinct contact_key from ledger where connection = @connection and email = @email and contact_key is not null", new { connection, email });
        }
        if (request.Record_Id is { } record) Add("select record_key from record where connection = @connection and object = 'contacts' and record_id = @record", new { connection, record });
        var named = request.Orders.ToList();
        if (keys.Count == 0 && named.Count > 0) Add($"select distinct contact_key from ledger where connection = @connection and kind = 3 and contact_key is not null and platform_id {dialect.Among("named")}", new { connection, named });
        keys.RemoveWhere(Erased.Is);
        return Read(db, transaction, dialect, connection, [.. keys], request.Customer_Id, email, named);
    }

    /// <summary>The next of a store's people, where everybody is to be erased; null: nobody is left.</summary>
    public static Person? Next(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection)
    {
        if (db.QueryFirstOrDefault<string?>("select contact_key from ledger where connection = @connection and contact_key is not null and contact_key not like 'erased-%' limit 1", new { connection }, transaction) is { } key)
            return Read(db, transaction, dialect, connection, [key], null, null, []);
        // Without a contact there may still be an address.
        var orders = db.Query<string>("select platform_id from ledger where connection = @connection and kind = 3 and contact_key is null and body <> '' limit 100", new { connection }, transaction).AsList();
        if (orders.Count > 0) return Read(db, transaction, dialect, connection, [], null, null, orders);
        return db.QueryFirstOrDefault<string?>("select record_key from record where connection = @connection and object = 'contacts' order by record_key limit 1", new { connection }, transaction) is { } record ? Read(db, transaction, dialect, connection, [record], null, null, []) : null;
    }

    private static Person Read(DbConnection db, DbTransaction? transaction, ISqlDialect dialect, string connection, List<string> keys, string? customerId, string? email, List<string> named)
    {
        var rows = db.Query<Row>(
            $"""
            select kind, platform_id, body from ledger where connection = @connection and contact_key {dialect.Among("keys")}
            union select kind, platform_id, body from ledger where connection = @connection and kind = 3 and platform_id {dialect.Among("named")}
            """, new { connection, keys, named }, transaction).AsList();
        var entities = rows.Where(row => row.Body.Length > 0).Select(row => LedgerJson.Read(row.Body)).ToList();
        List<string> Ids(EntityKind kind) => [.. rows.Where(row => row.Kind == (int)kind).Select(row => row.Platform_Id)];
        var records = db.Query<string>($"select record_id from record where connection = @connection and object = 'contacts' and record_id is not null and record_key {dialect.Among("keys")}", new { connection, keys }, transaction).AsList();
        List<string> customers = [.. Ids(EntityKind.Customer).Concat(customerId is null ? [] : [customerId]).Distinct()];
        List<string> written = [.. entities.Select(Email).Append(email).OfType<string>().Select(text => text.Trim()).Where(text => EmailAddress.Normalise(text) is not null).Distinct(StringComparer.OrdinalIgnoreCase)];
        List<string> emails = [.. written.Select(EmailAddress.Normalise).OfType<string>().Distinct()];
        return new Person(keys, customers, emails, [.. Ids(EntityKind.Order).Concat(named).Distinct()], Ids(EntityKind.Cart), records, new Traces(keys, customers, written.Union(emails, StringComparer.OrdinalIgnoreCase), entities));
    }

    private static string? Email(LedgerEntity entity) => entity switch { Customer customer => customer.Email, Order order => order.Email, Cart cart => cart.Email, _ => null };
}
