using System.Text.Json;

namespace Spoke.Emulator.Tests.Automation;

/// <summary>Workflows that begin with something that happened, over HTTP: a form, a custom event, a timeline event, a list.</summary>
public sealed class FlowEventTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task A_form_submission_begins_the_workflow_of_its_form_each_time()
    {
        var (one, other) = (await FormAsync("one"), await FormAsync("other"));
        var flow = await CreateAsync(Event("4-1639801", $$"""{"filterType":"PROPERTY","property":"hs_form_id","operation":{"operationType":"ENUMERATION","operator":"IS_ANY_OF","values":["{{one}}"],"includeObjectsWithNoValueSet":false} }"""), "{{ enrollment_events.4-1639801.hs_form_id }}");
        await SubmitAsync(other);
        Assert.Equal(0, await EnrolledAsync(flow));
        await SubmitAsync(one);
        Assert.Equal(1, await EnrolledAsync(flow));
        Assert.Equal(one, await CityAsync("a@b.example"));
        await SubmitAsync(one);
        Assert.Equal(2, await EnrolledAsync(flow));
    }

    [Theory]
    [InlineData("""{"filterType":"FORM_SUBMISSION","formId":"FORM","operator":"FILLED_OUT"}""", "")]
    [InlineData("", """{"filterBranchType":"UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"4-1639801","operator":"HAS_COMPLETED","filterBranches":[],"filters":[{"filterType":"PROPERTY","property":"hs_form_id","operation":{"operationType":"ENUMERATION","operator":"IS_ANY_OF","values":["FORM"],"includeObjectsWithNoValueSet":false} }]}""")]
    public async Task Criteria_may_ask_whether_a_form_was_filled_out(string filter, string branch)
    {
        var (one, other) = (await FormAsync("one"), await FormAsync("other"));
        var flow = await CreateAsync($$"""
            {"type":"LIST_BASED","shouldReEnroll":false,"unEnrollObjectsNotMeetingCriteria":false,"reEnrollmentTriggersFilterBranches":[],"listFilterBranch":{"filterBranchType":"OR","filterBranchOperator":"OR","filters":[],"filterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND",
            "filterBranches":[{{branch.Replace("FORM", one, StringComparison.Ordinal)}}],"filters":[{{filter.Replace("\"FORM\"", $"\"{one}\"", StringComparison.Ordinal)}}]}]} }
            """, "x");
        await SubmitAsync(other);
        Assert.Equal(0, await EnrolledAsync(flow));
        await SubmitAsync(one);
        Assert.Equal(1, await EnrolledAsync(flow));
        await SubmitAsync(one);
        Assert.Equal(1, await EnrolledAsync(flow));
    }

    [Fact]
    public async Task A_custom_event_begins_a_workflow_once_it_has_happened_and_lends_its_values()
    {
        var definition = await Call("POST", "/events/v3/event-definitions", 201, """{"label":"Cart left","name":"cart_left","primaryObject":"CONTACT","propertyDefinitions":[{"label":"Total","name":"total","type":"number"}]}""");
        var type = definition.GetProperty("objectTypeId").GetString()!;
        var flow = await CreateAsync(Event(type, """{"filterType":"PROPERTY","property":"total","operation":{"operationType":"NUMBER","operator":"IS_GREATER_THAN","value":50,"includeObjectsWithNoValueSet":false} }"""), $$$"""{{ enrollment_events.{{{type}}}.total }}""");
        foreach (var total in (int[])[10, 60])
            await Call("POST", "/events/v3/send", 204, $$"""{"eventName":"{{definition.GetProperty("fullyQualifiedName").GetString()}}","email":"a@b.example","properties":{"total":"{{total}}"} }""");
        Assert.Equal(0, await EnrolledAsync(flow));
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":2000}""");
        Assert.Equal(1, await EnrolledAsync(flow));
        Assert.Equal("60", await CityAsync("a@b.example"));
    }

    [Fact]
    public async Task A_timeline_event_begins_a_workflow()
    {
        var grant = await _emulator.ControlAsync("POST", "tokens", """{"kind":"oauth"}""");
        var key = (await _emulator.ControlAsync("POST", "tokens", """{"kind":"developer"}""")).GetProperty("token").GetString();
        var template = (await _emulator.SendAsync("POST", $"/integrators/timeline/v3/{grant.GetProperty("appId")}/event-templates?hapikey={key}", """{"name":"N","objectType":"contacts","tokens":[{"name":"seat","label":"S","type":"string"}]}""", null)).Expect(201).Json.GetProperty("id").GetString()!;
        var flow = await CreateAsync(Event(template, ""), $$$"""{{ enrollment_events.{{{template}}}.seat }}""");
        (await _emulator.SendAsync("POST", "/integrators/timeline/v3/events", $$"""{"eventTemplateId":"{{template}}","email":"a@b.example","tokens":{"seat":"12b"} }""", "Bearer " + grant.GetProperty("token").GetString())).Expect(201);
        Assert.Equal(1, await EnrolledAsync(flow));
        Assert.Equal("12b", await CityAsync("a@b.example"));
    }

    [Fact]
    public async Task Joining_a_list_begins_a_workflow_and_joining_another_does_not()
    {
        var lists = new List<string>();
        foreach (var name in (string[])["one", "other"]) lists.Add((await Call("POST", "/crm/v3/lists", 200, $$"""{"name":"{{name}}","objectTypeId":"0-1","processingType":"MANUAL"}""")).GetProperty("list").GetProperty("listId").GetString()!);
        var flow = await CreateAsync($$"""
            {"type":"EVENT_BASED","shouldReEnroll":true,"eventFilterBranches":[],"listMembershipFilterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],"filters":[{"filterType":"IN_LIST","listId":"{{lists[0]}}","operator":"IN_LIST"}]}]}
            """, "x");
        var contact = (await Call("POST", Contacts, 201, """{"properties":{"email":"a@b.example"} }""")).GetProperty("id").GetString();
        await Call("PUT", $"/crm/v3/lists/{lists[1]}/memberships/add", 200, $"[\"{contact}\"]");
        Assert.Equal(0, await EnrolledAsync(flow));
        for (var i = 0; i < 2; i++)
        {
            await Call("PUT", $"/crm/v3/lists/{lists[0]}/memberships/add", 200, $"[\"{contact}\"]");
            Assert.Equal(i + 1, await EnrolledAsync(flow));
            await Call("PUT", $"/crm/v3/lists/{lists[0]}/memberships/remove", 200, $"[\"{contact}\"]");
        }
    }

    private static string Event(string type, string filter) =>
        $$"""{"type":"EVENT_BASED","shouldReEnroll":true,"listMembershipFilterBranches":[],"eventFilterBranches":[{"filterBranchType":"UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"{{type}}","operator":"HAS_COMPLETED","filterBranches":[],"filters":[{{filter}}]}]}""";

    private async Task<string> CreateAsync(string criteria, string city) => (await Call("POST", "/automation/v4/flows", 201, $$"""
        {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","name":"F","isEnabled":true,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"dataSources":[],"suppressionListIds":[],"canEnrollFromSalesforce":false,
        "enrollmentCriteria":{{criteria}},"actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{"type":"STATIC_VALUE","staticValue":"{{city}}"} } }]}
        """)).GetProperty("id").GetString()!;

    private async Task<string> FormAsync(string name) =>
        (await Call("POST", "/marketing/v3/forms", 201, $$"""{"name":"{{name}}","formType":"hubspot","fieldGroups":[{"fields":[{"name":"email","fieldType":"email","objectTypeId":"0-1","required":true}]}]}""")).GetProperty("id").GetString()!;

    private async Task SubmitAsync(string form)
    {
        await Call("POST", $"/submissions/v3/integration/submit/1000001/{form}", 200, """{"fields":[{"name":"email","value":"a@b.example"}]}""");
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":1}""");
    }

    private async Task<int> EnrolledAsync(string flow)
    {
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":1}""");
        return (await _emulator.ControlAsync("GET", $"workflows/{flow}/log")).GetProperty("log").EnumerateArray().Count(one => one.GetProperty("what").GetString() == "enrolled");
    }

    private async Task<string?> CityAsync(string email) => (await Call("GET", $"{Contacts}/{email}?idProperty=email&properties=city", 200)).GetProperty("properties").GetProperty("city").GetString();

    private async Task<JsonElement> Call(string method, string path, int status, string? body = null)
    {
        var reply = (await _emulator.SendAsync(method, path, body)).Expect(status);
        return reply.Text.Length == 0 ? default : reply.Json;
    }
}
