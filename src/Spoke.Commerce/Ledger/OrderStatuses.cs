namespace Spoke.Commerce.Ledger;

/// <summary>The table that turns three axes into one status: the first row that matches wins.</summary>
public static class OrderStatuses
{
    public static OrderStatus Canonical(this Order order) => Canonical(order.Lifecycle, order.Payment, order.Fulfilment);

    public static OrderStatus Canonical(OrderLifecycle lifecycle, PaymentStatus payment, FulfilmentStatus fulfilment) => (lifecycle, payment, fulfilment) switch
    {
        (OrderLifecycle.Cart or OrderLifecycle.Draft, _, _) => OrderStatus.Draft,
        (OrderLifecycle.Cancelled, _, _) or (_, PaymentStatus.Voided, _) => OrderStatus.Cancelled,
        (_, PaymentStatus.Failed, _) => OrderStatus.PaymentFailed,
        (_, PaymentStatus.Refunded, FulfilmentStatus.Unfulfilled or FulfilmentStatus.OnHold or FulfilmentStatus.Scheduled or FulfilmentStatus.InProgress or FulfilmentStatus.NotRequired) => OrderStatus.Refunded,
        (_, _, FulfilmentStatus.Delivered) => OrderStatus.Delivered,
        (_, _, FulfilmentStatus.PartiallyDelivered) => OrderStatus.PartiallyDelivered,
        (_, _, FulfilmentStatus.Shipped) => OrderStatus.Shipped,
        (_, _, FulfilmentStatus.PartiallyShipped) => OrderStatus.PartiallyShipped,
        (_, _, FulfilmentStatus.Returned) => OrderStatus.Returned,
        (_, PaymentStatus.None or PaymentStatus.Pending, FulfilmentStatus.OnHold) => OrderStatus.OnHold,
        (_, PaymentStatus.None or PaymentStatus.Pending, _) => OrderStatus.PendingPayment,
        (_, _, FulfilmentStatus.InProgress or FulfilmentStatus.Scheduled) => OrderStatus.Processing,
        (_, _, FulfilmentStatus.OnHold) => OrderStatus.OnHold,
        (_, PaymentStatus.Paid, FulfilmentStatus.NotRequired) => OrderStatus.Delivered,
        _ => OrderStatus.Paid,
    };
}
