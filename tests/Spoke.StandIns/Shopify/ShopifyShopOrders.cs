namespace Spoke.StandIns.Shopify;

/// <content>Orders and all that happens to them.</content>
public sealed partial class ShopifyShop
{
    public ShopOrder Place(NewOrder order)
    {
        lock (_lock)
        {
            var customer = order.Anonymous ? null : CustomerOf(order.Email, order.FirstName, order.LastName, order.Phone);
            if (customer is not null && order.Company is not null) AddContact(order.Company, customer.Email!, "", "");   // only its contacts buy for a company
            var address = new ShopAddress { Id = NextId(), Name = $"{order.FirstName} {order.LastName}", Address1 = "Main St 1", City = "Berlin", Zip = "10115", CountryCode = "DE", Phone = order.Phone };
            var placed = new ShopOrder
            {
                Id = NextId(),
                Name = $"#{1000 + OrderCount + 1}",
                Email = order.Email,
                Phone = order.Phone,
                Customer = customer,
                Company = order.Company,
                CreatedAt = Now,
                UpdatedAt = Now,
                Test = order.Test,
                TaxesIncluded = Options.TaxesIncluded,
                Tip = order.Tip,
                Codes = order.Code is null ? [] : [order.Code],
                CheckoutToken = order.Checkout?.Token,
                LandingPage = "https://shop.example/?utm_source=mail",
                Referrer = "https://mail.example/",
                BillingAddress = address,
                ShippingAddress = address,
            };
            placed.Lines.AddRange(order.Lines.Select(NewLine));
            if (order.Shipping > 0) placed.Shipping.Add(new ShopShipping(NextId(), "Parcel", order.Shipping, order.ShippingDiscount, TaxOn(order.Shipping - order.ShippingDiscount, order.ShippingTaxRate)));
            if (order.Checkout is { } checkout)
            {
                checkout.CompletedAt = checkout.UpdatedAt = Now;
                Happened("checkouts/update", checkout);
            }
            _orders.Add(placed.Id, placed);
            _placed.Add(placed.Id);
            Happened("orders/create", placed);
            return placed;
        }
    }

    public void Pay(ShopOrder order, decimal? amount = null, string gateway = "shopify_payments", string kind = "SALE", string status = "SUCCESS") => Do(order, "order_transactions/create", o =>
        o.Transactions.Add(new ShopTransaction(NextId(), kind, status, amount ?? o.Outstanding, gateway, Now)));

    public ShopFulfillment Ship(ShopOrder order, IReadOnlyList<(ShopLine Line, int Quantity)>? lines = null, string? company = "DHL", string? number = null, string? url = null)
    {
        ShopFulfillment made = null!;
        Do(order, "fulfillments/create", o =>
        {
            made = new ShopFulfillment { Id = NextId(), Company = company, Number = number, Url = url, CreatedAt = Now, UpdatedAt = Now };
            made.Lines.AddRange(lines ?? [.. o.Lines.Select(line => (line, line.Quantity - line.Removed - line.Fulfilled)).Where(line => line.Item2 > 0)]);
            foreach (var (line, quantity) in made.Lines) line.Fulfilled += quantity;
            o.Fulfillments.Add(made);
        });
        return made;
    }

    public void Deliver(ShopOrder order) => Do(order, "fulfillments/update", o =>
    {
        foreach (var shipment in o.Fulfillments) (shipment.DisplayStatus, shipment.UpdatedAt) = ("DELIVERED", Now);
    });

    /// <summary>Gives back units, shipping and an amount besides; the amount may be negative: less is given back than the units' worth.</summary>
    public ShopRefund Refund(ShopOrder order, decimal amount, IReadOnlyList<(ShopLine Line, int Quantity)>? lines = null, decimal shipping = 0, decimal shippingTax = 0, string status = "SUCCESS")
    {
        ShopRefund made = null!;
        Do(order, "refunds/create", o =>
        {
            made = new ShopRefund { Id = NextId(), At = Now, Note = "wish", Shipping = shipping, ShippingTax = shippingTax };
            foreach (var (line, quantity) in lines ?? []) made.Lines.Add(TakeOff(line, quantity));
            var total = made.Lines.Sum(line => line.Subtotal + (o.TaxesIncluded ? 0 : line.Tax)) + shipping + (o.TaxesIncluded ? 0 : shippingTax) + amount;
            made.Transactions.Add(new ShopTransaction(NextId(), "REFUND", status, total, "shopify_payments", Now));
            o.Refunds.Add(made);
        });
        return made;
    }

