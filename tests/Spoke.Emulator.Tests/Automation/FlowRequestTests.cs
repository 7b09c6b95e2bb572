using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Tests.Webhooks;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Tests.Automation;

/// <summary>Workflows that call other servers, over real sockets.</summary>
public sealed class FlowRequestTests : IAsyncLifetime
{
    private const string Actions = "/automation/v4/actions/2100001";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-flows").FullName;
    private EmulatorClient _emulator = null!;
    private Receiver _receiver = null!;
    private string _app = "";

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        await _receiver.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_webhook_action_sends_the_record_signed_as_version_two()
    {
        var flow = await CreateAsync(Webhook(""","authSettings":{"type":"SIGNATURE","appId":2100001},"queryParams":[]""") + "," + Set("2", Static("sent")));
        var id = await ContactAsync();
        var received = await _receiver.NextAsync();
        Assert.Equal((id, "0-1", "a@b.example"), (received.Json.GetProperty("objectId").ToString(), received.Json.GetProperty("objectTypeId").GetString(), received.Json.GetProperty("properties").GetProperty("email").GetString()));
        Assert.Equal("v2", received.Headers["X-HubSpot-Signature-Version"]);
        Assert.Equal(RequestSignature.V2(EmulatorServer.DefaultClientSecret, "POST", _receiver.Url, received.Body), received.Headers["X-HubSpot-Signature"]);
        await IdleAsync();
        Assert.Equal("sent", await CityAsync(id));
        Assert.Equal("enrolled done done completed", await WhatAsync(flow));
    }

    [Fact]
    public async Task Chosen_values_go_into_the_body_or_the_query()
    {
        const string chosen = ""","queryParams":[{"name":"mail","value":{"type":"OBJECT_PROPERTY","propertyName":"email"}}]""";
        await CreateAsync(Webhook(chosen, "2") + "," + Webhook(chosen, id: "2", method: "GET"));
        await ContactAsync();
        Assert.Equal("""{"mail":"a@b.example"}""", System.Text.Encoding.UTF8.GetString((await _receiver.NextAsync()).Body));
        var read = await _receiver.NextAsync();
        Assert.Equal(("GET", "/hook?a=b%40c&mail=a%40b.example", 0), (read.Method, read.PathAndQuery, read.Body.Length));
    }

    [Fact]
    public async Task A_refusal_is_final_a_429_waits_its_milliseconds_and_a_server_error_a_minute()
    {
        _receiver.Answer(429, retryAfter: "300000");
        _receiver.Answer(503);
        _receiver.Answer(404);
        var flow = await CreateAsync(Webhook(""","queryParams":[]""") + "," + Set("2", Static("on")));
        var id = await ContactAsync();
        await IdleAsync();
        await AdvanceAsync("PT4M");
        Assert.Single(_receiver.All);
        await AdvanceAsync("PT2M");
        Assert.Equal(2, _receiver.All.Count);
        await AdvanceAsync("PT3M");
        Assert.Equal("enrolled waiting waiting failed done completed", await WhatAsync(flow));
        Assert.Equal("on", await CityAsync(id));
    }

    [Fact]
    public async Task A_custom_action_gets_its_inputs_and_gives_back_outputs()
    {
        var definition = await DefineAsync();
        _receiver.Answer(200, """{"outputFields":{"greeting":"Salve","hs_execution_state":"SUCCESS"}}""");
        await CreateAsync(Custom(definition) + "," + Set("2", """{"type":"FIELD_DATA","actionId":"1","dataKey":"greeting"}"""));
        var id = await ContactAsync();
        var body = (await _receiver.NextAsync()).Json;
        Assert.Equal(("1000001", definition), (body.GetProperty("origin").GetProperty("portalId").ToString(), body.GetProperty("origin").GetProperty("actionDefinitionId").ToString()));
        Assert.Equal((id, "CONTACT", "a@b.example"), (body.GetProperty("object").GetProperty("objectId").ToString(), body.GetProperty("object").GetProperty("objectType").GetString(), body.GetProperty("object").GetProperty("properties").GetProperty("email").GetString()));
        Assert.Equal("WORKFLOWS", body.GetProperty("context").GetProperty("source").GetString());
        Assert.Equal("hello a@b.example", body.GetProperty("inputFields").GetProperty("text").GetString());
        await IdleAsync();
        Assert.Equal("Salve", await CityAsync(id));
    }

    [Fact]
    public async Task A_blocked_custom_action_goes_on_when_the_app_calls_back_even_after_a_restart()
    {
        var definition = await DefineAsync();
        _receiver.Answer(200, """{"outputFields":{"hs_execution_state":"BLOCK","hs_expiration_duration":"PT1H"}}""");
        var flow = await CreateAsync(Custom(definition) + "," + Set("2", """{"type":"FIELD_DATA","actionId":"1","dataKey":"greeting"}"""));
        var id = await ContactAsync();
        var callback = (await _receiver.NextAsync()).Json.GetProperty("callbackId").GetString();
        await IdleAsync();
        await _emulator.DisposeAsync();
        await StartAsync();
        (await _emulator.SendAsync("POST", $"/automation/v4/actions/callbacks/{callback}/complete", """{"outputFields":{"greeting":"Moin","hs_execution_state":"SUCCESS"}}""")).Expect(204);
        (await _emulator.SendAsync("POST", "/automation/v4/actions/callbacks/complete", $$$"""{"inputs":[{"callbackId":"{{{callback}}}","outputFields":{}}]}""")).Expect(404);
        await IdleAsync();
        Assert.Equal("Moin", await CityAsync(id));
        Assert.Equal("enrolled blocked done done completed", await WhatAsync(flow));
    }

