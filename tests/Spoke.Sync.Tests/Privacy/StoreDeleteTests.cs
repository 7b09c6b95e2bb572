using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Privacy;

/// <summary>What a store deletes without anybody having asked to be forgotten.</summary>
public class StoreDeleteTests
{
    private static CancellationToken Token => PullRig.Token;

    [Fact]
    public async Task A_deleted_order_stays_as_deleted_and_out_of_the_sums_until_it_comes_back()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1") with { Deleted = true });
        Assert.True((await rig.PassAsync()).InStep);
        var gone = await OrderAsync(rig);
        Assert.Equal(("deleted", "Cancelled"), (gone["hs_external_order_status"], gone["spoke_status"]));
        Assert.Equal("0", (await rig.ContactAsync("ada@example.com"))["spoke_orders_count"]);
        Assert.Equal(0, await rig.CountAsync("aggregates", "total_spent <> 0 or net_spent <> 0 or orders_count <> 0"));

        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1") with { Deleted = false });
        Assert.True((await rig.PassAsync()).InStep);
        var back = await OrderAsync(rig);
        Assert.Equal((gone.Id, "Paid"), (back.Id, back["spoke_status"]));
        Assert.NotEqual("deleted", back["hs_external_order_status"]);
        Assert.NotEqual(gone["hs_pipeline_stage"], back["hs_pipeline_stage"]);
        Assert.Equal("1", (await rig.ContactAsync("ada@example.com"))["spoke_orders_count"]);
    }

    [Fact]
    public async Task A_deleted_customer_keeps_the_contact()
    {
        await using var rig = await StartAsync();
        var id = (await rig.ContactAsync("ada@example.com")).Id;
        rig.Store.Edit("1", customer => customer with { Deleted = true });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(id, (await rig.ContactAsync("ada@example.com")).Id);
    }

    [Fact]
    public async Task A_line_taken_off_an_order_is_archived_and_the_others_keep_their_records()
    {
        await using var rig = await StartAsync();
        var before = await LinesAsync(rig);
        var order = rig.Store.Get<Order>(EntityKind.Order, "1");
        rig.Store.Put(order with { Lines = [.. order.Lines.Where(line => line.Id != "b")] });
        Assert.True((await rig.PassAsync()).InStep);
        var after = await LinesAsync(rig);
        Assert.Equal("shop-main:line:1/a", Assert.Single(after).Key);
        Assert.Equal(before["shop-main:line:1/a"], after["shop-main:line:1/a"]);
    }

    [Fact]
    public async Task A_deleted_variant_that_nobody_bought_is_archived()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(rig.Store.Get<Variant>(EntityKind.Variant, "v1") with { Deleted = true });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Empty(await rig.Portal.Objects("products").ListAsync(null, null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_deleted_variant_that_lines_name_stays_as_inactive_until_no_line_names_it()
    {
        await using var rig = await StartAsync();
        var order = rig.Store.Get<Order>(EntityKind.Order, "1");
        order = rig.Store.Put(order with { Lines = [.. order.Lines.Select(line => line with { VariantId = line.Id == "a" ? "v1" : null, Sku = "TEA" })] });
        Assert.True((await rig.PassAsync()).InStep);
        var product = await ProductAsync(rig);
        Assert.Equal("Active", product["spoke_status"]);
        rig.Store.Put(Some.Variant("v2", 0, "CUP"));
        Assert.True((await rig.PassAsync()).InStep);
        rig.Store.Put(rig.Store.Get<Variant>(EntityKind.Variant, "v1") with { Deleted = true });
        rig.Store.Put(rig.Store.Get<Variant>(EntityKind.Variant, "v2") with { Deleted = true });
        Assert.True((await rig.PassAsync()).InStep);
        var kept = await ProductAsync(rig);
        Assert.Equal((product.Id, "Inactive", "TEA"), (kept.Id, kept["spoke_status"], kept["hs_sku"]));

        // The store sells the same SKU again as another variant: it is that one's now.
        rig.Store.Put(Some.Variant("v3", 0, "TEA"));
        Assert.True((await rig.PassAsync()).InStep);
        var products = await rig.Portal.Objects("products").ListAsync(new ReadOptions { Properties = ["spoke_key", "hs_sku", "spoke_status"] }, null, Token).ToListAsync(Token);
        Assert.Equal([("shop-main:variant:v1", "", "Inactive"), ("shop-main:variant:v3", "TEA", "Active")], products.Select(p => (p["spoke_key"]!, p["hs_sku"] ?? "", p["spoke_status"]!)).Order());

        rig.Store.Put(order with { Lines = [.. order.Lines.Where(line => line.Id != "a")] });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("shop-main:variant:v3", (await ProductAsync(rig))["spoke_key"]);
    }

    /// <summary>A new database for the facts to run on; null: SQLite, in a file of the rig's.</summary>
    protected virtual ISqlDialect? NewDatabase() => null;

    private static async Task<CrmRecord> ProductAsync(PullRig rig) => Assert.Single(await rig.Portal.Objects("products").ListAsync(new ReadOptions { Properties = ["spoke_key", "hs_sku", "spoke_status"] }, null, Token).ToListAsync(Token));

    private async Task<PullRig> StartAsync()
    {
        var rig = await PullRig.StartAsync(dialect: NewDatabase());
        rig.Store.Put(Some.Variant("v1", 0, "TEA"));
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1", lines: ["a", "b"]));
        Assert.True((await rig.PassAsync()).InStep);
        return rig;
    }

    private static async Task<CrmRecord> OrderAsync(PullRig rig) =>
        (await rig.Portal.Orders.GetAsync("shop-main:order:1", new ReadOptions { IdProperty = "spoke_key", Properties = ["hs_external_order_status", "spoke_status", "hs_pipeline_stage"] }, null, Token))!;

    private static async Task<Dictionary<string, RecordId>> LinesAsync(PullRig rig) =>
        (await rig.Portal.Objects("line_items").ListAsync(new ReadOptions { Properties = ["spoke_key"] }, null, Token).ToListAsync(Token)).ToDictionary(line => line["spoke_key"]!, line => line.Id);
}
