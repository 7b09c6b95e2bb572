using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Intake;

/// <summary>What a full read does not bring although the ledger has it.</summary>
public class VanishedTests
{
    [Fact]
    public async Task What_was_pushed_before_the_first_read_and_is_gone_by_then_is_never_made()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase());
        rig.Store.Put(Some.Variant("v1", 0, "TEA"));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        rig.Store.Put(Some.Order("2", 0, email: "ada@example.com"));
        await rig.Engine.Intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, "1", "d1")], null, PullRig.Token);
        rig.Store.Lose(EntityKind.Order, "1");   // and the push that says so is lost
        await rig.Worker().StepAsync(poll: false, PullRig.Token);   // what was pushed is in the ledger; nothing is made before all of the store is known
        Assert.Equal(1, await rig.CountAsync("ledger", "kind = 3 and deleted = 0"));
        await rig.LaterAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(1, await rig.CountAsync("ledger", "kind = 3 and deleted = 1 and platform_id = '1'"));
        Assert.Equal("1", (await rig.ContactAsync("ada@example.com"))["spoke_orders_count"]);
    }

    [Fact]
    public async Task A_further_full_read_finds_what_was_deleted_unheard_and_asks_before_it_believes_it()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase());
        for (var i = 0; i < 12; i++) rig.Store.Put(Some.Variant($"v{i}", 0, $"TEA-{i}"));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        rig.Store.Put(Some.Order("2", 0, email: "ada@example.com"));
        await rig.PassAsync();
        rig.Store.Lose(EntityKind.Variant, "v3");
        rig.Store.NotListed.Add("v4");   // pages that move while they are read may leave one out
        await rig.ReadAgainAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(11, (await rig.Portal.Products.ListAsync(null, null, PullRig.Token).ToListAsync(PullRig.Token)).Count);
        Assert.Equal(1, await rig.CountAsync("ledger", "kind = 1 and deleted = 1 and platform_id = 'v3'"));
        Assert.Equal(0, await rig.CountAsync("ledger", "kind = 1 and deleted = 1 and platform_id = 'v4'"));
        // The guest behind the orders is on no list and stays.
        Assert.Equal("2", (await rig.ContactAsync("ada@example.com"))["spoke_orders_count"]);
    }

    [Fact]
    public async Task Too_much_at_once_is_told_and_nothing_of_it_is_believed()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase());
        for (var i = 0; i < 30; i++) rig.Store.Put(Some.Variant($"v{i}", 0, $"TEA-{i}"));
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        for (var i = 0; i < 11; i++) rig.Store.Lose(EntityKind.Variant, $"v{i}");
        rig.Store.Lose(EntityKind.Customer, "1");   // the only one: an empty answer
        await rig.ReadAgainAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(0, await rig.CountAsync("ledger", "deleted = 1"));
        Assert.Equal(2, await rig.CountAsync("audit", "what = 'vanished'"));
    }

    /// <summary>A new database for the facts to run on; null: SQLite, in a file of the rig's.</summary>
    protected virtual ISqlDialect? NewDatabase() => null;
}
