namespace Spoke.Commerce.Ledger;

/// <summary>The figures of one order that sums are made of. All in the order's currency; refunds and payments count once they are settled.</summary>
public sealed record OrderFigures(Money ItemsNet, Money NetRevenue, Money Refunded, Money Collected, bool Counted, bool Kept)
{
    public static OrderFigures Of(Order order)
    {
        var zero = Money.Zero(order.Currency);
        var paid = order.Payments.Where(p => p.State == SettlementState.Settled).Aggregate(zero, (sum, p) => sum + p.Amount);
        // A refund of what was never paid is a notice, not money.
        var settled = paid.Minor == 0 ? [] : order.Refunds.Where(r => r.State == SettlementState.Settled).ToList();
        var refunded = settled.Aggregate(zero, (sum, r) => sum + r.Total);
        var collected = paid - refunded;
        var net = settled.Aggregate(order.Amounts.ItemsNet, (left, r) => left - r.Items);
        var placed = order.Lifecycle is not (OrderLifecycle.Cart or OrderLifecycle.Draft) && !order.Test && !order.Deleted;
        var counted = placed && paid.Minor > 0 && !(order.Lifecycle == OrderLifecycle.Cancelled && collected.Minor == 0);
        return new OrderFigures(order.Amounts.ItemsNet, net, refunded, collected, counted, counted && net.Minor > 0);
    }
}
