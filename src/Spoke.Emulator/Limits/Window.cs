namespace Spoke.Emulator.Limits;

/// <summary>Arrivals of the last while.</summary>
internal sealed class Window
{
    private readonly Queue<long> _arrivals = new();

    public int Count(long now, long lengthMs)
    {
        while (_arrivals.TryPeek(out var first) && first <= now - lengthMs) _arrivals.Dequeue();
        return _arrivals.Count;
    }

    public void Add(long now) => _arrivals.Enqueue(now);
}
