using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>
/// Which contact something belongs to, by what the ledger holds now and not by what came first. Customers with one e-mail address are one contact,
/// named after the oldest account among them; an order follows its customer, else its address; an address nobody has an account for is a guest.
/// </summary>
internal static class ContactKeys
{
    private const string Members = "select kind, platform_id, email, customer_id, guest, contact_key from ledger where connection = @connection and";

    private sealed record Member(long Kind, string Platform_Id, string? Email, string? Customer_Id, long Guest, string? Contact_Key);

    /// <summary>Something whose contact has changed.</summary>
    public sealed record Moved(EntityKind Kind, string PlatformId, string? Before, string? After);

    /// <summary>The name under which a contact goes on after people have merged it with another in HubSpot.</summary>
    private static string Resolved(DbConnection db, DbTransaction transaction, string connection, string key) =>
        db.QueryFirstOrDefault<string?>("select into_key from contact_merge where connection = @connection and contact_key = @key", new { connection, key }, transaction) ?? key;

    /// <summary>Gives everything that a customer's new version touches its contact: those with its old or new address, and its own orders and carts.</summary>
    public static IReadOnlyList<Moved> Regroup(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, string customerId, string? addressBefore, string? address)
    {
        // Not a plain union: SQLite would sort it by walking the whole ledger. With a plus the kind is no way into an index: PostgreSQL would take it and walk all customers while it knows of none. So it would for the two addresses in one list.
        var members = db.Query<Member>(
            $"""
            {Members} kind = 2 and platform_id = @customerId and body <> ''
            union all {Members} email = @address
            union all {Members} email = @addressBefore
            union all {Members} customer_id = @customerId
            union all {Members} customer_id in (select platform_id from ledger where connection = @connection and +kind = 2 and email = @address)
            union all {Members} customer_id in (select platform_id from ledger where connection = @connection and +kind = 2 and email = @addressBefore)
            """, new { connection, customerId, addressBefore = addressBefore == address ? null : addressBefore, address }, transaction).DistinctBy(m => (m.Kind, m.Platform_Id)).ToList();
        var customers = members.Where(m => m.Kind == (int)EntityKind.Customer).ToList();
        if (address is not null) JoinGuest(db, transaction, connection, address, members);
        var keys = customers.ToDictionary(c => c.Platform_Id, c => Account(connection, c.Email is null ? c.Platform_Id : Oldest(customers.Where(o => o.Email == c.Email)).Platform_Id));
        var moved = new List<Moved>();
        foreach (var customer in customers) Give(customer, Resolved(db, transaction, connection, keys[customer.Platform_Id]));
        var bought = members.FindAll(m => m.Kind != (int)EntityKind.Customer);
        if (bought.Count == 0) return moved;
        var buyers = Buyers.Of(db, transaction, dialect, connection, bought.Select(m => (m.Customer_Id, m.Email)));
        foreach (var member in bought) Give(member, buyers.Contact(member.Customer_Id, member.Email));
        return moved;

        void Give(Member member, string? key)
        {
            if (key == member.Contact_Key) return;
            db.ExecuteLater("update ledger set contact_key = @key where connection = @connection and kind = @Kind and platform_id = @Platform_Id", new { key, connection, member.Kind, member.Platform_Id }, transaction);
            moved.Add(new Moved((EntityKind)member.Kind, member.Platform_Id, member.Contact_Key, key));
        }
    }

    /// <summary>A guest stays one contact when they open an account. Where people have merged that contact with another, the account is the one that came of it, unless it has a record of its own already.</summary>
    private static void JoinGuest(DbConnection db, DbTransaction transaction, string connection, string address, List<Member> members)
    {
        var own = Account(connection, Oldest(members.Where(m => m.Kind == (int)EntityKind.Customer && m.Email == address)).Platform_Id);
        if (!members.Exists(m => m.Kind != (int)EntityKind.Customer && m.Email == address && m.Contact_Key is not null && m.Contact_Key != own)) return;   // no guest has bought anything
        var names = new { connection, guest = Guest(connection, address), own };
        var into = db.QueryFirstOrDefault<string?>("select into_key from contact_merge where connection = @connection and contact_key = @guest union all select into_key from contact_merge where connection = @connection and into_key = @guest", names, transaction);
        if (into is null || into == own || Resolved(db, transaction, connection, own) != own) return;
        if (db.ExecuteScalar<long>("select count(*) from record where connection = @connection and object = 'contacts' and record_key = @own and (record_id is not null or sent is not null)", names, transaction) == 0)
            ContactUnion.Join(db, transaction, connection, own, into);
    }

    private static Member Oldest(IEnumerable<Member> customers) => customers.OrderBy(c => c.Guest).ThenBy(c => c.Platform_Id.Length).ThenBy(c => c.Platform_Id, StringComparer.Ordinal).First();

    /// <summary>The name of a customer's contact, as long as no other customer has the address.</summary>
    public static string Account(string connection, string customerId) => SpokeKey.Of(connection, EntityKind.Customer, customerId);

    /// <summary>The name of the contact of an address that nobody has an account for.</summary>
    public static string Guest(string connection, string address) => SpokeKey.Of(connection, EntityKind.Customer, "guest:" + address);
}
