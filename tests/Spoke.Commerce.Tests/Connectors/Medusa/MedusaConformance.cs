using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Medusa;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

[CollectionDefinition(nameof(MedusaShop))]
public sealed class MedusaCollection : ICollectionFixture<MedusaShop>;

[Collection(nameof(MedusaShop))]
public sealed class MedusaConformance(MedusaShop shop) : ConnectorConformance(shop)
{
    [Fact]
    public async Task An_edited_price_is_found()
    {
        var (product, variants) = await shop.Desk.AddProductAsync();
        var follow = await FollowAsync(byTime: true);
        var price = await shop.Desk.EditPriceAsync(product, variants[0]);
        await follow.FindAsync(EntityKind.Variant, variants[0], e => ((Variant)e).Price == price);
    }

    [Fact]
    public async Task A_products_new_text_brings_its_variants()
    {
        var (product, variants) = await shop.Desk.AddProductAsync();
        var follow = await FollowAsync(byTime: true);
        var description = await shop.Desk.EditDescriptionAsync(product);
        foreach (var variant in variants) await follow.FindAsync(EntityKind.Variant, variant, e => ((Variant)e).Description == description);
    }

    [Fact]
    public async Task An_edited_address_moves_no_time_and_is_found_by_the_sweep()
    {
        await shop.PlaceAsync("moves@example.com");
        var follow = await FollowAsync(byTime: false);
        var customer = await shop.Desk.EditAddressAsync("moves@example.com", "Łódź");
        await follow.FindAsync(EntityKind.Customer, customer, e => ((Customer)e).Address?.City == "Łódź", Sweep);
    }

    [Fact]
    public async Task A_deleted_product_and_a_deleted_variant_are_found()
    {
        var (product, variants) = await shop.Desk.AddProductAsync();
        await using var connector = shop.Connect(new Recording(), TimeProvider.System);
        var checkpoint = (await PollAsync(connector, null)).Checkpoint;
        await shop.Desk.DeleteAsync($"products/{product}/variants/{variants[0]}");
        var gone = new HashSet<string>();
        for (var i = 0; i < Sweep && !gone.Contains(variants[0]); i++) checkpoint = await NextAsync();
        Assert.Contains(variants[0], gone);
        Assert.DoesNotContain(variants[1], gone);
        await shop.Desk.DeleteAsync($"products/{product}");
        await NextAsync();
        Assert.Contains(variants[1], gone);

        async Task<string?> NextAsync()
        {
            var (next, changes) = await PollAsync(connector, checkpoint);
            gone.UnionWith(changes.Where(change => change.Deleted).Select(change => change.PlatformId));
            return next;
        }
    }

    [Fact]
    public async Task A_returned_order_is_less_of_an_order_and_its_refund_lowers_nothing_twice()
    {
        var id = await shop.PlaceAsync("returns@example.com");
        await shop.PayAsync(id);
        await shop.ShipAsync(id);
        await shop.DeliverAsync(id);
        var before = (Order)await ReadAsync(EntityKind.Order, id);
        await shop.Desk.ReturnAsync(id);
        var after = (Order)await ReadAsync(EntityKind.Order, id);
        var returned = before.Lines[0];
        Assert.Equal((returned.Quantity - 1, returned.Quantity), (after.Lines[0].Quantity, after.Lines[0].OrderedQuantity));
        Assert.Equal(before.Amounts.ItemsNet - after.Amounts.ItemsNet, before.Lines[0].Net.Rounded());
        Assert.Equal(after.Amounts.ItemsNet, OrderFigures.Of(after).NetRevenue);
        Assert.Equal(before.Amounts.Total - after.Amounts.Total, OrderFigures.Of(after).Refunded);
        Assert.Empty(LedgerNotice.Of(after));
        Assert.True(after.Version > before.Version);
    }

    [Fact]
    public async Task Credit_of_the_shop_is_a_payment_and_no_discount()
    {
        var id = await shop.PlaceAsync("credit@example.com");
        var before = (Order)await ReadAsync(EntityKind.Order, id);
        await shop.Desk.CreditAsync(id, 2.5m);
        var after = (Order)await ReadAsync(EntityKind.Order, id);
        Assert.Equal(before.Amounts, after.Amounts);
        Assert.Equal(new Money(250, "USD"), OrderFigures.Of(after).Collected);
        await shop.PayAsync(id);
        await shop.RefundAsync(id, 100);
        var refunded = (Order)await ReadAsync(EntityKind.Order, id);
        Assert.Equal((before.Amounts.Total, new Money(100, "USD")), (refunded.Amounts.Total, OrderFigures.Of(refunded).Refunded));
        Assert.Single(refunded.Payments, p => p is { Method: "credit", Amount.Minor: 250 });
    }

    [Fact]
    public async Task An_e_mail_address_and_a_password_let_in_as_well()
    {
        await using var connector = new MedusaConnector(new MedusaStoreOptions { Url = new Uri(shop.Url, "app"), Username = MedusaStore.User, Password = MedusaStore.Password }, new Recording());
        Assert.Equal("USD", (await connector.DescribeAsync(Cancel)).MainCurrency);
        await using var stranger = new MedusaConnector(new MedusaStoreOptions { Url = shop.Url, Username = MedusaStore.User, Password = "not-the-password" }, new Recording());
        var refusal = await Assert.ThrowsAsync<StoreException>(() => stranger.DescribeAsync(Cancel));
        Assert.Contains("password", refusal.Message);
        Assert.DoesNotContain("not-the-password", refusal.ToString());
    }

