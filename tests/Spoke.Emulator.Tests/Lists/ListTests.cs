using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Lists;

public sealed class ListTests
{
    private const string Root = "/crm/v3/lists";
    private readonly AreaPortal portal = new();

    private string Dynamic(string filters, string name = "L", string type = "0-1", string branches = "") => portal.Send("POST", Root,
        $$"""{"name":"{{name}}","objectTypeId":"{{type}}","processingType":"DYNAMIC",{{ListFilters.Root(filters, branches)[1..]}}""").Expect(200).Text("list.listId");

    private string[] Members(string list) => [.. portal.Send("GET", $"{Root}/{list}/memberships?limit=250").Expect(200).At("results").EnumerateArray().Select(member => member.GetProperty("recordId").GetString()!)];

    [Fact]
    public void Dynamic_list_follows_its_records()
    {
        var early = portal.Create("contacts", """{"email":"a@b.example","firstname":"Ann"}""");
        var list = Dynamic(ListFilters.Text("firstname", "IS_EQUAL_TO", "ann"));
        Assert.Equal([early], Members(list));
        var late = portal.Create("contacts", """{"email":"b@b.example","firstname":"Ann"}""");
        portal.Send("PATCH", $"/crm/v3/objects/contacts/{early}", """{"properties":{"firstname":"Bob"}}""").Expect(200);
        Assert.Equal([late], Members(list));
        portal.Send("DELETE", $"/crm/v3/objects/contacts/{late}").Expect(204);
        Assert.Empty(Members(list));
        portal.AssertLasts();
    }

