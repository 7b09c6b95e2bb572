using Spoke.Commerce.Ledger;
using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Loops and overwrites: our own echo is no change, and what is not ours stays as it is.</summary>
public sealed class LoopsAndOverwritesTests
{
    [Fact]
    public async Task Scenario_49_edits_on_both_sides_and_their_echoes_end_in_silence()
    {
        // object-sync-for-salesforce#445, mailchimp-user-sync#46
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 40; i++) scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        await scene.PassAsync();
        foreach (var contact in await scene.AllAsync("contacts"))
        {
            await scene.EditAsync("contacts", contact.Id, ("city", "Galway"));
            scene.Store.Edit(contact["spoke_key"]!.Split(':')[^1], c => c with { Phone = "0861234567" });
        }
        await scene.PassAsync();
        Assert.All(await scene.AllAsync("contacts", "city", "phone"), contact => Assert.Equal(("Galway", "0861234567"), (contact["city"], contact["phone"])));
        Assert.Equal(40, scene.Store.Writes);   // one an edit, and none for what came from the store
        // HubSpot tells us of our own writes, the store of its own: both are what we know already.
        var event_ = 0;
        foreach (var contact in await scene.AllAsync("contacts"))
        {
            await scene.TellAsync($$"""[{"eventId":{{++event_}},"subscriptionType":"contact.propertyChange","propertyName":"phone","portalId":1000001,"objectId":{{contact.Id}},"occurredAt":{{event_}}}]""");
            await scene.Engine.Intake.AppendAsync(Scene.Name, [scene.Store.Push(EntityKind.Customer, contact["spoke_key"]!.Split(':')[^1], $"echo-{event_}")], null, Scene.Token);
        }
        await scene.AssertQuietAsync();
        Assert.Equal(40, scene.Store.Writes);
    }

    [Fact]
    public async Task Scenario_50_records_of_another_tool_are_taken_over_by_their_natural_keys_before_any_is_made()
    {
        // HubSpot's own app for the platform beside another tool: products carry no id of the store, and a SKU is there once.
        await using var scene = await Scene.StartAsync();
        var products = new List<CrmRecord>();
        for (var i = 0; i < 120; i++)
        {
            products.Add(await scene.CreateAsync("products", ("name", $"Theirs {i}"), ("hs_sku", $"SKU-{i}")));
            scene.Store.Put(Some.Variant($"{i}", 0, $"sku-{i}", name: $"Tea {i}"));
        }
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        var order = await scene.CreateAsync("orders", ("hs_order_name", "#1"), ("hs_external_order_id", "N1"), ("hs_source_store", "shop"));
        // What only the app itself may write is told by the refusal, and costs that value alone.
        scene.Wire.Answer = (path, body) => path.Contains("/orders/batch/", StringComparison.Ordinal) && !path.Contains("read", StringComparison.Ordinal) && body.Contains("\"hs_landing_site\"", StringComparison.Ordinal)
            ? Refusals.Whole("Property values were not valid: [{\"isValid\":false,\"message\":\"\\\"hs_landing_site\\\" is a read only property\",\"error\":\"READ_ONLY_VALUE\",\"name\":\"hs_landing_site\"}]") : null;
        scene.Store.Put(Some.Order("1", 0, email: "ada@example.com") with { LandingPage = "https://shop.example/tea" });
        var pass = await scene.PassAsync();
        Assert.Equal(120, (await scene.AllAsync("products")).Count);
        Assert.Equal(products.Select(p => p.Id.Value).Order(), (await scene.AllAsync("products", "name")).Where(p => p["name"]!.StartsWith("Tea", StringComparison.Ordinal)).Select(p => p.Id.Value).Order());
        Assert.Equal((order.Id, "10.00"), (await scene.AllAsync("orders", "hs_total_price")).Select(o => (o.Id, o["hs_total_price"])).Single());
        Assert.Equal(("hs_landing_site", "READ_ONLY_VALUE", 1), (pass.Quarantine[0].Property, pass.Quarantine[0].Cause, pass.Quarantined));
    }

    [Fact]
    public async Task Scenario_51_only_our_own_fields_are_written_and_nothing_piles_up()
    {
        // erpnext#11884
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        scene.Store.Put(Some.Variant("1", 0, "TEA") with { ImageUrl = "https://shop.example/tea.jpg" });
        scene.Store.Put(Some.Order("1", 0, customer: "1"));
        await scene.PassAsync();
        var (contact, product, order) = ((await scene.OneAsync("contacts", "shop-main:customer:1")).Id, (await scene.OneAsync("products", "shop-main:variant:1")).Id, (await scene.OneAsync("orders", "shop-main:order:1")).Id);
        await scene.EditAsync("contacts", contact, ("jobtitle", "Countess"), ("phone", "0861234567"));
        await scene.EditAsync("orders", order, ("hs_order_note", "a person's own"));
        for (var version = 0; version < 3; version++)
        {
            scene.Store.Edit("1", c => c with { FirstName = $"Ada {version}" });
            scene.Store.Put(Some.Variant("1", 0, "TEA", name: $"Tea {version}") with { ImageUrl = "https://shop.example/tea.jpg" });
            scene.Store.Put(Some.Order("1", 0, customer: "1", total: 1000 + version));
            Assert.True((await scene.PassAsync()).InStep);
        }
        var person = await scene.OneAsync("contacts", "shop-main:customer:1", "jobtitle", "phone", "firstname");
        Assert.Equal(("Countess", "0861234567", "Ada 2"), (person["jobtitle"], person["phone"], person["firstname"]));
        Assert.Equal("a person's own", (await scene.OneAsync("orders", "shop-main:order:1", "hs_order_note"))["hs_order_note"]);
        Assert.Equal(("https://shop.example/tea.jpg", product), (await scene.AllAsync("products", "hs_images")).Select(p => (p["hs_images"], p.Id)).Single());
        // Of three ways to look at a field only a difference to what we last saw is a change: an update names what has moved and nothing else.
        Assert.All(scene.Wire.Calls.Where(call => call.Is("/products/batch/update")), call => Assert.DoesNotContain("hs_images", call.Body));
        Assert.All(scene.Wire.Calls.Where(call => call.Writes && call.Is("/batch/update")), call => Assert.DoesNotContain("jobtitle\":\"\"", call.Body));
        await scene.AssertQuietAsync();
    }
}
