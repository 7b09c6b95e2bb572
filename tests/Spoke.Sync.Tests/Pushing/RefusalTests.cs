using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>Single values and records that HubSpot refuses: told with property, value, reason and fix, while everything else goes through.</summary>
public sealed class RefusalTests
{
    private const string Order1 = "shop-main:order:1";

    [Fact]
    public async Task An_unknown_option_holds_that_property_and_nothing_else()
    {
        await using var rig = await PushRig.StartAsync();
        await StatusOfTwoOptionsAsync(rig);
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: "l1"), Some.Order("2", 1, email: "b@example.com", cancelled: true));
        await rig.PassAsync();
        var held = await rig.RecordAsync("orders", Order1);
        Assert.Equal((RecordState.Quarantined, "spoke_status", "Paid", "INVALID_OPTION"), ((int)held.State, held.Property, held.Value, held.Cause));
        Assert.Contains("not one of the allowed options", held.Problem);
        Assert.Contains("Add the option to spoke_status", held.Fix);
        var order = await rig.OneAsync("orders", Order1, "hs_total_price", "spoke_status");
        Assert.Equal(("10.00", null), (order["hs_total_price"], order["spoke_status"]));
        Assert.Single(await rig.AssociatedAsync("orders", order.Id.Value, "line_items"));
        Assert.Equal("Cancelled", (await rig.OneAsync("orders", "shop-main:order:2", "spoke_status"))["spoke_status"]);
        Assert.Equal(1, await rig.QuarantinedAsync());
        var told = Assert.Single(await rig.Database.ReadAsync(db => QuarantineStore.Groups(db, "shop-main", 10), PushRig.Token));
        Assert.Equal(("orders", "spoke_status", "INVALID_OPTION", 1, Order1), (told.What, told.Property, told.Cause, told.Count, told.Example));

        // Somebody adds the option; the next pass is in step.
        var status = await rig.Portal.Properties.GetAsync("orders", "spoke_status", null, PushRig.Token);
        await rig.Portal.Properties.UpdateAsync("orders", status! with { Options = [.. status.Options, new("Paid", "Paid")] }, null, PushRig.Token);
        await rig.PassAsync();
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal("Paid", (await rig.OneAsync("orders", Order1, "spoke_status"))["spoke_status"]);
    }

    [Fact]
    public async Task An_address_HubSpot_does_not_take_leaves_the_contact_without_it()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "ada(work)@example.com"), Some.Customer("2", 1, "b@example.com"), Some.Order("1", 1, customer: "1"));
        await rig.PassAsync();
        var held = await rig.RecordAsync("contacts", "shop-main:customer:1");
        Assert.Equal(("email", "ada(work)@example.com", "INVALID_EMAIL"), (held.Property, held.Value, held.Cause));
        var contact = await rig.OneAsync("contacts", "shop-main:customer:1", "email", "firstname", "spoke_email_raw");
        Assert.Equal((null, "Ada", "ada(work)@example.com"), (contact["email"], contact["firstname"], contact["spoke_email_raw"]));
        Assert.Equal([contact.Id.Value], await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", Order1)).Id.Value, "contacts"));
        // Corrected in the store: the address arrives, the raw text goes.
        await rig.EnterAsync(Some.Customer("1", 2, "ada@example.com"));
        await rig.PassAsync();
        contact = await rig.OneAsync("contacts", "shop-main:customer:1", "email", "spoke_email_raw");
        Assert.Equal(("ada@example.com", ""), (contact["email"], contact["spoke_email_raw"] ?? ""));
        Assert.Equal(0, await rig.QuarantinedAsync());
    }

    [Fact]
    public async Task An_address_that_belongs_to_another_record_is_held_and_the_rest_stays_in_step()
    {
        await using var rig = await PushRig.StartAsync();
        var stranger = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "taken@example.com" }), null, PushRig.Token);
        await rig.EnterAsync(Some.Customer("1", 1, "ada@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("1", 2, "taken@example.com", first: "Augusta"));
        await rig.PassAsync();
        var held = await rig.RecordAsync("contacts", "shop-main:customer:1");
        Assert.Equal((RecordState.Quarantined, "email", "taken@example.com"), ((int)held.State, held.Property, held.Value));
        Assert.Contains(stranger.Id.Value, held.Problem);
        Assert.Contains("Merge them in HubSpot", held.Fix);
        var contact = await rig.OneAsync("contacts", "shop-main:customer:1", "email", "firstname");
        Assert.Equal(("ada@example.com", "Augusta"), (contact["email"], contact["firstname"]));
        Assert.Equal(2, (await rig.AllAsync("contacts")).Count);
    }

    [Fact]
    public async Task A_record_that_carries_our_key_under_another_address_is_found_by_the_key()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.PassAsync();   // makes the properties
        var older = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "old@example.com", ["spoke_key"] = "shop-main:customer:1" }), null, PushRig.Token);
        await rig.EnterAsync(Some.Customer("1", 1, "new@example.com"));
        await rig.PassAsync();
        var contact = Assert.Single(await rig.AllAsync("contacts", "email"));
        Assert.Equal((older.Id, "new@example.com"), (contact.Id, contact["email"]));
        Assert.Equal(0, await rig.QuarantinedAsync());
    }

    [Fact]
    public async Task A_SKU_used_twice_belongs_to_the_older_variant_and_goes_over_when_that_one_goes()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Variant("9", 1, "TEA"), Some.Variant("10", 1, "tea", "Tea again"), Some.Variant("11", 1, null, "No SKU"));
        await rig.PassAsync();
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal(["TEA", "", ""], (await rig.AllAsync("products", "hs_sku")).OrderBy(p => p["spoke_key"]!.Length).ThenBy(p => p["spoke_key"]).Select(p => p["hs_sku"] ?? ""));
        await rig.EnterAsync(Some.Variant("9", 2, "OTHER"));
        await rig.PassAsync();
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal(["OTHER", "tea", ""], (await rig.AllAsync("products", "hs_sku")).OrderBy(p => p["spoke_key"]!.Length).ThenBy(p => p["spoke_key"]).Select(p => p["hs_sku"] ?? ""));
    }

    [Fact]
    public async Task Two_records_that_swap_a_unique_value_do_so_without_anybodys_help()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com"), Some.Customer("2", 1, "b@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("1", 2, "c@example.com"), Some.Customer("2", 2, "a@example.com"));
        await rig.PassAsync();
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal("a@example.com", (await rig.OneAsync("contacts", "shop-main:customer:2", "email"))["email"]);
    }

    [Fact]
    public async Task A_property_somebody_archived_is_named_before_anything_is_sent()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com"));
        await rig.PassAsync();
        await rig.Portal.Properties.ArchiveAsync("orders", "spoke_status", null, PushRig.Token);
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.Contains("spoke_status", refused.Message);
    }

    private static async Task StatusOfTwoOptionsAsync(PushRig rig)
    {
        await rig.Portal.Properties.CreateGroupAsync("orders", "spoke", "Spoke", null, PushRig.Token);
        await rig.Portal.Properties.CreateAsync("orders", new CrmProperty { Name = "spoke_status", Label = "Status", Type = "enumeration", FieldType = "select", GroupName = "spoke", Options = [new("Cancelled", "Cancelled"), new("Delivered", "Delivered")] }, null, PushRig.Token);
    }
}
