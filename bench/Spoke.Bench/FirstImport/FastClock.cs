using System.Globalization;

namespace Spoke.Bench.FirstImport;

/// <summary>
/// A clock that runs faster than the machine's by some rate, the same in every process that is told the same start. Everything between is real: the calls, the database, the
/// waiting, only shorter. With a rate of 1 it is the machine's own clock.
/// </summary>
internal sealed class FastClock(double rate, DateTimeOffset start) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => start + (System.GetUtcNow() - start) * rate;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (long)(System.GetTimestamp() * rate);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new FastTimer(System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period)), this);

    /// <summary>As arguments of a process, and back.</summary>
    public string[] ToArguments() => [rate.ToString(CultureInfo.InvariantCulture), start.ToString("O", CultureInfo.InvariantCulture)];

    public static FastClock Parse(string rate, string start) => new(double.Parse(rate, CultureInfo.InvariantCulture), DateTimeOffset.Parse(start, CultureInfo.InvariantCulture));

    private TimeSpan Shorter(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(1, (long)(time.Ticks / rate)));

    private sealed class FastTimer(ITimer timer, FastClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Shorter(dueTime), clock.Shorter(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
