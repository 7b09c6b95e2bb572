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

    /// <summary>How often it is still played.</summary>
    public int Left { get; set; } = times;

    public bool Matches(string method, string path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase))
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

    /// <summary>Takes one play of the first fault that matches.</summary>
    public Fault? Take(string method, string path)
    {
        if (!_any) return null;
        lock (_gate)
        {
            var fault = _faults.Find(f => f.Matches(method, path));
            if (fault is not null && --fault.Left <= 0) _faults.Remove(fault);
            _any = _faults.Count > 0;
            return fault;
        }
    }
}
