namespace Spoke.Emulator.Tests.Auth;

/// <summary>The bodies of refused authentication that are on record, letter by letter, each with where it was seen.</summary>
public sealed class RefusalBodyTests : IAsyncLifetime
{
    private const string NotFound = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    // HubSpot/hubspot-api-nodejs#432, HubSpot/hubspot-api-ruby#181 (headers)
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer pat-na1-11111111-1111-4111-8111-111111111111")]
    [InlineData("Bearer Bearer pat-na1-00000000-0000-4000-8000-000000000001")]
    public async Task No_credential(string? authorization)
    {
        var reply = (await _emulator.SendAsync("GET", Contacts, null, authorization)).Expect(401);
        Assert.Equal($$"""{"status":"error","message":"{{NotFound}}","correlationId":"{{Id(reply)}}","category":"INVALID_AUTHENTICATION"}""", reply.Text);
        Assert.Equal(Id(reply), reply.Header("x-hubspot-correlation-id"));
        Assert.Equal("401 Unauthorized", reply.Header("x-hubspot-auth-failure"));
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("rotated")]
    public async Task Dead_private_app_token(string state)
    {
        var reply = (await _emulator.SendAsync("GET", Contacts, null, await _emulator.TokenAsync($$"""{"state":"{{state}}"}"""))).Expect(401);
        Assert.Equal($$"""{"status":"error","message":"{{NotFound}}","correlationId":"{{Id(reply)}}","category":"INVALID_AUTHENTICATION"}""", reply.Text);
    }

    // airbytehq/airbyte#26515
    [Fact]
    public async Task Expired_token()
    {
        var minted = await _emulator.ControlAsync("POST", "tokens", """{"kind":"oauth"}""");
        var expires = minted.GetProperty("expiresAt").GetDateTime();
        await _emulator.ControlAsync("POST", "clock", $$"""{"set":"{{expires.AddSeconds(7).AddMilliseconds(400):O}}"}""");
        var reply = (await _emulator.SendAsync("GET", Contacts, null, "Bearer " + minted.GetProperty("token").GetString())).Expect(401);
        Assert.StartsWith($$"""{"status":"error","message":"The OAuth token used to make this call expired 7 second(s) ago.","correlationId":"{{Id(reply)}}","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["{{expires:yyyy-MM-ddTHH:mm:ss}}""", reply.Text);
        Assert.EndsWith("""Z"]}}""", reply.Text);
    }

    // ToolJet/ToolJet#17192, supaglue-labs/supaglue#372, airbytehq/airbyte#74726
    [Theory]
    [InlineData(0, "0 second(s)")]
    [InlineData(75, "75 second(s)")]
    [InlineData(119, "119 second(s)")]
    [InlineData(120, "2 minute(s)")]
    [InlineData(92 * 60, "92 minute(s)")]
    [InlineData(5 * 3600 + 60, "5 hour(s)")]
    [InlineData(47 * 3600, "47 hour(s)")]
    [InlineData(3 * 86400, "3 day(s)")]
    public async Task Age_of_an_expired_token(int seconds, string age)
    {
        var minted = await _emulator.ControlAsync("POST", "tokens", """{"kind":"oauth"}""");
        await _emulator.ControlAsync("POST", "clock", $$"""{"set":"{{minted.GetProperty("expiresAt").GetDateTime().AddSeconds(seconds).AddMilliseconds(1):O}}"}""");
        Assert.Equal($"The OAuth token used to make this call expired {age} ago.", (await _emulator.SendAsync("GET", Contacts, null, "Bearer " + minted.GetProperty("token").GetString())).Expect(401).Json.GetProperty("message").GetString());
    }

    // HubSpot/hubspot-api-nodejs#268
    [Fact]
    public async Task Order_of_the_members_when_a_scope_is_missing()
    {
        var reply = (await _emulator.SendAsync("GET", "/crm/v3/owners", null, await _emulator.TokenAsync("""{"scopes":[]}"""))).Expect(403);
        Assert.Equal($$$"""{"status":"error","message":"This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.","correlationId":"{{{Id(reply)}}}","errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["automation","crm.objects.owners.read"]}}],"links":{"scopes":"https://developers.hubspot.com/scopes"},"category":"MISSING_SCOPES"}""", reply.Text);
    }

    [Fact]
    public async Task Token_information_wants_the_header_in_eu1_and_not_in_na1()
    {
        var made = await _emulator.ControlAsync("POST", "portals", """{"hublet":"eu1"}""");
        var token = made.GetProperty("token").GetString();
        const string path = "/oauth/v2/private-apps/get/access-token-info";
        var info = (await _emulator.SendAsync("POST", path, $$"""{"tokenKey":"{{token}}"}""", "Bearer " + token)).Expect(200).Json;
        Assert.Equal(made.GetProperty("hubId").GetInt64(), info.GetProperty("hubId").GetInt64());
        (await _emulator.SendAsync("POST", path, $$"""{"tokenKey":"{{token}}"}""", null)).Expect(401);
        (await _emulator.SendAsync("POST", path, $$"""{"tokenKey":"{{EmulatorServer.DefaultToken}}"}""", null)).Expect(200);
    }

