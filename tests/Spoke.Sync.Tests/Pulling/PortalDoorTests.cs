using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>What HubSpot tells by webhook: signed, kept, and followed.</summary>
public sealed class PortalDoorTests
{
    private const string Address = "https://spoke.example/hooks/hubspot/main";

    [Fact]
    public async Task A_deletion_that_HubSpot_tells_of_stops_the_record_at_once()
    {
        await using var rig = await StartAsync();
        var id = (await rig.ContactAsync("ada@example.com")).Id;
        await rig.Portal.Contacts.ArchiveAsync(id, null, PullRig.Token);
        Assert.Equal((200, "kept"), await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"contact.deletion","portalId":{{Hub}},"objectId":{{id}},"occurredAt":1000}]"""));
        Assert.Equal(1, (await rig.PassAsync()).Quarantined);
        Assert.Equal(1, await rig.CountAsync("record", "state = 3 and cause = 'ARCHIVED'"));
    }

    [Fact]
    public async Task An_association_taken_away_by_hand_comes_back()
    {
        await using var rig = await StartAsync();
        var (order, contact) = (await rig.OrderAsync(), await rig.ContactAsync("ada@example.com"));
        await rig.Portal.Associations.BatchArchiveAsync("orders", "contacts", [new AssociationInput(order.Id, contact.Id)], null, PullRig.Token);
        Assert.Equal((200, "kept"), await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"object.associationChange","objectTypeId":"0-123","portalId":{{Hub}},"fromObjectId":{{order.Id}},"toObjectId":{{contact.Id}},"associationRemoved":true,"occurredAt":1000}]"""));
        await rig.PassAsync();
        Assert.Contains(await rig.Portal.Associations.ListAsync("orders", order.Id, "contacts", null, PullRig.Token).ToListAsync(PullRig.Token), edge => edge.To == contact.Id);
    }

    [Fact]
    public async Task What_was_removed_while_an_order_was_in_the_recycling_bin_does_not_come_back_with_it()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com"));
        await rig.PassAsync();
        var order = await rig.OrderAsync();
        await rig.Portal.Orders.ArchiveAsync(order.Id, null, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { Email = "byron@example.com" });   // the order stays with whoever has its address
        await rig.PassAsync();
        await rig.RestoreAsync("orders", order.Id.Value);
        await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"object.restore","objectTypeId":"0-123","portalId":{{Hub}},"objectId":{{order.Id}},"occurredAt":1000}]""");
        await rig.PassAsync();
        var guest = await rig.ContactAsync("ada@example.com");
        Assert.Equal([guest.Id], (await rig.Portal.Associations.ListAsync("orders", order.Id, "contacts", null, PullRig.Token).ToListAsync(PullRig.Token)).Select(edge => edge.To));
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task A_merge_is_followed_as_it_is_told()
    {
        await using var rig = await StartAsync();
        var mine = await rig.ContactAsync("ada@example.com");
        var other = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "other@example.com", ["phone"] = "0861234567" }), null, PullRig.Token);
        var stayed = await rig.Portal.Contacts.MergeAsync(other.Id, mine.Id, null, PullRig.Token);
        await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"contact.merge","portalId":{{Hub}},"objectId":{{stayed.Id}},"primaryObjectId":{{other.Id}},"mergedObjectIds":[{{mine.Id}}],"newObjectId":{{stayed.Id}},"occurredAt":1000}]""");
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(1, await rig.CountAsync("record", $"object = 'contacts' and record_id = '{stayed.Id}'"));
        Assert.Equal("0861234567", rig.Customer("1").Phone);   // what the other record knew of the person
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_merge_is_followed_that_was_told_of_after_the_contact_was_archived(bool told)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var rig = await StartAsync(clock);
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        rig.Store.Put(Some.Order("2", 0, customer: "2"));
        await rig.PassAsync();
        var (first, second) = (await rig.ContactAsync("ada@example.com"), await rig.ContactAsync("ada.work@example.com"));
        var stayed = await rig.Portal.Contacts.MergeAsync(first.Id, second.Id, null, PullRig.Token);
        await rig.Portal.Contacts.ArchiveAsync(stayed.Id, null, PullRig.Token);
        if (told) await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"contact.merge","portalId":{{Hub}},"objectId":{{stayed.Id}},"primaryObjectId":{{first.Id}},"mergedObjectIds":[{{second.Id}}],"newObjectId":{{stayed.Id}},"occurredAt":1000}]""");
        else clock.Advance(TimeSpan.FromDays(1));   // the list of what was archived says it
        await rig.PassAsync();
        Assert.Equal(1, await rig.CountAsync("record", "object = 'contacts'"));
        Assert.Equal(1, await rig.CountAsync("record", $"object = 'contacts' and state = 3 and cause = 'ARCHIVED' and record_id = '{stayed.Id}'"));
        await rig.RestoreAsync("contacts", stayed.Id.Value);
        await rig.PassAsync();
        Assert.Equal("2", Assert.Single(await rig.ContactsAsync())["spoke_orders_count"]);
        var writes = await rig.WritesAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(writes, await rig.WritesAsync());
    }

    [Fact]
    public async Task Two_orders_that_were_merged_and_written_by_their_old_ids_do_not_share_a_record_in_silence()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        rig.Store.Put(Some.Order("2", 0, customer: "1"));
        await rig.PassAsync();
        var orders = await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_key"] }, null, PullRig.Token).ToListAsync(PullRig.Token);
        var stayed = await rig.Portal.Orders.MergeAsync(orders[0].Id, orders[1].Id, null, PullRig.Token);
        rig.Store.Put(Some.Order("1", 1, customer: "1", total: 2000));
        rig.Store.Put(Some.Order("2", 1, customer: "1", total: 3000));
        await rig.PassAsync();
        Assert.Equal(2, await rig.CountAsync("record", $"object = 'orders' and record_id = '{stayed.Id}'"));
        await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"object.merge","objectTypeId":"0-123","portalId":{{Hub}},"objectId":{{stayed.Id}},"primaryObjectId":{{orders[0].Id}},"mergedObjectIds":[{{orders[1].Id}}],"newObjectId":{{stayed.Id}},"occurredAt":1000}]""");
        await rig.PassAsync();
        Assert.Equal(1, await rig.CountAsync("record", "object = 'orders' and state = 3 and cause = 'MERGED'"));
        await rig.PassAsync();
        var writes = await rig.WritesAsync();
        await rig.PassAsync();
        Assert.Equal(writes, await rig.WritesAsync());
    }

    [Fact]
    public async Task The_same_delivery_again_is_known_and_one_of_another_portal_is_none_of_ours()
    {
        await using var rig = await StartAsync();
        var body = $$"""[{"eventId":1,"subscriptionType":"contact.propertyChange","propertyName":"firstname","portalId":{{Hub}},"objectId":1,"occurredAt":1000}]""";
        Assert.Equal((200, "kept"), await TellAsync(rig, body));
        Assert.Equal((200, "known"), await TellAsync(rig, body));
        Assert.Equal((200, "known"), await TellAsync(rig, body.Replace(Hub, "42", StringComparison.Ordinal)));
        Assert.Equal(1, await rig.CountAsync("portal_event", "1 = 1"));
        await rig.PassAsync();
        Assert.Equal(0, await rig.CountAsync("portal_event", "state = 0"));
    }

    [Theory]
    [InlineData(false, "of the store")]
    [InlineData(true, "of HubSpot")]
    public async Task An_edit_in_the_store_that_we_have_not_heard_of_gives_way_only_to_a_later_one_in_HubSpot(bool later, string stands)
    {
        await using var rig = await StartAsync();
        var worker = rig.Worker();
        await worker.StepAsync(poll: true, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { FirstName = "of the store" });
        if (later) await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("ada@example.com", ("firstname", "of HubSpot"));
        await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"contact.propertyChange","portalId":{{Hub}},"objectId":{{(await rig.ContactAsync("ada@example.com")).Id}},"propertyName":"firstname","occurredAt":1000}]""");
        await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal(stands, rig.Customer("1").FirstName);
        await rig.PassAsync();
        Assert.Equal((stands, stands), (rig.Customer("1").FirstName, (await rig.ContactAsync("ada@example.com"))["firstname"]));
        Assert.Equal(0, await rig.CountAsync("taken", "1 = 1"));
    }

    [Fact]
    public async Task An_edit_is_written_to_no_account_that_has_only_taken_over_the_address()
    {
        await using var rig = await StartAsync();
        var worker = rig.Worker();
        await worker.StepAsync(poll: true, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { Email = "byron@example.com" });
        rig.Store.Put(Some.Customer("2", 0, "ada@example.com", "Grace"));
        await rig.HearAsync(EntityKind.Customer, "2");   // but not of the other, who seems to have the same address
        await rig.AdvancePortalAsync(TimeSpan.FromHours(1));
        await rig.EditContactAsync("ada@example.com", ("phone", "+4413"));
        await TellAsync(rig, $$"""[{"eventId":1,"subscriptionType":"contact.propertyChange","portalId":{{Hub}},"objectId":{{(await rig.ContactAsync("ada@example.com")).Id}},"propertyName":"phone","occurredAt":1000}]""");
        await worker.StepAsync(poll: false, PullRig.Token);
        await rig.PassAsync();
        Assert.Equal(("+4413", null), (rig.Customer("1").Phone, rig.Customer("2").Phone));
        Assert.Equal("+4413", (await rig.ContactAsync("byron@example.com"))["phone"]);
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task What_is_not_signed_or_cannot_be_read_is_refused_and_nothing_is_kept()
    {
        await using var rig = await StartAsync();
        Assert.Equal(401, (await TellAsync(rig, "[]", secret: "another-secret")).Status);
        Assert.Equal(400, (await TellAsync(rig, "no json")).Status);
        Assert.Equal(404, (await rig.Engine.PortalWebhooks.ReceiveAsync("elsewhere", Signed("[]", "client-secret"), PullRig.Token)).Status);
        Assert.Equal(0, await rig.CountAsync("portal_event", "1 = 1"));
    }

    private static string Hub => "1000001";

    private static async Task<PullRig> StartAsync(FakeTimeProvider? clock = null)
    {
        var rig = await PullRig.StartAsync(clock: clock);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        await rig.PassAsync();
        return rig;
    }

    private static Task<(int Status, string Text)> TellAsync(PullRig rig, string body, string secret = "client-secret") => rig.Engine.PortalWebhooks.ReceiveAsync("main", Signed(body, secret), PullRig.Token);

    private static WebhookDelivery Signed(string body, string secret)
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var delivery = new WebhookDelivery("POST", Address, Encoding.UTF8.GetBytes(body)) { Timestamp = at };
        return delivery with { SignatureV3 = WebhookSignature.ComputeV3(secret, "POST", Address, delivery.Body.Span, at) };
    }
}
