using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests;

/// <summary>A clock that stands still and tells when somebody begins to wait, so that a test moves it at the right moment and no other.</summary>
internal sealed class SignallingClock : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly List<(TimeSpan Least, TimeSpan Most, TaskCompletionSource<TimeSpan> Begun)> _listeners = [];

    /// <summary>Ends when a wait of such a length begins or has begun; each wait is told once.</summary>
    public Task<TimeSpan> WaitBegunAsync(TimeSpan least, TimeSpan most)
    {
        lock (_gate)
        {
            var known = _waits.FindIndex(wait => wait >= least && wait <= most);
            if (known >= 0)
            {
                var wait = _waits[known];
                _waits.RemoveAt(known);
                return Task.FromResult(wait);
            }
            var begun = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            _listeners.Add((least, most, begun));
            return begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Tell(dueTime);
        return new Told(this, timer);
    }

    private void Tell(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero) return;
        lock (_gate)
        {
            var listener = _listeners.FindIndex(one => wait >= one.Least && wait <= one.Most);
            if (listener < 0)
            {
                _waits.Add(wait);
                return;
            }
            var begun = _listeners[listener].Begun;
            _listeners.RemoveAt(listener);
            begun.SetResult(wait);
        }
    }

    private sealed class Told(SignallingClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.Tell(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
