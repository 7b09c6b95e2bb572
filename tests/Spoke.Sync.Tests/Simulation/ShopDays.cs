using System.Globalization;
using Spoke.Commerce.Connectors;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What happens in the shop: one thing at a time, as the dice fall.</summary>
internal sealed class ShopDays(Shop shop, Dice dice)
{
    private static readonly string[] Currencies = ["EUR", "EUR", "JPY", "KWD"];
    private static readonly string[] Names = ["Ada", "Ben", "Chloé", "Dörte", "Émile", "Fay"];
    private int _addresses;

    public ShopChange Happen()
    {
        for (var tries = 0; tries < 20; tries++)
            if (Try(dice.From(1, 100)) is { } change) return change;
        return Register(NewAddress());
    }

    private ShopChange? Try(int roll) => roll switch
    {
        <= 6 => AddVariant(),
        <= 12 => Edit<ShopVariant>(v => { v.Name = $"Tea {dice.From(1, 999)}"; v.Price = dice.From(1, 5000); }),
        <= 15 => Edit<ShopVariant>(v => v.Sku = dice.Chance(0.4) ? "SHARED" : $"S-{dice.From(1, 6)}"),
        <= 17 => Remove<ShopVariant>(),
        <= 24 => Register(NewAddress()),
        <= 28 => OpenAccountOfGuest(),
        <= 33 => Edit<ShopCustomer>(Correct),
        <= 36 => Edit<ShopCustomer>(Move),
        <= 37 => Remove<ShopCustomer>(c => !c.Moved),   // who was deleted before we came is known by the orders' address alone
        <= 54 => Place(),
        <= 64 => Edit<ShopOrder>(Pay, o => o is { Paid: 0, Status: "pending" }),
        <= 72 => Edit<ShopOrder>(Refund, o => o.Paid > o.Refunded),
        <= 76 => Edit<ShopOrder>(o => (o.Status, o.CancelledAt) = ("cancelled", shop.Now), o => o.Status != "cancelled"),
        <= 82 => Edit<ShopOrder>(o => (o.Status, o.Tracking) = ("shipped", "T" + o.Id), o => o.Status == "paid"),
        <= 87 => Edit<ShopOrder>(o => Change(o.Lines, o.Currency), o => o.Paid == 0),
        <= 89 => Remove<ShopOrder>(),
        <= 90 => Restore(),
        <= 96 => OpenCart(),
        <= 99 => Edit<ShopCart>(c => Change(c.Lines, c.Currency), c => c.OrderId is null),
        _ => Edit<ShopCart>(c => c.Email ??= NewAddress(), c => c is { CustomerId: null, OrderId: null }),
    };

    private ShopChange AddVariant() => shop.Add(new ShopVariant { Id = Id("v"), Number = shop.NextNumber, Name = $"Tea {dice.From(1, 999)}", Sku = dice.Chance(0.8) ? $"S-{dice.From(1, 6)}" : null, Price = dice.From(1, 5000) });

    private ShopChange Register(string email)
    {
        var customer = new ShopCustomer { Id = Id("c"), Number = shop.NextNumber, Email = email, First = dice.Pick(Names), Last = "Of " + shop.NextNumber, TouchedAt = shop.Now };
        customer.Say(CustomerField.FirstName, customer.First, shop.Now);
        customer.Say(CustomerField.LastName, customer.Last, shop.Now);
        return shop.Add(customer);
    }

    private void Move(ShopCustomer customer)
    {
        customer.Former.Add(customer.Email);
        (customer.Email, customer.TouchedAt) = (NewAddress(), shop.Now);
    }

    private void Correct(ShopCustomer customer)
    {
        customer.TouchedAt = shop.Now;
        if (dice.Chance(0.7)) customer.Say(CustomerField.FirstName, $"{dice.Pick(Names)} {dice.From(1, 999)}", shop.Now);
        if (dice.Chance(0.7)) customer.Say(CustomerField.Phone, "+49" + dice.From(1000, 9999), shop.Now);
    }

    /// <summary>Somebody who has bought as a guest opens an account with the same address, written in another way.</summary>
    private ShopChange? OpenAccountOfGuest()
    {
        var taken = shop.Items.OfType<ShopCustomer>().Select(c => Normal(c.Email)).ToHashSet();
        var guests = shop.Live<ShopOrder>().Where(o => o.CustomerId is null && !taken.Contains(Normal(o.Email))).ToList();
        return guests.Count == 0 ? null : Register(dice.Pick(guests).Email.ToUpperInvariant());
    }

