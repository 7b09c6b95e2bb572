using System.Text.Json;

namespace Spoke.Emulator.Tests.Automation;

/// <summary>Workflows and the calendar over HTTP: the hours in which they act, and enrolment by schedule, by the account's clock (US/Eastern).</summary>
public sealed class FlowCalendarTests : IAsyncLifetime
{
    private const string Flows = "/automation/v4/flows";
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        await SetAsync("2026-11-25T10:00:00Z");   // a Wednesday, 5:00 in New York
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    // Monday to Friday from nine to five: it opens the same day.
    [InlineData("""[{"day":"WEDNESDAY","startTime":{"hour":9,"minute":0},"endTime":{"hour":17,"minute":0} }]""", "[]", "2026-11-25T14:00:00Z")]
    // The window of the day is the next in a week.
    [InlineData("""[{"day":"WEDNESDAY","startTime":{"hour":1,"minute":0},"endTime":{"hour":4,"minute":30} }]""", "[]", "2026-12-02T06:00:00Z")]
    // A day without times is a whole one.
    [InlineData("""[{"day":"FRIDAY"},{"day":"SATURDAY"}]""", "[]", "2026-11-27T05:00:00Z")]
    // Two windows of one day, the first over.
    [InlineData("""[{"day":"WEDNESDAY","startTime":{"hour":20,"minute":15},"endTime":{"hour":0,"minute":0} },{"day":"WEDNESDAY","startTime":{"hour":1,"minute":0},"endTime":{"hour":5,"minute":0} }]""", "[]", "2026-11-26T01:15:00Z")]
    // Blocked days, once and every year.
    [InlineData("[]", """[{"dayOfMonth":25,"month":"NOVEMBER","year":2026},{"dayOfMonth":26,"month":"NOVEMBER"},{"dayOfMonth":27,"month":"NOVEMBER","year":2025}]""", "2026-11-27T05:00:00Z")]
    [InlineData("""[{"day":"THURSDAY","startTime":{"hour":9,"minute":0},"endTime":{"hour":17,"minute":0} }]""", """[{"dayOfMonth":26,"month":"NOVEMBER"}]""", "2026-12-03T14:00:00Z")]
    public async Task Actions_wait_for_the_hours_of_the_workflow(string windows, string blocked, string opens)
    {
        var flow = await CreateAsync(Manual, Set("1", "x"), $$"""{"timeWindows":{{windows}},"blockedDates":{{blocked}} }""");
        var contact = await ContactAsync("a");
        await EnrollAsync(flow, "a");
        await SetAsync(DateTimeOffset.Parse(opens).AddSeconds(-1).ToString("O"));
        Assert.Null(await CityAsync(contact));
        await SetAsync(opens);
        Assert.Equal("x", await CityAsync(contact));
        Assert.Equal("enrolled waiting done completed", await WhatAsync(flow));
    }

    [Fact]
    public async Task Within_its_hours_a_workflow_acts_at_once_and_a_delay_runs_on_outside_of_them()
    {
        const string nine = """{"timeWindows":[{"day":"WEDNESDAY","startTime":{"hour":5,"minute":0},"endTime":{"hour":6,"minute":0} },{"day":"THURSDAY","startTime":{"hour":5,"minute":0},"endTime":{"hour":6,"minute":0} }]}""";
        var flow = await CreateAsync(Manual, Set("1", "one", "2") + "," + """{"type":"SINGLE_CONNECTION","actionId":"2","actionTypeId":"0-1","actionTypeVersion":0,"fields":{"delta":"120","time_unit":"MINUTES"},"connection":{"edgeType":"STANDARD","nextActionId":"3"} },""" + Set("3", "two"), nine);
        var contact = await ContactAsync("a");
        await EnrollAsync(flow, "a");
        Assert.Equal("one", await CityAsync(contact));
        await SetAsync("2026-11-25T12:01:00Z");
        Assert.Equal("one", await CityAsync(contact));
        Assert.Equal("enrolled done waiting waiting", await WhatAsync(flow));
        await SetAsync("2026-11-26T10:00:00Z");
        Assert.Equal("two", await CityAsync(contact));
    }

