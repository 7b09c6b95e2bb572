using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.RateLimits;

public sealed class RollingWindowTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_place_comes_back_one_window_after_the_answer()
    {
        using var window = new RollingWindow(1, s_length, _time);
        var mark = await window.EnterAsync("", TestContext.Current.CancellationToken);
        var waiting = window.EnterAsync("", TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        window.Answered(mark);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_timer_that_strikes_a_moment_too_early_leaves_nobody_waiting_for_ever()
    {
        for (var at = -4; at < 12; at++)   // the place comes back at one of these ticks
        {
            var clock = new EarlyClock();
            using var window = new RollingWindow(1, s_length, clock);
            window.Answered(await window.EnterAsync("", TestContext.Current.CancellationToken));
            var waiting = window.EnterAsync("", TestContext.Current.CancellationToken).AsTask();
            clock.Stand(s_length.Ticks + at);
            for (var strikes = 0; strikes < 5 && clock.Strike(); strikes++) clock.Stand(s_length.Ticks * 2);
            Assert.True(waiting.IsCompletedSuccessfully, $"at {at}");
        }
    }

    [Fact]
    public async Task Callers_are_served_in_the_order_they_came_and_one_that_gives_up_holds_no_place()
    {
        using var window = new RollingWindow(1, s_length, _time);
        var mark = await window.EnterAsync("", TestContext.Current.CancellationToken);
        using var impatient = new CancellationTokenSource();
        var first = window.EnterAsync("", impatient.Token).AsTask();
        var second = window.EnterAsync("", TestContext.Current.CancellationToken).AsTask();
        var third = window.EnterAsync("", TestContext.Current.CancellationToken).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        window.Answered(mark);
        _time.Advance(TimeSpan.FromSeconds(10.1));
        await second.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task A_place_given_back_while_a_call_was_under_way_is_not_taken_for_somebody_elses()
    {
        using var window = new RollingWindow(10, s_length, _time);
        window.Answered(await window.EnterAsync("", TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(9.99));
        var mark = await window.EnterAsync("", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(0.1));   // the first place comes back before the second answer
        window.Answered(mark, 10, 8);
        Assert.Equal(1, window.Used);
    }

    [Fact]
    public async Task Calls_of_somebody_else_take_places()
    {
        using var window = new RollingWindow(10, s_length, _time);
        var mark = await window.EnterAsync("", TestContext.Current.CancellationToken);
        window.Answered(mark, 10, 4);
        Assert.Equal(6, window.Used);
    }

    [Fact]
    public async Task A_caller_with_one_call_is_not_held_up_by_one_with_a_thousand()
    {
        using var window = new RollingWindow(1, s_length, _time);
        var mark = await window.EnterAsync("import", TestContext.Current.CancellationToken);
        var import = Enumerable.Range(0, 1000).Select(_ => window.EnterAsync("import", TestContext.Current.CancellationToken).AsTask()).ToList();
        var person = window.EnterAsync("person", TestContext.Current.CancellationToken).AsTask();
        window.Answered(mark);
        _time.Advance(TimeSpan.FromSeconds(10.1));
        window.Answered(await import[0]);
        Assert.False(person.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10.1));
        await person;   // in turn, after one of the thousand
        Assert.Equal(1, import.Count(call => call.IsCompleted));
    }

    /// <summary>A clock that goes on by a tick whenever it is looked at, and whose timer strikes when the test says.</summary>
    private sealed class EarlyClock : TimeProvider, ITimer
    {
        private long _ticks;
        private bool _armed;
        private Action _struck = () => { };

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks++;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _struck = () => callback(state);
            return this;
        }

        public void Stand(long ticks) => _ticks = ticks;

        /// <returns>Whether it was set.</returns>
        public bool Strike()
        {
            if (!_armed) return false;
            _armed = false;
            _struck();
            return true;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _armed = dueTime != Timeout.InfiniteTimeSpan;

        public void Dispose() => _armed = false;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
