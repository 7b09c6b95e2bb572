using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>Which contacts orders and carts belong to, as the ledger has it now; asked once for many of them.</summary>
internal sealed class Buyers
{
    private const long Account = 1;
    private const long Address = 2;
    private const long Merged = 3;
    private readonly string _connection;
    private readonly HashSet<(string?, string?)> _asked;
    private readonly Dictionary<(long By, string Value), string> _keys = [];

    private Buyers(string connection, HashSet<(string?, string?)> asked) => (_connection, _asked) = (connection, asked);

    public static Buyers Of(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IEnumerable<(string? CustomerId, string? Email)> who)
    {
        var all = who.ToHashSet();
        var ids = all.Select(one => one.CustomerId).OfType<string>().Distinct().ToList();
        var addresses = all.Select(one => EmailAddress.Normalise(one.Email)).OfType<string>().Distinct().ToList();
        var buyers = new Buyers(connection, all);
        if (ids.Count + addresses.Count == 0) return buyers;
        List<string> keys = [.. ids.Select(id => ContactKeys.Account(connection, id)), .. addresses.Select(address => ContactKeys.Guest(connection, address))];
        const string Customer = "coalesce(m.into_key, l.contact_key) from ledger l left join contact_merge m on m.connection = l.connection and m.contact_key = l.contact_key where l.connection = @connection and l.contact_key is not null";
        foreach (var (by, value, key) in db.Query<(long, string, string)>(
            $"""
            select {Account}, l.platform_id, {Customer} and l.kind = 2 and l.platform_id {dialect.Among("ids")}
            union all select {Address}, l.email, {Customer} and +l.kind = 2 and l.email {dialect.Among("addresses")}
            union all select {Merged}, contact_key, into_key from contact_merge where connection = @connection and contact_key {dialect.Among("keys")}
            """, new { connection, ids, addresses, keys }, transaction)) buyers._keys.TryAdd((by, value), key);
        return buyers;
    }

    public bool Know(string? customerId, string? email) => _asked.Contains((customerId, email));

    /// <summary>The contact of the customer, else of whoever has the address, else of a guest; null: nobody is named.</summary>
    /// <exception cref="ArgumentException">It was not asked for.</exception>
    public string? Contact(string? customerId, string? email)
    {
        if (!Know(customerId, email)) throw new ArgumentException("This buyer was not asked for.");
        var address = EmailAddress.Normalise(email);
        if (customerId is not null && _keys.TryGetValue((Account, customerId), out var own)) return own;
        if (address is not null && _keys.TryGetValue((Address, address), out var holder)) return holder;
        var named = address is not null ? ContactKeys.Guest(_connection, address) : customerId is not null ? ContactKeys.Account(_connection, customerId) : null;
        return named is null ? null : _keys.GetValueOrDefault((Merged, named), named);   // people may have merged it with another in HubSpot
    }
}
