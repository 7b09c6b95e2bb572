using System.Text.Json.Nodes;

namespace Spoke.StandIns.WooCommerce;

/// <summary>What buyers and the shop's people do.</summary>
public sealed class WooDesk
{
    private readonly WooShop _shop;

    internal WooDesk(WooShop shop) => _shop = shop;

    public long Register(string email, string firstName = "Test", string lastName = "Buyer")
    {
        lock (_shop.Gate)
        {
            var address = new WooAddress { FirstName = firstName, LastName = lastName, Street = "1 Quay Street", City = "Galway", Postcode = "H91", Country = "IE", Email = email };
            var customer = new WooCustomer { Id = _shop.NextId(), Email = email, FirstName = firstName, LastName = lastName, Billing = address, Shipping = address with { Email = "" }, Created = _shop.Now, Modified = _shop.Now };
            _shop.Customers.Add(customer);
            _shop.Webhooks.Fire("customer.created", customer.Id);
            return customer.Id;
        }
    }

    /// <summary>A basket at the block checkout.</summary>
    public long OpenDraft(string email, long customer = 0) => Begin(email, customer, "checkout-draft", [(0, 1)]);

    /// <param name="customer">0: a guest.</param>
    /// <param name="lines">Places of products in the catalogue, and how many of each.</param>
    public long Place(string email, long customer = 0, params (int Product, int Quantity)[] lines) => Begin(email, customer, "pending", lines.Length == 0 ? [(0, 2), (1, 1)] : lines);

    public void SetQuantity(long order, int quantity) => Change(order, found =>
    {
        var line = found.Lines[0];
        var (net, tax) = (line.Subtotal / line.Quantity, line.SubtotalTax / line.Quantity);
        line.Quantity = quantity;
        (line.Subtotal, line.Total) = (net * quantity, net * quantity);
        (line.SubtotalTax, line.TotalTax) = (tax * quantity, tax * quantity);
    });

    public void Pay(long order) => SetStatus(order, "processing");

    public void Complete(long order) => SetStatus(order, "completed");

    public void Cancel(long order) => SetStatus(order, "cancelled");

    public void SetStatus(long order, string status) => Change(order, found => MoveTo(found, status));

    /// <summary>Leaves the order as a plugin wrote it: any status, paid or not.</summary>
    public void Force(long order, string status, bool paid, string paymentMethod = "stripe") => Change(order, found =>
    {
        found.Status = status;
        found.Paid = paid ? _shop.Now : null;
        found.PaymentMethod = paymentMethod;
    });

