using Spoke.Shop.Api;

namespace Spoke.Shop.Store;

/// <summary>What people can do in the shop and the shop with their orders. Each is checked, then one transaction.</summary>
internal sealed class ShopDesk(ShopDatabase database)
{
    public ShopDatabase Database => database;

    public Task<ShopCustomer> AddCustomerAsync(CustomerRequest request, CancellationToken cancellationToken)
    {
        var input = new InputCheck();
        var email = input.Email("email", request.Email);
        var first = input.Text("firstName", request.FirstName, required: true);
        var last = input.Text("lastName", request.LastName, required: true);
        input.Refuse();
        return database.WriteAsync(write => Customers.Add(write, new ShopCustomer("", email, first, last, request.Phone, request.Address, false, write.Now)
        {
            EmailConsent = request.Newsletter is { } yes ? new ShopConsent(yes ? "granted" : "denied", write.Now, "account") : null,
        }), cancellationToken);
    }

    public Task<ShopCart> OpenCartAsync(CartRequest request, CancellationToken cancellationToken)
    {
        var input = new InputCheck();
        var currency = input.Currency("currency", request.Currency ?? "EUR");
        var email = request.Email is null ? null : input.Email("email", request.Email);
        input.Refuse();
        return database.WriteAsync(write => Carts.Open(write, currency, request.CustomerId, email), cancellationToken);
    }

    public Task<ShopCart> PutLineAsync(string cartId, LineRequest request, CancellationToken cancellationToken)
    {
        var input = new InputCheck();
        var variant = input.Text("variantId", request.VariantId, required: true);
        var quantity = input.Quantity("quantity", request.Quantity);
        input.Refuse();
        return database.WriteAsync(write => Carts.PutLine(write, Carts.StillOpen(write, cartId), variant, quantity), cancellationToken);
    }

    /// <summary>One more of a variant.</summary>
    public Task<ShopCart> AddLineAsync(string cartId, string variantId, int quantity, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var cart = Carts.StillOpen(write, cartId);
        return Carts.PutLine(write, cart, variantId, Math.Min(InputCheck.MostOfOne, (cart.Lines.FirstOrDefault(l => l.VariantId == variantId)?.Quantity ?? 0) + quantity));
    }, cancellationToken);

    public Task<ShopCart> ChangeCartAsync(string cartId, CartChange request, CancellationToken cancellationToken)
    {
        var input = new InputCheck();
        var email = request.Email is null ? null : input.Email("email", request.Email);
        input.Coupon("coupon", request.Coupon);
        input.Refuse();
        return database.WriteAsync(write => Carts.Change(write, Carts.StillOpen(write, cartId), email, request.Coupon?.Trim()), cancellationToken);
    }

    /// <summary>Places the order and pays it with a test card, if one is given.</summary>
    public Task<ShopOrder> CheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken) => database.WriteAsync(write =>
    {
        var cart = Carts.StillOpen(write, request.CartId ?? "");
        if (cart.Lines.Count == 0) throw new ShopRefusal(400, "Empty cart", $"Cart {cart.Id} has no lines; add one first.");
        var input = new InputCheck();
        var email = input.Email("email", request.Email ?? cart.Email);
        var first = input.Text("firstName", request.FirstName);
        var last = input.Text("lastName", request.LastName);
        input.Coupon("coupon", request.Coupon);
        input.Card("card", request.Card);
        input.Refuse();
        if (!string.IsNullOrWhiteSpace(request.Coupon)) cart = Carts.Change(write, cart, email, request.Coupon.Trim());
        var address = request.Address ?? new ShopAddress($"{first} {last}".Trim(), "Main Street 1", "Dublin", "D01 F5P2", "IE");
        return Orders.Place(write, cart, new ShopCustomer("", email, first, last, null, null, true, write.Now), address, request.Card, request.Newsletter);
    }, cancellationToken);

    public Task<ShopOrder> PayAsync(string id, PayRequest? request, CancellationToken cancellationToken) => WithOrderAsync(id, (write, order) =>
        order.Status == "authorized" ? Orders.Confirm(write, order) : Orders.PayNow(write, order, request?.Card is { Length: > 0 } card ? card : TestCards.Pays), cancellationToken);

    public Task<ShopOrder> ConfirmAsync(string id, CancellationToken cancellationToken) => WithOrderAsync(id, Orders.Confirm, cancellationToken);

    public Task<ShopOrder> ShipAsync(string id, ShipRequest? request, CancellationToken cancellationToken) =>
        WithOrderAsync(id, (write, order) => Orders.Ship(write, order, request?.Lines, request?.Carrier, request?.Tracking), cancellationToken);

    public Task<ShopOrder> DeliverAsync(string id, CancellationToken cancellationToken) => WithOrderAsync(id, Orders.Deliver, cancellationToken);

    public Task<ShopOrder> CancelAsync(string id, string? reason, CancellationToken cancellationToken) => WithOrderAsync(id, (write, order) => Orders.Cancel(write, order, reason ?? "cancelled by the shop"), cancellationToken);

    public Task<ShopOrder> RefundAsync(string id, long amount, string? reason, CancellationToken cancellationToken) => WithOrderAsync(id, (write, order) => Orders.Refund(write, order, amount, reason ?? "refund"), cancellationToken);

    private Task<ShopOrder> WithOrderAsync(string id, Func<ShopWrite, ShopOrder, ShopOrder> change, CancellationToken cancellationToken) =>
        database.WriteAsync(write => change(write, write.Find("order", id, ShopJson.Default.ShopOrder) ?? throw ShopRefusal.NotFound("order", id)), cancellationToken);
}
