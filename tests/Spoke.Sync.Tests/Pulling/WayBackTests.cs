using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Connections;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Tests.Scenarios;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Tags and notes that people set in HubSpot, and what becomes of them in the store.</summary>
public sealed class WayBackTests
{
    private static readonly WayBack Ways = new("favourites", "note_to_shop", "hs_tags", "order_note_to_shop");

    [Fact]
    public async Task Values_of_a_contact_become_tags_and_only_those_we_have_put_there_go_again()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com") with { Tags = ["VIP", "of the store"] });
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("favourites", "tea;vip;coffee"));
        Assert.Equal(1, (await rig.PassAsync()).WrittenBack);
        Assert.Equal(["VIP", "coffee", "of the store", "tea"], Tags(rig).Order(StringComparer.Ordinal));
        await rig.AssertQuietAsync();
        await rig.EditContactAsync("ada@example.com", ("favourites", "coffee"));   // neither tea nor vip any more
        await rig.PassAsync();
        Assert.Equal(["VIP", "coffee", "of the store"], Tags(rig).Order(StringComparer.Ordinal));
        await rig.EditContactAsync("ada@example.com", ("favourites", "tea;coffee"));
        await rig.PassAsync();
        Assert.Contains("tea", Tags(rig));
        await rig.EditContactAsync("ada@example.com", ("favourites", ""));
        await rig.PassAsync();
        Assert.Equal(["VIP", "of the store"], Tags(rig).Order(StringComparer.Ordinal));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_tag_that_the_store_takes_away_is_not_put_back()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("favourites", "tea;coffee"));
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { Tags = ["coffee"] });
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("favourites", "tea;coffee;cake"));
        await rig.PassAsync();
        Assert.Equal(["cake", "coffee"], Tags(rig).Order(StringComparer.Ordinal));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_tag_given_to_an_order_in_HubSpot_stands_beside_the_stores_on_both_sides()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Order("1001", 0, email: "ada@example.com") with { Tags = ["gift"] });
        await rig.PassAsync();
        await EditOrderAsync(rig, ("hs_tags", "gift, fragile"));
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1001") with { Tags = ["gift", "express"] });   // at the same time somebody tags it in the store
        await rig.PassAsync();
        await rig.PassAsync();
        Assert.Equal(["express", "fragile", "gift"], OrderTags(rig).Order(StringComparer.Ordinal));
        Assert.Equal(["express", "fragile", "gift"], await TagsThereAsync(rig));
        await rig.AssertQuietAsync();
        await EditOrderAsync(rig, ("hs_tags", "express"));   // gift is the store's and comes again; fragile is ours and goes
        await rig.PassAsync();
        await rig.PassAsync();
        Assert.Equal(["express", "gift"], OrderTags(rig).Order(StringComparer.Ordinal));
        Assert.Equal(["express", "gift"], await TagsThereAsync(rig));
        await rig.AssertQuietAsync();
        Assert.True((await new Reconciliation(rig.Database, rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).CompareAsync(all: false, PullRig.Token)).InStep);
    }

    [Fact]
    public async Task A_tag_given_in_HubSpot_while_our_write_of_tags_is_on_its_way_is_found_behind_it()
    {
        using var wire = new Wire();
        await using var rig = await StartAsync(wire: wire);
        rig.Store.Put(Some.Order("1001", 0, email: "ada@example.com") with { Tags = ["gift"] });
        await rig.PassAsync();
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1001") with { Tags = ["gift", "express"] });
        wire.Sending = async path =>
        {
            if (!path.EndsWith("/orders/batch/update", StringComparison.Ordinal)) return;
            wire.Sending = null;
            await EditOrderAsync(rig, ("hs_tags", "gift, fragile"));
        };
        await rig.PassAsync();
        Assert.Null(wire.Sending);
        await rig.PassAsync();
        Assert.Equal(["express", "fragile", "gift"], OrderTags(rig).Order(StringComparer.Ordinal));
        Assert.Equal(["express", "fragile", "gift"], await TagsThereAsync(rig));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task While_a_tag_is_on_its_way_to_a_store_that_refuses_it_HubSpot_keeps_it()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Order("1001", 0, email: "ada@example.com") with { Tags = ["gift"] });
        await rig.PassAsync();
        rig.Store.Refuse = write => write is TagsWrite ? new StoreWriteOutcome(StoreWriteResult.Refused, null, "40 letters are too many", "Shorten it.") : null;
        await EditOrderAsync(rig, ("hs_tags", "gift, fragile"));
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1001") with { CancelReason = "none" });   // something else is pushed meanwhile
        Assert.Equal(1, (await rig.PassAsync()).Quarantined);
        Assert.Equal(["fragile", "gift"], await TagsThereAsync(rig));
        var refused = Assert.Single(await rig.Database.ReadAsync(db => QuarantineStore.All(db, PullRig.Name), PullRig.Token));
        Assert.Equal(("orders", "shop-main:order:1001", "OrderTags", "40 letters are too many", "Shorten it."), (refused.Object, refused.Item_Key, refused.Property, refused.Problem, refused.Fix));
        rig.Store.Refuse = null;
        await rig.Database.WriteAsync((db, transaction) => QuarantineStore.Retry(db, transaction, PullRig.Name, refused), PullRig.Token);
        Assert.Equal(0, (await rig.PassAsync()).Quarantined);
        Assert.Equal(["fragile", "gift"], OrderTags(rig).Order(StringComparer.Ordinal));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_text_becomes_a_note_once_and_an_answer_that_is_lost_makes_no_second_one()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1001", 0, "1"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("note_to_shop", "Rings twice."));
        await EditOrderAsync(rig, ("order_note_to_shop", "Leave it at the door."));
        await rig.PassAsync();
        Assert.Equal(("Rings twice.", "Leave it at the door."), (rig.Customer("1").Note, rig.Store.Get<Order>(EntityKind.Order, "1001").Note));
        await rig.Database.WriteAsync((db, transaction) => { db.Execute("update given set state = 0", transaction: transaction); }, PullRig.Token);   // as if we had died before we heard
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("note_to_shop", "Or thrice."));
        await rig.PassAsync();
        Assert.Equal(("Rings twice.\nOr thrice.", "Leave it at the door."), (rig.Customer("1").Note, rig.Store.Get<Order>(EntityKind.Order, "1001").Note));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Without_being_told_to_nothing_flows_back()
    {
        await using var rig = await StartAsync(WayBack.Nothing);
        rig.Store.Put(Some.Order("1001", 0, email: "ada@example.com") with { Tags = ["gift"] });
        await rig.PassAsync();
        await EditOrderAsync(rig, ("hs_tags", "gift, fragile"));
        await rig.PassAsync();
        Assert.Equal(["gift"], OrderTags(rig));
        Assert.Equal(0, await rig.CountAsync("given", "1 = 1"));
    }

    [Fact]
    public async Task An_erased_person_leaves_no_note_behind()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1001", 0, "1"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("note_to_shop", "Rings twice."));
        await EditOrderAsync(rig, ("order_note_to_shop", "Leave it with Grace."));
        await rig.PassAsync();
        Assert.Equal(2, await rig.CountAsync("given", "1 = 1"));
        await new Spoke.Sync.Privacy.PrivacyDesk(rig.Database, rig.Connection, rig.Time, NullLogger.Instance).EraseAsync("ada@example.com", PullRig.Token);
        Assert.Equal(0, await rig.CountAsync("given", "1 = 1"));
    }

    [Fact]
    public async Task WooCommerce_takes_them()
    {
        await using var shop = await WooShop.StartAsync(new WooOptions { Orders = 0, Customers = 0, Drafts = 0 }, PullRig.Token);
        await using var store = new WooConnector(new WooStoreOptions { Url = shop.BaseUrl, ConsumerKey = shop.Options.ConsumerKey, ConsumerSecret = shop.Options.ConsumerSecret });
        await using var rig = await StartAsync(Ways with { CustomerNote = null });
        var customer = shop.Desk.Register("ada@example.com").ToString(CultureInfo.InvariantCulture);
        var order = shop.Desk.Place("ada@example.com", long.Parse(customer, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
        var engine = new SyncEngine(rig.Database, [rig.Connection with { Store = store }], new SyncOptions(), rig.Time, NullLoggerFactory.Instance);
        async Task<PassSummary> PassAsync() => Assert.Single(await engine.RunOnceAsync(null, PullRig.Token)) is { Summary: { } summary } ? summary : throw new InvalidOperationException("the pass failed");
        await PassAsync();
        await rig.EditContactAsync("ada@example.com", ("favourites", "tea;coffee"));
        await EditOrderAsync(rig, ("hs_tags", "fragile"), ("order_note_to_shop", "Leave it at the door."));
        Assert.Equal(3, (await PassAsync()).WrittenBack);
        Assert.Equal(["coffee", "tea"], (await ReadAsync<Customer>(EntityKind.Customer, customer)).Tags!.Order(StringComparer.Ordinal));
        Assert.Equal(["fragile"], (await ReadAsync<Order>(EntityKind.Order, order)).Tags);
        Assert.Single(shop.Faults.Requests, request => request.StartsWith("POST", StringComparison.Ordinal) && request.Contains($"/orders/{order}/notes", StringComparison.Ordinal));
        var writes = await rig.WritesAsync();
        Assert.True((await PassAsync()).InStep);
        Assert.Equal(0, (await PassAsync()).WrittenBack);
        Assert.True(await rig.WritesAsync() - writes <= 1, "the order's tags come back from the store once, at most");
        Assert.Single(shop.Faults.Requests, request => request.StartsWith("POST", StringComparison.Ordinal) && request.Contains($"/orders/{order}/notes", StringComparison.Ordinal));

        async Task<T> ReadAsync<T>(EntityKind kind, string id) where T : LedgerEntity => store.Normalise((await store.ReadOneAsync(kind, id, PullRig.Token))!).OfType<T>().Single(entity => entity.PlatformId == id);
    }

    private static async Task<PullRig> StartAsync(WayBack? ways = null, Wire? wire = null)
    {
        var rig = await PullRig.StartAsync(wayBack: ways ?? Ways, wire: wire);
        await rig.Portal.Properties.CreateAsync("contacts", Text("favourites", "contactinformation"), null, PullRig.Token);
        await rig.Portal.Properties.CreateAsync("contacts", Text("note_to_shop", "contactinformation"), null, PullRig.Token);
        await rig.Portal.Properties.CreateAsync("orders", Text("order_note_to_shop", "order_information"), null, PullRig.Token);
        return rig;
    }

    private static CrmProperty Text(string name, string group) => new() { Name = name, Label = name, GroupName = group, Type = "string", FieldType = "text" };

    private static IReadOnlyList<string> Tags(PullRig rig) => rig.Customer("1").Tags ?? [];

    private static IReadOnlyList<string> OrderTags(PullRig rig) => rig.Store.Get<Order>(EntityKind.Order, "1001").Tags;

    private static async Task<CrmRecord> OrderAsync(PullRig rig) => Assert.Single(await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_tags"] }, null, PullRig.Token).ToListAsync(PullRig.Token));

    private static async Task<IReadOnlyList<string>> TagsThereAsync(PullRig rig) => [.. ((await OrderAsync(rig))["hs_tags"] ?? "").Split(", ").Order(StringComparer.Ordinal)];

    private static async Task EditOrderAsync(PullRig rig, params (string Name, string? Value)[] values) =>
        await rig.Portal.Orders.UpdateAsync((await OrderAsync(rig)).Id, values.ToDictionary(v => v.Name, v => v.Value), null, PullRig.Token);
}
