namespace Spoke.Emulator.Faults;

/// <summary>A fault to be played on the calls it matches.</summary>
/// <param name="Method">Null: any.</param>
/// <param name="Path">Text the path begins with, or holds when it begins with <c>*</c>; null: any.</param>
/// <param name="Kind">One of <see cref="FaultList.Kinds"/>.</param>
internal sealed class Fault(string? method, string? path, string kind, int argument, int times)
{
    public string? Method { get; } = method;
    public string? Path { get; } = path;
    public string Kind { get; } = kind;

    /// <summary>Milliseconds of <c>slow</c> and <c>search-lag</c>.</summary>
    public int Argument { get; } = argument;

    /// <summary>How often it is still played.</summary>
    public int Left { get; set; } = times;

    public bool Matches(string method, string path) =>
        (Method is null || Method == method)
        && (Path is null || (Path.StartsWith('*') ? path.Contains(Path[1..], StringComparison.Ordinal) : path.StartsWith(Path, StringComparison.Ordinal)));
}

/// <summary>The faults that wait to be played, the oldest first.</summary>
internal sealed class FaultList
{
    /// <summary>What can be asked for; <c>slow</c> and <c>search-lag</c> take <c>:MS</c>.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "429-ten-secondly", "429-daily", "429-search", "423", "500", "502", "503", "504", "timeout", "slow", "lost-response", "half-batch", "search-lag", "hublet-move",
        "H01", "V02", "K01", "K02", "K03", "K05", "K06", "X01", "X02", "X09", "X10", "X11", "X12", "X14", "X15", "P01", "P03", "P05", "P06", "P07", "P08", "R05", "R06", "R09", "R11", "R14",
    ];

    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> All { get { lock (_gate) return [.. _faults]; } }

    public void Add(Fault fault)
    {
        lock (_gate) _faults.Add(fault);
    }

    public void Clear()
    {
        lock (_gate) _faults.Clear();
    }

    /// <summary>Takes one play of the first fault that matches.</summary>
    public Fault? Take(string method, string path)
    {
        lock (_gate)
        {
            if (_faults.Count == 0) return null;
            var fault = _faults.Find(f => f.Matches(method, path));
            if (fault is not null && --fault.Left <= 0) _faults.Remove(fault);
            return fault;
        }
    }
}
