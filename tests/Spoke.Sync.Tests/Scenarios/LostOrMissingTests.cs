using System.Net;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Lost or missing: what HubSpot refuses in part.</summary>
public sealed class LostOrMissingTests
{
    [Fact]
    public async Task Scenario_04_of_a_batch_carried_out_in_part_every_input_has_an_outcome_of_its_own()
    {
        // airbyte#74725
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 150; i++) scene.Store.Put(Some.Customer($"{i:000}", 0, $"person{i}@example.com"));
        await scene.PassAsync();
        foreach (var id in new[] { "007", "057", "107" }) await scene.Portal.Contacts.ArchiveAsync((await scene.OneAsync("contacts", $"shop-main:customer:{id}")).Id, null, Scene.Token);
        for (var i = 0; i < 150; i++) scene.Store.Edit($"{i:000}", c => c with { FirstName = "Augusta" });
        await scene.PassAsync();
        var updates = scene.Wire.Calls.Where(call => call.Is("/contacts/batch/update")).ToList();
        Assert.Contains(updates, call => call.Status == 207);
        Assert.All(updates, call => Assert.Contains("objectWriteTraceId", call.Body));
        Assert.Equal(147, await scene.CountAsync("record", $"object = 'contacts' and state = {RecordState.InStep} and record_id is not null"));
        Assert.Equal(["007", "057", "107"], (await scene.Desk.ListAsync(Scene.Token)).Where(item => item.Cause == "ARCHIVED").Select(item => item.Key.Split(':')[^1]).Order());
        Assert.Equal(147, (await scene.AllAsync("contacts", "firstname")).Count(contact => contact["firstname"] == "Augusta"));
    }

    [Fact]
    public async Task Scenario_05_one_conflicting_record_leaves_the_rest_of_its_batch_written()
    {
        // airbyte#76340
        await using var scene = await Scene.StartAsync();
        await scene.CreateAsync("contacts", ("email", "taken@example.org"));
        for (var i = 0; i < 100; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        await scene.PassAsync();
        var theirs = Assert.Single(await scene.AllAsync("contacts", "email"), contact => contact["email"] == "taken@example.org").Id;
        // HubSpot refuses every batch that has the address, whatever else is in it, and does not say which input it was.
        scene.Wire.Answer = (path, body) => path.Contains("/contacts/batch/update", StringComparison.Ordinal) && body.Contains("taken@example.org", StringComparison.Ordinal) ? Refusals.Whole($"Contact already exists. Existing ID: {theirs}", "CONFLICT", HttpStatusCode.Conflict) : null;
        for (var i = 0; i < 100; i++) scene.Store.Edit($"{i}", c => c with { FirstName = "Augusta", Email = i == 42 ? "taken@example.org" : c.Email });
        var before = scene.Wire.Calls.Count;
        var pass = await scene.PassAsync();
        Assert.Equal(1, pass.Quarantined);
        var held = Assert.Single(await scene.Desk.ListAsync(Scene.Token));
        Assert.Equal(("shop-main:customer:42", "email", "taken@example.org"), (held.Key, held.Property, held.Value));
        var updates = scene.Wire.Calls.Skip(before).Where(call => call.Is("/contacts/batch/update")).ToList();
        Assert.Equal((409, 100), (updates[0].Status, SlowOrStuckTests.Inputs(updates[0])));
        Assert.InRange(updates.Count, 2, 30);   // halves, not one call a record
        Assert.Equal(100, (await scene.AllAsync("contacts", "firstname")).Count(contact => contact["firstname"] == "Augusta"));   // of theirs, too, everything but the address
    }

    [Fact]
    public async Task Scenario_06_one_bad_input_does_not_discard_the_batch()
    {
        // rudder-transformer#3308: HubSpot says no to the whole call and carries nothing out.
        await using var scene = await Scene.StartAsync();
        scene.Wire.Answer = (path, body) => path.Contains("/contacts/batch/upsert", StringComparison.Ordinal) && body.Contains("person42@", StringComparison.Ordinal)
            ? Refusals.Whole("Property values were not valid: [{\"isValid\":false,\"message\":\"not one of ours\",\"error\":\"INVALID_OPTION\",\"name\":\"phone\"}]") : null;
        for (var i = 0; i < 100; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        await scene.PassAsync();
        Assert.Equal(99, (await scene.AllAsync("contacts")).Count);
        Assert.Equal("shop-main:customer:42", Assert.Single(await scene.Desk.ListAsync(Scene.Token)).Key);
        Assert.InRange(scene.Wire.Calls.Count(call => call.Is("/contacts/batch/upsert")), 2, 30);   // halves, not one call a record
        scene.Wire.Answer = null;
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(100, (await scene.AllAsync("contacts")).Count);
    }

    [Fact]
    public async Task Scenario_07_every_webhook_of_a_burst_is_kept_before_it_is_answered()
    {
        // n8n#20137
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.PassAsync();
        for (var i = 0; i < 25; i++) shop.Desk.Place($"buyer{i}@example.com");
        var answers = await Task.WhenAll(shop.Webhooks.Take().Select(push => scene.DeliverAsync(push.Delivery)));
        Assert.Equal(25, answers.Length);
        Assert.All(answers, answer => Assert.Equal((200, "kept"), answer));
        Assert.Equal(25, await scene.CountAsync("intake", "state = 0 and kind = 3"));   // durable, and nobody has worked on any yet
        Assert.Empty(await scene.AllAsync("orders"));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(25, (await scene.AllAsync("orders")).Count);
    }

    [Fact]
    public async Task Scenario_08_answers_stay_small_and_what_is_too_large_is_refused_aloud_and_read_instead()
    {
        // segment-docs#7266
        var (scene, shop) = await Scene.WooAsync();
        await using var _ = scene;
        await scene.PassAsync();
        shop.Desk.Place("ada@example.com");
        var push = Assert.Single(shop.Webhooks.Take()).Delivery;
        var (status, text) = await scene.DeliverAsync(push.Headers, new byte[(1 << 20) + 1]);
        Assert.Equal(413, status);
        Assert.Contains("bytes at most", text);
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Single(await scene.AllAsync("orders"));
        await scene.Reconciliation.CompareAsync(all: false, Scene.Token);
        // Whatever reads records says which of their properties it needs.
        var reads = scene.Wire.Calls.Where(call => call.Path.Contains("/objects/", StringComparison.Ordinal) && (call.Method == "GET" || call.Is("/search") || call.Is("/batch/read"))).ToList();
        Assert.NotEmpty(reads);
        Assert.All(reads, call => Assert.Contains("properties", call.Method == "GET" ? call.Path : call.Body));
    }

    [Fact]
    public async Task Scenario_09_an_empty_answer_of_the_store_deletes_nothing_and_much_at_once_is_asked_about()
    {
        // airbyte#13312
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 60; i++) scene.Store.Put(Some.Order($"{i}", 0, email: $"person{i}@example.com"));
        await scene.PassAsync();
        scene.Store.Clear();
        await scene.ForgetAsync("full-read%");
        await scene.ForgetAsync("all-%");
        var before = scene.Wire.Calls.Count(call => call.Writes);
        var pass = await scene.PassAsync();
        Assert.Equal((0, 0, 0), (pass.Read.Orders, pass.Written.Archived, pass.Written.Updated));
        Assert.Equal(before, scene.Wire.Calls.Count(call => call.Writes));
        Assert.Equal((60, 60), ((await scene.AllAsync("orders")).Count, (await scene.AllAsync("contacts")).Count));
        // The other way round: HubSpot looks emptied. Nothing is made again before somebody says so.
        await scene.Portal.Orders.BatchArchiveAsync([.. (await scene.AllAsync("orders")).Select(order => order.Id)], null, Scene.Token);
        var refused = (await scene.Reconciliation.RepairAsync(await scene.Reconciliation.CompareAsync(all: false, Scene.Token), force: false, Scene.Token)).Refused;
        Assert.Contains("--force", refused);
    }
}
