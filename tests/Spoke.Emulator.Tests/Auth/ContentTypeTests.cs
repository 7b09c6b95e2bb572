using System.Net.Http.Headers;
using System.Text;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>A body must be of the kind the endpoint takes. HubSpot/hubspot-local-dev-lib#103, appsmithorg/appsmith#18007, hubspot-net/HubSpot.NET#102.</summary>
public sealed class ContentTypeTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private const string Ada = """{"properties":{"email":"ada@sample.example"}}""";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("POST", Contacts, "application/x-www-form-urlencoded")]
    [InlineData("POST", Contacts, "text/plain; charset=utf-8")]
    [InlineData("POST", Contacts, "application/jsonp")]
    [InlineData("POST", Contacts, null)]
    [InlineData("POST", Contacts + "/search", "text/plain")]
    [InlineData("PATCH", Contacts + "/1", "text/plain")]
    [InlineData("PUT", "/crm/v4/objects/contacts/1/associations/companies/2", "text/plain")]
    public async Task Body_that_is_not_declared_as_JSON_is_not_taken(string method, string path, string? type)
    {
        var reply = await SendAsync(method, path, type, Ada);
        reply.Expect(415);
        Assert.Equal($$"""{"status":"error","message":"HTTP 415 Unsupported Media Type","correlationId":"{{reply.Header("x-hubspot-correlation-id")}}"}""", reply.Text);
        Assert.Equal(0, (await _emulator.SendAsync("GET", Contacts)).Expect(200).Json.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON;charset=utf-8")]
    public async Task JSON_in_any_spelling_is_taken(string type) => (await SendAsync("POST", Contacts, type, Ada)).Expect(201);

    [Fact]
    public async Task Credential_is_looked_at_first()
    {
        (await SendAsync("POST", Contacts, "text/plain", Ada, "Bearer nobody")).Expect(401);
        (await SendAsync("POST", Contacts, "text/plain", Ada, await _emulator.TokenAsync("""{"scopes":["tickets"]}"""))).Expect(403);
    }

    [Fact]
    public async Task Empty_body_needs_no_kind()
    {
        (await SendAsync("POST", Contacts, "text/plain", "")).Expect(400);
        var id = (await SendAsync("POST", Contacts, "application/json", Ada)).Expect(201).Json.GetProperty("id").GetString();
        var company = (await SendAsync("POST", "/crm/v3/objects/companies", "application/json", """{"properties":{"name":"Ada"}}""")).Expect(201).Json.GetProperty("id").GetString();
        (await SendAsync("PUT", $"/crm/v4/objects/contacts/{id}/associations/default/companies/{company}", "text/plain", "")).Expect(200);
    }

    [Fact]
    public async Task What_is_not_carried_out_says_so_whatever_is_sent() =>
        (await SendAsync("PUT", "/cms/v3/source-code/draft/content/a.html", "multipart/form-data; boundary=x", "--x--")).Expect(501);

    private async Task<Reply> SendAsync(string method, string path, string? type, string body, string authorization = "Bearer pat-na1-00000000-0000-4000-8000-000000000001")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }
}
