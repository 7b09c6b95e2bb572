using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Scenarios;
using Spoke.Sync.Tests.Simulation;
using Wire = Spoke.Sync.Tests.Scenarios.Wire;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>Two processes write for one connection from one database: what is believed to be in HubSpot is what came there last.</summary>
public class TwoSendersTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly SimClock _clock = new(s_start);
    private PushRig _rig = null!;
    private long _version;

    protected virtual ISqlDialect? NewDatabase() => null;

    public async ValueTask InitializeAsync()
    {
        _rig = await PushRig.StartAsync(NewDatabase());
        await TotalAsync(1000);
        await _rig.PassAsync();
    }

    [Fact]
    public async Task Outcomes_that_would_be_heard_in_the_other_order_leave_the_newest_value_in_HubSpot()
    {
        await using var first = await SenderAsync(_clock);
        await using var second = await SenderAsync(_clock);
        await TotalAsync(2000);
        var held = first.HoldCall("/orders/batch/update");
        var slow = first.PushOrdersAsync();
        await held;
        await TotalAsync(3000);
        var heard = second.HoldAnswer("/orders/batch/update");
        var quick = second.PushAsync();
        await Task.WhenAny(heard, quick);
        first.LetGo();
        await slow;
        second.LetGo();
        await quick;
        await first.PushAsync();
        await AssertEndAsync("30.00");
    }

    [Fact]
    public async Task What_a_process_was_sending_when_it_died_is_sent_by_another_after_a_while_and_not_before()
    {
        await TotalAsync(2000);
        await DieSendingAsync(_clock);
        await TotalAsync(3000);
        await using var second = await SenderAsync(_clock);
        await second.PushAsync();
        Assert.Equal("10.00", await TotalInHubSpotAsync());
        var due = await second.DueInAsync();
        Assert.InRange(due!.Value, TimeSpan.FromSeconds(1), PushRound.LongestWait);
        _clock.Advance(due.Value);
        await second.PushAsync();
        await AssertEndAsync("30.00");
    }

    [Fact]
    public async Task A_clock_that_was_set_back_keeps_nothing_from_being_sent()
    {
        await TotalAsync(2000);
        await DieSendingAsync(new SimClock(s_start.AddDays(1)));
        await using var second = await SenderAsync(_clock);
        await second.PushAsync();
        Assert.Equal("20.00", await TotalInHubSpotAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_comes_later_than_the_one_that_took_its_place_is_written_over(bool underWay)
    {
        await using var first = await SenderAsync(_clock);
        await using var second = await SenderAsync(_clock);
        await TotalAsync(2000);
        var held = first.HoldCall("/orders/batch/update");
        var slow = first.PushOrdersAsync();
        await held;
        await TotalAsync(3000);
        _clock.Advance(TimeSpan.FromMinutes(2));
        var heard = second.HoldAnswer("/orders/batch/update");
        var quick = second.PushAsync();
        await heard;
        if (!underWay) second.LetGo();
        if (!underWay) await quick;
        Assert.Equal("30.00", await TotalInHubSpotAsync());
        first.LetGo();
        await slow;
        Assert.Equal("20.00", await TotalInHubSpotAsync());
        second.LetGo();
        await quick;
        await first.PushAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));
        await first.PushAsync();
        await AssertEndAsync("30.00");
    }

    [Fact]
    public async Task What_another_process_is_making_is_not_forgotten_before_it_is_made()
    {
        await using var first = await SenderAsync(_clock);
        await using var second = await SenderAsync(_clock);
        await _rig.EnterAsync(Some.Variant("1", 1, "TEA"));
        var held = first.HoldCall("/products/batch/upsert");
        var slow = first.PushAsync();
        await held;
        await _rig.EnterAsync(Some.Variant("1", 2, "TEA", deleted: true));
        await second.PushAsync();
        first.LetGo();
        await slow;
        await first.PushAsync();
        Assert.Empty(await _rig.AllAsync("products"));
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task What_a_process_planned_before_another_wrote_it_is_not_sent_any_more()
    {
        await TotalAsync(2000);
        var planned = await PlanAsync();
        await TotalAsync(3000);
        await using var second = await SenderAsync(_clock);
        await second.PushAsync();
        Assert.Empty(await Store(_clock).SendingAsync(planned, PushRig.Token));
        await new Pusher(_rig.Portal, PushRig.Name, Store(_clock), 1, NullLogger.Instance).PushAsync(planned, PushRig.Token);
        await AssertEndAsync("30.00");
    }

    [Fact]
    public async Task What_could_not_be_sent_is_free_for_the_other_at_once()
    {
        await using var first = await SenderAsync(_clock, attempts: 1);
        await TotalAsync(2000);
        await _rig.FaultAsync("lost-response", "*/orders/batch/update");
        await Assert.ThrowsAsync<HubSpotException>(first.PushAsync);
        await TotalAsync(1000);
        await using var second = await SenderAsync(_clock);
        await second.PushAsync();
        await AssertEndAsync("10.00");
    }

    private async Task AssertEndAsync(string total)
    {
        Assert.Equal(total, await TotalInHubSpotAsync());
        Assert.Equal(0, await WaitingAsync());
    }

    private Task TotalAsync(long minor) => _rig.EnterAsync(Some.Order("1", ++_version, email: "a@example.com", total: minor));

    private async Task<string?> TotalInHubSpotAsync() => (await _rig.OneAsync("orders", "shop-main:order:1", "hs_total_price"))["hs_total_price"];

    private Task<int> WaitingAsync() => _rig.Round(_rig.Portal, _clock.Engine).WaitingAsync(PushRig.Token);

    private OutcomeStore Store(SimClock clock) => new(_rig.Database, PushRig.Name, clock.Engine);

    private async Task<IReadOnlyList<PlanItem>> PlanAsync() => await (await _rig.PlannerAsync(_clock.Engine)).OfAsync("orders", ["shop-main:order:1"], PushRig.Token);

    /// <summary>A process notes what it sends and is no more.</summary>
    private async Task DieSendingAsync(SimClock clock) => Assert.Single(await Store(clock).SendingAsync(await PlanAsync(), PushRig.Token));

    private async Task<Sender> SenderAsync(SimClock clock, int attempts = 6) => new(_rig, await _rig.PlannerAsync(clock.Engine), clock.Engine, attempts);

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What one process pushes, over a line of its own on which a call or an answer can be held up.</summary>
    private sealed class Sender : IAsyncDisposable
    {
        private readonly Wire _wire = new();
        private readonly HubSpotClient _portal;
        private readonly PushRound _round;
        private readonly Pusher _pusher;
        private readonly Planner _planner;
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Sender(PushRig rig, Planner planner, TimeProvider time, int attempts)
        {
            _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = rig.Emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000, MaxAttempts = attempts }, _wire);
            _planner = planner;
            _round = rig.Round(_portal, time);
            _pusher = new Pusher(_portal, PushRig.Name, new OutcomeStore(rig.Database, PushRig.Name, time), 1, NullLogger.Instance);
        }

        public Task PushAsync() => _round.RunAsync(_planner, new PushTally(PushRig.Name), null, PushRig.Token);

        /// <summary>Orders as they stand now and no more, as a plan is carried out.</summary>
        public async Task PushOrdersAsync() => await _pusher.PushAsync(await _planner.NextAsync("orders", 100, null, PushRig.Token), PushRig.Token);

        public Task<TimeSpan?> DueInAsync() => _round.DueInAsync(PushRig.Token);

        /// <returns>Ends when a call is about to go out and waits.</returns>
        public Task HoldCall(string end)
        {
            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _wire.Sending = Holding(end, held);
            return held.Task;
        }

        /// <returns>Ends when HubSpot has carried a call out and its answer waits.</returns>
        public Task HoldAnswer(string end)
        {
            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _wire.Answered = Holding(end, held);
            return held.Task;
        }

        public void LetGo() => _go.TrySetResult();

        private Func<string, Task> Holding(string end, TaskCompletionSource held) => path =>
        {
            if (!path.EndsWith(end, StringComparison.Ordinal)) return Task.CompletedTask;
            held.TrySetResult();
            return _go.Task;
        };

        public ValueTask DisposeAsync()
        {
            _portal.Dispose();
            _wire.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
