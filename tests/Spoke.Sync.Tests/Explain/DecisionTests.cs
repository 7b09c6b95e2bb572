using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Explain;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Explain;

/// <summary><c>spoke why</c> tells what was decided between the store and HubSpot: which value, by which rule, when.</summary>
public sealed class DecisionTests
{
    [Fact]
    public async Task A_value_of_HubSpots_that_won_is_told_with_the_rule_the_time_and_the_stores_value()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("ada@example.com", ("firstname", "of HubSpot"));
        var before = rig.Time.GetUtcNow();
        await rig.PassAsync();
        var decided = Assert.Single((await WhyAsync(rig, "contacts", "ada@example.com")).Properties.Single(p => p.Property == "firstname").Decisions);
        Assert.Equal(("conflict", "of the store", "of HubSpot", "newest", true), (decided.What, decided.Store, decided.HubSpot, decided.Rule, decided.HubSpotWon));
        Assert.InRange(decided.At, before.AddMilliseconds(-1), rig.Time.GetUtcNow());
        Assert.Equal("HubSpot's value 'of HubSpot' won over the store's 'of the store' by rule newest and goes to the store; both sides had changed it.", decided.Text);
    }

    [Fact]
    public async Task A_value_of_HubSpots_that_lost_is_told_too()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("firstname", "of HubSpot"));
        rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        await rig.PassAsync();
        var decided = Assert.Single((await WhyAsync(rig, "contacts", "1")).Properties.Single(p => p.Property == "firstname").Decisions);
        Assert.Equal(("newest", false), (decided.Rule, decided.HubSpotWon));
        Assert.Equal("HubSpot's value 'of HubSpot' lost to the store's 'of the store' by rule newest; both sides had changed it.", decided.Text);
    }

    [Fact]
    public async Task An_edit_in_HubSpot_alone_and_one_that_is_undone_name_their_rules()
    {
        await using var rig = await PullRig.StartAsync(FieldPolicies.Default.With("contacts", "city", FieldRule.Parse("contacts", "city", "store-enforced")!));
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com") with { Address = new Spoke.Commerce.Ledger.Address { City = "London" } });
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("firstname", "Augusta"), ("city", "Paris"));
        await rig.PassAsync();
        var why = await WhyAsync(rig, "contacts", "1");
        Assert.Equal("HubSpot's value 'Augusta' won over the store's 'Ada' by rule newest and goes to the store; only HubSpot's side had changed it.", Assert.Single(why.Properties.Single(p => p.Property == "firstname").Decisions).Text);
        Assert.Equal("HubSpot's value 'Paris' lost to the store's 'London' by rule store-enforced; only HubSpot's side had changed it.", Assert.Single(why.Properties.Single(p => p.Property == "city").Decisions).Text);
    }

    [Fact]
    public async Task Values_that_were_joined_say_to_what()
    {
        await using var rig = await PullRig.StartAsync(FieldPolicies.Default.With("contacts", "company", FieldRule.Parse("contacts", "company", "union")!));
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com") with { Address = new Spoke.Commerce.Ledger.Address { Company = "a" } });
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("company", "b"));
        await rig.PassAsync();
        Assert.Equal("HubSpot's value 'b' and the store's 'a' were joined to a;b by rule union; only HubSpot's side had changed it.", Assert.Single((await WhyAsync(rig, "contacts", "1")).Properties.Single(p => p.Property == "company").Decisions).Text);
    }

    [Fact]
    public async Task A_record_that_was_there_before_says_by_what_it_was_found_and_which_values_stood()
    {
        await using var rig = await PullRig.StartAsync();
        var made = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ada@example.com", ["firstname"] = "Augusta" }), null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        var why = await WhyAsync(rig, "contacts", "1");
        Assert.Equal(("adopted", $"HubSpot had it already as record {made.Id.Value}: found by its e-mail address and taken over, not made anew."), Assert.Single(why.Decisions.Select(d => (d.What, d.Text))));
        var name = Assert.Single(why.Properties.Single(p => p.Property == "firstname").Decisions);
        Assert.Equal(("Ada", "Augusta", "newest"), (name.Store, name.HubSpot, name.Rule));
        Assert.Equal(name.HubSpotWon, why.Properties.Single(p => p.Property == "firstname").Value == "Augusta");
    }

    [Fact]
    public async Task Contacts_that_people_merged_say_what_went_where()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        await rig.PassAsync();
        var (first, second) = (await rig.ContactAsync("ada@example.com"), await rig.ContactAsync("ada.work@example.com"));
        await rig.Portal.Contacts.MergeAsync(first.Id, second.Id, null, PullRig.Token);
        await rig.PassAsync();
        var decisions = (await WhyAsync(rig, "contacts", "1")).Decisions;
        Assert.Contains(decisions, d => d.What == "united" && d.Text == "shop-main:customer:2 became one contact with shop-main:customer:1, because somebody merged the two in HubSpot.");
        Assert.Contains(decisions, d => d.What == "merge" && d.Text.StartsWith($"Record {first.Id.Value} went into record", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_that_a_person_archived_says_so_and_when_it_was_restored()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        var (id, number) = await rig.BuyAsync("ada@example.com");
        await rig.PassAsync();
        var order = await rig.OneAsync("orders", $"shop-main:order:{id}");
        await rig.Portal.Orders.ArchiveAsync(order.Id, null, ShopRig.Token);
        await rig.AdminAsync($"orders/{id}/ship", new { trackingNumber = "T1" });
        await rig.PassAsync();
        var reader = new WhyReader(rig.Database, ShopRig.Name, "shop");
        Assert.Equal($"Record {order.Id.Value} was archived in HubSpot by somebody: it is neither written nor made again by itself.", Assert.Single((await reader.ReadAsync("orders", number, ShopRig.Token))!.Decisions).Text);
        await rig.RestoreAsync("orders", order.Id.Value);
        await rig.PassAsync();
        Assert.Equal(["restored", "archived"], (await reader.ReadAsync("orders", number, ShopRig.Token))!.Decisions.Select(d => d.What));
    }

    private static async Task<Explanation> WhyAsync(PullRig rig, string @object, string key) =>
        await new WhyReader(rig.Database, PullRig.Name, "shop", rig.Connection.Policies).ReadAsync(@object, key, PullRig.Token) ?? throw new Xunit.Sdk.XunitException($"nothing is known of {@object} {key}");
}
