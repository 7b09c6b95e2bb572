using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Money and mail: sums that agree with the store's, and carts that have become orders.</summary>
public sealed class MoneyAndMailTests
{
    private static readonly string[] s_money = ["hs_total_price", "hs_refund_amount", "spoke_net_revenue", "spoke_refunded_total"];

    [Fact]
    public async Task Scenario_42_a_refund_in_part_and_then_of_all_never_comes_to_more_than_was_paid()
    {
        // woocommerce#66320: 65 on 50
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        var order = shop.Desk.Place("ada@example.com");
        shop.Desk.Complete(order);
        shop.Desk.Refund(order, 15m);
        shop.Desk.SetStatus(order, "refunded");   // gives back what is left
        Assert.True((await scene.PassAsync()).InStep);
        var record = await scene.OneAsync("orders", $"shop-main:order:{order}", s_money);
        Assert.Equal((record["hs_total_price"], record["hs_total_price"], "0.00"), (record["hs_refund_amount"], record["spoke_refunded_total"], record["spoke_net_revenue"]));
        // Whatever the refunds: each takes only what those before it have left.
        Gen.Select(Gen.Long[1, 10_000], Gen.Long[0, 2_000], Gen.Long[0, 2_000], Gen.Long[1, 12_000].List[0, 6]).Sample((items, shipping, tax, refunds) =>
        {
            Money Eur(long minor) => new(minor, "EUR");
            var amounts = new OrderAmounts { ItemsGross = Eur(items), Discounts = Eur(0), Shipping = Eur(shipping), Fees = Eur(0), Tips = Eur(0), GiftCards = Eur(0), Tax = Eur(tax), Total = Eur(items + shipping + tax) };
            var split = RefundSplit.Split(amounts, amounts.Total, refunds.Select((minor, i) => new LumpRefund($"r{i}", Eur(minor), SettlementState.Settled, Some.Day.AddHours(i))));
            Assert.InRange(split.Sum(r => r.Items.Minor), 0, items);
            Assert.InRange(split.Sum(r => r.Shipping.Minor), 0, shipping);
            Assert.InRange(split.Sum(r => r.Tax.Minor), 0, tax);
            Assert.All(split, r => Assert.Equal(r.Total, r.Items + r.Shipping + r.Fees + r.Tips + r.Tax + r.OffOrder));
        });
    }

    [Fact]
    public async Task Scenario_43_a_refund_of_an_order_that_was_never_paid_makes_no_negative_sales()
    {
        // woocommerce#67710
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        scene.Store.Put(Some.Order("1", 0, customer: "1", total: 5000, paid: false, refunded: 5000));
        scene.Store.Put(Some.Order("2", 0, customer: "1", total: 1000));
        Assert.True((await scene.PassAsync()).InStep);
        var contact = await scene.OneAsync("contacts", "shop-main:customer:1", "spoke_orders_count", "spoke_total_spent", "spoke_net_spent");
        Assert.Equal(("1", "10.00", "10.00"), (contact["spoke_orders_count"], contact["spoke_total_spent"], contact["spoke_net_spent"]));
        Assert.Equal("0.00", (await scene.OneAsync("orders", "shop-main:order:1", "spoke_refunded_total"))["spoke_refunded_total"]);
    }