    // PostHog/posthog#64985
    [Fact]
    public async Task Portal_on_the_move()
    {
        var hub = (await _emulator.ControlAsync("POST", "portals")).GetProperty("hubId").GetRawText();
        var token = await _emulator.TokenAsync($$"""{"portal":{{hub}}}""");
        await _emulator.ControlAsync("POST", $"portals/{hub}/move", """{"to":"eu1","seconds":86400}""");
        var reply = (await _emulator.SendAsync("GET", Contacts, null, token)).Expect(477);
        Assert.Equal("Migration in progress and the portal is not available for access.", reply.Json.GetProperty("message").GetString());
        Assert.InRange(int.Parse(reply.Header("retry-after")!), 86_000, 86_400);
    }

    // HubSpot/hubspot-api-php#363
    [Fact]
    public async Task Junk_that_parses()
    {
        await _emulator.ControlAsync("POST", "clock", """{"set":"2024-06-10T12:00:00Z"}""");
        var reply = (await _emulator.SendAsync("GET", Contacts, null, "Bearer access-token")).Expect(401);
        Assert.Equal($$$"""{"status":"error","message":"The OAuth token used to make this call expired 19884 day(s) ago.","correlationId":"{{{Id(reply)}}}","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["1970-01-01T00:00:00Z"]}}""", reply.Text);
    }

    [Fact]
    public async Task Scope_missing()
    {
        var reply = (await _emulator.SendAsync("GET", Contacts, null, await _emulator.TokenAsync("""{"scopes":[]}"""))).Expect(403);
        Assert.StartsWith("""{"status":"error","message":"This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https""", reply.Text);
        var error = reply.Json.GetProperty("errors")[0];
        Assert.Equal("One or more of the following scopes are required.", error.GetProperty("message").GetString());
        Assert.Contains("crm.objects.contacts.read", error.GetProperty("context").GetProperty("requiredGranularScopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal("MISSING_SCOPES", reply.Category);
        Assert.True(reply.Json.GetProperty("links").TryGetProperty("scopes", out _));
    }

    [Fact]
    public async Task Token_where_a_developer_key_belongs()
    {
        var reply = (await _emulator.SendAsync("GET", "/marketing/v3/marketing-events/1/settings")).Expect(403);
        Assert.Equal("INVALID_AUTHENTICATION", reply.Category);
        Assert.Equal($$"""{"status":"error","message":"This API can't be called using an OAuth access token. A valid developer API key must be provided in the `hapikey` query parameter, and a valid `appId` must be provided in the API request.","correlationId":"{{Id(reply)}}","category":"INVALID_AUTHENTICATION"}""", reply.Text);
    }

    [Theory]
    [InlineData("/webhooks/v3/1/settings")]
    [InlineData("/crm/v3/extensions/calling/1/settings")]
    [InlineData("/crm/v3/extensions/cards-dev/1")]
    [InlineData("/automation/v4/actions/1")]
    [InlineData("/conversations/v3/custom-channels/1")]
    public async Task Account_token_where_an_apps_own_belongs(string path)
    {
        var reply = (await _emulator.SendAsync("GET", path)).Expect(401);
        Assert.Equal($$"""{"status":"error","message":"{{NotFound}}","correlationId":"{{Id(reply)}}","category":"INVALID_AUTHENTICATION"}""", reply.Text);
        var key = (await _emulator.ControlAsync("POST", "tokens", """{"kind":"developer"}""")).GetProperty("token").GetString();
        Assert.DoesNotContain((await _emulator.SendAsync("GET", $"{path}?hapikey={key}", null, null)).Status, (int[])[401, 403, 405]);
    }

    // hubspot-net/HubSpot.NET#131
    [Fact]
    public async Task Retired_key()
    {
        var reply = (await _emulator.SendAsync("GET", Contacts + "?hapikey=11111111-1111-4111-8111-111111111111", null, null)).Expect(401);
        Assert.StartsWith("""{"status":"error","message":"This hapikey doesn't exist.","correlationId":""", reply.Text);
    }

    // amp-labs/connectors#3508
    [Fact]
    public async Task Other_data_centre()
    {
        var made = await _emulator.ControlAsync("POST", "portals", """{"hublet":"eu1"}""");
        var hub = made.GetProperty("hubId").GetRawText();
        var token = await _emulator.TokenAsync($$"""{"portal":{{hub}},"hublet":"na1"}""");
        var reply = (await _emulator.SendAsync("GET", Contacts, null, token)).Expect(488);
        Assert.Equal($$"""{"status":"error","message":"Hub {{hub}} is unknown to this Hublet, but it appears to exist in Hublet eu1","correlationId":"{{Id(reply)}}","correctHublet":"eu1"}""", reply.Text);
    }

    private static string Id(Reply reply) => reply.Json.GetProperty("correlationId").GetString()!;
}
