using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Shop.Store;

/// <summary>What becomes of an order, from checkout to refund. Each returns the order as it is then.</summary>
internal static class Orders
{
    /// <summary>The cart becomes an order, paid with a test card or, without one, later.</summary>
    public static ShopOrder Place(ShopWrite write, ShopCart cart, ShopCustomer buyer, ShopAddress address, string? card, bool? newsletter = null)
    {
        var customerId = cart.CustomerId ?? Customers.Guest(write, buyer.Email, buyer.FirstName, buyer.LastName, address);
        var shipping = Pricing.Shipping(cart.Currency);
        var number = (1000 + write.Next("order")).ToString(CultureInfo.InvariantCulture);
        var order = new ShopOrder("o" + number, number, cart.Currency, customerId, buyer.Email, cart.Id, write.Now, cart.Lines, shipping, Pricing.Tax(shipping), cart.Coupon, address) { AcceptsMarketing = newsletter };
        // To leave the box empty is not to say no.
        if (newsletter == true && write.Find("customer", customerId, ShopJson.Default.ShopCustomer) is { } customer) Customers.Put(write, customer with { EmailConsent = new ShopConsent("granted", write.Now, "checkout") });
        order = Put(write, Pay(write, order, card));
        Carts.Put(write, cart with { OrderId = order.Id, Email = buyer.Email, UpdatedAt = write.Now });
        return order;
    }

    public static ShopOrder PayNow(ShopWrite write, ShopOrder order, string card) => order.Status is "pending" or "payment_failed"
        ? Put(write, Pay(write, order, card))
        : throw ShopRefusal.NotNow(order, "paid");

    /// <summary>The cardholder agrees, or the shop takes what was held.</summary>
    public static ShopOrder Confirm(ShopWrite write, ShopOrder order) => order.Status == "authorized"
        ? Put(write, order with { Status = "paid", Payments = [.. order.Payments.Select(p => p.State == "authorized" ? p with { State = "captured", At = write.Now } : p)] })
        : throw ShopRefusal.NotNow(order, "confirmed");

    /// <summary>Sends what is asked for, or all that is left.</summary>
    public static ShopOrder Ship(ShopWrite write, ShopOrder order, IReadOnlyList<ShopShipped>? asked, string? carrier, string? tracking, string? reference = null, string? url = null)
    {
        if (order.Status is not ("paid" or "partially_shipped" or "partially_delivered")) throw ShopRefusal.NotNow(order, "shipped");
        var left = Unshipped(order);
        foreach (var line in (asked ?? []).GroupBy(l => l.LineId))
        {
            var most = left.FirstOrDefault(l => l.LineId == line.Key)?.Quantity ?? 0;
            if (line.Any(l => l.Quantity < 1) || line.Sum(l => l.Quantity) > most)
                throw new ShopRefusal(409, "Shipment impossible", $"Line '{line.Key}' has {most} left to ship, not {line.Sum(l => l.Quantity)}.");
        }
        var sent = asked is { Count: > 0 } ? asked : left;
        var shipment = new ShopShipment("s" + write.Next("shipment"), "shipped", carrier ?? "DHL", tracking ?? $"TRK{order.Number}-{order.Shipments.Count + 1}", write.Now, [.. sent]) { Reference = reference, Url = url };
        return Put(write, Counted(order with { Shipments = [.. order.Shipments, shipment] }));
    }

    /// <summary>One of the shipments has arrived.</summary>
    public static ShopOrder Arrive(ShopWrite write, ShopOrder order, string shipment) =>
        Put(write, Counted(order with { Shipments = [.. order.Shipments.Select(s => s.Id == shipment ? s with { State = "delivered" } : s)] }));

    public static ShopOrder Deliver(ShopWrite write, ShopOrder order) => order.Status == "shipped" || (order.Status == "partially_delivered" && Unshipped(order).Count == 0)
        ? Put(write, order with { Status = "delivered", Shipments = [.. order.Shipments.Select(s => s with { State = "delivered" })] })
        : throw ShopRefusal.NotNow(order, "delivered");

