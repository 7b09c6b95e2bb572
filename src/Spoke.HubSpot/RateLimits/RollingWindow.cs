namespace Spoke.HubSpot;

/// <summary>
/// At most <c>limit</c> calls in any window of the given length, as the server counts them. The server counts a call somewhere between
/// its sending and its answer; a place is therefore given back one window after the answer, which can never be too early.
/// Callers who wait are served in turn (<see cref="WaitingLine{T}"/>).
/// </summary>
internal sealed class RollingWindow : IWindow
{
    private sealed class Waiter() : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public CancellationTokenRegistration Cancellation { get; set; }
    }

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _length;
    private readonly Queue<long> _cooling = new();   // timestamps at which used places come back, rising
    private readonly WaitingLine<Waiter> _waiting = new();
    private readonly ITimer _timer;
    private int _limit;
    private int _inFlight;
    private long _taken;                             // places ever taken, by us and by others
    private long _blockedUntil;
    private bool _probing;

    /// <param name="probe">Let one call go alone at first: its answer tells what others have left of the window.</param>
    public RollingWindow(int limit, TimeSpan length, TimeProvider time, bool probe = false)
    {
        _limit = limit;
        _length = length;
        _time = time;
        _probing = probe;
        _timer = time.CreateTimer(_ => Serve(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Limit
    {
        get { lock (_gate) return _limit; }
        set
        {
            lock (_gate)
            {
                _limit = value;
                ServeLocked();
            }
        }
    }

    public int Used { get { lock (_gate) { Reclaim(_time.GetTimestamp()); return _inFlight + _cooling.Count; } } }

    /// <inheritdoc/>
    public ValueTask<long> EnterAsync(string caller, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<long>(cancellationToken);
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            Reclaim(now);
            if (_waiting.IsEmpty && HasRoom(now)) return new ValueTask<long>(Take());
            var waiter = new Waiter();
            var leave = _waiting.Add(caller, waiter);
            waiter.Cancellation = cancellationToken.UnsafeRegister(_ => Abandon(waiter, leave, cancellationToken), null);
            ServeLocked();
            return new ValueTask<long>(waiter.Task);
        }
    }

    /// <inheritdoc/>
    public void Answered(long mark, int? limit = null, int? remaining = null)
    {
        lock (_gate)
        {
            _probing = false;
            _inFlight--;
            _cooling.Enqueue(After(_length));
            Learn(mark, limit, remaining);
            ServeLocked();
        }
    }

    /// <inheritdoc/>
    public void GiveBack()
    {
        lock (_gate)
        {
            _inFlight--;
            ServeLocked();
        }
    }

    /// <inheritdoc/>
    public void Block(TimeSpan wait)
    {
        lock (_gate)
        {
            _blockedUntil = Math.Max(_blockedUntil, After(wait));
            ServeLocked();
        }
    }

    public void Dispose() => _timer.Dispose();

    // The server counted at most what was held when this call left and what was taken since; places given back in
    // between may still be in its count. Whatever is beyond that, somebody else with the same app has taken.
    private void Learn(long mark, int? limit, int? remaining)
    {
        if (limit is > 0) _limit = limit.Value;
        if (remaining is not { } left) return;
        Reclaim(_time.GetTimestamp());
        var foreign = _limit - left - (mark + _taken);
        for (var i = 0; i < foreign; i++) _cooling.Enqueue(After(_length));
        if (foreign > 0) _taken += foreign;
    }

    private void Serve()
    {
        lock (_gate) ServeLocked();
    }

    // All by one moment: a place that came back between looking for places and asking when the next one comes would be missed by both.
    private void ServeLocked()
    {
        var now = _time.GetTimestamp();
        Reclaim(now);
        while (!_waiting.IsEmpty && HasRoom(now))
        {
            var first = _waiting.TakeFirst();
            first.Cancellation.Unregister();
            first.TrySetResult(Take());
        }
        Arm(now);
    }

    private long Take()
    {
        _inFlight++;
        _taken++;
        return _inFlight + _cooling.Count - _taken;
    }

    private bool HasRoom(long now) => _inFlight + _cooling.Count < (_probing ? 1 : _limit) && now >= _blockedUntil;

    private void Reclaim(long now)
    {
        while (_cooling.TryPeek(out var at) && at <= now) _cooling.Dequeue();
    }

    private void Arm(long now)
    {
        if (_waiting.IsEmpty) return;
        var next = _cooling.TryPeek(out var at) ? Math.Max(at, _blockedUntil) : _blockedUntil;
        if (next <= now) return;   // only an answer can make room
        _timer.Change(_time.GetElapsedTime(now, next) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    private long After(TimeSpan wait) => _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);

    private void Abandon(Waiter waiter, Func<bool> leave, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (leave()) waiter.TrySetCanceled(cancellationToken);   // else it was served already
        }
    }
}
