using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Simulation;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>What must not wait: consent, and orders that were taken back. A backlog of a thousand records at four calls in ten seconds is before them.</summary>
public class HurryTests : IAsyncLifetime
{
    private const string Name = "shop-main";
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-hurry-").FullName;
    private readonly SimClock _clock = new(Start);
    private readonly Interruption _wire;
    private readonly ScriptedStore _store;
    private EmulatorServer _emulator = null!;
    private HubSpotClient _portal = null!;
    private SyncDatabase _database = null!;
    private SyncEngine _engine = null!;

    public HurryTests()
    {
        _wire = new Interruption(_clock);
        _store = new ScriptedStore(_clock.Engine);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, TimeProvider = _clock.Portal }, Token);
        _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, ShareBudget = false, TenSecondLimit = 4 }, _wire, _clock.Engine);
        _database = await SyncDatabase.OpenAsync(NewDatabase() ?? new SqliteDialect(Path.Combine(_folder, "spoke.db")), Token);
        var connection = new Connection(Name, _store, _portal, "shop", "page") { Consent = new ConsentRules("Marketing Information") };
        _engine = new SyncEngine(_database, [connection], new SyncOptions { PlanSize = 100, BatchesUnderWay = 1 }, _clock.Engine, NullLoggerFactory.Instance);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancellation_or_a_refund_that_arrives_in_the_middle_of_a_backlog_is_written_before_the_backlog_is_through(bool cancelled)
    {
        var order = _store.Put(Some.Order("1", 0, email: "ada@example.com"));
        await PassAsync();
        for (var i = 0; i < 1000; i++) _store.Put(Some.Customer($"{i:000}", 0, $"person{i}@example.com"));
        _wire.Before("/contacts/batch/upsert", 3, async () =>
        {
            _store.Put(cancelled ? order with { Lifecycle = OrderLifecycle.Cancelled, CancelledAt = _clock.Now } : Some.Order("1", 0, email: "ada@example.com", refunded: 400));
            await _engine.Intake.AppendAsync(Name, [_store.Push(EntityKind.Order, "1", "msg_1")], null, Token);
        });
        await PassAsync();
        var calls = _wire.Seen;
        var (arrived, written, last) = (calls.FindIndex(call => call.Interrupted), calls.FindIndex(call => call.Path.EndsWith("/orders/batch/update", StringComparison.Ordinal)), calls.FindLastIndex(call => call.Path.EndsWith("/contacts/batch/upsert", StringComparison.Ordinal)));
        Assert.Equal(arrived + 1, written);
        Assert.True(last - written >= 7, $"{last - written} calls of the backlog came after it");
        Assert.True(calls[last].At - calls[written].At > TimeSpan.FromSeconds(10), "the backlog was through at once: the budget was not tiny");
        var kept = await _portal.Orders.GetAsync(Name + ":order:1", new ReadOptions { IdProperty = "spoke_key", Properties = ["spoke_status"] }, null, Token);
        Assert.Equal(cancelled ? "Cancelled" : "Paid", kept!["spoke_status"]);
        Assert.True((await PassAsync()).InStep);
    }

    [Fact]
    public async Task A_denial_that_arrives_in_the_middle_of_a_backlog_is_told_before_the_backlog_is_through()
    {
        _store.Put(Some.Customer("ada", 0, "ada@example.com"));
        await PassAsync();
        for (var i = 0; i < 1000; i++) _store.Put(Some.Customer($"{i:000}", 0, $"person{i}@example.com"));
        _wire.Before("/contacts/batch/upsert", 3, async () =>
        {
            _store.Edit("ada", customer => customer with { EmailConsent = new Consent(ConsentState.Denied, _clock.Now, "account") });
            await _engine.Intake.AppendAsync(Name, [_store.Push(EntityKind.Customer, "ada", "msg_1")], null, Token);
        });
        await PassAsync();
        var calls = _wire.Seen;
        var told = calls.FindLastIndex(call => call.Path.Contains("communication-preferences", StringComparison.Ordinal) && call.Path.EndsWith("/write", StringComparison.Ordinal));
        Assert.InRange(told, calls.FindIndex(call => call.Interrupted) + 1, calls.FindLastIndex(call => call.Path.EndsWith("/contacts/batch/upsert", StringComparison.Ordinal)) - 5);
    }

    [Fact]
    public async Task An_order_that_HubSpot_has_not_got_yet_comes_after_its_parents_though_it_was_cancelled()
    {
        _store.Put(Some.Customer("ada", 0, "ada@example.com"));
        await PassAsync();
        var order = _store.Put(Some.Order("1", 0, email: "new@example.com"));
        await _engine.Intake.AppendAsync(Name, [_store.Push(EntityKind.Order, "1", "msg_1")], null, Token);
        _store.Put(order with { Lifecycle = OrderLifecycle.Cancelled, CancelledAt = _clock.Now });
        await PassAsync();
        var calls = _wire.Seen;
        Assert.True(calls.FindLastIndex(call => call.Path.EndsWith("/contacts/batch/upsert", StringComparison.Ordinal)) < calls.FindIndex(call => call.Path.EndsWith("/orders/batch/upsert", StringComparison.Ordinal)));
    }

    /// <summary>A new database for the facts to run on; null: SQLite, in a file.</summary>
    protected virtual ISqlDialect? NewDatabase() => null;

    private async Task<PassSummary> PassAsync()
    {
        var result = Assert.Single(await _engine.RunOnceAsync(null, Token));
        return result.Summary ?? throw result.Failure!;
    }

    public async ValueTask DisposeAsync()
    {
        _portal.Dispose();
        await _database.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed record SeenCall(string Path, DateTimeOffset At, bool Interrupted);

    /// <summary>Sees the calls in their order; lets something happen before one of them goes out.</summary>
    private sealed class Interruption(SimClock clock) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        private (string End, int Left, Func<Task> Act)? _before;

        public List<SeenCall> Seen { get; } = [];

        /// <summary>From now on counted anew.</summary>
        public void Before(string end, int nth, Func<Task> act)
        {
            Seen.Clear();
            _before = (end, nth, act);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            var now = false;
            if (_before is { } before && path.EndsWith(before.End, StringComparison.Ordinal))
            {
                now = before.Left == 1;
                _before = now ? null : before with { Left = before.Left - 1 };
                if (now) await before.Act();
            }
            Seen.Add(new SeenCall(path, clock.Now, now));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