    /// <summary>Adds a number by the plugin WooCommerce Shipment Tracking.</summary>
    public void AddTracking(long order, string provider, string number) => Change(order, found =>
    {
        var items = found.Meta.Find(m => m.Key == "_wc_shipment_tracking_items");
        if (items is null) found.Meta.Add(items = new WooMeta { Id = _shop.NextId(), Key = "_wc_shipment_tracking_items", Value = new JsonArray() });
        ((JsonArray)items.Value!).Add(new JsonObject { ["tracking_provider"] = provider, ["custom_tracking_provider"] = "", ["custom_tracking_link"] = "", ["tracking_number"] = number, ["date_shipped"] = new DateTimeOffset(_shop.Now).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), ["tracking_id"] = $"{order:x32}" });
    });

    /// <summary>A refund of a sum, without lines.</summary>
    public WooRefund Refund(long order, decimal amount, string reason = "") => Refunded(order, new WooRefund { Id = _shop.NextId(), Amount = amount, Reason = reason });

    /// <summary>A refund of some of a line, with its tax.</summary>
    public WooRefund RefundLine(long order, int place, int quantity) => Refunded(order, refund: null, found =>
    {
        var line = found.Lines[place];
        var refund = new WooRefund { Id = _shop.NextId() };
        var (net, tax) = (Math.Round(line.Total * quantity / line.Quantity, 6), Math.Round(line.TotalTax * quantity / line.Quantity, 6));
        refund.Lines.Add(new WooLine { Id = _shop.NextId(), Name = line.Name, Sku = line.Sku, Product = line.Product, Variation = line.Variation, Quantity = -quantity, Subtotal = -net, SubtotalTax = -tax, Total = -net, TotalTax = -tax, RefundedItem = line.Id });
        refund.Amount = Math.Round(net + tax, _shop.Options.Decimals, MidpointRounding.AwayFromZero);
        return refund;
    });

    /// <summary>Everything, lines and shipping, as the button in the order does.</summary>
    public WooRefund RefundAll(long order) => Refunded(order, refund: null, found =>
    {
        var refund = new WooRefund { Id = _shop.NextId(), Amount = Math.Round(found.Total, _shop.Options.Decimals, MidpointRounding.AwayFromZero) };
        foreach (var line in found.Lines) refund.Lines.Add(new WooLine { Id = _shop.NextId(), Name = line.Name, Product = line.Product, Variation = line.Variation, Quantity = -line.Quantity, Total = -line.Total, TotalTax = -line.TotalTax, RefundedItem = line.Id });
        foreach (var line in found.Shippings) refund.Shippings.Add(new WooLine { Id = _shop.NextId(), Name = line.Name, Total = -line.Total, TotalTax = -line.TotalTax, RefundedItem = line.Id });
        foreach (var line in found.Fees) refund.Fees.Add(new WooLine { Id = _shop.NextId(), Name = line.Name, Total = -line.Total, TotalTax = -line.TotalTax, RefundedItem = line.Id });
        return refund;
    });

    public void Trash(long order) => Change(order, found => (found.StatusBeforeTrash, found.Status) = (found.Status, "trash"), "order.deleted");

    public void Restore(long order) => Change(order, found => found.Status = found.StatusBeforeTrash, "order.restored");

    /// <summary>Gone for good, and not by the bin: WooCommerce pushes nothing of it.</summary>
    public void Erase(long order)
    {
        lock (_shop.Gate) _shop.Orders.Remove(order);
    }

    public void AddFee(long order, string name, decimal amount, decimal tax) => Change(order, found => found.Fees.Add(new WooLine { Id = _shop.NextId(), Name = name, Total = amount, TotalTax = tax }));

    /// <summary>A coupon that takes a share off every line.</summary>
    public void ApplyCoupon(long order, string code, decimal share) => Change(order, found =>
    {
        foreach (var line in found.Lines)
        {
            line.Total = Math.Round(line.Subtotal * (1 - share), 6);
            line.TotalTax = Math.Round(line.SubtotalTax * (1 - share), 6);
        }
        found.Coupons.Add(new WooCoupon(_shop.NextId(), code, found.Lines.Sum(l => l.Subtotal - l.Total), found.Lines.Sum(l => l.SubtotalTax - l.TotalTax)));
    });

    public void EditCustomer(long customer, Action<WooCustomer> edit, bool movesDate = true)
    {
        lock (_shop.Gate)
        {
            var found = _shop.Customers.Keep(customer) ?? throw new InvalidOperationException($"There is no customer {customer}.");
            edit(found);
            if (movesDate) found.Modified = _shop.Now;
            _shop.Customers.Touched(found);
            _shop.Webhooks.Fire("customer.updated", customer);
        }
    }

    /// <summary>The account is gone for good; its orders stay.</summary>
    public void RemoveCustomer(long customer)
    {
        lock (_shop.Gate)
        {
            _shop.Customers.Remove(customer);
            _shop.Webhooks.Fire("customer.deleted", customer);
        }
    }

    public void EditProduct(long product, Action<WooProduct> edit)
    {
        lock (_shop.Gate)
        {
            var found = _shop.Products.Keep(product) ?? throw new InvalidOperationException($"There is no product {product}.");
            edit(found);
            found.Modified = _shop.Now;
            _shop.Products.Touched(found);
            _shop.Webhooks.Fire("product.updated", product);
        }
    }

    public WooOrder Order(long order)
    {
        lock (_shop.Gate) return _shop.Orders.Keep(order) ?? throw new InvalidOperationException($"There is no order {order}.");
    }

    public IReadOnlyList<WooOrder> Orders()
    {
        lock (_shop.Gate) return [.. _shop.Orders.Rows.Select(_shop.Orders.Look)];
    }

    public IReadOnlyList<WooCustomer> Customers()
    {
        lock (_shop.Gate) return [.. _shop.Customers.Rows.Select(_shop.Customers.Look)];
    }

    public IReadOnlyList<WooProduct> Products()
    {
        lock (_shop.Gate) return [.. _shop.Products.Rows.Select(_shop.Products.Look)];
    }

    /// <summary>Changes an order as a person or plugin does: the date moves and the webhooks fire.</summary>
    public void Change(long order, Action<WooOrder> change, string topic = "order.updated")
    {
        lock (_shop.Gate)
        {
            var found = _shop.Orders.Keep(order) ?? throw new InvalidOperationException($"There is no order {order}.");
            change(found);
            Saved(found, topic);
        }
    }

    internal void Saved(WooOrder order, string topic = "order.updated")
    {
        order.Modified = _shop.Now;
        _shop.Orders.Touched(order);
        if (order.Status != "checkout-draft") _shop.Webhooks.Fire(topic, order.Id);
    }

    /// <summary>What WooCommerce does beside changing the status: it notes the payment and the completion, and gives back what is left when the status says so.</summary>
    internal void MoveTo(WooOrder order, string status)
    {
        if (status is "processing" or "completed" && order.Paid is null && !(status == "processing" && order.PaymentMethod == "cod")) (order.Paid, order.Transaction) = (_shop.Now, order.PaymentMethod == "cod" ? "" : $"txn_{order.Id}");
        if (status == "completed") order.Completed = _shop.Now;
        if (status == "refunded" && order.Total - order.Refunds.Sum(r => r.Amount) is > 0 and var left) order.Refunds.Add(new WooRefund { Id = _shop.NextId(), Created = _shop.Now, Amount = left, Reason = "Order fully refunded." });
        order.Status = status;
    }

    private WooRefund Refunded(long order, WooRefund? refund, Func<WooOrder, WooRefund>? make = null)
    {
        Change(order, found =>
        {
            refund ??= make!(found);
            refund.Created = _shop.Now;
            found.Refunds.Add(refund);
            if (found.Refunds.Sum(r => r.Amount) >= Math.Round(found.Total, _shop.Options.Decimals, MidpointRounding.AwayFromZero)) found.Status = "refunded";
        });
        return refund!;
    }

    private long Begin(string email, long customer, string status, (int Product, int Quantity)[] lines)
    {
        lock (_shop.Gate)
        {
            var order = _shop.Seed.Empty(_shop.NextId(), customer, new WooAddress { FirstName = "Test", LastName = "Buyer", Street = "1 Quay Street", City = "Galway", Postcode = "H91", Country = "IE", Email = email, Phone = "+353911111" }, _shop.Now);
            order.Status = status;
            if (status == "checkout-draft") order.CreatedVia = "store-api";
            foreach (var (product, quantity) in lines)
            {
                var found = _shop.Products.Rows.Select(_shop.Products.Look).ElementAt(product);
                _shop.Seed.AddLine(order, _shop.NextId(), found, found.Variations.FirstOrDefault(), quantity);
            }
            if (status != "checkout-draft") _shop.Seed.AddShipping(order, _shop.NextId());
            _shop.Orders.Add(order);
            if (status != "checkout-draft") _shop.Webhooks.Fire("order.created", order.Id);
            return order.Id;
        }
    }
}
