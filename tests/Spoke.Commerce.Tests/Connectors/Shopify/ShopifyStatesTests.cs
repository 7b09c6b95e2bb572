using System.Text.Json;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

public sealed class ShopifyStatesTests
{
    [Theory]
    [InlineData("PENDING", "UNFULFILLED", "", OrderStatus.PendingPayment)]
    [InlineData("PENDING", "ON_HOLD", "", OrderStatus.OnHold)]
    [InlineData("AUTHORIZED", "OPEN", "", OrderStatus.Paid)]
    [InlineData("PARTIALLY_PAID", "RESTOCKED", "", OrderStatus.Paid)]
    [InlineData("PAID", "SCHEDULED", "", OrderStatus.Processing)]
    [InlineData("PAID", "IN_PROGRESS", "", OrderStatus.Processing)]
    [InlineData("PAID", "PENDING_FULFILLMENT", "", OrderStatus.Processing)]
    [InlineData("PAID", "PARTIALLY_FULFILLED", "SUCCESS DELIVERED", OrderStatus.PartiallyShipped)]
    [InlineData("PAID", "FULFILLED", "SUCCESS IN_TRANSIT", OrderStatus.Shipped)]
    [InlineData("PAID", "FULFILLED", "SUCCESS DELIVERED,SUCCESS IN_TRANSIT", OrderStatus.Shipped)]
    [InlineData("PAID", "FULFILLED", "SUCCESS DELIVERED,CANCELLED CANCELED", OrderStatus.Delivered)]
    [InlineData("PAID", "FULFILLED", "", OrderStatus.Shipped)]
    [InlineData("PAID", "FULFILLMENT_NOT_REQUIRED", "", OrderStatus.Delivered)]
    [InlineData("PARTIALLY_REFUNDED", "UNFULFILLED", "", OrderStatus.Paid)]
    [InlineData("REFUNDED", "UNFULFILLED", "", OrderStatus.Refunded)]
    [InlineData("VOIDED", "UNFULFILLED", "", OrderStatus.Cancelled)]
    [InlineData("EXPIRED", "UNFULFILLED", "", OrderStatus.PaymentFailed)]
    public void Shopifys_words_give_the_status_of_the_table(string financial, string fulfilment, string shipments, OrderStatus expected)
    {
        var states = Of(new { displayFinancialStatus = financial, displayFulfillmentStatus = fulfilment, fulfillments = shipments.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => new { status = s.Split(' ')[0], displayStatus = s.Split(' ')[1] }) });
        Assert.Equal(expected, OrderStatuses.Canonical(states.Lifecycle, states.Payment, states.Fulfilment));
        Assert.False(states.Unknown);
        Assert.Equal($"{financial}, {fulfilment}", states.Word);
    }

    [Fact]
    public void A_word_that_nobody_knows_is_said_and_nothing_is_dropped()
    {
        var states = Of(new { displayFinancialStatus = "PAID", displayFulfillmentStatus = "TELEPORTED" });
        Assert.True(states.Unknown);
        Assert.Equal((PaymentStatus.Paid, FulfilmentStatus.Unfulfilled), (states.Payment, states.Fulfilment));
    }

    [Fact]
    public void Cancelled_goes_before_closed_and_an_order_without_words_is_open()
    {
        Assert.Equal(OrderLifecycle.Cancelled, Of(new { cancelledAt = "2026-01-01T00:00:00Z", closedAt = "2026-01-01T00:00:00Z" }).Lifecycle);
        Assert.Equal(OrderLifecycle.Closed, Of(new { closedAt = "2026-01-01T00:00:00Z" }).Lifecycle);
        Assert.Equal((OrderLifecycle.Open, PaymentStatus.None), (Of(new { }).Lifecycle, Of(new { }).Payment));
    }

    private static ShopifyStates Of(object order) => ShopifyStates.Of(JsonSerializer.SerializeToElement(order));
}
