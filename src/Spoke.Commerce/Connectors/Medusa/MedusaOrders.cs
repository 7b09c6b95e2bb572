using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>From Medusa's orders to the ledger. Pure.</summary>
internal static class MedusaOrders
{
    /// <summary>Where a shipment of a warehouse's is known by: the fulfilment's metadata.</summary>
    public const string ShipmentKey = "spoke_shipment";

    public const string CarrierKey = "spoke_carrier";

    /// <summary>The latest moment named in the order, as unix milliseconds. A capture moves the payment and a refund the order, so both are looked at.</summary>
    public static long Version(JsonElement order)
    {
        var payments = Payments(order).ToList();
        var moments =
            from element in payments.Concat(payments.SelectMany(p => p.Items("captures"))).Concat(payments.SelectMany(p => p.Items("refunds"))).Concat(order.Items("fulfillments")).Append(order)
            select element.Moment("updated_at");
        return MedusaJson.Latest(moments);
    }

    public static Order Read(JsonElement order)
    {
        var currency = order.Currency();
        Money Amount(JsonElement element, string name) => Money.FromMajor(element.Amount(name), currency);
        var lines = MedusaLines.Read(order, currency);
        var amounts = MedusaLines.Amounts(order, lines, currency);
        var payments = Payments(order).SelectMany(payment => ReadPayment(payment, currency)).Concat(Credit(order).Select(line => new Payment
        {
            Id = line.Text("id"),
            Amount = Amount(line, "amount"),
            State = SettlementState.Settled,
            Method = "credit",
            At = line.Moment("created_at") ?? default,
        })).ToList();
        var paid = payments.Where(p => p.State == SettlementState.Settled).Aggregate(Money.Zero(currency), (sum, p) => sum + p.Amount);
        var refunds = RefundSplit.Split(amounts, paid, Payments(order).SelectMany(p => p.Items("refunds"))
            .Select(r => new LumpRefund(r.Text("id"), Amount(r, "amount"), SettlementState.Settled, r.Moment("created_at") ?? default, r.Object("refund_reason")?.Filled("label") ?? r.Filled("note"))));
        var states = MedusaStates.Of(order);
        var shipping = MedusaJson.Address(order.Object("shipping_address"));
        var billing = MedusaJson.Address(order.Object("billing_address"));
        return new Order
        {
            PlatformId = order.Text("id"),
            Version = Version(order),
            Number = order.Text("display_id"),
            Currency = currency,
            PlacedAt = order.Moment("created_at") ?? throw new FormatException("'created_at' is missing in what Medusa sent."),
            UpdatedAt = order.Moment("updated_at"),
            CancelledAt = order.Moment("canceled_at"),
            CustomerId = order.Filled("customer_id"),
            Email = order.Filled("email"),
            Phone = shipping?.Phone ?? billing?.Phone ?? order.Object("customer")?.Filled("phone"),
            CartId = order.Object("cart")?.Filled("id"),
            Lifecycle = states.Lifecycle,
            Payment = states.Payment,
            Fulfilment = states.Fulfilment,
            StatusUnknown = states.Unknown,
            PlatformStatus = order.Text("status"),
            Source = order.Object("sales_channel")?.Filled("name"),
            Coupons = [.. order.Items("promotions").Select(p => p.Filled("code")).OfType<string>().Distinct()],
            Lines = lines,
            Amounts = amounts,
            Payments = payments,
            Refunds = refunds,
            Fulfilments = [.. order.Items("fulfillments").Select(ReadFulfilment)],
            BillingAddress = billing ?? shipping,
            ShippingAddress = shipping,
            ShippingMethod = order.Items("shipping_methods").Select(method => method.Filled("name")).FirstOrDefault(),
        };
    }

    public static IEnumerable<JsonElement> Payments(JsonElement order) => order.Items("payment_collections").SelectMany(collection => collection.Items("payments"));

    /// <summary>What was captured is settled; what is authorised beyond that awaits.</summary>
    private static IEnumerable<Payment> ReadPayment(JsonElement payment, string currency)
    {
        var captures = payment.Items("captures").ToList();
        var method = payment.TextOrNull("provider_id");
        foreach (var capture in captures)
            yield return new Payment { Id = capture.Text("id"), Amount = Money.FromMajor(capture.Amount("amount"), currency), State = SettlementState.Settled, Method = method, At = capture.Moment("created_at") ?? default };
        var rest = payment.Amount("amount") - captures.Sum(capture => capture.Amount("amount"));
        if (rest > 0)
            yield return new Payment { Id = payment.Text("id"), Amount = Money.FromMajor(rest, currency), State = payment.Moment("canceled_at") is null ? SettlementState.Pending : SettlementState.Failed, Method = method, At = payment.Moment("created_at") ?? default };
    }

    /// <summary>Credit that paid for a part of the order. The other credit lines are how Medusa books a refund, which it names by the payment or by the refund's reason.</summary>
    private static IEnumerable<JsonElement> Credit(JsonElement order)
    {
        var reasons = Payments(order).SelectMany(p => p.Items("refunds")).Select(r => r.Object("refund_reason")?.TextOrNull("label")).OfType<string>().ToHashSet();
        return order.Items("credit_lines").Where(line => line.TextOrNull("reference") is var reference && reference != "payment_collection" && (reference is null || !reasons.Contains(reference)));
    }

    private static Fulfilment ReadFulfilment(JsonElement fulfilment)
    {
        var label = fulfilment.Items("labels").FirstOrDefault(l => l.Filled("tracking_number") is not null);
        var metadata = fulfilment.Object("metadata");
        string? Link(string? url) => url is null or "#" ? null : url;
        return new Fulfilment
        {
            Id = fulfilment.Text("id"),
            State = fulfilment.Moment("canceled_at") is not null ? "canceled" : fulfilment.Moment("delivered_at") is not null ? "delivered" : fulfilment.Moment("shipped_at") is not null ? "shipped" : "packed",
            Carrier = metadata?.Filled(CarrierKey),
            TrackingNumber = label.Filled("tracking_number"),
            TrackingUrl = Link(label.Filled("tracking_url")),
            At = fulfilment.Moment("delivered_at") ?? fulfilment.Moment("shipped_at") ?? fulfilment.Moment("packed_at") ?? fulfilment.Moment("created_at"),
            ShipmentId = metadata?.Filled(ShipmentKey),
        };
    }
}