    /// <summary>What was paid is given back; what was only held is let go.</summary>
    public static ShopOrder Cancel(ShopWrite write, ShopOrder order, string reason) => order.Status is "pending" or "paid" or "authorized" or "payment_failed"
        ? Put(write, GiveBack(write, order, order.Paid - order.Refunded, reason) with
        {
            Status = "cancelled",
            CancelledAt = write.Now,
            CancelReason = reason,
            Payments = [.. order.Payments.Select(p => p.State == "authorized" ? p with { State = "voided" } : p)],
        })
        : throw ShopRefusal.NotNow(order, "cancelled");

    public static ShopOrder Refund(ShopWrite write, ShopOrder order, long amount, string reason)
    {
        var left = order.Paid - order.Refunded;
        return amount >= 1 && amount <= left
            ? Put(write, GiveBack(write, order, amount, reason))
            : throw new ShopRefusal(409, "Refund impossible", left == 0 ? $"Nothing is left of order {order.Number}'s payment." : $"amount {amount} is not 1 to {left}, what is left of the payment.");
    }

    /// <summary>What of each line has not left the house.</summary>
    public static List<ShopShipped> Unshipped(ShopOrder order)
    {
        var sent = order.Shipments.SelectMany(s => s.Lines ?? []).ToLookup(l => l.LineId, l => l.Quantity);
        return [.. order.Lines.Select(l => new ShopShipped(l.Id, l.Quantity - sent[l.Id].Sum())).Where(l => l.Quantity > 0)];
    }

    /// <summary>The order with the status its shipments give it.</summary>
    private static ShopOrder Counted(ShopOrder order)
    {
        var (whole, delivered) = (Unshipped(order).Count == 0, order.Shipments.Count(s => s.State == "delivered"));
        return order with { Status = delivered == 0 ? whole ? "shipped" : "partially_shipped" : whole && delivered == order.Shipments.Count ? "delivered" : "partially_delivered" };
    }

    private static ShopOrder Pay(ShopWrite write, ShopOrder order, string? card)
    {
        if (string.IsNullOrEmpty(card)) return order;
        var state = TestCards.StateOf(card) ?? throw new ShopRefusal(400, "No test card", $"card is not one of the test cards: {TestCards.Pays} pays, {TestCards.Declined} is declined, {TestCards.NeedsConfirmation} has to be confirmed.");
        return order with { Status = state switch { "failed" => "payment_failed", "authorized" => "authorized", _ => "paid" }, Payments = [.. order.Payments, new ShopPayment("p" + write.Next("payment"), order.Total, state, "test card", write.Now)] };
    }

    /// <summary>Split over goods, shipping and tax in proportion to what is left of each; the parts sum to the amount exactly.</summary>
    private static ShopOrder GiveBack(ShopWrite write, ShopOrder order, long amount, string reason)
    {
        if (amount <= 0) return order;
        Money In(long minor) => new(minor, order.Currency);
        var charged = new OrderAmounts
        {
            ItemsGross = In(order.Lines.Sum(l => l.UnitPrice * l.Quantity)),
            Discounts = In(order.Lines.Sum(l => l.Discount)),
            Shipping = In(order.Shipping),
            Fees = In(0),
            Tips = In(0),
            GiftCards = In(0),
            Tax = In(order.Lines.Sum(l => l.Tax) + order.ShippingTax),
            Total = In(order.Total),
        };
        var id = "r" + write.Next("refund");
        var earlier = order.Refunds.Select(r => new LumpRefund(r.Id, In(r.Total), SettlementState.Settled, r.At, r.Reason));
        var split = RefundSplit.Split(charged, charged.Total, earlier.Append(new LumpRefund(id, In(amount), SettlementState.Settled, write.Now, reason))).Single(r => r.Id == id);
        return order with { Refunds = [.. order.Refunds, new ShopRefund(id, split.Items.Minor, split.Shipping.Minor, split.Tax.Minor, reason, write.Now)] };
    }

    public static ShopOrder Put(ShopWrite write, ShopOrder order) =>
        write.Put("order", order.Id, version => order with { Version = version, UpdatedAt = write.Now }, ShopJson.Default.ShopOrder);
}
