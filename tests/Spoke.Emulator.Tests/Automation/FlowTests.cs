using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Automation;

/// <summary>Workflows that run: who comes in, what is done, when, and who leaves.</summary>
public sealed class FlowTests
{
    private const string Flows = "/automation/v4/flows";
    private readonly CrmPortal portal = new();

    [Fact]
    public void A_contact_that_is_created_is_enrolled_and_gets_a_value_after_a_delay()
    {
        var flow = Create(Created(), Delay("1", "60", "2") + "," + Set("2", "firstname", """{"type":"STATIC_VALUE","staticValue":"Hello {{ enrolled_object.lastname }}"}"""));
        var contact = portal.Create("contacts", """{"email":"a@b.example","lastname":"Bo"}""");
        Tick();
        Assert.Null(Value(contact, "firstname"));
        Tick(TimeSpan.FromMinutes(59));
        Assert.Null(Value(contact, "firstname"));
        Tick(TimeSpan.FromMinutes(1));
        Assert.Equal("Hello Bo", Value(contact, "firstname"));
        Assert.Equal("enrolled waiting done completed", What(flow));
    }

    [Fact]
    public void A_record_that_begins_to_meet_the_criteria_is_enrolled_once_unless_it_may_come_again()
    {
        var once = Create(Meets("lifecyclestage", "lead"), Set("1", "city", Static("once")));
        var again = Create(Meets("lifecyclestage", "lead", again: true), Task("1", "call {{ enrolled_object.email }}"));
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        for (var i = 0; i < 2; i++)
        {
            Patch(contact, """{"lifecyclestage":"lead"}""");
            Tick();
            Patch(contact, """{"lifecyclestage":""}""");
            Tick();
        }
        Assert.Equal("enrolled done completed", What(once));
        Assert.Equal("enrolled done completed enrolled done completed", What(again));
        var tasks = portal.Send("GET", "/crm/v3/objects/tasks?properties=hs_task_subject,hs_task_status&associations=contacts");
        Assert.Equal(2, tasks.Count("results"));
        Assert.Equal(("call a@b.example", "NOT_STARTED"), (tasks.Text("results.0.properties.hs_task_subject"), tasks.Text("results.0.properties.hs_task_status")));
        Assert.Equal(contact, tasks.Text("results.0.associations.contacts.results.0.id"));
    }

    [Fact]
    public void Who_meets_the_criteria_when_a_flow_is_switched_on_stays_out()
    {
        portal.Create("contacts", """{"email":"a@b.example","lifecyclestage":"lead"}""");
        var flow = Create(Meets("lifecyclestage", "lead"), Set("1", "city", Static("x")));
        Tick();
        Assert.Equal("", What(flow));
    }

    [Fact]
    public void A_change_of_a_property_is_an_event_with_a_name_and_a_value()
    {
        var flow = Create("""
            {"type":"EVENT_BASED","shouldReEnroll":true,"listMembershipFilterBranches":[],"eventFilterBranches":[{"filterBranchType":"UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"4-655002","operator":"HAS_COMPLETED","filterBranches":[],
            "filters":[{"filterType":"PROPERTY","property":"hs_name","operation":{"operationType":"STRING","operator":"IS_EQUAL_TO","value":"city","includeObjectsWithNoValueSet":false}},{"filterType":"PROPERTY","property":"hs_value","operation":{"operationType":"ALL_PROPERTY","operator":"IS_KNOWN","includeObjectsWithNoValueSet":false}}]}],
            "refinementCriteria":{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],"filters":[{"filterType":"PROPERTY","property":"email","operation":{"operationType":"STRING","operator":"ENDS_WITH","value":"b.example","includeObjectsWithNoValueSet":false}}]}}
            """, Set("1", "firstname", """{"type":"OBJECT_PROPERTY","propertyName":"city"}"""));
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var other = portal.Create("contacts", """{"email":"a@c.example"}""");
        foreach (var id in (string[])[contact, other]) Patch(id, """{"city":"Bonn"}""");
        Patch(contact, """{"lastname":"x"}""");
        Tick();
        Patch(contact, """{"city":""}""");
        Tick();
        Assert.Equal("Bonn", Value(contact, "firstname"));
        Assert.Null(Value(other, "firstname"));
        Assert.Equal("enrolled done completed", What(flow));
    }

