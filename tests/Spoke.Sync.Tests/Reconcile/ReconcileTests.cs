using Microsoft.Extensions.Logging.Abstractions;
using Spoke.HubSpot;
using Spoke.Sync.Pulling;
using Spoke.Sync.Reconcile;

namespace Spoke.Sync.Tests.Reconcile;

/// <summary>What differs between ledger and portal is found whatever did it, told with its cause, and mended within bounds.</summary>
public sealed class ReconcileTests
{
    [Fact]
    public async Task After_a_pass_nothing_differs_and_nothing_is_written()
    {
        await using var rig = await ShopRig.StartAsync(orders: 40);
        await rig.PassAsync();
        var before = await rig.WritesAsync();
        var drift = await CompareAsync(rig);
        Assert.True(drift.InStep, string.Join("\n", drift.Examples));
        Assert.All(drift.Objects, o => Assert.Equal((o.Ledger, 0, 0, 0, 0), (o.HubSpot, o.Missing, o.Extra, o.Different, o.Associations)));
        Assert.All(drift.Sums, sum => Assert.True(sum.Agree));
        Assert.Equal(40, drift.Sums.Sum(sum => sum.Ledger.Orders));
        Assert.Equal(before, await rig.WritesAsync());
    }

    [Fact]
    public async Task Every_kind_of_difference_is_found_with_its_cause_and_repaired()
    {
        await using var rig = await ShopRig.StartAsync(orders: 10);
        await FoundAndRepairedAsync(rig);
    }

    internal static async Task FoundAndRepairedAsync(ShopRig rig)
    {
        var (changed, _) = await rig.BuyAsync("changed@example.com");
        var (parted, _) = await rig.BuyAsync("parted@example.com");
        var (archived, _) = await rig.BuyAsync("archived@example.com");
        await rig.PassAsync();
        var order = await rig.OneAsync("orders", $"shop-main:order:{changed}", "hs_total_price", "hs_external_created_date");
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "1.00", ["hs_order_note"] = "a person's own" }, null, ShopRig.Token);
        var other = await rig.OneAsync("orders", $"shop-main:order:{parted}");
        var contact = (await rig.Portal.Contacts.GetAsync("parted@example.com", new ReadOptions { IdProperty = "email" }, null, ShopRig.Token))!;
        await rig.Portal.Associations.BatchArchiveAsync("orders", "contacts", [new AssociationInput(other.Id, contact.Id)], null, ShopRig.Token);
        await rig.Portal.Orders.ArchiveAsync((await rig.OneAsync("orders", $"shop-main:order:{archived}")).Id, null, ShopRig.Token);
        await rig.Portal.Orders.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["spoke_key"] = "shop-main:order:nobody", ["hs_order_name"] = "copied" }), null, ShopRig.Token);

        var drift = await CompareAsync(rig);
        var orders = drift.Objects.Single(o => o.Object == "orders");
        Assert.Equal((1, 1, 1, 1), (orders.Missing, orders.Extra, orders.Different, orders.Associations));
        Assert.Equal(4, drift.Differing);
        var value = drift.Examples.Single(e => e.What == "value");
        Assert.Equal(($"shop-main:order:{changed}", "hs_total_price", order["hs_total_price"], "1.00"), (value.Key, value.Where, value.Ledger, value.HubSpot));
        Assert.StartsWith("Changed in HubSpot after we wrote it at ", value.Cause);
        Assert.Contains("archived it", drift.Examples.Single(e => e.What == "missing").Cause);
        Assert.Contains(drift.Days, day => day.Currency == "EUR" && day.Ledger.Total != day.HubSpot.Total);

        var repair = await Of(rig).RepairAsync(drift, force: false, ShopRig.Token);
        Assert.Equal((null, 2, 2), (repair.Refused, repair.Marked, repair.LeftAlone));
        order = await rig.OneAsync("orders", $"shop-main:order:{changed}", "hs_total_price", "hs_order_note");
        Assert.Equal((value.Ledger, "a person's own"), (order["hs_total_price"], order["hs_order_note"]));
        var after = await CompareAsync(rig);
        Assert.Equal(["extra"], after.Examples.Select(e => e.What));   // the archived one is stopped now, and told as that
        Assert.Equal(1, after.Differing);
        Assert.Single(await rig.Portal.Associations.ListAsync("orders", other.Id, "contacts", null, ShopRig.Token).ToListAsync(ShopRig.Token));
    }

    [Fact]
    public async Task Records_that_are_gone_are_made_again_but_not_when_it_looks_like_something_else()
    {
        await using var rig = await ShopRig.StartAsync(orders: 30);
        await rig.PassAsync();
        await rig.ResetAsync();
        rig.Use(Spoke.Emulator.EmulatorServer.DefaultToken);
        var drift = await CompareAsync(rig);
        Assert.True(drift.Differing > 100);
        var refused = await Of(rig).RepairAsync(drift, force: false, ShopRig.Token);
        Assert.Contains("--force", refused.Refused);
        Assert.DoesNotContain(await rig.WritesAsync(), call => call.Contains("/objects/", StringComparison.Ordinal));
        var forced = await Of(rig).RepairAsync(await Of(rig).CompareAsync(all: true, ShopRig.Token), force: true, ShopRig.Token);
        Assert.Null(forced.Refused);
        Assert.True(forced.Written.Created >= 30 + 30);   // orders with their lines
        Assert.Equal(0, (await CompareAsync(rig)).Objects.Where(o => o.Object is "orders" or "line_items" or "products").Sum(o => o.Missing + o.Different));
    }

    [Fact]
    public async Task What_is_on_its_way_is_no_drift_but_is_not_in_step()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        await rig.PassAsync();
        var (id, _) = await rig.BuyAsync("ada@example.com");
        await Planning.PlanTests.PlanAsync(rig, null);
        var drift = await CompareAsync(rig);
        Assert.Equal((0, false), (drift.Differing, drift.InStep));
        Assert.True(drift.Waiting >= 3, $"{drift.Waiting}");
        Assert.Empty(drift.Days);
        await rig.PassAsync();
        Assert.True((await CompareAsync(rig)).InStep);
    }

    [Theory]
    [InlineData("number", "10.00", "10", true)]
    [InlineData("number", "10.00", "10.01", false)]
    [InlineData("string", "007", "7", false)]
    [InlineData("datetime", "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00Z", true)]
    [InlineData("datetime", "2026-03-01T12:00:00.000Z", "1772366400000", true)]
    [InlineData("enumeration", "b;a", "a;b", true)]
    [InlineData("bool", "true", "TRUE", true)]
    [InlineData("string", "", null, true)]
    public void Values_are_compared_by_what_they_say(string type, string one, string? other, bool same) => Assert.Equal(same, CanonicalValue.Same(type, one, other));

    private static Reconciliation Of(ShopRig rig) => new(rig.Database, rig.Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);

    private static Task<DriftReport> CompareAsync(ShopRig rig) => Of(rig).CompareAsync(all: false, ShopRig.Token);
}
