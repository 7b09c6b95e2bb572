namespace Spoke.Shop.Store;

/// <summary>Baskets.</summary>
internal static class Carts
{
    public static ShopCart Open(ShopWrite write, string currency, string? customerId, string? email)
    {
        if (customerId is not null) email ??= (write.Find("customer", customerId, ShopJson.Default.ShopCustomer) ?? throw ShopRefusal.NotFound("customer", customerId)).Email;
        return Put(write, new ShopCart("k" + write.Next("cart"), currency, customerId, email, [], null, write.Now, write.Now, null));
    }

    /// <summary>The cart, if it can still be filled.</summary>
    public static ShopCart StillOpen(ShopWrite write, string id)
    {
        var cart = write.Find("cart", id, ShopJson.Default.ShopCart) ?? throw new ShopRefusal(404, "No such cart", $"There is no cart '{id}'; open one with POST /api/carts.");
        return cart.OrderId is null ? cart : throw new ShopRefusal(409, "Cart closed", $"Cart {id} has become order {cart.OrderId}.");
    }

    /// <summary>Sets how many of a variant are in the cart; none takes it out.</summary>
    public static ShopCart PutLine(ShopWrite write, ShopCart cart, string variantId, int quantity)
    {
        var variant = write.Find("variant", variantId, ShopJson.Default.ShopVariant) ?? throw new ShopRefusal(404, "No such variant", $"variantId '{variantId}' is not sold here; see GET /api/products.");
        var lines = cart.Lines.ToList();
        var at = lines.FindIndex(l => l.VariantId == variantId);
        var percent = Pricing.Percent(cart.Coupon) ?? 0;
        ShopLine Line(string id) => Pricing.Price(new ShopLine(id, variant.Id, variant.Sku, variant.Name, quantity, variant.Prices[cart.Currency], 0, 0), percent);
        if (at >= 0 && quantity == 0) lines.RemoveAt(at);
        else if (at >= 0) lines[at] = Line(lines[at].Id);
        else if (quantity > 0) lines.Add(Line("l" + write.Next("line")));
        return Put(write, cart with { Lines = lines, UpdatedAt = write.Now });
    }

    /// <summary>Who it belongs to and what code was given; null leaves as it is.</summary>
    public static ShopCart Change(ShopWrite write, ShopCart cart, string? email, string? coupon)
    {
        var changed = cart with { Email = email ?? cart.Email, Coupon = coupon is null ? cart.Coupon : coupon.Length == 0 ? null : coupon.ToUpperInvariant(), UpdatedAt = write.Now };
        var percent = Pricing.Percent(changed.Coupon) ?? 0;
        return Put(write, changed with { Lines = [.. changed.Lines.Select(line => Pricing.Price(line, percent))] });
    }

    public static ShopCart Put(ShopWrite write, ShopCart cart) =>
        write.Put("cart", cart.Id, version => cart with { Version = version, Total = cart.Lines.Sum(l => l.Total) }, ShopJson.Default.ShopCart);
}
