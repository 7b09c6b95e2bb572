using Spoke.Emulator.Tests.Crm;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>Every published endpoint of the OAuth family answers as published.</summary>
public sealed class OAuthShapeTests : IAsyncLifetime
{
    private readonly PublishedOperations _published = PublishedOperations.Load();
    private EmulatorClient _emulator = null!;
    private OAuthDrive _app = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        _app = new OAuthDrive(_emulator);
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("v1")]
    [InlineData("v3")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public async Task Token(string version)
    {
        var path = $"/oauth/{version}/token";
        var given = await _app.ExchangeAsync(await _app.CodeAsync(_app.Link()), version);
        Check("POST", path, given, version == "2026-09" ? null : 200);
        Check("POST", path, await _app.RefreshAsync(given.Json.GetProperty("refresh_token").GetString()!, version), version == "2026-09" ? null : 200);
        Check("POST", path, await _app.FormAsync(path, ("grant_type", "client_credentials"), ("client_id", _app.ClientId), ("client_secret", _app.ClientSecret), ("scope", "developer.webhooks_journal.read")), version == "2026-09" ? null : 200);
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public async Task Introspection_and_revocation(string version)
    {
        var (access, refresh) = await _app.InstallAsync();
        Check("POST", $"/oauth/{version}/token/introspect", await _app.AboutAsync(access, "introspect", version), 200);
        Check("POST", $"/oauth/{version}/token/introspect", await _app.AboutAsync(refresh, "introspect", version), 200);
        Check("POST", $"/oauth/{version}/token/revoke", await _app.AboutAsync(refresh, "revoke", version), null);
        Assert.False((await _app.AboutAsync(refresh, "introspect", version)).Expect(200).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Facts_of_tokens_in_v1()
    {
        var (access, refresh) = await _app.InstallAsync();
        await SendAsync("GET", $"/oauth/v1/access-tokens/{access}", 200);
        await SendAsync("GET", $"/oauth/v1/refresh-tokens/{refresh}", 200);
        await SendAsync("DELETE", $"/oauth/v1/refresh-tokens/{refresh}", 204);
        await SendAsync("GET", $"/oauth/v1/refresh-tokens/{refresh}", 404);
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public async Task Uninstall(string version)
    {
        var (access, _) = await _app.InstallAsync();   // its description is not among those at hand; the table says 204
        (await _emulator.SendAsync("DELETE", $"/appinstalls/{version}/external-install", null, "Bearer " + access)).Expect(204);
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public Task Account_details(string version) => SendAsync("GET", $"/account-info/{version}/details", 200, "Bearer " + EmulatorServer.DefaultToken);

    private async Task SendAsync(string method, string path, int status, string? authorization = null) =>
        Check(method, path, await _emulator.SendAsync(method, path, null, authorization), status);

    /// <summary>The descriptions of some of these tell of no success at all: then it is 200, and nothing is known of its shape.</summary>
    private void Check(string method, string path, Reply reply, int? status)
    {
        reply.Expect(status ?? 200);
        if (status is not null) _published.Check(method, path, new Answer(reply.Status, reply.Text.Length == 0 ? default : reply.Json, false));
    }
}
