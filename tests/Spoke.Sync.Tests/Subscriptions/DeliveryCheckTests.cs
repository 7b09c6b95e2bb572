using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.HubSpot;
using Spoke.StandIns.Shopify;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Subscriptions;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Subscriptions;

/// <summary>Test deliveries over real sockets to a real door, with everything between that commonly stands there.</summary>
public sealed class DeliveryCheckTests : IAsyncLifetime
{
    private const string Secret = "whsec_c3Bva2UtdGVzdC1zZWNyZXQ=";
    private const string Other = "whsec_YW5vdGhlci1zZWNyZXQ=";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-deliveries-").FullName;
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly HubSpotClient _portal = new(new HubSpotClientOptions { BaseUrl = new Uri("http://127.0.0.1:9"), Token = () => "pat-na1-00000000-0000-4000-8000-000000000001" });
    private WatchedDialect _dialect = null!;
    private SyncDatabase _database = null!;
    private Connection _connection = null!;
    private WebhookDoor _door = null!;
    private WayToDoor _served = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _dialect = new WatchedDialect(new SqliteDialect(Path.Combine(_folder, "spoke.db")));
        _database = Keep(await SyncDatabase.OpenAsync(_dialect, Token));
        _connection = Shop(Secret);
        await ServeAsync(_connection);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts.AsEnumerable().Reverse()) await part.DisposeAsync();
        _portal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_arrives_by_both_ways_and_leaves_nothing_in_intake_and_ledger()
    {
        var tunnel = Keep(await WayToDoor.ThroughAsync(_served.BaseUrl));
        var report = await CheckAsync(tunnel.BaseUrl);
        Assert.Equal([("local", WayState.Arrives), ("public", WayState.Arrives)], report.Ways.Select(way => (way.Way, way.State)));
        Assert.All(report.Ways, way => Assert.Null(way.Fix));
        Assert.Contains("through Server: tunnel/1.2", report.Ways[1].Shows);
        Assert.True(report.IsWell);
        Assert.Null(report.LastKept);
        Assert.Equal((0, 0, 0), await _database.ReadAsync(db => (db.ExecuteScalar<int>("select count(*) from intake"), db.ExecuteScalar<int>("select count(*) from ledger"), db.ExecuteScalar<int>("select count(*) from recent")), Token));
    }

    [Fact]
    public async Task A_door_that_cannot_keep_anything_does_not_take_a_test_either()
    {
        await CheckAsync(null);   // the database has its id
        _dialect.FailNextBegin = new StorageException("The disk is full.");
        var body = TestDelivery.Body("t", fragile: false);
        var answer = await _door.ReceiveAsync("shop-main", _connection.Store.SignTest("t", body, TimeProvider.System.GetUtcNow())!, new MemoryStream(body), Token);
        Assert.Equal(503, answer.Status);
    }

    [Fact]
    public async Task A_forged_test_is_answered_as_any_forged_push_and_is_not_remembered_as_one_that_was_refused()
    {
        var forger = Shop(Other);
        async Task<(int Status, string Text)> ForgeAsync(byte[] body) => await _door.ReceiveAsync("shop-main", forger.Store.SignTest("x", body, TimeProvider.System.GetUtcNow())!, new MemoryStream(body), Token);
        var test = await ForgeAsync(TestDelivery.Body("x", fragile: true));
        Assert.DoesNotContain((await CheckAsync(null)).Facts, fact => fact.What.Contains("refused", StringComparison.Ordinal));
        Assert.Equal(await ForgeAsync("{}"u8.ToArray()), test);
        Assert.Equal(401, test.Status);
    }

    [Fact]
    public async Task Nobody_listens_where_serve_was_started()
    {
        await _served.DisposeAsync();
        _parts.Remove(_served);
        var way = Assert.Single((await CheckAsync(null)).Ways, way => way.Way == "local");
        Assert.Equal(WayState.NobodyListens, way.State);
        Assert.Contains("it is not running any more", way.Shows);
        Assert.StartsWith("Start it again: spoke serve.", way.Fix);
    }

    [Fact]
    public async Task Serve_that_was_never_started_or_runs_elsewhere_is_not_tried()
    {
        await _database.WriteAsync((db, transaction) => DoorNotes.PutPlace(db, transaction, "shop-main", new DoorPlace(Some.Day, "another-machine", _served.BaseUrl)), Token);
        var report = await CheckAsync(null);
        Assert.Equal((WayState.NotTried, "spoke serve ran last on the machine another-machine"), (report.Ways[0].State, report.Ways[0].Shows));
        Assert.False(report.IsWell);
        var fresh = await new DeliveryCheck(_database, TimeProvider.System).RunAsync(_connection with { Name = "another" }, Token);
        Assert.Equal("Start it: spoke serve.", fresh.Ways[0].Fix);
    }

    [Fact]
    public async Task A_secret_that_changed_since_serve_started_is_told_and_no_secret_is_shown()
    {
        await ServeAsync(Shop(Other));
        var report = await CheckAsync(null);
        Assert.Equal(WayState.WrongSecret, report.Ways[0].State);
        Assert.Contains("restart it", report.Ways[0].Fix);
        Assert.DoesNotContain("whsec_", report.ToString());
    }

    [Fact]
    public async Task A_body_that_is_read_and_written_anew_on_the_way_is_told_from_a_wrong_secret()
    {
        var tunnel = Keep(await WayToDoor.ThroughAsync(_served.BaseUrl, body: bytes => Encoding.UTF8.GetBytes(JsonNode.Parse(bytes)!.ToJsonString())));
        var report = await CheckAsync(tunnel.BaseUrl);
        Assert.Equal([WayState.Arrives, WayState.BodyAltered], report.Ways.Select(way => way.State));
        Assert.Contains("tunnel/1.2", report.Ways[1].Fix);
        Assert.False(report.IsWell);
        var worse = Keep(await WayToDoor.ThroughAsync(_served.BaseUrl, body: bytes => [.. bytes, (byte)'\n']));
        report = await CheckAsync(worse.BaseUrl);
        Assert.Equal(WayState.WrongSecret, report.Ways[1].State);
        Assert.Contains("though the same secret fits at the local address", report.Ways[1].Shows);
    }

    [Theory]
    [InlineData("webhook-signature")]
    [InlineData("webhook-timestamp")]
    public async Task A_header_that_is_lost_on_the_way_is_told(string header)
    {
        var tunnel = Keep(await WayToDoor.ThroughAsync(_served.BaseUrl, without: header));
        Assert.Equal(WayState.HeaderLost, (await CheckAsync(tunnel.BaseUrl)).Ways[1].State);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_also_before_it_is_so_far_off_that_pushes_are_refused()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(2));
        await ServeAsync(_connection, clock);
        var way = (await CheckAsync(null)).Ways[0];
        Assert.Equal(WayState.ClockOff, way.State);
        Assert.Contains("ahead of this machine's", way.Shows);
        clock.Advance(TimeSpan.FromMinutes(10));
        way = (await CheckAsync(null)).Ways[0];
        Assert.Equal(WayState.ClockOff, way.State);
        Assert.Contains("more than 300 s off", way.Shows);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Welcome to nginx!</html>", WayState.AnsweredByAnother, "lead to spoke serve at all")]
    [InlineData(200, "text/plain", "kept", WayState.AnsweredByAnother, "lead to spoke serve at all")]
    [InlineData(404, "text/html", "<html>404</html>", WayState.AnsweredByAnother, "pass POST /hooks/shop-main on")]
    [InlineData(502, "text/html", "<html>Bad Gateway</html>", WayState.AnsweredByAnother, "Is spoke serve running")]
    [InlineData(403, "text/html", "<html>Checking your browser</html>", WayState.AnsweredByAnother, "without a login or a check for robots")]
    [InlineData(401, "text/html", "<html>Log in</html>", WayState.AnsweredByAnother, "without a login")]
    [InlineData(308, "text/plain", "", WayState.Redirected, "Put the final address into publicUrl")]
    [InlineData(404, "text/plain", "There is no connection 'shop-main'.", WayState.UnknownConnection, "restart it with this one")]
    public async Task Who_answers_in_place_of_serve_is_recognised(int status, string type, string text, WayState state, string fix)
    {
        var stranger = Keep(await WayToDoor.StartAsync(async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            if (status == 401) context.Response.Headers.WWWAuthenticate = "Basic realm=\"staging\"";
            if (status == 308) context.Response.Headers.Location = "https://www.shop.example/hooks/shop-main";
            await context.Response.WriteAsync(text, context.RequestAborted);
        }));
        var way = (await CheckAsync(stranger.BaseUrl)).Ways[1];
        Assert.Equal(state, way.State);
        Assert.Contains(fix, way.Fix);
    }

    [Fact]
    public async Task Another_serve_with_the_same_secret_is_not_taken_for_ours()
    {
        await using var theirs = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "theirs.db")), Token);
        var staging = Keep(await WayToDoor.ToAsync(new WebhookDoor(new ChangeIntake(theirs, TimeProvider.System), [_connection], TimeProvider.System)));
        Assert.Equal(WayState.AnotherDatabase, (await CheckAsync(staging.BaseUrl)).Ways[1].State);
    }

    [Fact]
    public async Task A_name_that_is_not_known_a_certificate_that_does_not_hold_and_a_closed_port_are_told_apart()
    {
        Assert.Equal(WayState.UnknownHost, (await CheckAsync(new Uri("http://spoke.invalid"))).Ways[1].State);
        var tls = Keep(await WayToDoor.StartAsync(context => context.Response.WriteAsync("never"), tls: true));
        var way = (await CheckAsync(tls.BaseUrl)).Ways[1];
        Assert.Equal(WayState.TlsFails, way.State);
        Assert.Contains("certificate", way.Fix);
        var closed = await WayToDoor.StartAsync(context => context.Response.WriteAsync("gone"));
        var address = closed.BaseUrl;
        await closed.DisposeAsync();
        way = (await CheckAsync(address)).Ways[1];
        Assert.Equal(WayState.NobodyListens, way.State);
        Assert.Contains("tunnel or web server", way.Fix);
    }

    [Fact]
    public async Task The_last_push_that_was_kept_and_the_last_that_was_refused_are_told_with_what_to_compare()
    {
        var body = """{"type":"customer.changed","data":{"id":"c1","version":1,"email":"c1@example.com"}}"""u8.ToArray();
        var now = TimeProvider.System.GetUtcNow();
        await _door.ReceiveAsync("shop-main", Shop(Other).Store.SignTest("msg_1", body, now)!, new MemoryStream(body), Token);
        var report = await CheckAsync(null);
        var trouble = Assert.Single(report.Facts);
        Assert.True(trouble.IsTrouble);
        Assert.Contains("got 401: webhook-signature does not fit the body", trouble.What);
        Assert.Contains("compare webhookSecret", trouble.Fix);
        Assert.False(report.IsWell);
        await _door.ReceiveAsync("shop-main", _connection.Store.SignTest("msg_2", body, now)!, new MemoryStream(body), Token);
        report = await CheckAsync(null);
        Assert.False(Assert.Single(report.Facts).IsTrouble);
        Assert.InRange(report.LastKept!.Value, now.AddSeconds(-1), now.AddMinutes(1));
        Assert.True(report.IsWell);
    }

    [Fact]
    public async Task A_stranger_who_knocks_without_a_signature_is_told_and_no_trouble()
    {
        await _door.ReceiveAsync("shop-main", new Dictionary<string, string>(), new MemoryStream("<?php"u8.ToArray()), Token);
        var report = await CheckAsync(null);
        Assert.Contains("hardly the store's", Assert.Single(report.Facts).What);
        Assert.True(report.IsWell);
    }

    [Fact]
    public async Task A_flood_of_forgeries_costs_one_write_a_minute()
    {
        var clock = new FakeTimeProvider(Some.Day);
        await ServeAsync(_connection, clock);
        async Task<DateTimeOffset> RefusedAsync()
        {
            await _door.ReceiveAsync("shop-main", new Dictionary<string, string>(), new MemoryStream("{}"u8.ToArray()), Token);
            return (await _database.ReadAsync(db => DoorNotes.RefusalOf(db, "shop-main"), Token))!.At;
        }
        Assert.Equal(Some.Day, await RefusedAsync());
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(Some.Day, await RefusedAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Some.Day.AddMinutes(1), await RefusedAsync());
    }

    [Fact]
    public async Task A_store_without_a_secret_is_not_pushed_from_and_that_is_no_trouble()
    {
        var report = await CheckAsync(null, Shop(null));
        Assert.Empty(report.Ways);
        Assert.True(report.IsWell);
        Assert.Contains("set webhookSecret", Assert.Single(report.Facts).Fix);
    }

    [Fact]
    public async Task Subscriptions_that_point_elsewhere_or_are_off_are_told_and_left_as_they_are()
    {
        await using var shop = await WooShop.StartAsync(new WooOptions { Orders = 0, Customers = 0, Drafts = 0 }, Token);
        await using var store = new WooConnector(new WooStoreOptions { Url = shop.BaseUrl, ConsumerKey = shop.Options.ConsumerKey, ConsumerSecret = shop.Options.ConsumerSecret, WebhookSecret = "spoke-test-secret" });
        var connection = _connection with { Store = store };
        await store.Subscriptions.EnsureAsync(new Uri("https://old.example/hooks/shop-main?token=theirs"), Token);
        var report = await CheckAsync(new Uri("https://spoke.invalid"), connection);
        var trouble = Assert.Single(report.Facts, fact => fact.IsTrouble);
        Assert.Contains("The store pushes 0 of 11 topics to https://spoke.invalid/hooks/shop-main", trouble.What);
        Assert.Contains("It pushes elsewhere: 11 topics to https://old.example/hooks/shop-main.", trouble.What);
        Assert.DoesNotContain("theirs", report.ToString() + trouble);
        await store.Subscriptions.EnsureAsync(new Uri("https://spoke.invalid/hooks/shop-main"), Token);
        Assert.Contains((await CheckAsync(new Uri("https://spoke.invalid"), connection)).Facts, fact => !fact.IsTrouble && fact.What.StartsWith("The store pushes all 11 topics", StringComparison.Ordinal));
        foreach (var ping in shop.Webhooks.Take()) shop.Webhooks.Answered(ping, 200);
        for (var i = 0; i < 5; i++)
        {
            shop.Desk.Place($"lost{i}@example.com");
            foreach (var push in shop.Webhooks.Take().Where(push => push.Topic == "order.created")) shop.Webhooks.Answered(push, 500);
        }
        var off = Assert.Single((await CheckAsync(new Uri("https://spoke.invalid"), connection)).Facts, fact => fact.IsTrouble);
        Assert.Contains("10 of 11 topics", off.What);
        Assert.Contains("order.created are switched off", off.What);
        Assert.Contains((await store.Subscriptions.LookAsync(Token)).Found, found => !found.IsOn);   // looking mends nothing
    }

    [Fact]
    public async Task A_Shopify_apps_subscriptions_are_looked_at_too()
    {
        await using var shop = await ShopifyStandIn.StartAsync(null, Token);
        await using var store = new ShopifyConnector(new ShopifyStoreOptions { Url = shop.BaseUrl, AccessToken = "shpat_stand-in", WebhookSecret = "spoke-test-secret" });
        await store.Subscriptions!.EnsureAsync(new Uri("https://old.example/hooks/shop-main"), Token);
        var trouble = Assert.Single((await CheckAsync(new Uri("https://spoke.invalid"), _connection with { Store = store })).Facts, fact => fact.IsTrouble);
        Assert.Matches("pushes 0 of \\d+ topics to https://spoke.invalid/hooks/shop-main.*elsewhere: \\d+ topics to https://old.example/hooks/shop-main", trouble.What);
    }

    private Connection Shop(string? secret) =>
        new("shop-main", Keep(new SampleConnector(new SampleStoreOptions { Url = new Uri("http://127.0.0.1:9"), ApiKey = "k", WebhookSecret = secret })), _portal, "shop", "page");

    private async Task ServeAsync(Connection connection, TimeProvider? time = null)
    {
        _door = new WebhookDoor(new ChangeIntake(_database, time ?? TimeProvider.System), [connection], time ?? TimeProvider.System);
        _served = Keep(await WayToDoor.ToAsync(_door));
        await _door.OpenedAsync(_served.BaseUrl, Token);
    }

    private Task<DeliveryReport> CheckAsync(Uri? publicUrl, Connection? connection = null) =>
        new DeliveryCheck(_database, TimeProvider.System).RunAsync((connection ?? _connection) with { PushesTo = publicUrl is null ? null : new Uri(publicUrl, "hooks/shop-main") }, Token);

    private T Keep<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
