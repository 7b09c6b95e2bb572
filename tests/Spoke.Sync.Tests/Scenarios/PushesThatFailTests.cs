using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Connections;
using Spoke.Sync.Subscriptions;
using Spoke.Sync.Tests.Scheduling;
using Spoke.Sync.Tests.Subscriptions;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Lost or missing: what a store does not push, and what does not arrive.</summary>
public sealed class PushesThatFailTests
{
    [Fact]
    public async Task Scenario_10_a_webhook_that_is_not_fired_is_made_good_by_the_poll_and_by_reconcile()
    {
        // woocommerce#15620, woocommerce#18009, woocommerce#40013
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.PassAsync();
        var order = shop.Desk.Place("ada@example.com");
        shop.Desk.Pay(order);
        shop.Webhooks.Take();   // none of them arrives
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal("Paid", (await scene.OneAsync("orders", $"shop-main:order:{order}", "hs_payment_status"))["hs_payment_status"]);
        // What no push could have told: somebody changed the record in HubSpot.
        await scene.EditAsync("orders", (await scene.OneAsync("orders", $"shop-main:order:{order}")).Id, ("hs_total_price", "1.00"));
        var drift = await scene.Reconciliation.CompareAsync(all: false, Scene.Token);
        Assert.Equal(("hs_total_price", "1.00"), drift.Examples.Select(e => (e.Where, e.HubSpot)).Single());
        Assert.Equal(1, (await scene.Reconciliation.RepairAsync(drift, force: false, Scene.Token)).Marked);
        Assert.True((await scene.Reconciliation.CompareAsync(all: false, Scene.Token)).InStep);
    }

    [Fact]
    public async Task Scenario_11_a_webhook_that_switched_itself_off_is_switched_on_again_and_the_gap_is_filled()
    {
        // woocommerce#17548
        await using var live = await RunningEngine.PrepareAsync();
        await using var shop = await WooShop.StartAsync(new WooOptions { Orders = 0, Customers = 0, Drafts = 0, Time = live.Time }, Scene.Token);
        await using var store = new WooConnector(new WooStoreOptions { Url = shop.BaseUrl, ConsumerKey = shop.Options.ConsumerKey, ConsumerSecret = shop.Options.ConsumerSecret, WebhookSecret = "spoke-test-secret" }, time: live.Time);
        live.Run(new Connection(Scene.Name, store, live.Portal, "shop", "page") { PushesTo = Scene.Callback });
        await live.Looks.NextAsync();
        await live.Rounds.NextAsync(round => round.Polled);
        await ArriveAsync(shop.Webhooks.Take());
        live.Time.Advance(TimeSpan.FromMinutes(59));
        await live.Rounds.NextAsync(round => round.Polled);
        for (var i = 0; i < 5; i++)
        {
            shop.Desk.Place($"lost{i}@example.com");
            foreach (var push in shop.Webhooks.Take().Where(push => push.Topic == "order.created")) shop.Webhooks.Answered(push, 500);
        }
        shop.Desk.Place("gap@example.com");
        Assert.DoesNotContain(shop.Webhooks.Take(), push => push.Topic == "order.created");   // it is off, and nobody was told
        Assert.Empty(live.Log.Warnings);
        // The program that runs finds it within the hour, says so, and asks at once for what it has missed.
        live.Time.Advance(TimeSpan.FromMinutes(1.1));   // the next poll would be in three minutes
        Assert.Equal(["order.created"], (await live.Looks.NextAsync()).Mended);
        Assert.Single(live.Log.Warnings, line => line.StartsWith("shop-main: the store had stopped pushing order.created.", StringComparison.Ordinal));
        await live.Rounds.NextAsync(round => round.Polled);
        Assert.Equal(6, await live.Portal.Orders.ListAsync(null, null, Scene.Token).CountAsync(Scene.Token));
        await ArriveAsync(shop.Webhooks.Take());
        shop.Desk.Place("again@example.com");
        await ArriveAsync([Assert.Single(shop.Webhooks.Take(), push => push.Topic == "order.created")]);
        await live.Rounds.NextAsync(round => round is { Polled: false, Taken: > 0 });
        Assert.Equal(7, await live.Portal.Orders.ListAsync(null, null, Scene.Token).CountAsync(Scene.Token));

        async Task ArriveAsync(IEnumerable<WooPush> pushes)
        {
            foreach (var push in pushes)
            {
                var (status, text) = await live.Engine.Webhooks.ReceiveAsync(Scene.Name, push.Delivery.Headers, new MemoryStream(push.Delivery.Body.ToArray()), Scene.Token);
                Assert.True(status == 200, text);
                shop.Webhooks.Answered(push, status);
            }
        }
    }