    [Theory]
    [InlineData("100", "big")]
    [InlineData("10", "small")]
    [InlineData(null, "small")]
    public void A_list_branch_takes_the_first_way_whose_filters_are_met(string? revenue, string expected)
    {
        portal.Send("POST", "/crm/v3/properties/contacts", """{"name":"turnover","label":"T","type":"number","fieldType":"number","groupName":"contactinformation"}""").Expect(201);
        Create(Created(), """{"type":"LIST_BRANCH","actionId":"1","defaultBranch":{"edgeType":"STANDARD","nextActionId":"3"},"listBranches":[{"branchName":"big","connection":{"edgeType":"STANDARD","nextActionId":"2"},"filterBranch":{"filterBranchType":"OR","filterBranchOperator":"OR","filters":[],"filterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],"filters":[{"filterType":"PROPERTY","property":"turnover","operation":{"operationType":"NUMBER","operator":"IS_GREATER_THAN","value":50,"includeObjectsWithNoValueSet":false}}]}]}}]},"""
            + Set("2", "city", Static("big")) + "," + Set("3", "city", Static("small")));
        var contact = portal.Create("contacts", revenue is null ? """{"email":"a@b.example"}""" : $$"""{"email":"a@b.example","turnover":"{{revenue}}"}""");
        Tick();
        Assert.Equal(expected, Value(contact, "city"));
    }

    [Theory]
    [InlineData("lead", "warm")]
    [InlineData("customer", "other")]
    public void A_static_branch_goes_by_a_value(string stage, string expected)
    {
        Create(Created(), """{"type":"STATIC_BRANCH","actionId":"1","inputValue":{"type":"OBJECT_PROPERTY","propertyName":"lifecyclestage"},"defaultBranch":{"edgeType":"STANDARD","nextActionId":"3"},"staticBranches":[{"branchValue":"lead","connection":{"edgeType":"STANDARD","nextActionId":"2"}}]},"""
            + Set("2", "city", Static("warm")) + "," + Set("3", "city", Static("other")));
        var contact = portal.Create("contacts", $$"""{"email":"a@b.example","lifecyclestage":"{{stage}}"}""");
        Tick();
        Assert.Equal(expected, Value(contact, "city"));
    }

    [Fact]
    public void A_delay_until_a_date_ends_at_the_account_s_time_of_day()
    {
        portal.Send("POST", "/crm/v3/properties/contacts", """{"name":"renewal","label":"R","type":"date","fieldType":"date","groupName":"contactinformation"}""").Expect(201);
        Create(Created(), """{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-35","actionTypeVersion":0,"fields":{"date":{"type":"OBJECT_PROPERTY","propertyName":"renewal"},"delta":"1","time_unit":"DAYS","time_of_day":{"hour":9,"minute":30}},"connection":{"edgeType":"STANDARD","nextActionId":"2"}},""" + Set("2", "city", Static("x")));
        var contact = portal.Create("contacts", """{"email":"a@b.example","renewal":"2026-12-02"}""");
        Tick();
        // The second of December at midnight UTC and a day is still the second in New York, where half past nine is 14:30 UTC.
        portal.Now = new DateTimeOffset(2026, 12, 2, 14, 29, 0, TimeSpan.Zero);
        Tick();
        Assert.Null(Value(contact, "city"));
        Tick(TimeSpan.FromMinutes(1));
        Assert.Equal("x", Value(contact, "city"));
    }

    [Fact]
    public void A_goal_that_is_met_a_flow_switched_off_and_a_record_that_goes_end_what_was_under_way()
    {
        const string goal = ""","goalFilterBranch":{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],"filters":[{"filterType":"PROPERTY","property":"city","operation":{"operationType":"STRING","operator":"IS_EQUAL_TO","value":"goal","includeObjectsWithNoValueSet":false}}]}""";
        var flow = Create(Created(), Delay("1", "60", "2") + "," + Set("2", "firstname", Static("late")), goal);
        var reaches = portal.Create("contacts", """{"email":"a@b.example"}""");
        var goes = portal.Create("contacts", """{"email":"c@b.example"}""");
        var stays = portal.Create("contacts", """{"email":"d@b.example"}""");
        Tick();
        Patch(reaches, """{"city":"goal"}""");
        portal.Send("DELETE", $"{CrmPortal.Contacts}/{goes}").Expect(204);
        var read = portal.Send("GET", $"{Flows}/{flow}").Expect(200).Json.ToString();
        portal.Send("PUT", $"{Flows}/{flow}", read.Replace("\"isEnabled\":true", "\"isEnabled\":false", StringComparison.Ordinal)).Expect(200);
        Tick(TimeSpan.FromHours(2));
        Assert.Null(Value(stays, "firstname"));
        Assert.Equal(["the goal is met", "the record is gone", "the workflow was switched off"], Log(flow).At("log").EnumerateArray().Where(one => one.GetProperty("what").GetString() == "unenrolled").Select(one => one.GetProperty("detail").GetString()));
    }

