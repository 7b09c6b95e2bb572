using System.Text.Json;

namespace Spoke.Emulator.Tests.Control;

public sealed class ControlTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Reset_goes_back_to_the_seed()
    {
        var token = await _emulator.TokenAsync();
        await CreateAsync("a@b.example");
        await _emulator.ControlAsync("POST", "faults", """{"kind":"500","times":5}""");
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":86400000}""");
        await _emulator.ControlAsync("POST", "reset");
        Assert.Empty((await _emulator.SendAsync("GET", Contacts)).Expect(200).Json.GetProperty("results").EnumerateArray());
        (await _emulator.SendAsync("GET", Contacts, null, token)).Expect(401);
        Assert.Equal(2, (await _emulator.ControlAsync("GET", "requests")).GetProperty("count").GetInt32());
        for (var i = 0; i < 2; i++) await CreateAsync($"{i}@b.example");
        Assert.StartsWith(_emulator.BaseUrl.ToString(), (await _emulator.SendAsync("GET", Contacts + "?limit=1")).Json.GetProperty("paging").GetProperty("next").GetProperty("link").GetString());
    }

    [Theory]
    [InlineData("private-app", "^pat-na1-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    [InlineData("service-key", "^pat-na1-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    [InlineData("oauth", "^C[A-Za-z0-9_-]{30,}$")]
    [InlineData("developer", "^na1-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    public async Task Tokens_have_the_shape_of_their_kind(string kind, string shape)
    {
        var made = await _emulator.ControlAsync("POST", "tokens", $$"""{"kind":"{{kind}}"}""");
        Assert.Matches(shape, made.GetProperty("token").GetString());
        Assert.Equal(kind, made.GetProperty("kind").GetString());
        Assert.Equal(1000001, made.GetProperty("hubId").GetInt64());
    }

    [Fact]
    public async Task Token_information_tells_scopes_and_portal()
    {
        var token = (await _emulator.TokenAsync("""{"scopes":["oauth","crm.objects.contacts.read"]}"""))["Bearer ".Length..];
        var info = (await _emulator.SendAsync("POST", "/oauth/v2/private-apps/get/access-token-info", $$"""{"tokenKey":"{{token}}"}""", null)).Expect(200).Json;
        Assert.Equal(1000001, info.GetProperty("hubId").GetInt64());
        Assert.Equal(["crm.objects.contacts.read", "oauth"], info.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        (await _emulator.SendAsync("POST", "/oauth/v2/private-apps/get/access-token-info", """{"tokenKey":"pat-na1-1"}""", null)).Expect(401);
        Assert.DoesNotContain(token, (await _emulator.ControlAsync("GET", "requests")).ToString());
    }

    [Fact]
    public async Task Journal_tells_why_a_call_was_refused_and_masks_the_token()
    {
        await _emulator.SendAsync("GET", Contacts, null, "Bearer pat-na1-11111111-2222-4333-8444-555555555555");
        await _emulator.SendAsync("GET", Contacts, null, null);
        await _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"bad"}}""");
        var entries = (await _emulator.ControlAsync("GET", "requests")).GetProperty("requests").EnumerateArray().ToArray();
        Assert.Equal("this account has not handed out such a token", entries[0].GetProperty("why").GetString());
        Assert.Equal("pat-na1-****5555", entries[0].GetProperty("token").GetString());
        Assert.Equal("refused at the gate", entries[0].GetProperty("verdict").GetString());
        Assert.StartsWith("no Authorization header", entries[1].GetProperty("why").GetString());
        Assert.Contains("INVALID_EMAIL", entries[2].GetProperty("why").GetString());
        Assert.Contains("\"bad\"", entries[2].GetProperty("request").GetString());
    }

    [Fact]
    public async Task Journal_keeps_a_thousand()
    {
        for (var i = 0; i < 1_010; i++) await _emulator.SendAsync("GET", "/nothing", null, null);
        var journal = await _emulator.ControlAsync("GET", "requests?limit=5000");
        Assert.Equal(1_010, journal.GetProperty("count").GetInt32());
        Assert.Equal(Enumerable.Range(11, 1_000), journal.GetProperty("requests").EnumerateArray().Select(entry => entry.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Snapshot_put_back_is_the_account_it_was()
    {
        var id = await CreateAsync("a@b.example");
        var snapshot = (await _emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Expect(200).Text;
        await CreateAsync("b@b.example");
        (await _emulator.SendAsync("PUT", "/_emulator/snapshot", snapshot, null)).Expect(204);
        Assert.Equal(id, Assert.Single((await _emulator.SendAsync("GET", Contacts)).Json.GetProperty("results").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(snapshot, (await _emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text);
        (await _emulator.SendAsync("PUT", "/_emulator/snapshot", """{"format":2,"accounts":{"1000001":{"format":1}}}""", null)).Expect(400);
        Assert.Single((await _emulator.SendAsync("GET", Contacts)).Json.GetProperty("results").EnumerateArray());
    }

    [Fact]
    public async Task Unknown_call_names_those_there_are()
    {
        var reply = (await _emulator.SendAsync("POST", "/_emulator/tokenz", "{}", null)).Expect(404);
        Assert.Contains("POST reset, tokens, portals", reply.Json.GetProperty("error").GetString());
        Assert.Equal(404, (await _emulator.SendAsync("GET", "/_emulator", null, null)).Status);
    }

    [Theory]
    [InlineData("tokens", """{"kind":"cookie"}""", "private-app, service-key, oauth, app or developer")]
    [InlineData("tokens", """{"state":"tired"}""", "active, expired, revoked")]
    [InlineData("faults", """{"kind":"nonsense"}""", "Known kinds: 429-ten-secondly")]
    [InlineData("faults", """{"kind":"slow"}""", "slow:500")]
    [InlineData("clock", "{}", "advanceMs")]
    [InlineData("clock", "[", "")]
    public async Task Wrong_request_says_what_is_possible(string call, string body, string expected) =>
        Assert.Contains(expected, (await _emulator.SendAsync("POST", "/_emulator/" + call, body, null)).Expect(400).Json.GetProperty("error").GetString());

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Host", "evil.example")]
    public async Task Pages_of_other_sites_are_kept_out(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_emulator/reset");
        request.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal(403, (int)(await _emulator.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Page_and_its_files_are_served_with_nothing_from_elsewhere()
    {
        var page = (await _emulator.SendAsync("GET", "/", null, null)).Expect(200);
        Assert.Equal("text/html", page.ContentHeaders.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'", page.Header("content-security-policy"));
        foreach (var file in (string[])["/_emulator/page.js", "/_emulator/page.css"])
        {
            Assert.Contains(file, page.Text);
            Assert.DoesNotContain("http", (await _emulator.SendAsync("GET", file, null, null)).Expect(200).Text);
        }
        var id = await CreateAsync("a@b.example");
        var view = await _emulator.ControlAsync("GET", $"view/crm/v3/objects/contacts/{id}?propertiesWithHistory=email");
        Assert.Equal("a@b.example", view.GetProperty("propertiesWithHistory").GetProperty("email")[0].GetProperty("value").GetString());
        Assert.Equal(1, (await _emulator.ControlAsync("GET", "requests")).GetProperty("count").GetInt32());
    }

    private async Task<string> CreateAsync(string email) =>
        (await _emulator.SendAsync("POST", Contacts, $$$"""{"properties":{"email":"{{{email}}}"}}""")).Expect(201).Json.GetProperty("id").GetString()!;
}
