using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.StandIns;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

public sealed class ShopifyConformance(ShopifyStore store) : ConnectorConformance(store), IClassFixture<ShopifyStore>;

public sealed class ShopifyWebhooks(ShopifyStore store) : WebhookConformance(store), IClassFixture<ShopifyStore>
{
    [Fact]
    public async Task Every_variant_that_a_product_names_is_kept()
    {
        await using var connector = store.Listen(store.PushSecret, null);
        var product = store.Shop.AddProduct("Jumper", 30, variants: 12);
        var (first, again) = store.Push("products/update", () => store.Shop.EditProduct(product, "Warm jumper"));
        Assert.Equal(12, AssertEachIsKept(connector, first, again).Count);
    }

    [Fact]
    public async Task Of_a_merge_both_the_customer_that_is_kept_and_the_one_that_went_are_kept()
    {
        await using var connector = store.Listen(store.PushSecret, null);
        async Task<ShopCustomer> BuyerAsync(string email) => store.Shop.FindOrder(long.Parse(await store.PlaceAsync(email), CultureInfo.InvariantCulture))!.Customer!;
        var (kept, gone) = (await BuyerAsync("kept@example.com"), await BuyerAsync("gone@example.com"));
        var (first, again) = store.Push("customers/merge", () => store.Shop.Merge(kept, gone));
        Assert.Equal([(kept.Id, false), (gone.Id, true)], AssertEachIsKept(connector, first, again).Select(change => (long.Parse(change.PlatformId, CultureInfo.InvariantCulture), change.Deleted)));
    }
}

/// <summary>The stand-in of Shopify with a little history.</summary>
public sealed class ShopifyStore : StoreUnderTest, IPushes
{
    private ShopifyStandIn _standIn = null!;

    public override Uri Url => _standIn.BaseUrl;
    public override IReadOnlyList<string> Secrets => ["shpat_stand-in", "spoke-test-secret"];
    public override string CredentialSetting => "accessToken";
    public override string UnknownId => "999999999999";

    internal ShopifyShop Shop => _standIn.Shop;

    public string PushSecret => "spoke-test-secret";
    public string OtherSecret => "somebody-elses-secret";
    public string SignatureHeader => "x-shopify-hmac-sha256";
    public bool SignsTime => false;

    public IStoreConnector Listen(string secret, string? previous) =>
        new ShopifyConnector(new ShopifyStoreOptions { Url = Url, AccessToken = "shpat_stand-in", WebhookSecret = secret, PreviousWebhookSecret = previous });

    public Task<(PushedDelivery First, PushedDelivery Again)> PushAsync(string order) => Task.FromResult(Push("orders/updated", () => Shop.Pay(Find(order))));

    /// <summary>What is pushed of a topic when something happens, and again as its first delivery was not answered.</summary>
    internal (PushedDelivery First, PushedDelivery Again) Push(string topic, Action happens)
    {
        Delivery Due() => Assert.Single(_standIn.Subscriptions.Take(), delivery => delivery.Headers["X-Shopify-Topic"] == topic);
        static PushedDelivery Pushed(Delivery delivery) => new(delivery.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value), delivery.Body.ToArray(), TimeProvider.System.GetUtcNow());
        _standIn.Subscriptions.Take();
        happens();
        var delivery = Due();
        _standIn.Subscriptions.Fail(delivery);
        return (Pushed(delivery), Pushed(Due()));
    }

    public override async ValueTask InitializeAsync()
    {
        _standIn = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { BucketSize = 20_000, PointsASecond = 1000 }, TestContext.Current.CancellationToken);
        await using (var connector = Listen(PushSecret, null)) await connector.Subscriptions!.EnsureAsync(new Uri("https://spoke.example/hooks/shopify"), TestContext.Current.CancellationToken);
        Shop.AddProduct("Shirt", 25m, variants: 12);
        var company = Shop.AddCompany("Acme GmbH");
        Shop.AddCompany("Beta AG");
        for (var i = 0; i < 14; i++)
        {
            var checkout = Shop.OpenCheckout($"buyer{i}@example.com", 1 + i % 3);
            var order = Shop.Place(new NewOrder($"buyer{i}@example.com", [new NewLine("Tea", 2, 19.99m, Discount: i % 2, TaxRate: 0.19m, Variant: Shop.AnyVariant()), new NewLine("Cup", 1, 7.50m, TaxRate: 0.07m)])
            {
                Shipping = 4.90m,
                ShippingTaxRate = 0.19m,
                Tip = i % 4,
                Code = i % 2 == 1 ? "WELCOME" : null,
                Company = i == 3 ? company : null,
                Checkout = i % 5 == 0 ? checkout : null,
            });
            if (i % 3 > 0) Shop.Pay(order);
            if (i % 3 == 2) Shop.Ship(order, number: $"T{i}");
            if (i == 5) Shop.Refund(order, 0, [(order.Lines[0], 1)]);
            if (i == 8) Shop.Refund(order, 3m);
            if (i == 9) Shop.RemoveUnits(order, order.Lines[0], 1);
        }
    }

    public override async ValueTask DisposeAsync() => await _standIn.DisposeAsync();

    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new ShopifyConnector(new ShopifyStoreOptions { Url = url ?? Url, AccessToken = secret ?? "shpat_stand-in", PageSize = 5 }, handler, time);

    public override string SentText(StoreChange change)
    {
        using var document = JsonDocument.Parse(change.Payload);
        return document.RootElement.GetProperty("node").GetRawText();
    }

    public override Task<string> OpenCartAsync(string email) => Task.FromResult(Shop.OpenCheckout(email).Token);

    public override Task EditCartAsync(string cart)
    {
        Shop.EditCheckout(Shop.FindCheckout(cart), 3);
        return Task.CompletedTask;
    }

    public override Task<string> PlaceAsync(string email) =>
        Task.FromResult(Shop.Place(new NewOrder(email, [new NewLine("Tea", 2, 19.99m, TaxRate: 0.19m, Variant: Shop.AnyVariant())]) { Shipping = 4.90m, ShippingTaxRate = 0.19m }).Id.ToString(CultureInfo.InvariantCulture));

    public override Task PayAsync(string order) => Do(order, o => Shop.Pay(o));
    public override Task ShipAsync(string order) => Do(order, o => Shop.Ship(o));
    public override Task DeliverAsync(string order) => Do(order, Shop.Deliver);
    public override Task RefundAsync(string order, long minor) => Do(order, o => Shop.Refund(o, minor / 100m));
    public override Task CancelAsync(string order) => Do(order, o => Shop.Cancel(o));

    public override Task<(string Id, string LastName)> EditCustomerAsync(string email)
    {
        var customer = Shop.FindCustomer(email)!;
        Shop.EditCustomer(customer, c => c.LastName = "Married");
        return Task.FromResult((customer.Id.ToString(CultureInfo.InvariantCulture), "Married"));
    }

    public override Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id)
    {
        var note = of == EntityKind.Order ? Find(id).Note : Shop.FindCustomer(long.Parse(id, CultureInfo.InvariantCulture))?.Note;
        return Task.FromResult<IReadOnlyList<string>>(note?.Split('\n') ?? []);
    }

    private Task Do(string order, Action<ShopOrder> action)
    {
        action(Find(order));
        return Task.CompletedTask;
    }

    private ShopOrder Find(string id) => Shop.FindOrder(long.Parse(id, CultureInfo.InvariantCulture))!;
}
