using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>What Medusa's three states of an order say of the ledger's three axes.</summary>
internal sealed record MedusaStates(OrderLifecycle Lifecycle, PaymentStatus Payment, FulfilmentStatus Fulfilment, bool Unknown)
{
    public static MedusaStates Of(JsonElement order)
    {
        var (lifecycle, payment, fulfilment) = (LifecycleOf(order.Text("status")), PaymentOf(order.TextOrNull("payment_status")), FulfilmentOf(order.TextOrNull("fulfillment_status")));
        // What credit pays for entirely has no payment at all.
        if (payment == PaymentStatus.Pending && order.AmountOrNull("credit_line_total") > 0 && order.Amount("total") <= 0) payment = PaymentStatus.Paid;
        return new MedusaStates(lifecycle ?? OrderLifecycle.Open, payment ?? PaymentStatus.None, fulfilment ?? FulfilmentStatus.Unfulfilled, lifecycle is null || payment is null || fulfilment is null);
    }

    /// <summary>Nothing is expected to follow but a refund or a return, and these move the order's time.</summary>
    public static bool IsFinal(JsonElement order)
    {
        var states = Of(order);
        return states.Lifecycle == OrderLifecycle.Cancelled || (states.Fulfilment == FulfilmentStatus.Delivered && states.Payment is PaymentStatus.Paid or PaymentStatus.PartiallyRefunded or PaymentStatus.Refunded or PaymentStatus.Voided);
    }

    private static OrderLifecycle? LifecycleOf(string status) => status switch
    {
        "pending" or "requires_action" => OrderLifecycle.Open,
        "completed" or "archived" => OrderLifecycle.Closed,   // set by hand; it says nothing of payment
        "draft" => OrderLifecycle.Draft,
        "canceled" => OrderLifecycle.Cancelled,
        _ => null,
    };

    private static PaymentStatus? PaymentOf(string? status) => status switch
    {
        "not_paid" or "awaiting" or "requires_action" => PaymentStatus.Pending,
        "authorized" or "partially_authorized" => PaymentStatus.Authorized,
        "captured" => PaymentStatus.Paid,
        "partially_captured" => PaymentStatus.PartiallyPaid,
        "partially_refunded" => PaymentStatus.PartiallyRefunded,
        "refunded" => PaymentStatus.Refunded,
        "canceled" => PaymentStatus.Voided,
        _ => null,
    };

    private static FulfilmentStatus? FulfilmentOf(string? status) => status switch
    {
        "not_fulfilled" or "canceled" => FulfilmentStatus.Unfulfilled,
        "partially_fulfilled" or "fulfilled" => FulfilmentStatus.InProgress,   // packed is not shipped
        "partially_shipped" => FulfilmentStatus.PartiallyShipped,
        "shipped" => FulfilmentStatus.Shipped,
        "partially_delivered" => FulfilmentStatus.PartiallyDelivered,
        "delivered" => FulfilmentStatus.Delivered,
        _ => null,
    };
}
