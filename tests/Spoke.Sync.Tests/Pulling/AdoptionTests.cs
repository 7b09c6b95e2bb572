using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>The first meeting with a portal that has been in use: by people, by HubSpot's own app for the platform, by an earlier database of ours.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task A_pass_says_which_phase_it_is_in()
    {
        await using var rig = await PullRig.StartAsync();
        for (var i = 0; i < 130; i++) await rig.Portal.Contacts.CreateAsync(Values(("email", $"there{i}@example.com")), null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        var told = new Phases();
        Assert.NotNull(Assert.Single(await rig.Engine.RunOnceAsync(told, PullRig.Token)).Summary);
        Assert.Equal(["preparing", "reading", "taking over", "pushing"], told.All.Select(report => report.Phase).Distinct());
        Assert.Equal([0, 100, 130], told.All.Where(report => report.Phase == "taking over").Select(report => report.Read));
        told.All.Clear();
        Assert.NotNull(Assert.Single(await rig.Engine.RunOnceAsync(told, PullRig.Token)).Summary);
        Assert.DoesNotContain(told.All, report => report.Phase == "taking over");   // once
    }

    private sealed class Phases : IProgress<SyncProgress>
    {
        public List<SyncProgress> All { get; } = [];

        public void Report(SyncProgress value) => All.Add(value);
    }

    [Fact]
    public async Task Records_that_another_tool_made_are_taken_over_and_none_is_made_twice()
    {
        await using var rig = await PullRig.StartAsync();
        var contact = await rig.Portal.Contacts.CreateAsync(Values(("email", "Ada@Example.com"), ("jobtitle", "Countess")), null, PullRig.Token);
        var product = await rig.Portal.Products.CreateAsync(Values(("name", "Their tea"), ("hs_sku", "TEA-1"), ("price", "4.00")), null, PullRig.Token);
        var order = await rig.Portal.Orders.CreateAsync(Values(("hs_order_name", "#1"), ("hs_external_order_id", "N1"), ("hs_source_store", "shop")), null, PullRig.Token);
        await rig.Portal.Orders.CreateAsync(Values(("hs_order_name", "#1 of another shop"), ("hs_external_order_id", "N1"), ("hs_source_store", "elsewhere")), null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Variant("7", 0, "tea-1"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        var pass = await rig.PassAsync();
        Assert.True(pass.InStep);
        Assert.Equal(0, pass.Written.Created);
        var taken = await rig.ContactAsync("ada@example.com");
        Assert.Equal((contact.Id, "Ada", "shop-main:customer:1"), (taken.Id, taken["firstname"], taken["spoke_key"]));
        Assert.Equal("Countess", (await rig.Portal.Contacts.GetAsync(contact.Id, new ReadOptions { Properties = ["jobtitle"] }, null, PullRig.Token))!["jobtitle"]);   // no business of ours
        Assert.Equal("Tea", (await rig.Portal.Products.GetAsync(product.Id, new ReadOptions { Properties = ["name"] }, null, PullRig.Token))!["name"]);
        Assert.Equal("shop-main:order:1", (await rig.Portal.Orders.GetAsync(order.Id, new ReadOptions { Properties = ["spoke_key"] }, null, PullRig.Token))!["spoke_key"]);
        Assert.Equal(2, await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).CountAsync(PullRig.Token));
    }

    [Fact]
    public async Task What_people_wrote_is_not_wiped_out_by_the_first_meeting_and_the_store_is_not_written_to()
    {
        await using var rig = await PullRig.StartAsync();
        await rig.Portal.Contacts.CreateAsync(Values(("email", "ada@example.com"), ("firstname", "Augusta"), ("phone", "0861234567"), ("city", "")), null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com") with { Phone = null, Address = new Spoke.Commerce.Ledger.Address { City = "London" } });
        rig.Age("1", TimeSpan.FromDays(30));   // what the store says is older than what HubSpot has
        Assert.True((await rig.PassAsync()).InStep);
        var contact = await rig.ContactAsync("ada@example.com");
        Assert.Equal(("Augusta", "0861234567", "London"), (contact["firstname"], contact["phone"], contact["city"]));
        Assert.Equal(0, rig.Store.Writes);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(0, rig.Store.Writes);
        // From now on either side's changes count.
        rig.Store.Edit("1", c => c with { FirstName = "Ada Augusta" });
        await rig.PassAsync();
        Assert.Equal("Ada Augusta", (await rig.ContactAsync("ada@example.com"))["firstname"]);
        await rig.EditContactAsync("ada@example.com", ("phone", "0877654321"));
        await rig.PassAsync();
        Assert.Equal("0877654321", rig.Customer("1").Phone);
    }

    [Fact]
    public async Task A_newer_value_of_the_store_is_written()
    {
        await using var rig = await PullRig.StartAsync();
        await rig.Portal.Contacts.CreateAsync(Values(("email", "ada@example.com"), ("firstname", "Augusta")), null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        Assert.Equal("Ada", (await rig.ContactAsync("ada@example.com"))["firstname"]);
    }

    [Fact]
    public async Task A_second_address_of_a_contact_is_found_too()
    {
        await using var rig = await PullRig.StartAsync();
        var first = await rig.Portal.Contacts.CreateAsync(Values(("email", "main@example.com")), null, PullRig.Token);
        var second = await rig.Portal.Contacts.CreateAsync(Values(("email", "ada@example.com")), null, PullRig.Token);
        var merged = await rig.Portal.Contacts.MergeAsync(first.Id, second.Id, null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        Assert.Equal(merged.Id, Assert.Single(await rig.ContactsAsync()).Id);
    }

    [Fact]
    public async Task An_empty_portal_costs_one_look_a_kind()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        var before = rig.Portal.CallCount;
        await rig.PassAsync();
        var first = rig.Portal.CallCount - before;
        rig.Store.Put(Some.Order("2", 0, email: "bob@example.com"));
        before = rig.Portal.CallCount;
        await rig.PassAsync();
        Assert.True(rig.Portal.CallCount - before < first);   // and never again
    }

    private static CrmRecordInput Values(params (string Name, string? Value)[] values) => new(values.ToDictionary(v => v.Name, v => v.Value));
}
