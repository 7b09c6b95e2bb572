using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Insight;
using Spoke.Sync.Planning;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Intake;

/// <summary>What a store says it lacks is told to whoever runs the program, before it is read for the first time.</summary>
public sealed class StoreFactsTests
{
    private const string Short = "Orders reach back 60 days only.";
    private const string Scope = "The app lacks the scope write_orders.";

    [Fact]
    public async Task What_it_lacks_is_told_once_before_the_first_import_and_anew_when_it_changes()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var rig = await PullRig.StartAsync(clock: clock);
        using var log = new LogLines();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        Lacks(rig, Short);
        rig.Store.FailAfterPages = 0;
        var worker = rig.Worker(log);
        await Assert.ThrowsAsync<StoreException>(() => worker.StepAsync(poll: true, PullRig.Token));
        Assert.Equal([$"Connection shop-main: {Short}"], log.Warnings);   // and nothing has been read
        Assert.Equal(0, await rig.CountAsync("ledger", "kind = 3"));
        Assert.Equal([Short], await NoticesAsync(rig));

        rig.Store.FailAfterPages = null;
        await worker.StepAsync(poll: true, PullRig.Token);
        clock.Advance(TimeSpan.FromHours(1));
        Lacks(rig, Short, Scope);
        await worker.StepAsync(poll: true, PullRig.Token);
        Assert.Equal([$"Connection shop-main: {Short}", $"Connection shop-main: {Scope}"], log.Warnings);
        Lacks(rig);
        clock.Advance(TimeSpan.FromHours(1));
        await worker.StepAsync(poll: true, PullRig.Token);
        Assert.Empty(await NoticesAsync(rig));

        Lacks(rig, Scope);
        await rig.Worker(log).PassAsync(null, PullRig.Token);   // a program that has just been started
        Assert.Equal(3, log.Warnings.Count());
    }

    [Fact]
    public async Task One_that_does_not_say_who_it_is_is_read_all_the_same_and_that_is_told_once()
    {
        await using var rig = await PullRig.StartAsync();
        using var log = new LogLines();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        rig.Store.Info = null;
        var worker = rig.Worker(log);
        Assert.True((await worker.PassAsync(null, PullRig.Token)).InStep);
        await worker.StepAsync(poll: true, PullRig.Token);
        var told = "Connection shop-main: What the store lacks is not known: The store refused to say who it is (403).";
        Assert.Equal([told], log.Warnings);
        rig.Store.Info = new StoreInfo("Scripted", "http://scripted", "EUR") { Notices = [Short] };
        await worker.StepAsync(poll: true, PullRig.Token);
        Assert.Equal([told, $"Connection shop-main: {Short}"], log.Warnings);

        rig.Store.Info = null;
        var plan = await PlanAsync(rig);
        Assert.Null(plan.Store);
        Assert.Equal("What the store lacks is not known: The store refused to say who it is (403).", Assert.Single(plan.Notices).Example);
    }

    [Fact]
    public async Task A_plan_begins_its_notices_with_them_and_says_which_store_it_is()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", paid: false, refunded: 400));
        rig.Store.Info = new StoreInfo("Scripted", "http://scripted", "EUR", "Asia/Tokyo") { Version = "7.1", Notices = [Short, Scope] };
        using var kept = new MemoryStream();
        var plan = await PlanAsync(rig, kept);
        Assert.Equal([new("Store", 1, Short), new("Store", 1, Scope)], plan.Notices.Take(2));
        Assert.Equal("RefundOfUnpaid", Assert.Single(plan.Notices.Skip(2)).Kind);
        Assert.Equal(new PlannedStore("scripted", "7.1", "EUR", "Asia/Tokyo"), plan.Store);
        kept.Position = 0;
        var lines = await new StreamReader(kept).ReadToEndAsync(PullRig.Token);
        using var about = JsonDocument.Parse(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^2]);
        var inFile = about.RootElement.GetProperty("summary")[0];
        Assert.Equal((Short, "7.1"), (inFile.GetProperty("notices")[0].GetProperty("example").GetString(), inFile.GetProperty("store").GetProperty("version").GetString()));
    }

    private static void Lacks(PullRig rig, params string[] notices) => rig.Store.Info = new StoreInfo("Scripted", "http://scripted", "EUR") { Notices = notices };

    private static async Task<IReadOnlyList<string>> NoticesAsync(PullRig rig) => Assert.Single((await new OverviewReader(rig.Database, [rig.Connection], rig.Time).ReadAsync(PullRig.Token)).Connections).Notices;

    private static async Task<ConnectionPlan> PlanAsync(PullRig rig, Stream? output = null) =>
        Assert.Single((await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(output, null, PullRig.Token)).Connections);
}