    public void Cancel(ShopOrder order, string reason = "CUSTOMER") => Do(order, "orders/cancelled", o =>
    {
        (o.CancelledAt, o.CancelReason, o.ClosedAt) = (Now, reason, Now);
        if (o.Paid > 0) return;
        var restock = new ShopRefund { Id = NextId(), At = Now };   // what is not paid is restocked as a refund of nothing
        foreach (var line in o.Lines) restock.Lines.Add(TakeOff(line, line.Quantity - line.Removed));
        o.Refunds.Add(restock);
    });

    /// <summary>Takes units off an order without giving money back.</summary>
    public void RemoveUnits(ShopOrder order, ShopLine line, int quantity) => Do(order, "orders/edited", o =>
    {
        var removal = new ShopRefund { Id = NextId(), At = Now };
        removal.Lines.Add(TakeOff(line, quantity));
        o.Refunds.Add(removal);
    });

    public void AddLine(ShopOrder order, NewLine line) => Do(order, "orders/edited", o => o.Lines.Add(NewLine(line)));

    public void Delete(ShopOrder order)
    {
        lock (_lock)
        {
            _orders.Remove(order.Id);
            _placed.Remove(order.Id);
            Happened("orders/delete", order);
        }
    }

    public ShopOrder? FindOrder(long id)
    {
        lock (_lock) return _orders.TryGetValue(id, out var order) ? order : Seed.Order(id, this);
    }

    /// <summary>Orders by id, those of the seed made as they are asked for.</summary>
    internal IEnumerable<ShopOrder> Orders(DateTimeOffset? changedSince = null)
    {
        for (var i = 0; i < Seed.OrderCount; i++)
        {
            var id = ShopifySeed.OrderId(i);
            if (_orders.TryGetValue(id, out var known)) yield return known;
            else if (changedSince is null || Seed.OrderedAt(i) >= changedSince) yield return Seed.Order(id, this)!;
        }
        foreach (var id in _placed.ToList()) yield return _orders[id];
    }

    /// <summary>Orders in the order of their last change; those that are as the seed made them lie in it by their number.</summary>
    internal IEnumerable<ShopOrder> OrdersByChange(DateTimeOffset since)
    {
        var changed = _orders.Values.Where(o => o.UpdatedAt >= since).OrderBy(o => o.UpdatedAt).ThenBy(o => o.Id).ToList();
        var next = 0;
        for (var i = 0; i < Seed.OrderCount; i++)
        {
            if (Seed.OrderedAt(i) < since || _orders.ContainsKey(ShopifySeed.OrderId(i))) continue;
            while (next < changed.Count && (changed[next].UpdatedAt, changed[next].Id).CompareTo((Seed.OrderedAt(i), ShopifySeed.OrderId(i))) < 0) yield return changed[next++];
            yield return Seed.Order(ShopifySeed.OrderId(i), this)!;
        }
        while (next < changed.Count) yield return changed[next++];
    }

    /// <summary>Changes an order, dates it, and lets it be known twice as Shopify does: by the event's own topic and by orders/updated.</summary>
    internal void Do(ShopOrder order, string topic, Action<ShopOrder> change)
    {
        lock (_lock)
        {
            change(order);
            order.UpdatedAt = Now;
            _orders.TryAdd(order.Id, order);
            Happened(topic == "orders/updated" ? topic : $"{topic} orders/updated", order);
        }
    }

    private ShopLine NewLine(NewLine line) => new()
    {
        Id = NextId(),
        Title = line.Title,
        Sku = line.Variant?.Sku ?? "",
        Variant = line.Variant,
        Quantity = line.Quantity,
        Price = line.Price,
        Discount = line.Discount,
        Tax = TaxOn(line.Price * line.Quantity - line.Discount, line.TaxRate),
        Duty = line.Duty,
        GiftCard = line.GiftCard,
    };

    // The parts of a line that are taken off one after the other come to the line exactly.
    private ShopRefundLine TakeOff(ShopLine line, int quantity)
    {
        decimal Upto(decimal whole, int units) => Round(whole * units / line.Quantity);
        var taken = new ShopRefundLine(NextId(), line, quantity, Upto(line.Net, line.Removed + quantity) - Upto(line.Net, line.Removed), Upto(line.Tax, line.Removed + quantity) - Upto(line.Tax, line.Removed));
        line.Removed += quantity;
        return taken;
    }
}
