using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Companies;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Duplicates: what is there already, whoever made it and whatever of it we have forgotten.</summary>
public sealed class DuplicatesTests
{
    private static readonly string[] s_once = ["products", "companies", "contacts", "orders", "line_items"];

    [Fact]
    public async Task Scenario_13_what_search_does_not_show_yet_is_not_made_twice_because_nobody_searches()
    {
        // hubspot-api-nodejs#545, hubspot-api-php#59
        await using var scene = await Scene.StartAsync();
        await scene.FaultAsync("search-lag:3600000", "*");
        var theirs = await scene.CreateAsync("contacts", ("email", "ada@example.com"));
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal((theirs.Id, "shop-main:customer:1"), (await scene.AllAsync("contacts")).Select(contact => (contact.Id, contact["spoke_key"])).Single());
        // One that comes in between our look at the portal and our write.
        var later = await scene.CreateAsync("contacts", ("email", "bob@example.com"));
        scene.Store.Put(Some.Customer("2", 0, "bob@example.com"));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal(later.Id, (await scene.OneAsync("contacts", "shop-main:customer:2")).Id);
        Assert.Equal(2, (await scene.AllAsync("contacts")).Count);
        Assert.DoesNotContain(scene.Wire.Calls, call => call.Is("/search") && call.Body.Contains("example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scenario_14_a_product_or_order_is_made_once_however_late_search_is()
    {
        // Flagsmith#5739: companies; it is the same with whatever else a store has
        await using var scene = await Scene.StartAsync(companies: new CompanyRules(CompanySource.Domain));
        await scene.FaultAsync("search-lag:3600000", "*");
        Put(0);
        foreach (var @object in s_once) await scene.FaultAsync("lost-response", $"*/{@object}/batch/upsert");   // made, and we do not hear of it
        await scene.PassAsync();
        foreach (var @object in s_once) Assert.Equal([0, 200], scene.Wire.Calls.Where(call => call.Is($"/{@object}/batch/upsert")).Select(call => call.Status));
        for (var version = 1; version < 4; version++)
        {
            Put(version);
            Assert.True((await scene.PassAsync()).InStep);
        }
        foreach (var @object in s_once) Assert.Single(await scene.AllAsync(@object));
        Assert.Equal("10.03", (await scene.OneAsync("orders", "shop-main:order:1", "hs_total_price"))["hs_total_price"]);
        Assert.Equal("Acme 0", (await scene.OneAsync("companies", "shop-main:company:domain:acme.example", "name"))["name"]);
        Assert.Single(await scene.AssociatedAsync("contacts", (await scene.OneAsync("contacts", "shop-main:customer:1")).Id, "companies"));

        void Put(int version)
        {
            scene.Store.Put(Some.Variant("1", 0, "TEA-1", name: $"Tea {version}"));
            scene.Store.Put(Some.Customer("1", 0, "ada@acme.example", first: $"Ada {version}") with { Address = new Address { Company = $"Acme {version}" } });
            scene.Store.Put(Some.Order("1", 0, customer: "1", total: 1000 + version, lines: "l1"));
        }
    }

    [Fact]
    public async Task Scenario_15_every_form_of_conflict_ends_in_one_record_or_in_a_value_that_is_held()
    {
        // pipedream#11236
        await using var scene = await Scene.StartAsync();
        // The properties and their group are there already when they are made.
        await scene.Portal.Properties.CreateGroupAsync("contacts", "spoke", "Spoke", null, Scene.Token);
        await scene.PassAsync();
        await scene.CreateAsync("contacts", ("email", "byaddress@example.com"));
        await scene.CreateAsync("contacts", ("email", "old@example.com"), ("spoke_key", "shop-main:customer:2"));
        var stranger = await scene.CreateAsync("contacts", ("email", "taken@example.com"));
        await scene.CreateAsync("products", ("name", "Theirs"), ("hs_sku", "SKU-1"));
        await scene.CreateAsync("products", ("name", "Ours of before"), ("spoke_key", "shop-main:variant:2"));
        foreach (var (id, email) in new[] { ("1", "byaddress@example.com"), ("2", "new@example.com"), ("3", "ada@example.com"), ("4", "swap-a@example.com"), ("5", "swap-b@example.com") }) scene.Store.Put(Some.Customer(id, 0, email));
        scene.Store.Put(Some.Variant("1", 0, "SKU-1"));
        scene.Store.Put(Some.Variant("2", 0, "SKU-2"));
        Assert.True((await scene.PassAsync()).InStep);
        Assert.Equal((6, 2), ((await scene.AllAsync("contacts")).Count, (await scene.AllAsync("products")).Count));
        // Addresses that change: one taken by a stranger, two that change places.
        scene.Store.Edit("3", c => c with { Email = "taken@example.com", FirstName = "Augusta" });
        scene.Store.Edit("4", c => c with { Email = "swap-c@example.com" });
        scene.Store.Edit("5", c => c with { Email = "swap-a@example.com" });
        Assert.Equal(1, (await scene.PassAsync()).Quarantined);
        var held = Assert.Single(await scene.Desk.ListAsync(Scene.Token));
        Assert.Equal(("shop-main:customer:3", "email", "taken@example.com", "CONFLICTING_UNIQUE_VALUE"), (held.Key, held.Property, held.Value, held.Cause));
        Assert.Contains(stranger.Id.Value, held.Reason);
        Assert.Equal("Augusta", (await scene.OneAsync("contacts", "shop-main:customer:3", "firstname"))["firstname"]);
        Assert.Equal("swap-a@example.com", (await scene.OneAsync("contacts", "shop-main:customer:5", "email"))["email"]);
        Assert.Equal(6, (await scene.AllAsync("contacts")).Count);
    }

    [Fact]
    public async Task Scenario_16_a_lost_map_of_ids_is_rebuilt_from_the_keys_and_a_conflict_stops_nothing()
    {
        // mitxpro#3927
        await using var scene = await Scene.StartAsync();
        for (var i = 0; i < 120; i++)
        {
            scene.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
            scene.Store.Put(Some.Order($"{i}", 0, customer: $"{i}", lines: "l"));
        }
        await scene.PassAsync();
        var links = await LinksAsync(scene);
        // While we are away one address goes to another record: data of one contact, not the end of the sync.
        await scene.EditAsync("contacts", (await scene.OneAsync("contacts", "shop-main:customer:7")).Id, ("email", "gone@example.org"));
        await scene.CreateAsync("contacts", ("email", "person7@example.com"));
        await scene.LoseDatabaseAsync();
        var pass = await scene.PassAsync();
        Assert.Equal(0, pass.Written.Created);
        Assert.InRange(pass.Quarantined, 0, 1);
        Assert.Equal(121, (await scene.AllAsync("contacts")).Count);
        Assert.Equal(links, await LinksAsync(scene));
    }

    [Fact]
    public async Task Scenario_17_what_comes_twice_in_a_batch_is_sent_once_and_associations_are_tried_again_on_their_own()
    {
        // action-destinations#3969
        await using var scene = await Scene.StartAsync();
        scene.Store.Put(Some.Variant("1", 0, "TEA"));
        scene.Store.Put(Some.Variant("2", 0, "tea"));
        scene.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        scene.Store.Put(Some.Customer("2", 0, "ADA@example.com"));
        scene.Store.Put(Some.Order("1", 0, customer: "1", lines: ["l1", "l2"]));
        scene.Store.Put(Some.Order("2", 0, customer: "2", lines: ["l1", "l2"]));
        await scene.FaultAsync("500", "*/associations/", times: 1000);
        await Assert.ThrowsAsync<HubSpotException>(() => scene.PassAsync());
        Assert.Equal((2, 1, 2, 4), ((await scene.AllAsync("products")).Count, (await scene.AllAsync("contacts")).Count, (await scene.AllAsync("orders")).Count, (await scene.AllAsync("line_items")).Count));
        Assert.DoesNotContain(scene.Wire.Calls, call => call.Is("/batch/upsert") && call.Status >= 400);
        await scene.ClearFaultsAsync();
        var before = scene.Wire.Calls.Count;
        Assert.True((await scene.PassAsync()).InStep);
        Assert.All(scene.Wire.Calls.Skip(before).Where(call => call.Writes), call => Assert.Contains("/associations/", call.Path));
        foreach (var order in await scene.AllAsync("orders"))
            Assert.Equal((1, 2), ((await scene.AssociatedAsync("orders", order.Id, "contacts")).Count, (await scene.AssociatedAsync("orders", order.Id, "line_items")).Count));
    }

    private static async Task<List<(string?, string)>> LinksAsync(Scene scene) =>
        [.. (await scene.AllAsync("orders")).Concat(await scene.AllAsync("line_items")).Select(record => (record["spoke_key"], record.Id.Value)).Order()];
}
