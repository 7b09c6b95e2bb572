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

/// <summary>A real Vendure store with a little history.</summary>
public sealed class VendureShop : StoreUnderTest
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
        _store = await VendureStore.StartAsync(customers: 20, orders: 30, TestContext.Current.CancellationToken);
        Desk = new VendureDesk(_store);
    }

    public override ValueTask DisposeAsync() => _store is null ? ValueTask.CompletedTask : _store.DisposeAsync();

    // The administrator's name is also the password, so a message that must not show the password names somebody else.
    public override string UnknownId => "999999";

    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new VendureConnector(new VendureStoreOptions { Url = url ?? Url, Username = url is null ? VendureStore.Administrator : "reader", Password = secret ?? VendureStore.Password, PageSize = 4, SweepSize = 4 }, handler, time);

    public override string SentText(StoreChange change) => JsonDocument.Parse(change.Payload).RootElement.GetProperty("item").GetRawText();

    public override Task<string> OpenCartAsync(string email) => Desk.OpenCartAsync(email);
    public override Task EditCartAsync(string cart) => Desk.EditCartAsync(cart);
    public override Task<string> PlaceAsync(string email) => Desk.PlaceAsync(email);
    public override Task PayAsync(string order) => Desk.PayAsync(order);
    public override Task ShipAsync(string order) => Desk.ShipAsync(order);
    public override Task DeliverAsync(string order) => Desk.DeliverAsync(order);
    public override Task RefundAsync(string order, long minor) => Desk.RefundAsync(order, minor);
    public override Task CancelAsync(string order) => Desk.CancelAsync(order);
    public override Task<(string Id, string LastName)> EditCustomerAsync(string email) => Desk.EditCustomerAsync(email);
}
