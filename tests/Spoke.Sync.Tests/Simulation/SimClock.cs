namespace Spoke.Sync.Tests.Simulation;

/// <summary>
/// The one clock of a simulated world. It moves when the world moves it, and when somebody in the engine waits: a wait takes no real time, the clock jumps to its end.
/// Deadlines move nothing; they strike when the clock comes past them.
/// </summary>
internal sealed class SimClock
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now;
    private long _numbers;

    public SimClock(DateTimeOffset start)
    {
        _now = start;
        Engine = new View(this, jumps: true);
        Portal = new View(this, jumps: false);
    }

    /// <summary>For the engine and its client.</summary>
    public TimeProvider Engine { get; }

    /// <summary>For the emulator, whose own alarms wait until their time has come.</summary>
    public TimeProvider Portal { get; }

    public DateTimeOffset Now { get { lock (_gate) return _now; } }

    public void Advance(TimeSpan by) => AdvanceTo(Now + by);

    private void AdvanceTo(DateTimeOffset target)
    {
        while (true)
        {
            Timer? due;
            lock (_gate)
            {
                due = _timers.Where(timer => timer.Due <= target).OrderBy(timer => timer.Due).ThenBy(timer => timer.Number).FirstOrDefault();
                if (due is null)
                {
                    if (target > _now) _now = target;
                    return;
                }
                if (due.Due > _now) _now = due.Due!.Value;
                due.Next();
            }
            due.Strike();
        }
    }

    private sealed class View(SimClock clock, bool jumps) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
        public override DateTimeOffset GetUtcNow() => clock.Now;
        public override long GetTimestamp() => clock.Now.UtcTicks;

        // A deadline is a token source's timer; everything else that sets one waits for it.
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(clock, callback, state, jumps && state is not CancellationTokenSource, dueTime, period);
    }

    private sealed class Timer : ITimer
    {
        private readonly SimClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly bool _jumps;
        private TimeSpan _period;

        public Timer(SimClock clock, TimerCallback callback, object? state, bool jumps, TimeSpan dueTime, TimeSpan period)
        {
            (_clock, _callback, _state, _jumps) = (clock, callback, state, jumps);
            Change(dueTime, period);
        }

        public DateTimeOffset? Due { get; private set; }
        public long Number { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._gate)
            {
                _clock._timers.Remove(this);
                _period = period;
                Due = null;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                (Due, Number) = (_clock._now + dueTime, ++_clock._numbers);
                _clock._timers.Add(this);
                if (!_jumps) return true;
            }
            // Not from within the call: whoever waits is not waiting yet.
            ThreadPool.UnsafeQueueUserWorkItem(static timer =>
            {
                if (timer.Due is { } due) timer._clock.AdvanceTo(due);
            }, this, preferLocal: false);
            return true;
        }

        /// <summary>Under the clock's lock.</summary>
        public void Next()
        {
            if (_period > TimeSpan.Zero) Due += _period;
            else
            {
                Due = null;
                _clock._timers.Remove(this);
            }
        }

        public void Strike() => _callback(_state);

        public void Dispose()
        {
            lock (_clock._gate)
            {
                Due = null;
                _clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
