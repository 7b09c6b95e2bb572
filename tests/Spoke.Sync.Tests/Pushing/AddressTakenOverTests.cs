namespace Spoke.Sync.Tests.Pushing;

/// <summary>An account takes over the address of another contact: a guest's, or another account's.</summary>
public sealed class AddressTakenOverTests
{
    [Fact]
    public async Task An_account_that_moves_to_a_guests_address_gets_the_guests_orders_and_figures_and_the_two_records_are_suggested_for_merging()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "ada@example.com"), Some.Order("1", 1, email: "guest@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("1", 2, "guest@example.com"));
        await rig.PassAsync();
        var contact = await rig.OneAsync("contacts", "shop-main:customer:1", "spoke_orders_count", "email");
        Assert.Equal("1", contact["spoke_orders_count"]);
        Assert.Contains(contact.Id.Value, await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", "shop-main:order:1")).Id.Value, "contacts"));
        var row = await rig.RecordAsync("contacts", "shop-main:customer:1");
        Assert.Equal(("email", "CONFLICTING_UNIQUE_VALUE"), (row.Property, row.Cause));
        Assert.Contains("Merge them in HubSpot", row.Fix);
    }

    [Fact]
    public async Task The_same_before_the_account_has_a_record()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "guest@example.com"), Some.Order("2", 1, email: "guest@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("1", 2, "ada@example.com"), Some.Customer("1", 3, "guest@example.com"));
        await rig.PassAsync();
        var contact = Assert.Single(await rig.AllAsync("contacts", "spoke_orders_count", "email"));
        Assert.Equal(("2", "guest@example.com", "shop-main:customer:1"), (contact["spoke_orders_count"], contact["email"], contact["spoke_key"]));
        Assert.Equal(0, await rig.QuarantinedAsync());
    }
}
