using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Slow or stuck: how many calls the work takes, and what becomes of it when it is broken off.</summary>
public sealed class SlowOrStuckTests
{
    [Fact]
    public async Task Scenario_24_a_long_first_sync_says_how_long_it_takes_and_goes_on_where_it_was_broken_off()
    {
        // mc-woocommerce#1164: 53,000 of 120,000 orders after two weeks
        await using var scene = await Scene.StartAsync(attempts: 1);
        for (var i = 0; i < 530; i++) scene.Store.Put(Some.Order($"{i:000}", 0, email: "ada@example.com"));
        await scene.FaultAsync("502", "*/orders/batch/upsert", times: 1000, after: 2);
        await Assert.ThrowsAsync<HubSpotException>(() => scene.PassAsync());
        var made = (await scene.AllAsync("orders")).Count;
        Assert.Equal(200, made);
        await scene.ClearFaultsAsync();
        scene.Use();
        var told = new Reports();
        Assert.True((await scene.PassAsync(told)).InStep);
        Assert.Equal(530, (await scene.AllAsync("orders")).Count);
        Assert.Equal(530 - made, scene.Wire.Calls.Where(call => call.Is("/orders/batch/upsert")).Sum(Inputs));   // nothing that was done is done again
        var pushing = told.All.Where(report => report.Phase == "pushing").ToList();
        Assert.Contains(pushing, report => report is { Waiting: > 0, CallsLeft: > 0 } && report.Left > TimeSpan.Zero);
    }

    [Fact]
    public async Task Scenario_25_a_thousand_records_go_in_batches_of_a_hundred_and_several_at_once()
    {
        // mc-woocommerce#546: 5 to 10 records in 10 to 20 seconds
        await using var scene = await Scene.StartAsync();
        await scene.FaultAsync("slow:100", "*/batch/upsert", times: 100);
        for (var i = 0; i < 1000; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        Assert.True((await scene.PassAsync()).InStep);
        var sent = scene.Wire.Calls.Where(call => call.Is("/contacts/batch/upsert")).Select(Inputs).ToList();
        Assert.Equal((10, 1000), (sent.Count, sent.Sum()));
        Assert.InRange(scene.Wire.MostUnderWay, 2, 4);
    }

    [Fact]
    public async Task Scenario_26_a_record_that_cannot_be_read_waits_aside_and_the_rest_goes_on()
    {
        // mc-woocommerce#563, mc-woocommerce#214: the same four orders for days
        await using var scene = await Scene.StartAsync();
        await scene.PassAsync();
        foreach (var id in new[] { "p1", "p2", "p3", "p4" }) await scene.Engine.Intake.AppendAsync(Scene.Name, [new StoreChange(EntityKind.Order, id, 1, """{"total":"many"}"""u8.ToArray())], null, Scene.Token);
        for (var round = 1; round <= 3; round++)
        {
            scene.Store.Put(Some.Order($"{round}", 0, email: "ada@example.com"));
            var pass = await scene.PassAsync();
            Assert.Equal((4, 1), (pass.Quarantined, pass.Read.Orders));   // the cursor has moved past what was read before
            Assert.Equal(round, (await scene.AllAsync("orders")).Count);
        }
        Assert.Equal(["p1", "p2", "p3", "p4"], (await scene.Desk.ListAsync(Scene.Token)).Select(item => item.Key).Order());
    }

    [Fact]
    public async Task Scenario_27_how_much_is_done_is_counted_on_both_sides_and_not_by_a_counter()
    {
        // mc-woocommerce#1187: shows 100% with 400,000 orders missing
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 100; i++) scene.Store.Put(Some.Order($"{i:000}", 0, email: "ada@example.com"));
        Assert.True((await scene.PassAsync()).InStep);
        await scene.Portal.Orders.BatchArchiveAsync([.. (await scene.AllAsync("orders")).Take(40).Select(order => order.Id)], null, Scene.Token);
        var drift = await scene.Reconciliation.CompareAsync(all: false, Scene.Token);
        var orders = drift.Objects.Single(o => o.Object == "orders");
        Assert.Equal((100, 60, 40, false), (orders.Ledger, orders.HubSpot, orders.Missing, drift.InStep));
        Assert.Equal((100, "1000.00", 60, "600.00"), drift.Sums.Select(sum => (sum.Ledger.Orders, sum.Ledger.Total, sum.HubSpot.Orders, sum.HubSpot.Total)).Single());
        // The pass says so too, and as long as HubSpot counts fewer it never shows 100%.
        scene.Store.Put(Some.Order("100", 0, email: "ada@example.com"));
        var told = new Reports();
        var pass = await scene.PassAsync(told);
        Assert.Equal(new Spoke.Sync.Insight.CountedRecords("orders", 101, 101, 61), pass.Counts.Single(count => count.Object == "orders"));
        Assert.Equal(40, pass.Counts.Single(count => count.Object == "orders").Missing);
        var pushing = told.All.Where(report => report.Phase == "pushing").ToList();
        Assert.NotEmpty(pushing);
        Assert.All(pushing, report => Assert.InRange(report.Percent, 0, 99));
        // What comes back counts.
        foreach (var order in await scene.Portal.Orders.ListAsync(new ReadOptions { Archived = true }, null, Scene.Token).ToListAsync(Scene.Token)) await scene.RestoreAsync("orders", order.Id);
        Assert.All((await scene.PassAsync()).Counts, count => Assert.Equal(0, count.Missing));
    }

