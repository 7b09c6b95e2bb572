using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Pushing;

public sealed class EdgeTests
{
    private const string Order1 = "shop-main:order:1";

    [Fact]
    public async Task An_order_that_changes_hands_changes_its_contact()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com"), Some.Customer("2", 1, "b@example.com"), Some.Order("1", 1, customer: "1"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Order("1", 2, customer: "2"));
        await rig.PassAsync();
        var order = await rig.OneAsync("orders", Order1);
        Assert.Equal([(await rig.OneAsync("contacts", "shop-main:customer:2")).Id.Value], await rig.AssociatedAsync("orders", order.Id.Value, "contacts"));
        Assert.Equal("0", (await rig.OneAsync("contacts", "shop-main:customer:1", "spoke_orders_count"))["spoke_orders_count"]);
        Assert.Equal("1", (await rig.OneAsync("contacts", "shop-main:customer:2", "spoke_orders_count"))["spoke_orders_count"]);
        Assert.Equal(0, rig.Waiting);
    }

    [Fact]
    public async Task A_guest_who_opens_an_account_stays_one_record()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com"));
        await rig.PassAsync();
        var guest = Assert.Single(await rig.AllAsync("contacts")).Id;
        await rig.EnterAsync(Some.Customer("5", 1, "A@example.com"), Some.Order("2", 1, customer: "5", total: 500));
        await rig.PassAsync();
        var contact = Assert.Single(await rig.AllAsync("contacts", "spoke_total_spent", "spoke_orders_count", "firstname"));
        Assert.Equal((guest, "shop-main:customer:5", "15.00", "2", "Ada"), (contact.Id, contact["spoke_key"], contact["spoke_total_spent"], contact["spoke_orders_count"], contact["firstname"]));
        foreach (var key in new[] { Order1, "shop-main:order:2" })
            Assert.Equal([guest.Value], await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", key)).Id.Value, "contacts"));
        Assert.Equal(0, await rig.QuarantinedAsync());
        Assert.Equal(0, rig.Waiting);
    }

    [Fact]
    public async Task An_order_that_comes_before_its_customer_has_a_contact_all_the_same()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, customer: "9"), Some.Order("2", 1));
        await rig.PassAsync();
        var contact = await rig.OneAsync("contacts", "shop-main:customer:9", "lastname");
        Assert.Equal("Customer 9", contact["lastname"]);
        Assert.Equal([contact.Id.Value], await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", Order1)).Id.Value, "contacts"));
        Assert.Empty(await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", "shop-main:order:2")).Id.Value, "contacts"));   // the store knows nobody
        await rig.EnterAsync(Some.Customer("9", 1, "a@example.com"));
        await rig.PassAsync();
        var known = Assert.Single(await rig.AllAsync("contacts", "lastname", "email"));
        Assert.Equal((contact.Id, "Byron", "a@example.com"), (known.Id, known["lastname"], known["email"]));
        Assert.Equal(0, await rig.QuarantinedAsync());
    }

    [Fact]
    public async Task A_removed_line_goes_and_an_added_one_comes()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: ["l1", "l2"]));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Order("1", 2, email: "a@example.com", lines: ["l2", "l3"]));
        await rig.PassAsync();
        Assert.Equal(["shop-main:line:1/l2", "shop-main:line:1/l3"], (await rig.AllAsync("line_items")).Select(line => line["spoke_key"]).Order());
        Assert.Equal(2, (await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", Order1)).Id.Value, "line_items")).Count);
        Assert.Equal(0, rig.Waiting);
    }

    [Fact]
    public async Task Associations_are_made_in_few_calls()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync([.. Enumerable.Range(1, 300).Select(i => Some.Order($"{i}", 1, email: $"c{i}@example.com", lines: ["a", "b", "c"]))]);
        await rig.PassAsync();
        Assert.Equal(2, (await rig.WritesAsync()).Count(call => call.Contains("/associations/", StringComparison.Ordinal)));
        Assert.Equal(0, rig.Waiting);
    }

    [Fact]
    public async Task A_missing_scope_at_the_associations_is_named_and_nothing_is_lost()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", lines: "l1"));
        await rig.FaultAsync("P01", "*/associations/", times: 1);
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.Equal(HubSpotErrorKind.ScopeMissing, refused.Kind);
        await rig.PassAsync();
        Assert.Equal(0, rig.Waiting);
        Assert.Single(await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", Order1)).Id.Value, "contacts"));
    }
}
