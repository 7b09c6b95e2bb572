using System.Text;
using System.Text.Json;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>Deliveries over real sockets: what they hold, how they are signed, and what happens when they fail.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private const long App = 2_500_001;
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Creating_a_contact_is_told_with_all_members_and_signed()
    {
        await SubscribeAsync("""[{"eventType":"contact.creation"}]""", """,{"secret":"shh"}""");
        var id = await CreateAsync("contacts", """{"email":"a@b.example"}""");
        var received = await _receiver.NextAsync();
        var one = Assert.Single(received.Events);
        Assert.Equal("contact.creation", one.GetProperty("subscriptionType").GetString());
        Assert.Equal(long.Parse(id, System.Globalization.CultureInfo.InvariantCulture), one.GetProperty("objectId").GetInt64());
        Assert.Equal((1000001, App, 0), (one.GetProperty("portalId").GetInt64(), one.GetProperty("appId").GetInt64(), one.GetProperty("attemptNumber").GetInt32()));
        Assert.Equal(("CREATED", "INTEGRATION", "2000001"), (one.GetProperty("changeFlag").GetString(), one.GetProperty("changeSource").GetString(), one.GetProperty("sourceId").GetString()));
        Assert.False(one.TryGetProperty("objectTypeId", out _));
        foreach (var member in (string[])["eventId", "subscriptionId", "occurredAt"]) Assert.Equal(JsonValueKind.Number, one.GetProperty(member).ValueKind);
        Assert.Equal("application/json", received.Headers["Content-Type"]);
        Assert.StartsWith("HubSpot Connect 2.0", received.Headers["User-Agent"]);
        Assert.Equal(RequestSignature.V1("shh", received.Body), received.Headers["X-HubSpot-Signature"]);
        Assert.Equal("v1", received.Headers["X-HubSpot-Signature-Version"]);
        var at = long.Parse(received.Headers["X-HubSpot-Request-Timestamp"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(RequestSignature.V3("shh", "POST", _receiver.Url, received.Body, at), received.Headers["X-HubSpot-Signature-v3"]);
    }

    [Fact]
    public async Task Property_changes_come_for_the_property_asked_for_and_never_for_the_time_of_change()
    {
        await SubscribeAsync("""[{"eventType":"contact.propertyChange","propertyName":"firstname"},{"eventType":"contact.propertyChange","propertyName":"hs_lastmodifieddate"}]""");
        var id = await CreateAsync("contacts", """{"email":"a@b.example"}""");
        await _emulator.SendAsync("PATCH", $"{Contacts}/{id}", """{"properties":{"firstname":"A","lastname":"B"}}""");
        await _emulator.SendAsync("PATCH", $"{Contacts}/{id}", """{"properties":{"firstname":""}}""");
        await IdleAsync();
        var events = _receiver.All.SelectMany(one => one.Events).OrderBy(one => one.GetProperty("eventId").GetInt64()).ToArray();
        Assert.Equal(["firstname=A", "firstname="], events.Select(one => one.GetProperty("propertyName").GetString() + "=" + one.GetProperty("propertyValue").GetString()));
        Assert.All(events, one => Assert.False(one.TryGetProperty("isSensitive", out _)));
    }

    [Fact]
    public async Task Generic_events_reach_types_that_have_no_names_of_their_own()
    {
        await SubscribeAsync("""[{"eventType":"object.creation","objectTypeId":"0-123"},{"eventType":"object.propertyChange","objectTypeId":"0-123","propertyName":"hs_order_name"}]""");
        await CreateAsync("orders", """{"hs_order_name":"#1"}""");
        var received = await _receiver.NextAsync();
        Assert.Equal("object.creation object.propertyChange", received.Types);
        Assert.All(received.Events, one => Assert.Equal("0-123", one.GetProperty("objectTypeId").GetString()));
        Assert.False(received.Events[1].GetProperty("isSensitive").GetBoolean());
    }

    [Fact]
    public async Task A_sensitive_value_is_redacted()
    {
        await SubscribeAsync("""[{"eventType":"contact.propertyChange","propertyName":"secret"},{"eventType":"object.propertyChange","objectTypeId":"0-1","propertyName":"secret"}]""");
        (await _emulator.SendAsync("POST", "/crm/v3/properties/contacts", """{"name":"secret","label":"S","type":"string","fieldType":"text","groupName":"contactinformation","dataSensitivity":"sensitive"}""")).Expect(201);
        await CreateAsync("contacts", """{"email":"a@b.example","secret":"blood type"}""");
        var events = (await _receiver.NextAsync()).Events;
        Assert.All(events, one => Assert.Equal("REDACTED", one.GetProperty("propertyValue").GetString()));
        Assert.True(events[1].GetProperty("isSensitive").GetBoolean());
    }

    [Fact]
    public async Task Associations_are_told_from_both_ends_and_the_primary_one_twice()
    {
        await SubscribeAsync("""[{"eventType":"contact.associationChange"},{"eventType":"company.associationChange"}]""");
        var contact = await CreateAsync("contacts", """{"email":"a@b.example"}""");
        var company = await CreateAsync("companies", """{"name":"C"}""");
        (await _emulator.SendAsync("PUT", $"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}")).Expect(200);
        var events = (await _receiver.NextAsync()).Events;
        Assert.Equal(["CONTACT_TO_COMPANY False", "COMPANY_TO_CONTACT False", "CONTACT_TO_COMPANY True", "COMPANY_TO_CONTACT True"],
            events.Select(one => one.GetProperty("associationType").GetString() + " " + one.GetProperty("isPrimaryAssociation").GetBoolean()));
        Assert.Equal(contact, events[0].GetProperty("fromObjectId").ToString());
        Assert.Equal(company, events[0].GetProperty("toObjectId").ToString());
        (await _emulator.SendAsync("DELETE", $"/crm/v4/objects/contacts/{contact}/associations/companies/{company}")).Expect(204);
        Assert.All((await _receiver.NextAsync()).Events, one => Assert.True(one.GetProperty("associationRemoved").GetBoolean()));
    }

    [Fact]
    public async Task A_merge_names_both_records_and_the_one_they_became()
    {
        await SubscribeAsync("""[{"eventType":"contact.merge"},{"eventType":"contact.creation"}]""");
        var one = await CreateAsync("contacts", """{"email":"a@b.example"}""");
        var two = await CreateAsync("contacts", """{"email":"c@b.example"}""");
        await IdleAsync();
        var merged = (await _emulator.SendAsync("POST", Contacts + "/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""")).Expect(200).Json.GetProperty("id").GetString();
        await IdleAsync();
        var told = Assert.Single(_receiver.All.Last().Events);
        Assert.Equal("contact.merge", told.GetProperty("subscriptionType").GetString());
        Assert.Equal((one, two, merged), (told.GetProperty("primaryObjectId").ToString(), told.GetProperty("mergedObjectIds")[0].ToString(), told.GetProperty("newObjectId").ToString()));
        Assert.True(told.GetProperty("numberOfPropertiesMoved").GetInt32() > 0);
    }

    [Fact]
    public async Task Privacy_deletion_is_a_deletion_too()
    {
        await SubscribeAsync("""[{"eventType":"contact.privacyDeletion"},{"eventType":"contact.deletion"}]""");
        var id = await CreateAsync("contacts", """{"email":"a@b.example"}""");
        (await _emulator.SendAsync("POST", Contacts + "/gdpr-delete", $$"""{"objectId":"{{id}}"}""")).Expect(204);
        Assert.Equal("contact.deletion contact.privacyDeletion", (await _receiver.NextAsync()).Types);
    }

    [Fact]
    public async Task A_batch_of_records_comes_a_hundred_events_at_a_time()
    {
        await SubscribeAsync("""[{"eventType":"contact.creation"},{"eventType":"contact.propertyChange","propertyName":"email"}]""");
        var inputs = string.Join(',', Enumerable.Range(0, 75).Select(i => $$$"""{"properties":{"email":"c{{{i}}}@b.example"}}"""));
        (await _emulator.SendAsync("POST", Contacts + "/batch/create", $$"""{"inputs":[{{inputs}}]}""")).Expect(201);
        await IdleAsync();
        Assert.Equal([50, 100], _receiver.All.Select(one => one.Events.Length).Order());
        Assert.Equal(150, _receiver.All.SelectMany(one => one.Events).Select(one => one.GetProperty("eventId").GetInt64()).Distinct().Count());
    }

    [Fact]
    public async Task A_refused_delivery_comes_again_when_the_clock_says_so()
    {
        _receiver.Answer(500, "not now");
        _receiver.Answer(302);
        await SubscribeAsync("""[{"eventType":"contact.creation"}]""");
        await CreateAsync("contacts", """{"email":"a@b.example"}""");
        await IdleAsync();
        var waiting = Assert.Single((await _emulator.ControlAsync("GET", "webhooks/deliveries?status=waiting")).GetProperty("deliveries").EnumerateArray());
        Assert.Equal("not now", waiting.GetProperty("attempts")[0].GetProperty("outcome").GetProperty("answer").GetString());
        await _emulator.ControlAsync("POST", "clock", """{"advance":"PT2M"}""");
        await IdleAsync();
        await _emulator.ControlAsync("POST", "clock", """{"advance":"PT6M"}""");
        await IdleAsync();
        Assert.Equal([0, 1, 2], _receiver.All.Select(one => one.Events[0].GetProperty("attemptNumber").GetInt32()));
        Assert.Single(_receiver.All.Select(one => one.Events[0].GetProperty("eventId").GetInt64()).Distinct());
        var done = Assert.Single((await _emulator.ControlAsync("GET", "webhooks/deliveries")).GetProperty("deliveries").EnumerateArray());
        Assert.Equal("delivered", done.GetProperty("status").GetString());
        Assert.Equal([500, 302, 200], done.GetProperty("attempts").EnumerateArray().Select(one => one.GetProperty("outcome").GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task After_a_day_of_refusals_a_delivery_is_given_up()
    {
        await SubscribeAsync("""[{"eventType":"contact.creation"}]""");
        for (var i = 0; i < 30; i++) _receiver.Answer(503);
        await CreateAsync("contacts", """{"email":"a@b.example"}""");
        await IdleAsync();
        for (var hour = 0; hour < 30; hour++)
        {
            await _emulator.ControlAsync("POST", "clock", """{"advance":"PT1H"}""");
            await IdleAsync();
        }
        Assert.Equal(Enumerable.Range(0, 11), _receiver.All.Select(one => one.Events[0].GetProperty("attemptNumber").GetInt32()));
        Assert.Equal("failed", (await _emulator.ControlAsync("GET", "webhooks/deliveries")).GetProperty("deliveries")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_the_setting_allows()
    {
        var release = new TaskCompletionSource();
        int now = 0, most = 0;
        for (var i = 0; i < 12; i++)
            _receiver.Answers.Enqueue(async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await release.Task;
                Interlocked.Decrement(ref now);
            });
        await SubscribeAsync("""[{"eventType":"contact.creation"}]""", """,{"maxConcurrentRequests":3}""");
        for (var i = 0; i < 12; i++) await CreateAsync("contacts", $$"""{"email":"c{{i}}@b.example"}""");
        for (var i = 0; i < 3; i++) await _receiver.NextAsync();
        release.SetResult();
        await IdleAsync();
        Assert.Equal((3, 12), (most, _receiver.All.Count));
    }

    [Fact]
    public async Task Faults_send_twice_turn_round_and_hold_back()
    {
        await SubscribeAsync("""[{"eventType":"contact.creation"}]""", """,{"faults":{"duplicates":1,"outOfOrder":true,"delayMs":60000}}""");
        (await _emulator.SendAsync("POST", Contacts + "/batch/create", """{"inputs":[{"properties":{"email":"a@b.example"}},{"properties":{"email":"c@b.example"}}]}""")).Expect(201);
        await IdleAsync();
        Assert.Empty(_receiver.All);
        await _emulator.ControlAsync("POST", "clock", """{"advance":"PT1M"}""");
        await IdleAsync();
        Assert.Equal(2, _receiver.All.Count);
        Assert.All(_receiver.All, one => Assert.True(one.Events[0].GetProperty("objectId").GetInt64() > one.Events[1].GetProperty("objectId").GetInt64()));
    }

    [Theory]
    [InlineData("contacts", "contact.restore", null)]
    [InlineData("companies", "company.restore", null)]
    [InlineData("deals", "deal.restore", null)]
    [InlineData("products", "product.restore", null)]
    [InlineData("orders", "object.restore", "0-123")]
    public async Task A_record_that_comes_back_is_told_of_as_restored_and_not_as_new(string type, string eventType, string? typeId)
    {
        var id = await CreateAsync(type, "{}" is var none && type == "contacts" ? """{"email":"a@b.example"}""" : type == "deals" ? """{"dealname":"D"}""" : type == "orders" ? none : """{"name":"N"}""");
        (await _emulator.SendAsync("DELETE", $"/crm/v3/objects/{type}/{id}")).Expect(204);
        var named = typeId is null ? eventType[..eventType.IndexOf('.', StringComparison.Ordinal)] : "object";
        var more = typeId is null ? "" : $$""","objectTypeId":"{{typeId}}" """;
        await SubscribeAsync($$"""[{"eventType":"{{eventType}}"{{more}}},{"eventType":"{{named}}.creation"{{more}}}]""");
        await _emulator.ControlAsync("POST", "restore", $$"""{"objectType":"{{type}}","id":"{{id}}"}""");
        var one = Assert.Single((await _receiver.NextAsync()).Events);
        await IdleAsync();
        Assert.Single(_receiver.All);
        Assert.Equal((eventType, "RESTORED", id), (one.GetProperty("subscriptionType").GetString(), one.GetProperty("changeFlag").GetString(), one.GetProperty("objectId").ToString()));
        (await _emulator.SendAsync("GET", $"/crm/v3/objects/{type}/{id}")).Expect(200);
    }

    [Fact]
    public async Task An_app_can_be_named_by_its_token_and_taken_away()
    {
        var made = await _emulator.ControlAsync("POST", "tokens");
        var app = await _emulator.ControlAsync("POST", "webhooks", $$"""{"token":"{{made.GetProperty("token").GetString()}}","targetUrl":"{{_receiver.Url}}","subscriptions":[{"eventType":"company.creation"}]}""");
        Assert.Equal(made.GetProperty("appId").GetInt64(), app.GetProperty("appId").GetInt64());
        Assert.Single((await _emulator.ControlAsync("GET", "webhooks")).GetProperty("results").EnumerateArray());
        await _emulator.ControlAsync("DELETE", "webhooks");
        await CreateAsync("companies", """{"name":"C"}""");
        await IdleAsync();
        Assert.Empty(_receiver.All);
    }

    [Theory]
    [InlineData("""{"appId":1}""", "targetUrl")]
    [InlineData("""{"appId":1,"targetUrl":"http://example.com/x"}""", "https")]
    [InlineData("""{"targetUrl":"https://example.com/x"}""", "appId")]
    [InlineData("""{"appId":1,"targetUrl":"https://example.com/x","signature":"v4"}""", "v1, v2 or v3")]
    [InlineData("""{"appId":1,"targetUrl":"https://example.com/x","subscriptions":[{"eventType":"contact.birthday"}]}""", "contact.birthday")]
    [InlineData("""{"appId":1,"targetUrl":"https://example.com/x","subscriptions":[{"eventType":"object.creation"}]}""", "objectTypeId")]
    public async Task A_wrong_request_says_what_is_wrong_and_changes_nothing(string body, string expected)
    {
        Assert.Contains(expected, (await _emulator.SendAsync("POST", "/_emulator/webhooks", body, null)).Expect(400).Text);
        Assert.Empty((await _emulator.ControlAsync("GET", "webhooks")).GetProperty("results").EnumerateArray());
    }

    private Task SubscribeAsync(string subscriptions, string more = "")
    {
        var rest = more.Length == 0 ? "" : "," + more[2..^1];
        return _emulator.ControlAsync("POST", "webhooks", $$"""{"appId":{{App}},"targetUrl":"{{_receiver.Url}}","subscriptions":{{subscriptions}}{{rest}}}""");
    }

    private Task IdleAsync() => _emulator.ControlAsync("GET", "webhooks/idle?timeoutMs=20000");

    private async Task<string> CreateAsync(string type, string properties) =>
        (await _emulator.SendAsync("POST", $"/crm/v3/objects/{type}", $$"""{"properties":{{properties}}}""")).Expect(201).Json.GetProperty("id").GetString()!;
}