    [Fact]
    public void A_contact_can_be_enrolled_and_taken_out_by_its_address()
    {
        var flow = Create("""{"type":"MANUAL","shouldReEnroll":false}""", Delay("1", "10", "2") + "," + Set("2", "city", Static("x")));
        var workflow = Log(flow).Text("workflowId");
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var path = $"/automation/v2/workflows/{workflow}/enrollments/contacts/a@b.example";
        portal.Send("POST", path).Expect(204);
        Tick();
        portal.Send("DELETE", path).Expect(204);
        Tick(TimeSpan.FromHours(1));
        Assert.Null(Value(contact, "city"));
        portal.Send("POST", path).Expect(204);
        Tick(TimeSpan.FromHours(1));
        Tick(TimeSpan.FromHours(1));
        Assert.Equal("x", Value(contact, "city"));
        portal.Send("POST", $"/automation/v2/workflows/{workflow}/enrollments/contacts/no@b.example").Expect(404);
        portal.Send("POST", "/automation/v2/workflows/5/enrollments/contacts/a@b.example").Expect(404);
        Assert.Equal(workflow, portal.Send("GET", "/automation/v3/workflows").Expect(200).Text("workflows.0.id"));
        portal.Send("GET", $"/automation/v3/workflows/{workflow}").Expect(200);
    }

    [Fact]
    public void What_cannot_be_done_is_logged_and_the_record_goes_on()
    {
        var flow = Create(Created(), Set("1", "nonsense", Static("x"), "2") + ""","""
            + """{"type":"CUSTOM_CODE","actionId":"2","runtime":"NODE20X","sourceCode":"","secretNames":[],"inputFields":[],"outputFields":[],"connection":{"edgeType":"STANDARD","nextActionId":"3"}},"""
            + """{"type":"SINGLE_CONNECTION","actionId":"3","actionTypeId":"0-4","actionTypeVersion":0,"fields":{"content_id":"77"},"connection":{"edgeType":"STANDARD","nextActionId":"4"}},""" + Set("4", "city", Static("end")));
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        Tick();
        Assert.Equal("enrolled failed not run not run done completed", What(flow));
        Assert.Contains("nonsense", Log(flow).Text("log.1.detail"));
        Assert.Equal("end", Value(contact, "city"));
        Assert.Equal("77", portal.Send("GET", Flows + "/email-campaigns").Expect(200).Text("results.0.emailContentId"));
    }

    [Fact]
    public void Flows_that_set_each_other_off_are_stopped()
    {
        var one = Create(Changed("city"), Set("1", "state", """{"type":"INCREMENT","incrementAmount":1}"""));
        Create(Changed("state"), Set("1", "city", """{"type":"INCREMENT","incrementAmount":1}"""));
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        Patch(contact, """{"city":"1"}""");
        Tick();
        Assert.Contains("stopped", What(one));
    }

    [Fact]
    public void The_flow_s_writes_are_told_to_webhooks_as_its_own()
    {
        portal.Send("PUT", "/webhooks/v3/77/settings", """{"targetUrl":"https://shop.example/hook","throttling":{"maxConcurrentRequests":10}}""").Expect(200);
        portal.Send("POST", "/webhooks/v3/77/subscriptions", """{"eventType":"contact.propertyChange","propertyName":"city","active":true}""").Expect(201);
        Create(Created(), Set("1", "city", Static("x")));
        portal.Create("contacts", """{"email":"a@b.example"}""");
        Tick();
        Assert.Equal("AUTOMATION_PLATFORM", portal.Send("GET", "/_webhooks/deliveries").Text("deliveries.0.events.0.changeSource"));
    }

