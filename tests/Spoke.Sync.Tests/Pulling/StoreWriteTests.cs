using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>What was changed in HubSpot on its way into the store: refused there, its answer lost, the store edited beside it.</summary>
public sealed class StoreWriteTests
{
    [Fact]
    public async Task What_the_store_says_after_it_took_a_value_of_HubSpots_is_the_newer_one_whatever_the_clocks_say()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("ada@example.com", ("phone", "+4413"));
        rig.Store.Written = async _ =>
        {
            rig.Store.Written = null;
            Assert.Equal("+4413", rig.Customer("1").Phone);
            rig.Store.Edit("1", c => c with { Phone = "+4422" });
            await rig.HearAsync(EntityKind.Customer, "1");   // before we hear that it had ours
        };
        await rig.PassAsync();
        Assert.Equal(("+4422", "+4422"), (rig.Customer("1").Phone, (await rig.ContactAsync("ada@example.com"))["phone"]));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task What_the_store_refuses_waits_with_the_reason_and_goes_on_once_it_is_mended()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        rig.Store.Refuse = _ => new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "The phone number is too long.", Fix: "Shorten it.");
        await rig.EditContactAsync("ada@example.com", ("phone", "0861234567"));
        var pass = await rig.PassAsync();
        Assert.Equal(1, pass.Quarantined);
        Assert.Equal(("STORE_REFUSED", "The phone number is too long.", "Shorten it."), (pass.Quarantine[0].Cause, pass.Quarantine[0].Problem, pass.Quarantine[0].Fix));
        Assert.Equal("0861234567", (await rig.ContactAsync("ada@example.com"))["phone"]);   // and HubSpot is not overwritten meanwhile
        rig.Store.Refuse = null;
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("0861234567", rig.Customer("1").Phone);
    }

    [Fact]
    public async Task What_the_store_refused_is_written_to_it_when_it_is_tried_again_by_hand()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        rig.Store.Refuse = _ => new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "The phone number is too long.", Fix: "Shorten it.");
        await rig.EditContactAsync("ada@example.com", ("phone", "0861234567"));
        await rig.PassAsync();
        var desk = new QuarantineDesk(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        Assert.Single((await desk.RetryAsync(await desk.ListAsync(PullRig.Token), PullRig.Token)).Left);
        rig.Store.Refuse = null;
        Assert.Empty((await desk.RetryAsync(await desk.ListAsync(PullRig.Token), PullRig.Token)).Left);
        Assert.Equal("0861234567", rig.Customer("1").Phone);
    }

    [Fact]
    public async Task Two_edits_of_one_moment_that_are_written_one_after_the_other_both_arrive()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        var late = false;
        // The store takes a while over the first: it is written again beside the second, which is as old.
        rig.Store.Refuse = write => late || ((CustomerFieldsWrite)write).Fields.ContainsKey(CustomerField.Phone) ? null : new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "later", Fix: "wait");
        await rig.EditContactAsync("ada@example.com", ("firstname", "Augusta"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("phone", "0861234567"));
        await rig.PassAsync();
        late = true;
        await rig.PassAsync();
        Assert.Equal(("Augusta", "0861234567"), (rig.Customer("1").FirstName, rig.Customer("1").Phone));
    }

    [Fact]
    public async Task A_value_of_HubSpots_is_written_again_over_what_the_store_said_between_a_lost_answer_and_now()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("ada@example.com", ("phone", "+4413"));   // by the clocks the latest word
        rig.Store.Written = _ =>
        {
            rig.Store.Written = null;
            Assert.Equal("+4413", rig.Customer("1").Phone);
            rig.Store.Edit("1", c => c with { Phone = "+4422" });
            throw new StoreException("The store's answer was lost.", isTransient: true);
        };
        await Assert.ThrowsAsync<StoreException>(rig.PassAsync);
        await rig.HearAsync(EntityKind.Customer, "1");
        await rig.Database.WriteAsync((db, transaction) => db.Execute("update taken set due_at = 0", null, transaction), PullRig.Token);
        await rig.PassAsync();
        Assert.Equal(("+4413", "+4413"), (rig.Customer("1").Phone, (await rig.ContactAsync("ada@example.com"))["phone"]));
        await rig.AssertQuietAsync();
        Assert.Equal(0, await rig.CountAsync("taken", "1 = 1"));
    }
}
