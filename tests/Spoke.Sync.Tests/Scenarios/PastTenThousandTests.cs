using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Lost or missing: HubSpot's search ends at 10,000 records, whatever the reason that there are more.</summary>
public sealed class PastTenThousandTests
{
    private const int Cap = 10_000;
    private const int People = Cap + 50;

    [Fact]
    public async Task Scenario_01_a_look_at_more_than_ten_thousand_changes_misses_none_and_reconcile_counts_both_ends()
    {
        // airbyte#23630
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Customer("first", 0, "ada@example.com"));
        await scene.PassAsync();
        await OthersAsync(scene, People);
        scene.Store.Put(Some.Customer("last", 0, "bob@example.com"));
        await scene.PassAsync();
        // The first record and the last one of what the next look has to go through: all of them are new.
        await scene.EditAsync("contacts", (await scene.OneAsync("contacts", "shop-main:customer:first")).Id, ("phone", "0861111111"));
        await scene.EditAsync("contacts", (await scene.OneAsync("contacts", "shop-main:customer:last")).Id, ("phone", "0869999999"));
        var before = Searches(scene).Count;
        Assert.Equal(2, (await scene.PassAsync()).WrittenBack);
        Assert.True(Searches(scene).Count - before > Cap / 200);
        Assert.Equal(["0861111111", "0869999999"], new[] { "first", "last" }.Select(id => scene.Store.Get<Customer>(EntityKind.Customer, id).Phone));
        AssertNeverPastTheCap(scene);
        var drift = await scene.Reconciliation.CompareAsync(all: false, Scene.Token);
        Assert.True(drift.InStep);
        Assert.Equal((2, 2), drift.Objects.Where(o => o.Object == "contacts").Select(o => (o.Ledger, o.HubSpot)).Single());
    }

    [Fact]
    public async Task Scenario_02_twenty_five_thousand_records_of_others_do_not_stop_the_sync()
    {
        // airbyte#10700
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await scene.PassAsync();
        await OthersAsync(scene, 25_000);
        var ada = await scene.OneAsync("contacts", "shop-main:customer:1");
        await scene.EditAsync("contacts", ada.Id, ("firstname", "Augusta"));
        // A record that is newer than all of these is found behind them.
        scene.Store.Put(Some.Customer("2", 0, "bob@example.com"));
        var pass = await scene.PassAsync();
        Assert.True(pass.InStep);
        Assert.Equal("Augusta", scene.Store.Get<Customer>(EntityKind.Customer, "1").FirstName);
        Assert.True(Searches(scene).Count >= 25_000 / 200);
        await scene.EditAsync("contacts", (await scene.OneAsync("contacts", "shop-main:customer:2")).Id, ("firstname", "Robert"));
        await scene.PassAsync();
        Assert.Equal("Robert", scene.Store.Get<Customer>(EntityKind.Customer, "2").FirstName);
        AssertNeverPastTheCap(scene);
    }

    [Fact]
    public async Task Scenario_03_more_than_ten_thousand_records_of_one_modified_time_are_read_to_the_end()
    {
        // airbyte#43317, airbyte#14988
        var stopped = new FakeTimeProvider(TimeProvider.System.GetUtcNow());   // HubSpot's clock stands still: whatever changes has one time
        await using var scene = await Scene.StartAsync(emulator: new EmulatorOptions { Limits = LimitTier.Off, TimeProvider = stopped });
        scene.Store.Put(Some.Customer("first", 0, "ada@example.com"));
        await scene.PassAsync();
        await OthersAsync(scene, People);
        // HubSpot's own job has touched all of them at once, and behind the last of them is one of ours that a person has edited.
        scene.Store.Put(Some.Customer("last", 0, "bob@example.com"));
        await scene.PassAsync();
        foreach (var id in new[] { "first", "last" }) await scene.EditAsync("contacts", (await scene.OneAsync("contacts", $"shop-main:customer:{id}")).Id, ("city", "Galway"));
        var all = await scene.AllAsync("contacts", "lastmodifieddate");
        Assert.Equal((People + 2, 1), (all.Count, all.Select(contact => contact["lastmodifieddate"]).Distinct().Count()));
        var before = Searches(scene).Count;
        var pass = await scene.PassAsync();
        Assert.Equal((2, 2, true), (pass.PulledFields, pass.WrittenBack, pass.InStep));
        Assert.Equal(["Galway", "Galway"], new[] { "first", "last" }.Select(id => scene.Store.Get<Customer>(EntityKind.Customer, id).Address?.City));
        Assert.InRange(Searches(scene).Count - before, People / 200, (People / 200) + 3);   // once through, to the end
        AssertNeverPastTheCap(scene);
    }

    private static Task OthersAsync(Scene scene, int people) => Parallel.ForEachAsync(Enumerable.Range(0, (people + 99) / 100), Scene.Token, async (batch, token) =>
        await scene.Portal.Contacts.BatchCreateAsync([.. Enumerable.Range(batch * 100, Math.Min(100, people - (batch * 100))).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"other{i}@example.org" }))], null, token));

    private static List<Call> Searches(Scene scene) => [.. scene.Wire.Calls.Where(call => call.Is("/contacts/search"))];

    private static void AssertNeverPastTheCap(Scene scene)
    {
        Assert.All(Searches(scene), call => Assert.Equal(200, call.Status));
        Assert.All(Searches(scene), call => Assert.DoesNotContain("\"after\"", call.Body));   // windows by id, not offsets
    }
}
