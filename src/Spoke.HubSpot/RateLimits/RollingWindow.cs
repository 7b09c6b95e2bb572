namespace Spoke.HubSpot;

/// <summary>
/// At most <c>limit</c> calls in any window of the given length, as the server counts them. The server counts a call somewhere between
/// its sending and its answer; a place is therefore given back one window after the answer, which can never be too early.
/// Waiters are served in the order they came.
/// </summary>
internal sealed class RollingWindow : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _length;
    private readonly Queue<long> _free = new();   // timestamps at which used places come back, rising
    private readonly LinkedList<TaskCompletionSource<long>> _waiting = new();
    private readonly ITimer _timer;
    private int _limit;
    private int _inFlight;
    private long _taken;                          // places ever taken, by us and by others
    private long _blockedUntil;

    public RollingWindow(int limit, TimeSpan length, TimeProvider time)
    {
        _limit = limit;
        _length = length;
        _time = time;
        _timer = time.CreateTimer(_ => Serve(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Limit { get { lock (_gate) return _limit; } }

    public int Used { get { lock (_gate) { Reclaim(); return _inFlight + _free.Count; } } }

    /// <summary>Takes a place, waiting for it in line if need be.</summary>
    /// <returns>A mark to hand to <see cref="Learn"/> with the call's answer.</returns>
    public async ValueTask<long> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<long>> node;
        lock (_gate)
        {
            Reclaim();
            if (_waiting.Count == 0 && HasRoom()) return Take();
            node = _waiting.AddLast(new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
            Arm();
        }
        await using var registration = cancellationToken.UnsafeRegister(_ => Abandon(node, cancellationToken), null);
        return await node.Value.Task.ConfigureAwait(false);
    }

    /// <summary>The answer has arrived, or never will.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _inFlight--;
            _free.Enqueue(After(_length));
            Arm();
        }
    }

    /// <summary>The server's own count: its limit, and how many places it says are left.</summary>
    public void Learn(int? limit, int? remaining, long mark)
    {
        lock (_gate)
        {
            if (limit is > 0) _limit = limit.Value;
            if (remaining is { } left)
            {
                Reclaim();
                // The server counted at most what was held when this call left and what was taken since; places given back in
                // between may still be in its count. Whatever is beyond that, somebody else with the same app has taken.
                var foreign = _limit - left - (mark + _taken);
                for (var i = 0; i < foreign; i++) _free.Enqueue(After(_length));
                if (foreign > 0) _taken += foreign;
            }
            ServeLocked();
        }
    }

    /// <summary>The server refused: nobody goes before this much time has passed.</summary>
    public void Block(TimeSpan wait)
    {
        lock (_gate)
        {
            _blockedUntil = Math.Max(_blockedUntil, After(wait));
            Arm();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Serve()
    {
        lock (_gate) ServeLocked();
    }

    private void ServeLocked()
    {
        Reclaim();
        while (_waiting.First is { } first && HasRoom())
        {
            _waiting.RemoveFirst();
            first.Value.TrySetResult(Take());
        }
        Arm();
    }

    private long Take()
    {
        _inFlight++;
        _taken++;
        return _inFlight + _free.Count - _taken;
    }

    private bool HasRoom() => _inFlight + _free.Count < _limit && _time.GetTimestamp() >= _blockedUntil;

    private void Reclaim()
    {
        var now = _time.GetTimestamp();
        while (_free.TryPeek(out var at) && at <= now) _free.Dequeue();
    }

    private void Arm()
    {
        if (_waiting.Count == 0) return;
        var now = _time.GetTimestamp();
        var next = _free.TryPeek(out var at) ? Math.Max(at, _blockedUntil) : _blockedUntil;
        if (next <= now && _inFlight + _free.Count >= _limit) return;   // only an answer can make room
        var wait = next <= now ? TimeSpan.FromMilliseconds(1) : _time.GetElapsedTime(now, next) + TimeSpan.FromMilliseconds(1);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private long After(TimeSpan wait) => _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);

    private void Abandon(LinkedListNode<TaskCompletionSource<long>> node, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (node.List is null) return;   // served already
            _waiting.Remove(node);
            node.Value.TrySetCanceled(cancellationToken);
        }
    }
}
