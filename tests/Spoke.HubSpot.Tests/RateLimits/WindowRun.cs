using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.RateLimits;

/// <summary>Busy processes on one window, and a server that counts as HubSpot does, on a clock that this moves.</summary>
internal sealed class WindowRun : IDisposable
{
    private sealed class Process(SharedWindow window, int callers)
    {
        public SharedWindow Window => window;
        public int Callers => callers;
        public List<ValueTask<long>> Waiting { get; } = [];
        public int UnderWay { get; set; }
        public bool Sleeps { get; set; }
        public int Counted { get; set; }
    }

    private readonly FakeTimeProvider _time;
    private readonly List<Process> _processes;
    private readonly Random _random;
    private readonly int _limit;
    private readonly TimeSpan _length;
    private readonly int _latencyMs;
    private readonly PriorityQueue<Action, long> _events = new();
    private readonly Queue<long> _server = new();
    private long _nextForeign;

    /// <param name="processes">Each with the callers it has, who come back as soon as they are answered.</param>
    /// <param name="latencyMs">The longest way there, and back.</param>
    public WindowRun(FakeTimeProvider time, IEnumerable<(SharedWindow Window, int Callers)> processes, int limit, TimeSpan length, int latencyMs, int seed)
    {
        (_time, _limit, _length, _latencyMs, _random) = (time, limit, length, latencyMs, new Random(seed));
        _processes = [.. processes.Select(process => new Process(process.Window, process.Callers))];
        _nextForeign = Now;
    }

    /// <summary>How often somebody calls who shares no file.</summary>
    public TimeSpan? ForeignEvery { get; set; }
    public int Foreign { get; private set; }
    public int Refused { get; private set; }
    public int Counted => _processes.Sum(process => process.Counted);
    public IReadOnlyList<int> CountedOf => [.. _processes.Select(process => process.Counted)];

    private long Now => _time.GetTimestamp();

    public void Sleep(int process) => _processes[process].Sleeps = true;

    public void Wake(int process) => _processes[process].Sleeps = false;

    public void Advance(TimeSpan span)
    {
        for (var end = Now + span.Ticks; Now < end; _time.Advance(TimeSpan.FromMilliseconds(5)))
        {
            foreach (var process in _processes)
            {
                while (!process.Sleeps && process.Waiting.Count + process.UnderWay < process.Callers) process.Waiting.Add(process.Window.EnterAsync("", CancellationToken.None));
                foreach (var let in process.Waiting.Where(entered => entered.IsCompleted).ToList())
                {
                    process.Waiting.Remove(let);
                    Send(process, let.GetAwaiter().GetResult());
                }
            }
            for (; ForeignEvery is { } every && _nextForeign <= Now; _nextForeign += every.Ticks)
                if (Count()) Foreign++;
            while (_events.TryPeek(out _, out var due) && due <= Now) _events.Dequeue()();
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes) process.Window.Dispose();
    }

    private void Send(Process process, long mark)
    {
        process.UnderWay++;
        Later(() =>
        {
            if (Count()) process.Counted++;
            else Refused++;
            var left = _limit - _server.Count;
            Later(() =>
            {
                process.UnderWay--;
                process.Window.Answered(mark, _limit, left);
            });
        });
    }

    private bool Count()
    {
        while (_server.TryPeek(out var at) && at <= Now - _length.Ticks) _server.Dequeue();
        if (_server.Count >= _limit) return false;
        _server.Enqueue(Now);
        return true;
    }

    private void Later(Action action) => _events.Enqueue(action, Now + TimeSpan.FromMilliseconds(_random.NextDouble() * _latencyMs).Ticks);
}
