using Dapper;
using Spoke.Sync.Explain;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Explain;

/// <summary>For any value in HubSpot: the change, the mapping, the time and the request that made it what it is.</summary>
public sealed class WhyTests
{
    [Fact]
    public async Task A_value_names_its_change_its_field_and_the_request_that_wrote_it()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        await rig.PassAsync();
        var (id, number) = await rig.BuyAsync("ada@example.com");
        await rig.PassAsync();
        await rig.AdminAsync($"orders/{id}/ship", new { trackingNumber = "T1" });
        await rig.PassAsync();
        var why = await WhyAsync(rig, "orders", number);
        Assert.Equal(("in step", $"shop-main:order:{id}"), (why.State, why.Key));
        Assert.Equal(("order", id, null), (why.Change!.Kind, why.Change.Id, why.Change.DeliveryId));
        var status = why.Properties.Single(p => p.Property == "spoke_status");
        Assert.Equal(("Shipped", "Shipped", "store", false), (status.Value, status.Shadow, status.Policy, status.Held));
        Assert.Equal(["updated", "created"], status.Writes.Select(write => write.What));
        Assert.Equal(("Paid", "Shipped"), (status.Writes[0].Before, status.Writes[0].Value));
        Assert.True(status.Writes[0].Change!.Version > status.Writes[1].Change!.Version);
        // The request is one that HubSpot knows, by the id it answered with.
        Assert.Equal(status.Writes[0].Request, rig.Call(status.Writes[0].CorrelationId!));
        Assert.EndsWith("/batch/update", status.Writes[0].Request);
        var total = why.Properties.Single(p => p.Property == "hs_total_price");
        Assert.Equal(("Order.Amounts.Total", $"{total.Value} EUR"), (total.Field, total.Ledger));
        Assert.Equal("created", Assert.Single(total.Writes).What);
    }

    [Fact]
    public async Task A_contacts_figure_names_the_order_that_moved_it()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        await rig.BuyAsync("ada@example.com");
        await rig.PassAsync();
        var (second, _) = await rig.BuyAsync("ada@example.com");
        await rig.PassAsync();
        var count = (await WhyAsync(rig, "contacts", "ADA@example.com")).Properties.Single(p => p.Property == "spoke_orders_count");
        Assert.Equal(("2", "1"), (count.Value, count.Writes[0].Before));
        Assert.Equal(("order", second), (count.Writes[0].Change!.Kind, count.Writes[0].Change!.Id));
    }

    [Fact]
    public async Task A_record_is_found_by_each_name_it_has()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        var (id, number) = await rig.BuyAsync("ada@example.com");
        Assert.Null(await new WhyReader(rig.Database, ShopRig.Name, "shop").ReadAsync("orders", number, ShopRig.Token));
        await rig.PassAsync();
        var record = await rig.OneAsync("orders", $"shop-main:order:{id}");
        foreach (var name in (string[])[$"shop-main:order:{id}", id, number, "#" + number, record.Id.Value]) Assert.Equal($"shop-main:order:{id}", (await WhyAsync(rig, "orders", name)).Key);
        Assert.Equal("shop-main:variant:v5", (await WhyAsync(rig, "products", (await WhyAsync(rig, "products", "v5")).Properties.Single(p => p.Property == "hs_sku").Value!.ToLowerInvariant())).Key);
        var line = (await new WhyReader(rig.Database, ShopRig.Name, "shop").NearAsync("line_items", ShopRig.Token)).First(key => key.Contains($":line:{id}/", StringComparison.Ordinal));
        var quantity = (await WhyAsync(rig, "line_items", line)).Properties.Single(p => p.Property == "quantity");
        Assert.Equal(("2", "2"), (quantity.Value, quantity.Ledger));
    }

    [Fact]
    public async Task A_held_value_a_stopped_record_and_one_that_waits_say_so()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "ada(work)@example.com"), Some.Order("1", 1, customer: "1"));
        await rig.PassAsync();
        var held = await WhyAsync(rig.Database, "contacts", "1");
        Assert.Equal("quarantined", held.State);
        Assert.Contains("Correct the e-mail address", held.Fix);
        Assert.True(held.Properties.Single(p => p.Property == "email").Held);
        Assert.False(held.Properties.Single(p => p.Property == "firstname").Held);
        await rig.EnterAsync(Some.Order("1", 2, customer: "1", total: 2000));
        var waits = await WhyAsync(rig.Database, "orders", "1");
        Assert.Equal("waiting", waits.State);
        Assert.Equal(("20.00", "10.00"), waits.Properties.Where(p => p.Property == "hs_total_price").Select(p => (p.Value, p.Shadow)).Single());
        await rig.Portal.Orders.ArchiveAsync((await rig.OneAsync("orders", "shop-main:order:1")).Id, null, PushRig.Token);
        await rig.PassAsync();
        Assert.Equal("stopped", (await WhyAsync(rig.Database, "orders", "1")).State);
    }

    [Fact]
    public async Task The_newest_write_of_a_property_is_kept_and_older_ones_for_ninety_days()
    {
        await using var rig = await PushRig.StartAsync();
        await WriteTwiceAndForgetAsync(rig);
    }

    internal static async Task WriteTwiceAndForgetAsync(PushRig rig)
    {
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("1", 2, "a@example.com", first: "Augusta"));
        await rig.PassAsync();
        var now = TimeProvider.System.GetUtcNow();
        await WrittenStore.SweepAsync(rig.Database, ShopRig.Name, now.AddDays(89), PushRig.Token);
        Assert.Equal(2, (await WhyAsync(rig.Database, "contacts", "1")).Properties.Single(p => p.Property == "firstname").Writes.Count);
        await WrittenStore.SweepAsync(rig.Database, ShopRig.Name, now.AddDays(91), PushRig.Token);
        var after = await WhyAsync(rig.Database, "contacts", "1");
        Assert.Equal(("Ada", "Augusta"), after.Properties.Where(p => p.Property == "firstname").Select(p => (Assert.Single(p.Writes).Before, p.Value)).Single());
        Assert.Equal("created", Assert.Single(after.Properties.Single(p => p.Property == "lastname").Writes).What);
        Assert.Equal(0, await rig.Database.ReadAsync(db => db.ExecuteScalar<long>("select count(*) from written where swept = 0"), PushRig.Token));
    }

    [Fact]
    public async Task Every_property_that_is_written_has_its_place_in_the_mapping()
    {
        await using var rig = await ShopRig.StartAsync(orders: 60);
        var (id, _) = await rig.BuyAsync("ada@example.com");
        await rig.AdminAsync($"orders/{id}/ship", new { trackingNumber = "T1", trackingUrl = "https://parcels.example/T1" });
        await rig.PassAsync();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var @object in RecordObjects.InOrder)
            foreach (var shadow in await rig.Database.ReadAsync(db => db.Query<string>("select shadow from record where object = @object", new { @object }).AsList(), ShopRig.Token))
                foreach (var property in System.Text.Json.JsonDocument.Parse(shadow).RootElement.EnumerateObject())
                {
                    Assert.True(Mapping.Of(@object, property.Name) is not null, $"{@object}.{property.Name} is written and has no mapping.");
                    seen.Add(@object + property.Name);
                }
        Assert.True(seen.Count > 60, $"Only {seen.Count} properties were written.");
    }

    private static Task<Explanation> WhyAsync(ShopRig rig, string @object, string key) => WhyAsync(rig.Database, @object, key);

    private static async Task<Explanation> WhyAsync(SyncDatabase database, string @object, string key) =>
        await new WhyReader(database, ShopRig.Name, "shop").ReadAsync(@object, key, PushRig.Token) ?? throw new InvalidOperationException($"Nothing is known of {@object} {key}.");
}
