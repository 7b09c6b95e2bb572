using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;

namespace Spoke.Sync.Tests.Scheduling;

/// <summary>The engine while it runs, on a clock that stands still unless a test moves it: what happens without moving it happens at once.</summary>
public sealed class LiveTests : IAsyncLifetime
{
    private const string Secret = "whsec_c3Bva2UtdGVzdC1zZWNyZXQ=";
    private readonly List<SampleConnector> _stores = [];
    private RunningEngine _live = null!;
    private ShopServer _shop = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _live = await RunningEngine.PrepareAsync();
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = _live.PathOf("shop"), DemoTraffic = false }, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.StopAsync();
        foreach (var store in _stores) await store.DisposeAsync();
        await _shop.DisposeAsync();
        await _live.DisposeAsync();
    }

    [Fact]
    public async Task A_webhook_is_in_HubSpot_without_the_clock_moving()
    {
        _live.Run(Store("shop-main", _shop.BaseUrl));
        await _live.Rounds.NextAsync(round => round.Polled);
        await PostAsync("shop-main", "msg_1", "c1");
        var round = await _live.Rounds.NextAsync(round => round.Written > 0);
        Assert.False(round.Polled);
        Assert.NotNull(await _live.Portal.Contacts.GetAsync("c1@example.com", new ReadOptions { IdProperty = "email" }, null, Token));
    }

    [Fact]
    public async Task The_store_is_asked_every_five_minutes_and_not_before()
    {
        _live.Run(Store("shop-main", _shop.BaseUrl));
        await _live.Rounds.NextAsync(round => round.Polled);
        _live.Time.Advance(TimeSpan.FromMinutes(4.9));
        await PostAsync("shop-main", "msg_1", "c1");
        Assert.False((await _live.Rounds.NextAsync()).Polled);   // the next round of all is the webhook's
        _live.Time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.True((await _live.Rounds.NextAsync()).Polled);
    }

    [Fact]
    public async Task A_round_is_logged_only_when_it_did_something()
    {
        _live.Run(Store("shop-main", _shop.BaseUrl));
        await _live.Rounds.NextAsync(round => round.Polled);
        var before = _live.Log.All.Count();
        _live.Time.Advance(TimeSpan.FromMinutes(6));
        var idle = await _live.Rounds.NextAsync(round => round.Polled);
        Assert.False(idle.DidSomething);
        Assert.Equal(before, _live.Log.All.Count());
        await PostAsync("shop-main", "msg_1", "c1");
        await _live.Rounds.NextAsync(round => round.Written > 0);
        Assert.Contains(_live.Log.All, line => line.Contains("shop-main: 1 changes taken, 1 records", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_hangs_costs_the_others_nothing()
    {
        // Nobody listens there, and the connector's patience is on the clock that stands still: it hangs for good.
        _live.Run(Store("hangs", new Uri("http://127.0.0.1:9"), _live.Time), Store("well", _shop.BaseUrl));
        await _live.Rounds.NextAsync(round => round.Connection == "well" && round.Polled);
        await PostAsync("well", "msg_1", "c1");
        await _live.Rounds.NextAsync(round => round.Connection == "well" && round.Written > 0);
    }

    [Fact]
    public async Task A_fault_of_ours_in_one_connection_is_told_with_its_place_and_tried_again_and_costs_the_others_nothing()
    {
        var faulty = new Faulty { IsFaulty = true };
        _live.Run(Store("faulty", _shop.BaseUrl, handler: faulty), Store("well", _shop.BaseUrl));
        for (var seconds = 1; seconds <= 4; seconds *= 2)
        {
            var round = await _live.Rounds.NextAsync(round => round.Connection == "faulty");
            Assert.Equal((Faulty.Words, TimeSpan.FromSeconds(seconds)), (round.Problem, round.DueIn));
            _live.Time.Advance(TimeSpan.FromSeconds(seconds + 0.1));
        }
        var fault = Assert.IsType<NotSupportedException>(Assert.Single(_live.Log.Failures));   // once, not at every try
        Assert.Contains(nameof(Faulty), fault.StackTrace);
        await PostAsync("well", "msg_1", "c1");
        Assert.NotNull(await WrittenAsync("c1@example.com"));
        var shown = (await _live.OverviewAsync()).Connections;
        Assert.Equal((ConnectionHealth.Fault, true), (shown[0].Health, shown[0].HealthText.Contains(Faulty.Words, StringComparison.Ordinal)));
        Assert.NotEqual(ConnectionHealth.Fault, shown[1].Health);
        faulty.IsFaulty = false;
        _live.Time.Advance(TimeSpan.FromSeconds(60));
        await _live.Rounds.NextAsync(round => round is { Connection: "faulty", Problem: null, Polled: true });
        Assert.NotEqual(ConnectionHealth.Fault, (await _live.OverviewAsync()).Connections[0].Health);

        async Task<CrmRecord?> WrittenAsync(string email)
        {
            await _live.Rounds.NextAsync(round => round is { Connection: "well", Written: > 0 });
            return await _live.Portal.Contacts.GetAsync(email, new ReadOptions { IdProperty = "email" }, null, Token);
        }
    }

    [Fact]
    public async Task A_fault_of_ours_ends_the_one_pass_of_its_connection_only()
    {
        SyncEngine engine = new(_live.Database, [Store("faulty", _shop.BaseUrl, handler: new Faulty { IsFaulty = true }), Store("well", _shop.BaseUrl)], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var results = await engine.RunOnceAsync(null, Token);
        Assert.IsType<NotSupportedException>(results[0].Failure);
        Assert.True(results[1].Summary?.InStep);
    }

    [Fact]
    public async Task A_fault_of_ours_beside_the_rounds_is_told_and_the_rounds_go_on()
    {
        var faulty = new Faulty();
        _live.Run(Store("shop-main", _shop.BaseUrl, handler: faulty));
        await _live.Rounds.NextAsync(round => round.Polled);
        faulty.IsFaulty = true;
        await _live.Engine.RereadAsync("shop-main", Token);
        _live.Time.Advance(TimeSpan.FromSeconds(16));   // it looks every fifteen seconds whether somebody has asked
        await _live.Log.Told.NextAsync(line => line.Contains("fault of Spoke's own and tries again in 60 s", StringComparison.Ordinal));
        Assert.Contains(nameof(Faulty), Assert.Single(_live.Log.Failures).StackTrace);
        await PostAsync("shop-main", "msg_1", "c1");
        await _live.Rounds.NextAsync(round => round.Written > 0);
    }

    [Fact]
    public async Task A_store_that_fails_once_all_of_it_is_known_does_not_hold_up_what_it_has_pushed()
    {
        await _live.Database.WriteAsync((db, transaction) => Spoke.Sync.Intake.Cursors.Put(db, transaction, "shop-main", "full-read", _live.Time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture)), Token);
        _live.Run(Store("shop-main", new Uri("http://127.0.0.1:9")));
        var failed = await _live.Rounds.NextAsync(round => round.Problem is not null);
        Assert.Contains("could not be reached", failed.Problem);
        await PostAsync("shop-main", "msg_1", "c1");
        _live.Time.Advance(TimeSpan.FromSeconds(2));
        await _live.Rounds.NextAsync(round => round.Problem is not null);
        Assert.NotNull(await _live.Portal.Contacts.GetAsync("c1@example.com", new ReadOptions { IdProperty = "email" }, null, Token));
    }

    [Fact]
    public async Task What_is_pushed_before_all_of_the_store_is_known_is_kept_and_nothing_is_made_of_it_yet()
    {
        _live.Run(Store("shop-main", new Uri("http://127.0.0.1:9")));
        await _live.Rounds.NextAsync(round => round.Problem is not null);
        await PostAsync("shop-main", "msg_1", "c1");
        _live.Time.Advance(TimeSpan.FromSeconds(2));
        await _live.Rounds.NextAsync(round => round.Problem is not null);
        Assert.Null(await _live.Portal.Contacts.GetAsync("c1@example.com", new ReadOptions { IdProperty = "email" }, null, Token));
    }

    [Fact]
    public async Task A_failing_portal_is_asked_less_and_less_often_and_said_once()
    {
        _live.PortalToken = "pat-na1-11111111-1111-4111-8111-111111111111";
        _live.Run(Store("shop-main", _shop.BaseUrl));
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            var round = await _live.Rounds.NextAsync(round => round.Problem is not null);
            Assert.Equal(TimeSpan.FromSeconds(seconds), round.DueIn);
            _live.Time.Advance(TimeSpan.FromSeconds(seconds - 0.1));   // not yet: a round now would be one failure more than counted below
            _live.Time.Advance(TimeSpan.FromSeconds(0.2));
        }
        await _live.Rounds.NextAsync(round => round.Problem is not null);
        Assert.Single(_live.Log.All, line => line.Contains("cannot go on", StringComparison.Ordinal));
        // A webhook meanwhile is kept and does not make us hammer; with a good token it arrives.
        await PostAsync("shop-main", "msg_1", "c1");
        _live.PortalToken = EmulatorServer.DefaultToken;
        _live.Time.Advance(TimeSpan.FromSeconds(61));
        await _live.Rounds.NextAsync(round => round.Written > 0);
        Assert.Single(_live.Log.All, line => line.Contains("goes on after 9 failures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_connections_that_prepare_one_portal_at_once_do_not_quarrel()
    {
        _live.Run(Store("one", _shop.BaseUrl), Store("two", _shop.BaseUrl));
        for (var ended = 0; ended < 2; ended++) Assert.Null((await _live.Rounds.NextAsync()).Problem);
    }

    [Fact]
    public async Task Stopping_ends_every_loop()
    {
        _live.Run(Store("one", _shop.BaseUrl), Store("two", _shop.BaseUrl));
        await _live.Rounds.NextAsync(round => round.Connection == "one");
        await _live.StopAsync();
    }

    private Connection Store(string name, Uri url, TimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        _stores.Add(new SampleConnector(new SampleStoreOptions { Url = url, ApiKey = _shop.ApiKey, WebhookSecret = Secret }, handler, time));
        return new Connection(name, _stores[^1], _live.Portal, "shop", "page");
    }

    private async Task PostAsync(string connection, string id, string customer)
    {
        var body = $$$"""{"type":"customer.changed","data":{"id":"{{{customer}}}","version":1,"email":"{{{customer}}}@example.com"}}""";
        var timestamp = _live.Time.GetUtcNow().ToUnixTimeSeconds().ToString();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + signature };
        Assert.Equal(200, (await _live.Engine.Webhooks.ReceiveAsync(connection, headers, new MemoryStream(Encoding.UTF8.GetBytes(body)), Token)).Status);
    }

    /// <summary>Throws what nobody expects of a call.</summary>
    private sealed class Faulty() : DelegatingHandler(new SocketsHttpHandler())
    {
        public const string Words = "nobody expects this";

        public volatile bool IsFaulty;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            IsFaulty ? throw new NotSupportedException(Words) : base.SendAsync(request, cancellationToken);
    }
}
