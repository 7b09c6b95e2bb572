using System.Net;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Deletes and associations: what moves no record's date in HubSpot.</summary>
public sealed class DeletesAndAssociationsTests
{
    private const string Hub = "1000001";

    [Fact]
    public async Task Scenario_33_an_archived_record_is_learned_of_by_its_event_or_by_the_list_of_archived_ones()
    {
        // tap-hubspot#64, airbyte#19838, airbyte#35017
        await using var scene = await Scene.StartAsync();
        foreach (var id in new[] { "1", "2", "3" }) scene.Store.Put(Some.Customer(id, 0, $"person{id}@example.com"));
        await scene.PassAsync();
        var (told, untold) = ((await scene.OneAsync("contacts", "shop-main:customer:1")).Id, (await scene.OneAsync("contacts", "shop-main:customer:2")).Id);
        await scene.Portal.Contacts.ArchiveAsync(told, null, Scene.Token);
        await scene.Portal.Contacts.ArchiveAsync(untold, null, Scene.Token);
        Assert.Equal((200, "kept"), await scene.TellAsync($$"""[{"eventId":1,"subscriptionType":"contact.deletion","portalId":{{Hub}},"objectId":{{told}},"occurredAt":1000}]"""));
        await scene.PassAsync();
        Assert.Equal(["shop-main:customer:1"], await StoppedAsync(scene));
        await scene.AgeAsync("pull-archived");
        await scene.PassAsync();
        Assert.Equal(["shop-main:customer:1", "shop-main:customer:2"], await StoppedAsync(scene));
        Assert.Single(await scene.AllAsync("contacts"));
    }

    [Fact]
    public async Task Scenario_34_the_list_of_archived_records_is_read_once_a_day_and_what_has_left_it_is_missed()
    {
        // supaglue#495
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        await scene.PassAsync();
        await scene.AgeAsync("pull-archived");
        Assert.Equal((1, 0, 0), (await LooksAsync(), await LooksAsync(), await LooksAsync()));
        await scene.AgeAsync("pull-archived");
        Assert.Equal(1, await LooksAsync());
        // Archived, and gone from that list too: comparing both sides finds it without the list.
        await scene.Portal.Orders.ArchiveAsync((await scene.OneAsync("orders", "shop-main:order:1")).Id, null, Scene.Token);
        scene.Wire.Answer = (path, _) => path.Contains("archived=true", StringComparison.Ordinal) && !path.Contains("batch", StringComparison.Ordinal) ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"results":[]}""", System.Text.Encoding.UTF8, "application/json") } : null;
        await scene.AgeAsync("pull-archived");
        await scene.PassAsync();
        Assert.Empty(await StoppedAsync(scene));
        Assert.Equal(1, (await scene.Reconciliation.CompareAsync(all: false, Scene.Token)).Objects.Single(o => o.Object == "orders").Missing);

        async Task<int> LooksAsync()
        {
            var before = scene.Wire.Calls.Count;
            await scene.PassAsync();
            return scene.Wire.Calls.Skip(before).Count(call => call.Path.Contains("/orders?", StringComparison.Ordinal) && call.Path.Contains("archived=true", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Scenario_35_an_association_taken_away_is_heard_of_or_found_by_comparing_and_comes_back()
    {
        // airbyte#27199
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com", lines: "l1"));
        await scene.PassAsync();
        var order = (await scene.OneAsync("orders", "shop-main:order:1")).Id;
        var contact = Assert.Single(await scene.AssociatedAsync("orders", order, "contacts"));
        await scene.Portal.Associations.BatchArchiveAsync("orders", "contacts", [new AssociationInput(order, contact)], null, Scene.Token);
        await scene.TellAsync($$"""[{"eventId":1,"subscriptionType":"object.associationChange","objectTypeId":"0-123","portalId":{{Hub}},"fromObjectId":{{order}},"toObjectId":{{contact}},"associationRemoved":true,"occurredAt":1000}]""");
        await scene.PassAsync();
        Assert.Equal([contact], await scene.AssociatedAsync("orders", order, "contacts"));
        // Nobody tells of this one.
        await scene.Portal.Associations.BatchArchiveAsync("orders", "contacts", [new AssociationInput(order, contact)], null, Scene.Token);
        var drift = await scene.Reconciliation.CompareAsync(all: false, Scene.Token);
        Assert.Equal((1, "association"), (drift.Objects.Single(o => o.Object == "orders").Associations, Assert.Single(drift.Examples).What));
        await scene.Reconciliation.RepairAsync(drift, force: false, Scene.Token);
        Assert.Equal([contact], await scene.AssociatedAsync("orders", order, "contacts"));
    }

    [Fact]
    public async Task Scenario_36_limits_are_learned_from_what_HubSpot_answers()
    {
        // airbyte#48834
        await using var scene = await Scene.StartAsync(emulator: new EmulatorOptions { Limits = LimitTier.Pro }, callsInTenSeconds: 100);
        Assert.Equal(100, scene.Portal.Budget.TenSecondLimit);
        // From today on a batch may have forty inputs.
        scene.Wire.Answer = (path, body) => path.Contains("/batch/upsert", StringComparison.Ordinal) && body.Split("objectWriteTraceId").Length - 1 > 40 ? Refusals.Whole("The maximum number of inputs supported in a batch is 40") : null;
        for (var i = 0; i < 200; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        var pass = await scene.PassAsync();
        Assert.Equal(190, scene.Portal.Budget.TenSecondLimit);
        Assert.Equal((200, 0), ((await scene.AllAsync("contacts")).Count, pass.Quarantined));
    }

    private static async Task<List<string>> StoppedAsync(Scene scene) => [.. (await scene.Desk.ListAsync(Scene.Token)).Where(item => item.Stopped).Select(item => item.Key).Order()];
}
