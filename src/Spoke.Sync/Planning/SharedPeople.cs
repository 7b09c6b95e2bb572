using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Carts;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>What other stores of the same portal know of the same people, found by their address: a contact's name and sums are those of all stores together.</summary>
internal sealed class SharedPeople
{
    private sealed record Known(string Connection, string Contact_Key, string Email);

    private sealed record Body(string Contact_Key, string Json);

    private readonly Dictionary<string, List<Customer>> _customers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Order>> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Cart>> _left = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CustomerAggregates>> _aggregates = new(StringComparer.Ordinal);

    private SharedPeople()
    {
    }

    public static SharedPeople Nobody { get; } = new();

    /// <summary>The customers of other stores.</summary>
    public IReadOnlyList<Customer> Customers(string key) => _customers.GetValueOrDefault(key) ?? [];

    /// <summary>The newest of this order and those of other stores.</summary>
    public Order? Newest(string key, Order? own) => (_orders.GetValueOrDefault(key) ?? []).Append(own).OfType<Order>().OrderBy(order => order.PlacedAt).ThenBy(order => order.PlatformId, StringComparer.Ordinal).LastOrDefault();

    /// <summary>The cart left behind last, this one or that of another store.</summary>
    public Cart? Left(string key, Cart? own) => (_left.GetValueOrDefault(key) ?? []).Append(own).OfType<Cart>().OrderBy(cart => cart.LastActivityAt).ThenBy(cart => cart.PlatformId, StringComparer.Ordinal).LastOrDefault();

    /// <summary>These sums and those of other stores, currency by currency.</summary>
    public IReadOnlyList<CustomerAggregates> With(string key, IEnumerable<CustomerAggregates> own) => _aggregates.GetValueOrDefault(key) is not { } more ? [.. own] :
        [.. own.Concat(more).GroupBy(row => row.Currency, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Aggregate(Sum))];

    public static SharedPeople Of(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<string> keys)
    {
        var shared = new SharedPeople();
        var others = Siblings.Of(db, null, connection);
        if (others.Count == 0) return Nobody;
        var addresses = db.Query<(string Key, string Email)>($"select distinct contact_key, email from ledger where connection = @connection and email is not null and contact_key {dialect.Among("keys")}", new { connection, keys }).ToLookup(row => row.Email, row => row.Key);
        if (addresses.Count == 0) return Nobody;
        var emails = addresses.Select(group => group.Key).ToList();
        var known = db.Query<Known>($"select distinct connection, contact_key, email from ledger where connection {dialect.Among("others")} and contact_key is not null and email {dialect.Among("emails")}", new { others, emails }).AsList();
        foreach (var store in known.GroupBy(row => row.Connection, StringComparer.Ordinal))
        {
            var theirs = store.Select(row => row.Contact_Key).Distinct().ToList();
            var ours = store.SelectMany(row => addresses[row.Email].Select(key => (Theirs: row.Contact_Key, Ours: key))).Distinct().ToLookup(pair => pair.Theirs, pair => pair.Ours);
            foreach (var body in Bodies(db, dialect, store.Key, EntityKind.Customer, "", theirs)) Add(shared._customers, ours[body.Contact_Key], (Customer)LedgerJson.Read(body.Json));
            foreach (var body in Bodies(db, dialect, store.Key, EntityKind.Order, "and occurred_at = (select max(n.occurred_at) from ledger n where n.connection = ledger.connection and n.contact_key = ledger.contact_key and n.kind = 3)", theirs)) Add(shared._orders, ours[body.Contact_Key], (Order)LedgerJson.Read(body.Json));
            foreach (var (theirKey, cart) in CartStore.Abandoned(db, dialect, store.Key, theirs)) Add(shared._left, ours[theirKey], cart);
            foreach (var group in AggregateStore.Read(db, dialect, store.Key, theirs))
                foreach (var row in group) Add(shared._aggregates, ours[group.Key], row);
        }
        return shared;
    }

    private static IEnumerable<Body> Bodies(DbConnection db, ISqlDialect dialect, string connection, EntityKind kind, string condition, List<string> keys) =>
        db.Query<Body>($"select contact_key, body as json from ledger where connection = @connection and kind = @kind and body <> '' and contact_key {dialect.Among("keys")} {condition}", new { connection, kind = (int)kind, keys });

    private static void Add<T>(Dictionary<string, List<T>> to, IEnumerable<string> keys, T value)
    {
        foreach (var key in keys)
        {
            if (!to.TryGetValue(key, out var list)) to[key] = list = [];
            list.Add(value);
        }
    }

    private static CustomerAggregates Sum(CustomerAggregates a, CustomerAggregates b) => new(a.Currency, a.OrdersCount + b.OrdersCount, a.TotalSpent + b.TotalSpent, a.NetSpent + b.NetSpent, a.ItemsNet + b.ItemsNet,
        a.FirstOrderAt is null || b.FirstOrderAt < a.FirstOrderAt ? b.FirstOrderAt : a.FirstOrderAt, a.LastOrderAt is null || b.LastOrderAt > a.LastOrderAt ? b.LastOrderAt : a.LastOrderAt);
}