    [Fact]
    public void A_saved_account_goes_on_where_it_was_and_the_same_calls_give_it_again()
    {
        var flow = Create(Created(), Delay("1", "60", "2") + "," + Set("2", "firstname", Static("late")));
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        Tick();
        var text = Saved(portal.Api);
        using var copy = new CrmApi(1000001);
        copy.Load(JsonDocument.Parse(text).RootElement);
        Assert.Equal(text, Saved(copy));
        copy.Handle(CrmApi.Tick(1000001, portal.Now + TimeSpan.FromHours(1)));
        Assert.Equal("late", CrmPortal.Send(copy, "GET", $"{CrmPortal.Contacts}/{contact}?properties=firstname", null, portal.Now).Text("properties.firstname"));
        var replay = new FlowTests();
        Assert.Equal(flow, replay.Create(Created(), Delay("1", "60", "2") + "," + Set("2", "firstname", Static("late"))));
        replay.portal.Create("contacts", """{"email":"a@b.example"}""");
        replay.Tick();
        Assert.Equal(text, Saved(replay.portal.Api));
    }

    private string Create(string criteria, string actions, string more = "") => portal.Send("POST", Flows, $$"""
        {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"F","isEnabled":true,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],"suppressionListIds":[],"canEnrollFromSalesforce":false,
        "enrollmentCriteria":{{criteria}},"actions":[{{actions}}]{{more}}}
        """).Expect(201).Text("id");

    private static string Created() => Event("4-1463224", "[]", again: false);

    private static string Changed(string property) => Event("4-655002", $$$"""[{"filterType":"PROPERTY","property":"hs_name","operation":{"operationType":"STRING","operator":"IS_EQUAL_TO","value":"{{{property}}}","includeObjectsWithNoValueSet":false}}]""", again: true);

    private static string Event(string type, string filters, bool again) =>
        $$"""{"type":"EVENT_BASED","shouldReEnroll":{{(again ? "true" : "false")}},"listMembershipFilterBranches":[],"eventFilterBranches":[{"filterBranchType":"UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"{{type}}","operator":"HAS_COMPLETED","filterBranches":[],"filters":{{filters}}}]}""";

    private static string Meets(string property, string value, bool again = false) => $$$"""
        {"type":"LIST_BASED","shouldReEnroll":{{{(again ? "true" : "false")}}},"unEnrollObjectsNotMeetingCriteria":false,"reEnrollmentTriggersFilterBranches":[],"listFilterBranch":{"filterBranchType":"OR","filterBranchOperator":"OR","filters":[],"filterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],
        "filters":[{"filterType":"PROPERTY","property":"{{{property}}}","operation":{"operationType":"ENUMERATION","operator":"IS_ANY_OF","values":["{{{value}}}"],"includeObjectsWithNoValueSet":false}}]}]}}
        """;

    private static string Static(string value) => $$"""{"type":"STATIC_VALUE","staticValue":"{{value}}"}""";

    private static string Set(string id, string property, string value, string? next = null) =>
        $$$"""{"type":"SINGLE_CONNECTION","actionId":"{{{id}}}","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"{{{property}}}","value":{{{value}}}}{{{Connection(next)}}}}""";

    private static string Delay(string id, string minutes, string next) =>
        $$$"""{"type":"SINGLE_CONNECTION","actionId":"{{{id}}}","actionTypeId":"0-1","actionTypeVersion":0,"fields":{"delta":"{{{minutes}}}","time_unit":"MINUTES"}{{{Connection(next)}}}}""";

    private static string Task(string id, string subject) =>
        $$$"""{"type":"SINGLE_CONNECTION","actionId":"{{{id}}}","actionTypeId":"0-3","actionTypeVersion":0,"fields":{"task_type":"TODO","subject":"{{{subject}}}","body":"b","priority":"HIGH"}}""";

    private static string Connection(string? next) => next is null ? "" : $$""","connection":{"edgeType":"STANDARD","nextActionId":"{{next}}"}""";

    private void Tick(TimeSpan by = default)
    {
        portal.Now += by;
        portal.Api.Handle(CrmApi.Tick(1000001, portal.Now));
    }

    private void Patch(string id, string properties) => portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", $$"""{"properties":{{properties}}}""").Expect(200);

    private string? Value(string id, string property) => portal.Send("GET", $"{CrmPortal.Contacts}/{id}?properties={property}").Expect(200).At("properties").GetProperty(property).GetString();

    private Answer Log(string flow) => portal.Send("GET", $"/_automation/log/{flow}").Expect(200);

    private string What(string flow) => string.Join(' ', Log(flow).At("log").EnumerateArray().Select(one => one.GetProperty("what").GetString()));

    private static string Saved(CrmApi api)
    {
        using var stream = new MemoryStream();
        api.Save(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
