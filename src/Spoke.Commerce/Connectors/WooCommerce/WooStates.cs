using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>What an order's status says of the ledger's three axes. WooCommerce has one word for all three, and plugins add words.</summary>
internal sealed record WooStates(OrderLifecycle Lifecycle, PaymentStatus Payment, FulfilmentStatus Fulfilment, bool Unknown)
{
    public static WooStates Of(JsonElement order, IReadOnlyDictionary<string, OrderStatus> own, IReadOnlyList<Payment> payments, IReadOnlyList<Refund> refunds, WooShipments shipments)
    {
        var status = order.Text("status");
        var paid = PaymentOf(payments, refunds);
        var shipped = shipments.Fold();
        return status switch
        {
            "pending" => new(OrderLifecycle.Open, paid, shipped, false),
            "on-hold" => new(OrderLifecycle.Open, paid, FulfilmentStatus.OnHold, false),
            "processing" => new(OrderLifecycle.Open, paid, shipped, false),
            "completed" => new(OrderLifecycle.Open, paid, Completed(shipments, shipped), false),
            "cancelled" => new(OrderLifecycle.Cancelled, paid, shipped, false),
            "refunded" => new(OrderLifecycle.Open, PaymentStatus.Refunded, order.Moment("date_completed_gmt") is null ? shipped : Completed(shipments, shipped), false),
            "failed" => new(OrderLifecycle.Open, payments.Count == 0 ? PaymentStatus.Failed : paid, shipped, false),
            "trash" => new(OrderLifecycle.Open, paid, shipped, false),
            _ when own.TryGetValue(status, out var meant) => Of(meant, paid, shipped),
            _ => new(OrderLifecycle.Open, paid, order.Moment("date_completed_gmt") is null ? shipped : Completed(shipments, shipped), true),
        };
    }

    /// <summary>Completed is all that WooCommerce will ever say, unless a warehouse told us of every parcel: then its own word on delivery counts.</summary>
    private static FulfilmentStatus Completed(WooShipments shipments, FulfilmentStatus shipped) => shipments.AllByWarehouse ? shipped : FulfilmentStatus.Delivered;

    private static WooStates Of(OrderStatus meant, PaymentStatus paid, FulfilmentStatus shipped)
    {
        var (lifecycle, payment, fulfilment) = OwnStatuses.Axes(meant, paid, shipped);
        return new(lifecycle, payment, fulfilment, false);
    }

    private static PaymentStatus PaymentOf(IReadOnlyList<Payment> payments, IReadOnlyList<Refund> refunds)
    {
        if (payments.Count == 0) return PaymentStatus.Pending;
        var (paid, refunded) = (payments.Sum(p => p.Amount.Minor), refunds.Sum(r => r.Total.Minor));
        return refunded == 0 ? PaymentStatus.Paid : refunded >= paid ? PaymentStatus.Refunded : PaymentStatus.PartiallyRefunded;
    }
}