    [Fact]
    public async Task Scenario_44_net_sales_are_one_formula_wherever_they_are_told_and_it_stands_beside_the_number()
    {
        // woocommerce#48954, woocommerce#48761, woocommerce-admin#2855
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        scene.Store.Put(Some.Order("1", 0, customer: "1", total: 5000, refunded: 1234));
        scene.Store.Put(Some.Order("2", 0, customer: "1", total: 333, at: Some.Day.AddDays(1)));
        scene.Store.Put(Some.Order("3", 0, customer: "1", total: 777, refunded: 777));
        Assert.True((await scene.PassAsync()).InStep);
        var orders = (await scene.AllAsync("orders", s_money)).Sum(order => decimal.Parse(order["spoke_net_revenue"]!, System.Globalization.CultureInfo.InvariantCulture));
        var contact = decimal.Parse((await scene.OneAsync("contacts", "shop-main:customer:1", "spoke_net_spent"))["spoke_net_spent"]!, System.Globalization.CultureInfo.InvariantCulture);
        var sums = Assert.Single((await scene.Reconciliation.CompareAsync(all: false, Scene.Token)).Sums);
        Assert.Equal((40.99m, 40.99m, "40.99", "40.99"), (orders, contact, sums.Ledger.Net, sums.HubSpot.Net));
        Assert.Equal("Net spent (goods, before tax, after refunds)", (await scene.Portal.Properties.GetAsync("contacts", "spoke_net_spent", null, Scene.Token))!.Label);
        Assert.Equal("Total spent (payments minus refunds)", (await scene.Portal.Properties.GetAsync("contacts", "spoke_total_spent", null, Scene.Token))!.Label);
    }

    [Fact]
    public async Task Scenario_45_coupons_and_refunds_are_part_of_the_order_in_HubSpot()
    {
        // woocommerce_fusion#153
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        var order = shop.Desk.Place("ada@example.com");
        shop.Desk.ApplyCoupon(order, "SPRING", 0.2m);
        shop.Desk.Pay(order);
        Assert.True((await scene.PassAsync()).InStep);
        var before = await scene.OneAsync("orders", $"shop-main:order:{order}", [.. s_money, "hs_order_discount", "hs_discount_codes"]);
        Assert.Equal("SPRING", before["hs_discount_codes"], ignoreCase: true);
        Assert.True(Amount(before["hs_order_discount"]) > 0);
        Assert.All(await scene.AllAsync("line_items", "discount"), line => Assert.True(Amount(line["discount"]) > 0));
        shop.Desk.RefundLine(order, 0, 1);
        Assert.True((await scene.PassAsync()).InStep);
        var after = await scene.OneAsync("orders", $"shop-main:order:{order}", s_money);
        Assert.True(Amount(after["hs_refund_amount"]) > 0);
        Assert.InRange(Amount(after["spoke_net_revenue"]), 0.01m, Amount(before["spoke_net_revenue"]) - 0.01m);
        Assert.Equal(before["hs_total_price"], after["hs_total_price"]);
    }

    [Fact]
    public async Task Scenario_46_a_cart_that_has_been_bought_is_not_shown_as_left_whichever_arrives_first()
    {
        // woocommerce#62113
        var clock = new FakeTimeProvider(Some.Day);
        using var wire = new Wire();
        await using var rig = await PullRig.StartAsync(clock: clock, wire: wire);
        rig.Store.Put(Filled("c1", "ada@example.com"));
        rig.Store.Put(Filled("c2", "bob@example.com"));
        await rig.PassAsync();
        Assert.Equal([("shop-main:cart:c1", "active"), ("shop-main:cart:c2", "active")], await StatesAsync());
        // The order and a late word of the cart come in one reading, when both carts have been left long enough: what is written is looked up when it is written.
        clock.Advance(rig.Connection.AbandonedAfter + TimeSpan.FromMinutes(1));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", at: Some.Day.AddMinutes(1)) with { CartId = "c1" });
        rig.Store.Put(Filled("c1", "ada@example.com", total: 800));
        rig.Store.Put(Some.Order("3", 0, email: "cleo@example.com", at: Some.Day.AddMinutes(1)) with { CartId = "c3" });
        await rig.PassAsync();
        rig.Store.Put(Filled("c3", "cleo@example.com"));   // heard of only after its order
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal([("shop-main:cart:c1", "converted"), ("shop-main:cart:c2", "abandoned"), ("shop-main:cart:c3", "converted")], await StatesAsync());
        // Nor were they for a moment, on the carts or on the contacts: the only one who has left anything is Bob.
        var left = wire.Calls.Where(call => call.Writes && call.Body.Contains("\"abandoned\"", StringComparison.Ordinal)).SelectMany(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("inputs").EnumerateArray().Select(input => input.GetRawText())).Where(input => input.Contains("\"abandoned\"", StringComparison.Ordinal)).ToList();
        Assert.Contains((await rig.Portal.Carts.GetAsync("shop-main:cart:c2", new ReadOptions { IdProperty = "spoke_key" }, null, PullRig.Token))!.Id.Value, Assert.Single(left));
        Assert.DoesNotContain(wire.Calls, call => call.Writes && call.Body.Contains("shop-main:cart:c3", StringComparison.Ordinal) && call.Body.Contains("\"active\"", StringComparison.Ordinal));

        Cart Filled(string id, string email, long total = 700) => Some.Cart(id, 0, email, total) with
        {
            Lines = [new OrderLine { Id = "l", Name = "Tea", Quantity = 1, UnitPrice = new Money(total, "EUR"), Gross = new Money(total, "EUR"), Discount = new Money(0, "EUR"), Tax = new Money(0, "EUR") }],
        };

        async Task<IEnumerable<(string, string)>> StatesAsync() =>
            (await rig.Portal.Carts.ListAsync(new ReadOptions { Properties = ["spoke_key", "hs_external_status"] }, null, PullRig.Token).ToListAsync(PullRig.Token)).Select(cart => (cart["spoke_key"]!, cart["hs_external_status"]!)).Order();
    }

