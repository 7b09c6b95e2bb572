using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>
/// A row of sums per contact and currency. A changed order moves the difference between its old and its new version; nothing is added up anew,
/// and yet the row equals what adding up anew would give.
/// </summary>
internal static class AggregateStore
{
    private sealed record Row(string Contact_Key, string Currency, long Orders_Count, long Total_Spent, long Net_Spent, long Items_Net, long? First_Order_At, long? Last_Order_At);

    /// <summary>Takes away what the old version of an order brought, adds what the new one brings. The ledger has the new version already.</summary>
    public static void Move(DbConnection db, DbTransaction transaction, string connection, (string? Key, OrderContribution Figures)? before, (string? Key, OrderContribution Figures)? after)
    {
        if (before == after) return;
        if (before is { Key: { } old }) Add(db, transaction, connection, old, before.Value.Figures, -1);
        if (after is { Key: { } now }) Add(db, transaction, connection, now, after.Value.Figures, 1);
        if (before is { Key: { } left }) SetBounds(db, transaction, connection, left, before.Value.Figures);
    }

    public static ILookup<string, CustomerAggregates> Read(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<string> contactKeys) =>
        db.Query<Row>($"select contact_key, currency, orders_count, total_spent, net_spent, items_net, first_order_at, last_order_at from aggregates where connection = @connection and contact_key {dialect.Among("contactKeys")} order by contact_key, currency", new { connection, contactKeys })
            .ToLookup(row => row.Contact_Key, row => new CustomerAggregates(row.Currency, (int)row.Orders_Count, new Money(row.Total_Spent, row.Currency), new Money(row.Net_Spent, row.Currency), new Money(row.Items_Net, row.Currency), Moment(row.First_Order_At), Moment(row.Last_Order_At)));

    private static void Add(DbConnection db, DbTransaction transaction, string connection, string key, OrderContribution figures, int sign) => db.ExecuteLater(
        """
        insert into aggregates (connection, contact_key, currency, orders, orders_count, total_spent, net_spent, items_net, first_order_at, last_order_at)
        values (@connection, @key, @currency, @sign, @count, @spent, @net, @items, @at, @at)
        on conflict (connection, contact_key, currency) do update set orders = aggregates.orders + excluded.orders, orders_count = aggregates.orders_count + excluded.orders_count,
            total_spent = aggregates.total_spent + excluded.total_spent, net_spent = aggregates.net_spent + excluded.net_spent, items_net = aggregates.items_net + excluded.items_net,
            first_order_at = case when aggregates.first_order_at is null or excluded.first_order_at < aggregates.first_order_at then excluded.first_order_at else aggregates.first_order_at end,
            last_order_at = case when aggregates.last_order_at is null or excluded.last_order_at > aggregates.last_order_at then excluded.last_order_at else aggregates.last_order_at end
        """,
        new
        {
            connection,
            key,
            currency = figures.Currency,
            sign,
            count = figures.Counted ? sign : 0,
            spent = sign * figures.TotalSpent.Minor,
            net = sign * figures.NetSpent.Minor,
            items = sign * figures.ItemsNet.Minor,
            at = figures.Counted && sign > 0 ? figures.PlacedAt.ToUnixTimeMilliseconds() : (long?)null,
        }, transaction);

    // First and last cannot be taken away from; where the order that left was one of them, the index knows the next.
    private static void SetBounds(DbConnection db, DbTransaction transaction, string connection, string key, OrderContribution left)
    {
        var row = new { connection, key, currency = left.Currency, at = left.PlacedAt.ToUnixTimeMilliseconds() };
        if (left.Counted) db.ExecuteLater(
            """
            update aggregates set
                first_order_at = (select min(occurred_at) from ledger where connection = @connection and contact_key = @key and kind = 3 and currency = @currency and counted = 1 and occurred_at is not null),
                last_order_at = (select max(occurred_at) from ledger where connection = @connection and contact_key = @key and kind = 3 and currency = @currency and counted = 1 and occurred_at is not null)
            where connection = @connection and contact_key = @key and currency = @currency and (first_order_at = @at or last_order_at = @at)
            """, row, transaction);
        db.ExecuteLater("delete from aggregates where connection = @connection and contact_key = @key and currency = @currency and orders <= 0", row, transaction);
    }

    private static DateTimeOffset? Moment(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