    private static async Task<(string? Checkpoint, List<StoreChange> Changes)> PollAsync(IStoreConnector connector, string? checkpoint)
    {
        var changes = new List<StoreChange>();
        await foreach (var page in connector.ReadChangesAsync(checkpoint, TimeProvider.System.GetUtcNow(), Cancel))
        {
            checkpoint = page.Cursor;
            changes.AddRange(page.Changes);
        }
        return (checkpoint, changes);
    }
}

[Collection(nameof(MedusaShop))]
public sealed class MedusaPushConformance(MedusaShop shop) : WebhookConformance(shop);

/// <summary>A real Medusa store with an order of every fate, one for all tests. They leave alone what was there before.</summary>
public sealed class MedusaShop : StoreUnderTest, IPushes
{
    public const string Secret = "whsec_bWVkdXNhLXdlYmhvb2stc2VjcmV0LTEyMzQ=";
    public const string Previous = "whsec_cHJldmlvdXMtbWVkdXNhLXdlYmhvb2stc2VjcmV0";
    private MedusaStore _store = null!;

    public MedusaDesk Desk { get; private set; } = null!;

    public MedusaHook Hook { get; private set; } = null!;

    public System.Text.Json.JsonElement Expected => _store.Expected;

    /// <summary>All that was there before any test.</summary>
    public IReadOnlyList<LedgerEntity> Before { get; private set; } = [];

    public override string? Missing => MedusaStore.Missing;
    public override Uri Url => _store.Url;
    public override IReadOnlyList<string> Secrets => [_store.ApiKey, MedusaStore.Password];
    public override string CredentialSetting => "apiKey";
    public override bool CartsArePushed => true;
    public override bool OrdersKeepTime => true;
    public override string UnknownId => "none_01M8AS2XX592ZCX7T8GHV0BJV1";

    public override async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        Hook = await MedusaHook.StartAsync();
        _store = await MedusaStore.StartAsync(customers: 10, orders: 13, Hook.Url, Secret, TestContext.Current.CancellationToken);
        Desk = new MedusaDesk(_store);
        await using var connector = Connect(new Recording(), TimeProvider.System);
        var all = new List<LedgerEntity>();
        foreach (var kind in connector.Kinds)
            await foreach (var page in connector.ReadAllAsync(kind, null, TestContext.Current.CancellationToken))
                all.AddRange(page.Changes.SelectMany(connector.Normalise));
        Before = all;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        if (Hook is not null) await Hook.DisposeAsync();
    }

    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new MedusaConnector(new MedusaStoreOptions { Url = url ?? Url, ApiKey = secret ?? _store?.ApiKey ?? "sk_none", WebhookSecret = Secret, PreviousWebhookSecret = Previous, PageSize = 6, SweepSize = 6 }, handler, time);

    public override string SentText(StoreChange change)
    {
        var root = System.Text.Json.JsonDocument.Parse(change.Payload).RootElement;
        return change.Kind is EntityKind.Variant or EntityKind.Customer ? root.GetProperty("item").GetRawText() : root.GetRawText();
    }

    public override async Task<StoreChange> PushedAsync(IStoreConnector connector, Func<StoreChange, bool> wanted)
    {
        StoreChange? Wanted(Delivered push) => connector.ReadWebhook(push.Headers, push.Body, push.At).Changes.FirstOrDefault(wanted);
        return Wanted(await Hook.FindAsync(push => Wanted(push) is not null, TestContext.Current.CancellationToken))!;
    }

    public string PushSecret => Secret;
    public string OtherSecret => Previous;
    public string SignatureHeader => "webhook-signature";
    public bool SignsTime => true;

    public IStoreConnector Listen(string secret, string? previous) => new MedusaConnector(new MedusaStoreOptions { Url = Url, ApiKey = _store.ApiKey, WebhookSecret = secret, PreviousWebhookSecret = previous });

    public async Task<(PushedDelivery First, PushedDelivery Again)> PushAsync(string order)
    {
        Hook.FailOnce = order;
        await PayAsync(order);
        Delivered? First(Delivered push) => Hook.Refused.Find(refused => PushReceiver.Tells(Arrived(refused), order) && refused.Headers["webhook-id"] == push.Headers["webhook-id"]);
        var again = await Hook.FindAsync(push => First(push) is not null, TestContext.Current.CancellationToken);
        return (Arrived(First(again)!), Arrived(again));
    }

    private static PushedDelivery Arrived(Delivered push) => new(push.Headers, push.Body, push.At);

    public override Task<string> OpenCartAsync(string email) => Desk.OpenCartAsync(email);
    public override Task EditCartAsync(string cart) => Desk.EditCartAsync(cart);
    public override Task<string> PlaceAsync(string email) => Desk.PlaceAsync(email);
    public override Task PayAsync(string order) => Desk.PayAsync(order);
    public override Task ShipAsync(string order) => Desk.ShipAsync(order);
    public override Task DeliverAsync(string order) => Desk.DeliverAsync(order);
    public override Task RefundAsync(string order, long minor) => Desk.RefundAsync(order, minor);
    public override Task CancelAsync(string order) => Desk.CancelAsync(order);
    public override Task<(string Id, string LastName)> EditCustomerAsync(string email) => Desk.EditCustomerAsync(email);
    public override Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id) => Desk.NotesAsync(of, id);
}