    private ShopChange Place()
    {
        var cart = dice.Chance(0.4) ? Any<ShopCart>(c => c is { OrderId: null, Identifiable: true, Lines.Count: > 0 }) : null;
        var buyer = cart is null ? dice.Chance(0.7) ? Any<ShopCustomer>() : null : cart.CustomerId is { } id ? shop.Items.OfType<ShopCustomer>().First(c => c.Id == id) : null;
        var guest = cart?.Email ?? (dice.Chance(0.4) ? Any<ShopOrder>(o => o.CustomerId is null)?.Email : null) ?? NewAddress();
        var order = new ShopOrder { Id = Id("o"), Number = shop.NextNumber, Currency = cart?.Currency ?? dice.Pick(Currencies), PlacedAt = shop.Now, CustomerId = buyer?.Id, Email = buyer?.Email ?? guest, CartId = cart?.Id, Shipping = dice.From(0, 900), Coupon = dice.Chance(0.2) ? "SPRING" : null };
        if (cart is null) Change(order.Lines, order.Currency);
        else order.Lines.AddRange(cart.Lines);
        if (dice.Chance(0.5)) Pay(order);
        var change = shop.Add(order);
        if (cart is not null)
        {
            cart.OrderId = order.Id;
            shop.Touch(cart);
        }
        return change;
    }

    private ShopChange OpenCart()
    {
        var buyer = dice.Chance(0.5) ? Any<ShopCustomer>() : null;
        var cart = new ShopCart { Id = Id("k"), Number = shop.NextNumber, Currency = dice.Pick(Currencies), CustomerId = buyer?.Id, Email = buyer?.Email ?? (dice.Chance(0.5) ? NewAddress() : null) };
        Change(cart.Lines, cart.Currency);
        return shop.Add(cart);
    }

    private static void Pay(ShopOrder order) => (order.Paid, order.Status) = (order.Total, order.Total == 0 ? "pending" : "paid");

    private void Refund(ShopOrder order)
    {
        var (items, shipping, tax) = (Left(order.ItemsNet, r => r.Items), Left(order.Shipping, r => r.Shipping), Left(order.Tax, r => r.Tax));
        var refund = dice.Chance(0.3) ? new ShopRefund(items, shipping, tax, shop.Now) : new ShopRefund(Part(items), Part(shipping), Part(tax), shop.Now);
        if (refund.Total > 0) order.Refunds.Add(refund);

        long Left(long whole, Func<ShopRefund, long> part) => Math.Max(0, whole - order.Refunds.Sum(part));
        long Part(long left) => left == 0 ? 0 : dice.From(0, (int)left);
    }

    /// <summary>A line more, a line less, or another quantity.</summary>
    private void Change(List<ShopLine> lines, string currency)
    {
        if (lines.Count > 1 && dice.Chance(0.4)) lines.RemoveAt(dice.From(0, lines.Count - 1));
        else if (lines.Count > 0 && dice.Chance(0.4)) lines[0] = lines[0] with { Quantity = dice.From(1, 9) };
        else
            for (var i = dice.From(1, 2); i > 0; i--)
            {
                var variant = Any<ShopVariant>();
                var (quantity, unit) = (dice.From(1, 4), (long)dice.From(1, 9000));
                lines.Add(new ShopLine("l" + (++_lines).ToString(CultureInfo.InvariantCulture), variant?.Id ?? "none", variant?.Name ?? $"Old tea {currency}", variant?.Sku, quantity, unit, dice.Chance(0.3) ? dice.From(0, (int)unit) : 0, dice.From(0, 300)));
            }
    }

    private int _lines;

    private ShopChange? Restore()
    {
        var gone = shop.Items.Where(item => item is { Deleted: true } and (ShopOrder or ShopVariant)).ToList();
        return gone.Count == 0 ? null : shop.Touch(dice.Pick(gone));
    }

    private ShopChange? Edit<T>(Action<T> edit, Func<T, bool>? which = null) where T : ShopItem
    {
        if (Any(which) is not { } item) return null;
        edit(item);
        return shop.Touch(item);
    }

    private ShopChange? Remove<T>(Func<T, bool>? which = null) where T : ShopItem => Any(which) is { } item ? shop.Delete(item) : null;

    private T? Any<T>(Func<T, bool>? which = null) where T : ShopItem
    {
        var all = shop.Live<T>().Where(item => which?.Invoke(item) != false).ToList();
        return all.Count == 0 ? null : dice.Pick(all);
    }

    private string Id(string prefix) => prefix + shop.NextNumber.ToString(CultureInfo.InvariantCulture);

    private string NewAddress() => $"{(dice.Chance(0.2) ? "Person" : "person")}{++_addresses}@example.com";

    public static string Normal(string email) => email.Trim().ToLowerInvariant();
}
