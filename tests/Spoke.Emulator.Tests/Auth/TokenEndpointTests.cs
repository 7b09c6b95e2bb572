using System.Net.Http.Headers;
using System.Text;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>What the token endpoints refuse, in which words, and in which form they take their parameters.</summary>
public sealed class TokenEndpointTests : IAsyncLifetime
{
    private EmulatorClient _emulator = null!;
    private OAuthDrive _app = null!;

    public static TheoryData<string> Versions => ["v1", "v3", "2026-03", "2026-09"];

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        _app = new OAuthDrive(_emulator);
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Refusals_have_the_standards_fields_beside_HubSpots(string version)
    {
        // NangoHQ/nango#7664 and the OAuth guides
        Assert.Equal("""{"error":"invalid_grant","error_description":"refresh token is invalid, expired or revoked","status":"BAD_REFRESH_TOKEN","message":"refresh token is invalid, expired or revoked"}""", (await _app.RefreshAsync("na1-0000-0000-0000-000000000000", version)).Expect(400).Text);
        await RefusesAsync("invalid_grant", "BAD_AUTH_CODE", _app.ExchangeAsync("nonsense", version));
        await RefusesAsync("unsupported_grant_type", "BAD_GRANT_TYPE", _app.FormAsync($"/oauth/{version}/token", ("grant_type", "password")));
        await RefusesAsync("unsupported_grant_type", "BAD_GRANT_TYPE", _app.FormAsync($"/oauth/{version}/token"));

        var code = await _app.CodeAsync(_app.Link());
        await RefusesAsync("invalid_grant", "BAD_REDIRECT_URI", _app.FormAsync($"/oauth/{version}/token", ("grant_type", "authorization_code"), ("client_id", _app.ClientId), ("client_secret", _app.ClientSecret), ("redirect_uri", OAuthDrive.Redirect + "/"), ("code", code)));
        var other = new OAuthDrive(_emulator);
        await other.MakeAppAsync($$"""{"redirectUris":["{{OAuthDrive.Redirect}}"]}""");
        await RefusesAsync("invalid_grant", "BAD_AUTH_CODE", other.ExchangeAsync(code, version));
        await _emulator.ControlAsync("POST", "clock", """{"advance":"PT10M"}""");
        await RefusesAsync("invalid_grant", "EXPIRED_AUTH_CODE", _app.ExchangeAsync(code, version));
        var (_, refresh) = await _app.InstallAsync();
        await RefusesAsync("invalid_grant", "BAD_REFRESH_TOKEN", other.RefreshAsync(refresh, version));

        await RefusesAsync("invalid_scope", "BAD_SCOPES", _app.FormAsync($"/oauth/{version}/token", ("grant_type", "client_credentials"), ("client_id", _app.ClientId), ("client_secret", _app.ClientSecret), ("scope", "developer.nonsense")));
        await RefusesAsync("invalid_scope", "BAD_SCOPES", _app.FormAsync($"/oauth/{version}/token", ("grant_type", "client_credentials"), ("client_id", _app.ClientId), ("client_secret", _app.ClientSecret)));
        // The client comes before everything it asks for.
        await RefusesAsync("invalid_client", "BAD_CLIENT_ID", new OAuthDrive(_emulator) { ClientId = "nobody" }.RefreshAsync(refresh, version));
        await RefusesAsync("invalid_client", "BAD_CLIENT_SECRET", new OAuthDrive(_emulator) { ClientSecret = "wrong" }.ExchangeAsync("nonsense", version));
        await RefusesAsync("invalid_client", "BAD_CLIENT_SECRET", new OAuthDrive(_emulator) { ClientSecret = "" }.RefreshAsync(refresh, version));
        (await _app.RefreshAsync(refresh, version)).Expect(200);
    }