    [Fact]
    public void Dynamic_list_follows_associations_and_what_lies_behind_them()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var order = portal.Create("orders", """{"hs_total_price":"10"}""");
        var list = Dynamic("", branches: ListFilters.Associated(508, "0-123", ListFilters.Number("hs_total_price", "IS_GREATER_THAN", 50)));
        Assert.Empty(Members(list));
        portal.Send("PUT", $"/crm/v4/objects/orders/{order}/associations/default/contacts/{contact}").Expect(200);
        Assert.Empty(Members(list));
        portal.Send("PATCH", $"/crm/v3/objects/orders/{order}", """{"properties":{"hs_total_price":"60"}}""").Expect(200);
        Assert.Equal([contact], Members(list));
        portal.Send("DELETE", $"/crm/v3/objects/orders/{order}").Expect(204);
        Assert.Empty(Members(list));
        portal.AssertLasts();
    }

    [Fact]
    public void Dynamic_list_moves_with_the_clock()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var recent = Dynamic(ListFilters.Of("createdate", """{"operationType":"ROLLING_DATE_RANGE","operator":"IS_LESS_THAN_X_DAYS_AGO","numberOfDays":3,"requiresTimeZoneConversion":false}"""), "recent");
        var old = Dynamic(ListFilters.Of("createdate", """{"operationType":"ROLLING_DATE_RANGE","operator":"IS_MORE_THAN_X_DAYS_AGO","numberOfDays":3,"requiresTimeZoneConversion":false}"""), "old");
        var quiet = Dynamic(ListFilters.Of("email", """{"operationType":"ROLLING_PROPERTY_UPDATED","operator":"NOT_UPDATED_IN_LAST_X_DAYS","numberOfDays":3}"""), "quiet");
        var today = Dynamic(ListFilters.Of("createdate", """{"operationType":"CALENDAR_DATE","operator":"IN_THIS_TIME_UNIT","timeUnit":"DAY"}"""), "today");
        Assert.Equal((1, 0, 0, 1), (Members(recent).Length, Members(old).Length, Members(quiet).Length, Members(today).Length));
        portal.Advance(TimeSpan.FromHours(20));   // past midnight in the account's zone
        Assert.Empty(Members(today));
        portal.Advance(TimeSpan.FromDays(3));
        Assert.Equal((0, 1, 1), (Members(recent).Length, Members(old).Length, Members(quiet).Length));
        // It happened when it fell due, not when somebody looked.
        Assert.Equal("2026-11-27T10:00:00.001Z", portal.Send("GET", $"{Root}/{old}/memberships").Text("results.0.membershipTimestamp"));
        Assert.Equal(contact, Members(old)[0]);
        portal.AssertLasts();
    }

    [Fact]
    public void Indexed_time_points_and_ranges_follow_the_calendar()
    {
        portal.Create("contacts", """{"email":"a@b.example"}""");
        const string yesterday = """{"timeType":"INDEXED","zoneId":"UTC","indexReference":{"referenceType":"TODAY"},"offset":{"days":-1}}""";
        const string now = """{"timeType":"INDEXED","zoneId":"UTC","indexReference":{"referenceType":"NOW"}}""";
        var list = Dynamic(ListFilters.Of("createdate", $$"""{"operationType":"TIME_RANGED","operator":"IS_BETWEEN","lowerBoundTimePoint":{{yesterday}},"upperBoundTimePoint":{{now}},"lowerBoundEndpointBehavior":"INCLUSIVE","upperBoundEndpointBehavior":"INCLUSIVE"}"""));
        Assert.Single(Members(list));
        portal.Advance(TimeSpan.FromHours(37.9));
        Assert.Single(Members(list));
        portal.Advance(TimeSpan.FromHours(0.2));
        Assert.Empty(Members(list));
    }

    [Fact]
    public void A_list_may_ask_about_another_list_but_not_in_a_circle()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var manual = portal.Send("POST", Root, """{"name":"M","objectTypeId":"0-1","processingType":"MANUAL"}""").Expect(200).Text("list.listId");
        var inIt = Dynamic(ListFilters.InList(manual), "in");
        var notInIn = Dynamic(ListFilters.InList(inIt, "NOT_IN_LIST"), "not in");
        Assert.Equal([contact], Members(notInIn));
        portal.Send("PUT", $"{Root}/{manual}/memberships/add", $"[\"{contact}\"]").Expect(200);
        Assert.Equal([contact], Members(inIt));
        Assert.Empty(Members(notInIn));
        var circle = portal.Send("PUT", $"{Root}/{inIt}/update-list-filters", ListFilters.Root(ListFilters.InList(notInIn))).Expect(400);
        Assert.Contains("depends on this list", circle.Text("message"), StringComparison.Ordinal);
        portal.Send("DELETE", $"{Root}/{manual}").Expect(400);
        portal.AssertLasts();
    }

    [Fact]
    public void Snapshot_stays_as_it_was_and_may_be_changed_by_hand()
    {
        var one = portal.Create("contacts", """{"email":"a@b.example","firstname":"A"}""");
        var two = portal.Create("contacts", """{"email":"b@b.example"}""");
        var list = portal.Send("POST", Root, $$"""{"name":"S","objectTypeId":"0-1","processingType":"SNAPSHOT",{{ListFilters.Root(ListFilters.Text("firstname", "IS_EQUAL_TO", "A"))[1..]}}""").Expect(200).Text("list.listId");
        portal.Send("PATCH", $"/crm/v3/objects/contacts/{one}", """{"properties":{"firstname":"B"}}""").Expect(200);
        Assert.Equal([one], Members(list));
        var answer = portal.Send("PUT", $"{Root}/{list}/memberships/add-and-remove", $$"""{"recordIdsToAdd":["{{two}}","9"],"recordIdsToRemove":["{{one}}"]}""").Expect(200);
        Assert.Equal((two, one, "9"), (answer.Text("recordsIdsAdded.0"), answer.Text("recordIdsRemoved.0"), answer.Text("recordIdsMissing.0")));
        Assert.Equal([two], Members(list));
        // Merged contacts stay on it.
        var merged = portal.Send("POST", "/crm/v3/objects/contacts/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""").Expect(200).Text("id");
        Assert.Equal([merged], Members(list));
        portal.AssertLasts();
    }

    [Fact]
    public void Conversion_makes_a_dynamic_list_static_on_the_day()
    {
        var list = Dynamic(ListFilters.Known("email"));
        portal.Send("PUT", $"{Root}/{list}/schedule-conversion", """{"conversionType":"CONVERSION_DATE","year":2026,"month":12,"day":1}""").Expect(200);
        portal.Advance(TimeSpan.FromDays(10));
        Assert.Equal("SNAPSHOT", portal.Send("GET", $"{Root}/{list}").Text("list.processingType"));
        Assert.Equal("2026-12-01T05:00:00.000Z", portal.Send("GET", $"{Root}/{list}/schedule-conversion").Text("convertedAt"));
        portal.Create("contacts", """{"email":"late@b.example"}""");
        Assert.Empty(Members(list));
        portal.AssertLasts();
    }

    [Fact]
    public void Pages_hold_everybody_once_in_both_orders()
    {
        var list = portal.Send("POST", Root, """{"name":"M","objectTypeId":"0-1","processingType":"MANUAL"}""").Text("list.listId");
        var ids = Enumerable.Range(0, 7).Select(i => portal.Create("contacts", $$"""{"email":"c{{i}}@b.example"}""")).ToArray();
        foreach (var id in ids.Reverse())
        {
            portal.Send("PUT", $"{Root}/{list}/memberships/add", $"[{id}]").Expect(200);
            portal.Advance(TimeSpan.FromSeconds(1));
        }
        foreach (var (path, expected) in (IEnumerable<(string, IEnumerable<string>)>)[("memberships", ids), ("memberships/join-order", ids.Reverse())])
        {
            var seen = new List<string>();
            string? after = "";
            while (after is not null)
            {
                var page = portal.Send("GET", $"{Root}/{list}/{path}?limit=3&after={after}").Expect(200);
                seen.AddRange(page.At("results").EnumerateArray().Select(member => member.GetProperty("recordId").GetString()!));
                after = page.Has("", "paging") && page.Has("paging", "next") ? page.Text("paging.next.after") : null;
            }
            Assert.Equal(expected, seen);
        }
    }

    [Theory]
    [InlineData("""{"name":"X","objectTypeId":"0-1"}""", "some of required attributes are not set [processingType]")]
    [InlineData("""{"name":"X","objectTypeId":"0-1","processingType":"LIVE"}""", "processingType must be one of")]
    [InlineData("""{"name":"X","objectTypeId":"0-1","processingType":"DYNAMIC"}""", "needs a filterBranch")]
    [InlineData("""{"name":"X","objectTypeId":"0-1","processingType":"DYNAMIC","filterBranch":{"filterBranchType":"AND","filters":[],"filterBranches":[]}}""", "must be of type OR")]
    [InlineData("""{"name":"X","objectTypeId":"0-1","processingType":"DYNAMIC","filterBranch":{"filterBranchType":"OR","filterBranches":[{"filterBranchType":"AND","filters":[{"filterType":"PROPERTY","property":"nonsense","operation":{"operationType":"ALL_PROPERTY","operator":"IS_KNOWN"}}]}]}}""", "filterBranch.filterBranches[0].filters[0]: property nonsense does not exist")]
    [InlineData("""{"name":"X","objectTypeId":"0-1","processingType":"DYNAMIC","filterBranch":{"filterBranchType":"OR","filterBranches":[{"filterBranchType":"AND","filters":[{"filterType":"PROPERTY","property":"email","operation":{"operationType":"ENUMERATION","operator":"IS_NOT_EQUAL_TO","values":["a"]}}]}]}}""", "operator IS_NOT_EQUAL_TO is not one of [IS_ANY_OF")]
    public void Wrong_definitions_are_refused_with_the_place(string body, string message) =>
        Assert.Contains(message, portal.Send("POST", Root, body).Expect(400).Text("message"), StringComparison.Ordinal);

    [Fact]
    public void Names_are_unique_deleted_lists_come_back_for_90_days_and_dynamic_ones_take_nobody_by_hand()
    {
        var list = Dynamic(ListFilters.Known("email"), "Same");
        portal.Send("POST", Root, """{"name":"same","objectTypeId":"0-1","processingType":"MANUAL"}""").Expect(400);
        portal.Send("PUT", $"{Root}/{list}/memberships/add", "[1]").Expect(400);
        portal.Send("DELETE", $"{Root}/{list}").Expect(204);
        portal.Send("GET", $"{Root}/{list}").Expect(404);
        portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Advance(TimeSpan.FromDays(89));
        portal.Send("PUT", $"{Root}/{list}/restore").Expect(204);
        Assert.Single(Members(list));
        portal.Send("DELETE", $"{Root}/{list}").Expect(204);
        portal.Advance(TimeSpan.FromDays(91));
        portal.Send("PUT", $"{Root}/{list}/restore").Expect(404);
        portal.AssertLasts();
    }
}

