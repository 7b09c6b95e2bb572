namespace Spoke.Commerce.Ledger;

/// <summary>What a customer's orders of one currency come to.</summary>
/// <param name="OrdersCount">Counted orders: placed, paid at some time, not cancelled with everything given back.</param>
/// <param name="TotalSpent">Settled payments minus settled refunds over all placed orders: the money that changed hands.</param>
/// <param name="NetSpent">Net revenue of kept orders.</param>
public sealed record CustomerAggregates(string Currency, int OrdersCount, Money TotalSpent, Money NetSpent, Money ItemsNet, DateTimeOffset? FirstOrderAt, DateTimeOffset? LastOrderAt)
{
    /// <summary>Goods after discounts, before tax, an order.</summary>
    public Money? AverageOrderValue => OrdersCount == 0 ? null : new Money((long)Math.Round(ItemsNet.Minor / (decimal)OrdersCount, MidpointRounding.ToEven), Currency);

    /// <summary>One row a currency, in the order of their codes.</summary>
    public static IReadOnlyList<CustomerAggregates> Of(IEnumerable<Order> orders) =>
        [.. orders.GroupBy(order => order.Currency, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(group.Key, [.. group]))];

    private static CustomerAggregates Of(string currency, IReadOnlyList<Order> orders)
    {
        var figures = orders.Select(order => (Order: order, Figures: OrderFigures.Of(order))).ToList();
        var counted = figures.Where(f => f.Figures.Counted).ToList();
        Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero(currency), (a, b) => a + b);
        return new CustomerAggregates(currency, counted.Count,
            Sum(figures.Where(f => f.Order is { Test: false, Deleted: false }).Select(f => f.Figures.Collected)),
            Sum(figures.Where(f => f.Figures.Kept).Select(f => f.Figures.NetRevenue)),
            Sum(counted.Select(f => f.Figures.ItemsNet)),
            counted.Count == 0 ? null : counted.Min(f => f.Order.PlacedAt),
            counted.Count == 0 ? null : counted.Max(f => f.Order.PlacedAt));
    }
}
