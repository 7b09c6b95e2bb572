using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Carts;

/// <summary>The rows of cart states: state, when it was first left behind, when time alone changes it next.</summary>
internal static class CartStore
{
    private sealed record Row(string Id, string? Contact_Key, string Json, long? State, long? Abandoned_At, long? Due_At);

    /// <summary>Carts that something may have changed about: never judged, touched, their customer touched, or due.</summary>
    /// <param name="all">Look for those that were never judged; else only at what waits to be pushed and at what is due.</param>
    public static List<string> Touched(DbConnection db, string connection, long now, bool all) => db.Query<string>(
        $"""
        select source_id from record where connection = @connection and object = 'carts' and state = 1
        union all select cart_id from cart_state where connection = @connection and due_at <= @now
        union all select l.platform_id from record r cross join ledger l where l.connection = r.connection and l.contact_key = r.record_key and l.kind = 4 and r.connection = @connection and r.object = 'contacts' and r.state = 1
        {(all ? "union all select platform_id from ledger where connection = @connection and kind = 4 and body <> '' and not exists (select 1 from cart_state s where s.connection = @connection and s.cart_id = ledger.platform_id)" : "")}
        """, new { connection, now }).Distinct().Order(StringComparer.Ordinal).ToList();   // neither a plain union nor a plain join: SQLite would walk all carts

    public static long? DueAt(DbConnection db, string connection) => db.ExecuteScalar<long?>("select min(due_at) from cart_state where connection = @connection and due_at is not null", new { connection });

    public static Dictionary<string, CartStatus> Of(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<string> ids) =>
        db.Query<(string Id, long State)>($"select cart_id, state from cart_state where connection = @connection and cart_id {dialect.Among("ids")}", new { connection, ids }).ToDictionary(row => row.Id, row => (CartStatus)row.State, StringComparer.Ordinal);

    /// <summary>The cart that a contact has left behind, by contact.</summary>
    public static Dictionary<string, Cart> Abandoned(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<string> keys) =>
        db.Query<(string Key, string Json)>($"select l.contact_key, l.body from ledger l join cart_state s on s.connection = l.connection and s.cart_id = l.platform_id and s.state = 1 where l.connection = @connection and l.kind = 4 and l.body <> '' and l.contact_key {dialect.Among("keys")}", new { connection, keys })
            .Select(row => (row.Key, Cart: (Cart)LedgerJson.Read(row.Json))).GroupBy(row => row.Key).ToDictionary(group => group.Key, group => group.Select(row => row.Cart).OrderBy(cart => cart.LastActivityAt).ThenBy(cart => cart.PlatformId, StringComparer.Ordinal).Last(), StringComparer.Ordinal);

    /// <summary>Judges carts together with the other open ones of their customers, by what the ledger says in this very transaction.</summary>
    /// <returns>How many have come to another state.</returns>
    public static int Judge(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<string> ids, DateTimeOffset now, TimeSpan abandonedAfter, DateTimeOffset began)
    {
        const string Select = "select l.platform_id as id, l.contact_key, l.body as json, s.state, s.abandoned_at, s.due_at from ledger l left join cart_state s on s.connection = l.connection and s.cart_id = l.platform_id where l.connection = @connection and l.kind = 4 and l.body <> '' and ";
        var rows = db.Query<Row>(Select + "l.platform_id " + dialect.Among("ids"), new { connection, ids }, transaction).ToDictionary(row => row.Id, StringComparer.Ordinal);
        var contacts = rows.Values.Select(row => row.Contact_Key).OfType<string>().Distinct().ToList();
        if (contacts.Count > 0)
            foreach (var row in db.Query<Row>(Select + "coalesce(s.state, 0) in (0, 1, 3) and l.contact_key " + dialect.Among("contacts"), new { connection, contacts }, transaction)) rows.TryAdd(row.Id, row);
        if (rows.Count == 0) return 0;
        var carts = rows.Values.Select(row => (Row: row, Cart: (Cart)LedgerJson.Read(row.Json))).ToList();
        var all = rows.Keys.ToList();
        var ordered = db.Query<string>($"select cart_id from ledger where connection = @connection and cart_id {dialect.Among("all")}", new { connection, all }, transaction).ToHashSet(StringComparer.Ordinal);
        var lastOrders = contacts.Count == 0 ? [] : db.Query<(string Key, long At)>($"select contact_key, max(occurred_at) from ledger where connection = @connection and kind = 3 and deleted = 0 and occurred_at is not null and contact_key {dialect.Among("contacts")} group by contact_key", new { connection, contacts }, transaction).ToDictionary(row => row.Key, row => row.At, StringComparer.Ordinal);
        bool Ordered(Cart cart) => cart.OrderId is not null || ordered.Contains(cart.PlatformId);
        var newest = carts.Where(c => c.Row.Contact_Key is not null && CartStates.IsOpen(c.Cart, Ordered(c.Cart))).GroupBy(c => c.Row.Contact_Key!)
            .ToDictionary(group => group.Key, group => group.Select(c => c.Cart).OrderBy(c => c.LastActivityAt).ThenBy(c => c.PlatformId, StringComparer.Ordinal).Last().PlatformId, StringComparer.Ordinal);
        return carts.Count(c =>
        {
            DateTimeOffset? orderAt = c.Row.Contact_Key is { } key && lastOrders.TryGetValue(key, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
            var newer = c.Row.Contact_Key is { } contact && newest.TryGetValue(contact, out var last) && last != c.Row.Id;
            return Keep(db, transaction, connection, c.Row, CartStates.Judge(new CartFacts(c.Cart, Ordered(c.Cart), orderAt, newer, c.Row.Abandoned_At is not null), now, abandonedAfter, began), now);
        });
    }

    private static bool Keep(DbConnection db, DbTransaction transaction, string connection, Row row, CartVerdict verdict, DateTimeOffset now)
    {
        var (state, due) = ((long)verdict.Status, verdict.DueAt?.ToUnixTimeMilliseconds());
        if (row.State == state && row.Due_At == due) return false;
        var abandoned = row.Abandoned_At ?? (verdict.Status == CartStatus.Abandoned ? now.ToUnixTimeMilliseconds() : null);
        db.ExecuteLater(
            """
            insert into cart_state (connection, cart_id, state, abandoned_at, due_at) values (@connection, @Id, @state, @abandoned, @due)
            on conflict (connection, cart_id) do update set state = excluded.state, abandoned_at = excluded.abandoned_at, due_at = excluded.due_at
            """, new { connection, row.Id, state, abandoned, due }, transaction);
        if (row.State == state) return false;   // touched again: only its time has moved
        DirtyMarks.OfCart(db, transaction, connection, row.Id, verdict.Status == CartStatus.Abandoned || row.State == (long)CartStatus.Abandoned ? row.Contact_Key : null);
        return true;
    }
}
