using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

public sealed class VendureConformance(VendureShop shop) : ConnectorConformance(shop), IClassFixture<VendureShop>
{
    [Fact]
    public async Task An_edited_price_is_found()
    {
        var follow = await FollowAsync(byTime: true);
        var (variant, price) = await shop.Desk.EditPriceAsync();
        await follow.FindAsync(EntityKind.Variant, variant, e => ((Variant)e).Price == price);
    }

    [Fact]
    public async Task A_products_new_text_brings_its_variants()
    {
        var follow = await FollowAsync(byTime: true);
        var (variant, description) = await shop.Desk.EditDescriptionAsync();
        await follow.FindAsync(EntityKind.Variant, variant, e => ((Variant)e).Description == description);
    }

    [Fact]
    public async Task An_edited_address_moves_no_time_and_is_found_by_the_sweep()
    {
        var follow = await FollowAsync(byTime: false);
        var customer = await shop.Desk.EditAddressAsync("Łódź");
        await follow.FindAsync(EntityKind.Customer, customer, e => ((Customer)e).Address?.City == "Łódź", Sweep);
    }

    [Fact]
    public async Task A_cart_that_is_given_up_is_no_order_and_no_longer_open()
    {
        var follow = await FollowAsync(byTime: true);
        var cart = await shop.OpenCartAsync("gives.up@example.com");
        await follow.FindAsync(EntityKind.Cart, cart, e => ((Cart)e).Active);
        await shop.CancelAsync(cart);
        var closed = (Cart)await follow.FindAsync(EntityKind.Cart, cart, e => !((Cart)e).Active);
        Assert.Equal("Cancelled", closed.PlatformStatus);
    }
}

public sealed class VendureWebhooks(VendureShop shop) : WebhookConformance(shop), IClassFixture<VendureShop>
{
    [Fact]
    public async Task Whatever_changes_in_the_store_is_pushed_at_once()
    {
        await using var connector = shop.Listen(shop.PushSecret, null);
        async Task PushedAsync(EntityKind kind, string id, bool deleted = false)
        {
            var push = await shop.Receiver.NextAsync(delivery => PushReceiver.Tells(delivery, $"\"type\":\"{kind.Word()}.{(deleted ? "deleted" : "changed")}\"") && PushReceiver.Tells(delivery, $"\"id\":\"{id}\""), Cancel);
            var change = Assert.Single(connector.ReadWebhook(push.Headers, push.Body, push.At).Changes);
            Assert.Equal((kind, id, deleted, !deleted), (change.Kind, change.PlatformId, change.Deleted, change.IsOnlyNamed));
            if (deleted) Assert.InRange(change.Version, push.At.AddMinutes(-1).ToUnixTimeMilliseconds(), push.At.ToUnixTimeMilliseconds());
        }
        var order = await shop.OpenCartAsync("pushed@example.com");
        await PushedAsync(EntityKind.Cart, order);
        await shop.Desk.CheckOutAsync(order);
        await PushedAsync(EntityKind.Order, order);
        await shop.PayAsync(order);
        await PushedAsync(EntityKind.Order, order);
        await shop.ShipAsync(order);
        await PushedAsync(EntityKind.Order, order);
        await shop.DeliverAsync(order);
        await PushedAsync(EntityKind.Order, order);
        await shop.RefundAsync(order, 100);
        await PushedAsync(EntityKind.Order, order);
        var (customer, _) = await shop.EditCustomerAsync("pushed@example.com");
        await PushedAsync(EntityKind.Customer, customer);
        await PushedAsync(EntityKind.Customer, await shop.Desk.EditAddressAsync("Ürümqi"));
        await PushedAsync(EntityKind.Variant, (await shop.Desk.EditPriceAsync()).Variant);
        var (variant, _) = await shop.Desk.EditDescriptionAsync();
        await PushedAsync(EntityKind.Variant, variant);
        await shop.Desk.DeleteCustomerAsync(customer);
        await PushedAsync(EntityKind.Customer, customer, deleted: true);
        await shop.Desk.DeleteProductAsync(variant);
        await PushedAsync(EntityKind.Variant, variant, deleted: true);
    }

    [Fact]
    public async Task A_push_that_is_not_taken_is_signed_anew_and_one_that_is_of_no_use_is_not_sent_again()
    {
        var cart = await shop.OpenCartAsync("unusable@example.com");
        var about = (PushedDelivery delivery) => PushReceiver.Tells(delivery, $"\"id\":\"{cart}\"");
        await shop.Receiver.NextAsync(about, Cancel);
        shop.Receiver.Answer(delivery => about(delivery) ? 400 : 200);
        await shop.EditCartAsync(cart);
        var refused = await shop.Receiver.NextAsync(about, Cancel);
        shop.Receiver.Answer(_ => 200);
        await shop.EditCartAsync(cart, 5);
        Assert.NotEqual(refused.Headers["webhook-id"], (await shop.Receiver.NextAsync(about, Cancel)).Headers["webhook-id"]);   // what was refused would have come first
    }