internal static class ListFilters
{
    public static string Of(string property, string operation) => $$"""{"filterType":"PROPERTY","property":"{{property}}","operation":{{operation}}}""";

    public static string Text(string property, string op, string value) => Of(property, $$"""{"operationType":"STRING","operator":"{{op}}","value":"{{value}}"}""");

    public static string Number(string property, string op, int value) => Of(property, $$"""{"operationType":"NUMBER","operator":"{{op}}","value":{{value}}}""");

    public static string Known(string property) => Of(property, """{"operationType":"ALL_PROPERTY","operator":"IS_KNOWN"}""");

    public static string InList(string list, string op = "IN_LIST") => $$"""{"filterType":"IN_LIST","listId":"{{list}}","operator":"{{op}}"}""";

    public static string Associated(int type, string target, string filters) =>
        $$"""{"filterBranchType":"ASSOCIATION","associationCategory":"HUBSPOT_DEFINED","associationTypeId":{{type}},"objectTypeId":"{{target}}","operator":"IN_LIST","filters":[{{filters}}],"filterBranches":[]}""";

    public static string Root(string filters, string branches = "") =>
        "{\"filterBranch\":{\"filterBranchType\":\"OR\",\"filters\":[],\"filterBranches\":[{\"filterBranchType\":\"AND\",\"filters\":[" + filters + "],\"filterBranches\":[" + branches + "]}]}}";
}
