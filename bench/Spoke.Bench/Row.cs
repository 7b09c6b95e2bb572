namespace Spoke.Bench;

/// <summary>One line of the table.</summary>
internal sealed record Row(string Name, string What, Func<CancellationToken, Task<Figure>> Measure);

/// <summary>What was measured, and whether that is good enough.</summary>
internal sealed record Figure(string Result, string Target, bool Met, string Detail);

/// <summary>The middle of several rounds: one that something else disturbed does not count.</summary>
internal static class Rounds
{
    public static double Median(IEnumerable<double> rounds)
    {
        var sorted = rounds.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>How often a second a thing can be done by so many callers at once.</summary>
    public static async Task<double> PerSecondAsync(int callers, TimeSpan length, Func<CancellationToken, Task> once, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var count = 0L;
            for (; TimeProvider.System.GetElapsedTime(started) < length; count++) await once(cancellationToken);
            return count;
        }, cancellationToken)));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