    [Fact]
    public async Task Scenario_12_a_delivery_that_does_not_arrive_has_a_reason_and_a_test_event_goes_the_real_way()
    {
        // pipedream#6779
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.PassAsync();
        var door = await WayToDoor.ToAsync(scene.Engine.Webhooks);
        await scene.Engine.Webhooks.OpenedAsync(door.BaseUrl, Scene.Token);
        await using var tunnel = await WayToDoor.ThroughAsync(door.BaseUrl);
        var connection = scene.Connection with { PushesTo = new Uri(tunnel.BaseUrl, "hooks/shop-main") };
        Task<DeliveryReport> AskAsync() => new DeliveryCheck(scene.Database, TimeProvider.System).RunAsync(connection, Scene.Token);

        // The store was told another address once, and nobody is told that nothing comes.
        var report = await AskAsync();
        Assert.All(report.Ways, way => Assert.Equal(WayState.Arrives, way.State));
        Assert.Contains("It pushes elsewhere: 11 topics to https://spoke.example/hooks/shop-main.", Assert.Single(report.Facts, fact => fact.IsTrouble).What);
        await connection.Store.Subscriptions!.EnsureAsync(connection.PushesTo, Scene.Token);
        foreach (var ping in shop.Webhooks.Take().Where(push => push.Delivery.Address == connection.PushesTo)) shop.Webhooks.Answered(ping, (await scene.DeliverAsync(ping.Delivery)).Status);

        // It signs with another secret: the test arrives, its own pushes do not, and the reason is told.
        var order = shop.Desk.Place("test@example.com");
        var push = shop.Webhooks.Take().First(push => push.Topic == "order.created").Delivery;
        var forged = push.Headers.ToDictionary(header => header.Key, header => header.Key == "X-WC-Webhook-Signature" ? Convert.ToBase64String(new byte[32]) : header.Value, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(401, (await scene.DeliverAsync(forged, push.Body.ToArray())).Status);
        report = await AskAsync();
        Assert.All(report.Ways, way => Assert.Equal(WayState.Arrives, way.State));
        Assert.Contains("compare webhookSecret with the secret of the shop's webhooks", Assert.Single(report.Facts, fact => fact.IsTrouble).Fix);

        // The same event as it was sent: the door, the disk, the ledger, HubSpot.
        Assert.Equal((200, "kept"), await scene.DeliverAsync(push));
        report = await AskAsync();
        Assert.True(report.IsWell);
        Assert.NotNull(report.LastKept);
        await scene.PassAsync();
        Assert.Equal("#" + order, (await scene.OneAsync("orders", $"shop-main:order:{order}", "hs_order_name"))["hs_order_name"]);
        var held = await scene.CountAsync("intake");

        // spoke serve has gone, the tunnel stands there still.
        await door.DisposeAsync();
        report = await AskAsync();
        Assert.Equal(WayState.NobodyListens, report.Ways[0].State);
        Assert.Equal(WayState.AnsweredByAnother, report.Ways[1].State);
        Assert.All(report.Ways, way => Assert.Contains("spoke serve", way.Fix));
        Assert.Equal(held, await scene.CountAsync("intake"));
    }
}
