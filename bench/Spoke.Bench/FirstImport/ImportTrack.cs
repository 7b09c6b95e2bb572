using System.Globalization;
using Spoke.Sync;

namespace Spoke.Bench.FirstImport;

/// <summary>A tenth of some work.</summary>
/// <param name="PerSecond">How much of it a second of the import's clock.</param>
/// <param name="Memory">Most bytes in memory meanwhile.</param>
internal sealed record ImportTenth(double PerSecond, long Memory);

/// <summary>What an import says of itself while it runs: how fast it goes and what memory it holds, from beginning to end. Told aloud where <c>SPOKE_BENCH_PROGRESS</c> is set.</summary>
internal sealed class ImportTrack(FastClock clock, CountedWire wire) : IProgress<SyncProgress>
{
    private const int Parts = 10;
    private readonly bool _aloud = Environment.GetEnvironmentVariable("SPOKE_BENCH_PROGRESS") is not null;
    private readonly DateTimeOffset _began = clock.GetUtcNow();
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset At, int Read, long Memory)> _told = [];

    public void Report(SyncProgress value)
    {
        var (now, memory) = (clock.GetUtcNow(), Environment.WorkingSet);
        lock (_gate) _told.Add((now, value.Phase == "reading" ? value.Read : -1, memory));
        if (_aloud) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(now - _began).TotalSeconds,8:0} s  {value.Phase} read {value.Read} pushed {value.Pushed} waiting {value.Waiting} eta {value.Left.TotalSeconds:0} s  calls {wire.Count} managed {GC.GetTotalMemory(false) / 1e6:0} MB resident {memory / 1e6:0} MB"));
    }

    /// <summary>The reading of the orders, which come after everything else of the store.</summary>
    public IReadOnlyList<ImportTenth> Reading(int orders)
    {
        var pages = _told.Where(told => told.Read >= 0).ToList();
        return Tenths(pages[^1].Read - orders, orders, read => pages[Math.Min(pages.Count - 1, pages.FindIndex(page => page.Read >= read))].At);
    }

    /// <summary>The calls from the first written record to the last association.</summary>
    public IReadOnlyList<ImportTenth> Pushing()
    {
        var calls = wire.WhilePushing;
        return Tenths(0, calls.Count - 1, call => calls[call]);
    }

    private List<ImportTenth> Tenths(int first, int count, Func<int, DateTimeOffset> at) => [.. Enumerable.Range(0, Parts).Select(part =>
    {
        var (from, to) = (first + (int)((long)count * part / Parts), first + (int)((long)count * (part + 1) / Parts));
        var (began, ended) = (at(from), at(to));
        return new ImportTenth((to - from) / Math.Max(0.001, (ended - began).TotalSeconds), _told.Where(told => told.At >= began && told.At <= ended).Select(told => told.Memory).DefaultIfEmpty().Max());
    })];
}
