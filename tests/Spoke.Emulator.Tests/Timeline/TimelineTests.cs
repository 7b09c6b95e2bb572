using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Timeline;

/// <summary>An app with templates, a developer key and a token, driven over HTTP; every answer is held against the published descriptions.</summary>
public sealed class TimelineTests : IAsyncLifetime
{
    private const string Template = """
        {"name":"Webinar joined","objectType":"contacts",
         "headerTemplate":"Joined [{{webinar}}](https://shop.example/{{score}}){{#if score}} with {{score}}{{/if}}",
         "detailTemplate":"On {{#formatDate timestamp}}{{/formatDate}}\n\n{{#each extraData.questions}}\n- **{{question}}**: {{answer}}\n{{/each}}\n<b>{{kind}}</b>",
         "tokens":[{"name":"webinar","label":"Webinar","type":"string","objectPropertyName":"jobtitle"},{"name":"score","label":"Score","type":"number"},{"name":"when","label":"When","type":"date"},
          {"name":"kind","label":"Kind","type":"enumeration","options":[{"value":"live","label":"Live"},{"value":"later","label":"Later"}]}]}
        """;

    private readonly PublishedOperations? _published = PublishedOperations.AtHandOrNull;
    private EmulatorClient _emulator = null!;
    private string _key = "";
    private string _token = "";
    private long _app;

