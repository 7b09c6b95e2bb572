using System.Diagnostics;

namespace Spoke.Bench;

/// <summary>Processor time a thing takes: what a busy machine does not distort as it does the clock.</summary>
internal sealed class ProcessorCost(Process? process = null)
{
    private double _times;
    private TimeSpan _used;

    public double Microseconds => _used.TotalMicroseconds / _times;

    public async Task<double> OfAsync(Func<Task<double>> perSecond, TimeSpan length)
    {
        var before = Used();
        var rate = await perSecond();
        _used += Used() - before;
        _times += rate * length.TotalSeconds;
        return rate;
    }

    private TimeSpan Used()
    {
        process?.Refresh();
        return process?.TotalProcessorTime ?? Environment.CpuUsage.TotalTime;
    }
}
