using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Auth;

public sealed class OAuthCredentialTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private AuthorizationServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await AuthorizationServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_hundred_callers_of_an_ended_token_cause_one_refresh()
    {
        using var store = new MemoryGrantStore(_server.Grant(_time.GetUtcNow().AddHours(-1)));
        using var credential = Credential(store);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => credential.GetTokenAsync(Stop).AsTask(), Stop)));
        Assert.Equal(1, _server.Refreshes);
        Assert.Single(tokens.Distinct());
        Assert.Equal(tokens[0], (await store.ReadAsync(Stop))!.AccessToken);
    }

    [Theory]
    [InlineData(1800, 1499, 1501)]   // five minutes ahead
    [InlineData(400, 299, 301)]      // a quarter of its life, where that is less
    public async Task A_token_is_renewed_ahead_of_its_end_by_what_expires_in_said(int expiresIn, int stillOld, int renewed)
    {
        _server.ExpiresIn = expiresIn;
        using var store = new MemoryGrantStore(_server.Grant(_time.GetUtcNow()));
        using var credential = Credential(store);
        var first = await credential.GetTokenAsync(Stop);
        _time.Advance(TimeSpan.FromSeconds(stillOld));
        Assert.Equal(first, await credential.GetTokenAsync(Stop));
        Assert.Equal(0, _server.Refreshes);
        _time.Advance(TimeSpan.FromSeconds(renewed - stillOld));
        Assert.NotEqual(first, await credential.GetTokenAsync(Stop));
        Assert.Equal(1, _server.Refreshes);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Trouble_ahead_of_the_end_costs_nothing_as_long_as_the_token_works(int trouble)
    {
        using var store = new MemoryGrantStore(_server.Grant(_time.GetUtcNow()));
        using var credential = Credential(store);
        var first = await credential.GetTokenAsync(Stop);
        _time.Advance(TimeSpan.FromSeconds(1600));
        _server.FailsWith = trouble;
        Assert.Equal(first, await credential.GetTokenAsync(Stop));
        _time.Advance(TimeSpan.FromSeconds(195));
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => credential.GetTokenAsync(Stop).AsTask());
        Assert.True(refusal.IsTransient);
        _server.FailsWith = null;
        Assert.NotEqual(first, await credential.GetTokenAsync(Stop));
    }

    [Fact]
    public async Task A_refresh_token_that_comes_back_changed_is_the_one_used_next()
    {
        _server.Rotates = true;
        var grant = _server.Grant(_time.GetUtcNow().AddHours(-1));
        using var store = new MemoryGrantStore(grant);
        using var credential = Credential(store);
        for (var i = 0; i < 3; i++)
        {
            await credential.GetTokenAsync(Stop);
            _time.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal(3, _server.Refreshes);
        Assert.False(_server.Knows(grant.RefreshToken));
        Assert.True(_server.Knows((await store.ReadAsync(Stop))!.RefreshToken));
    }

    [Fact]
    public async Task A_dead_refresh_token_is_named_as_that_and_never_shown()
    {
        var grant = _server.Grant(_time.GetUtcNow().AddHours(-1));
        _server.Uninstall();
        using var store = new MemoryGrantStore(grant);
        using var credential = Credential(store);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _server.BaseUrl, Credential = credential });
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/crm/v3/objects/contacts"), cancellationToken: Stop));
        Assert.Equal((HubSpotErrorKind.TokenInvalid, "X05", "BAD_REFRESH_TOKEN"), (refusal.Kind, refusal.Cause, refusal.Category));
        Assert.Contains("uninstalled", refusal.Fix);
        Assert.DoesNotContain(grant.RefreshToken[4..], refusal + refusal.Body);
    }

    [Fact]
    public async Task A_wrong_client_secret_is_named_and_never_shown()
    {
        const string wrong = "99999999-0000-4000-8000-canary5ec2e7";
        using var store = new MemoryGrantStore(_server.Grant(_time.GetUtcNow().AddHours(-1)));
        using var credential = new OAuthCredential(new OAuthOptions { BaseUrl = _server.BaseUrl, ClientId = AuthorizationServer.ClientId, ClientSecret = () => wrong }, store, timeProvider: _time);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => credential.GetTokenAsync(Stop).AsTask());
        Assert.Equal("BAD_CLIENT_SECRET", refusal.Category);
        Assert.DoesNotContain("canary5ec2e7"[..8], refusal + refusal.Body);
    }

    [Fact]
    public async Task A_401_has_the_token_renewed_and_the_call_goes_through()
    {
        using var store = new MemoryGrantStore(_server.Grant(_time.GetUtcNow()));
        using var credential = Credential(store);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _server.BaseUrl, Credential = credential });
        await client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: Stop);
        _server.EndAccessTokens();
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await client.SendAsync(new HubSpotRequest("POST", "/x"), cancellationToken: Stop)).IsSuccess);
        // A young token that is refused has another fault than its age: no second refresh, and the refusal is told.
        _server.EndAccessTokens();
        await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: Stop));
        Assert.Equal(1, _server.Refreshes);
    }

    [Fact]
    public async Task Four_processes_with_one_store_refresh_once()
    {
        _server.Rotates = true;   // a second refresh with the old token would fail
        var folder = Directory.CreateTempSubdirectory("spoke-grant-");
        try
        {
            var file = Path.Combine(folder.FullName, "grant");
            await new FileGrantStore(file, clear => clear, clear => clear).WriteAsync(_server.Grant(TimeProvider.System.GetUtcNow().AddHours(-1)), Stop);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            var processes = Enumerable.Range(0, 4).Select(_ => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Program.GrantVerb, _server.BaseUrl.ToString(), file]) { RedirectStandardOutput = true })!).ToList();
            var said = await Task.WhenAll(processes.Select(process => process.StandardOutput.ReadToEndAsync(Stop)));
            Assert.Equal(["200", "200", "200", "200"], said.Select(text => text.Trim()));
            Assert.Equal(1, _server.Refreshes);
            foreach (var process in processes) process.Dispose();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private OAuthCredential Credential(IGrantStore store) =>
        new(new OAuthOptions { BaseUrl = _server.BaseUrl, ClientId = AuthorizationServer.ClientId, ClientSecret = () => AuthorizationServer.ClientSecret }, store, timeProvider: _time);
}
