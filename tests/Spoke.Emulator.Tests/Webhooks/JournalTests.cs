using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Tests.Crm;
using Spoke.Emulator.Webhooks.EventJournal;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>The journal, read by offset, with every answer held against the published shapes.</summary>
public sealed class JournalTests
{
    private const string Subscriptions = "/webhooks-journal/subscriptions/2026-03";
    private const string Journal = "/webhooks-journal/journal/2026-03";
    private readonly CrmPortal portal = new();
    private readonly PublishedOperations published = PublishedOperations.Load();

    [Fact]
    public void Changes_of_watched_properties_are_found_in_the_journal_and_others_not()
    {
        Watch("""["CREATE","UPDATE","DELETE"]""");
        Ok("GET", Journal + "/earliest", 204);
        var id = portal.Create("contacts", """{"email":"a@b.example","firstname":"A"}""");
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"lastname":"B"}}""").Expect(200);
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"firstname":"C"}}""").Expect(200);
        portal.Send("DELETE", $"{CrmPortal.Contacts}/{id}").Expect(204);
        var actions = new List<string>();
        var next = Journal + "/earliest";
        for (Answer answer; (answer = Ok("GET", next, null)).Status == 200; next = $"{Journal}/offset/{answer.Text("currentOffset")}/next")
        {
            var file = Fetch(answer.Text("url")).Expect(200);
            Assert.Equal(answer.Text("currentOffset"), file.Text("offset"));
            var one = file.At("journalEvents.0");
            Assert.Equal(id, one.GetProperty("objectId").ToString());
            actions.Add(one.GetProperty("action").GetString() + " " + one.GetProperty("properties").GetProperty("firstname").GetString());
        }
        Assert.Equal(["CREATE A", "UPDATE C", "DELETE C"], actions);
        Assert.Equal("DELETE", Fetch(Ok("GET", Journal + "/latest", 200).Text("url")).Text("journalEvents.0.action"));
    }

    [Fact]
    public void A_filter_lets_only_what_it_asks_for_through()
    {
        var id = Watch("""["CREATE"]""");
        var filter = Ok("POST", Subscriptions + "/filters", 200, $$$"""{"subscriptionId":{{{id}}},"filter":{"conditions":[{"filterType":"CRM_OBJECT_PROPERTY","property":"firstname","operator":"STARTS_WITH","value":"a"}]}}""").Text("filterId");
        portal.Create("contacts", """{"email":"b@b.example","firstname":"Bo"}""");
        Ok("GET", Journal + "/latest", 204);
        portal.Create("contacts", """{"email":"a@b.example","firstname":"Ann"}""");
        Ok("GET", Journal + "/latest", 200);
        Ok("GET", $"{Subscriptions}/filters/subscription/{id}", 200);
        Assert.Equal("STARTS_WITH", Ok("GET", $"{Subscriptions}/filters/{filter}", 200).Text("filter.conditions.0.operator"));
        Ok("DELETE", $"{Subscriptions}/filters/{filter}", 204);
        portal.Send("GET", $"{Subscriptions}/filters/{filter}").Expect(404);
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("journal-local")]
    public void Batches_hold_several_offsets(string journal)
    {
        var root = $"/webhooks-journal/{journal}/2026-03";
        Watch("""["CREATE"]""");
        for (var i = 0; i < 5; i++) portal.Create("contacts", $$"""{"email":"c{{i}}@b.example"}""");
        var first = Ok("GET", root + "/batch/earliest/2", 200);
        Assert.Equal(2, first.Count("results"));
        Assert.Equal(3, Ok("GET", $"{root}/batch/{first.Text("results.1.currentOffset")}/next/10", 200).Count("results"));
        Assert.Equal(Ok("GET", root + "/latest", 200).Text("currentOffset"), Ok("GET", root + "/batch/latest/2", 200).Text("results.1.currentOffset"));
        Assert.Equal(1, Ok("POST", root + "/batch/read", 207, $$"""{"inputs":["{{first.Text("results.0.currentOffset")}}","{{Guid.Empty}}"]}""").Count("results"));
        Assert.Equal(0, Ok("GET", root + "/batch/earliest/2?installPortalId=5", 200).Count("results"));
        portal.Send("GET", root + "/batch/earliest/0").Expect(400);
        portal.Send("GET", root + "/offset/nonsense/next").Expect(404);
    }

    [Fact]
    public void Entries_are_kept_three_days_and_an_address_an_hour()
    {
        Watch("""["CREATE"]""");
        portal.Create("contacts", """{"email":"a@b.example"}""");
        var entry = Ok("GET", Journal + "/earliest", 200);
        portal.Now += TimeSpan.FromHours(2);
        Fetch(entry.Text("url"), 403);
        Fetch(Ok("GET", Journal + "/earliest", 200).Text("url")).Expect(200);
        Fetch(Ok("GET", Journal + "/earliest", 200).Text("url").Replace("expires=1", "expires=2", StringComparison.Ordinal), 403);
        portal.Now += TimeSpan.FromDays(3);
        Ok("GET", Journal + "/earliest", 204);
        Ok("GET", $"{Journal}/offset/{entry.Text("currentOffset")}/next", 204);
    }

    [Fact]
    public void Associations_privacy_deletions_and_the_app_s_life_have_subscriptions_of_their_own()
    {
        Ok("POST", Subscriptions, 200, """{"subscriptionType":"ASSOCIATION","portalId":1000001,"objectTypeId":"0-1","associatedObjectTypeIds":["0-2"],"objectIds":[],"actions":["ASSOCIATION_ADDED"]}""");
        Ok("POST", Subscriptions, 200, """{"subscriptionType":"GDPR_PRIVACY_DELETION","portalId":1000001,"objectTypeId":"0-1","actions":["GDPR_DELETE"]}""");
        Ok("POST", Subscriptions, 200, """{"subscriptionType":"APP_LIFECYCLE_EVENT","eventTypeId":"4-1916193","properties":[]}""");
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var company = portal.Create("companies", """{"name":"C"}""");
        portal.Send("PUT", $"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}").Expect(200);
        Assert.Equal(company, Fetch(Ok("GET", Journal + "/latest", 200).Text("url")).Text("journalEvents.0.toObjectId"));
        portal.Send("POST", CrmPortal.Contacts + "/gdpr-delete", $$"""{"objectId":"{{contact}}"}""").Expect(204);
        Assert.Equal("GDPR_DELETE", Fetch(Ok("GET", Journal + "/latest", 200).Text("url")).Text("journalEvents.0.action"));
        portal.Api.Handle(JournalArea.LifeCall(1000001, 77, JournalArea.Installed, portal.Now));
        portal.Api.Handle(JournalArea.LifeCall(1000001, 77, JournalArea.Uninstalled, portal.Now));
        var life = Fetch(Ok("GET", Journal + "/latest", 200).Text("url"));
        Assert.Equal(("APP_UNINSTALL", "4-1916193", 1), (life.Text("journalEvents.0.action"), life.Text("journalEvents.0.eventTypeId"), life.Count("journalEvents")));
    }

    [Fact]
    public void Joining_and_leaving_a_watched_list_is_in_the_journal_and_another_list_is_not()
    {
        string List(string name, string more) => portal.Send("POST", "/crm/v3/lists", $$"""{"name":"{{name}}","objectTypeId":"0-1",{{more}}}""").Expect(200).Text("list.listId");
        var manual = List("M", "\"processingType\":\"MANUAL\"");
        var dynamic = List("D", "\"processingType\":\"DYNAMIC\"," + Lists.ListFilters.Root(Lists.ListFilters.Text("firstname", "IS_EQUAL_TO", "Ann"))[1..^1]);
        var other = List("O", "\"processingType\":\"MANUAL\"");
        Ok("POST", Subscriptions, 200, $$"""{"subscriptionType":"LIST_MEMBERSHIP","portalId":1000001,"listIds":[{{manual}},{{dynamic}}],"objectIds":[],"actions":["ADDED_TO_LIST","REMOVED_FROM_LIST"]}""");
        var id = portal.Create("contacts", """{"email":"a@b.example","firstname":"Ann"}""");
        foreach (var list in (string[])[manual, other]) portal.Send("PUT", $"/crm/v3/lists/{list}/memberships/add", $"[\"{id}\"]").Expect(200);
        portal.Send("PUT", $"/crm/v3/lists/{manual}/memberships/add", $"[\"{id}\"]").Expect(200);   // is there already
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"firstname":"Bo"}}""").Expect(200);
        portal.Send("PUT", $"/crm/v3/lists/{manual}/memberships/remove", $"[\"{id}\"]").Expect(200);
        var seen = new List<string>();
        foreach (var entry in Ok("GET", Journal + "/batch/earliest/100", 200).At("results").EnumerateArray())
            foreach (var one in Fetch(entry.GetProperty("url").GetString()!).At("journalEvents").EnumerateArray())
            {
                Assert.Equal(("listMembership", "0-1", id), (one.GetProperty("type").GetString(), one.GetProperty("objectTypeId").GetString(), one.GetProperty("objectId").ToString()));
                seen.Add($"{one.GetProperty("action").GetString()} {(one.GetProperty("listId").ToString() == manual ? "M" : "D")}");
            }
        Assert.Equal(["ADDED_TO_LIST D", "ADDED_TO_LIST M", "REMOVED_FROM_LIST D", "REMOVED_FROM_LIST M"], seen);
    }

    [Fact]
    public void A_snapshot_puts_the_present_state_into_the_journal()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        var taken = Ok("POST", "/webhooks-journal/snapshots/2026-03/crm", 200, $$"""{"snapshotRequests":[{"portalId":1000001,"objectId":{{id}},"objectTypeId":"0-1","properties":["email"]}]}""");
        Assert.Equal("SUCCESS", Ok("GET", $"{Journal}/status/{taken.Text("snapshotResponses.0.snapshotStatusId")}", 200).Text("status"));
        Ok("GET", $"/webhooks-journal/journal-local/2026-03/status/{taken.Text("snapshotResponses.0.snapshotStatusId")}", 200);
        Assert.Equal("a@b.example", Fetch(Ok("GET", Journal + "/latest", 200).Text("url")).Text("journalEvents.0.properties.email"));
    }

    [Fact]
    public void Subscriptions_can_be_listed_changed_and_taken_away_and_the_state_saved()
    {
        var id = Watch("""["CREATE"]""");
        Assert.Equal(id, Watch("""["CREATE","MERGE"]"""));
        Assert.Equal(2, Ok("GET", $"{Subscriptions}/{id}", 200).Count("actions"));
        Assert.Equal(1, Ok("GET", Subscriptions, 200).Count("results"));
        portal.Create("contacts", """{"email":"a@b.example"}""");
        var text = Saved(portal.Api);
        using var copy = new CrmApi(1000001);
        copy.Load(JsonDocument.Parse(text).RootElement);
        Assert.Equal(text, Saved(copy));
        Ok("DELETE", $"{Subscriptions}/portals/1000001", 204);
        portal.Send("DELETE", $"{Subscriptions}/{id}").Expect(404);
        foreach (var body in (string[])["{}", """{"subscriptionType":"X"}""", """{"subscriptionType":"OBJECT","objectTypeId":"0-1","portalId":5,"actions":["CREATE"]}""", """{"subscriptionType":"OBJECT","objectTypeId":"0-1","portalId":1000001,"actions":["BLINK"]}"""])
            portal.Send("POST", Subscriptions, body).Expect(400);
    }

    private string Watch(string actions) =>
        Ok("POST", Subscriptions, 200, $$"""{"subscriptionType":"OBJECT","portalId":1000001,"objectTypeId":"0-1","actions":{{actions}},"properties":["firstname"],"objectIds":[]}""").Text("id");

    private Answer Ok(string method, string path, int? status, string? body = null)
    {
        var answer = portal.Send(method, path, body);
        if (status is { } expected) answer.Expect(expected);
        // Of a single entry HubSpot publishes no answer at all; that one is of a batch.
        var single = !path.Contains("/batch/", StringComparison.Ordinal) && (path.Contains("/latest", StringComparison.Ordinal) || path.Contains("/earliest", StringComparison.Ordinal) || path.Contains("/next", StringComparison.Ordinal));
        if (!single) published.Check(method, path, answer);
        return answer;
    }

    private Answer Fetch(string url, int? denied = null)
    {
        var path = url["https://api.hubapi.com".Length..];
        if (denied is null) return portal.Send("GET", path);
        var query = path[(path.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Select(pair => new KeyValuePair<string, string>(pair.Split('=')[0], pair.Split('=')[1]));
        var reply = portal.Api.Handle(new EmulatorCall { Method = "GET", Segments = path[..path.IndexOf('?', StringComparison.Ordinal)].Split('/', StringSplitOptions.RemoveEmptyEntries), Query = [.. query], At = portal.Now, Caller = new Caller(1000001, 0, 0, new HashSet<string>(), "") })!;
        Assert.Equal(denied, reply.Status);
        return new Answer(reply.Status, default, false);
    }

    private static string Saved(CrmApi api)
    {
        using var stream = new MemoryStream();
        api.Save(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
