using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooConformance(WooUnderTest shop) : ConnectorConformance(shop), IClassFixture<WooUnderTest>
{
    [Fact]
    public async Task An_edited_price_is_found()
    {
        var follow = await FollowAsync(byTime: false);
        var product = shop.Shop.Desk.Products()[0].Id;
        shop.Shop.Desk.EditProduct(product, p => p.Price += 1);
        var price = Money.FromMajor(shop.Shop.Desk.Products()[0].Price, "EUR");
        await follow.FindAsync(EntityKind.Variant, product.ToString(CultureInfo.InvariantCulture), e => ((Variant)e).Price == price);
    }

    [Fact]
    public async Task A_variation_that_moves_no_time_of_its_product_is_found_by_the_walk()
    {
        var follow = await FollowAsync(byTime: false);
        var variation = shop.Shop.Desk.Products().First(p => p.Type == "variable").Variations[1];
        shop.Shop.Desk.EditProduct(variation.Parent, p => p.Variations[1].Sku = "renamed");
        await follow.FindAsync(EntityKind.Variant, variation.Id.ToString(CultureInfo.InvariantCulture), e => ((Variant)e).Sku == "renamed");
    }

    [Fact]
    public async Task An_order_in_the_bin_is_deleted_and_comes_back_when_it_is_restored()
    {
        var follow = await FollowAsync(byTime: false);
        var order = shop.Shop.Desk.Place("bin@example.com", shop.Shop.Desk.Register("bin@example.com"));
        var id = order.ToString(CultureInfo.InvariantCulture);
        await follow.FindAsync(EntityKind.Order, id, e => !e.Deleted);
        shop.Shop.Desk.Trash(order);
        await follow.FindAsync(EntityKind.Order, id, e => e.Deleted);
        shop.Shop.Desk.Restore(order);
        await follow.FindAsync(EntityKind.Order, id, e => !e.Deleted);
    }
}

public sealed class WooPushConformance(WooUnderTest shop) : WebhookConformance(shop), IClassFixture<WooUnderTest>;

/// <summary>A stand-in for a shop with a little history.</summary>
public sealed class WooUnderTest : StoreUnderTest, IPushes
{
    public WooShop Shop { get; private set; } = null!;

    public override Uri Url => Shop.BaseUrl;
    public override IReadOnlyList<string> Secrets => [Shop.Options.ConsumerSecret, Shop.Options.ConsumerKey];
    public override string CredentialSetting => "consumerSecret";
    public override string UnknownId => "999999";

    public override async ValueTask InitializeAsync()
    {
        Shop = await WooShop.StartAsync(new WooOptions(), TestContext.Current.CancellationToken);
        await using var connector = Listen(PushSecret, null);
        await connector.Subscriptions!.EnsureAsync(new Uri("https://spoke.example/hooks/shop"), TestContext.Current.CancellationToken);
    }

    public string PushSecret => "secret-of-the-webhooks";
    public string OtherSecret => "secret-of-somebody-else";
    public string SignatureHeader => "x-wc-webhook-signature";
    public bool SignsTime => false;

    public IStoreConnector Listen(string secret, string? previous) =>
        new WooConnector(new WooStoreOptions { Url = Url, ConsumerKey = Shop.Options.ConsumerKey, ConsumerSecret = Shop.Options.ConsumerSecret, WebhookSecret = secret, PreviousWebhookSecret = previous });

    // WooCommerce never sends a delivery again; what comes twice was doubled on the way.
    public async Task<(PushedDelivery First, PushedDelivery Again)> PushAsync(string order)
    {
        Shop.Webhooks.Take();
        await PayAsync(order);
        var push = Assert.Single(Shop.Webhooks.Take(), push => push.Topic == "order.updated").Delivery;
        var arrived = new PushedDelivery(push.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value), push.Body.ToArray(), TimeProvider.System.GetUtcNow());
        return (arrived, arrived);
    }

    public override ValueTask DisposeAsync() => Shop.DisposeAsync();

    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new WooConnector(new WooStoreOptions { Url = url ?? Url, ConsumerKey = Shop.Options.ConsumerKey, ConsumerSecret = secret ?? Shop.Options.ConsumerSecret, PageSize = 4 }, handler, time);

    public override string SentText(StoreChange change) => JsonDocument.Parse(change.Payload).RootElement.GetProperty("item").GetRawText();

    public override Task<string> OpenCartAsync(string email) => Task.FromResult(Text(Shop.Desk.OpenDraft(email, Account(email))));

    public override Task EditCartAsync(string cart) => DoAsync(() => Shop.Desk.SetQuantity(Id(cart), 5));

    public override Task<string> PlaceAsync(string email) => Task.FromResult(Text(Shop.Desk.Place(email, Account(email))));

    public override Task PayAsync(string order) => DoAsync(() => Shop.Desk.Pay(Id(order)));

    public override Task ShipAsync(string order) => DoAsync(() => Shop.Desk.AddTracking(Id(order), "dhl", "0034000"));

    public override Task DeliverAsync(string order) => DoAsync(() => Shop.Desk.Complete(Id(order)));

    public override Task RefundAsync(string order, long minor) => DoAsync(() => Shop.Desk.Refund(Id(order), minor / 100m));

    public override Task CancelAsync(string order) => DoAsync(() => Shop.Desk.Cancel(Id(order)));

    public override Task<(string Id, string LastName)> EditCustomerAsync(string email)
    {
        var id = Account(email);
        Shop.Desk.EditCustomer(id, customer => customer.LastName = "Married");
        return Task.FromResult((Text(id), "Married"));
    }

    public override Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id) => Task.FromResult<IReadOnlyList<string>>([.. Shop.Desk.Order(Id(id)).Notes.Select(note => note.Text)]);

    private long Account(string email) => Shop.Desk.Customers().FirstOrDefault(c => c.Email == email)?.Id ?? Shop.Desk.Register(email);

    private static Task DoAsync(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private static long Id(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
