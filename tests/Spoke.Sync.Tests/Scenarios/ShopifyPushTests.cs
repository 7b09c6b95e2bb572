using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.StandIns;
using Spoke.StandIns.Shopify;
using Spoke.Sync.Intake;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>What one push of Shopify's tells about several entities, or about none that it names.</summary>
public sealed class ShopifyPushTests
{
    [Fact]
    public async Task A_merge_takes_the_customer_along_that_went()
    {
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        var kept = shop.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 1, 10)])).Customer!;
        var gone = shop.Shop.Place(new NewOrder("ada.l@example.com", [new NewLine("Tea", 1, 10)])).Customer!;
        await scene.PassAsync();
        shop.Subscriptions.Take();
        shop.Shop.Merge(kept, gone);
        await DeliverAsync(scene, shop, "customers/merge");
        await scene.PassAsync();
        Assert.Equal(1, await scene.CountAsync("ledger", $"kind = 2 and deleted = 1 and platform_id = '{gone.Id}'"));
        Assert.Equal(1, await scene.CountAsync("ledger", $"kind = 2 and deleted = 0 and platform_id = '{kept.Id}'"));
    }

    [Fact]
    public async Task A_product_that_is_deleted_takes_its_variants_along_and_no_others()
    {
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        var product = shop.Shop.AddProduct("Jumper", 30, variants: 12);
        await scene.PassAsync();
        var others = await scene.CountAsync("ledger", "kind = 1 and deleted = 0") - 12;
        shop.Subscriptions.Take();
        shop.Shop.DeleteProduct(product);
        var push = await DeliverAsync(scene, shop, "products/delete");
        await scene.PassAsync();
        Assert.Equal((others, 12L), (await scene.CountAsync("ledger", "kind = 1 and deleted = 0"), await scene.CountAsync("ledger", "kind = 1 and deleted = 1")));
        Assert.Equal((200, "known"), await scene.DeliverAsync(push));
    }

    [Fact]
    public async Task A_variant_that_is_taken_off_its_product_goes_and_no_other()
    {
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        var product = shop.Shop.AddProduct("Jumper", 30, variants: 130);   // of which a push names a hundred
        await scene.PassAsync();
        var before = await scene.CountAsync("ledger", "kind = 1 and deleted = 0");
        shop.Subscriptions.Take();
        var gone = product.Variants[1];
        shop.Shop.RemoveVariant(gone);
        var push = await DeliverAsync(scene, shop, "products/update");
        await scene.PassAsync();
        Assert.Equal((before - 1, 1L), (await scene.CountAsync("ledger", "kind = 1 and deleted = 0"), await scene.CountAsync("ledger", $"kind = 1 and deleted = 1 and platform_id = '{gone.Id}'")));
        Assert.Equal((200, "known"), await scene.DeliverAsync(push));
    }

    [Fact]
    public async Task A_push_that_is_older_than_a_variant_does_not_take_it_away()
    {
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        var product = shop.Shop.AddProduct("Jumper", 30, variants: 2);
        shop.Subscriptions.Take();
        shop.Shop.EditProduct(product, "Pullover");
        var late = Assert.Single(shop.Subscriptions.Take());
        var made = shop.Shop.AddVariant(product);
        await DeliverAsync(scene, shop, "products/update");
        await scene.PassAsync();
        Assert.Equal((200, "kept"), await scene.DeliverAsync(late));
        await scene.PassAsync();
        Assert.Equal(1, await scene.CountAsync("ledger", $"kind = 1 and deleted = 0 and platform_id = '{made.Id}'"));
    }

    [Fact]
    public async Task A_request_about_another_shop_of_the_app_is_told_and_nothing_is_erased()
    {
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        await using var other = await ShopifyStandIn.StartAsync(null, Scene.Token);
        other.Subscriptions.ComplianceAddress = Scene.Callback;
        shop.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 1, 10)]));
        await scene.PassAsync();
        other.Shop.Uninstall();
        var push = Assert.Single(other.Subscriptions.Take());
        var log = new LogLines();
        var door = new WebhookDoor(new ChangeIntake(scene.Database, TimeProvider.System), [scene.Connection], TimeProvider.System, log);
        Assert.Equal(200, (await door.ReceiveAsync(Scene.Name, push.Headers, new MemoryStream(push.Body.ToArray()), Scene.Token)).Status);
        Assert.Contains(other.Shop.Domain, Assert.Single(log.Warnings));
        Assert.Equal(0, await scene.CountAsync("privacy_request"));
        await scene.PassAsync();
        Assert.Single(await scene.AllAsync("contacts"));
    }

    [Fact]
    public async Task What_another_shop_of_the_app_pushes_does_not_come_in_and_is_told_once_an_hour()
    {
        var (scene, shop) = await Scene.ShopifyAsync();
        await using var _ = scene;
        await using var other = await ShopifyStandIn.StartAsync(null, Scene.Token);
        await using (var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = other.BaseUrl, AccessToken = "shpat_stand-in" }))
            await connector.Subscriptions!.EnsureAsync(Scene.Callback, Scene.Token);
        shop.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 1, 10)]));
        await scene.PassAsync();
        var known = await scene.CountAsync("ledger");
        other.Shop.Place(new NewOrder("eve@example.com", [new NewLine("Tea", 1, 10)]) { Checkout = other.Shop.OpenCheckout("eve@example.com") });
        var pushes = other.Subscriptions.Take();
        Assert.Contains(pushes, push => push.Headers["X-Shopify-Topic"] == "checkouts/create");   // which would be read from the push itself
        var (log, time) = (new LogLines(), new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50)));
        var door = new WebhookDoor(new ChangeIntake(scene.Database, time), [scene.Connection], time, log);
        async Task PushAllAsync()
        {
            foreach (var push in pushes) Assert.Equal((200, "known"), await door.ReceiveAsync(Scene.Name, push.Headers, new MemoryStream(push.Body.ToArray()), Scene.Token));
        }
        await PushAllAsync();
        Assert.Contains(other.Shop.Domain, Assert.Single(log.Warnings));
        time.Advance(TimeSpan.FromHours(1));
        await PushAllAsync();
        Assert.Equal(2, log.Warnings.Count());
        await scene.PassAsync();
        Assert.Equal(known, await scene.CountAsync("ledger"));
        Assert.Single(await scene.AllAsync("contacts"));
    }

    private static async Task<Delivery> DeliverAsync(Scene scene, ShopifyStandIn shop, string topic)
    {
        var push = Assert.Single(shop.Subscriptions.Take(), delivery => delivery.Headers["X-Shopify-Topic"] == topic);
        Assert.Equal((200, "kept"), await scene.DeliverAsync(push));
        return push;
    }
}
