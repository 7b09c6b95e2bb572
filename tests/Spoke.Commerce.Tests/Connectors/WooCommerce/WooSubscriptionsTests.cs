using Spoke.Commerce.Connectors;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooSubscriptionsTests
{
    private static readonly Uri Callback = new("https://spoke.example/hooks/shop-main");

    [Fact]
    public async Task Every_topic_is_subscribed_to_once()
    {
        await using var scene = await WooScene.StartAsync();
        var first = await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel);
        Assert.Equal((0, 11, 0), (first.Kept.Count, first.Made.Count, first.Restored.Count));
        var writes = scene.Shop.Faults.Requests.Count(request => !request.StartsWith("GET", StringComparison.Ordinal));
        var second = await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel);
        Assert.Equal((11, 0, 0, null), (second.Kept.Count, second.Made.Count, second.Restored.Count, second.OffSince));
        Assert.Equal(writes, scene.Shop.Faults.Requests.Count(request => !request.StartsWith("GET", StringComparison.Ordinal)));
        var elsewhere = await scene.Connector.Subscriptions.EnsureAsync(new Uri("https://other.example/hooks"), WooScene.Cancel);
        Assert.Equal(11, elsewhere.Made.Count);
        Assert.Equal(11, (await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel)).Kept.Count);
    }

    [Fact]
    public async Task One_that_the_shop_switched_off_after_failures_is_switched_on_again()
    {
        await using var scene = await WooScene.StartAsync();
        await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel);
        scene.Shop.Webhooks.Take();
        for (var i = 0; i < 5; i++)
        {
            scene.Desk.Place("failing@example.com");
            foreach (var push in scene.Shop.Webhooks.Take()) scene.Shop.Webhooks.Answered(push, 500);
        }
        scene.Desk.Place("unheard@example.com");
        Assert.Empty(scene.Shop.Webhooks.Take());
        Assert.Equal(["order.created"], (await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel)).Restored);
        scene.Shop.Webhooks.Take();
        scene.Desk.Place("heard@example.com");
        Assert.Single(scene.Shop.Webhooks.Take());
    }

    [Fact]
    public async Task Four_failures_and_a_success_switch_nothing_off()
    {
        await using var scene = await WooScene.StartAsync();
        await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel);
        scene.Shop.Webhooks.Take();
        foreach (var status in new[] { 500, 503, 404, 500, 200, 500, 500, 500, 500 })
        {
            scene.Desk.Place("failing@example.com");
            scene.Shop.Webhooks.Answered(Assert.Single(scene.Shop.Webhooks.Take()), status);
        }
        Assert.Equal(11, (await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel)).Kept.Count);
    }

    [Fact]
    public async Task A_new_secret_reaches_the_webhooks_that_are_there()
    {
        await using var scene = await WooScene.StartAsync();
        await scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel);
        await using var renewed = WooScene.Connect(scene.Shop, o => (o.WebhookSecret, o.PreviousWebhookSecret) = ("a new secret", null));
        Assert.Equal(11, (await renewed.Subscriptions.EnsureAsync(Callback, WooScene.Cancel)).Kept.Count);
        scene.Shop.Webhooks.Take();
        scene.Desk.Place("rotated@example.com");
        var push = Assert.Single(scene.Shop.Webhooks.Take()).Delivery;
        Assert.True(renewed.ReadWebhook(push.Headers, push.Body.Span, default).Accepted);
        Assert.False(scene.Connector.ReadWebhook(push.Headers, push.Body.Span, default).Accepted);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_subscribed_to()
    {
        await using var scene = await WooScene.StartAsync(set: o => (o.WebhookSecret, o.PreviousWebhookSecret) = (null, null));
        Assert.Contains("webhookSecret", (await Assert.ThrowsAsync<StoreException>(() => scene.Connector.Subscriptions.EnsureAsync(Callback, WooScene.Cancel))).Message);
        Assert.Contains("webhookSecret", scene.Connector.ReadWebhook(new Dictionary<string, string>(), "{}"u8, default).Problem);
    }
}
