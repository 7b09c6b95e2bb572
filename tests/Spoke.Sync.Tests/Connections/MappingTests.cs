using Microsoft.Extensions.Logging.Abstractions;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Explain;
using Spoke.Sync.Planning;
using Spoke.Sync.Reconcile;

namespace Spoke.Sync.Tests.Connections;

/// <summary>A mapping of one's own the whole way, between a real shop and the emulated account.</summary>
public sealed class MappingTests
{
    [Fact]
    public async Task Templates_are_written_and_a_second_pass_writes_nothing()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        await MakeAsync(rig, "orders", "my_channel");
        rig.Map(("orders.my_channel", "{{ order.currency | downcase }}-{{ order.amounts.total }}"), ("contacts.jobtitle", "{{ customer.first_name }} bought {{ totals.orders_count }}"), ("line_items.description", "{{ order.number }}: {{ line.name }}"),
            ("products.description", "{{ variant.sku }} in {{ store.host }}"), ("contacts.company", null));
        var (id, number) = await rig.BuyAsync("ada@example.com");
        await rig.PassAsync();
        var order = await rig.OneAsync("orders", $"shop-main:order:{id}", "my_channel", "hs_total_price");
        Assert.Equal($"eur-{order["hs_total_price"]}", order["my_channel"]);
        var ada = await rig.Portal.Contacts.GetAsync("ada@example.com", new ReadOptions { IdProperty = "email", Properties = ["jobtitle", "company"] }, null, ShopRig.Token);
        Assert.Equal(("Ada bought 1", null), (ada!["jobtitle"], ada["company"]));
        Assert.EndsWith(" in shop", (await rig.OneAsync("products", "shop-main:variant:v5", "description"))["description"]);
        Assert.Contains(await rig.Portal.LineItems.ListAsync(new ReadOptions { Properties = ["description"] }, null, ShopRig.Token).ToListAsync(ShopRig.Token), line => line["description"]?.StartsWith(number + ": ", StringComparison.Ordinal) == true);
        var writes = (await rig.WritesAsync()).Where(call => !call.EndsWith("/search", StringComparison.Ordinal)).ToList();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(writes, (await rig.WritesAsync()).Where(call => !call.EndsWith("/search", StringComparison.Ordinal)));   // it looks what has changed in HubSpot
        Assert.Equal(0, (await ReconcileAsync(rig)).Differing);
    }

    [Fact]
    public async Task Another_mapping_is_planned_as_updates_and_rewrites_every_record_and_no_other_object()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        await rig.BuyAsync("ada@example.com");
        await rig.PassAsync();
        var contacts = await rig.Portal.Contacts.ListAsync(new ReadOptions { Properties = ["firstname", "spoke_key"] }, null, ShopRig.Token).ToListAsync(ShopRig.Token);
        rig.Map(("contacts.firstname", "{{ customer.first_name | upcase }}"), ("contacts.lastname", null));
        var plan = Assert.Single((await PlanAsync(rig)).Connections);
        Assert.Empty(plan.MappingProblems);
        Assert.Equal(contacts.Count, plan.Objects.Single(o => o.Object == "contacts").Update);
        Assert.Equal(0, plan.Objects.Where(o => o.Object != "contacts").Sum(o => o.Update + o.Create));
        Assert.Equal(contacts.Count, (await rig.PassAsync()).Written.Updated);
        foreach (var after in await rig.Portal.Contacts.ListAsync(new ReadOptions { Properties = ["firstname", "lastname"] }, null, ShopRig.Token).ToListAsync(ShopRig.Token))
        {
            Assert.Equal(after["firstname"]?.ToUpperInvariant(), after["firstname"]);
            Assert.True(string.IsNullOrEmpty(after["lastname"]));
        }
        Assert.Equal(0, (await ReconcileAsync(rig)).Differing);
        rig.Map();   // and back
        await rig.PassAsync();
        Assert.Equal(contacts.Select(c => c["firstname"]).Order(), (await rig.Portal.Contacts.ListAsync(new ReadOptions { Properties = ["firstname"] }, null, ShopRig.Token).ToListAsync(ShopRig.Token)).Select(c => c["firstname"]).Order());
        Assert.Equal(0, (await ReconcileAsync(rig)).Differing);
    }

    [Fact]
    public async Task A_template_that_fails_for_one_record_leaves_that_property_and_writes_the_rest()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        var (id, _) = await rig.BuyAsync("ada@example.com");
        rig.Map(("orders.hs_order_note", "first"));
        await rig.PassAsync();
        rig.Map(("orders.hs_order_note", "{% for a in (1..1000) %}{% for b in (1..1000) %}{% endfor %}{% endfor %}"), ("orders.hs_tags", "mapped"));
        var notice = Assert.Single(Assert.Single((await PlanAsync(rig)).Connections).Notices);
        Assert.Equal(("Template", 1), (notice.Kind, notice.Count));
        await rig.PassAsync();
        var order = await rig.OneAsync("orders", $"shop-main:order:{id}", "hs_order_note", "hs_tags");
        Assert.Equal(("first", "mapped"), (order["hs_order_note"], order["hs_tags"]));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(0, (await ReconcileAsync(rig)).Differing);
        var why = await new WhyReader(rig.Database, ShopRig.Name, "shop", null, rig.Connection.Mapping).ReadAsync("orders", id, ShopRig.Token);
        Assert.Contains("which fails: it takes more than", why!.Properties.Single(p => p.Property == "hs_order_note").Field);
        Assert.Equal("template mapped", why.Properties.Single(p => p.Property == "hs_tags").Field);
    }

    [Fact]
    public async Task A_property_the_portal_does_not_have_or_that_takes_another_type_is_named_before_anything_is_written()
    {
        await using var rig = await ShopRig.StartAsync(orders: 2);
        rig.Map(("orders.my_chanel", "{{ order.source }}"), ("contacts.createdate", "{{ order.placed_at }}"), ("contacts.spoke_first_order_at", "{{ customer.first_name }}"));
        var plan = Assert.Single((await PlanAsync(rig)).Connections);
        Assert.Contains(plan.MappingProblems, problem => problem.StartsWith("orders.my_chanel: HubSpot has no such property. Create it", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<HubSpotException>(rig.PassAsync);
        Assert.Contains("orders.my_chanel: HubSpot has no such property", refused.Message);
        Assert.DoesNotContain(await rig.WritesAsync(), call => call.Contains("/objects/", StringComparison.Ordinal));
        rig.Map(("contacts.spoke_first_order_at", "{{ customer.first_name }}"));
        Assert.Contains("the property takes a time in ISO 8601", (await Assert.ThrowsAsync<HubSpotException>(rig.PassAsync)).Message);
        Assert.DoesNotContain(await rig.WritesAsync(), call => call.Contains("/objects/", StringComparison.Ordinal));
        Assert.Contains(Assert.Single((await PlanAsync(rig)).Connections).MappingProblems, problem => problem.StartsWith("contacts.spoke_first_order_at: the property takes a time", StringComparison.Ordinal));
        rig.Map(("contacts.jobtitle", "{{ customer.first_name }}"));
        Assert.True((await rig.PassAsync()).InStep);
    }

    private static Task<PlanSummary> PlanAsync(ShopRig rig) => new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), TimeProvider.System, NullLogger.Instance).MakeAsync(null, null, ShopRig.Token);

    private static Task<DriftReport> ReconcileAsync(ShopRig rig) => new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance).CompareAsync(all: false, ShopRig.Token);

    private static Task MakeAsync(ShopRig rig, string @object, string property) =>
        rig.Portal.Properties.CreateAsync(@object, new CrmProperty { Name = property, Label = property, Type = "string", FieldType = "text", GroupName = @object == "orders" ? "order_information" : "contactinformation" }, null, ShopRig.Token);
}
