using System.Net.Sockets;
using System.Text;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>The forms an Authorization header comes in, as bytes on the wire, and the states of a token.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData($"Authorization: Bearer {Token}", 200)]
    [InlineData($"authorization: bearer {Token}", 200)]
    [InlineData($"AUTHORIZATION: BEARER {Token}", 200)]
    [InlineData($"Authorization: Bearer  {Token}", 200)]
    [InlineData($"Authorization: Bearer {Token}   ", 200)]
    [InlineData($"Authorization:Bearer {Token}", 200)]
    [InlineData($"Authorization: Bearer\t{Token}", 401)]
    [InlineData($"Authorization: Bearer: {Token}", 401)]
    [InlineData($"Authorization: Bearer Bearer {Token}", 401)]
    [InlineData($"Authorization: Token {Token}", 401)]
    [InlineData($"Authorization: {Token}", 401)]
    [InlineData("Authorization: Bearer", 401)]
    [InlineData("Authorization: Bearer ", 401)]
    [InlineData($"Authorization: Bearer \"{Token}\"", 401)]
    [InlineData($"Authorization: Bearer '{Token}'", 401)]
    [InlineData($"Authorization: Bearer {Token}\u00a0", 401)]
    [InlineData($"Authorization: Bearer \u201c{Token}\u201d", 401)]
    [InlineData($"Authorization: Bearer {Token}\r\nAuthorization: Bearer {Token}", 401)]
    [InlineData($"Authorization: Bearer {Token}, Bearer {Token}", 401)]
    [InlineData($"Authorisation: Bearer {Token}", 401)]
    [InlineData("Authorization: Bearer PAT-NA1-00000000-0000-4000-8000-000000000001", 401)]
    [InlineData("Authorization: Basic dXNlcjpwYXQ=", 401)]
    [InlineData("Authorization: Bearer {{token}}", 401)]
    public async Task Header_on_the_wire(string header, int expected) => Assert.Equal(expected, await StatusAsync(header));

    [Theory]
    [InlineData("access-token", "EXPIRED_AUTHENTICATION")]
    [InlineData("thisisatesttoken", "INVALID_AUTHENTICATION")]
    [InlineData("MY_TOKEN", "INVALID_AUTHENTICATION")]
    [InlineData("None", "INVALID_AUTHENTICATION")]
    [InlineData("null", "INVALID_AUTHENTICATION")]
    [InlineData("undefined", "INVALID_AUTHENTICATION")]
    [InlineData("test", "INVALID_AUTHENTICATION")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "INVALID_AUTHENTICATION")]
    [InlineData("12345678-1234-1234-1234-123456789012", "INVALID_AUTHENTICATION")]
    [InlineData("na1-1234-1234-1234-123456789012", "INVALID_AUTHENTICATION")]
    [InlineData("CihuYTEtMTIzNDU2NzgtMTIzNC0xMjM0LTEyMzQtMTIzNDU2Nzg5MDEy", "EXPIRED_AUTHENTICATION")]
    public async Task Junk_is_answered_by_whether_it_parses(string token, string category)
    {
        var reply = (await _emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, "Bearer " + token)).Expect(401);
        Assert.Equal(category, reply.Category);
        if (category != "EXPIRED_AUTHENTICATION") return;
        var days = (DateTime.Parse(reply.Headers.Date!.Value.ToString("yyyy-MM-dd")) - DateTime.UnixEpoch).Days;
        Assert.Equal($"The OAuth token used to make this call expired {days} day(s) ago.", reply.Json.GetProperty("message").GetString());
        Assert.Equal(["status", "message", "correlationId", "category", "context"], reply.Json.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Refusal_has_the_headers_of_the_real_thing()
    {
        var reply = (await _emulator.SendAsync("GET", "/crm/v3/objects/contacts?limit=100&archived=false", null, null)).Expect(401);
        Assert.Equal("application/json;charset=utf-8", reply.ContentHeaders.ContentType!.ToString().Replace("; ", ";", StringComparison.Ordinal));
        Assert.Equal("false", reply.Header("access-control-allow-credentials"));
        Assert.Equal("origin", reply.Header("vary"));
        Assert.Matches("^[0-9a-f]{16}-[A-Z]{3}$", reply.Header("cf-ray"));
        Assert.Matches("^max-age=", reply.Header("strict-transport-security"));
        Assert.Matches("^01[0-9a-f]{6}-[0-9a-f]{4}-7[0-9a-f]{3}-", reply.Header("x-hubspot-correlation-id"));
    }

    [Theory]
    [InlineData("expired", 401, "EXPIRED_AUTHENTICATION")]
    [InlineData("revoked", 401, "INVALID_AUTHENTICATION")]
    [InlineData("rotated", 401, "INVALID_AUTHENTICATION")]
    [InlineData("inactive", 401, "INVALID_AUTHENTICATION")]
    public async Task States_of_a_token(string state, int status, string category)
    {
        var reply = (await _emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, await _emulator.TokenAsync($$"""{"state":"{{state}}"}"""))).Expect(status);
        Assert.Equal(category, reply.Category);
    }

    [Fact]
    public async Task Token_of_another_portal_sees_that_portals_records()
    {
        var id = (await _emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""")).Expect(201).Json.GetProperty("id").GetString();
        var other = await _emulator.TokenAsync("""{"state":"other-portal"}""");
        (await _emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{id}", null, other)).Expect(404);
        Assert.Equal(1000002, (await _emulator.SendAsync("GET", "/account-info/v3/details", null, other)).Expect(200).Json.GetProperty("portalId").GetInt64());
    }

    [Fact]
    public async Task OAuth_token_expires_by_the_emulators_clock()
    {
        var token = await _emulator.TokenAsync("""{"kind":"oauth"}""");
        (await _emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, token)).Expect(200);
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":1801000}""");
        Assert.Equal("The OAuth token used to make this call expired 1 second(s) ago.", (await _emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, token)).Expect(401).Json.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("crm.objects.orders.read", "GET", "/crm/objects/2026-03/0-123", true)]
    [InlineData("crm.objects.contacts.read", "GET", "/crm/objects/2026-03/0-123", false)]
    [InlineData("crm.objects.orders.read", "POST", "/crm/objects/2026-03/0-123", false)]
    [InlineData("crm.objects.orders.write", "POST", "/crm/objects/2026-03/0-123", true)]
    [InlineData("crm.objects.orders.read", "POST", "/crm/objects/2026-03/order/search", true)]
    [InlineData("crm.objects.custom.read", "GET", "/crm/objects/2026-03/2-777", true)]
    [InlineData("cms.membership.access_groups.write", "PUT", "/crm/v3/lists/1/memberships/add", false)]
    [InlineData("crm.lists.read crm.lists.write", "PUT", "/crm/v3/lists/1/memberships/add", true)]
    public async Task Scopes_of_the_type_in_the_path_and_scopes_needed_together(string scopes, string method, string path, bool passes)
    {
        var reply = await _emulator.SendAsync(method, path, "{}", await _emulator.TokenAsync($$"""{"scopes":"{{scopes}}"}"""));
        Assert.True(passes ? reply.Status != 403 : reply.Status == 403, $"{reply.Status} {reply.Text}");
    }

    [Theory]
    [InlineData("/owners/v2/owners")]
    [InlineData("/contacts/v1/contact/vid/1/profile")]
    [InlineData("/deals/v1/deal/paged")]
    public async Task Old_endpoints_answer_in_old_words(string path)
    {
        var reply = (await _emulator.SendAsync("GET", path)).Expect(401);
        Assert.Equal("Any of the listed authentication credentials are missing", reply.Json.GetProperty("message").GetString());
        Assert.True(reply.Json.GetProperty("engagement").TryGetProperty("oauth-token", out _));
        Assert.Equal("401 Unauthorized", reply.Header("x-hubspot-auth-failure"));
    }

    [Theory]
    [InlineData("GET", "/crm/v3/nothing", 404)]
    [InlineData("GET", "/contacts/v1/lists/all/contacts/all", 404)]
    [InlineData("PUT", "/crm/v3/objects/contacts", 405)]
    public async Task Unknown_path_and_wrong_method_are_HTML(string method, string path, int status)
    {
        var reply = (await _emulator.SendAsync(method, path)).Expect(status);
        Assert.Equal("text/html", reply.ContentHeaders.ContentType!.MediaType);
        Assert.Contains($"HTTP ERROR {status}", reply.Text);
    }

    [Fact]
    public async Task Scope_that_nobody_can_be_granted_has_its_own_words()
    {
        var reply = (await _emulator.SendAsync("GET", "/crm/v3/extensions/videoconferencing/settings/1", null, await _emulator.TokenAsync("""{"scopes":["oauth"]}"""))).Expect(403);
        Assert.StartsWith("The scope needed for this API call isn't available for public use.", reply.Json.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Key_in_the_query_and_token_in_the_query_are_no_credentials()
    {
        Assert.Equal("This hapikey doesn't exist.", (await _emulator.SendAsync("GET", $"/crm/v3/objects/contacts?hapikey={Token}", null, null)).Expect(401).Json.GetProperty("message").GetString());
        (await _emulator.SendAsync("GET", $"/crm/v3/objects/contacts?access_token={Token}", null, null)).Expect(401);
        Assert.DoesNotContain(Token, (await _emulator.ControlAsync("GET", "requests")).ToString());
    }

    private async Task<int> StatusAsync(string header)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_emulator.BaseUrl.Host, _emulator.BaseUrl.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"GET /crm/v3/objects/contacts HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split(' ')[1]);
    }
}
