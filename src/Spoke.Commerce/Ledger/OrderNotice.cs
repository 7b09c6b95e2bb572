namespace Spoke.Commerce.Ledger;

public enum OrderNoticeKind { MoneyMismatch, RefundOfUnpaid, StatusUnknown }

/// <summary>Something about an order that a person should look at. The order is taken in all the same.</summary>
public sealed record OrderNotice(OrderNoticeKind Kind, string Text)
{
    public static IReadOnlyList<OrderNotice> Of(Order order)
    {
        var notices = new List<OrderNotice>();
        if (order.Amounts.Mismatch(order.Lines.Count))
            notices.Add(new(OrderNoticeKind.MoneyMismatch, $"The parts of order {order.Number} come to {order.Amounts.Sum}, the store says {order.Amounts.Total}. The store's total is used; look for a part that the connector does not know."));
        if (order.Amounts.DiscountMismatch(order.Lines.Count))
            notices.Add(new(OrderNoticeKind.MoneyMismatch, $"The discounts on the lines of order {order.Number} come to {order.Amounts.Discounts}, the store says {order.Amounts.StatedDiscounts}. Those on the lines are used; look for a discount that the store keeps elsewhere."));
        if (order.Refunds.Any(r => r.State == SettlementState.Settled) && order.Payments.All(p => p.State != SettlementState.Settled))
            notices.Add(new(OrderNoticeKind.RefundOfUnpaid, $"Order {order.Number} has a refund but no payment; the refund is not counted. Enter the payment in the store, or void the refund there."));
        if (order.StatusUnknown)
            notices.Add(new(OrderNoticeKind.StatusUnknown, $"Order {order.Number} is in the state '{order.PlatformStatus}', which is the store's own; its payments and shipments decide the status."));
        return notices;
    }
}
