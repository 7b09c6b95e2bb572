using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>Whoever writes to HubSpot or the store by hand looks first at what people may have changed there meanwhile.</summary>
public sealed class LookFirstTests : IDisposable
{
    private const string Ada = "ada@example.com";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-look-").FullName;

    [Fact]
    public async Task A_plan_that_is_carried_out_leaves_a_field_that_was_edited_in_HubSpot_since_and_says_so()
    {
        await using var rig = await StartAsync();
        EditStore(rig, "+4422");
        rig.Store.Put(Some.Customer("2", 0, "bob@example.com") with { Phone = "+491" });
        var file = Path.Combine(_folder, "a.plan");
        await using (var stream = File.Create(file)) Assert.Equal((1, 1), Contacts(await PlanAsync(rig, stream)));
        await rig.EditContactAsync(Ada, ("phone", "+4433"));
        var applied = await new PlanRunner(rig.Database, [rig.Connection], rig.Time, NullLogger.Instance).ApplyAsync(file, null, PullRig.Token);
        Assert.False(applied.IsComplete);
        var moved = Assert.Single(applied.Connections[0].MovedRecords);
        Assert.Equal("shop-main:customer:1", moved.Key);
        Assert.Contains("changed it in HubSpot", moved.Reason);
        Assert.Equal(("+4433", "+491"), ((await rig.ContactAsync(Ada))["phone"], (await rig.ContactAsync("bob@example.com"))["phone"]));
        Assert.Equal(1, await ConflictsAsync(rig));
        // The next pass decides by the policy: the newest stands.
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(("+4433", "+4433"), ((await rig.ContactAsync(Ada))["phone"], rig.Customer("1").Phone));
    }

    [Fact]
    public async Task A_plan_knows_what_was_edited_in_HubSpot_before_it()
    {
        await using var rig = await StartAsync();
        EditStore(rig, "+4422");
        await rig.EditContactAsync(Ada, ("phone", "+4433"));
        Assert.Equal((0, 0), Contacts(await PlanAsync(rig, null)));
        Assert.Equal(1, await ConflictsAsync(rig));
    }

    [Fact]
    public async Task Trying_again_by_hand_writes_over_no_edit_in_HubSpot()
    {
        await using var rig = await StartAsync();
        EditStore(rig, "+4422");
        await rig.HearAsync(EntityKind.Customer, "1");
        await rig.EditContactAsync(Ada, ("phone", "+4433"));
        await Desk(rig).RetryAsync([], PullRig.Token);
        Assert.Equal("+4433", (await rig.ContactAsync(Ada))["phone"]);
        Assert.Equal(1, await ConflictsAsync(rig));
    }

    [Fact]
    public async Task Trying_again_by_hand_writes_over_no_later_edit_in_the_store()
    {
        await using var rig = await StartAsync();
        rig.Store.Refuse = _ => new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "The phone number is too long.", Fix: "Shorten it.");
        await rig.EditContactAsync(Ada, ("phone", "+4433"));
        await rig.PassAsync();
        rig.Store.Refuse = null;
        rig.Store.Edit("1", customer => customer with { Phone = "+4444" });
        rig.Age("1", TimeSpan.FromHours(-1));   // by the clocks later than the edit in HubSpot, and no poll has told of it
        Assert.Empty((await Desk(rig).RetryAsync(await Desk(rig).ListAsync(PullRig.Token), PullRig.Token)).Left);
        Assert.Equal(("+4444", "+4444"), (rig.Customer("1").Phone, (await rig.ContactAsync(Ada))["phone"]));
    }

    [Fact]
    public async Task A_repair_writes_over_no_edit_in_HubSpot()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "guest@example.com"));
        await rig.PassAsync();
        await rig.Portal.Orders.UpdateAsync((await rig.OrderAsync()).Id, new Dictionary<string, string?> { ["hs_total_price"] = "999.00" }, null, PullRig.Token);
        var reconciliation = new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
        var drift = await reconciliation.CompareAsync(all: false, PullRig.Token);
        EditStore(rig, "+4422");
        await PlanAsync(rig, null);   // reads the store, as a round would meanwhile
        await rig.EditContactAsync(Ada, ("phone", "+4433"));
        await reconciliation.RepairAsync(drift, force: false, PullRig.Token);
        Assert.Equal(("+4433", "10.00"), ((await rig.ContactAsync(Ada))["phone"], (await rig.OrderAsync())["hs_total_price"]));
        Assert.Equal(1, await ConflictsAsync(rig));
    }

    [Fact]
    public async Task First_records_that_were_there_already_are_looked_at_before_they_are_written()
    {
        await using var rig = await PullRig.StartAsync(canary: true);
        rig.Store.Put(Some.Customer("1", 0, Ada) with { Phone = "+4422" });
        rig.Age("1", TimeSpan.FromMinutes(-30));
        var there = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = Ada, ["phone"] = "+4411" }), null, PullRig.Token);
        await rig.FaultAsync("500", "*/contacts/batch/update", times: 100);
        await Assert.ThrowsAsync<HubSpotException>(rig.PassAsync);   // taken over, and not written yet
        await rig.CalmAsync();
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync(Ada, ("phone", "+4433"));
        await rig.Worker().StepAsync(poll: false, PullRig.Token);
        var contact = await rig.ContactAsync(Ada);
        Assert.Equal((there.Id, "shop-main:customer:1", "+4433"), (contact.Id, contact["spoke_key"], contact["phone"]));
    }

    private static async Task<PullRig> StartAsync()
    {
        var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, Ada) with { Phone = "+4411" });
        rig.Age("1", TimeSpan.FromHours(2));
        await rig.PassAsync();
        return rig;
    }

    /// <summary>Somebody changes the number in the store, an hour before whatever happens in HubSpot.</summary>
    private static void EditStore(PullRig rig, string phone)
    {
        rig.Store.Edit("1", customer => customer with { Phone = phone });
        rig.Age("1", TimeSpan.FromHours(1));
    }

    private static Task<PlanSummary> PlanAsync(PullRig rig, Stream? file) => new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(file, null, PullRig.Token);

    private static (int Create, int Update) Contacts(PlanSummary plan) => plan.Connections[0].Objects.Where(o => o.Object == "contacts").Select(o => (o.Create, o.Update)).Single();

    private static QuarantineDesk Desk(PullRig rig) => new(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);

    private static Task<long> ConflictsAsync(PullRig rig) => rig.CountAsync("audit", "what = 'conflict' and property = 'phone'");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