    [Theory]
    [InlineData("""{"type":"DAILY","timeOfDay":{"hour":8,"minute":30} }""", "2026-11-25T13:30:00Z", "2026-11-26T13:30:00Z")]
    [InlineData("""{"type":"DAILY","timeOfDay":{"hour":4,"minute":0} }""", "2026-11-26T09:00:00Z", "2026-11-27T09:00:00Z")]
    [InlineData("""{"type":"WEEKLY","daysOfWeek":["MONDAY","FRIDAY"],"timeOfDay":{"hour":8,"minute":0} }""", "2026-11-27T13:00:00Z", "2026-11-30T13:00:00Z")]
    [InlineData("""{"type":"MONTHLY_SPECIFIC_DAYS","daysOfMonth":[1,31],"timeOfDay":{"hour":0,"minute":0} }""", "2026-12-01T05:00:00Z", "2026-12-31T05:00:00Z")]
    [InlineData("""{"type":"MONTHLY_RELATIVE_DAYS","monthlyRelativeDays":"LAST_DAY_OF_MONTH","timeOfDay":{"hour":12,"minute":0} }""", "2026-11-30T17:00:00Z", "2026-12-31T17:00:00Z")]
    [InlineData("""{"type":"MONTHLY_RELATIVE_DAYS","monthlyRelativeDays":"FIRST_MONDAY_OF_MONTH","timeOfDay":{"hour":12,"minute":0} }""", "2026-12-07T17:00:00Z", "2027-01-04T17:00:00Z")]
    [InlineData("""{"type":"YEARLY","month":"FEBRUARY","dayOfMonth":29,"timeOfDay":{"hour":12,"minute":0} }""", "2028-02-29T17:00:00Z", "2032-02-29T17:00:00Z")]
    public async Task A_schedule_enrols_who_meets_the_criteria_when_it_comes_round(string schedule, string first, string second)
    {
        var once = await CreateAsync(Leads(again: false), Set("1", "x"), $$"""{"enrollmentSchedule":{{schedule}} }""");
        var again = await CreateAsync(Leads(again: true), Set("1", "x"), $$"""{"enrollmentSchedule":{{schedule}} }""");
        await ContactAsync("lead", """,{"lifecyclestage":"lead"}""");
        await ContactAsync("other");
        await SetAsync(DateTimeOffset.Parse(first).AddSeconds(-1).ToString("O"));
        Assert.Equal("", await WhatAsync(again));
        await SetAsync(first);
        Assert.Equal("enrolled done completed", await WhatAsync(again));
        await SetAsync(DateTimeOffset.Parse(second).AddSeconds(-1).ToString("O"));
        Assert.Equal("enrolled done completed", await WhatAsync(again));
        await SetAsync(second);
        Assert.Equal("enrolled done completed enrolled done completed", await WhatAsync(again));
        Assert.Equal("enrolled done completed", await WhatAsync(once));
    }

    [Theory]
    [InlineData("false", 1)]
    [InlineData("true", 2)]
    public async Task A_schedule_by_a_date_property_enrols_each_record_on_its_day(string yearly, int times)
    {
        await Call("POST", "/crm/v3/properties/contacts", 201, """{"name":"renewal","label":"R","type":"date","fieldType":"date","groupName":"contactinformation"}""");
        var flow = await CreateAsync(Known("renewal", again: true), Set("1", "x"), $$"""{"enrollmentSchedule":{"type":"PROPERTY_BASED","dateProperty":"renewal","daysDelta":-2,"yearly":{{yearly}},"timeOfDay":{"hour":9,"minute":0} } }""");
        await ContactAsync("a", """,{"renewal":"2026-11-30"}""");
        await ContactAsync("b", """,{"renewal":"2026-06-30"}""");
        await SetAsync("2026-11-28T13:59:59Z");
        Assert.Equal("", await WhatAsync(flow));
        await SetAsync("2026-11-28T14:00:00Z");
        Assert.Equal("enrolled done completed", await WhatAsync(flow));
        await SetAsync("2027-06-01T00:00:00Z");
        await SetAsync("2027-11-29T00:00:00Z");
        // The other contact has a day in June as well, if years count.
        Assert.Equal(times == 1 ? 1 : 3, (await WhatAsync(flow)).Split(' ').Count(what => what == "enrolled"));
    }

