namespace Spoke.Sync.Tests.Simulation;

/// <summary>Chance, all of it from the seed. Each part of the world has dice of its own, so that one more roll in one part changes nothing in another.</summary>
internal sealed class Dice(int seed, string part)
{
    private readonly Random _random = new(Mix(seed, part));
    private readonly Lock _gate = new();

    public bool Chance(double share)
    {
        lock (_gate) return _random.NextDouble() < share;
    }

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both among them.</summary>
    public int From(int low, int high)
    {
        lock (_gate) return _random.Next(low, high + 1);
    }

    public T Pick<T>(IReadOnlyList<T> among) => among[From(0, among.Count - 1)];

    public TimeSpan Ms(int low, int high) => TimeSpan.FromMilliseconds(From(low, high));

    private static int Mix(int seed, string part)
    {
        var mixed = 2166136261u ^ (uint)seed;
        foreach (var c in part) mixed = (mixed ^ c) * 16777619u;
        return (int)(mixed & 0x7FFFFFFF);
    }
}
