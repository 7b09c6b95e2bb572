namespace Spoke.Sync.Tests.Simulation;

/// <summary>
/// One life of the engine's process. It can be set to end at a later call or commit: from then on nothing leaves it any more and nothing of it reaches the database,
/// whatever its code still tries.
/// </summary>
internal sealed class Life : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private int _left = int.MaxValue;
    private string? _at;

    public CancellationToken Token => _end.Token;
    public bool Over { get; private set; }

    /// <summary>What it died of; null while it lives.</summary>
    public string? Where { get; private set; }

    /// <summary>It ends at the so many-eth boundary from now: a call before it is sent, an answer before it is read, a commit before or after it is made.</summary>
    public void EndAfter(int boundaries)
    {
        lock (_gate) _left = boundaries;
    }

    /// <summary>It ends at the next boundary of this kind.</summary>
    public void EndAt(string boundary)
    {
        lock (_gate) _at = boundary;
    }

    /// <summary>It does not end by itself any more.</summary>
    public void Spare()
    {
        lock (_gate) (_left, _at) = (int.MaxValue, null);
    }

    /// <returns>Whether it has ended, here or before.</returns>
    public bool Passes(string boundary)
    {
        lock (_gate)
        {
            if (Over) return true;
            if (boundary != _at && (_left == int.MaxValue || --_left > 0)) return false;
            (Over, Where) = (true, boundary);
        }
        _end.Cancel();
        return true;
    }

    public void End(string where)
    {
        lock (_gate)
        {
            if (Over) return;
            (Over, Where) = (true, where);
        }
        _end.Cancel();
    }

    public void Dispose() => _end.Dispose();
}
