using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

    [Fact]
    public async Task What_the_shop_pushes_is_the_same_order_as_a_read_one()
    {
        await using var scene = await SubscribedAsync(new WooOptions { Firings = 3 });
        var id = scene.Desk.Place("pushed@example.com", scene.Desk.Register("pushed@example.com"));
        scene.Desk.Pay(id);
        var changes = Orders(scene, scene.Shop.Webhooks.Take());
        Assert.Equal(6, changes.Count);   // made, and paid, three times each
        Assert.Equal(6, changes.Select(change => change.DeliveryId).Distinct().Count());   // no delivery is like another, so content has to tell
        Assert.Single(changes.Select(change => Convert.ToHexString(change.Payload.Span)).Distinct());
        var pushed = (Order)scene.Connector.Normalise(changes[0]).Single();
        var read = await scene.OrderAsync(id);
        Assert.Equal((read.Version, read.Amounts.Total, read.Payment, read.CustomerId), (pushed.Version, pushed.Amounts.Total, pushed.Payment, pushed.CustomerId));
    }

    [Fact]
    public async Task A_refund_is_pushed_as_an_update_and_the_order_is_only_named()
    {
        await using var scene = await SubscribedAsync();
        var id = scene.Desk.Place("refunded@example.com");
        scene.Desk.Pay(id);
        scene.Shop.Webhooks.Take();
        scene.Desk.Refund(id, 5m);
        Assert.True(Assert.Single(Orders(scene, scene.Shop.Webhooks.Take())).IsOnlyNamed);
    }

    [Fact]
    public async Task A_deletion_carries_an_id_and_a_restored_order_all_of_it()
    {
        await using var scene = await SubscribedAsync();
        var id = scene.Desk.Place("bin@example.com");
        scene.Shop.Webhooks.Take();
        scene.Desk.Trash(id);
        var gone = Read(scene, Assert.Single(scene.Shop.Webhooks.Take()).Delivery).Changes;
        Assert.Equal([EntityKind.Order, EntityKind.Cart], gone.Select(change => change.Kind));
        Assert.All(gone, change => Assert.True(change is { Deleted: true, Payload.IsEmpty: true } && change.PlatformId == WooScene.Text(id) && change.Version == Now.ToUnixTimeMilliseconds()));
        Assert.Empty(scene.Connector.Normalise(gone[0]));
        scene.Desk.Restore(id);
        var back = Assert.Single(Orders(scene, scene.Shop.Webhooks.Take()));
        Assert.False(scene.Connector.Normalise(back).OfType<Order>().Single().Deleted);
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
        foreach (var (topic, body) in new[] { ("order.updated", "hello"), ("order.updated", "[]"), ("order.updated", "{\"id\":\"x\"}"), ("order.updated", "{\"id\":1}"), ("", "{\"id\":1}") })
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            var headers = new Dictionary<string, string> { ["X-WC-Webhook-Signature"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WooScene.Secret), bytes)), ["X-WC-Webhook-Delivery-ID"] = "d" };
            if (topic.Length > 0) headers["X-WC-Webhook-Topic"] = topic;
            Assert.Contains("not a change", Assert.Throws<FormatException>(() => scene.Connector.ReadWebhook(headers, bytes, Now)).Message);
        }
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

    private static List<StoreChange> Orders(WooScene scene, IEnumerable<WooPush> pushes) => [.. pushes.Where(push => push.Topic.StartsWith("order.", StringComparison.Ordinal)).SelectMany(push => Read(scene, push.Delivery).Changes)];

    private static WebhookReading Plugin(WooScene scene, string text, string secret)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var timestamp = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"msg_1.{timestamp}."), .. body]);
        return scene.Connector.ReadWebhook(new Dictionary<string, string> { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + Convert.ToBase64String(mac) }, body, Now);
    }
}