    [Theory]
    [InlineData("{\"type\":\"shop.renamed\",\"data\":{}}", true)]
    [InlineData("{\"type\":\"company.changed\",\"data\":{\"id\":\"1\"}}", true)]
    [InlineData("hello", false)]
    [InlineData("[]", false)]
    [InlineData("{}", false)]
    [InlineData("{\"type\":\"order.changed\"}", false)]
    [InlineData("{\"type\":\"order.deleted\",\"data\":{\"id\":\"1\"}}", false)]
    public void A_push_of_no_interest_is_accepted_and_one_that_is_no_change_is_explained(string body, bool accepted)
    {
        var connector = new VendureConnector(new VendureStoreOptions { Url = new Uri("http://127.0.0.1:1"), Username = "reader", Password = "secret", WebhookSecret = shop.PushSecret });
        var push = Signed.As(body, shop.PushSecret);
        if (accepted) Assert.True(connector.ReadWebhook(push.Headers, push.Body, push.At) is { Accepted: true, Changes.Count: 0 });
        else Assert.Contains("not a change", Assert.Throws<FormatException>(() => connector.ReadWebhook(push.Headers, push.Body, push.At)).Message);
    }
}

/// <summary>A real Vendure store with a little history and our plugin.</summary>
public sealed class VendureShop : StoreUnderTest, IPushes
{
    private VendureStore _store = null!;

    public VendureDesk Desk { get; private set; } = null!;

    public override string? Missing => VendureStore.Missing;
    public override Uri Url => _store.Url;
    public override IReadOnlyList<string> Secrets => [VendureStore.Password];
    public override string CredentialSetting => "password";

    public override async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        Receiver = await PushReceiver.StartAsync(TestContext.Current.CancellationToken);
        _store = await VendureStore.StartAsync(customers: 20, orders: 30, TestContext.Current.CancellationToken, new VendurePushing(Receiver.Url, PushSecret));
        Desk = new VendureDesk(_store);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        if (Receiver is not null) await Receiver.DisposeAsync();
    }

    internal PushReceiver Receiver { get; private set; } = null!;

    public string PushSecret => "whsec_dGhlLXBsdWdpbi1vZi10aGUtdmVuZHVyZS1zdG9yZQ==";
    public string OtherSecret => "whsec_c29tZWJvZHktZWxzZS1hbHRvZ2V0aGVy";
    public string SignatureHeader => "webhook-signature";
    public bool SignsTime => true;

    public IStoreConnector Listen(string secret, string? previous) =>
        new VendureConnector(new VendureStoreOptions { Url = Url, Username = VendureStore.Administrator, Password = VendureStore.Password, WebhookSecret = secret, PreviousWebhookSecret = previous });

    public Task<(PushedDelivery First, PushedDelivery Again)> PushAsync(string order) =>
        Receiver.TwiceAsync(() => PayAsync(order), delivery => PushReceiver.Tells(delivery, $"\"kind\":\"order\",\"id\":\"{order}\""), TestContext.Current.CancellationToken);

    // The administrator's name is also the password, so a message that must not show the password names somebody else.
    public override string UnknownId => "999999";

    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new VendureConnector(new VendureStoreOptions { Url = url ?? Url, Username = url is null ? VendureStore.Administrator : "reader", Password = secret ?? VendureStore.Password, PageSize = 4, SweepSize = 4 }, handler, time);

    public override string SentText(StoreChange change) => JsonDocument.Parse(change.Payload).RootElement.GetProperty("item").GetRawText();

    public override Task<string> OpenCartAsync(string email) => Desk.OpenCartAsync(email);
    public override Task EditCartAsync(string cart) => Desk.EditCartAsync(cart, 3);
    public Task EditCartAsync(string cart, int quantity) => Desk.EditCartAsync(cart, quantity);
    public override Task<string> PlaceAsync(string email) => Desk.PlaceAsync(email);
    public override Task PayAsync(string order) => Desk.PayAsync(order);
    public override Task ShipAsync(string order) => Desk.ShipAsync(order);
    public override Task DeliverAsync(string order) => Desk.DeliverAsync(order);
    public override Task RefundAsync(string order, long minor) => Desk.RefundAsync(order, minor);
    public override Task CancelAsync(string order) => Desk.CancelAsync(order);
    public override Task<(string Id, string LastName)> EditCustomerAsync(string email) => Desk.EditCustomerAsync(email);
    public override Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id) => Desk.NotesAsync(of, id);
}
