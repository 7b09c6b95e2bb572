using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Insight;
using Spoke.Sync.Planning;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Connections;

/// <summary>Order totals as HubSpot's own Shopify app has them: without the lines that were given back.</summary>
public sealed class NativeTotalsTests
{
    [Fact]
    public async Task Switched_on_totals_leave_out_what_was_given_back_by_lines_and_everything_still_agrees()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", total: 1000, refunded: 300, lines: "a"));
        var lump = Some.Order("2", 0, email: "ada@example.com", total: 1000, refunded: 300, lines: "b");
        rig.Store.Put(lump with { Refunds = [lump.Refunds[0] with { Estimated = true }] });
        rig.Store.Put(lump with { PlatformId = "3", Number = "N3", Refunds = [lump.Refunds[0] with { Items = new Money(200, "EUR"), Shipping = new Money(100, "EUR"), OfLines = new Money(238, "EUR") }] });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(["10.00", "10.00", "10.00"], await TotalsAsync(rig));

        await rig.UseAsync(nativeTotals: true);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(["7.00", "10.00", "7.62"], await TotalsAsync(rig));
        var drift = await new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).CompareAsync(all: true, PullRig.Token);
        Assert.Equal(0, drift.Differing);
        Assert.Empty(drift.Days);
        Assert.Equal(drift.Sums[0].Ledger, drift.Sums[0].HubSpot);
        var sum = Assert.Single((await new OverviewReader(rig.Database, [rig.Connection], rig.Time).ReadAsync(PullRig.Token)).Connections[0].Sums);
        Assert.True(sum.Agree, $"{sum}");

        await rig.UseAsync(nativeTotals: false);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(["10.00", "10.00", "10.00"], await TotalsAsync(rig));
    }

    [Fact]
    public async Task A_plan_says_when_somebody_else_writes_the_money_of_our_orders()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", total: 1000, refunded: 300, lines: "a"));
        await rig.PassAsync();
        Assert.Empty(await NoticesAsync(rig));
        var order = Assert.Single(await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).ToListAsync(PullRig.Token));
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "7" }, null, PullRig.Token);
        var notice = Assert.Single(await NoticesAsync(rig));
        Assert.Equal(("OtherWriter", 1), (notice.Kind, notice.Count));
        Assert.Contains("hs_total_price of #N1 is 7 in HubSpot and we wrote 10.00", notice.Example);
        Assert.Contains("native_compatible", notice.Example);
    }

    private static async Task<IReadOnlyList<PlanNotice>> NoticesAsync(PullRig rig) =>
        Assert.Single((await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(null, null, PullRig.Token)).Connections).Notices;

    private static async Task<List<string>> TotalsAsync(PullRig rig) =>
        [.. (await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_key", "hs_total_price"] }, null, PullRig.Token).ToListAsync(PullRig.Token)).OrderBy(order => order["spoke_key"], StringComparer.Ordinal).Select(order => order["hs_total_price"]!)];
}
