using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>What an order's fields say of the ledger's three axes.</summary>
internal sealed record ShopifyStates(OrderLifecycle Lifecycle, PaymentStatus Payment, FulfilmentStatus Fulfilment, string Word, bool Unknown)
{
    private static readonly string[] Dead = ["CANCELLED", "ERROR", "FAILURE"];

    public static ShopifyStates Of(JsonElement order)
    {
        var financial = order.TextOrNull("displayFinancialStatus");
        var fulfilment = order.TextOrNull("displayFulfillmentStatus");
        PaymentStatus? payment = financial switch
        {
            null => PaymentStatus.None,
            "PENDING" => PaymentStatus.Pending,
            "AUTHORIZED" => PaymentStatus.Authorized,
            "PARTIALLY_PAID" => PaymentStatus.PartiallyPaid,
            "PAID" => PaymentStatus.Paid,
            "PARTIALLY_REFUNDED" => PaymentStatus.PartiallyRefunded,
            "REFUNDED" => PaymentStatus.Refunded,
            "VOIDED" => PaymentStatus.Voided,
            "EXPIRED" => PaymentStatus.Failed,   // an authorisation that ran out, or a payment that failed
            _ => null,
        };
        FulfilmentStatus? shipped = fulfilment switch
        {
            null or "UNFULFILLED" or "OPEN" or "RESTOCKED" or "REQUEST_DECLINED" => FulfilmentStatus.Unfulfilled,
            "ON_HOLD" => FulfilmentStatus.OnHold,
            "SCHEDULED" => FulfilmentStatus.Scheduled,
            "IN_PROGRESS" or "PENDING_FULFILLMENT" => FulfilmentStatus.InProgress,
            "PARTIALLY_FULFILLED" => FulfilmentStatus.PartiallyShipped,
            "FULFILLED" => IsDelivered(order) ? FulfilmentStatus.Delivered : FulfilmentStatus.Shipped,
            "FULFILLMENT_NOT_REQUIRED" => FulfilmentStatus.NotRequired,
            _ => null,
        };
        return new ShopifyStates(
            order.Moment("cancelledAt") is not null ? OrderLifecycle.Cancelled : order.Moment("closedAt") is not null ? OrderLifecycle.Closed : OrderLifecycle.Open,
            payment ?? PaymentStatus.None,
            shipped ?? FulfilmentStatus.Unfulfilled,
            string.Join(", ", new[] { financial, fulfilment }.Where(word => word is not null)),
            Unknown: payment is null || shipped is null);
    }

    private static bool IsDelivered(JsonElement order)
    {
        var live = order.Items("fulfillments").Where(f => !Dead.Contains(f.TextOrNull("status"))).ToList();
        return live.Count > 0 && live.All(f => f.TextOrNull("displayStatus") == "DELIVERED");
    }
}
