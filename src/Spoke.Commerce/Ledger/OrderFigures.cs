namespace Spoke.Commerce.Ledger;

/// <summary>The figures of one order that sums are made of. All in the order's currency; refunds and payments count once they are settled.</summary>
public sealed record OrderFigures(Money ItemsNet, Money NetRevenue, Money Refunded, Money Collected, Money EverCollected, bool Counted, bool Kept)
{
    public static OrderFigures Of(Order order)
    {
        var zero = Money.Zero(order.Currency);
        var paid = order.Payments.Where(p => p.State == SettlementState.Settled).Aggregate(zero, (sum, p) => sum + p.Amount);
        var settled = order.Refunds.Where(r => r.State == SettlementState.Settled).ToList();
        // A refund of what was never paid is a notice, not money.
        var refunded = paid.Minor == 0 ? zero : settled.Aggregate(zero, (sum, r) => sum + r.Total);
        var refundedItems = paid.Minor == 0 ? zero : settled.Aggregate(zero, (sum, r) => sum + r.Items);
        var collected = paid - refunded;
        var net = order.Amounts.ItemsNet - refundedItems;
        var placed = order.Lifecycle is not (OrderLifecycle.Cart or OrderLifecycle.Draft) && !order.Test && !order.Deleted;
        var counted = placed && paid.Minor > 0 && !(order.Lifecycle == OrderLifecycle.Cancelled && collected.Minor == 0);
        return new OrderFigures(order.Amounts.ItemsNet, net, refunded, collected, paid, counted, counted && net.Minor > 0);
    }
}
