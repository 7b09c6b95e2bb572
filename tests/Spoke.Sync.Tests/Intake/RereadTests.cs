using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Intake;

/// <summary>A further full read, because somebody asked for it.</summary>
public sealed class RereadTests
{
    [Fact]
    public async Task What_no_poll_has_told_is_found_and_what_is_equal_is_not_written()
    {
        await using var rig = await StartAsync(orders: 250);
        await OverlookAsync(rig);
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "007") with { Number = "changed-unheard" });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.DoesNotContain("changed-unheard", await OrderNumbersAsync(rig));
        var asked = await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token);
        Assert.Equal(RereadState.Asked, asked.State);
        Assert.Contains(new KnownEntities("order", 250), asked.Known);
        var before = await rig.WritesAsync();
        var pass = await rig.PassAsync();
        Assert.True(pass.InStep);
        Assert.Contains("changed-unheard", await OrderNumbersAsync(rig));
        Assert.Equal((0, 1), (pass.Written.Created, pass.Written.Updated));
        Assert.Equal(before + 1, await rig.WritesAsync());
        Assert.Equal(0, await rig.CountAsync("progress", "name = 'reread' or name like 'again-%'"));
        Assert.Equal(0, await rig.CountAsync("intake", "1 = 1"));
        Assert.Equal(1, await rig.CountAsync("recent", "what = 'read'"));
        // Again, with nothing to find: not one write.
        await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(before + 1, await rig.WritesAsync());
        Assert.Equal(2, await rig.CountAsync("recent", "what = 'read'"));
    }

    [Fact]
    public async Task It_goes_on_at_the_page_where_it_broke_off_also_in_another_process()
    {
        await using var rig = await StartAsync(orders: 450);
        await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token);
        rig.Store.FailAfterPages = 3;
        var failed = Assert.Single(await rig.Engine.RunOnceAsync(null, PullRig.Token));
        Assert.IsType<StoreException>(failed.Failure);
        Assert.Equal(1, await rig.CountAsync("progress", "name = 'reread'"));
        Assert.Equal(1, await rig.CountAsync("progress", "name = 'again-order' and value = '299'"));
        rig.Store.FailAfterPages = null;
        await rig.UseAsync();   // a program that has just been started
        Assert.Equal(RereadState.UnderWay, (await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token)).State);
        var intake = new ChangeIntake(rig.Database, rig.Time);
        var feed = new LedgerFeed(rig.Database, NullLogger.Instance);
        var read = await new Rereading(rig.Database, intake, rig.Connection, rig.Time, NullLogger.Instance).RunAsync((_, token) => feed.DrainAsync(rig.Connection, token), null, PullRig.Token);
        Assert.Equal(150, read);
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task What_is_gone_from_the_store_is_asked_for_and_counts_as_deleted_what_came_meanwhile_does_not()
    {
        await using var rig = await StartAsync(orders: 30);
        for (var i = 0; i < 12; i++) rig.Store.Put(Some.Variant($"v{i}", 0, $"TEA-{i}"));
        await rig.PassAsync();
        await rig.LaterAsync();
        rig.Store.Lose(EntityKind.Variant, "v3");
        rig.Store.NotListed.UnionWith(["v4"]);
        await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token);
        // Eleven that no list shows, pushed while it is under way: of so many none would be believed.
        for (var i = 0; i < 11; i++)
        {
            rig.Store.Put(Some.Variant($"w{i}", 0, $"CUP-{i}"));
            rig.Store.NotListed.Add($"w{i}");
            await rig.Engine.Intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Variant, $"w{i}", $"d{i}")], null, PullRig.Token);
        }
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(["v3"], await rig.Database.ReadAsync(db => db.Query<string>("select platform_id from ledger where deleted = 1").AsList(), PullRig.Token));
        Assert.Equal(0, await rig.CountAsync("audit", "what = 'vanished'"));
    }

    [Fact]
    public async Task A_running_engine_does_it_beside_its_rounds_and_goes_on_pushing()
    {
        await using var rig = await StartAsync(orders: 450);
        await OverlookAsync(rig);
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "007") with { Number = "changed-unheard" });
        using var stop = new CancellationTokenSource();
        var (rounds, rereads) = (new Told<StepSummary>(), new Told<int>());
        await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token);   // by another process: it is in the database
        await rig.UseAsync();
        rig.Store.FailAfterPages = 2;   // and no further for now
        var running = rig.Engine.RunAsync(rounds, stop.Token, rereads: rereads);
        await rounds.NextAsync(round => round.Polled);
        rig.Store.Put(Some.Order("live", 0, email: "live@example.com"));
        await rig.Engine.Intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, "live", "d1")], null, PullRig.Token);
        await rounds.NextAsync(round => round.Written > 0);   // while the store refuses to be read on
        Assert.Equal(1, await rig.CountAsync("progress", "name = 'reread'"));
        await stop.CancelAsync();
        await running;

        rig.Store.FailAfterPages = null;
        using var end = new CancellationTokenSource();
        await rig.UseAsync();
        running = rig.Engine.RunAsync(rounds, end.Token, rereads: rereads);
        Assert.InRange(await rereads.NextAsync(), 1, 452);
        while (!(await OrderNumbersAsync(rig)).Contains("changed-unheard")) await rounds.NextAsync();
        await end.CancelAsync();
        await running;
        Assert.Equal(0, await rig.CountAsync("progress", "name = 'reread' or name like 'again-%'"));
    }

    [Fact]
    public async Task What_keeps_arriving_is_not_waited_for()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var rig = await PullRig.StartAsync(clock: clock);
        var (intake, feed) = (new ChangeIntake(rig.Database, clock), new LedgerFeed(rig.Database, NullLogger.Instance));
        async Task PushAsync(string id)
        {
            rig.Store.Put(Some.Order(id, 0, email: "ada@example.com"));
            await intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, id, id)], null, PullRig.Token);
            await intake.WaitAsync(PullRig.Name, TimeSpan.FromMinutes(1), PullRig.Token);
        }
        await PushAsync("read");
        var taken = new Rereading(rig.Database, intake, rig.Connection, clock, NullLogger.Instance).RoundsTakeAsync(0, PullRig.Token);
        await intake.WaitAsync(PullRig.Name, TimeSpan.FromMinutes(1), PullRig.Token);   // it has seen what waits
        Assert.False(taken.IsCompleted);
        await feed.DrainAsync(rig.Connection, PullRig.Token);
        await PushAsync("later");
        for (var i = 0; i < 10_000 && !taken.IsCompleted; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.True(taken.IsCompletedSuccessfully);
        Assert.Equal(1, await rig.CountAsync("intake", "state = 0"));
    }

    [Fact]
    public async Task Before_the_first_read_there_is_nothing_to_repeat()
    {
        await using var rig = await PullRig.StartAsync();
        Assert.Equal(RereadState.FirstReadComes, (await rig.Engine.RereadAsync(PullRig.Name, PullRig.Token)).State);
        Assert.Equal(0, await rig.CountAsync("progress", "name = 'reread'"));
    }

    private static async Task<PullRig> StartAsync(int orders)
    {
        var rig = await PullRig.StartAsync();
        for (var i = 0; i < orders; i++) rig.Store.Put(Some.Order(i.ToString("000", System.Globalization.CultureInfo.InvariantCulture), 0, email: $"buyer{i % 10}@example.com"));
        await rig.PassAsync();
        return rig;
    }

    /// <summary>Polls leave out whatever happens from now on.</summary>
    private static Task OverlookAsync(PullRig rig) => rig.Database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, PullRig.Name, "changes", "1000000"), PullRig.Token);

    private static async Task<List<string?>> OrderNumbersAsync(PullRig rig) =>
        [.. (await rig.Portal.Orders.ListAsync(new Spoke.HubSpot.ReadOptions { Properties = ["hs_external_order_id"] }, null, PullRig.Token).ToListAsync(PullRig.Token)).Select(order => order["hs_external_order_id"])];
}
