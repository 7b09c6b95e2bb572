using System.Text;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>What our subscriber in the real store posts, read by the connector.</summary>
[Collection(nameof(MedusaShop))]
public sealed class MedusaPushTests : IAsyncDisposable
{
    private readonly MedusaShop _shop;
    private readonly IStoreConnector _connector = null!;

    public MedusaPushTests(MedusaShop shop)
    {
        Assert.SkipWhen(shop.Missing is not null, shop.Missing ?? "");
        _shop = shop;
        _connector = shop.Connect(new Recording(), TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _connector?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Every_step_of_an_order_names_the_order()
    {
        var id = await _shop.PlaceAsync("pushed.steps@example.com");
        await _shop.PayAsync(id);
        await _shop.ShipAsync(id);
        await _shop.DeliverAsync(id);
        await _shop.RefundAsync(id, 100);
        foreach (var type in (string[])["order.placed", "payment.captured", "order.fulfillment_created", "shipment.created", "delivery.created", "payment.refunded"])
        {
            var change = Assert.Single(Read(await FindAsync(type, id)).Changes);
            Assert.Equal((EntityKind.Order, id, true), (change.Kind, change.PlatformId, change.IsOnlyNamed));
        }
    }

    [Fact]
    public async Task A_cart_that_is_bought_is_pushed_once_more_as_completed_and_is_the_orders()
    {
        var id = await _shop.PlaceAsync("pushed.cart@example.com");
        var order = (Order)_connector.Normalise((await _connector.ReadOneAsync(EntityKind.Order, id, Cancel))!)[0];
        Cart Of(StoreChange change) => (Cart)_connector.Normalise(change)[0];
        var change = await _shop.PushedAsync(_connector, c => c.Kind == EntityKind.Cart && c.PlatformId == order.CartId && !Of(c).Active);
        var cart = Of(change);
        Assert.Equal((order.Amounts.Total, order.CustomerId, "pushed.cart@example.com"), (cart.Amounts.Total, cart.CustomerId, cart.Email));
        Assert.Equal(order.Lines.Select(line => (line.Sku, line.Quantity, line.Gross, line.Tax)), cart.Lines.Select(line => (line.Sku, line.Quantity, line.Gross, line.Tax)));
        Assert.False(cart.Amounts.Mismatch(cart.Lines.Count));
        Assert.Equal((change.Kind, change.PlatformId, change.Version), (cart.Kind, cart.PlatformId, cart.Version));
    }

    [Fact]
    public async Task Customers_and_variants_are_named_and_what_is_deleted_is_said_to_be()
    {
        var (product, variants) = await _shop.Desk.AddProductAsync();
        var added = Read(await FindAsync("product.created", variants[0]));
        Assert.Equal(variants.Order(), added.Changes.Select(c => c.PlatformId).Order());
        Assert.All(added.Changes, change => Assert.True(change.IsOnlyNamed));
        Assert.Distinct(added.Changes.Select(change => change.DeliveryId));
        await _shop.Desk.DeleteAsync("products/" + product);
        var gone = Read(await FindAsync("product.deleted", variants[0]));
        Assert.Equal(variants.Order(), gone.Changes.Where(c => c.Deleted).Select(c => c.PlatformId).Order());

        await _shop.PlaceAsync("pushed.customer@example.com");
        var (customer, _) = await _shop.EditCustomerAsync("pushed.customer@example.com");
        Assert.True(Assert.Single(Read(await FindAsync("customer.updated", customer)).Changes).IsOnlyNamed);
        var version = (await _connector.ReadOneAsync(EntityKind.Customer, customer, Cancel))!.Version;
        await _shop.Desk.DeleteAsync("customers/" + customer);
        var left = Assert.Single(Read(await FindAsync("customer.deleted", customer)).Changes);
        Assert.True(left.Deleted && left.Version >= version);
        Assert.Empty(_connector.Normalise(left));
    }

    [Fact]
    public async Task A_delivery_that_was_not_taken_comes_again_under_its_id()
    {
        _shop.Hook.FailOnce = "pushed.again@example.com";
        var cart = await _shop.OpenCartAsync("pushed.again@example.com");
        var taken = await FindAsync("cart.created", cart);
        var refused = Assert.Single(_shop.Hook.Refused, push => Encoding.UTF8.GetString(push.Body).Contains(cart, StringComparison.Ordinal));
        Assert.Equal(refused.Headers["webhook-id"], taken.Headers["webhook-id"]);
        Assert.Equal(refused.Body, taken.Body);
        Assert.Equal(cart, Assert.Single(Read(taken).Changes).PlatformId);
    }

    [Fact]
    public async Task A_push_holds_for_its_key_its_bytes_and_five_minutes()
    {
        var push = await FindAsync("cart.created", await _shop.OpenCartAsync("pushed.signed@example.com"));
        Assert.True(Read(push).Accepted);
        Assert.False(_connector.ReadWebhook(push.Headers, push.Body, push.At.AddMinutes(6)).Accepted);
        Assert.False(_connector.ReadWebhook(push.Headers, [.. push.Body, (byte)' '], push.At).Accepted);
        Assert.False(_connector.ReadWebhook(new Dictionary<string, string>(push.Headers) { ["webhook-id"] = "msg_other" }, push.Body, push.At).Accepted);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private WebhookReading Read(Delivered push) => _connector.ReadWebhook(push.Headers, push.Body, push.At);

    private Task<Delivered> FindAsync(string type, string id) => _shop.Hook.FindAsync(push =>
    {
        var root = JsonDocument.Parse(push.Body).RootElement;
        return root.GetProperty("type").GetString() == type && root.GetProperty("data").GetRawText().Contains(id, StringComparison.Ordinal);
    }, Cancel);
}