    [Fact]
    public async Task Scenario_47_carts_pushed_before_all_of_the_store_is_known_wait_and_then_come()
    {
        // mc-magento2#636, mc-magento#1073
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 150; i++) scene.Store.Put(Some.Customer($"{i:000}", 0, $"person{i}@example.com"));
        scene.Store.FailAfterPages = 1;
        scene.Store.Put(Some.Cart("c1", 0, "person7@example.com"));
        await scene.Engine.Intake.AppendAsync(Scene.Name, [scene.Store.Push(EntityKind.Cart, "c1", "delivery-1")], null, Scene.Token);
        await Assert.ThrowsAsync<Spoke.Commerce.Connectors.StoreException>(() => scene.PassAsync());
        Assert.Equal(1, await scene.CountAsync("intake", "delivery_id = 'delivery-1'"));
        Assert.DoesNotContain(scene.Wire.Calls, call => call.Writes && call.Path.Contains("/objects/", StringComparison.Ordinal));
        scene.Store.FailAfterPages = null;
        Assert.True((await scene.PassAsync()).InStep);
        var cart = Assert.Single(await scene.AllAsync("carts"));
        Assert.Equal([(await scene.OneAsync("contacts", "shop-main:customer:007")).Id], await scene.AssociatedAsync("carts", cart.Id, "contacts"));
        // One after the import goes at once, like anything else.
        scene.Store.Put(Some.Cart("c2", 0, "person8@example.com"));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(2, (await scene.AllAsync("carts")).Count);
    }

    [Fact]
    public async Task Scenario_48_what_was_sent_is_counted_against_the_orders_there_are()
    {
        // mc-woocommerce#273: half the orders got none
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 20; i++) scene.Store.Put(Some.Order($"{i:00}", 0, email: $"person{i}@example.com", at: Some.Day.AddDays(i)));
        var pass = await scene.PassAsync();
        Assert.Equal((20, 20L), (pass.Read.Orders, await scene.CountAsync("written", "object = 'orders' and what = 'created'")));
        await scene.Portal.Orders.BatchArchiveAsync([.. (await scene.AllAsync("orders")).Where(order => order["spoke_key"]![^1] % 2 == 0).Select(order => order.Id)], null, Scene.Token);
        var drift = await scene.Reconciliation.CompareAsync(all: false, Scene.Token);
        Assert.Equal((20, 10, 10), drift.Objects.Where(o => o.Object == "orders").Select(o => (o.Ledger, o.HubSpot, o.Missing)).Single());
        Assert.Equal(10, drift.Days.Count);   // day by day, which ones
        Assert.All(drift.Days, day => Assert.Equal((1, 0), (day.Ledger.Orders, day.HubSpot.Orders)));
    }

    private static decimal Amount(string? text) => decimal.Parse(text is null or "" ? "0" : text, System.Globalization.CultureInfo.InvariantCulture);
}
