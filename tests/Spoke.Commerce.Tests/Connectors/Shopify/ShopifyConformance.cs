using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

public sealed class ShopifyConformance(ShopifyStore store) : ConnectorConformance(store), IClassFixture<ShopifyStore>;

/// <summary>The stand-in of Shopify with a little history.</summary>
public sealed class ShopifyStore : StoreUnderTest
{
    private ShopifyStandIn _standIn = null!;

    public override Uri Url => _standIn.BaseUrl;
    public override IReadOnlyList<string> Secrets => ["shpat_stand-in", "spoke-test-secret"];
    public override string CredentialSetting => "accessToken";
    public override string UnknownId => "999999999999";

    private ShopifyShop Shop => _standIn.Shop;

    public override async ValueTask InitializeAsync()
    {
        _standIn = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { BucketSize = 20_000, PointsASecond = 1000 }, TestContext.Current.CancellationToken);
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
