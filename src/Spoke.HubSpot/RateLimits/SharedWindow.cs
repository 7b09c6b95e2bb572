namespace Spoke.HubSpot;

/// <summary>
/// A rolling window shared by the processes of one machine through a <see cref="WindowFile"/>. Places are taken from the file in blocks, as many
/// as wait and a few more while the window is half empty, and used ones are reported within a quarter of a second; between these the file is not
/// touched. What a process holds is leased for two seconds and renewed: if it dies, its places count as used when the lease ends.
/// What comes free goes first to the process that had least of the last window; callers within a process are served in turn.
/// </summary>
internal sealed class SharedWindow : IWindow
{
    private sealed class Waiter() : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public CancellationTokenRegistration Cancellation { get; set; }
    }

    private const long LeaseMs = 2_000;
    private const long RenewMs = 250;
    private const long LookAgainMs = 20;
    private const int Spare = 8;
    private readonly Lock _gate = new();
    private readonly WindowFile _file;
    private readonly TimeProvider _time;
    private readonly long _lengthMs;
    private readonly bool _probe;
    private readonly ITimer _timer;
    private readonly WaitingLine<Waiter> _waiting = new();
    private readonly List<long> _answered = [];   // when places of answered calls come back, not yet reported
    private readonly Queue<long> _mine = [];      // the same of those reported, while they cool
    private long _me;
    private int _waiters;
    private int _free;                            // places held and not yet used
    private int _inFlight;
    private bool _idle = true;                    // nothing was used since the file was last touched
    private long _leaseUntil;
    private long _used;                           // of the window, as last read
    private long _mark;                           // used less ever taken, as last read
    private long _nextLook;                       // before this, looking is of no use
    private long _blockFor;
    private long _dayClosedUntil;
    private bool _learnt;
    private int _limit;
    private int? _newLimit;
    private long? _beyond;                        // what the server counted beyond our mark, at most
    private bool _heard;
    private bool _disposed;

    /// <param name="probe">Let one call go alone where no answer of the last window told how it stands.</param>
    public SharedWindow(WindowFile file, int limit, TimeSpan length, TimeProvider time, Random random, bool probe = false)
    {
        (_file, _limit, _time, _lengthMs, _probe) = (file, limit, time, (long)length.TotalMilliseconds, probe);
        lock (random) _me = random.NextInt64(1, long.MaxValue);
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Limit
    {
        get { lock (_gate) return _limit; }
        set
        {
            lock (_gate)
            {
                _newLimit = _limit = value;
                TouchLocked();
            }
        }
    }

    public int Used { get { lock (_gate) { TouchLocked(); return (int)_used; } } }

    /// <summary>UTC ticks until which the account's day is used up, as any of the processes was told.</summary>
    public long DayClosedUntil
    {
        get { lock (_gate) return _dayClosedUntil; }
        set
        {
            lock (_gate)
            {
                _dayClosedUntil = value;
                TouchLocked();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> EnterAsync(string caller, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<long>(cancellationToken);
        lock (_gate)
        {
            if (_waiting.IsEmpty && _free > 0 && Now < _leaseUntil) return new ValueTask<long>(Take());
            var waiter = new Waiter();
            var leave = _waiting.Add(caller, waiter);
            _waiters++;
            waiter.Cancellation = cancellationToken.UnsafeRegister(_ => Abandon(waiter, leave, cancellationToken), null);
            if (Now >= _nextLook) TouchLocked();
            return new ValueTask<long>(waiter.Task);
        }
    }

    /// <inheritdoc/>
    public void Answered(long mark, int? limit = null, int? remaining = null)
    {
        lock (_gate)
        {
            _inFlight--;
            _answered.Add(Back);
            _heard = true;
            if (limit is > 0) _newLimit = _limit = limit.Value;
            // The server counted at most what all of us held when this call left and what we took since; the rest is somebody else's.
            if (remaining is { } left) _beyond = Math.Max(_beyond ?? long.MinValue, _limit - left - mark);
            if (_probe && !_learnt) TouchLocked();
        }
    }

    /// <inheritdoc/>
    public void GiveBack()
    {
        lock (_gate)
        {
            _inFlight--;
            _free++;
            ServeLocked();
        }
    }

    /// <inheritdoc/>
    public void Block(TimeSpan wait)
    {
        lock (_gate)
        {
            _blockFor = Math.Max(_blockFor, (long)Math.Ceiling(wait.TotalMilliseconds));
            _free = 0;
            TouchLocked();
        }
    }

    /// <summary>A call that went before the window was shared.</summary>
    public void CountEarlier(int calls)
    {
        lock (_gate)
        {
            for (var i = 0; i < calls; i++) _answered.Add(Back);
            TouchLocked();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            _free = 0;
            for (; _inFlight > 0; _inFlight--) _answered.Add(Back);
            if (_leaseUntil > 0) TouchLocked();
        }
    }

    private long Now => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    /// <summary>When the place of a call answered now comes back. Both clocks count whole milliseconds, and not the same ones.</summary>
    private long Back => Now + _lengthMs + 2;

    private void Look()
    {
        lock (_gate)
            if (!_disposed) TouchLocked();
    }

    private void TouchLocked()
    {
        var now = Now;
        var next = now + RenewMs;
        var had = _file.Update(state =>
        {
            state.Pass(now, _lengthMs, LeaseMs);
            Report(state, now);
            var slot = Mine(state);
            if (_waiters == 0 && _idle) _free = 0;   // others may need them
            slot.Held = _inFlight + _free;
            slot.Wanting = _waiters;
            slot.LeaseUntil = now + LeaseMs;
            while (_mine.TryPeek(out var back) && back <= now) _mine.Dequeue();
            slot.Cooling = _mine.Count;
            var room = state.Room(now, _lengthMs, _probe);
            var others = state.Contenders(_me, now, now + LeaseMs - 2 * RenewMs);
            // A busy process that was just served wants more soon, so its part is kept for it: as long as it takes to use what it has at half its pace.
            var taken = FairShare.Of(room, new FairShare(slot.Held + slot.Cooling, Wanted(state, room)), [.. others.Select(other => new FairShare(other.Held + other.Cooling, state.Limit))]);
            if (taken > 0) slot.BusyUntil = now + Math.Min(RenewMs, taken * _lengthMs * (others.Count + 1) / (2 * Math.Max(1, state.Limit)));
            slot.Held += taken;
            state.Taken += taken;
            _free += taken;
            slot.Wanting = Math.Max(0, _waiters - _free);
            if (slot.Held == 0 && _waiters == 0) state.Slots.Remove(_me);
            _learnt = state.IsLearnt(now, _lengthMs);
            (_used, _leaseUntil, _dayClosedUntil, _limit) = (state.Used, now + LeaseMs, state.DayClosedUntil, state.Limit);
            _mark = _used - state.Taken;
            if (_probe && !_learnt) next = Math.Min(next, now + LookAgainMs);
            else if (room > taken) next = now + LookAgainMs;
            else if (state.BlockedUntil > now) next = Math.Min(next, state.BlockedUntil);
            else if (state.Cooling.Count > 0) next = Math.Min(next, state.Cooling.First().Key);
        });
        if (!had) next = now + LookAgainMs;
        else _idle = true;
        ServeLocked();
        _nextLook = _waiters > 0 ? next : now;   // who comes when nobody waits may find room
        if (_disposed || (had && _waiters == 0 && _inFlight == 0 && _free == 0 && _answered.Count == 0)) return;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, (_waiters > 0 || !had ? next : now + RenewMs) - now)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>What this process learnt since it last touched the file.</summary>
    private void Report(WindowState state, long now)
    {
        if (_newLimit is { } limit) state.Limit = limit;
        else if (state.Limit <= 0) state.Limit = _limit;
        foreach (var until in _answered)
        {
            state.Cool(until, 1, _lengthMs);
            _mine.Enqueue(until);
        }
        if (_heard) state.LearntAt = now;
        if (_beyond is { } beyond && Math.Min(beyond - state.Taken, state.Limit) is > 0 and var foreign)
        {
            state.Cool(now + _lengthMs, (int)foreign, _lengthMs);
            state.Taken += foreign;
        }
        if (_blockFor > 0) state.BlockedUntil = Math.Max(state.BlockedUntil, now + _blockFor);
        state.DayClosedUntil = Math.Max(state.DayClosedUntil, _dayClosedUntil);
        _answered.Clear();
        (_newLimit, _beyond, _heard, _blockFor) = (null, null, false, 0);
    }

    /// <summary>Our slot. If the lease ran out (the machine slept, the process was stopped), what was held and not used is gone.</summary>
    private WindowState.Slot Mine(WindowState state)
    {
        if (state.Slots.TryGetValue(_me, out var slot)) return slot;
        _free = 0;
        return state.Slots[_me] = new WindowState.Slot();
    }

    private int Wanted(WindowState state, int room) => _waiters == 0 ? 0 : Math.Max(0, _waiters - _free) + (room > state.Limit / 2 && room > 1 ? Spare : 0);

    private void ServeLocked()
    {
        while (_free > 0 && !_waiting.IsEmpty)
        {
            var first = _waiting.TakeFirst();
            _waiters--;
            first.Cancellation.Unregister();
            first.TrySetResult(Take());
        }
    }

    private long Take()
    {
        _free--;
        _inFlight++;
        _idle = false;
        return _mark;
    }

    private void Abandon(Waiter waiter, Func<bool> leave, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!leave()) return;   // it was served already
            _waiters--;
            waiter.TrySetCanceled(cancellationToken);
        }
    }
}
