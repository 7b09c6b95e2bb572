using System.Net;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.HubSpot;
using Spoke.StandIns.Shopify;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Connections;
using Spoke.Sync.Subscriptions;
using Spoke.Sync.Tests.Scheduling;

namespace Spoke.Sync.Tests.Subscriptions;

/// <summary>The engine between the emulator and a WooCommerce shop whose webhooks switch themselves off, on a clock that stands still unless a test moves it.</summary>
public sealed class SubscriptionWatchTests : IAsyncLifetime
{
    private static readonly Uri Callback = new("https://spoke.example/hooks/shop-main");
    private readonly Gate _gate = new();
    private RunningEngine _live = null!;
    private WooShop _shop = null!;
    private WooConnector _store = null!;
    private Connection _connection = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _live = await RunningEngine.PrepareAsync();
        _shop = await WooShop.StartAsync(new WooOptions { Orders = 0, Customers = 0, Drafts = 0, Time = _live.Time }, Token);
        _store = new WooConnector(new WooStoreOptions { Url = _shop.BaseUrl, ConsumerKey = _shop.Options.ConsumerKey, ConsumerSecret = _shop.Options.ConsumerSecret, WebhookSecret = "spoke-test-secret" }, _gate, _live.Time);
        _connection = new Connection("shop-main", _store, _live.Portal, "shop", "page") { PushesTo = Callback };
    }

    public async ValueTask DisposeAsync()
    {
        await _live.StopAsync();
        await _store.DisposeAsync();
        await _shop.DisposeAsync();
        await _live.DisposeAsync();
    }

    [Fact]
    public async Task A_webhook_that_switched_itself_off_is_on_again_within_the_hour_and_the_gap_is_filled_at_once()
    {
        _live.Run(_connection);
        Assert.Empty((await _live.Looks.NextAsync()).Mended);
        await _live.Rounds.NextAsync(round => round.Polled);
        await PingsArriveAsync();
        Assert.Empty(_live.Log.Warnings);   // made for the first time is no trouble
        _live.Time.Advance(TimeSpan.FromMinutes(59));
        await _live.Rounds.NextAsync(round => round.Polled);
        for (var i = 0; i < 5; i++)
        {
            _shop.Desk.Place($"lost{i}@example.com");
            foreach (var push in _shop.Webhooks.Take().Where(push => push.Topic == "order.created")) _shop.Webhooks.Answered(push, 500);
        }
        _shop.Desk.Place("gap@example.com");
        Assert.DoesNotContain(_shop.Webhooks.Take(), push => push.Topic == "order.created");   // it is off, and nobody was told

        _live.Time.Advance(TimeSpan.FromMinutes(1.1));   // the next poll would be in three minutes
        Assert.Equal(["order.created"], (await _live.Looks.NextAsync()).Mended);
        await _live.Rounds.NextAsync(round => round.Polled);
        Assert.Equal(6, await _live.Portal.Orders.ListAsync(null, null, Token).CountAsync(Token));
        Assert.Single(_live.Log.Warnings, line => line.StartsWith("shop-main: the store had stopped pushing order.created.", StringComparison.Ordinal));
        var told = Assert.Single((await _live.OverviewAsync()).Recent, e => e.What == "restored");
        Assert.Equal(("shop-main", "webhooks", "One webhook"), (told.Connection, told.ObjectType, told.Title));
        Assert.Contains("order.created", told.Detail);
        await PingsArriveAsync();
        _shop.Desk.Place("again@example.com");
        var delivery = Assert.Single(_shop.Webhooks.Take(), push => push.Topic == "order.created").Delivery;
        Assert.Equal(200, (await _live.Engine.Webhooks.ReceiveAsync("shop-main", delivery.Headers, new MemoryStream(delivery.Body.ToArray()), Token)).Status);
    }

    [Fact]
    public async Task It_looks_every_hour_and_not_with_every_round()
    {
        _live.Run(_connection);
        await _live.Looks.NextAsync();
        await _live.Rounds.NextAsync(round => round.Polled);
        for (var rounds = 0; rounds < 11; rounds++)
        {
            _live.Time.Advance(TimeSpan.FromMinutes(5.1));
            await _live.Rounds.NextAsync(round => round.Polled);
        }
        Assert.Equal(1, Looks());
        _live.Time.Advance(TimeSpan.FromMinutes(5.1));
        Assert.Empty((await _live.Looks.NextAsync()).Mended);
        Assert.Equal(2, Looks());
    }

    [Fact]
    public async Task A_look_that_fails_is_told_once_tried_again_and_holds_up_nothing()
    {
        _gate.Closed = true;
        _live.Run(_connection);
        Assert.Contains("refused us (403)", (await _live.Looks.NextAsync()).Problem);
        await _live.Rounds.NextAsync(round => round.Polled);
        _shop.Desk.Place("meanwhile@example.com");
        _live.Time.Advance(TimeSpan.FromMinutes(1.1));
        Assert.NotNull((await _live.Looks.NextAsync()).Problem);
        Assert.Single(_live.Log.Warnings, line => line.Contains("could not be looked at", StringComparison.Ordinal));
        Assert.Contains("polled meanwhile", Assert.Single(Assert.Single((await _live.OverviewAsync()).Connections).Notices));
        _live.Time.Advance(TimeSpan.FromMinutes(1.9));   // two minutes after the second try, and no sooner
        Assert.Equal(2, Looks());
        _gate.Closed = false;
        _live.Time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Null((await _live.Looks.NextAsync()).Problem);
        Assert.Single(_live.Log.Warnings, line => line.Contains("after 2 failures", StringComparison.Ordinal));
        Assert.Empty(Assert.Single((await _live.OverviewAsync()).Connections).Notices);
        _live.Time.Advance(TimeSpan.FromMinutes(5));
        await _live.Rounds.NextAsync(round => round.Polled);
        Assert.Equal(1, await _live.Portal.Orders.ListAsync(null, null, Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_connection_without_an_address_is_not_looked_after()
    {
        _connection = _connection with { PushesTo = null };
        _live.Run(_connection);
        await _live.Rounds.NextAsync(round => round.Polled);
        Assert.Equal(0, Looks());
    }

    [Fact]
    public async Task A_subscription_that_a_store_removed_is_made_again_and_told_but_not_when_the_address_is_a_new_one()
    {
        await using var shop = await ShopifyStandIn.StartAsync(null, Token);
        await using var store = new ShopifyConnector(new ShopifyStoreOptions { Url = shop.BaseUrl, AccessToken = "shpat_stand-in", WebhookSecret = "spoke-test-secret" });
        var connection = _connection with { Store = store };
        var polls = 0;
        async Task<SubscriptionLook> LookAsync(string address)
        {
            using var stop = new CancellationTokenSource();
            var watch = new SubscriptionWatch(_live.Database, connection, store.Subscriptions!, new Uri(address), () => polls++, new SyncOptions(), _live.Time, _live.Log);
            var looks = new Told<SubscriptionLook>();
            var running = watch.RunAsync(looks, stop.Token);
            var look = await looks.NextAsync();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            return look;
        }
        Assert.Empty((await LookAsync("https://spoke.example/hooks/shop-main")).Mended);
        shop.Shop.AddProduct("Coffee", 9.00m);
        var delivery = shop.Subscriptions.Take().First(push => push.Headers["X-Shopify-Topic"] == "products/create");
        for (var tries = 0; tries < 9; tries++) shop.Subscriptions.Fail(delivery);
        Assert.Equal(["PRODUCTS_CREATE"], (await LookAsync("https://spoke.example/hooks/shop-main")).Mended);
        Assert.Equal(1, polls);
        Assert.Empty((await LookAsync("https://elsewhere.example/hooks/shop-main")).Mended);
        Assert.Equal(1, polls);
    }

    /// <summary>How often the shop was asked for its webhooks.</summary>
    private int Looks() => _gate.Asked;

    private async Task PingsArriveAsync()
    {
        foreach (var ping in _shop.Webhooks.Take())
            _shop.Webhooks.Answered(ping, (await _live.Engine.Webhooks.ReceiveAsync("shop-main", ping.Delivery.Headers, new MemoryStream(ping.Delivery.Body.ToArray()), Token)).Status);
    }

    /// <summary>A firewall before the shop that may let nobody at its webhooks.</summary>
    private sealed class Gate() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
    {
        private int _asked;

        public volatile bool Closed;

        public int Asked => Volatile.Read(ref _asked);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var webhooks = request.RequestUri!.AbsolutePath.EndsWith("/webhooks", StringComparison.Ordinal);
            if (webhooks && request.Method == HttpMethod.Get) Interlocked.Increment(ref _asked);
            return webhooks && Closed ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("<html>no</html>") }) : base.SendAsync(request, cancellationToken);
        }
    }
}
