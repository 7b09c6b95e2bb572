namespace Spoke.Commerce.Ledger;

/// <summary>What one version of one order brings to its customer's aggregates. A newer version takes the older one's away and brings its own.</summary>
/// <param name="Counted">Placed, paid at some time or counted without, not cancelled with everything given back.</param>
/// <param name="TotalSpent">Settled payments minus settled refunds; nothing for test orders and deleted ones.</param>
/// <param name="NetSpent">Net revenue if the order is kept.</param>
/// <param name="ItemsNet">Goods after discounts, before tax, if the order is counted.</param>
public readonly record struct OrderContribution(string Currency, DateTimeOffset PlacedAt, bool Counted, Money TotalSpent, Money NetSpent, Money ItemsNet)
{
    public static OrderContribution Of(Order order)
    {
        var figures = OrderFigures.Of(order);
        var zero = Money.Zero(order.Currency);
        return new OrderContribution(order.Currency, order.PlacedAt, figures.Counted,
            order is { Test: false, Deleted: false } ? figures.Collected : zero,
            figures.Kept ? figures.NetRevenue : zero,
            figures.Counted ? figures.ItemsNet : zero);
    }
}
