using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Values of ours that came to HubSpot without our hearing of it in time: nobody has edited anything.</summary>
public sealed class UnheardValueTests
{
    [Fact]
    public async Task A_call_that_came_after_the_one_that_took_its_place_is_written_over_and_does_not_come_back_to_the_store()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Age("1", TimeSpan.FromMinutes(3));
        await rig.PassAsync();
        rig.Store.Edit("1", c => c with { FirstName = "first" });
        rig.Age("1", TimeSpan.FromMinutes(2));
        await rig.HearAsync(EntityKind.Customer, "1");
        await new LedgerFeed(rig.Database, NullLogger.Instance).DrainAsync(rig.Connection, PullRig.Token);
        var outcomes = new OutcomeStore(rig.Database, PullRig.Name, rig.Time, rig.Connection.IsEdited);
        var reader = DesiredReader.Of(rig.Database.Dialect, rig.Connection, await new PortalPreparation(rig.Database, rig.Connection).PrepareAsync(PullRig.Token));
        var slow = Assert.Single(await outcomes.SendingAsync(await new Planner(rig.Database, PullRig.Name, reader, rig.Time).OfAsync("contacts", ["shop-main:customer:1"], PullRig.Token), PullRig.Token));
        await rig.Database.WriteAsync((db, transaction) => db.Execute("update record set turn_until = 0, due_at = 0", null, transaction), PullRig.Token);   // it takes too long
        rig.Store.Edit("1", c => c with { FirstName = "second" });
        rig.Age("1", TimeSpan.FromMinutes(1));
        await rig.PassAsync();
        Assert.Equal("second", (await rig.ContactAsync("ada@example.com"))["firstname"]);
        await rig.EditContactAsync("ada@example.com", ("firstname", "first"));   // the slow call arrives
        await outcomes.KeepAsync([new PushOutcome(slow, PushResult.Written) { RecordId = slow.RecordId }], PullRig.Token);
        await rig.PassAsync();
        Assert.Equal(("second", "second"), (rig.Customer("1").FirstName, (await rig.ContactAsync("ada@example.com"))["firstname"]));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Who_takes_over_an_address_leaves_no_name_in_the_account_that_had_it()
    {
        await using var rig = await PullRig.StartAsync();
        await rig.UseAsync(attempts: 1);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Age("1", TimeSpan.FromMinutes(3));
        await rig.PassAsync();
        rig.Store.Edit("1", c => c with { Email = "countess@example.com" });
        rig.Age("1", TimeSpan.FromMinutes(2));
        rig.Store.Put(Some.Customer("2", 0, "ada@example.com") with { FirstName = "Bob" });
        await rig.FaultAsync("500", "*/contacts/batch/update");   // the address is not given up yet when the other comes for it
        for (var pass = 0; pass < 4; pass++)
        {
            await rig.Engine.RunOnceAsync(null, PullRig.Token);   // the first has nothing but refusals
            await rig.Database.WriteAsync((db, transaction) => db.Execute("update record set due_at = 0", null, transaction), PullRig.Token);
        }
        Assert.Equal(("Ada", "Bob"), (rig.Customer("1").FirstName, rig.Customer("2").FirstName));
        Assert.Equal(("Ada", "Bob"), ((await rig.ContactAsync("countess@example.com"))["firstname"], (await rig.ContactAsync("ada@example.com"))["firstname"]));
        Assert.Equal(0, await rig.CountAsync("audit", "what in ('edit', 'conflict')"));
        await rig.AssertQuietAsync();
    }
}
