using Spoke.Shop.Store;

namespace Spoke.Shop.Demo;

/// <summary>What happened before the shop's first start: two months of customers, baskets, orders, parcels and refunds, in one transaction.</summary>
internal sealed class DemoHistory(DemoPeople people, ShopOptions options)
{
    private const int Days = 60;

    public bool Write(ShopWrite write)
    {
        var now = write.Now;
        var began = now.AddDays(-Days);
        var regulars = new List<ShopCustomer>();
        for (var i = 0; i < options.DemoCustomers; i++)
        {
            write.Now = began.AddHours(-people.Between(1, 2000));
            regulars.Add(Customers.Add(write, people.Somebody()));
        }
        var visits = Enumerable.Range(0, options.DemoOrders).Select(_ => began.AddMinutes(people.Fraction() * Days * 24 * 60)).Order().ToList();
        foreach (var at in visits)
        {
            if (people.Chance(0.15)) Abandon(write, regulars, at.AddMinutes(-people.Between(5, 600)));
            Follow(write, Buy(write, regulars, at), now);
        }
        write.Now = now;
        return true;
    }

    private ShopOrder Buy(ShopWrite write, List<ShopCustomer> regulars, DateTimeOffset at)
    {
        var guest = regulars.Count == 0 || people.Chance(0.2);
        var buyer = guest ? people.Somebody() : people.Regular(regulars);
        write.Now = at;
        var cart = Carts.Open(write, people.Currency(), guest ? null : buyer.Id, guest ? null : buyer.Email);
        for (var n = people.Between(1, 4); n > 0; n--) cart = Carts.PutLine(write, cart, people.Variant(), people.Between(1, 3));
        if (people.Coupon() is { } coupon) cart = Carts.Change(write, cart, null, coupon);
        write.Now = at.AddMinutes(people.Between(2, 20));
        return Orders.Place(write, cart, buyer, buyer.Address!, people.Card());
    }

    private void Abandon(ShopWrite write, List<ShopCustomer> regulars, DateTimeOffset at)
    {
        if (regulars.Count == 0) return;
        write.Now = at;
        var cart = Carts.Open(write, people.Currency(), people.Regular(regulars).Id, null);
        for (var n = people.Between(1, 3); n > 0; n--) cart = Carts.PutLine(write, cart, people.Variant(), 1);
    }

    /// <summary>What became of the order since, as far as there was time for it.</summary>
    private void Follow(ShopWrite write, ShopOrder order, DateTimeOffset now)
    {
        bool Later(double hours)
        {
            var at = write.Now.AddHours(hours);
            if (at >= now) return false;
            write.Now = at;
            return true;
        }
        if (order.Status == "authorized" && Later(0.1)) order = Orders.Confirm(write, order);
        if (order.Status is "pending" or "payment_failed" && people.Chance(0.5) && Later(72)) order = Orders.Cancel(write, order, "never paid");
        if (order.Status != "paid" || !Later(6 + people.Fraction() * 40)) return;
        if (people.Chance(0.05))
        {
            Orders.Cancel(write, order, "customer changed their mind");
            return;
        }
        if (order.Lines.Count > 1 && people.Chance(0.1))
        {
            order = Orders.Ship(write, order, [Orders.Unshipped(order)[0]], null, null);
            if (people.Chance(0.3) || !Later(48)) return;
        }
        order = Orders.Ship(write, order, null, null, null);
        if (!Later(30 + people.Fraction() * 60)) return;
        order = Orders.Deliver(write, order);
        if (people.Chance(0.12) && Later(70)) Orders.Refund(write, order, people.Chance(0.5) ? order.Paid : Math.Max(1, order.Paid / 3), "not as expected");
    }
}
