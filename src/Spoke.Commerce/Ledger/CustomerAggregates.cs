namespace Spoke.Commerce.Ledger;

/// <summary>What a customer's orders of one currency come to.</summary>
/// <param name="OrdersCount">Counted orders: placed, paid at some time or counted without, not cancelled with everything given back.</param>
/// <param name="TotalSpent">Settled payments minus settled refunds over all placed orders: the money that changed hands.</param>
/// <param name="NetSpent">Net revenue of kept orders.</param>
public sealed record CustomerAggregates(string Currency, int OrdersCount, Money TotalSpent, Money NetSpent, Money ItemsNet, DateTimeOffset? FirstOrderAt, DateTimeOffset? LastOrderAt)
{
    /// <summary>Goods after discounts, before tax, an order.</summary>
    public Money? AverageOrderValue => OrdersCount == 0 ? null : new Money((long)Math.Round(ItemsNet.Minor / (decimal)OrdersCount, MidpointRounding.ToEven), Currency);

    /// <summary>From scratch: one row a currency, in the order of their codes.</summary>
    public static IReadOnlyList<CustomerAggregates> Of(IEnumerable<Order> orders) =>
        [.. orders.Select(OrderContribution.Of).GroupBy(c => c.Currency, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Sum(group.Key, [.. group]))];

    private static CustomerAggregates Sum(string currency, IReadOnlyList<OrderContribution> contributions)
    {
        var counted = contributions.Where(c => c.Counted).ToList();
        Money Total(Func<OrderContribution, Money> part) => contributions.Aggregate(Money.Zero(currency), (sum, c) => sum + part(c));
        return new CustomerAggregates(currency, counted.Count, Total(c => c.TotalSpent), Total(c => c.NetSpent), Total(c => c.ItemsNet),
            counted.Count == 0 ? null : counted.Min(c => c.PlacedAt),
            counted.Count == 0 ? null : counted.Max(c => c.PlacedAt));
    }
}
