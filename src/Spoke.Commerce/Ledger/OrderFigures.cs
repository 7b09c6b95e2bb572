namespace Spoke.Commerce.Ledger;

/// <summary>The figures of one order that sums are made of. All in the order's currency; refunds and payments count once they are settled.</summary>
public sealed record OrderFigures(Money ItemsNet, Money NetRevenue, Money Refunded, Money Collected, bool Counted, bool Kept)
{
    /// <summary>
    /// The total without the lines that were given back, as Shopify's <c>current_total_price</c> has it and HubSpot's own Shopify app writes it.
    /// Where a store does not say refunds by lines, goods and tax that were given back are left out; a lump sum leaves nothing out.
    /// </summary>
    public static Money CurrentTotal(Order order) => order.Refunds.Where(refund => refund.State != SettlementState.Failed)
        .Aggregate(order.Amounts.Total, (left, refund) => left - (refund.OfLines ?? (refund.Estimated ? Money.Zero(order.Currency) : refund.Items + refund.Tax)));

    public static OrderFigures Of(Order order)
    {
        var zero = Money.Zero(order.Currency);
        var paid = order.Payments.Where(p => p.State == SettlementState.Settled).Aggregate(zero, (sum, p) => sum + p.Amount);
        // A refund of what was never paid is a notice, not money. Where nobody marks what is paid it is goods that came back, and still no money that is known of.
        var unpaid = paid.Minor == 0;
        var settled = unpaid && order.CountsUnpaid != true ? [] : order.Refunds.Where(r => r.State == SettlementState.Settled).ToList();
        var refunded = unpaid ? zero : settled.Aggregate(zero, (sum, r) => sum + r.Total);
        var collected = paid - refunded;
        var net = settled.Aggregate(order.Amounts.ItemsNet, (left, r) => left - r.Items);
        var placed = order.Lifecycle is not (OrderLifecycle.Cart or OrderLifecycle.Draft) && !order.Test && !order.Deleted;
        var counted = placed && (!unpaid || order is { CountsUnpaid: true, Payment: not (PaymentStatus.Failed or PaymentStatus.Voided or PaymentStatus.Refunded) }) && !(order.Lifecycle == OrderLifecycle.Cancelled && collected.Minor == 0);
        return new OrderFigures(order.Amounts.ItemsNet, net, refunded, collected, counted, counted && net.Minor > 0);
    }
}