    [Fact]
    public async Task A_block_ends_by_itself_and_a_failure_goes_on()
    {
        var definition = await DefineAsync();
        _receiver.Answer(200, """{"outputFields":{"hs_execution_state":"BLOCK","hs_expiration_duration":"PT1H"}}""");
        _receiver.Answer(200, """{"outputFields":{"hs_execution_state":"FAIL_CONTINUE"}}""");
        var flow = await CreateAsync(Custom(definition) + "," + Custom(definition, "2", "3") + "," + Set("3", Static("end")));
        var id = await ContactAsync();
        await IdleAsync();
        Assert.Null(await CityAsync(id));
        await AdvanceAsync("PT1H");
        Assert.Equal("enrolled blocked done failed done completed", await WhatAsync(flow));
        Assert.Equal("end", await CityAsync(id));
    }

    [Fact]
    public async Task A_definition_that_is_taken_away_while_it_is_called_fails_the_action()
    {
        var definition = await DefineAsync();
        var hangs = new TaskCompletionSource();
        _receiver.Answers.Enqueue(_ => hangs.Task);
        var flow = await CreateAsync(Custom(definition) + "," + Set("2", Static("end")));
        await ContactAsync();
        await _receiver.NextAsync();
        (await _emulator.SendAsync("DELETE", $"{Actions}/{definition}", null, _app)).Expect(204);
        hangs.SetResult();
        await IdleAsync();
        Assert.Equal("enrolled failed done completed", await WhatAsync(flow));
    }

    private async Task StartAsync()
    {
        _emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = _folder });
        _app = await _emulator.TokenAsync("""{"kind":"oauth"}""");
    }

    private async Task<string> DefineAsync() => (await _emulator.SendAsync("POST", Actions, $$$"""
        {"actionUrl":"{{{_receiver.Url}}}","published":true,"labels":{"en":{"actionName":"Act"}},"objectTypes":["CONTACT"],"functions":[],"inputFields":[],"objectRequestOptions":{"properties":["email"]}}
        """, _app)).Expect(201).Json.GetProperty("id").GetString()!;

    private async Task<string> CreateAsync(string actions) => (await _emulator.SendAsync("POST", "/automation/v4/flows", $$"""
        {"type":"CONTACT_FLOW","objectTypeId":"0-1","flowType":"WORKFLOW","isEnabled":true,"startActionId":"1","timeWindows":[],"blockedDates":[],"customProperties":{},"suppressionListIds":[],"canEnrollFromSalesforce":false,"dataSources":[],
        "enrollmentCriteria":{"type":"EVENT_BASED","shouldReEnroll":false,"listMembershipFilterBranches":[],"eventFilterBranches":[{"filterBranchType":"UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"4-1463224","operator":"HAS_COMPLETED","filterBranches":[],"filters":[]}]},
        "actions":[{{actions}}]}
        """)).Expect(201).Json.GetProperty("id").GetString()!;

    private string Webhook(string more, string? next = "2", string id = "1", string method = "POST") =>
        $$$"""{"type":"WEBHOOK","actionId":"{{{id}}}","method":"{{{method}}}","webhookUrl":"{{{_receiver.Url}}}"{{{more}}}{{{Connection(id == next ? null : next)}}}}""";

    private static string Custom(string definition, string id = "1", string next = "2") =>
        $$$"""{"type":"SINGLE_CONNECTION","actionId":"{{{id}}}","actionTypeId":"1-{{{definition}}}","actionTypeVersion":1,"fields":{"text":"hello {{ enrolled_object.email }}"}{{{Connection(next)}}}}""";

    private static string Set(string id, string value) => $$$$"""{"type":"SINGLE_CONNECTION","actionId":"{{{{id}}}}","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{{{{value}}}}}}""";

    private static string Static(string value) => $$"""{"type":"STATIC_VALUE","staticValue":"{{value}}"}""";

    private static string Connection(string? next) => next is null ? "" : $$""","connection":{"edgeType":"STANDARD","nextActionId":"{{next}}"}""";

    private async Task<string> ContactAsync() => (await _emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""")).Expect(201).Json.GetProperty("id").GetString()!;

    private async Task<string?> CityAsync(string id) => (await _emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{id}?properties=city")).Expect(200).Json.GetProperty("properties").GetProperty("city").GetString();

    private Task<JsonElement> IdleAsync() => _emulator.ControlAsync("GET", "webhooks/idle?timeoutMs=20000");

    private async Task AdvanceAsync(string by)
    {
        await _emulator.ControlAsync("POST", "clock", $$"""{"advance":"{{by}}"}""");
        await IdleAsync();
    }

    private async Task<string> WhatAsync(string flow) =>
        string.Join(' ', (await _emulator.ControlAsync("GET", string.Create(CultureInfo.InvariantCulture, $"workflows/{flow}/log"))).GetProperty("log").EnumerateArray().Select(one => one.GetProperty("what").GetString()));
}
