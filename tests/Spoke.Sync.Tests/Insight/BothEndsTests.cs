using Microsoft.Extensions.Time.Testing;
using Spoke.HubSpot;
using Spoke.Sync.Insight;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Scenarios;

namespace Spoke.Sync.Tests.Insight;

/// <summary>How many records there are is counted in the store and by HubSpot itself; no counter of ours stands in for either.</summary>
public sealed class BothEndsTests
{
    [Fact]
    public async Task A_count_is_one_search_an_object_and_is_not_made_more_than_once_a_minute()
    {
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 20; i++) scene.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com", lines: ["a"]));
        await scene.PassAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var ends = new BothEnds(scene.Database, scene.Connection, clock);
        int Searches() => scene.Wire.Calls.Count(call => call.Is("/search"));
        var before = Searches();
        Assert.Equal([("contacts", 20L, 20L, 20L), ("orders", 20L, 20L, 20L), ("line_items", 20L, 20L, 20L)], (await ends.NowAndThenAsync(Scene.Token)).Select(count => (count.Object, count.InStore, count.Linked, count.InHubSpot!.Value)));
        Assert.Equal(3, Searches() - before);
        clock.Advance(TimeSpan.FromSeconds(59));
        await ends.NowAndThenAsync(Scene.Token);
        Assert.Equal(3, Searches() - before);
        clock.Advance(TimeSpan.FromSeconds(1));
        await ends.NowAndThenAsync(Scene.Token);
        Assert.Equal(6, Searches() - before);
    }

    [Fact]
    public async Task Live_it_is_counted_when_records_came_and_again_while_some_are_missing()
    {
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 3; i++) scene.Store.Put(Some.Order($"{i}", 0, email: "ada@example.com"));
        await scene.PassAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var ends = new BothEnds(scene.Database, scene.Connection, clock);
        await ends.AfterAsync(cameOrWent: false, Scene.Token);
        Assert.Empty(ends.Last);
        await scene.Portal.Orders.ArchiveAsync((await scene.AllAsync("orders"))[0].Id, null, Scene.Token);
        await ends.AfterAsync(cameOrWent: true, Scene.Token);
        Assert.Equal(1, ends.Last.Single(count => count.Object == "orders").Missing);
        clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var order in await scene.Portal.Orders.ListAsync(new ReadOptions { Archived = true }, null, Scene.Token).ToListAsync(Scene.Token)) await scene.RestoreAsync("orders", order.Id);
        await ends.AfterAsync(cameOrWent: false, Scene.Token);
        Assert.Equal(0, ends.Last.Single(count => count.Object == "orders").Missing);
        var quiet = scene.Wire.Calls.Count;
        clock.Advance(TimeSpan.FromMinutes(1));
        await ends.AfterAsync(cameOrWent: false, Scene.Token);
        Assert.Equal(quiet, scene.Wire.Calls.Count);
    }

    [Fact]
    public async Task The_console_has_HubSpots_own_count_beside_ours_and_a_HubSpot_that_does_not_say_holds_up_nothing()
    {
        await using var scene = await Scene.StartAsync(attempts: 1);
        for (var i = 0; i < 3; i++) scene.Store.Put(Some.Order($"{i}", 0, email: "ada@example.com"));
        await scene.PassAsync();
        await scene.Portal.Orders.ArchiveAsync((await scene.AllAsync("orders"))[0].Id, null, Scene.Token);
        await scene.PassAsync();
        var reader = new OverviewReader(scene.Database, [scene.Connection], TimeProvider.System);
        var shown = (await reader.ReadAsync(Scene.Token)).Connections.Single();
        var orders = shown.Counts.Single(count => count.Kind == "order");
        Assert.Equal((3, 3, 2L), (orders.InStore, orders.InHubSpot, orders.Counted!.InHubSpot));
        Assert.NotNull(shown.CountedAt);
        var ends = new BothEnds(scene.Database, scene.Connection, TimeProvider.System);
        await scene.FaultAsync("502", "*/search", times: 10);
        Assert.All(await ends.CountAsync(Scene.Token), count => Assert.Null(count.InHubSpot));
    }

    [Fact]
    public void A_hundred_percent_is_what_HubSpot_counts_and_not_what_we_sent()
    {
        var all = new SyncProgress("shop-main", "pushing", 0, 500, 0, 0, TimeSpan.Zero);
        Assert.Equal(99, all.Percent);
        Assert.Equal(99, (all with { Counts = [new CountedRecords("orders", 500, 500, 100)] }).Percent);
        Assert.Equal(99, (all with { Counts = [new CountedRecords("orders", 500, 500, null)] }).Percent);
        Assert.Equal(100, (all with { Counts = [new CountedRecords("orders", 500, 500, 500)] }).Percent);
        Assert.Equal(50, (all with { Pushed = 250, Waiting = 250, Counts = [new CountedRecords("orders", 500, 250, 250)] }).Percent);
    }

    [Fact]
    public async Task Stores_that_share_a_person_count_the_contact_once()
    {
        await using var rig = await PullRig.StartAsync();
        await SharedPersonAsync(rig);
    }

    internal static async Task SharedPersonAsync(PullRig rig)
    {
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        var other = new ScriptedStore(TimeProvider.System);
        other.Put(Some.Customer("7", 0, "ada@example.com"));
        other.Put(Some.Customer("8", 0, "bob@example.com"));
        var second = new Spoke.Sync.Connections.Connection("shop-two", other, rig.Portal, "shop two", "page") { PortalName = "main" };
        var engine = new SyncEngine(rig.Database, [second], new SyncOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var pass = Assert.Single(await engine.RunOnceAsync(null, PullRig.Token)).Summary!;
        Assert.Equal(new CountedRecords("contacts", 2, 2, 2), Assert.Single(pass.Counts));
    }
}