    [Fact]
    public async Task Scenario_28_all_of_the_store_is_read_once_and_then_only_what_has_changed()
    {
        // tap-hubspot#34
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 300; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        Assert.Equal(300, (await scene.PassAsync()).Read.Customers);
        await scene.PassAsync();
        Assert.Equal(0, (await scene.PassAsync()).Read.Customers);
        scene.Store.Edit("7", c => c with { FirstName = "Augusta" });
        var before = scene.Wire.Calls.Count;
        Assert.Equal(1, (await scene.PassAsync()).Read.Customers);
        Assert.DoesNotContain(scene.Wire.Calls.Skip(before), call => call.Method == "GET" && call.Path.Contains("/objects/", StringComparison.Ordinal));   // no list of everything
        Assert.Equal(1, scene.Wire.Calls.Skip(before).Where(call => call.Writes).Sum(Inputs));
    }

    [Fact]
    public async Task Scenario_29_a_limit_in_the_middle_of_reading_loses_no_page_and_a_moved_date_is_no_change()
    {
        // pipedream#4209
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 450; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        scene.Store.FailAfterPages = 3;
        await Assert.ThrowsAsync<StoreException>(() => scene.PassAsync());
        Assert.Equal(300, await scene.CountAsync("ledger", "kind = 2"));
        scene.Store.FailAfterPages = null;
        Assert.Equal(150, (await scene.PassAsync()).Read.Customers);   // goes on behind the last page that is on disk
        // HubSpot's limit in the middle of a look.
        var all = await scene.AllAsync("contacts", "firstname");
        await scene.EditAsync("contacts", all[^1].Id, ("firstname", "Augusta"));
        await scene.FaultAsync("429-search", "*/contacts/search", after: 1);
        Assert.Equal(1, (await scene.PassAsync()).WrittenBack);
        Assert.Contains(scene.Wire.Calls, call => call.Is("/contacts/search") && call.Status == 429);
        // Somebody saves every contact as it is: all dates move, no value does.
        await scene.Portal.Contacts.BatchUpdateAsync([.. all.Take(100).Select(contact => new UpdateInput(contact.Id, new Dictionary<string, string?> { ["firstname"] = contact["firstname"], ["jobtitle"] = "touched" }))], null, Scene.Token);
        var (stored, pass) = (scene.Store.Writes, await scene.PassAsync());
        Assert.Equal((0, 0, stored), (pass.PulledFields, pass.WrittenBack, scene.Store.Writes));
    }

