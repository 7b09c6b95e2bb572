using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Ledger;

/// <summary>A shop that never marks what is paid: cash on delivery, bank transfer.</summary>
public sealed class UnpaidOrdersTests
{
    private const string Ada = "ada@example.com";

    [Fact]
    public async Task Unpaid_orders_count_once_it_is_said_so_and_no_more_once_it_is_taken_back()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: Ada, total: 1000, at: Some.Day, lines: "a"));
        rig.Store.Put(Some.Order("2", 0, email: Ada, total: 3000, at: Some.Day.AddDays(1), paid: false, lines: "b"));
        rig.Store.Put(Some.Order("3", 0, email: Ada, total: 5000, at: Some.Day.AddDays(2), paid: false, cancelled: true, lines: "c"));
        await rig.PassAsync();
        var before = await FiguresAsync(rig);
        Assert.Equal("1", before["spoke_orders_count"]);

        await rig.UseAsync(countUnpaid: true);
        Assert.True((await rig.PassAsync()).InStep);
        var with = await FiguresAsync(rig);
        Assert.Equal(("2", "10.00"), (with["spoke_orders_count"], with["spoke_total_spent"]));   // what was paid is what was paid
        Assert.Equal((Some.Day, Some.Day.AddDays(1)), (DateTimeOffset.Parse(with["spoke_first_order_at"]!), DateTimeOffset.Parse(with["spoke_last_order_at"]!)));
        rig.Store.Put(Some.Order("4", 0, email: Ada, total: 2000, at: Some.Day.AddDays(3), paid: false, lines: "d"));   // and so does what comes now
        await rig.PassAsync();
        Assert.Equal("3", (await FiguresAsync(rig))["spoke_orders_count"]);
        var drift = await new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).CompareAsync(all: true, PullRig.Token);
        Assert.Equal(0, drift.Differing);

        await rig.UseAsync(countUnpaid: false);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(before.OrderBy(figure => figure.Key), (await FiguresAsync(rig)).OrderBy(figure => figure.Key));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Whoever_buys_first_and_counts_from_the_beginning_has_the_same_figures()
    {
        await using var rig = await PullRig.StartAsync();
        await rig.UseAsync(countUnpaid: true);
        rig.Store.Put(Some.Order("1", 0, email: Ada, total: 3000, at: Some.Day, paid: false, lines: "a"));
        await rig.PassAsync();
        Assert.Equal("1", (await FiguresAsync(rig))["spoke_orders_count"]);
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1") with { Lifecycle = OrderLifecycle.Cancelled, CancelledAt = Some.Day });
        await rig.PassAsync();
        Assert.Equal("0", (await FiguresAsync(rig))["spoke_orders_count"]);
    }

    private static async Task<IReadOnlyDictionary<string, string?>> FiguresAsync(PullRig rig) =>
        (await rig.Portal.Contacts.GetAsync(Ada, new ReadOptions { IdProperty = "email", Properties = ["spoke_orders_count", "spoke_total_spent", "spoke_net_spent", "spoke_average_order_value", "spoke_first_order_at", "spoke_last_order_at"] }, null, PullRig.Token))!
            .Properties.Where(property => property.Key.StartsWith("spoke_", StringComparison.Ordinal)).ToDictionary();
}