    [Fact]
    public async Task Portal_that_is_gone_or_closed_is_no_hub()
    {
        var portal = (await _emulator.ControlAsync("POST", "portals")).GetProperty("hubId").GetRawText();
        var (access, refresh) = await _app.InstallAsync(portal: portal);
        await _emulator.ControlAsync("PATCH", $"portals/{portal}", """{"inactive":true}""");
        await RefusesAsync("access_denied", "BAD_HUB", _app.RefreshAsync(refresh));
        Assert.Contains("PORTAL_NOT_ACTIVE", (await _app.ContactsAsync(access)).Expect(401).Text);
        await _emulator.ControlAsync("PATCH", $"portals/{portal}", """{"inactive":false}""");
        (await _app.ContactsAsync(access)).Expect(200);
        await _emulator.ControlAsync("DELETE", $"portals/{portal}");
        await RefusesAsync("access_denied", "BAD_HUB", _app.RefreshAsync(refresh));
        Assert.Equal("INVALID_AUTHENTICATION", (await _app.ContactsAsync(access)).Expect(401).Category);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Only_a_form_counts_and_the_query_in_v1_alone(string version)
    {
        var (_, refresh) = await _app.InstallAsync();
        var json = $$"""{"grant_type":"refresh_token","client_id":"{{_app.ClientId}}","client_secret":"{{_app.ClientSecret}}","refresh_token":"{{refresh}}"}""";
        foreach (var path in (string[])["token", "token/introspect", "token/revoke"])
            if (version != "v1" || path == "token") (await _emulator.SendAsync("POST", $"/oauth/{version}/{path}", json, null)).Expect(415);
        var query = $"/oauth/{version}/token?grant_type=refresh_token&client_id={_app.ClientId}&client_secret={_app.ClientSecret}&refresh_token={refresh}";
        if (version == "v1") (await _emulator.SendAsync("POST", query, null, null)).Expect(200);
        else await RefusesAsync("unsupported_grant_type", "BAD_GRANT_TYPE", _emulator.SendAsync("POST", query, null, null));
        using var odd = new ByteArrayContent(Encoding.UTF8.GetBytes(query.Split('?')[1])) { Headers = { ContentType = MediaTypeHeaderValue.Parse("Application/X-WWW-Form-URLEncoded; charset=utf-8") } };
        using var response = await _emulator.Http.PostAsync($"/oauth/{version}/token", odd, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Token_endpoint_takes_a_post_only_and_its_path_to_the_letter()
    {
        (await _emulator.SendAsync("GET", "/oauth/v1/token", null, null)).Expect(405);
        (await _emulator.SendAsync("POST", "/oauth/v2/token", null, null)).Expect(404);
    }

    [Fact]
    public async Task Minted_oauth_token_is_the_first_apps_or_has_one_of_its_own()
    {
        var shared = await _emulator.ControlAsync("POST", "tokens", """{"kind":"oauth"}""");
        Assert.Equal(EmulatorServer.DefaultClientId, shared.GetProperty("clientId").GetString());
        (await _app.RefreshAsync(shared.GetProperty("refreshToken").GetString()!)).Expect(200);

        var own = await _emulator.ControlAsync("POST", "tokens", """{"kind":"oauth","ownApp":true,"scopes":["oauth"]}""");
        Assert.NotEqual(shared.GetProperty("appId").GetInt64(), own.GetProperty("appId").GetInt64());
        await RefusesAsync("invalid_grant", "BAD_REFRESH_TOKEN", _app.RefreshAsync(own.GetProperty("refreshToken").GetString()!));
        var app = new OAuthDrive(_emulator) { ClientId = own.GetProperty("clientId").GetString()!, ClientSecret = own.GetProperty("clientSecret").GetString()! };
        var refreshed = (await app.RefreshAsync(own.GetProperty("refreshToken").GetString()!)).Expect(200).Json;
        Assert.Equal("""["oauth"]""", refreshed.GetProperty("scopes").GetRawText());
    }

    private static async Task RefusesAsync(string error, string status, Task<Reply> call)
    {
        var reply = (await call).Expect(400).Json;
        Assert.Equal(["error", "error_description", "status", "message"], reply.EnumerateObject().Select(member => member.Name));
        Assert.Equal((error, status), (reply.GetProperty("error").GetString(), reply.GetProperty("status").GetString()));
        Assert.Equal(reply.GetProperty("message").GetString(), reply.GetProperty("error_description").GetString());
    }
}
