namespace Spoke.Shop.Store;

/// <summary>A request the shop refuses: what, and how to mend it.</summary>
internal sealed class ShopRefusal(int status, string title, string detail) : Exception(detail)
{
    public int Status { get; } = status;
    public string Title { get; } = title;
}

/// <summary>What happens in the shop: baskets, checkout, shipment, refunds. Each is one transaction.</summary>
internal sealed class ShopDesk(ShopDatabase database)
{
    private const int TaxPercent = 20;
    private static readonly Dictionary<string, int> Coupons = new(StringComparer.OrdinalIgnoreCase) { ["WELCOME10"] = 10, ["SUMMER25"] = 25 };
    private static readonly Dictionary<string, long> ShippingPrices = new() { ["EUR"] = 490, ["USD"] = 500, ["GBP"] = 450, ["JPY"] = 800, ["KWD"] = 1500 };

    public static IReadOnlyCollection<string> Currencies => ShippingPrices.Keys;

    public ShopDatabase Database => database;

    public Task<ShopCustomer> AddCustomerAsync(ShopCustomer customer, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var id = customer.Id.Length > 0 ? customer.Id : "c" + write.Next("customer");
        ShopCustomer? made = null;
        write.Put("customer", id, version => made = customer with { Id = id, Version = version }, ShopJson.Default.ShopCustomer);
        return made!;
    }, cancellationToken);

    public Task<ShopCart> OpenCartAsync(string currency, string? customerId, string? email, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        if (!ShippingPrices.ContainsKey(currency)) throw new ShopRefusal(400, "Unknown currency", $"currency '{currency}' is not sold in; choose one of {string.Join(", ", Currencies)}.");
        return PutCart(write, new ShopCart("k" + write.Next("cart"), currency, customerId, email, [], null, write.Now, write.Now, null));
    }, cancellationToken);

    public Task<ShopCart> PutLineAsync(string cartId, string variantId, int quantity, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var cart = OpenCart(write, cartId);
        if (quantity is < 0 or > 99) throw new ShopRefusal(400, "Impossible quantity", $"quantity {quantity} is not 0 to 99.");
        var variant = write.Find("variant", variantId, ShopJson.Default.ShopVariant) ?? throw new ShopRefusal(404, "No such variant", $"variantId '{variantId}' is not sold here; see GET /api/products.");
        var lines = cart.Lines.Where(l => l.VariantId != variantId).ToList();
        if (quantity > 0) lines.Add(Line(cart.Lines.FirstOrDefault(l => l.VariantId == variantId)?.Id ?? "l" + write.Next("line"), variant, quantity, cart.Currency, 0));
        return PutCart(write, cart with { Lines = lines, UpdatedAt = write.Now });
    }, cancellationToken);

    /// <summary>Places the order and pays it with a test card: <c>4242…</c> pays, <c>4000…0002</c> is declined, <c>4000…3220</c> is only authorised, none is paid later.</summary>
    public Task<ShopOrder> CheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var cart = OpenCart(write, request.CartId ?? "");
        if (cart.Lines.Count == 0) throw new ShopRefusal(400, "Empty cart", $"cart {cart.Id} has no lines; add one first.");
        var email = request.Email ?? cart.Email ?? throw new ShopRefusal(400, "E-mail missing", "email is needed to send the confirmation to.");
        if (email.IndexOf('@') < 1) throw new ShopRefusal(400, "E-mail impossible", $"email '{email}' is no address.");
        var percent = 0;
        if (request.Coupon is { Length: > 0 } coupon && !Coupons.TryGetValue(coupon, out percent)) throw new ShopRefusal(400, "Unknown coupon", $"coupon '{coupon}' is not valid.");
        var address = request.Address ?? new ShopAddress($"{request.FirstName} {request.LastName}".Trim(), "Main Street 1", "Dublin", "D01", "IE");
        var customerId = cart.CustomerId ?? Guest(write, email, request.FirstName ?? "", request.LastName ?? "", address);
        var lines = cart.Lines.Select(l => Priced(l, percent)).ToList();
        var shipping = ShippingPrices[cart.Currency];
        var number = 1000 + write.Next("order");
        var order = new ShopOrder("o" + number, number.ToString(System.Globalization.CultureInfo.InvariantCulture), cart.Currency, customerId, email, cart.Id, write.Now, lines, shipping, Tax(shipping), request.Coupon, address);
        order = Pay(write, order, request.Card);
        PutCart(write, cart with { CustomerId = customerId, Email = email, OrderId = order.Id, UpdatedAt = write.Now });
        return PutOrder(write, order);
    }, cancellationToken);

    public Task<ShopOrder> PayAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, (write, order) => order.Status is "pending" or "payment_failed" or "authorized"
        ? Pay(write, order with { Payments = [.. order.Payments.Where(p => p.State != "authorized")] }, "4242424242424242")
        : throw Impossible(order, "paid"), cancellationToken);

    public Task<ShopOrder> ShipAsync(string id, bool partly, CancellationToken cancellationToken) => ChangeAsync(id, (write, order) => order.Status is "paid" or "partially_shipped" or "authorized"
        ? order with { Status = partly ? "partially_shipped" : "shipped", Shipments = [.. order.Shipments, new ShopShipment("s" + write.Next("shipment"), "shipped", "DHL", "TRK" + order.Number, write.Now, partly)] }
        : throw Impossible(order, "shipped"), cancellationToken);

    public Task<ShopOrder> DeliverAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, (_, order) => order.Status == "shipped"
        ? order with { Status = "delivered", Shipments = [.. order.Shipments.Select(s => s with { State = "delivered" })] }
        : throw Impossible(order, "delivered"), cancellationToken);

    public Task<ShopOrder> CancelAsync(string id, string reason, CancellationToken cancellationToken) => ChangeAsync(id, (write, order) => order.Status is "pending" or "paid" or "authorized" or "payment_failed"
        ? Refund(write, order, order.Paid - order.Refunded, reason) with { Status = "cancelled", CancelledAt = write.Now, CancelReason = reason }
        : throw Impossible(order, "cancelled"), cancellationToken);

    public Task<ShopOrder> RefundAsync(string id, long amount, string reason, CancellationToken cancellationToken) => ChangeAsync(id, (write, order) =>
    {
        var left = order.Paid - order.Refunded;
        if (amount <= 0 || amount > left) throw new ShopRefusal(409, "Refund impossible", $"amount {amount} is not 1 to {left}, what is left of the payment.");
        return Refund(write, order, amount, reason);
    }, cancellationToken);

    private Task<ShopOrder> ChangeAsync(string id, Func<ShopWrite, ShopOrder, ShopOrder> change, CancellationToken cancellationToken) => database.WriteAsync(write =>
        PutOrder(write, change(write, write.Find("order", id, ShopJson.Default.ShopOrder) ?? throw new ShopRefusal(404, "No such order", $"There is no order '{id}'."))), cancellationToken);

    private static ShopOrder Pay(ShopWrite write, ShopOrder order, string? card)
    {
        if (card is null or "") return order;
        var state = card switch { _ when card.EndsWith("0002", StringComparison.Ordinal) => "failed", _ when card.EndsWith("3220", StringComparison.Ordinal) => "authorized", _ => "captured" };
        return order with { Status = state switch { "failed" => "payment_failed", "authorized" => "authorized", _ => "paid" }, Payments = [.. order.Payments, new ShopPayment("p" + write.Next("payment"), order.Total, state, "test card", write.Now)] };
    }

    /// <summary>Splits an amount over goods, shipping and tax in proportion to what is left of each, so that the parts sum to it exactly.</summary>
    private static ShopOrder Refund(ShopWrite write, ShopOrder order, long amount, string reason)
    {
        if (amount <= 0) return order;
        var items = order.Lines.Sum(l => l.UnitPrice * l.Quantity - l.Discount) - order.Refunds.Sum(r => r.Items);
        var shipping = order.Shipping - order.Refunds.Sum(r => r.Shipping);
        var left = order.Total - order.Refunded;
        var toItems = (long)((decimal)items * amount / left);
        var toShipping = (long)((decimal)shipping * amount / left);
        return order with { Refunds = [.. order.Refunds, new ShopRefund("r" + write.Next("refund"), toItems, toShipping, amount - toItems - toShipping, reason, write.Now)] };
    }

    private static string Guest(ShopWrite write, string email, string first, string last, ShopAddress address)
    {
        var id = "guest:" + email.Trim().ToLowerInvariant();
        write.Put("customer", id, version => new ShopCustomer(id, email, first, last, address.Phone, address, true, write.Now) { Version = version }, ShopJson.Default.ShopCustomer);
        return id;
    }

    private static ShopCart OpenCart(ShopWrite write, string id)
    {
        var cart = write.Find("cart", id, ShopJson.Default.ShopCart) ?? throw new ShopRefusal(404, "No such cart", $"There is no cart '{id}'; open one with POST /api/carts.");
        return cart.OrderId is null ? cart : throw new ShopRefusal(409, "Cart closed", $"Cart {id} has become order {cart.OrderId}.");
    }

    private static ShopCart PutCart(ShopWrite write, ShopCart cart)
    {
        ShopCart? made = null;
        write.Put("cart", cart.Id, version => made = cart with { Version = version, Total = cart.Lines.Sum(l => l.UnitPrice * l.Quantity - l.Discount + l.Tax) }, ShopJson.Default.ShopCart);
        return made!;
    }

    private static ShopOrder PutOrder(ShopWrite write, ShopOrder order)
    {
        ShopOrder? made = null;
        write.Put("order", order.Id, version => made = order with { Version = version, UpdatedAt = write.Now }, ShopJson.Default.ShopOrder);
        return made!;
    }

    private static ShopLine Line(string id, ShopVariant variant, int quantity, string currency, int percent)
    {
        var price = variant.Prices[currency];
        return Priced(new ShopLine(id, variant.Id, variant.Sku, variant.Name, quantity, price, 0, 0), percent);
    }

    private static ShopLine Priced(ShopLine line, int percent)
    {
        var discount = line.UnitPrice * line.Quantity * percent / 100;
        return line with { Discount = discount, Tax = Tax(line.UnitPrice * line.Quantity - discount) };
    }

    private static long Tax(long net) => (long)Math.Round(net * TaxPercent / 100m, MidpointRounding.AwayFromZero);

    private static ShopRefusal Impossible(ShopOrder order, string wanted) => new(409, "Not now", $"Order {order.Number} is {order.Status} and cannot be {wanted}.");
}