    [Fact]
    public async Task Scenario_30_two_stores_of_one_portal_share_its_limit_and_never_run_into_it()
    {
        // hubspot-api-nodejs#256, pipedream#18328
        await using var scene = await Scene.StartAsync(emulator: new EmulatorOptions { Limits = LimitTier.Starter }, callsInTenSeconds: 100);
        await using var second = await SyncDatabase.OpenAsync(new SqliteDialect(scene.PathOf("second.db")), Scene.Token);
        var other = new ScriptedStore(TimeProvider.System);
        var engine = new SyncEngine(second, [new Connection("shop-two", other, scene.Portal, "shop two", "page")], new SyncOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        for (var i = 0; i < 300; i++)
        {
            scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
            other.Put(Some.Customer($"{i}", 0, $"person{i}@example.org"));
        }
        // A third worker of the same portal asks for something a hundred times at once.
        var others = Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scene.Portal.Account.GetDetailsAsync(null, Scene.Token)));
        var results = (await Task.WhenAll(scene.Engine.RunOnceAsync(null, Scene.Token), engine.RunOnceAsync(null, Scene.Token))).SelectMany(r => r).ToList();
        await others;
        Assert.All(results, result => Assert.True(result.Summary?.InStep, result.Failure?.Message));
        Assert.True(scene.Wire.Calls.Count > 100, $"{scene.Wire.Calls.Count} calls do not reach the limit");
        Assert.DoesNotContain(scene.Wire.Calls, call => call.Status == 429);
    }

    [Fact]
    public async Task Scenario_31_every_call_carries_as_many_records_as_HubSpot_takes()
    {
        // rudder-transformer#2952: ten where a hundred are allowed
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 400; i++)
        {
            scene.Store.Put(Some.Variant($"{i}", 0, $"SKU-{i}"));
            scene.Store.Put(Some.Order($"{i}", 0, email: $"person{i}@example.com", lines: ["a", "b"]));
        }
        var pass = await scene.PassAsync();
        Assert.True(pass.InStep);
        var writes = scene.Wire.Calls.Where(call => call.Is("/batch/upsert") || call.Is("/batch/update")).ToList();
        Assert.Equal(400 + 400 + 400 + 800, writes.Sum(Inputs));
        Assert.Equal(100.0, writes.Average(Inputs));
        Assert.InRange(pass.Calls, writes.Count, writes.Count + 40);
    }

    [Fact]
    public async Task Scenario_32_only_what_is_mapped_is_asked_for_however_many_properties_a_portal_has()
    {
        // pipedream#8256
        await using var scene = await Scene.StartAsync();
        await scene.Portal.Properties.CreateGroupAsync("contacts", "many", "Many", null, Scene.Token);
        foreach (var some in Enumerable.Range(0, 300).Chunk(100))
            await scene.Portal.Properties.BatchCreateAsync("contacts", [.. some.Select(i => new CrmProperty { Name = $"extra_property_of_the_customer_{i}", Label = $"Extra {i}", Type = "string", FieldType = "text", GroupName = "many" })], null, Scene.Token);
        await scene.CreateAsync("contacts", ("email", "ada@example.com"), ("extra_property_of_the_customer_7", new string('x', 5000)));
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        var before = scene.Wire.Calls.Count;
        Assert.True((await scene.PassAsync()).InStep);
        await scene.PassAsync();
        Assert.True((await scene.Reconciliation.CompareAsync(all: false, Scene.Token)).InStep);
        Assert.All(scene.Wire.Calls.Skip(before), call =>
        {
            Assert.DoesNotContain("extra_property", call.Path + call.Body);
            Assert.InRange(call.Path.Length, 1, 8000);
            Assert.True(!call.Is("/search") || call.Body.Length <= 3000);
        });
    }

    internal static int Inputs(Call call)
    {
        using var body = JsonDocument.Parse(call.Body);
        return body.RootElement.GetProperty("inputs").GetArrayLength();
    }

    private sealed class Reports : IProgress<SyncProgress>
    {
        public List<SyncProgress> All { get; } = [];

        public void Report(SyncProgress value) => All.Add(value);
    }
}
