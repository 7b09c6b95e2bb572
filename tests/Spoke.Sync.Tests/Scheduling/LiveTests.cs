using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Scheduling;

/// <summary>The engine while it runs, on a clock that stands still unless a test moves it: what happens without moving it happens at once.</summary>
public sealed class LiveTests : IAsyncLifetime
{
    private const string Secret = "whsec_c3Bva2UtdGVzdC1zZWNyZXQ=";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-live-").FullName;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Rounds _rounds = new();
    private readonly Lines _log = new();
    private readonly CancellationTokenSource _stop = new();
    private EmulatorServer _emulator = null!;
    private ShopServer _shop = null!;
    private SyncDatabase _database = null!;
    private string _token = EmulatorServer.DefaultToken;
    private HubSpotClient _portal = null!;
    private readonly List<SampleConnector> _stores = [];
    private SyncEngine _engine = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token);
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = Path.Combine(_folder, "shop"), DemoTraffic = false }, cancellationToken: Token);
        _database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "spoke.db")), Token);
        _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => _token, TenSecondLimit = 10_000 });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (var store in _stores) await store.DisposeAsync();
        _portal.Dispose();
        await _database.DisposeAsync();
        await _shop.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_webhook_is_in_HubSpot_without_the_clock_moving()
    {
        Run(Store("shop-main", _shop.BaseUrl));
        await _rounds.NextAsync(round => round.Polled);
        await PostAsync("shop-main", "msg_1", "c1");
        var round = await _rounds.NextAsync(round => round.Written > 0);
        Assert.False(round.Polled);
        Assert.NotNull(await _portal.Contacts.GetAsync("c1@example.com", new ReadOptions { IdProperty = "email" }, null, Token));
    }

    [Fact]
    public async Task The_store_is_asked_every_five_minutes_and_not_before()
    {
        Run(Store("shop-main", _shop.BaseUrl));
        await _rounds.NextAsync(round => round.Polled);
        _time.Advance(TimeSpan.FromMinutes(4.9));
        await PostAsync("shop-main", "msg_1", "c1");
        Assert.False((await _rounds.NextAsync(_ => true)).Polled);   // the next round of all is the webhook's
        _time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.True((await _rounds.NextAsync(_ => true)).Polled);
    }

    [Fact]
    public async Task A_round_is_logged_only_when_it_did_something()
    {
        Run(Store("shop-main", _shop.BaseUrl));
        await _rounds.NextAsync(round => round.Polled);
        var before = _log.Count;
        _time.Advance(TimeSpan.FromMinutes(6));
        var idle = await _rounds.NextAsync(round => round.Polled);
        Assert.False(idle.DidSomething);
        Assert.Equal(before, _log.Count);
        await PostAsync("shop-main", "msg_1", "c1");
        await _rounds.NextAsync(round => round.Written > 0);
        Assert.Contains(_log.All, line => line.Contains("shop-main: 1 changes taken, 1 records", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_hangs_costs_the_others_nothing()
    {
        // Nobody listens there, and the connector's patience is on the clock that stands still: it hangs for good.
        Run(Store("hangs", new Uri("http://127.0.0.1:9"), _time), Store("well", _shop.BaseUrl));
        await _rounds.NextAsync(round => round.Connection == "well" && round.Polled);
        await PostAsync("well", "msg_1", "c1");
        await _rounds.NextAsync(round => round.Connection == "well" && round.Written > 0);
    }

    [Fact]
    public async Task A_store_that_fails_once_all_of_it_is_known_does_not_hold_up_what_it_has_pushed()
    {
        await _database.WriteAsync((db, transaction) => Spoke.Sync.Intake.Cursors.Put(db, transaction, "shop-main", "full-read", _time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture)), Token);
        Run(Store("shop-main", new Uri("http://127.0.0.1:9")));
        var failed = await _rounds.NextAsync(round => round.Problem is not null);
        Assert.Contains("could not be reached", failed.Problem);
        await PostAsync("shop-main", "msg_1", "c1");
        _time.Advance(TimeSpan.FromSeconds(2));
        await _rounds.NextAsync(round => round.Problem is not null);
        Assert.NotNull(await _portal.Contacts.GetAsync("c1@example.com", new ReadOptions { IdProperty = "email" }, null, Token));
    }

    [Fact]
    public async Task What_is_pushed_before_all_of_the_store_is_known_is_kept_and_nothing_is_made_of_it_yet()
    {
        Run(Store("shop-main", new Uri("http://127.0.0.1:9")));
        await _rounds.NextAsync(round => round.Problem is not null);
        await PostAsync("shop-main", "msg_1", "c1");
        _time.Advance(TimeSpan.FromSeconds(2));
        await _rounds.NextAsync(round => round.Problem is not null);
        Assert.Null(await _portal.Contacts.GetAsync("c1@example.com", new ReadOptions { IdProperty = "email" }, null, Token));
    }

    [Fact]
    public async Task A_failing_portal_is_asked_less_and_less_often_and_said_once()
    {
        _token = "pat-na1-11111111-1111-4111-8111-111111111111";
        Run(Store("shop-main", _shop.BaseUrl));
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            var round = await _rounds.NextAsync(round => round.Problem is not null);
            Assert.Equal(TimeSpan.FromSeconds(seconds), round.DueIn);
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));   // not yet: a round now would be one failure more than counted below
            _time.Advance(TimeSpan.FromSeconds(0.2));
        }
        await _rounds.NextAsync(round => round.Problem is not null);
        Assert.Single(_log.All, line => line.Contains("cannot go on", StringComparison.Ordinal));
        // A webhook meanwhile is kept and does not make us hammer; with a good token it arrives.
        await PostAsync("shop-main", "msg_1", "c1");
        _token = EmulatorServer.DefaultToken;
        _time.Advance(TimeSpan.FromSeconds(61));
        await _rounds.NextAsync(round => round.Written > 0);
        Assert.Single(_log.All, line => line.Contains("goes on after 9 failures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_connections_that_prepare_one_portal_at_once_do_not_quarrel()
    {
        Run(Store("one", _shop.BaseUrl), Store("two", _shop.BaseUrl));
        for (var ended = 0; ended < 2; ended++) Assert.Null((await _rounds.NextAsync(_ => true)).Problem);
    }

    [Fact]
    public async Task Stopping_ends_every_loop()
    {
        Run(Store("one", _shop.BaseUrl), Store("two", _shop.BaseUrl));
        await _rounds.NextAsync(round => round.Connection == "one");
        await _stop.CancelAsync();
        await _running;
    }

    private void Run(params Connection[] connections)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _engine = new SyncEngine(_database, connections, new SyncOptions(), _time, loggers);
        _running = _engine.RunAsync(_rounds, _stop.Token);
    }

    private Connection Store(string name, Uri url, TimeProvider? time = null)
    {
        _stores.Add(new SampleConnector(new SampleStoreOptions { Url = url, ApiKey = _shop.ApiKey, WebhookSecret = Secret }, time: time));
        return new Connection(name, _stores[^1], _portal, "shop", "page");
    }

    private async Task PostAsync(string connection, string id, string customer)
    {
        var body = $$$"""{"type":"customer.changed","data":{"id":"{{{customer}}}","version":1,"email":"{{{customer}}}@example.com"}}""";
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + signature };
        Assert.Equal(200, (await _engine.Webhooks.ReceiveAsync(connection, headers, new MemoryStream(Encoding.UTF8.GetBytes(body)), Token)).Status);
    }

    /// <summary>Rounds as they end, to be awaited.</summary>
    private sealed class Rounds : IProgress<StepSummary>
    {
        private readonly Channel<StepSummary> _ended = Channel.CreateUnbounded<StepSummary>();

        public void Report(StepSummary value) => _ended.Writer.TryWrite(value);

        public async Task<StepSummary> NextAsync(Func<StepSummary, bool> wanted)
        {
            while (true)
            {
                var round = await _ended.Reader.ReadAsync(Token);
                if (wanted(round)) return round;
            }
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> All => _lines;
        public int Count => _lines.Count;
        public ILogger CreateLogger(string categoryName) => this;
        public bool IsEnabled(LogLevel logLevel) => true;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
        public void Dispose() { }
    }
}