    private string Templates => string.Create(CultureInfo.InvariantCulture, $"/integrators/timeline/v3/{_app}/event-templates");

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        var grant = await _emulator.ControlAsync("POST", "tokens", """{"kind":"oauth"}""");
        (_app, _token) = (grant.GetProperty("appId").GetInt64(), "Bearer " + grant.GetProperty("token").GetString());
        _key = (await _emulator.ControlAsync("POST", "tokens", """{"kind":"developer"}""")).GetProperty("token").GetString()!;
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Template_and_its_tokens_are_made_changed_and_removed()
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        Assert.Equal("contacts", Text(await Ok("GET", $"{Templates}/{id}", 200), "objectType"));
        Assert.Single((await Ok("GET", Templates, 200)).GetProperty("results").EnumerateArray());
        await Ok("POST", $"{Templates}/{id}/tokens", 200, """{"name":"seats","label":"Seats","type":"number","options":[]}""");
        await Ok("POST", $"{Templates}/{id}/tokens", 409, """{"name":"seats","label":"Seats","type":"number"}""");
        await Ok("PUT", $"{Templates}/{id}/tokens/kind", 200, """{"label":"Sort","options":[{"value":"live","label":"Live"}]}""");
        await Ok("DELETE", $"{Templates}/{id}/tokens/seats", 204);
        await Ok("DELETE", $"{Templates}/{id}/tokens/seats", 404);
        var kept = await Ok("GET", $"{Templates}/{id}", 200);
        Assert.Equal(["webinar", "score", "when", "kind"], kept.GetProperty("tokens").EnumerateArray().Select(token => Text(token, "name")));
        Assert.Equal("Sort", Text(kept.GetProperty("tokens")[3], "label"));
        var changed = await Ok("PUT", $"{Templates}/{id}", 200, $$"""{"id":"{{id}}","name":"Joined","headerTemplate":"{{"{{webinar}}"}}","tokens":[{"name":"webinar","label":"W","type":"string"}]}""");
        Assert.Single(changed.GetProperty("tokens").EnumerateArray());
        Assert.False(changed.TryGetProperty("detailTemplate", out _));
        await Ok("DELETE", $"{Templates}/{id}", 204);
        await Ok("GET", $"{Templates}/{id}", 404);
    }

    [Fact]
    public async Task Event_makes_the_contact_stamps_it_and_is_shown_by_its_template()
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        var made = await Event(201, $$"""{"eventTemplateId":"{{id}}","email":"Ada@b.example","timestamp":"2026-11-24T03:30:00Z","tokens":{"webinar":"A & B","score":3,"kind":"live"},"extraData":{"questions":[{"question":"Who","answer":"me"},{"question":"Why","answer":"so"}]},"timelineIFrame":{"linkLabel":"l","headerLabel":"h","url":"https://b.example","width":6,"height":4} }""");
        Assert.Equal("3", Text(made.GetProperty("tokens"), "score"));
        var contact = (await Call("GET", $"/crm/v3/objects/contacts/{Text(made, "objectId")}?properties=email,jobtitle", 200)).GetProperty("properties");
        Assert.Equal("ada@b.example", Text(contact, "email"));
        Assert.Equal("A & B", Text(contact, "jobtitle"));
        var path = $"/integrators/timeline/v3/events/{id}/{Text(made, "id")}";
        Assert.Equal(made.GetRawText(), (await Check("GET", path, 200)).GetRawText());
        var header = (await _emulator.SendAsync("GET", path + "/render", null, _token)).Expect(200);
        Assert.Contains("A &amp; B</a> with 3", header.Text, StringComparison.Ordinal);
        Assert.Equal("text/html", header.ContentHeaders.ContentType!.MediaType);
        var detail = Text(await Call("GET", path + "/detail", 200), "details");
        Assert.Contains("November 23, 2026 at 10:30 PM", detail, StringComparison.Ordinal);
        Assert.Contains("<strong>Who</strong>: me", detail, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;live&lt;/b&gt;", detail, StringComparison.Ordinal);
        Assert.Equal(detail, (await _emulator.SendAsync("GET", path + "/render?detail=true", null, _token)).Text);
    }

    [Fact]
    public async Task Event_finds_its_record_by_id_address_browser_and_domain()
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        var contact = Text(await Call("POST", "/crm/v3/objects/contacts", 201, """{"properties":{"email":"old@b.example"} }"""), "id");
        Assert.Equal(contact, Text(await Event(201, $$"""{"eventTemplateId":"{{id}}","email":"OLD@b.example","tokens":{} }"""), "objectId"));
        await Event(201, $$"""{"eventTemplateId":"{{id}}","objectId":"{{contact}}","email":"new@b.example","tokens":{} }""");
        Assert.Equal("new@b.example", Text((await Call("GET", $"/crm/v3/objects/contacts/{contact}?properties=email", 200)).GetProperty("properties"), "email"));

        const string cookie = "0123456789abcdef0123456789abcdef";
        var byCookie = $$"""{"eventTemplateId":"{{id}}","id":"visit","utk":"{{cookie}}","tokens":{} }""";
        Assert.False((await Event(201, byCookie)).TryGetProperty("objectId", out _));
        var form = Text(await Call("POST", "/marketing/v3/forms", 201, """{"name":"F","formType":"hubspot","fieldGroups":[{"fields":[{"name":"email","fieldType":"email","objectTypeId":"0-1","required":true}]}]}"""), "id");
        await Call("POST", $"/submissions/v3/integration/submit/1000001/{form}", 200, $$"""{"fields":[{"name":"email","value":"new@b.example"}],"context":{"hutk":"{{cookie}}"} }""");
        Assert.Equal(contact, Text(await Event(201, byCookie), "objectId"));

        var company = Text(await Call("POST", "/crm/v3/objects/companies", 201, """{"properties":{"domain":"b.example"} }"""), "id");
        var deal = Text(await Call("POST", "/crm/v3/objects/deals", 201, """{"properties":{"dealname":"D"} }"""), "id");
        var ofCompanies = Text(await Ok("POST", Templates, 201, """{"name":"C","objectType":"COMPANY","tokens":[]}"""), "id");
        var ofDeals = Text(await Ok("POST", Templates, 201, """{"name":"D","objectType":"deals","tokens":[]}"""), "id");
        Assert.Equal(company, Text(await Event(201, $$"""{"eventTemplateId":"{{ofCompanies}}","domain":"b.example","tokens":{} }"""), "objectId"));
        Assert.Equal(deal, Text(await Event(201, $$"""{"eventTemplateId":"{{ofDeals}}","objectId":"{{deal}}","tokens":{} }"""), "objectId"));
        await Event(400, $$"""{"eventTemplateId":"{{ofDeals}}","email":"new@b.example","tokens":{} }""");
        await Event(404, $$"""{"eventTemplateId":"{{ofCompanies}}","domain":"nobody.example","tokens":{} }""");
    }

    [Theory]
    [InlineData("""{"email":"a@b.example","tokens":{} }""", 400, "some of required attributes are not set [eventTemplateId]")]
    [InlineData("""{"eventTemplateId":"9","email":"a@b.example","tokens":{} }""", 404, "No event template with ID 9")]
    [InlineData("""{"eventTemplateId":"ID","email":"a@b.example","tokens":{"colour":"red"} }""", 400, "Token colour does not exist")]
    [InlineData("""{"eventTemplateId":"ID","email":"a@b.example","tokens":{"score":"many"} }""", 400, "is not a number")]
    [InlineData("""{"eventTemplateId":"ID","email":"a@b.example","tokens":{"kind":"dead"} }""", 400, "is not one of [live, later]")]
    [InlineData("""{"eventTemplateId":"ID","email":"a@b.example","tokens":{"when":"soon"} }""", 400, "is not a date")]
    [InlineData("""{"eventTemplateId":"ID","tokens":{} }""", 400, "One of objectId, email or utk is required")]
    [InlineData("""{"eventTemplateId":"ID","email":"a@b.example","tokens":{},"timelineIFrame":{"linkLabel":"l"} }""", 400, "Cannot build TimelineEventIFrame")]
    public async Task Wrong_events_are_refused_and_make_nobody(string body, int status, string message)
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        Assert.Contains(message, Text(await Event(status, body.Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal)), "message"), StringComparison.Ordinal);
        await Call("GET", "/crm/v3/objects/contacts/a@b.example?idProperty=email", 404);
    }

    [Theory]
    [InlineData("""{"objectType":"contacts","tokens":[]}""")]
    [InlineData("""{"name":"N","objectType":"line_items","tokens":[]}""")]
    [InlineData("""{"name":"N","objectType":"contacts","tokens":[{"name":"a b","label":"L","type":"string"}]}""")]
    [InlineData("""{"name":"N","objectType":"contacts","tokens":[{"name":"a","label":"L","type":"colour"}]}""")]
    [InlineData("""{"name":"N","objectType":"contacts","tokens":[{"name":"a","label":"L","type":"enumeration"}]}""")]
    [InlineData("""{"name":"N","objectType":"contacts","tokens":[{"name":"a","label":"L","type":"string","objectPropertyName":"no_such"}]}""")]
    [InlineData("""{"name":"N","objectType":"contacts","tokens":[],"headerTemplate":"{{#if a}}open"}""")]
    [InlineData("""{"name":"N","objectType":"contacts","tokens":[],"detailTemplate":"{{#dance a}}{{/dance}}"}""")]
    public async Task Wrong_templates_are_refused(string body)
    {
        await Ok("POST", Templates, 400, body);
        Assert.Empty((await Ok("GET", Templates, 200)).GetProperty("results").EnumerateArray());
    }

    [Fact]
    public async Task Batch_keeps_what_is_right_and_an_id_takes_the_place_of_itself()
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        var batch = await Check("POST", "/integrators/timeline/v3/events/batch/create", 207, $$"""
            {"inputs":[{"eventTemplateId":"{{id}}","id":"one","email":"a@b.example","tokens":{"score":"1"} },{"eventTemplateId":"{{id}}","id":"bad","email":"a@b.example","tokens":{"nonsense":"1"} },
             {"eventTemplateId":"{{id}}","id":"n-{{"{{uuid}}"}}","email":"a@b.example","tokens":{} }]}
            """);
        Assert.Equal(2, batch.GetProperty("results").GetArrayLength());
        Assert.Equal("bad", batch.GetProperty("errors")[0].GetProperty("context").GetProperty("id")[0].GetString());
        Assert.Matches("^n-[0-9a-f]{8}-", Text(batch.GetProperty("results")[1], "id"));
        await Event(201, $$"""{"eventTemplateId":"{{id}}","id":"one","email":"a@b.example","tokens":{"score":"2"} }""");
        Assert.Equal("2", Text((await Check("GET", $"/integrators/timeline/v3/events/{id}/one", 200)).GetProperty("tokens"), "score"));
    }

    [Fact]
    public async Task Dated_events_cannot_be_changed_and_a_batch_is_taken_whole()
    {
        await Ok("POST", Templates, 201, Template);
        var type = Text(await Check("POST", "/integrators/timeline/2026-03/types/projects", 200, """{"projectName":"shop","developerSymbol":"webinar_joined"}"""), "fullyQualifiedName");
        await Check("POST", "/integrators/timeline/2026-03/types/projects", 404, """{"projectName":"shop","developerSymbol":"other"}""");
        var one = $$"""{"eventTypeName":"{{type}}","id":"x1","email":"a@b.example","properties":{"score":"1"} }""";
        Assert.Equal(type, Text(await Check("POST", "/integrators/timeline/2026-03/events", 201, one), "eventTypeName"));
        await Check("POST", "/integrators/timeline/2026-03/events", 409, one);
        var two = one.Replace("x1", "x2", StringComparison.Ordinal);
        await Check("POST", "/integrators/timeline/2026-03/events/batch", 409, $$"""{"inputs":[{{two}},{{one}}]}""");
        await Check("POST", "/integrators/timeline/2026-03/events/batch", 400, $$"""{"inputs":[{{two}},{{one.Replace("x1", "x3", StringComparison.Ordinal).Replace("score", "no", StringComparison.Ordinal)}}]}""");
        Assert.Equal(1, (await Check("POST", "/integrators/timeline/2026-03/events/batch", 200, $$"""{"inputs":[{{two}}]}""")).GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Templates_are_the_apps_own_and_take_a_developer_key()
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        Assert.Equal(403, (await _emulator.SendAsync("GET", Templates, null, _token)).Status);
        Assert.Equal(404, (await _emulator.SendAsync("GET", $"/integrators/timeline/v3/1/event-templates/{id}?hapikey={_key}", null, null)).Status);
        var other = await _emulator.TokenAsync("""{"kind":"oauth","ownApp":true}""");
        Assert.Equal(404, (await _emulator.SendAsync("POST", "/integrators/timeline/v3/events", $$"""{"eventTemplateId":"{{id}}","email":"a@b.example","tokens":{} }""", other)).Status);
        var poor = await _emulator.TokenAsync("""{"kind":"oauth","scopes":["oauth","content"]}""");
        Assert.Equal(403, (await _emulator.SendAsync("POST", "/integrators/timeline/v3/events", "{}", poor)).Status);
    }

    [Fact]
    public async Task Events_fill_lists_and_outlive_a_snapshot_and_go_with_their_template()
    {
        var id = Text(await Ok("POST", Templates, 201, Template), "id");
        var list = Text((await Call("POST", "/crm/v3/lists", 200, $$"""
            {"name":"L","objectTypeId":"0-1","processingType":"DYNAMIC","filterBranch":{"filterBranchType":"OR","filterBranchOperator":"OR","filters":[],"filterBranches":[{"filterBranchType":"AND","filterBranchOperator":"AND","filterBranches":[],
             "filters":[{"filterType":"INTEGRATION_EVENT","eventTypeId":"{{id}}","filterLines":[{"property":"score","operation":{"operationType":"NUMBER","operator":"IS_GREATER_THAN","value":5} }]}]}]} }
            """)).GetProperty("list"), "listId");
        await Event(201, $$"""{"eventTemplateId":"{{id}}","id":"low","email":"low@b.example","tokens":{"score":"4"} }""");
        var high = Text(await Event(201, $$"""{"eventTemplateId":"{{id}}","id":"high","email":"high@b.example","tokens":{"score":"6"} }"""), "objectId");
        Assert.Equal(high, Text(Assert.Single((await Call("GET", $"/crm/v3/lists/{list}/memberships", 200)).GetProperty("results").EnumerateArray()), "recordId"));
        var state = (await _emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Expect(200).Text;
        await Ok("DELETE", $"{Templates}/{id}", 204);
        await Check("GET", $"/integrators/timeline/v3/events/{id}/high", 404);
        (await _emulator.SendAsync("PUT", "/_emulator/snapshot", state, null)).Expect(204);
        Assert.Equal("6", Text((await Check("GET", $"/integrators/timeline/v3/events/{id}/high", 200)).GetProperty("tokens"), "score"));
    }

    private Task<JsonElement> Event(int status, string body) => Check("POST", "/integrators/timeline/v3/events", status, body);

    /// <summary>With the developer key.</summary>
    private async Task<JsonElement> Ok(string method, string path, int status, string? body = null) => Published(method, path, await _emulator.SendAsync(method, $"{path}?hapikey={_key}", body, null), status);

    /// <summary>With the app's token, of a call of the timeline.</summary>
    private async Task<JsonElement> Check(string method, string path, int status, string? body = null) => Published(method, path, await _emulator.SendAsync(method, path, body, _token), status);

    private async Task<JsonElement> Call(string method, string path, int status, string? body = null)
    {
        var reply = (await _emulator.SendAsync(method, path, body, _token)).Expect(status);
        return reply.Text.Length == 0 ? default : reply.Json;
    }

    private JsonElement Published(string method, string path, Reply reply, int status)
    {
        var json = reply.Expect(status).Text.Length == 0 ? default : reply.Json;
        _published?.Check(method, path, new Answer(status, json, false));
        return json;
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).ToString();
}
