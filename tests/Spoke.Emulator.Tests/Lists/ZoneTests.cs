using System.Text.Json;

namespace Spoke.Emulator.Tests.Lists;

/// <summary>What day it is goes by the account's own zone: two accounts beside each other over a midnight, over HTTP.</summary>
public sealed class ZoneTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;
    private string _auckland = "";

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        await SetAsync("2026-11-25T10:00:00Z");   // 23:00 in Auckland, 5:00 in New York
        _auckland = "Bearer " + (await _emulator.ControlAsync("POST", "portals", """{"timeZone":"Pacific/Auckland"}""")).GetProperty("token").GetString();
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Today_ends_at_the_accounts_own_midnight()
    {
        string[] tokens = [_auckland, EasternToken];
        var lists = new List<string>();
        foreach (var token in tokens)
        {
            await Call("POST", Contacts, 201, token, """{"properties":{"email":"a@b.example"} }""");
            lists.Add(await ListAsync(token, "createdate", """{"operationType":"CALENDAR_DATE","operator":"IN_THIS_TIME_UNIT","timeUnit":"DAY"}"""));
        }
        Assert.Equal((1, 1), (await CountAsync(lists[0], tokens[0]), await CountAsync(lists[1], tokens[1])));
        await SetAsync("2026-11-25T11:00:01Z");
        Assert.Equal((0, 1), (await CountAsync(lists[0], tokens[0]), await CountAsync(lists[1], tokens[1])));
        await SetAsync("2026-11-26T05:00:01Z");
        Assert.Equal((0, 0), (await CountAsync(lists[0], tokens[0]), await CountAsync(lists[1], tokens[1])));
    }

    [Theory]
    [InlineData("""{"operationType":"CALENDAR_DATE","operator":"IN_THIS_TIME_UNIT","timeUnit":"DAY"}""")]
    [InlineData("""{"operationType":"TIME_RANGED","operator":"IS_BETWEEN","lowerBoundTimePoint":{"timeType":"INDEXED","timezoneSource":"PORTAL","indexReference":{"referenceType":"TODAY"}},"upperBoundTimePoint":{"timeType":"INDEXED","timezoneSource":"PORTAL","indexReference":{"referenceType":"TODAY"}},"type":"TIME_RANGED","lowerBoundEndpointBehavior":"INCLUSIVE","upperBoundEndpointBehavior":"INCLUSIVE"}""")]
    public async Task A_date_without_a_time_is_today_while_it_is_that_day_there(string operation)
    {
        foreach (var (token, begins, ends) in ((string, string, string)[])[(_auckland, "2026-11-25T11:00:00Z", "2026-11-26T11:00:00Z"), (EasternToken, "2026-11-26T05:00:00Z", "2026-11-27T05:00:00Z")])
        {
            await Call("POST", "/crm/v3/properties/contacts", 201, token, """{"name":"renewal","label":"R","type":"date","fieldType":"date","groupName":"contactinformation"}""");
            await Call("POST", Contacts, 201, token, """{"properties":{"email":"a@b.example","renewal":"2026-11-26"} }""");
            var list = await ListAsync(token, "renewal", operation);
            Assert.Equal(0, await CountAsync(list, token));
            await SetAsync(begins);
            Assert.Equal(1, await CountAsync(list, token));
            await SetAsync(ends);
            Assert.Equal(0, await CountAsync(list, token));
            await SetAsync("2026-11-25T10:00:00Z");
        }
    }

    [Fact]
    public async Task A_list_becomes_static_at_the_accounts_own_midnight()
    {
        var list = await ListAsync(_auckland, "email", """{"operationType":"ALL_PROPERTY","operator":"IS_KNOWN"}""");
        await Call("PUT", $"/crm/v3/lists/{list}/schedule-conversion", 200, _auckland, """{"conversionType":"CONVERSION_DATE","year":2026,"month":11,"day":26}""");
        await SetAsync("2026-11-25T10:59:59Z");
        Assert.Equal("DYNAMIC", await KindAsync());
        await SetAsync("2026-11-25T11:00:00Z");
        Assert.Equal("SNAPSHOT", await KindAsync());

        async Task<string> KindAsync() => (await Call("GET", $"/crm/v3/lists/{list}", 200, _auckland)).GetProperty("list").GetProperty("processingType").GetString()!;
    }

    [Fact]
    public async Task A_workflows_delay_ends_at_the_accounts_time_of_day()
    {
        await Call("POST", "/automation/v4/flows", 201, _auckland, """
            {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"F","isEnabled":true,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],"suppressionListIds":[],"canEnrollFromSalesforce":false,
            "enrollmentCriteria":{"type":"EVENT_BASED","shouldReEnroll":false,"listMembershipFilterBranches":[],"eventFilterBranches":[{"filterBranchType":"UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"4-1463224","operator":"HAS_COMPLETED","filterBranches":[],"filters":[]}]},
            "actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-1","actionTypeVersion":0,"fields":{"delta":"1","time_unit":"DAYS","time_of_day":{"hour":9,"minute":30} },"connection":{"edgeType":"STANDARD","nextActionId":"2"} },
            {"type":"SINGLE_CONNECTION","actionId":"2","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{"type":"STATIC_VALUE","staticValue":"x"} } }]}
            """);
        var contact = (await Call("POST", Contacts, 201, _auckland, """{"properties":{"email":"a@b.example"} }""")).GetProperty("id").GetString();
        await SetAsync("2026-11-25T20:29:59Z");   // a day later it is the 26th there, whose half past nine is this evening in UTC
        Assert.Null(await CityAsync());
        await SetAsync("2026-11-25T20:30:00Z");
        Assert.Equal("x", await CityAsync());

        async Task<string?> CityAsync() => (await Call("GET", $"{Contacts}/{contact}?properties=city", 200, _auckland)).GetProperty("properties").GetProperty("city").GetString();
    }

    private const string EasternToken = "Bearer " + "pat-na1-00000000-0000-4000-8000-000000000001";

    private Task SetAsync(string at) => _emulator.ControlAsync("POST", "clock", $$"""{"set":"{{at}}"}""");

    private async Task<JsonElement> Call(string method, string path, int status, string token, string? body = null)
    {
        var reply = (await _emulator.SendAsync(method, path, body, token)).Expect(status);
        return reply.Text.Length == 0 ? default : reply.Json;
    }

    private async Task<string> ListAsync(string token, string property, string operation) =>
        (await Call("POST", "/crm/v3/lists", 200, token, $$"""{"name":"{{property}}","objectTypeId":"0-1","processingType":"DYNAMIC",{{ListFilters.Root(ListFilters.Of(property, operation))[1..]}}""")).GetProperty("list").GetProperty("listId").GetString()!;

    private async Task<int> CountAsync(string list, string token) => (await Call("GET", $"/crm/v3/lists/{list}/memberships", 200, token)).GetProperty("results").GetArrayLength();
}
