using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.RateLimits;

/// <summary>The window against a server that counts as HubSpot does, with any delays between sending, counting and answering.</summary>
public sealed class RollingWindowPropertyTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void In_no_window_the_server_counts_more_than_its_limit_and_with_waiting_work_it_counts_95_percent() =>
        Gen.Select(Gen.Int[20, 250], Gen.Int[1, 200], Gen.Int[0, int.MaxValue]).Sample((limit, latencyMs, seed) =>
        {
            var run = new Run(limit, latencyMs, seed);
            run.Advance(TimeSpan.FromSeconds(60));
            Assert.Equal(0, run.Refused);
            Assert.True(run.Counted >= 0.95 * limit * 6, $"{run.Counted} of {limit * 6} with up to {latencyMs} ms each way");
        }, iter: 12);

    [Fact]
    public void Foreign_calls_are_learnt_from_the_answers_and_made_room_for() =>
        Gen.Select(Gen.Int[100, 250], Gen.Int[1, 100], Gen.Int[0, int.MaxValue]).Sample((limit, latencyMs, seed) =>
        {
            // Somebody else with the same app uses a third of the limit, evenly.
            var run = new Run(limit, latencyMs, seed) { ForeignEvery = s_length / (limit / 3) };
            run.Advance(TimeSpan.FromSeconds(60));
            Assert.True(run.Refused <= 0.05 * run.Counted, $"{run.Refused} refused, {run.Counted} counted");
            Assert.True(run.Counted + run.Foreign >= 0.85 * limit * 6, $"{run.Counted} ours and {run.Foreign} foreign of {limit * 6}");
        }, iter: 12);

    [Fact]
    public async Task A_fresh_client_lets_one_call_go_and_learns_from_its_answer_what_is_left()
    {
        var time = new FakeTimeProvider();
        using var window = new RollingWindow(100, s_length, time, probe: true);
        var first = await window.EnterAsync("", TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 10).Select(_ => window.EnterAsync("", TestContext.Current.CancellationToken)).ToList();
        Assert.DoesNotContain(others, other => other.IsCompleted);
        window.Answered(first, 100, 3);   // somebody had used 96 before us
        Assert.Equal(3, others.Count(other => other.IsCompleted));
    }

    private sealed class Run
    {
        private readonly FakeTimeProvider _time = new();
        private readonly RollingWindow _window;
        private readonly Random _random;
        private readonly int _limit;
        private readonly int _latencyMs;
        private readonly List<ValueTask<long>> _waiting = [];
        private readonly PriorityQueue<Action, long> _events = new();
        private readonly Queue<long> _server = new();   // when it counted what it still holds
        private long _nextForeign;

        public Run(int limit, int latencyMs, int seed)
        {
            (_limit, _latencyMs, _random) = (limit, latencyMs, new Random(seed));
            _window = new RollingWindow(limit, s_length, _time, probe: true);
            _nextForeign = Now;
        }

        public TimeSpan? ForeignEvery { get; init; }

        public int Counted { get; private set; }

        public int Foreign { get; private set; }

        public int Refused { get; private set; }

        public void Advance(TimeSpan span)
        {
            for (var end = Now + span.Ticks; Now < end; _time.Advance(s_step))
            {
                while (_waiting.Count < 40) _waiting.Add(_window.EnterAsync("", CancellationToken.None));
                foreach (var let in _waiting.Where(waiting => waiting.IsCompleted).ToList())
                {
                    _waiting.Remove(let);
                    Send(let.GetAwaiter().GetResult());
                }
                for (; ForeignEvery is { } every && _nextForeign <= Now; _nextForeign += every.Ticks)
                    if (Count()) Foreign++;
                while (_events.TryPeek(out _, out var due) && due <= Now) _events.Dequeue()();
            }
        }

        private long Now => _time.GetTimestamp();

        private void Send(long mark) => Later(() =>
        {
            if (Count()) Counted++;
            else Refused++;
            var left = _limit - _server.Count;
            Later(() => _window.Answered(mark, _limit, left));
        });

        private bool Count()
        {
            while (_server.TryPeek(out var at) && at <= Now - s_length.Ticks) _server.Dequeue();
            if (_server.Count >= _limit) return false;
            _server.Enqueue(Now);
            return true;
        }

        private void Later(Action action) => _events.Enqueue(action, Now + TimeSpan.FromMilliseconds(_random.NextDouble() * _latencyMs).Ticks);
    }
}
