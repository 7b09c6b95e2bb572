using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>The first fifty records, and the pause after them.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task Fifty_records_are_written_and_the_others_follow_once_somebody_has_looked()
    {
        await using var rig = await PullRig.StartAsync(canary: true);
        for (var i = 0; i < 40; i++) rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com", at: Some.Day.AddDays(i), lines: ["a", "b"]));
        var first = await rig.PassAsync();
        Assert.True(first.AwaitsApproval);
        Assert.False(first.InStep);
        Assert.InRange(first.Written.Created, 40, 50);
        var orders = await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_key"], Associations = ["contacts", "line_items"] }, null, PullRig.Token).ToListAsync(PullRig.Token);
        Assert.Equal("shop-main:order:39", orders.MaxBy(order => int.Parse(order["spoke_key"]!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture))!["spoke_key"]);
        Assert.All(orders, order => Assert.Equal((1, 2), (order.Associations["contacts"].Count, order.Associations["line items"].Count)));

        var second = await rig.PassAsync();   // nobody has looked yet
        Assert.Equal((true, 0), (second.AwaitsApproval, second.Written.Created));
        Assert.Equal([PullRig.Name], await rig.Engine.ApproveAsync(PullRig.Token));
        var third = await rig.PassAsync();
        Assert.True(third.InStep);
        Assert.Equal(40, await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).CountAsync(PullRig.Token));
        Assert.Empty(await rig.Engine.ApproveAsync(PullRig.Token));
    }

    [Fact]
    public async Task While_they_wait_an_edit_in_HubSpot_lets_no_other_record_through_in_live_rounds_either()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Customer("39", 0, "guest39@example.com"));
        var worker = rig.Worker();
        await worker.StepAsync(poll: true, PullRig.Token);
        var first = await OrdersAsync(rig);
        Assert.InRange(first, 1, 39);
        await rig.EditContactAsync("guest39@example.com", ("phone", "+4413"));
        var round = await worker.StepAsync(poll: true, PullRig.Token);
        Assert.Equal((1, 0, 0), (round.Pulled, round.WrittenBack, round.Written));
        Assert.Equal((first, 0), (await OrdersAsync(rig), rig.Store.Writes));

        Assert.True(await worker.ApproveAsync(PullRig.Token));
        await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal((40, "+4413"), (await OrdersAsync(rig), rig.Customer("39").Phone));
    }

    [Fact]
    public async Task While_they_wait_what_was_mended_is_tried_again_and_nothing_else_goes_with_it()
    {
        await using var rig = await StartAsync();
        await rig.Portal.Properties.CreateGroupAsync("orders", "spoke", "Spoke", null, PullRig.Token);
        await rig.Portal.Properties.CreateAsync("orders", Status("Cancelled"), null, PullRig.Token);
        await rig.PassAsync();
        var first = await OrdersAsync(rig);
        await rig.PassAsync();   // it goes on waiting, and what was refused is still told
        var desk = new QuarantineDesk(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        var refused = await desk.ListAsync(PullRig.Token);
        Assert.Equal(first, refused.Count);
        await rig.Portal.Properties.UpdateAsync("orders", Status("Cancelled", "Paid"), null, PullRig.Token);
        Assert.Empty((await desk.RetryAsync(refused, PullRig.Token)).Left);
        var orders = await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_status"] }, null, PullRig.Token).ToListAsync(PullRig.Token);
        Assert.Equal(Enumerable.Repeat("Paid", first), orders.Select(order => order["spoke_status"]));
        Assert.True((await rig.PassAsync()).AwaitsApproval);
    }

    [Fact]
    public async Task While_they_wait_a_repair_mends_what_differs_and_nothing_else_goes_with_it()
    {
        await using var rig = await StartAsync();
        await rig.PassAsync();
        var first = await OrdersAsync(rig);
        var order = (await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).ToListAsync(PullRig.Token))[0];
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "999.00" }, null, PullRig.Token);
        var reconciliation = new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        var drift = await reconciliation.CompareAsync(all: false, PullRig.Token);
        Assert.Equal(1, drift.Differing);
        Assert.Equal(1, (await reconciliation.RepairAsync(drift, force: false, PullRig.Token)).Written.Updated);
        Assert.Equal("10.00", (await rig.Portal.Orders.GetAsync(order.Id, new ReadOptions { Properties = ["hs_total_price"] }, null, PullRig.Token))!["hs_total_price"]);
        Assert.Equal(first, await OrdersAsync(rig));
    }

    [Fact]
    public async Task Before_the_store_is_known_trying_again_makes_nothing()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        await rig.HearAsync(EntityKind.Order, "1");
        var desk = new QuarantineDesk(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        await desk.RetryAsync([], PullRig.Token);
        Assert.Equal(1, await rig.CountAsync("ledger", "kind = 3"));
        Assert.Equal((0, 0), (await OrdersAsync(rig), (await rig.ContactsAsync()).Count));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(1, await OrdersAsync(rig));
    }

    private static async Task<PullRig> StartAsync()
    {
        var rig = await PullRig.StartAsync(canary: true);
        for (var i = 0; i < 40; i++) rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com", at: Some.Day.AddDays(i), lines: ["a", "b"]));
        return rig;
    }

    private static CrmProperty Status(params string[] options) => new() { Name = "spoke_status", Label = "Status", Type = "enumeration", FieldType = "select", GroupName = "spoke", Options = [.. options.Select(option => new KeyValuePair<string, string>(option, option))] };

    private static async Task<int> OrdersAsync(PullRig rig) => await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).CountAsync(PullRig.Token);
}
