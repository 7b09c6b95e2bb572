using System.Globalization;
using Spoke.Sync.Tests.Storage;

namespace Spoke.EndToEnd.Tests;

/// <summary>
/// <c>spoke serve</c> killed at random moments while people buy, contacts are edited and the store is read again, and started again, many times over.
/// <c>SPOKE_CRASH_KILLS</c> says how often, <c>SPOKE_CRASH_SEED</c> with which moments.
/// </summary>
public sealed class CrashLoopTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public Task Killed_again_and_again_on_SQLite_nothing_acknowledged_is_lost_and_nothing_is_there_twice() => RunAsync(null, _ => { });

    [Fact]
    public Task Killed_again_and_again_on_PostgreSQL_whose_server_restarts_too_nothing_acknowledged_is_lost_and_nothing_is_there_twice() =>
        RunAsync(cluster.NewKeptDatabase(), kill =>
        {
            if (kill % 5 == 2) cluster.Restart(immediately: kill % 2 == 0);
        });

    /// <param name="meanwhile">What happens while the program runs, before it is killed.</param>
    private static async Task RunAsync(string? database, Action<int> meanwhile)
    {
        var (kills, seed) = (Number("SPOKE_CRASH_KILLS") ?? 10, Number("SPOKE_CRASH_SEED") ?? 20260427);
        var dice = new Random(seed);
        await using var scene = await ServeScene.StartAsync(database, s_pace);
        var (code, _, error) = await scene.Sync.SyncAsync();   // killing a first pass is the matter of other tests
        Assert.True(code == 0, error);
        for (var kill = 0; kill < kills; kill++)
        {
            if (kill % 8 == 4) await scene.RereadAsync();   // it is killed in the middle of that too, and goes on
            await using var serve = await scene.ServeAsync();
            var edit = scene.EditAsync(new Random(seed + kill));
            meanwhile(kill);
            if (kill % 2 == 1) await scene.Line.NextAcknowledged.WaitAsync(s_patience, TimeProvider.System, TestContext.Current.CancellationToken);   // a slow machine gets that far too
            Assert.True(await serve.KillAfterAsync(TimeSpan.FromMilliseconds(dice.Next(50, 1500))), "serve ended by itself: " + serve.Error);
            scene.Line.Disconnect();
            await edit;
        }
        var acknowledged = scene.Line.Acknowledged.Count;
        await scene.AssertAcknowledgedIsKeptAsync();
        await scene.StopTrafficAsync();
        await using (var last = await scene.ServeAsync())
        {
            Assert.True(await RunningUp.UntilAsync(scene.IsDrainedAsync, s_patience), await scene.StateAsync() + last.Error);
            Assert.Equal(130, await last.StopAsync());
        }
        await scene.AssertAcknowledgedIsKeptAsync();
        await scene.AssertInStepAsync();
        Assert.True(acknowledged > 0 && scene.Edited > 0, "nothing was going on while it was killed, so this proves nothing");
        var orders = (await scene.Sync.OrdersAsync()).Shop.Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills from seed {seed}: {acknowledged} deliveries acknowledged between them, {scene.Edited} contacts edited in HubSpot, {orders} orders; 0 lost, 0 twice");
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