    [Fact]
    public async Task A_schedule_survives_a_snapshot_and_rests_while_the_workflow_is_off()
    {
        var flow = await CreateAsync(Leads(again: true), Set("1", "x"), """{"enrollmentSchedule":{"type":"DAILY","timeOfDay":{"hour":8,"minute":0} } }""");
        await ContactAsync("lead", """,{"lifecyclestage":"lead"}""");
        var state = (await _emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Expect(200).Text;
        (await _emulator.SendAsync("PUT", "/_emulator/snapshot", state, null)).Expect(204);
        await SetAsync("2026-11-25T13:00:00Z");
        Assert.Equal("enrolled done completed", await WhatAsync(flow));
        var read = (await Call("GET", $"{Flows}/{flow}", 200)).ToString();
        await Call("PUT", $"{Flows}/{flow}", 200, read.Replace("\"isEnabled\":true", "\"isEnabled\":false", StringComparison.Ordinal));
        await SetAsync("2026-11-27T13:00:00Z");
        Assert.Equal("enrolled done completed", await WhatAsync(flow));
    }

    [Theory]
    [InlineData("""{"timeWindows":[{"day":"FUNDAY"}]}""")]
    [InlineData("""{"timeWindows":[{"day":"MONDAY","startTime":{"hour":25,"minute":0} }]}""")]
    [InlineData("""{"blockedDates":[{"dayOfMonth":32,"month":"MAY"}]}""")]
    [InlineData("""{"blockedDates":[{"dayOfMonth":3,"month":"MAI"}]}""")]
    [InlineData("""{"enrollmentSchedule":{"type":"HOURLY","timeOfDay":{"hour":1,"minute":0} } }""")]
    [InlineData("""{"enrollmentSchedule":{"type":"DAILY"} }""")]
    [InlineData("""{"enrollmentSchedule":{"type":"WEEKLY","daysOfWeek":[],"timeOfDay":{"hour":1,"minute":0} } }""")]
    [InlineData("""{"enrollmentSchedule":{"type":"YEARLY","month":"FEBRUARY","dayOfMonth":30,"timeOfDay":{"hour":1,"minute":0} } }""")]
    [InlineData("""{"enrollmentSchedule":{"type":"PROPERTY_BASED","dateProperty":"email","daysDelta":0,"yearly":false,"timeOfDay":{"hour":1,"minute":0} } }""")]
    public async Task Hours_and_schedules_there_are_not_are_refused(string more) => await Call("POST", Flows, 400, Document(Manual, Set("1", "x"), more));

    private const string Manual = """{"type":"MANUAL","shouldReEnroll":false}""";

    private static string Leads(bool again) => Criteria("""{"filterType":"PROPERTY","property":"lifecyclestage","operation":{"operationType":"ENUMERATION","operator":"IS_ANY_OF","values":["lead"],"includeObjectsWithNoValueSet":false} }""", again);

    private static string Known(string property, bool again) => Criteria($$"""{"filterType":"PROPERTY","property":"{{property}}","operation":{"operationType":"ALL_PROPERTY","operator":"IS_KNOWN","includeObjectsWithNoValueSet":false} }""", again);

    private static string Criteria(string filter, bool again) => $$"""
        {"type":"LIST_BASED","shouldReEnroll":{{(again ? "true" : "false")}},"unEnrollObjectsNotMeetingCriteria":false,"reEnrollmentTriggersFilterBranches":[],"listFilterBranch":{"filterBranchType":"OR","filterBranchOperator":"OR","filters":[],"filterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],"filters":[{{filter}}]}]} }
        """;

    private static string Set(string id, string value, string? next = null) =>
        $$"""{"type":"SINGLE_CONNECTION","actionId":"{{id}}","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{"type":"STATIC_VALUE","staticValue":"{{value}}"} }{{(next is null ? "" : $$""","connection":{"edgeType":"STANDARD","nextActionId":"{{next}}"} """)}} }""";

    private static string Document(string criteria, string actions, string more)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse($$"""
            {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"F","isEnabled":true,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],"suppressionListIds":[],"canEnrollFromSalesforce":false,
            "enrollmentCriteria":{{criteria}},"actions":[{{actions}}]}
            """)!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(more)!.AsObject()) document[name] = value!.DeepClone();
        return document.ToJsonString();
    }

    private async Task<string> CreateAsync(string criteria, string actions, string more) => (await Call("POST", Flows, 201, Document(criteria, actions, more))).GetProperty("id").GetString()!;

    private async Task<string> ContactAsync(string name, string more = "")
    {
        var properties = System.Text.Json.Nodes.JsonNode.Parse($$"""[{"email":"{{name}}@b.example"}{{more}}]""")!.AsArray();
        var all = new System.Text.Json.Nodes.JsonObject();
        foreach (var one in properties)
            foreach (var (key, value) in one!.AsObject()) all[key] = value!.DeepClone();
        return (await Call("POST", Contacts, 201, $$"""{"properties":{{all.ToJsonString()}} }""")).GetProperty("id").GetString()!;
    }

    private async Task EnrollAsync(string flow, string name)
    {
        var workflow = (await LogAsync(flow)).GetProperty("workflowId").ToString();
        await Call("POST", $"/automation/v2/workflows/{workflow}/enrollments/contacts/{name}@b.example", 204);
    }

    private Task<JsonElement> LogAsync(string flow) => _emulator.ControlAsync("GET", $"workflows/{flow}/log");

    private async Task<string> WhatAsync(string flow) => string.Join(' ', (await LogAsync(flow)).GetProperty("log").EnumerateArray().Select(one => one.GetProperty("what").GetString()));

    private async Task<string?> CityAsync(string contact) => (await Call("GET", $"{Contacts}/{contact}?properties=city", 200)).GetProperty("properties").GetProperty("city").GetString();

    private Task SetAsync(string at) => _emulator.ControlAsync("POST", "clock", $$"""{"set":"{{at}}"}""");

    private async Task<JsonElement> Call(string method, string path, int status, string? body = null)
    {
        var reply = (await _emulator.SendAsync(method, path, body)).Expect(status);
        return reply.Text.Length == 0 ? default : reply.Json;
    }
}
