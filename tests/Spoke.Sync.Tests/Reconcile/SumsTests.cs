using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Reconcile;

/// <summary>Sums by currency and day are of one moment, though orders come and go while HubSpot is read.</summary>
public sealed class SumsTests
{
    [Fact]
    public async Task Orders_that_are_placed_and_refunded_while_it_compares_are_no_difference()
    {
        await using var rig = await StartAsync();
        using var before = new Meanwhile(async () =>
        {
            rig.Store.Put(Some.Order("3", 0, email: "new@example.com", total: 300));
            rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", refunded: 400));
            await rig.PassAsync();
        });
        var drift = await CompareAsync(rig, before);
        Assert.True(drift.InStep, string.Join("\n", drift.Days));
        var all = Assert.Single(drift.Sums);
        Assert.Equal(new OrderSums(3, "23.00", "19.00", "4.00"), all.Ledger);
        Assert.True(all.Agree);
    }

    [Fact]
    public async Task An_order_that_is_refunded_after_the_list_had_it_is_no_difference()
    {
        await using var rig = await StartAsync();
        using var after = new Meanwhile(async () =>
        {
            rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", refunded: 400));
            await rig.PassAsync();
        }, first: false);
        var drift = await CompareAsync(rig, after);
        Assert.Equal((0, 0), (drift.Differing, drift.Days.Count));
    }

    [Fact]
    public async Task What_is_on_its_way_hides_no_difference_of_other_orders()
    {
        await using var rig = await StartAsync();
        var order = (await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_key"] }, null, PullRig.Token).ToListAsync(PullRig.Token)).Single(o => o["spoke_key"] == "shop-main:order:2");
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "999.00" }, null, PullRig.Token);
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", refunded: 400));
        await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(null, null, PullRig.Token);   // reads the store
        var drift = await CompareAsync(rig);
        Assert.True(drift.Waiting > 0);
        var day = Assert.Single(drift.Days);
        Assert.Equal(("2026-03-02", "10.00", "999.00"), (day.Day, day.Ledger.Total, day.HubSpot.Total));
        Assert.Equal((1, 1), (Assert.Single(drift.Sums).Ledger.Orders, drift.Sums[0].HubSpot.Orders));   // the other is on its way
    }

    [Fact]
    public async Task An_order_that_is_missing_or_kept_nowhere_is_missing_in_the_sums_too()
    {
        await using var rig = await StartAsync();
        var orders = await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_key"] }, null, PullRig.Token).ToListAsync(PullRig.Token);
        await rig.Portal.Orders.ArchiveAsync(orders.Single(o => o["spoke_key"] == "shop-main:order:1").Id, null, PullRig.Token);
        await rig.Database.WriteAsync((db, transaction) => db.Execute("delete from record where record_key = 'shop-main:order:2'", null, transaction), PullRig.Token);
        var drift = await CompareAsync(rig);
        Assert.Equal((2, 1), (Assert.Single(drift.Sums).Ledger.Orders, drift.Sums[0].HubSpot.Orders));
        var day = Assert.Single(drift.Days);   // the other one is in HubSpot, as one that the ledger does not know
        Assert.Equal(("2026-03-01", 1, 0), (day.Day, day.Ledger.Orders, day.HubSpot.Orders));
        Assert.Equal(["missing", "extra"], drift.Examples.Where(e => e.Object == "orders").Select(e => e.What).OrderDescending());
    }

    [Theory]
    [InlineData("Asia/Tokyo", "2026-03-02", "Asia/Tokyo")]
    [InlineData("Nowhere/AtAll", "2026-03-01", "UTC")]
    [InlineData(null, "2026-03-01", "UTC")]
    public async Task A_day_is_one_of_the_stores_own(string? zone, string day, string said)
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Info = rig.Store.Info! with { TimeZone = zone };
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", at: new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.Zero)));
        await rig.PassAsync();
        rig.Store.Info = null;   // it is remembered
        var order = Assert.Single(await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).ToListAsync(PullRig.Token));
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "999.00" }, null, PullRig.Token);
        var drift = await CompareAsync(rig);
        var only = Assert.Single(drift.Days);
        Assert.Equal((said, day, 1, 1), (drift.TimeZone, only.Day, only.Ledger.Orders, only.HubSpot.Orders));
    }

    private static async Task<PullRig> StartAsync()
    {
        var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        rig.Store.Put(Some.Order("2", 0, email: "bob@example.com", at: Some.Day.AddDays(1)));
        await rig.PassAsync();
        return rig;
    }

    private static async Task<DriftReport> CompareAsync(PullRig rig, Meanwhile? meanwhile = null)
    {
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = rig.Emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000 }, meanwhile ?? new Meanwhile(() => Task.CompletedTask));
        return await new Reconciliation(rig.Database, rig.Connection with { Portal = portal }, new SyncOptions(), rig.Time, NullLogger.Instance).CompareAsync(all: false, PullRig.Token);
    }

    /// <summary>Something happens once, right before or right after the orders are listed.</summary>
    private sealed class Meanwhile(Func<Task> happens, bool first = true) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        private bool _done;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var now = !_done && request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("/orders", StringComparison.Ordinal) && request.RequestUri.AbsolutePath.Contains("/objects/", StringComparison.Ordinal);
            _done |= now;
            if (now && first) await happens();
            var response = await base.SendAsync(request, cancellationToken);
            if (now && !first) await happens();
            return response;
        }
    }
}
