using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>Records that change underneath us in HubSpot.</summary>
public sealed class ArchivedRecordTests
{
    private const string Order1 = "shop-main:order:1";

    [Fact]
    public async Task A_record_archived_in_HubSpot_stops_and_is_not_made_again()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: "l1"), Some.Order("2", 1, email: "b@example.com"));
        await rig.PassAsync();
        var id = (await rig.OneAsync("orders", Order1)).Id;
        await rig.Portal.Orders.ArchiveAsync(id, null, PushRig.Token);
        await rig.EnterAsync(Some.Order("1", 2, email: "a@example.com", total: 2000, lines: "l1"), Some.Order("2", 2, email: "b@example.com", total: 3000));
        await rig.PassAsync();
        var stopped = await rig.RecordAsync("orders", Order1);
        Assert.Equal((RecordState.Stopped, "ARCHIVED"), ((int)stopped.State, stopped.Cause));
        Assert.Contains("Restore it in HubSpot", stopped.Fix);
        Assert.Equal("30.00", Assert.Single(await rig.AllAsync("orders", "hs_total_price"))["hs_total_price"]);
        Assert.Equal(0, rig.Waiting);
        Assert.Equal(1, await rig.QuarantinedAsync());
        // A further change does not wake it.
        await rig.EnterAsync(Some.Order("1", 3, email: "a@example.com", total: 4000, lines: "l1"));
        await rig.PassAsync();
        Assert.Single(await rig.AllAsync("orders"));
    }

    [Fact]
    public async Task A_record_that_another_carries_our_key_now_is_linked_to_that_one()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: "l1"));
        await rig.PassAsync();
        var first = (await rig.OneAsync("orders", Order1)).Id;
        await rig.Portal.Orders.ArchiveAsync(first, null, PushRig.Token);
        var second = await rig.Portal.Orders.UpsertAsync("spoke_key", Order1, new Dictionary<string, string?> { ["hs_order_name"] = "by hand" }, null, PushRig.Token);
        await rig.EnterAsync(Some.Order("1", 2, email: "a@example.com", total: 2000, lines: "l1"));
        await rig.PassAsync();
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal(0, rig.Waiting);
        var order = Assert.Single(await rig.AllAsync("orders", "hs_total_price", "hs_order_name"));
        Assert.Equal((second.Id, "20.00", "#N1"), (order.Id, order["hs_total_price"], order["hs_order_name"]));
        Assert.Single(await rig.AssociatedAsync("orders", second.Id.Value, "line_items"));
        Assert.Single(await rig.AssociatedAsync("orders", second.Id.Value, "contacts"));
    }

    [Fact]
    public async Task A_merge_in_HubSpot_keeps_one_record_in_step()
    {
        await using var rig = await PushRig.StartAsync();
        var mine = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "other@example.com" }), null, PushRig.Token);
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com"));
        await rig.PassAsync();
        var linked = (await rig.OneAsync("contacts", "shop-main:customer:1")).Id;
        await rig.Portal.Contacts.MergeAsync(linked, mine.Id, null, PushRig.Token);
        await rig.EnterAsync(Some.Customer("1", 2, "a@example.com", first: "Augusta"));
        await rig.PassAsync();
        Assert.Equal("Augusta", Assert.Single(await rig.AllAsync("contacts", "firstname"))["firstname"]);
        Assert.Equal(0, await rig.QuarantinedAsync());
    }

    [Fact]
    public async Task Archiving_the_far_end_of_an_association_stops_that_end_only()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com"));
        await rig.PassAsync();
        await rig.Portal.Contacts.ArchiveAsync((await rig.OneAsync("contacts", "shop-main:customer:1")).Id, null, PushRig.Token);
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: "l1"));
        await rig.PassAsync();
        Assert.Equal(RecordState.Stopped, (await rig.RecordAsync("contacts", "shop-main:customer:1")).State);
        Assert.Equal(RecordState.InStep, (await rig.RecordAsync("orders", Order1)).State);
        Assert.Equal(1, await rig.QuarantinedAsync());
        Assert.Equal(0, rig.Waiting);
    }

    [Fact]
    public async Task A_line_that_stopped_is_told_with_its_time_and_lines_that_went_well_are_not()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: ["l1", "l2"]));
        await rig.PassAsync();
        var key = SpokeKey.OfLine("shop-main", EntityKind.Order, "1", "l1");
        await rig.Portal.Objects("line_items").ArchiveAsync((await rig.OneAsync("line_items", key)).Id, null, PushRig.Token);
        await rig.EnterAsync(Some.Order("1", 2, email: "a@example.com", total: 2000, lines: ["l1", "l2"]));
        await rig.PassAsync();
        var (told, since) = await rig.Database.ReadAsync(db => (db.Query<string>("select what from recent where object = 'line_items'").AsList(), QuarantineStore.Since(db, "shop-main", "line_items", key)), PushRig.Token);
        Assert.Equal(["stopped"], told);
        Assert.NotNull(since);
    }

    [Fact]
    public async Task Archived_line_items_and_an_archived_removal_do_no_harm()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: ["l1", "l2"]));
        await rig.PassAsync();
        var line = await rig.OneAsync("line_items", "shop-main:line:1/l2");
        await rig.Portal.Objects("line_items").ArchiveAsync(line.Id, null, PushRig.Token);
        await rig.EnterAsync(Some.Order("1", 2, email: "a@example.com", lines: ["l1"]));
        await rig.PassAsync();
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal(0, rig.Waiting);
        Assert.Single(await rig.AllAsync("line_items"));
    }
}
