using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.StandIns;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooWebhookTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public async Task The_published_vector_fits_and_one_byte_more_does_not()
    {
        await using var scene = await WooScene.StartAsync();
        var headers = new Dictionary<string, string> { ["x-wc-webhook-signature"] = "Ew9JG71YRAdX35m2czR1KkXMnJiFyr55dF/I4tHdVik=", ["x-wc-webhook-topic"] = "coupon.updated", ["x-wc-webhook-delivery-id"] = "1" };
        var body = Encoding.UTF8.GetBytes("""{"id":1001,"total_price":"10.00"}""");
        Assert.True(scene.Connector.ReadWebhook(headers, body, Now).Accepted);   // the key of the vector is the previous one here
        Assert.False(scene.Connector.ReadWebhook(headers, [.. body, (byte)' '], Now).Accepted);
        Assert.False(scene.Connector.ReadWebhook(new Dictionary<string, string>(headers) { ["x-wc-webhook-signature"] = "not base64" }, body, Now).Accepted);
        Assert.False(scene.Connector.ReadWebhook(new Dictionary<string, string>(), body, Now).Accepted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_shop_pushes_leads_to_the_order_as_the_list_has_it(bool taxInside)
    {
        await using var scene = await SubscribedAsync(new WooOptions { Firings = 3, PricesIncludeTax = taxInside });
        var id = scene.Desk.Place("pushed@example.com", scene.Desk.Register("pushed@example.com"), (0, 3), (1, 1), (2, 2));
        scene.Desk.ApplyCoupon(id, "SAVE", 0.15m);
        scene.Desk.Pay(id);
        var pushes = scene.Shop.Webhooks.Take().Where(push => push.Topic.StartsWith("order.", StringComparison.Ordinal)).ToList();
        Assert.Equal(9, pushes.Count);   // made, reduced and paid, three times each
        // The bodies have the shop's two digits; the lines have more.
        Assert.All(pushes, push => Assert.All(JsonDocument.Parse(push.Delivery.Body).RootElement.GetProperty("line_items").EnumerateArray(), line => Assert.Equal(2, line.GetProperty("total").GetString()!.Split('.')[1].Length)));
        Assert.Contains(scene.Desk.Order(id).Lines, line => line.Total != Math.Round(line.Total, 2));
        var listed = (await WooScene.PagesAsync(scene.Connector, EntityKind.Order)).SelectMany(page => page.Changes).Single(change => change.PlatformId == WooScene.Text(id));
        foreach (var change in pushes.SelectMany(push => Read(scene, push.Delivery).Changes))
        {
            var told = change.IsOnlyNamed ? await scene.Connector.ReadOneAsync(change.Kind, change.PlatformId, WooScene.Cancel) : change;
            Assert.Equal(Text(scene, listed), Text(scene, told!));
        }
    }

    [Fact]
    public async Task All_that_is_told_within_one_second_has_ids_of_its_own_and_what_is_repeated_has_the_same()
    {
        await using var scene = await SubscribedAsync(new WooOptions { Time = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) });
        for (var customer = 2; customer < 12; customer++) scene.Desk.RemoveCustomer(customer);
        var order = scene.Desk.Place("second@example.com");
        scene.Desk.Trash(order);
        var pushes = scene.Shop.Webhooks.Take();
        // As WooCommerce makes them: one for a webhook and a second, whatever it tells.
        Assert.Equal(["customer.deleted", "order.created", "order.deleted"], pushes.Select(push => (push.Topic, push.Delivery.Headers["X-WC-Webhook-Delivery-ID"])).Distinct().Select(push => push.Topic));
        List<string?> Ids() => [.. pushes.SelectMany(push => Read(scene, push.Delivery).Changes).Select(change => change.DeliveryId)];
        Assert.Equal(13, Ids().Count);   // a binned order may have been a cart
        Assert.Distinct(Ids());
        Assert.Equal(Ids(), Ids());
    }

    [Fact]
    public async Task The_same_order_with_another_content_is_another_delivery_within_the_same_second()
    {
        await using var scene = await SubscribedAsync(new WooOptions { Time = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) });
        var id = scene.Desk.Place("twice@example.com");
        scene.Shop.Webhooks.Take();
        scene.Desk.Pay(id);
        var paid = Assert.Single(Orders(scene, scene.Shop.Webhooks.Take()));
        scene.Desk.Complete(id);
        var completed = Assert.Single(Orders(scene, scene.Shop.Webhooks.Take()));
        Assert.NotEqual(paid.DeliveryId, completed.DeliveryId);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_deletion_only_names_and_the_bin_and_the_way_back_have_the_shops_own_times(int hours)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var scene = await SubscribedAsync(new WooOptions { Time = clock });
        scene.Shop.ClockAhead = TimeSpan.FromHours(hours);
        var id = scene.Desk.Place("bin@example.com");
        scene.Shop.Webhooks.Take();
        scene.Desk.Trash(id);
        var gone = Read(scene, Assert.Single(scene.Shop.Webhooks.Take()).Delivery).Changes;
        Assert.Equal([EntityKind.Order, EntityKind.Cart], gone.Select(change => change.Kind));
        Assert.All(gone, change => Assert.Equal((true, WooScene.Text(id)), (change.IsOnlyNamed, change.PlatformId)));
        var binned = await scene.OrderAsync(id);
        Assert.True(binned.Deleted);
        Assert.Null(await scene.Connector.ReadOneAsync(EntityKind.Cart, WooScene.Text(id), WooScene.Cancel));
        clock.Advance(TimeSpan.FromMinutes(10));
        scene.Desk.Restore(id);
        Assert.True(Assert.Single(Orders(scene, scene.Shop.Webhooks.Take())).IsOnlyNamed);
        var back = await scene.OrderAsync(id);
        Assert.Equal((false, binned.Version + (10 * 60_000)), (back.Deleted, back.Version));
    }

    [Fact]
    public async Task A_customer_who_was_deleted_is_named_and_not_there()
    {
        await using var scene = await SubscribedAsync();
        scene.Desk.RemoveCustomer(3);
        var gone = Assert.Single(Read(scene, Assert.Single(scene.Shop.Webhooks.Take()).Delivery).Changes);
        Assert.Equal((EntityKind.Customer, "3", true), (gone.Kind, gone.PlatformId, gone.IsOnlyNamed));
        Assert.Null(await scene.Connector.ReadOneAsync(gone.Kind, gone.PlatformId, WooScene.Cancel));
    }

    [Fact]
    public async Task An_id_may_be_a_text_and_what_had_gone_before_it_was_pushed_is_no_failure()
    {
        await using var scene = await WooScene.StartAsync();
        Assert.Equal(["7", "7"], Signed(scene, "order.deleted", """{"id":"7"}""").Changes.Select(change => change.PlatformId));
        Assert.Equal((EntityKind.Order, "7", true), Signed(scene, "order.updated", """{"id":7}""").Changes.Select(change => (change.Kind, change.PlatformId, change.IsOnlyNamed)).Single());   // a plugin may leave out all that is personal
        // WooCommerce asks its own API for the body, and sends what that refuses.
        var refused = Signed(scene, "customer.updated", """{"code":"woocommerce_rest_invalid_id","message":"Invalid resource ID.","data":{"status":404}}""");
        Assert.True(refused is { Accepted: true, Changes.Count: 0 });
    }

    [Fact]
    public async Task A_product_is_named_with_each_of_its_variations_and_a_customer_comes_whole()
    {
        await using var scene = await SubscribedAsync();
        var variable = scene.Desk.Products().First(product => product.Type == "variable");
        scene.Desk.EditProduct(variable.Id, product => product.Name = "New");
        var named = Read(scene, Assert.Single(scene.Shop.Webhooks.Take()).Delivery).Changes;
        Assert.Equal(variable.Variations.Select(v => (WooScene.Text(v.Id), true)), named.Select(change => (change.PlatformId, change.IsOnlyNamed)));
        Assert.Equal(3, named.Select(change => change.DeliveryId).Distinct().Count());
        Assert.NotNull(await scene.Connector.ReadOneAsync(EntityKind.Variant, named[1].PlatformId, WooScene.Cancel));
        scene.Desk.EditCustomer(2, customer => customer.LastName = "Pushed");
        Assert.Equal("Pushed", ((Customer)scene.Connector.Normalise(Assert.Single(Read(scene, Assert.Single(scene.Shop.Webhooks.Take()).Delivery).Changes)).Single()).LastName);
        scene.Desk.EditCustomer(3, customer => (customer.Role, customer.Paying) = ("editor", false));
        Assert.Empty(Read(scene, Assert.Single(scene.Shop.Webhooks.Take()).Delivery).Changes);
    }

    [Fact]
    public async Task The_unsigned_ping_is_accepted_and_nothing_else_that_is_unsigned()
    {
        await using var scene = await WooScene.StartAsync();
        WebhookReading Unsigned(string body) => scene.Connector.ReadWebhook(new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body), Now);
        Assert.True(Unsigned("webhook_id=17").Accepted);
        Assert.Empty(Unsigned("webhook_id=17").Changes);
        foreach (var body in new[] { "webhook_id=", "webhook_id=17&x=1", "webhook_id=1e3", "{\"id\":1}", "" }) Assert.False(Unsigned(body).Accepted, body);
    }

    [Fact]
    public async Task A_signed_push_that_is_no_change_is_explained()
    {
        await using var scene = await WooScene.StartAsync();
        foreach (var (topic, body) in new[] { ("order.updated", "hello"), ("order.updated", "[]"), ("order.updated", "{\"id\":\"x\"}"), ("order.updated", "{}"), ("", "{\"id\":1}") })
            Assert.Contains("not a change", Assert.Throws<FormatException>(() => Signed(scene, topic, body)).Message);
    }

    [Fact]
    public async Task A_cart_that_our_plugin_pushes_is_a_cart()
    {
        await using var scene = await WooScene.StartAsync();
        var body = """
            {"type":"cart.changed","timestamp":"2026-01-05T10:00:00Z","data":{"id":"c-81","currency":"EUR","customer_id":"0","email":"basket@example.com","phone":"","created_at":"2026-01-05T09:00:00.000Z","updated_at":"2026-01-05T10:00:00.123Z","emptied":false,"order_id":"","recovery_url":"https://shop.example/cart/?spoke-cart=c-81",
            "line_items":[{"id":"k1","product_id":1000,"variation_id":0,"name":"Mug","sku":"MUG","quantity":2,"subtotal":"20","total":"18","total_tax":"3.42"}],"shipping_total":"5","total_tax":"4.37","total":"27.37"}}
            """;
        var reading = Plugin(scene, body, WooScene.Secret);
        var cart = (Cart)scene.Connector.Normalise(Assert.Single(reading.Changes)).Single();
        Assert.Equal(("c-81", "basket@example.com", 2737L, true), (cart.PlatformId, cart.Email, cart.Amounts.Total.Minor, cart.Active));
        Assert.Equal(("1000", 200L), (cart.Lines[0].VariantId, cart.Amounts.Discounts.Minor));
        Assert.Equal(DateTimeOffset.Parse("2026-01-05T10:00:00.123Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), cart.Version);
        Assert.False(cart.Amounts.Mismatch(1));
        Cart Now(string was, string now) => (Cart)scene.Connector.Normalise(Plugin(scene, body.Replace(was, now, StringComparison.Ordinal), WooScene.Secret).Changes.Single()).Single();
        Assert.Equal((null, false, "emptied"), (Now("\"emptied\":false", "\"emptied\":true").OrderId, Now("\"emptied\":false", "\"emptied\":true").Active, Now("\"emptied\":false", "\"emptied\":true").PlatformStatus));
        Assert.Equal(("77", false), (Now("\"order_id\":\"\"", "\"order_id\":\"77\"").OrderId, Now("\"order_id\":\"\"", "\"order_id\":\"77\"").Active));
        Assert.False(Plugin(scene, body, "whsec_c29tZWJvZHktZWxzZQ==").Accepted);
        Assert.True(Assert.Single(Plugin(scene, """{"type":"customer.changed","data":{"id":"7"}}""", WooScene.Secret).Changes).IsOnlyNamed);
        Assert.Null(await scene.Connector.ReadOneAsync(EntityKind.Cart, "c-81", WooScene.Cancel));   // this shop has not got the plugin
    }

    private static async Task<WooScene> SubscribedAsync(WooOptions? options = null)
    {
        var scene = await WooScene.StartAsync(options);
        await scene.Connector.Subscriptions.EnsureAsync(new Uri("https://spoke.example/hooks/shop"), WooScene.Cancel);
        foreach (var ping in scene.Shop.Webhooks.Take()) Assert.True(Read(scene, ping.Delivery).Accepted);
        return scene;
    }

    private static WebhookReading Read(WooScene scene, Delivery delivery) => scene.Connector.ReadWebhook(delivery.Headers, delivery.Body.Span, Now);

    private static WebhookReading Signed(WooScene scene, string topic, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var headers = new Dictionary<string, string> { ["X-WC-Webhook-Signature"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WooScene.Secret), bytes)), ["X-WC-Webhook-Delivery-ID"] = "d" };
        if (topic.Length > 0) headers["X-WC-Webhook-Topic"] = topic;
        return scene.Connector.ReadWebhook(headers, bytes, Now);
    }

    /// <summary>All that is said of the order.</summary>
    private static string Text(WooScene scene, StoreChange change) => JsonSerializer.Serialize(scene.Connector.Normalise(change).OfType<Order>().Single());

    private static List<StoreChange> Orders(WooScene scene, IEnumerable<WooPush> pushes) => [.. pushes.Where(push => push.Topic.StartsWith("order.", StringComparison.Ordinal)).SelectMany(push => Read(scene, push.Delivery).Changes)];

    private static WebhookReading Plugin(WooScene scene, string text, string secret)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var timestamp = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"msg_1.{timestamp}."), .. body]);
        return scene.Connector.ReadWebhook(new Dictionary<string, string> { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + Convert.ToBase64String(mac) }, body, Now);
    }
}
