using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Ledger;

/// <summary>
/// Which contact an entity belongs to. Customers with one e-mail address are one contact. A customer stays with its contact when the address changes.
/// </summary>
internal static class ContactKeys
{
    public static string? For(DbConnection db, DbTransaction transaction, string connection, LedgerEntity entity, string? known) => entity switch
    {
        Customer customer => known is not null ? Remember(db, transaction, connection, customer.Email, known) : Resolve(db, transaction, connection, customer.Email, customer.PlatformId),
        Order order => OfBuyer(db, transaction, connection, order.CustomerId, order.Email),
        Cart cart => OfBuyer(db, transaction, connection, cart.CustomerId, cart.Email),
        _ => null,
    };

    private static string? OfBuyer(DbConnection db, DbTransaction transaction, string connection, string? customerId, string? email)
    {
        if (customerId is not null && db.ExecuteScalar<string?>("select contact_key from ledger where connection = @connection and kind = @kind and platform_id = @customerId",
            new { connection, kind = (int)EntityKind.Customer, customerId }, transaction) is { } key) return key;
        if (customerId is null && EmailAddress.Normalise(email) is null) return null;
        return Resolve(db, transaction, connection, email, customerId ?? "guest:" + EmailAddress.Normalise(email));
    }

    private static string Resolve(DbConnection db, DbTransaction transaction, string connection, string? email, string customerId)
    {
        if (EmailAddress.Normalise(email) is { } address
            && db.ExecuteScalar<string?>("select contact_key from contact_alias where connection = @connection and email = @address", new { connection, address }, transaction) is { } existing) return existing;
        return Remember(db, transaction, connection, email, SpokeKey.Of(connection, EntityKind.Customer, customerId));
    }

    private static string Remember(DbConnection db, DbTransaction transaction, string connection, string? email, string key)
    {
        if (EmailAddress.Normalise(email) is { } address)
            db.Execute("insert into contact_alias (connection, email, contact_key) values (@connection, @address, @key) on conflict do nothing", new { connection, address, key }, transaction);
        return key;
    }
}
