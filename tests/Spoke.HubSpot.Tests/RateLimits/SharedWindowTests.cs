using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.RateLimits;

/// <summary>Several windows on one file, as several processes would have them, on a clock that the test moves.</summary>
public sealed class SharedWindowTests : IDisposable
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(10);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spoke-window-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly List<string> _warnings = [];
    private int _files;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, _files + ".calls");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Together_they_never_exceed_the_limit_and_use_95_percent_of_it() =>
        Gen.Select(Gen.Int[2, 5], Gen.Int[60, 250], Gen.Int[1, 150], Gen.Int[0, int.MaxValue]).Sample((processes, limit, latencyMs, seed) =>
        {
            using var run = Run(Enumerable.Repeat(8, processes), limit, latencyMs, seed);
            run.Advance(TimeSpan.FromSeconds(40));
            Assert.Equal(0, run.Refused);
            Assert.True(run.Counted >= 0.95 * limit * 4, $"{run.Counted} of {limit * 4} by {processes} with up to {latencyMs} ms each way");
        }, iter: 6, threads: 1);

    [Fact]
    public void An_app_that_shares_no_file_is_noticed_by_what_the_server_says_and_yielded_to()
    {
        using var run = Run([8, 8, 8], 190, 40, seed: 7);
        run.ForeignEvery = s_length / 60;
        run.Advance(TimeSpan.FromSeconds(60));
        Assert.True(run.Refused <= 0.05 * run.Counted, $"{run.Refused} refused, {run.Counted} counted");
        Assert.True(run.Counted + run.Foreign >= 0.85 * 190 * 6, $"{run.Counted} ours and {run.Foreign} foreign of {190 * 6}");
    }

    [Fact]
    public async Task What_a_dead_process_held_counts_until_nobody_can_still_count_it_and_then_comes_back()
    {
        // Its clock stands still from now on, so that nothing renews its lease, as if it had been killed.
        var stopped = new FakeTimeProvider(_time.GetUtcNow());
        using var dead = new SharedWindow(new WindowFile(File, stopped, _warnings.Add), 10, s_length, stopped, new Random(3));
        for (var i = 0; i < 10; i++) await dead.EnterAsync("", Stop);
        using var alive = Window(10);
        var waiting = alive.EnterAsync("", Stop).AsTask();
        Advance(11.9);
        Assert.False(waiting.IsCompleted);
        Advance(0.6);
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_write_that_was_cut_off_leaves_what_was_there_before(int cut)
    {
        using (var window = Window(10))
            for (var i = 0; i < 4; i++)
            {
                window.Answered(await window.EnterAsync("", Stop));
                Advance(0.3);
            }
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Stop);
        for (var i = 60; i < 90; i++) bytes[(cut * 32 * 1024) + i] ^= 0xff;
        await System.IO.File.WriteAllBytesAsync(File, bytes, Stop);
        using var next = Window(10);
        Assert.InRange(next.Used, 3, 10);   // what was used counts still; a state that was lost would tell 0
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no window at all")]
    public async Task A_file_that_holds_no_window_is_begun_anew(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text, Stop);
        using var window = Window(10);
        Assert.True(window.EnterAsync("", Stop).IsCompletedSuccessfully);
        using var other = Window(10);
        Assert.InRange(other.Used, 1, 9);   // the one place, and some leased beside it
    }

    [Fact]
    public async Task A_file_that_somebody_holds_is_waited_for()
    {
        using var window = Window(10);
        Task<long> entered;
        using (new FileStream(File, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            entered = window.EnterAsync("", Stop).AsTask();
            Assert.False(entered.IsCompleted);
        }
        Advance(0.1);
        await entered.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_place_that_cannot_be_written_costs_the_sharing_and_not_the_call()
    {
        Directory.CreateDirectory(File);   // a folder where the file should be
        using var window = Window(10);
        Assert.True(window.EnterAsync("", Stop).IsCompletedSuccessfully);
        Assert.NotEmpty(_warnings);
    }

    [Fact]
    public async Task Callers_who_give_up_hold_no_place_in_any_process()
    {
        using var window = Window(1);
        using var other = Window(1);
        var mark = await window.EnterAsync("", Stop);
        using var impatient = new CancellationTokenSource();
        var gone = window.EnterAsync("", impatient.Token).AsTask();
        var next = other.EnterAsync("", Stop).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        window.Answered(mark);
        Advance(10.5);
        await next.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Theory]
    [InlineData(8, 8, 8, 8)]
    [InlineData(64, 8, 8, 8)]
    [InlineData(64, 2, 1)]
    public void Each_busy_process_gets_its_part_of_every_window_however_many_callers_it_has(params int[] callers)
    {
        using var run = Run(callers, 190, 10, seed: 5);
        run.Advance(s_length);   // the first begins with who comes first
        for (var window = 0; window < 3; window++)
        {
            var before = run.CountedOf.ToArray();
            run.Advance(s_length);
            Assert.All(run.CountedOf.Zip(before, (after, earlier) => after - earlier), part => Assert.InRange(part, 0.8 * 190 / callers.Length, 1.25 * 190 / callers.Length));
        }
        Assert.Equal(0, run.Refused);
        Assert.True(run.Counted >= 0.95 * 190 * 4, $"{run.Counted} of {190 * 4}");
    }

    [Theory]
    [InlineData(3, 8)]
    [InlineData(3, 1)]
    public void Who_starts_late_among_busy_ones_has_its_part_within_a_window(int busy, int callers)
    {
        using var run = Run([.. Enumerable.Repeat(16, busy), callers], 190, 10, seed: 9);
        run.Sleep(busy);
        run.Advance(s_length * 1.3);
        run.Wake(busy);
        run.Advance(s_length);
        Assert.True(run.CountedOf[busy] >= 0.8 * 190 / (busy + 1), $"{string.Join(", ", run.CountedOf)}");
        run.Advance(s_length);
        Assert.Equal(0, run.Refused);
        Assert.InRange(run.CountedOf[busy], 2 * 0.8 * 190 / (busy + 1), 2 * 1.25 * 190 / (busy + 1));
    }

    [Fact]
    public void Who_wants_little_leaves_the_rest_to_the_others()
    {
        Assert.Equal(7, FairShare.Of(10, new FairShare(0, 20), [new FairShare(0, 2), new FairShare(0, 1)]));
        Assert.Equal(10, FairShare.Of(10, new FairShare(0, 20), [new FairShare(100, 20)]));
        Assert.Equal(0, FairShare.Of(10, new FairShare(100, 20), [new FairShare(0, 20)]));
        Assert.Equal(1, FairShare.Of(1, new FairShare(4, 1), [new FairShare(4, 1)]));   // whoever looks first
    }

    private WindowRun Run(IEnumerable<int> callers, int limit, int latencyMs, int seed)
    {
        _files++;
        return new WindowRun(_time, [.. callers.Select((count, i) => (Window(100, probe: true, seed: i + 1), count))], limit, s_length, latencyMs, seed);
    }

    private SharedWindow Window(int limit, bool probe = false, int seed = 0) => new(new WindowFile(File, _time, _warnings.Add), limit, s_length, _time, new Random(seed == 0 ? Random.Next() : seed), probe);

    private Random Random { get; } = new(11);

    private void Advance(double seconds)
    {
        for (var end = _time.GetUtcNow().AddSeconds(seconds); _time.GetUtcNow() < end;) _time.Advance(TimeSpan.FromMilliseconds(25));
    }
}
