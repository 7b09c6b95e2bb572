using System.Text.Json;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>Every published endpoint, for each way in which a credential can be wrong, and for the right one.</summary>
public sealed class GateWalkTests : IAsyncLifetime
{
    private const string NotFound = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public void The_table_is_HubSpots_whole_list()
    {
        Assert.Equal(2516, PublishedEndpoint.All.Count);
        var shared = Path.Combine(Path.GetDirectoryName(PublishedEndpoint.DataFolder("data"))!, "..", "shared", "hubspot");
        if (!Directory.Exists(shared)) Assert.Skip("the reference material is not beside the repository");
        foreach (var name in (string[])["endpoints.tsv", "scope-sets.tsv"])
            Assert.Equal(File.ReadAllText(Path.Combine(shared, name)), File.ReadAllText(Path.Combine(PublishedEndpoint.DataFolder("data")!, name)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pat-na1-00000000-0000-4000-8000-000000000001")]
    [InlineData("Bearer pat-na1-11111111-1111-4111-8111-111111111111")]
    [InlineData("Bearer MY_TOKEN")]
    public Task No_credential_unparsable_header_unknown_token(string? authorization) =>
        WalkAsync(endpoint => !endpoint.IsOpen, authorization, (endpoint, reply) => AssertNotFound(endpoint, reply));

    [Fact]
    public Task Junk_that_parses_has_expired_in_1970() => WalkAsync(endpoint => !endpoint.IsOpen, "Bearer access-token", (endpoint, reply) =>
    {
        Assert.True(reply.Status == 401 && reply.Category == "EXPIRED_AUTHENTICATION", $"{endpoint}: {reply.Status} {reply.Text}");
        Assert.Equal("1970-01-01T00:00:00Z", reply.Json.GetProperty("context").GetProperty("expire time")[0].GetString());
    });

    [Fact]
    public Task Account_token_is_as_good_as_none_on_app_level_endpoints() =>
        WalkAsync(endpoint => endpoint.IsAppLevel, Default, (endpoint, reply) => AssertNotFound(endpoint, reply));

    [Fact]
    public Task Developer_endpoints_name_the_key_they_want() => WalkAsync(endpoint => endpoint.IsDeveloperKeyOnly, Default, (endpoint, reply) =>
    {
        Assert.True(reply.Status == 403 && reply.Category == "INVALID_AUTHENTICATION", $"{endpoint}: {reply.Status} {reply.Text}");
        Assert.StartsWith("This API can't be called using an OAuth access token. A valid developer API key must be provided", reply.Json.GetProperty("message").GetString());
    });

    [Fact]
    public async Task Developer_key_opens_what_is_a_developers()
    {
        var key = (await _emulator.ControlAsync("POST", "tokens", """{"kind":"developer"}""")).GetProperty("token").GetString();
        await WalkAsync(endpoint => endpoint.IsDeveloperKeyOnly, null, (endpoint, reply) => Assert.True(reply.Status is not (401 or 403), $"{endpoint}: {reply.Status} {reply.Text}"), $"?hapikey={key}");
        await WalkAsync(endpoint => endpoint.IsForAccounts, null, (endpoint, reply) => Assert.Equal("This hapikey doesn't exist.", reply.Expect(401).Json.GetProperty("message").GetString()), $"?hapikey={key}");
    }

    [Fact]
    public async Task Missing_scope_lists_what_would_do()
    {
        var bare = await _emulator.TokenAsync("""{"scopes":[]}""");
        bool AsksMore(PublishedEndpoint endpoint) => endpoint.Scopes.Length > 0 && !endpoint.Scopes.Any(alternative => alternative is ["oauth"]);   // that one every token has
        await WalkAsync(endpoint => endpoint.IsForAccounts && AsksMore(endpoint) && !endpoint.Template.Contains("videoconferencing"), bare, (endpoint, reply) =>
        {
            Assert.True(reply.Status == 403 && reply.Category == "MISSING_SCOPES", $"{endpoint}: {reply.Status} {reply.Text}");
            Assert.Equal(["status", "message", "correlationId", "errors", "links", "category"], reply.Json.EnumerateObject().Select(member => member.Name));
            Assert.Equal("This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.", reply.Json.GetProperty("message").GetString());
            var error = reply.Json.GetProperty("errors")[0];
            Assert.Equal("One or more of the following scopes are required.", error.GetProperty("message").GetString());
            var listed = error.GetProperty("context").GetProperty("requiredGranularScopes").EnumerateArray().Select(scope => scope.GetString()!);
            Assert.True(endpoint.Scopes.SelectMany(scope => scope).ToHashSet().SetEquals(listed), $"{endpoint}: {string.Join(',', listed)}");
            Assert.Equal("https://developers.hubspot.com/scopes", reply.Json.GetProperty("links").GetProperty("scopes").GetString());
        });
    }

    [Theory]
    [InlineData("private-app")]
    [InlineData("service-key")]
    [InlineData("oauth")]
    [InlineData("app")]
    public async Task One_sufficient_set_of_scopes_passes(string kind)
    {
        var tokens = new Dictionary<string, string>();
        foreach (var endpoint in PublishedEndpoint.All.Where(endpoint => endpoint.IsForAccounts || (kind is "oauth" or "app" && endpoint.IsAppLevel)))
        {
            // The last alternative: an any-of list that is read as all-of, or only by its first entry, is found out.
            var scopes = JsonSerializer.Serialize(endpoint.Scopes.LastOrDefault() ?? []);
            if (!tokens.TryGetValue(scopes, out var token)) tokens[scopes] = token = await _emulator.TokenAsync($$"""{"kind":"{{kind}}","scopes":{{scopes}}}""");
            // An uninstall ends the token it is called with, and everything else the app has.
            if (endpoint.Template.EndsWith("/external-install", StringComparison.Ordinal)) token = await _emulator.TokenAsync($$"""{"kind":"{{kind}}","ownApp":true,"scopes":{{scopes}}}""");
            var reply = await _emulator.SendAsync(endpoint.Method, endpoint.Path, null, token);
            Assert.True(reply.Status is not (401 or 403 or 405), $"{endpoint} with {scopes}: {reply.Status} {reply.Text}");
            Assert.True(reply.Status != 404 || reply.Text.StartsWith('{'), $"{endpoint} is not routed: {reply.Text}");
        }
    }

    [Fact]
    public Task Token_endpoints_and_public_tables_ask_for_no_token() =>
        WalkAsync(endpoint => endpoint.IsOpen, null, (endpoint, reply) => Assert.True(reply.Status is not (401 or 403), $"{endpoint}: {reply.Status} {reply.Text}"));

    private const string Default = "Bearer pat-na1-00000000-0000-4000-8000-000000000001";

    private async Task WalkAsync(Func<PublishedEndpoint, bool> which, string? authorization, Action<PublishedEndpoint, Reply> check, string query = "")
    {
        var walked = 0;
        foreach (var endpoint in PublishedEndpoint.All.Where(which))
        {
            check(endpoint, await _emulator.SendAsync(endpoint.Method, endpoint.Path + query, null, authorization));
            walked++;
        }
        Assert.NotEqual(0, walked);
    }

    private static void AssertNotFound(PublishedEndpoint endpoint, Reply reply)
    {
        Assert.True(reply.Status == 401, $"{endpoint}: {reply.Status} {reply.Text}");
        var id = reply.Json.GetProperty("correlationId").GetString();
        Assert.Equal($$"""{"status":"error","message":"{{NotFound}}","correlationId":"{{id}}","category":"INVALID_AUTHENTICATION"}""", reply.Text);
        Assert.Equal(id, reply.Header("x-hubspot-correlation-id"));
        Assert.Equal("401 Unauthorized", reply.Header("x-hubspot-auth-failure"));
    }
}
