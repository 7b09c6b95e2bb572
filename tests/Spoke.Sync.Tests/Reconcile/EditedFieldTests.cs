using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Sync.Connections;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Reconcile;

/// <summary>Fields that people edit on both sides: an edit that the look at HubSpot has passed by is found by comparing, and its policy decides what becomes of it.</summary>
public sealed class EditedFieldTests
{
    [Fact]
    public async Task An_edit_that_no_look_has_found_is_drift_and_a_repair_takes_it_to_the_store()
    {
        await using var rig = await EditedAsync(FieldPolicies.Default);
        Assert.Equal(0, (await Of(rig).CompareAsync(all: false, PullRig.Token)).Differing);   // the next look is to find it
        await PassByAsync(rig);
        var drift = await Of(rig).CompareAsync(all: false, PullRig.Token);
        var example = Assert.Single(drift.Examples);
        Assert.Equal(("phone", "+353861111111", "+353862222222"), (example.Where, example.Ledger, example.HubSpot));
        Assert.Contains("by its policy, newest", example.Cause);
        Assert.Equal((null, 1), Told(await Of(rig).RepairAsync(drift, force: false, PullRig.Token)));
        var contact = await rig.ContactAsync("ada@example.com");
        Assert.Equal(("+353862222222", "0"), (contact["phone"], contact["spoke_orders_count"]));   // the edit stands, what is ours is ours again
        await rig.PassAsync();
        Assert.Equal("+353862222222", rig.Customer("1").Phone);
        await PassByAsync(rig);
        Assert.True((await Of(rig).CompareAsync(all: false, PullRig.Token)).InStep);
    }

    [Fact]
    public async Task Where_the_store_stands_the_edit_is_undone()
    {
        await using var rig = await EditedAsync(FieldPolicies.Default.With("contacts", "phone", FieldRule.Parse("contacts", "phone", "store-enforced")!));
        await PassByAsync(rig);
        var drift = await Of(rig).CompareAsync(all: false, PullRig.Token);
        await Of(rig).RepairAsync(drift, force: false, PullRig.Token);
        Assert.Equal("+353861111111", (await rig.ContactAsync("ada@example.com"))["phone"]);
        Assert.Equal("+353861111111", rig.Customer("1").Phone);
    }

    [Fact]
    public async Task A_contact_that_is_gone_without_a_trace_is_left_alone_and_the_repair_says_so()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.Portal.Contacts.EraseAsync((await rig.ContactAsync("ada@example.com")).Id, null, PullRig.Token);
        var drift = await Of(rig).CompareAsync(all: false, PullRig.Token);
        Assert.Equal(1, drift.Differing);
        var repair = await Of(rig).RepairAsync(drift, force: false, PullRig.Token);
        Assert.Equal((0, 1), (repair.Marked, repair.LeftAlone));
        Assert.Equal(1, await rig.CountAsync("record", "object = 'contacts' and state = 3"));
    }

    private static async Task<PullRig> EditedAsync(FieldPolicies policies)
    {
        var rig = await PullRig.StartAsync(policies);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com") with { Phone = "+353861111111" });
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("phone", "+353862222222"));
        return rig;
    }

    /// <summary>As if the look at what has changed in HubSpot had been made and not found anything: its search lags.</summary>
    private static Task PassByAsync(PullRig rig) => rig.Database.WriteAsync((db, transaction) =>
    {
        db.Execute("update progress set value = @later where name = 'pull-contacts'", new { later = rig.Time.GetUtcNow().AddHours(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture) }, transaction);
    }, PullRig.Token);

    private static (string?, int) Told(RepairResult repair) => (repair.Refused, repair.Marked);

    private static Reconciliation Of(PullRig rig) => new(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
}
