using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Duplicates and order: whatever the order of arrival and however often things are repeated.</summary>
public sealed class OrderOfArrivalTests
{
    [Fact]
    public async Task Scenario_18_identical_webhooks_of_one_instant_are_one_and_the_newest_state_stands()
    {
        // ShopifySharp#919
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        await scene.PassAsync();
        var order = shop.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 2, 10)]));
        shop.Shop.Pay(order);
        var pushes = shop.Subscriptions.Take().Where(push => push.Headers["X-Shopify-Topic"].StartsWith("orders/", StringComparison.Ordinal)).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => pushes).Select(push => Task.Run(() => scene.DeliverAsync(push))));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(pushes.Count, answers.Count(answer => answer.Text == "kept"));
        Assert.Equal(pushes.Count, await scene.CountAsync("intake", "kind = 3 and delivery_id is not null"));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal("Paid", Assert.Single(await scene.AllAsync("orders", "hs_payment_status"))["hs_payment_status"]);
        Assert.Single(scene.Wire.Calls, call => call.Is("/orders/batch/upsert"));
    }

    [Fact]
    public async Task Scenario_19_an_update_that_arrives_before_the_creation_is_not_undone_by_it()
    {
        // shopify-app-js#603
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        await scene.PassAsync();
        var order = shop.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 2, 10)]));
        var created = Assert.Single(shop.Subscriptions.Take(), push => push.Headers["X-Shopify-Topic"] == "orders/create");
        shop.Shop.Pay(order);
        var updated = shop.Subscriptions.Take().First(push => push.Headers["X-Shopify-Topic"] == "orders/updated");
        // Nobody asks the store for news, which would mend whatever the pushes have broken. A push of this platform only says which order, and it is read as it is now.
        var live = scene.Worker();
        Assert.Equal("kept", (await scene.DeliverAsync(updated)).Text);
        await live.StepAsync(poll: false, Scene.Token);
        Assert.Equal("Paid", Assert.Single(await scene.AllAsync("orders", "hs_payment_status"))["hs_payment_status"]);
        Assert.Equal("kept", (await scene.DeliverAsync(created)).Text);
        await live.StepAsync(poll: false, Scene.Token);
        Assert.Equal("Paid", Assert.Single(await scene.AllAsync("orders", "hs_payment_status"))["hs_payment_status"]);
        // One that pushes a customer whole: of two versions the older one changes nothing, in the same round or in a later one.
        foreach (var together in new[] { true, false })
        {
            var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            var (woo, wooShop) = await Scene.WooAsync(time: clock);
            await using var __ = woo;
            await woo.PassAsync();
            var worker = woo.Worker();
            var bob = wooShop.Desk.Register("bob@example.com");
            var first = Assert.Single(wooShop.Webhooks.Take()).Delivery;
            clock.Advance(TimeSpan.FromSeconds(2));   // the shop's dates are whole seconds
            wooShop.Desk.EditCustomer(bob, customer => customer.LastName = "Married");
            Assert.Equal("kept", (await woo.DeliverAsync(Assert.Single(wooShop.Webhooks.Take()).Delivery)).Text);
            if (!together) await worker.StepAsync(poll: false, Scene.Token);
            Assert.Equal("kept", (await woo.DeliverAsync(first)).Text);
            Assert.False((await worker.StepAsync(poll: false, Scene.Token)).Polled);
            Assert.Equal("Married", Assert.Single(await woo.AllAsync("contacts", "lastname"))["lastname"]);
        }
    }

    [Fact]
    public async Task Scenario_20_four_deliveries_of_one_change_are_one_write()
    {
        // woocommerce#20047, woocommerce#19764
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (scene, shop) = await Scene.WooAsync(firings: 4, time: clock);
        await using var _ = scene;
        await scene.PassAsync();
        var order = shop.Desk.Place("ada@example.com");
        var pushes = shop.Webhooks.Take();
        // Fired within one second they have one id and one content.
        Assert.Single(pushes.Select(push => push.Delivery.Headers["X-WC-Webhook-Delivery-ID"]).Distinct());
        Assert.Equal(["kept", "known", "known", "known"], await DeliverAsync(pushes));
        clock.Advance(TimeSpan.FromSeconds(2));
        shop.Desk.Pay(order);
        foreach (var push in shop.Webhooks.Take())
        {
            // Fired one after the other they have not.
            var headers = push.Delivery.Headers.ToDictionary(header => header.Key, header => header.Key == "X-WC-Webhook-Delivery-ID" ? Guid.NewGuid().ToString("N") : header.Value, StringComparer.OrdinalIgnoreCase);
            Assert.Equal("kept", (await scene.DeliverAsync(headers, push.Delivery.Body.ToArray())).Text);
        }
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(1, await scene.CountAsync("written", $"object = 'orders' and record_key = 'shop-main:order:{order}'"));
        // Again, after all of it has been written: nothing new.
        clock.Advance(TimeSpan.FromSeconds(2));
        shop.Desk.Change(order, _ => { });
        Assert.Equal(["kept", "known", "known", "known"], await DeliverAsync(shop.Webhooks.Take()));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(1, await scene.CountAsync("written", $"object = 'orders' and record_key = 'shop-main:order:{order}'"));

        async Task<List<string>> DeliverAsync(IEnumerable<WooPush> all)
        {
            var answers = new List<string>();
            foreach (var push in all) answers.Add((await scene.DeliverAsync(push.Delivery)).Text);
            return answers;
        }
    }

    [Fact]
    public async Task Scenario_21_a_webhook_that_goes_on_after_it_was_disabled_says_nothing_new()
    {
        // woocommerce#23708: two subscriptions, ours and one that somebody has disabled and that fires all the same.
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.Connection.Store.Subscriptions!.EnsureAsync(new Uri("https://spoke.example/hooks/shop-main?old"), Scene.Token);
        shop.Webhooks.Take();
        await scene.PassAsync();
        shop.Desk.Place("ada@example.com");
        var pushes = shop.Webhooks.Take();
        Assert.Equal(2, pushes.Select(push => push.WebhookId).Distinct().Count());
        shop.Webhooks.SetStatus(pushes[1].WebhookId, "disabled");
        Assert.Equal("kept", (await scene.DeliverAsync(pushes[0].Delivery)).Text);
        Assert.True((await scene.PassAsync()).InStep);
        var before = scene.Wire.Calls.Count(call => call.Writes);
        Assert.Equal(200, (await scene.DeliverAsync(pushes[1].Delivery)).Status);
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(before, scene.Wire.Calls.Count(call => call.Writes));
        Assert.Single(await scene.AllAsync("orders"));
    }

    [Fact]
    public async Task Scenario_22_carts_of_one_shopper_on_three_devices_hang_on_one_contact_and_make_no_deals()
    {
        // Unific help: one deal per checkout id
        await using var scene = await Scene.StartAsync();
        for (var device = 1; device <= 3; device++)
        {
            scene.Store.Put(Some.Cart($"{device}", 0, device == 2 ? "ADA@example.com" : "ada@example.com") with { LastActivityAt = Some.Day.AddMinutes(device) });
            Assert.True((await scene.PassAsync()).InStep);
        }
        var contact = Assert.Single(await scene.AllAsync("contacts"));
        var carts = await scene.AllAsync("carts");
        Assert.Equal(3, carts.Count);
        foreach (var cart in carts) Assert.Equal([contact.Id], await scene.AssociatedAsync("carts", cart.Id, "contacts"));
        Assert.DoesNotContain(scene.Wire.Calls, call => call.Path.Contains("/deals", StringComparison.Ordinal));
        // The newest one is the one; what they left on other devices is not open beside it.
        Assert.Equal(["superseded", "superseded", "active"], (await scene.AllAsync("carts", "hs_external_status")).OrderBy(cart => cart["spoke_key"], StringComparer.Ordinal).Select(cart => cart["hs_external_status"]!));
        // The one that is bought is open no more, nor are those from before; the same cart again is the same record.
        scene.Store.Put(Some.Order("9", 0, email: "ada@example.com", at: Some.Day.AddMinutes(20)) with { CartId = "2" });
        scene.Store.Put(Some.Cart("3", 0, "ada@example.com", total: 900) with { LastActivityAt = Some.Day.AddMinutes(10) });
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal([("superseded", "7.00"), ("converted", "7.00"), ("superseded", "9.00")],
            (await scene.AllAsync("carts", "hs_external_status", "hs_total_price")).OrderBy(cart => cart["spoke_key"], StringComparer.Ordinal).Select(cart => (cart["hs_external_status"]!, cart["hs_total_price"]!)));
        Assert.Single(await scene.AllAsync("contacts"));
    }

    [Fact]
    public async Task Scenario_23_a_first_sync_says_its_counts_before_it_writes_and_makes_no_twins()
    {
        // HubSpot's Data Sync: 280,000 records on a Friday
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 280; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        for (var i = 0; i < 60; i++) await scene.CreateAsync("contacts", ("email", $"Person{i}@example.com"));
        var before = scene.Wire.Calls.Count;
        var plan = Assert.Single((await new PlanMaker(scene.Database, [scene.Connection], new SyncOptions(), TimeProvider.System, NullLogger.Instance).MakeAsync(null, null, Scene.Token)).Connections);
        Assert.DoesNotContain(scene.Wire.Calls.Skip(before), call => call.Writes);
        var contacts = plan.Objects.Single(o => o.Object == "contacts");
        Assert.Equal((220, 60), (contacts.Create, contacts.Update));
        Assert.InRange(plan.Calls, 1, 100);
        var pass = await scene.PassAsync();
        Assert.Equal((220, 60), (pass.Written.Created, pass.Written.Updated));
        Assert.Equal(280, (await scene.AllAsync("contacts")).Count);
        // Whoever asked for it sees the first fifty before the rest is written.
        await using var careful = await Scene.StartAsync(canary: true);
        for (var i = 0; i < 280; i++) careful.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        for (var i = 0; i < 60; i++) await careful.CreateAsync("contacts", ("email", $"Person{i}@example.com"));
        for (var round = 0; round < 2; round++)
        {
            Assert.True((await careful.PassAsync()).AwaitsApproval);
            Assert.Equal(50, (await careful.AllAsync("contacts")).Count(contact => contact["spoke_key"] is { Length: > 0 }));
        }
        await careful.Engine.ApproveAsync(Scene.Token);
        Assert.True((await careful.PassAsync()).InStep);
        Assert.Equal(280, (await careful.AllAsync("contacts")).Count(contact => contact["spoke_key"] is { Length: > 0 }));
        Assert.Equal(280, (await careful.AllAsync("contacts")).Count);
    }
}
