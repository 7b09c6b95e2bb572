using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>What an order's state says of the ledger's three axes. Refunds have no state of their own, and stores may add states.</summary>
internal sealed record VendureStates(OrderLifecycle Lifecycle, PaymentStatus Payment, FulfilmentStatus Fulfilment, bool Editing, bool Unknown)
{
    /// <summary>Nothing but a refund follows these.</summary>
    public static IReadOnlyList<string> Final { get; } = ["Delivered", "Cancelled"];

    /// <param name="own">What states of the store's own making mean.</param>
    public static VendureStates Of(JsonElement order, IReadOnlyDictionary<string, OrderStatus> own, OrderAmounts amounts, IReadOnlyList<Payment> payments, IReadOnlyList<Refund> refunds)
    {
        var state = order.Text("state");
        if (own.TryGetValue(state, out var meant))
        {
            var (lifecycle, payment, fulfilment) = OwnStatuses.Axes(meant, PaymentOf(amounts, payments, refunds), Fold(order));
            return new VendureStates(lifecycle, payment, fulfilment, Editing: false, Unknown: false);
        }
        return new VendureStates(
            state == "Cancelled" ? OrderLifecycle.Cancelled : OrderLifecycle.Open,
            PaymentOf(amounts, payments, refunds),
            state switch
            {
                "PaymentAuthorized" or "PaymentSettled" => FulfilmentStatus.Unfulfilled,
                "PartiallyShipped" => FulfilmentStatus.PartiallyShipped,
                "Shipped" => FulfilmentStatus.Shipped,
                "PartiallyDelivered" => FulfilmentStatus.PartiallyDelivered,
                "Delivered" => FulfilmentStatus.Delivered,
                _ => Fold(order),
            },
            Editing: state is "Modifying" or "ArrangingAdditionalPayment",
            Unknown: state is not ("PaymentAuthorized" or "PaymentSettled" or "PartiallyShipped" or "Shipped" or "PartiallyDelivered" or "Delivered" or "Cancelled" or "Modifying" or "ArrangingAdditionalPayment"));
    }

    private static PaymentStatus PaymentOf(OrderAmounts amounts, IReadOnlyList<Payment> payments, IReadOnlyList<Refund> refunds)
    {
        var settled = payments.Where(p => p.State == SettlementState.Settled).ToList();
        if (settled.Count == 0) return payments.Any(p => p.State == SettlementState.Pending) ? PaymentStatus.Authorized : PaymentStatus.Pending;
        var paid = settled.Sum(p => p.Amount.Minor);
        var refunded = refunds.Where(r => r.State == SettlementState.Settled).Sum(r => r.Total.Minor);
        if (refunded > 0) return refunded >= paid ? PaymentStatus.Refunded : PaymentStatus.PartiallyRefunded;
        return paid < amounts.Total.Minor ? PaymentStatus.PartiallyPaid : PaymentStatus.Paid;
    }

    // While an order is edited, or in a state of the store's own, its shipments say how far it has come.
    private static FulfilmentStatus Fold(JsonElement order)
    {
        int Units(Func<string, bool> state) => order.Items("fulfillments").Where(f => state(f.Text("state"))).SelectMany(f => f.Items("lines")).Sum(line => line.Count("quantity"));
        var ordered = order.Items("lines").Sum(line => line.Count("quantity"));
        var delivered = Units(state => state == "Delivered");
        var shipped = Units(state => state is "Shipped" or "Delivered");
        if (shipped == 0) return FulfilmentStatus.Unfulfilled;
        if (delivered > 0) return delivered >= ordered ? FulfilmentStatus.Delivered : FulfilmentStatus.PartiallyDelivered;
        return shipped >= ordered ? FulfilmentStatus.Shipped : FulfilmentStatus.PartiallyShipped;
    }
}
