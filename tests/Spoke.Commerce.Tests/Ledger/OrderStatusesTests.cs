using Spoke.Commerce.Ledger;
using static Spoke.Commerce.Ledger.FulfilmentStatus;
using static Spoke.Commerce.Ledger.PaymentStatus;

namespace Spoke.Commerce.Tests.Ledger;

public sealed class OrderStatusesTests
{
    [Theory]
    [InlineData(OrderLifecycle.Cart, Paid, FulfilmentStatus.Delivered, OrderStatus.Draft)]
    [InlineData(OrderLifecycle.Draft, Failed, Unfulfilled, OrderStatus.Draft)]
    [InlineData(OrderLifecycle.Cancelled, Paid, FulfilmentStatus.Delivered, OrderStatus.Cancelled)]
    [InlineData(OrderLifecycle.Open, Voided, FulfilmentStatus.Shipped, OrderStatus.Cancelled)]
    [InlineData(OrderLifecycle.Open, Failed, FulfilmentStatus.Delivered, OrderStatus.PaymentFailed)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, Unfulfilled, OrderStatus.Refunded)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, FulfilmentStatus.OnHold, OrderStatus.Refunded)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, Scheduled, OrderStatus.Refunded)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, InProgress, OrderStatus.Refunded)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, NotRequired, OrderStatus.Refunded)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, FulfilmentStatus.Delivered, OrderStatus.Delivered)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, FulfilmentStatus.Returned, OrderStatus.Returned)]
    [InlineData(OrderLifecycle.Closed, Paid, FulfilmentStatus.PartiallyDelivered, OrderStatus.PartiallyDelivered)]
    [InlineData(OrderLifecycle.Open, Pending, FulfilmentStatus.Shipped, OrderStatus.Shipped)]
    [InlineData(OrderLifecycle.Open, PartiallyRefunded, FulfilmentStatus.PartiallyShipped, OrderStatus.PartiallyShipped)]
    [InlineData(OrderLifecycle.Open, Pending, FulfilmentStatus.OnHold, OrderStatus.OnHold)]
    [InlineData(OrderLifecycle.Open, None, Unfulfilled, OrderStatus.PendingPayment)]
    [InlineData(OrderLifecycle.Open, Pending, InProgress, OrderStatus.PendingPayment)]
    [InlineData(OrderLifecycle.Open, Pending, NotRequired, OrderStatus.PendingPayment)]
    [InlineData(OrderLifecycle.Open, Paid, InProgress, OrderStatus.Processing)]
    [InlineData(OrderLifecycle.Open, Authorized, Scheduled, OrderStatus.Processing)]
    [InlineData(OrderLifecycle.Open, Paid, FulfilmentStatus.OnHold, OrderStatus.OnHold)]
    [InlineData(OrderLifecycle.Open, Paid, NotRequired, OrderStatus.Delivered)]
    [InlineData(OrderLifecycle.Open, Authorized, NotRequired, OrderStatus.Paid)]
    [InlineData(OrderLifecycle.Open, Authorized, Unfulfilled, OrderStatus.Paid)]
    [InlineData(OrderLifecycle.Open, PartiallyPaid, Unfulfilled, OrderStatus.Paid)]
    [InlineData(OrderLifecycle.Closed, PartiallyRefunded, Unfulfilled, OrderStatus.Paid)]
    public void The_first_row_of_the_table_that_matches_wins(OrderLifecycle lifecycle, PaymentStatus payment, FulfilmentStatus fulfilment, OrderStatus expected) =>
        Assert.Equal(expected, OrderStatuses.Canonical(lifecycle, payment, fulfilment));
}
