namespace Spoke.Emulator.Faults;

/// <summary>The faults that wait to be played, the oldest first: that is the order in which they are.</summary>
internal sealed class FaultList
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private int _lastId;
    private volatile bool _any;

    public IReadOnlyList<Fault> All { get { lock (_gate) return [.. _faults]; } }

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            fault.Id = ++_lastId;
            _faults.Add(fault);
            _any = true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
            _lastId = 0;
            _any = false;
        }
    }

    /// <summary>Clears those that name this portal.</summary>
    public void Clear(long hub)
    {
        lock (_gate)
        {
            _faults.RemoveAll(fault => fault.Match.HubId == hub);
            _any = _faults.Count > 0;
        }
    }

    /// <summary>False: there is none of this number.</summary>
    public bool Remove(int id)
    {
        lock (_gate)
        {
            var removed = _faults.RemoveAll(fault => fault.Id == id) > 0;
            _any = _faults.Count > 0;
            return removed;
        }
    }

    /// <summary>False: there is none of this number.</summary>
    public bool Switch(int id, bool on)
    {
        lock (_gate)
        {
            if (_faults.Find(fault => fault.Id == id) is not { } found) return false;
            found.On = on;
            return true;
        }
    }

    /// <summary>Takes one play of the first fault that is played on this call.</summary>
    public Fault? Take(FaultedCall call)
    {
        if (!_any) return null;
        lock (_gate)
        {
            var fault = _faults.Find(f => f.Takes(call));
            if (fault is { Spent: true }) _faults.Remove(fault);
            _any = _faults.Count > 0;
            return fault;
        }
    }
}
