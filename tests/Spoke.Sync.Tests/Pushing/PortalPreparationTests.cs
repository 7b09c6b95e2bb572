using Spoke.HubSpot;
using Spoke.Sync.Connections;

namespace Spoke.Sync.Tests.Pushing;

public sealed class PortalPreparationTests
{
    private static readonly string[] All =
    [
        "oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read", "crm.schemas.contacts.write", "crm.objects.orders.read", "crm.objects.orders.write",
        "crm.schemas.orders.read", "crm.schemas.orders.write", "crm.objects.carts.read", "crm.objects.carts.write", "crm.schemas.carts.read", "crm.schemas.carts.write",
        "crm.objects.line_items.read", "crm.objects.line_items.write", "crm.schemas.line_items.read", "crm.objects.products.read", "crm.objects.products.write",
    ];

    [Fact]
    public async Task Properties_and_groups_are_made_once()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.PassAsync();
        var made = (await rig.WritesAsync()).Count;
        Assert.True(made > 0);
        await rig.PassAsync();
        Assert.Equal(made, (await rig.WritesAsync()).Count);
        foreach (var @object in new[] { "contacts", "products", "orders", "carts", "line_items" })
            Assert.True((await rig.Portal.Properties.GetAsync(@object, "spoke_key", null, PushRig.Token))!.HasUniqueValue);
    }

    [Theory]
    [InlineData("crm.schemas.contacts.write")]
    [InlineData("crm.schemas.orders.write", "crm.objects.orders.write")]
    [InlineData("crm.objects.orders.write")]
    [InlineData("crm.objects.contacts.write")]
    [InlineData("crm.objects.carts.write")]
    public async Task A_missing_scope_is_named_nothing_is_lost_and_with_it_the_next_pass_is_in_step(params string[] scopes)
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: "l1"), Some.Cart("k1", 1, "b@example.com"));
        await ProductPropertiesAsync(rig);
        rig.Use(await rig.TokenAsync([.. All.Where(s => !scopes.Contains(s))]));
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.Equal(HubSpotErrorKind.ScopeMissing, refused.Kind);
        foreach (var scope in scopes) Assert.Contains(scope, refused.Message);
        rig.Use(await rig.TokenAsync(All));
        await rig.PassAsync();
        Assert.Equal(0, rig.Waiting);
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Single(await rig.AllAsync("orders"));
        Assert.Single(await rig.AllAsync("carts"));
    }

    [Fact]
    public async Task The_scopes_named_as_needed_are_enough_for_a_first_pass()
    {
        await using var rig = await PushRig.StartAsync();
        rig.Use(await rig.TokenAsync(["oauth", .. SyncScopes.Needed.Select(any => any[0])]));
        await rig.EnterAsync(Some.Variant("v1", 1, "SKU-1", "Tea"), Some.Order("1", 1, email: "a@example.com", lines: "l1"), Some.Cart("k1", 1, "b@example.com"));
        await rig.PassAsync();
        Assert.Equal(0, rig.Waiting);
        Assert.Equal(0, await rig.QuarantinedAsync());
    }

    [Fact]
    public async Task A_token_without_schema_scopes_will_do_where_the_properties_are_there()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.PassAsync();
        rig.Use(await rig.TokenAsync([.. All.Where(s => !s.StartsWith("crm.schemas.", StringComparison.Ordinal) || s.EndsWith(".read", StringComparison.Ordinal))]));
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com"));
        await rig.PassAsync();
        Assert.Single(await rig.AllAsync("orders"));
    }

    // The scope that makes these, e-commerce, opens orders and carts as well; here it must not.
    private static async Task ProductPropertiesAsync(PushRig rig)
    {
        foreach (var @object in new[] { "products", "line_items" })
        {
            await rig.Portal.Properties.CreateGroupAsync(@object, "spoke", "Spoke", null, PushRig.Token);
            await rig.Portal.Properties.CreateAsync(@object, new CrmProperty { Name = "spoke_key", Label = "Spoke key", Type = "string", FieldType = "text", GroupName = "spoke", HasUniqueValue = true }, null, PushRig.Token);
        }
        await rig.Portal.Properties.CreateAsync("products", new CrmProperty { Name = "spoke_status", Label = "Status in the store", Type = "string", FieldType = "text", GroupName = "spoke" }, null, PushRig.Token);
    }

    [Fact]
    public async Task Another_account_under_the_same_connection_is_refused()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.PassAsync();
        await rig.Database.WriteAsync((db, transaction) => Spoke.Sync.Intake.Cursors.Put(db, transaction, "shop-main", "hub", "4711"), PushRig.Token);
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.Contains("belongs to HubSpot account 4711", refused.Message);
    }
}
