using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Quarantine;

/// <summary>Changes that wait for a connector that can read them: of each thing the newest, and each thing by itself.</summary>
public sealed class UnreadableTests(PostgresCluster cluster)
{
    private static CancellationToken Token => PullRig.Token;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_comes_late_takes_no_newer_ones_place(bool postgres)
    {
        await using var rig = await StartAsync(postgres);
        await HearAsync(rig, Change(Total(2, 2000), "b"), Change(Total(1, 1000), "a"));
        Assert.Equal([(2, "b")], await WaitingAsync(rig));
        Assert.Equal(0, await rig.Engine.Intake.AppendAsync(PullRig.Name, [Change(Total(1, 1000), "a")], null, Token));   // its sender may come again
        await HearAsync(rig, Change(Total(3, 3000), "c"), Change(Total(3, 3000), "d"), Change(Total(2, 2000), null));
        Assert.Equal([(3, "d")], await WaitingAsync(rig));
        rig.Store.Unreadable = null;
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(3000, await rig.Database.ReadAsync(db => db.ExecuteScalar<long>("select total from ledger where kind = 3"), Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_only_named_is_as_new_as_the_store(bool postgres)
    {
        await using var rig = await StartAsync(postgres);
        await HearAsync(rig, Change(Total(2, 2000), "b"));
        rig.Store.Put(Total(0, 5000));
        await HearAsync(rig, StoreChange.Named(EntityKind.Order, "17", "n"));
        Assert.Equal([(0, "n")], await WaitingAsync(rig));
        await HearAsync(rig, Change(Total(1, 1000), "a"));
        Assert.Equal([(0, "n")], await WaitingAsync(rig));
        rig.Store.Unreadable = null;
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(5000, await rig.Database.ReadAsync(db => db.ExecuteScalar<long>("select total from ledger where kind = 3"), Token));
    }

    [Fact]
    public async Task An_order_and_a_customer_of_one_id_are_shown_tried_and_dropped_apart()
    {
        await using var rig = await StartAsync(postgres: false);
        await HearAsync(rig, Change(Total(1, 1000), "a"), Change(Some.Customer("17", 1, "ada@example.com"), "b"));
        var desk = new QuarantineDesk(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        Assert.Equal(["customer:17", "order:17"], (await desk.FindAsync("17", Token)).Select(item => item.Called));
        var order = Assert.Single(await desk.FindAsync("order:17", Token));
        var customer = Assert.Single(await desk.FindAsync("shop-main:customer:17", Token));
        Assert.Equal(("17", "order", "17", "customer"), (order.Key, order.Kind, customer.Key, customer.Kind));
        Assert.Contains("N17", order.Payload);
        Assert.Contains("ada@example.com", customer.Payload);

        rig.Store.Unreadable = change => change.Kind == EntityKind.Order;
        Assert.Empty((await desk.RetryAsync([customer], Token)).Left);
        Assert.Equal("order:17", Assert.Single(await desk.ListAsync(Token)).Called);
        Assert.Single((await desk.RetryAsync([order], Token)).Left);

        rig.Store.Unreadable = _ => true;
        await HearAsync(rig, Change(Some.Customer("17", 2, "ada@example.com"), "c"));
        await desk.DropAsync([order], Token);
        Assert.Equal("customer:17", Assert.Single(await desk.ListAsync(Token)).Called);
    }

    private async Task<PullRig> StartAsync(bool postgres)
    {
        var rig = await PullRig.StartAsync(dialect: postgres ? cluster.NewDialect() : null);
        await rig.PassAsync();
        rig.Store.Unreadable = _ => true;
        return rig;
    }

    private static Order Total(long version, long total) => Some.Order("17", version, email: "ada@example.com", total: total);

    private static StoreChange Change(LedgerEntity entity, string? delivery) => new(entity.Kind, entity.PlatformId, entity.Version, System.Text.Encoding.UTF8.GetBytes(LedgerJson.Write(entity)), false, delivery);

    /// <summary>One after the other, as they come.</summary>
    private static async Task HearAsync(PullRig rig, params StoreChange[] changes)
    {
        foreach (var change in changes)
        {
            await rig.Engine.Intake.AppendAsync(PullRig.Name, [change], null, Token);
            await new LedgerFeed(rig.Database, NullLogger.Instance).DrainAsync(rig.Connection, Token);
        }
    }

    private static Task<List<(long, string?)>> WaitingAsync(PullRig rig) => rig.Database.ReadAsync(db => db.Query<(long, string?)>("select version, delivery_id from intake where state = 2 order by seq").AsList(), Token);
}
