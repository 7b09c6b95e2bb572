using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Explain;
using Spoke.Sync.Planning;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Currencies;

/// <summary>A currency that the portal does not have: no amount in it stands in HubSpot, everything else of the record does, and all of it comes once the currency is enabled.</summary>
public sealed class CurrencyNotEnabledTests
{
    private const string NotEnabled = "CURRENCY_NOT_ENABLED";
    private static readonly string[] Asked =
    [
        "spoke_key", "hs_currency_code", "hs_subtotal_price", "hs_order_discount", "hs_cart_discount", "hs_shipping_cost", "hs_tax", "hs_total_price", "hs_refund_amount", "spoke_net_revenue", "spoke_refunded_total",
        "hs_homecurrency_amount", "hs_line_item_currency_code", "price", "discount", "tax", "amount", "name", "hs_order_name", "hs_cart_name", "spoke_status", "quantity",
    ];

    [Fact]
    public async Task Amounts_wait_with_their_currency_and_everything_else_is_written()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Order("1", "BHD"));
        rig.Store.Put(Order("2", "EUR"));
        rig.Store.Put(Cart("c1", "BHD"));
        var plan = Assert.Single((await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(null, null, PullRig.Token)).Connections);
        var notice = Assert.Single(plan.Notices);
        Assert.Equal(("CurrencyNotEnabled", 4), (notice.Kind, notice.Count));   // an order, a cart, and a line of each
        Assert.Contains("BHD", notice.Example);

        Assert.Equal(4, (await rig.PassAsync()).Quarantined);
        Assert.Equal(["hs_order_name=#N1", "spoke_key=shop-main:order:1", "spoke_status=Paid"], Standing(await OneAsync(rig, "orders", "shop-main:order:1")));
        Assert.Equal(["hs_cart_name=Cart c1", "spoke_key=shop-main:cart:c1"], Standing(await OneAsync(rig, "carts", "shop-main:cart:c1")));
        foreach (var key in (string[])["shop-main:line:1/a", "shop-main:cartline:c1/a"]) Assert.Equal(["name=Tea", "quantity=1", "spoke_key=" + key], Standing(await OneAsync(rig, "line_items", key)));
        var order = await OneAsync(rig, "orders", "shop-main:order:1");
        Assert.Single(await rig.Portal.Associations.ListAsync("orders", order.Id, "line_items", null, PullRig.Token).ToListAsync(PullRig.Token));
        Assert.Single(await rig.Portal.Associations.ListAsync("orders", order.Id, "contacts", null, PullRig.Token).ToListAsync(PullRig.Token));
        Assert.Equal("17.00", (await OneAsync(rig, "orders", "shop-main:order:2"))["hs_total_price"]);

        var desk = Desk(rig);
        var listed = await desk.ListAsync(PullRig.Token);
        Assert.All(listed, item => Assert.Equal((NotEnabled, "BHD"), (item.Cause, item.Value)));
        Assert.All(listed, item => Assert.Contains("Enable BHD in HubSpot under Settings > Account defaults > Currency", item.Fix));
        var why = (await new WhyReader(rig.Database, PullRig.Name, "shop").ReadAsync("orders", "shop-main:order:1", PullRig.Token))!;
        Assert.Contains("Enable BHD", why.Fix);
        Assert.Equal((true, "17.333", null), why.Properties.Where(p => p.Property == "hs_total_price").Select(p => (p.Held, p.Value, p.Shadow)).Single());
        Assert.Equal(["hs_currency_code", "hs_order_discount", "hs_refund_amount", "hs_shipping_cost", "hs_subtotal_price", "hs_tax", "hs_total_price", "spoke_net_revenue", "spoke_refunded_total"], why.Properties.Where(p => p.Held).Select(p => p.Property));

        var drift = await CompareAsync(rig);
        Assert.False(drift.InStep);
        Assert.Equal((4, ""), (drift.Differing, string.Join(' ', drift.Examples.Where(e => e.Cause?.Contains("refused the currency", StringComparison.Ordinal) != true))));
        var sum = Assert.Single(drift.Sums, sum => !sum.Agree);
        Assert.Equal(("BHD", 1, "17.333", 1, "0.000"), (sum.Currency, sum.Ledger.Orders, sum.Ledger.Total, sum.HubSpot.Orders, sum.HubSpot.Total));
        var repaired = await new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).RepairAsync(drift, force: false, PullRig.Token);
        Assert.Equal((null, 0, 4), (repaired.Refused, repaired.Marked, repaired.LeftAlone));

        // It goes on without its amounts.
        rig.Store.Put(Order("1", "BHD", cancelled: true));
        await rig.PassAsync();
        Assert.Equal(["hs_order_name=#N1", "spoke_key=shop-main:order:1", "spoke_status=Cancelled"], Standing(await OneAsync(rig, "orders", "shop-main:order:1")));

        await rig.Portal.Currencies.CreateRateAsync("BHD", 2.3m, null, null, PullRig.Token);
        Assert.Empty((await desk.RetryAsync(await desk.ListAsync(PullRig.Token), PullRig.Token)).Left);
        order = await OneAsync(rig, "orders", "shop-main:order:1");
        Assert.Equal(("BHD", "17.333", "17.333"), (order["hs_currency_code"], order["hs_total_price"], order["hs_subtotal_price"]));
        var cart = await OneAsync(rig, "carts", "shop-main:cart:c1");
        Assert.Equal(("BHD", "7.001"), (cart["hs_currency_code"], cart["hs_total_price"]));
        var line = await OneAsync(rig, "line_items", "shop-main:line:1/a");
        Assert.Equal(("BHD", "17.333"), (line["hs_line_item_currency_code"], line["price"]));
        Assert.True((await CompareAsync(rig)).InStep);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_record_that_has_another_currency_keeps_it_with_its_amounts()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Order("1", "EUR"));
        await rig.PassAsync();
        rig.Store.Put(Order("1", "BHD", cancelled: true));
        await rig.PassAsync();
        var order = await OneAsync(rig, "orders", "shop-main:order:1");
        Assert.Equal(("EUR", "17.00", "Cancelled"), (order["hs_currency_code"], order["hs_total_price"], order["spoke_status"]));
        var line = await OneAsync(rig, "line_items", "shop-main:line:1/a");
        Assert.Equal(("EUR", "17.00"), (line["hs_line_item_currency_code"], line["price"]));
        Assert.False((await CompareAsync(rig)).InStep);
        await rig.Portal.Currencies.CreateRateAsync("BHD", 2.3m, null, null, PullRig.Token);
        Assert.True((await rig.PassAsync()).InStep);
        order = await OneAsync(rig, "orders", "shop-main:order:1");
        Assert.Equal(("BHD", "17.333"), (order["hs_currency_code"], order["hs_total_price"]));
    }

    [Fact]
    public async Task Amounts_that_stand_without_a_currency_are_cleared()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Order("1", "BHD"));
        await rig.PassAsync();
        var order = await OneAsync(rig, "orders", "shop-main:order:1");
        // As it was left when amounts went without their currency.
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "17.333", ["hs_tax"] = "0.000" }, null, PullRig.Token);
        await rig.Database.WriteAsync((db, transaction) => db.Execute("""update record set shadow = '{"hs_total_price":"17.333","hs_tax":"0.000",' || substr(shadow, 2) where object = 'orders'""", null, transaction), PullRig.Token);
        await rig.ReadAgainAsync();
        await rig.PassAsync();
        Assert.Equal(["hs_order_name=#N1", "spoke_key=shop-main:order:1", "spoke_status=Paid"], Standing(await OneAsync(rig, "orders", "shop-main:order:1")));
    }

    private static Order Order(string id, string currency, bool cancelled = false) => Some.Order(id, 0, email: "ada@example.com", total: currency == "BHD" ? 17_333 : 1700, currency: currency, cancelled: cancelled, lines: "a");

    private static Cart Cart(string id, string currency)
    {
        Money Amount(long minor) => new(minor, currency);
        return Some.Cart(id, 0, "bob@example.com") with
        {
            Currency = currency,
            Amounts = new OrderAmounts { ItemsGross = Amount(7001), Discounts = Amount(0), Shipping = Amount(0), Fees = Amount(0), Tips = Amount(0), GiftCards = Amount(0), Tax = Amount(0), Total = Amount(7001) },
            Lines = [new OrderLine { Id = "a", Name = "Tea", Quantity = 1, OrderedQuantity = 1, UnitPrice = Amount(7001), Gross = Amount(7001), Discount = Amount(0), Tax = Amount(0) }],
        };
    }

    private static List<string> Standing(CrmRecord record) => [.. Asked.Where(name => !string.IsNullOrEmpty(record[name])).Order(StringComparer.Ordinal).Select(name => $"{name}={record[name]}")];

    private static async Task<CrmRecord> OneAsync(PullRig rig, string @object, string key) =>
        Assert.Single(await rig.Portal.Objects(@object).ListAsync(new ReadOptions { Properties = Asked }, null, PullRig.Token).ToListAsync(PullRig.Token), record => record["spoke_key"] == key);

    private static Task<DriftReport> CompareAsync(PullRig rig) => new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).CompareAsync(all: true, PullRig.Token);

    private static QuarantineDesk Desk(PullRig rig) => new(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance);
}
