using System.Diagnostics.Metrics;
using System.Text;

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
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.PassAsync();
        for (var i = 0; i < 5; i++)
        {
            shop.Desk.Place($"lost{i}@example.com");
            foreach (var push in shop.Webhooks.Take().Where(push => push.Topic == "order.created")) shop.Webhooks.Answered(push, 500);
        }
        var gap = shop.Desk.Place("gap@example.com");
        Assert.DoesNotContain(shop.Webhooks.Take(), push => push.Topic == "order.created");   // it is off, and nobody was told
        var report = await scene.Connection.Store.Subscriptions!.EnsureAsync(Scene.Callback, Scene.Token);
        Assert.Equal(["order.created"], report.Restored);
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(6, (await scene.AllAsync("orders")).Count);
        await scene.OneAsync("orders", $"shop-main:order:{gap}");
        foreach (var ping in shop.Webhooks.Take()) shop.Webhooks.Answered(ping, (await scene.DeliverAsync(ping.Delivery)).Status);
        shop.Desk.Place("again@example.com");
        Assert.Equal(200, (await scene.DeliverAsync(Assert.Single(shop.Webhooks.Take(), push => push.Topic == "order.created").Delivery)).Status);
    }

    [Fact]
    public async Task Scenario_12_a_delivery_that_does_not_arrive_has_a_reason_and_a_test_event_goes_the_real_way()
    {
        // pipedream#6779
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.PassAsync();
        var refusals = new List<int>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "spoke.webhooks.refusals") self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => { lock (refusals) refusals.Add(tags.ToArray().Where(tag => tag.Key == "status").Select(tag => (int)tag.Value!).Single()); });
        listener.Start();
        var order = shop.Desk.Place("test@example.com");
        var push = Assert.Single(shop.Webhooks.Take()).Delivery;
        var unsigned = push.Headers.Where(header => header.Key != "X-WC-Webhook-Signature").ToDictionary(StringComparer.OrdinalIgnoreCase);
        var elsewhere = await scene.Engine.Webhooks.ReceiveAsync("shop-mian", push.Headers, new MemoryStream(push.Body.ToArray()), Scene.Token);
        var forged = await scene.DeliverAsync(unsigned, push.Body.ToArray());
        Assert.Equal((404, "There is no connection 'shop-mian'."), elsewhere);
        Assert.Equal(401, forged.Status);
        Assert.NotEqual("", forged.Text);
        lock (refusals) Assert.True(refusals.Contains(404) && refusals.Contains(401));
        // The same event as it was sent: the door, the disk, the ledger, HubSpot.
        Assert.Equal((200, "kept"), await scene.DeliverAsync(push));
        await scene.PassAsync();
        Assert.Equal("#" + order, (await scene.OneAsync("orders", $"shop-main:order:{order}", "hs_order_name"))["hs_order_name"]);
    }
}
