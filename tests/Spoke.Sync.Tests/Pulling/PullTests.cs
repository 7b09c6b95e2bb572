using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Changes made in HubSpot, and what becomes of them.</summary>
public sealed class PullTests
{
    [Fact]
    public async Task A_name_corrected_in_HubSpot_arrives_in_the_store_and_nothing_is_written_any_more()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("firstname", "Augusta"), ("phone", "+353861234567"));
        var pass = await rig.PassAsync();
        Assert.Equal((2, 2), (pass.PulledFields, pass.WrittenBack));
        Assert.Equal(("Augusta", "+353861234567"), (rig.Customer("1").FirstName, rig.Customer("1").Phone));
        Assert.True(pass.InStep);
        await rig.AssertQuietAsync();
        Assert.Equal(0, await rig.CountAsync("taken", "1 = 1"));
    }

    [Fact]
    public async Task A_value_cleared_in_HubSpot_is_cleared_in_the_store()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com") with { Phone = "0861234567" });
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("phone", ""));
        await rig.PassAsync();
        Assert.Null(rig.Customer("1").Phone);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Of_two_edits_of_one_field_the_newest_stands_on_both_sides()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Customer("2", 0, "bob@example.com"));
        await rig.PassAsync();
        // The emulator's clock is ahead by an hour for the first edit, so that it is the later one by far.
        rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("ada@example.com", ("firstname", "of HubSpot"));
        await rig.PassAsync();
        Assert.Equal("of HubSpot", rig.Customer("1").FirstName);
        Assert.Equal("of HubSpot", (await rig.ContactAsync("ada@example.com"))["firstname"]);
        Assert.Equal(1, await rig.CountAsync("audit", "what = 'conflict' and property = 'firstname'"));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task An_older_edit_in_HubSpot_gives_way_to_the_stores()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("firstname", "of HubSpot"));
        rig.Store.Edit("1", c => c with { FirstName = "of the store" });
        await rig.PassAsync();
        Assert.Equal("of the store", rig.Customer("1").FirstName);
        Assert.Equal("of the store", (await rig.ContactAsync("ada@example.com"))["firstname"]);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_value_of_ours_that_was_written_and_not_heard_of_is_nobodys_edit()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Age("1", TimeSpan.FromMinutes(2));
        await rig.PassAsync();
        void Edit(string phone)
        {
            rig.Store.Edit("1", c => c with { Phone = phone });
            rig.Age("1", TimeSpan.FromMinutes(1));   // by the clocks what we write is always the newer one
        }
        Edit("+4411");
        await rig.FaultAsync("lost-response", "*/contacts/batch/update", times: 10);
        await Assert.ThrowsAsync<HubSpotException>(rig.PassAsync);
        Assert.Equal("+4411", (await rig.ContactAsync("ada@example.com"))["phone"]);
        await rig.CalmAsync();
        Edit("+4422");
        await rig.PassAsync();
        Assert.Equal(("+4422", "+4422"), (rig.Customer("1").Phone, (await rig.ContactAsync("ada@example.com"))["phone"]));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Edits_of_different_fields_on_both_sides_are_both_kept()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada@example.com", ("phone", "0861234567"));
        rig.Store.Edit("1", c => c with { FirstName = "Augusta" });
        await rig.PassAsync();
        var contact = await rig.ContactAsync("ada@example.com");
        Assert.Equal(("Augusta", "0861234567"), (contact["firstname"], contact["phone"]));
        Assert.Equal(("Augusta", "0861234567"), (rig.Customer("1").FirstName, rig.Customer("1").Phone));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task What_belongs_to_the_store_is_left_alone_unless_it_is_enforced()
    {
        await using var rig = await PullRig.StartAsync(FieldPolicies.Default.With("orders", "hs_total_price", new FieldRule(FieldPolicy.Store, Enforce: true)));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        await rig.PassAsync();
        var order = await rig.OrderAsync();
        await rig.Portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "999.00", ["hs_order_name"] = "my name" }, null, PullRig.Token);
        await rig.PassAsync();
        order = await rig.OrderAsync();
        Assert.Equal(("10.00", "my name"), (order["hs_total_price"], order["hs_order_name"]));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task An_edit_before_HubSpot_was_asked_for_the_first_time_is_found()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        var worker = rig.Worker();
        await new StoreReader(rig.Database, new ChangeIntake(rig.Database, rig.Time), new LedgerFeed(rig.Database, NullLogger.Instance), rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).ReadAsync(null, PullRig.Token);
        await worker.StepAsync(poll: false, PullRig.Token);   // the store was known already, and webhooks bring what is new
        await rig.EditContactAsync("ada@example.com", ("phone", "+4413"));
        await worker.StepAsync(poll: true, PullRig.Token);
        Assert.Equal("+4413", rig.Customer("1").Phone);
    }

    [Fact]
    public async Task What_is_archived_before_HubSpot_was_asked_for_the_first_time_is_found()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        var worker = rig.Worker();
        await new StoreReader(rig.Database, new ChangeIntake(rig.Database, rig.Time), new LedgerFeed(rig.Database, NullLogger.Instance), rig.Connection, new SyncOptions(), rig.Time, NullLogger.Instance).ReadAsync(null, PullRig.Token);
        await worker.StepAsync(poll: false, PullRig.Token);
        await rig.Portal.Contacts.ArchiveAsync((await rig.ContactAsync("ada@example.com")).Id, null, PullRig.Token);
        await rig.ForgetAsync("pull-archived");   // a day later
        await worker.StepAsync(poll: true, PullRig.Token);
        Assert.Equal(1, await rig.CountAsync("record", "state = 3 and cause = 'ARCHIVED'"));
    }

    [Fact]
    public async Task A_guests_edit_goes_to_the_account_that_is_opened_later()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "guest@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("guest@example.com", ("phone", "+4413"), ("firstname", "Grace"));
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("1", 0, "guest@example.com"));
        rig.Age("1", TimeSpan.FromHours(1));   // heard of late: it was opened before somebody wrote the number down
        await rig.PassAsync();
        var contact = await rig.ContactAsync("guest@example.com");
        Assert.Equal(("+4413", "Grace"), (contact["phone"], contact["firstname"]));
        Assert.Equal(("+4413", "Grace"), (rig.Customer("1").Phone, rig.Customer("1").FirstName));
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task A_guests_edit_gives_way_to_the_account_that_is_opened_after_it_whatever_else_changed_in_HubSpot_since()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "guest@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("guest@example.com", ("firstname", "Grace"));
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("guest@example.com", ("jobtitle", "Admiral"));
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("1", 0, "guest@example.com"));
        rig.Age("1", TimeSpan.FromMinutes(-30));   // between the two
        await rig.PassAsync();
        Assert.Equal("Ada", (await rig.ContactAsync("guest@example.com"))["firstname"]);
        Assert.Equal("Ada", rig.Customer("1").FirstName);
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task A_guests_edit_stays_in_HubSpot_because_there_is_nobody_to_write_it_to()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Order("1", 0, email: "guest@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("guest@example.com", ("firstname", "Grace"));
        await rig.PassAsync();
        Assert.Equal("Grace", (await rig.ContactAsync("guest@example.com"))["firstname"]);
        rig.Store.Put(Some.Order("2", 0, email: "guest@example.com"));
        await rig.PassAsync();
        Assert.Equal("Grace", (await rig.ContactAsync("guest@example.com"))["firstname"]);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Two_of_our_contacts_merged_in_HubSpot_are_one_with_one_sum()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com", first: "Augusta"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        rig.Store.Put(Some.Order("2", 0, customer: "2"));
        await rig.PassAsync();
        var (first, second) = (await rig.ContactAsync("ada@example.com"), await rig.ContactAsync("ada.work@example.com"));
        await rig.Portal.Contacts.MergeAsync(first.Id, second.Id, null, PullRig.Token);
        await rig.PassAsync();
        var contact = Assert.Single(await rig.ContactsAsync());
        Assert.Equal(("2", "shop-main:customer:1"), (contact["spoke_orders_count"], contact["spoke_key"]));
        // Further changes of either customer go to the one contact.
        rig.Store.Put(Some.Order("3", 0, customer: "2"));
        rig.Store.Put(Some.Order("4", 0, customer: "1"));
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("4", Assert.Single(await rig.ContactsAsync())["spoke_orders_count"]);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task Two_of_our_contacts_that_were_merged_and_written_by_their_old_ids_are_one_all_the_same()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        rig.Store.Put(Some.Order("2", 0, customer: "2"));
        var (intake, worker) = (new ChangeIntake(rig.Database, rig.Time), rig.Worker());
        await worker.PassAsync(null, PullRig.Token);
        await rig.Portal.Contacts.MergeAsync((await rig.ContactAsync("ada@example.com")).Id, (await rig.ContactAsync("ada.work@example.com")).Id, null, PullRig.Token);
        await rig.EditContactAsync("ada@example.com", ("phone", "0861234567"));
        rig.Store.Put(Some.Order("3", 0, customer: "1"));
        rig.Store.Put(Some.Order("4", 0, customer: "2"));
        await intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, "3", "a"), rig.Store.Push(EntityKind.Order, "4", "b")], null, PullRig.Token);
        await worker.StepAsync(poll: false, PullRig.Token);
        await rig.PassAsync();
        Assert.Equal(1, await rig.CountAsync("record", "object = 'contacts'"));
        Assert.Equal("4", Assert.Single(await rig.ContactsAsync())["spoke_orders_count"]);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_contact_that_went_into_a_strangers_and_was_written_by_its_old_id_has_our_address_all_the_same()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        var (intake, worker) = (new ChangeIntake(rig.Database, rig.Time), rig.Worker());
        await worker.PassAsync(null, PullRig.Token);
        var stranger = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "stranger@example.org" }), null, PullRig.Token);
        await rig.Portal.Contacts.MergeAsync(stranger.Id, (await rig.ContactAsync("ada@example.com")).Id, null, PullRig.Token);
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        await intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, "1", "a")], null, PullRig.Token);
        await worker.StepAsync(poll: false, PullRig.Token);
        await rig.PassAsync();
        var contact = Assert.Single(await rig.ContactsAsync());
        Assert.Equal(("ada@example.com", "1"), (contact["email"], contact["spoke_orders_count"]));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_record_archived_in_HubSpot_is_found_by_the_daily_look_before_anything_is_written_to_it()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.Portal.Contacts.ArchiveAsync((await rig.ContactAsync("ada@example.com")).Id, null, PullRig.Token);
        await rig.ForgetAsync("pull-archived");
        Assert.Equal(1, (await rig.PassAsync()).Quarantined);
        Assert.Equal(1, await rig.CountAsync("record", "state = 3 and cause = 'ARCHIVED'"));
    }

    [Fact]
    public async Task A_search_that_runs_behind_does_not_bring_back_what_we_have_written_over()
    {
        await using var rig = await PullRig.StartAsync();
        await rig.FaultAsync("search-lag:30000");
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        await rig.AdvancePortalAsync(TimeSpan.FromMinutes(1));   // by now the search knows her
        rig.Store.Edit("1", c => c with { FirstName = "Grace" });
        await rig.PassAsync();
        var pass = await rig.PassAsync();   // the search still shows what was there before
        Assert.Equal((0, 0), (pass.PulledFields, pass.WrittenBack));
        Assert.Equal(("Grace", "Grace"), (rig.Customer("1").FirstName, (await rig.ContactAsync("ada@example.com"))["firstname"]));
        await rig.AdvancePortalAsync(TimeSpan.FromMinutes(1));
        await rig.AssertQuietAsync();
    }
}
