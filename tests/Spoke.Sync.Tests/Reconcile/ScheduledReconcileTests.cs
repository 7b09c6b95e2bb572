using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Scheduling;

namespace Spoke.Sync.Tests.Reconcile;

/// <summary>The engine while it runs compares both sides at its time of day, on a clock that stands still unless a test moves it.</summary>
public sealed class ScheduledReconcileTests : IAsyncLifetime
{
    private static readonly ReconcileSchedule Nightly = ReconcileSchedule.Default;
    private RunningEngine _live = null!;
    private ScriptedStore _store = null!;
    private Connection _connection = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _live = await RunningEngine.PrepareAsync();
        _store = new ScriptedStore(_live.Time);
        _store.Put(Some.Customer("1", 0, "ada@example.com"));
        _store.Put(Some.Order("1001", 0, "1"));
        _connection = new Connection("shop-main", _store, _live.Portal, "shop", "page") { Reconcile = Nightly };
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public async Task What_somebody_changed_in_HubSpot_is_told_the_next_night_and_left_alone()
    {
        await RunAsync();
        await EditTotalAsync();
        ToTheNextNight();
        var turn = await _live.Turns.NextAsync(turn => turn.Drift is not null);
        Assert.Equal((1, null), (turn.Drift!.Differing, turn.Repair));
        Assert.Single(_live.Log.Warnings, line => line.StartsWith("shop-main: 1 record of ", StringComparison.Ordinal) && line.Contains("shop-main:order:1001 hs_total_price (value)", StringComparison.Ordinal));
        var overview = await _live.OverviewAsync();
        Assert.Contains("--repair mends them", Assert.Single(Assert.Single(overview.Connections).Notices));
        Assert.Equal("1 record", Assert.Single(overview.Recent, e => e.What == "differs").Title);
        Assert.Equal("1.00", await TotalAsync());
    }

    [Fact]
    public async Task With_repair_it_is_written_again_and_the_next_night_nothing_differs()
    {
        _connection = _connection with { Reconcile = Nightly with { Repair = true } };
        await RunAsync();
        var before = await TotalAsync();
        await EditTotalAsync();
        ToTheNextNight();
        Assert.Equal((null, 1), await RepairedAsync());
        await _live.Rounds.NextAsync(round => round.Written > 0);
        Assert.Equal(before, await TotalAsync());
        ToTheNextNight();
        Assert.Equal(0, (await _live.Turns.NextAsync(turn => turn.Drift is not null)).Drift!.Differing);
        Assert.Empty(Assert.Single((await _live.OverviewAsync()).Connections).Notices);

        async Task<(string?, int)> RepairedAsync() => await _live.Turns.NextAsync(turn => turn.Drift is not null) is { Repair: { } repair } ? (repair.Refused, repair.Marked) : throw new InvalidOperationException("nothing was repaired");
    }

    [Fact]
    public async Task A_restart_neither_does_it_twice_nor_forgets_it()
    {
        await RunAsync();
        ToTheNextNight();
        await _live.Turns.NextAsync(turn => turn.Drift is not null);
        await _live.StopAsync();
        await RunAsync();
        _live.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null((await _live.Turns.NextAsync()).Drift);   // done tonight
        await _live.StopAsync();
        _live.Time.Advance(TimeSpan.FromDays(3));   // three nights of which nobody was there
        _live.Run(_connection);
        Assert.NotNull((await _live.Turns.NextAsync()).Drift);
        _live.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null((await _live.Turns.NextAsync()).Drift);   // made up for once
    }

    [Fact]
    public async Task Nothing_is_compared_before_all_of_the_store_is_known()
    {
        _store.FailAfterPages = 0;
        _live.Run(_connection);
        await _live.Turns.NextAsync();
        await _live.Rounds.NextAsync(round => round.Problem is not null);
        ToTheNextNight();
        Assert.Null((await _live.Turns.NextAsync()).Drift);
        _store.FailAfterPages = null;
        _live.Time.Advance(TimeSpan.FromMinutes(5.1));
        await _live.Rounds.NextAsync(round => round is { Polled: true, Problem: null });
        _live.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, (await _live.Turns.NextAsync(turn => turn.Drift is not null)).Drift!.Differing);
    }

    [Fact]
    public async Task A_portal_that_refuses_is_told_once_and_asked_again()
    {
        await RunAsync();
        _live.PortalToken = "pat-na1-11111111-1111-4111-8111-111111111111";
        ToTheNextNight();
        Assert.NotNull((await _live.Turns.NextAsync()).Problem);
        _live.Time.Advance(TimeSpan.FromMinutes(5.1));
        Assert.NotNull((await _live.Turns.NextAsync()).Problem);
        Assert.Single(_live.Log.Warnings, line => line.Contains("could not be compared", StringComparison.Ordinal));
        _live.PortalToken = EmulatorServer.DefaultToken;
        _live.Time.Advance(TimeSpan.FromMinutes(10.1));
        Assert.NotNull((await _live.Turns.NextAsync()).Drift);
    }

    [Theory]
    [InlineData(ReconcileEvery.Day, "2026-03-04T02:59:00Z", "2026-03-04T03:00:00Z")]
    [InlineData(ReconcileEvery.Day, "2026-03-04T03:00:00Z", "2026-03-05T03:00:00Z")]
    [InlineData(ReconcileEvery.Day, "2026-12-31T23:00:00-05:00", "2027-01-02T03:00:00Z")]
    [InlineData(ReconcileEvery.Week, "2026-03-04T02:59:00Z", "2026-03-08T03:00:00Z")]
    [InlineData(ReconcileEvery.Week, "2026-03-08T03:00:00Z", "2026-03-15T03:00:00Z")]
    public void The_next_time_is_later_than_the_last(ReconcileEvery every, string last, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), (Nightly with { Every = every }).After(DateTimeOffset.Parse(last)));

    /// <summary>Starts; the first round is over when this returns, and the schedule has had its first look at the clock.</summary>
    private async Task RunAsync()
    {
        _live.Run(_connection);
        await _live.Rounds.NextAsync(round => round is { Polled: true, Problem: null });
        await _live.Turns.NextAsync();
    }

    private void ToTheNextNight() => _live.Time.Advance(Nightly.After(_live.Time.GetUtcNow()) - _live.Time.GetUtcNow() + TimeSpan.FromMinutes(1));

    private async Task<CrmRecord> OrderAsync() => Assert.Single(await _live.Portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_total_price"] }, null, Token).ToListAsync(Token));

    private async Task<string?> TotalAsync() => (await OrderAsync())["hs_total_price"];

    private async Task EditTotalAsync() => await _live.Portal.Orders.UpdateAsync((await OrderAsync()).Id, new Dictionary<string, string?> { ["hs_total_price"] = "1.00" }, null, Token);
}
