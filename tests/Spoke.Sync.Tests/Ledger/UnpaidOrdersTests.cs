using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Ledger;
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

    [Fact]
    public async Task A_ledger_has_one_rule_whatever_a_process_was_told_that_began_before()
    {
        await using var rig = await PullRig.StartAsync();
        var feed = new LedgerFeed(rig.Database, NullLogger.Instance);
        await feed.DrainAsync(rig.Connection, PullRig.Token);   // began with the old rule
        await rig.UseAsync(countUnpaid: true);
        await rig.PassAsync();
        rig.Store.Put(Some.Order("1", 0, email: Ada, total: 3000, at: Some.Day, paid: false, lines: "a"));
        await rig.HearAsync(EntityKind.Order, "1");
        await feed.DrainAsync(rig.Connection with { CountUnpaid = false }, PullRig.Token);
        await rig.PassAsync();
        Assert.Equal("1", (await FiguresAsync(rig))["spoke_orders_count"]);
    }

    [Fact]
    public async Task Whoever_paid_for_everything_is_left_alone_when_the_rule_changes()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: Ada, total: 1000, at: Some.Day, lines: "a"));
        await rig.PassAsync();
        await rig.UseAsync(countUnpaid: true);
        await new LedgerFeed(rig.Database, NullLogger.Instance).DrainAsync(rig.Connection, PullRig.Token);
        Assert.Equal(0, await rig.CountAsync("record", "state = 1"));
        Assert.Equal(1, await rig.CountAsync("ledger", "body like '%CountsUnpaid%'"));
    }

    private static async Task<IReadOnlyDictionary<string, string?>> FiguresAsync(PullRig rig) =>
        (await rig.Portal.Contacts.GetAsync(Ada, new ReadOptions { IdProperty = "email", Properties = ["spoke_orders_count", "spoke_total_spent", "spoke_net_spent", "spoke_average_order_value", "spoke_first_order_at", "spoke_last_order_at"] }, null, PullRig.Token))!
            .Properties.Where(property => property.Key.StartsWith("spoke_", StringComparison.Ordinal)).ToDictionary();
}
