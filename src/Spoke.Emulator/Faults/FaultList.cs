namespace Spoke.Emulator.Faults;

/// <summary>A fault to be played on the calls it matches.</summary>
/// <param name="method">Null: any.</param>
/// <param name="path">Text the path begins with, or holds when it begins with <c>*</c>; null: any.</param>
/// <param name="kind">One of <see cref="FaultKinds.All"/>.</param>
/// <param name="argument">Milliseconds of <c>slow</c>.</param>
internal sealed class Fault(string? method, string? path, string kind, int argument, int times)
{
    public string? Method { get; } = method;
    public string? Path { get; } = path;
    public string Kind { get; } = kind;
    public int Argument { get; } = argument;

    /// <summary>Only for calls of this portal; null: of any.</summary>
    public long? HubId { get; init; }

    /// <summary>Only for calls with this token; null: with any, or none.</summary>
    public string? Token { get; init; }

    /// <summary>How often it is still played.</summary>
    public int Left { get; set; } = times;

    public bool Matches(string method, string path, long hub, string token) =>
        (HubId is null || HubId == hub) && (Token is null || Token == token) && (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        && (Path is null || (Path.StartsWith('*') ? path.Contains(Path[1..], StringComparison.Ordinal) : path.StartsWith(Path, StringComparison.Ordinal)));
}

/// <summary>The faults that wait to be played, the oldest first.</summary>
internal sealed class FaultList
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private volatile bool _any;

    public IReadOnlyList<Fault> All { get { lock (_gate) return [.. _faults]; } }

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault);
            _any = true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
            _any = false;
        }
    }

    /// <summary>Clears those that name this portal.</summary>
    public void Clear(long hub)
    {
        lock (_gate)
        {
            _faults.RemoveAll(fault => fault.HubId == hub);
            _any = _faults.Count > 0;
        }
    }

    /// <summary>Takes one play of the first fault that matches.</summary>
    /// <param name="hub">0 when nobody knows whose call it is.</param>
    public Fault? Take(string method, string path, long hub, string token)
    {
        if (!_any) return null;
        lock (_gate)
        {
            var fault = _faults.Find(f => f.Matches(method, path, hub, token));
            if (fault is not null && --fault.Left <= 0) _faults.Remove(fault);
            _any = _faults.Count > 0;
            return fault;
        }
    }
}
