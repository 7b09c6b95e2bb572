using System.Diagnostics;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests.RateLimits;

/// <summary>Clients in processes of their own, on one account and app.</summary>
public sealed class SharedBudgetTests : IDisposable
{
    private const int Limit = 190;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spoke-budget-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Four_processes_use_the_window_to_the_full_and_none_is_refused()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Pro);
        var clients = await StartAsync(portal, 4, seconds: 30);
        var results = await Task.WhenAll(clients.Select(ResultAsync));
        Assert.True(results.Sum(r => r.Refused) == 0, Said(results));
        Assert.True(results.Sum(r => r.Done) >= 0.95 * 3 * Limit, Said(results));
        // How even the parts are shows SharedWindowTests by its own clock: a process the machine holds up leaves its part to the others, and may.
        Assert.True(results.All(part => part.Done >= 0.7 * Limit / 4), Said(results));
        Assert.DoesNotContain(await portal.JournalAsync(), call => call.Status == 429);
    }

    [Fact]
    public async Task Who_comes_late_has_its_part_within_a_window()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Pro);
        var busy = await StartAsync(portal, 3, seconds: 35);
        await portal.UnderWayAsync(Limit + 10);   // the second window has begun, and the three have all of it
        var late = await StartAsync(portal, 1, seconds: 19);
        var part = await ResultAsync(late[0]);
        var results = await Task.WhenAll(busy.Select(ResultAsync));
        Assert.True(part.Done >= 0.7 * Limit / 4, Said([part, .. results]));
        Assert.True(part.Refused + results.Sum(r => r.Refused) == 0, Said(results));
    }

    [Fact]
    public async Task A_process_killed_with_calls_under_way_holds_up_nobody_and_its_calls_still_count()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Pro);
        var clients = await StartAsync(portal, 4, seconds: 30);
        foreach (var killed in clients[..2])
        {
            await portal.UnderWayAsync(40);
            killed.Kill();
        }
        var results = await Task.WhenAll(clients[2..].Select(ResultAsync));
        Assert.True(results.Sum(r => r.Refused) == 0, Said(results));
        // The first window is partly theirs; the others go to those that live.
        Assert.True(results.Sum(r => r.Done) >= 0.95 * 2 * Limit, Said(results));
        Assert.DoesNotContain(await portal.JournalAsync(), call => call.Status == 429);
        foreach (var killed in clients[..2]) killed.Dispose();
    }

    private static string Said(IEnumerable<(int Done, int Refused)> results) => string.Join(", ", results.Select(r => $"{r.Done} done and {r.Refused} refused"));

    private async Task<Process[]> StartAsync(EmulatedPortal portal, int count, int seconds)
    {
        var started = Enumerable.Range(0, count).Select(_ => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Program.BudgetVerb, portal.BaseUrl.ToString(), _folder.FullName, seconds.ToString(), "8"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!).ToArray();
        foreach (var process in started) Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(Stop));
        foreach (var process in started) await process.StandardInput.WriteLineAsync("go".AsMemory(), Stop);
        return started;
    }

    private static async Task<(int Done, int Refused)> ResultAsync(Process process)
    {
        using (process)
        {
            var parts = (await process.StandardOutput.ReadLineAsync(Stop) ?? throw new InvalidOperationException("the client ended early")).Split(' ');
            await process.WaitForExitAsync(Stop);
            return (int.Parse(parts[0]), int.Parse(parts[1]));
        }
    }
}
