namespace Spoke.Proxy.Tests;

public sealed class CredentialTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer " + ProxyScene.JunkToken)]
    [InlineData("Bearer: twice Bearer")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer pat-na1-\u00e9\u00e8")]
    public async Task Whatever_the_caller_sends_the_portal_sees_the_right_token(string? authorization)
    {
        await using var scene = await ProxyScene.StartAsync();
        var reply = await scene.SendAsync("GET", "/crm/v3/objects/contacts?limit=1", null, authorization is null ? [] : [("Authorization", authorization)]);
        reply.Expect(200);
        var reached = Assert.Single(await scene.ReachedAsync());
        Assert.EndsWith("0001", reached.GetProperty("token").GetString());
    }

    [Fact]
    public async Task Keys_and_tokens_in_the_query_do_not_go_on_and_the_rest_stays_as_written()
    {
        await using var scene = await ProxyScene.StartAsync();
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts?hapikey=11111111-2222-4333-8444-555555555555&limit=1&ACCESS_token=x&properties=a%2Bb%2Fc")).Expect(200);
        Assert.Equal("/crm/v3/objects/contacts?limit=1&properties=a%2Bb%2Fc", Assert.Single(await scene.ReachedAsync()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_rotated_token_is_taken_up_without_a_restart()
    {
        var token = ProxyScene.JunkToken;
        await using var scene = await ProxyScene.StartAsync(portal: portal => portal.Token = () => token);
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(401);
        token = await scene.TokenAsync(new { kind = "service-key" });
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(200);
    }

    [Fact]
    public async Task A_token_that_cannot_be_one_is_said_to_be_so_and_nothing_is_sent()
    {
        await using var scene = await ProxyScene.StartAsync(portal: portal => portal.Token = () => "YOUR_ACCESS_TOKEN");
        var reply = (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(401);
        Assert.Equal("SPOKE_PROXY", reply.Json.GetProperty("category").GetString());
        Assert.Matches("^V0[0-9]$", reply.Header("Spoke-Cause"));
        Assert.Empty(await scene.ReachedAsync());
        (await scene.SendAsync("GET", "/health/live")).Expect(200);
        (await scene.SendAsync("GET", "/health/ready")).Expect(503);
    }

    [Fact]
    public async Task Portals_are_chosen_by_header_or_by_path()
    {
        await using var other = await ProxyScene.StartAsync();
        await using var scene = await ProxyScene.StartAsync(options => options.Portals = [.. options.Portals, new ProxyPortal("second", new HubSpot.HubSpotClientOptions { BaseUrl = other.Emulator, Token = () => Emulator.EmulatorServer.DefaultToken })]);
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts", null, ("Spoke-Portal", "second"))).Expect(200);
        (await scene.SendAsync("GET", "/_portal/second/crm/v3/objects/deals?limit=1")).Expect(200);
        Assert.Equal(["/crm/v3/objects/contacts", "/crm/v3/objects/deals?limit=1"], (await other.ReachedAsync()).Select(r => r.GetProperty("path").GetString()));
        Assert.Empty(await scene.ReachedAsync());
        var unknown = (await scene.SendAsync("GET", "/crm/v3/objects/contacts", null, ("Spoke-Portal", "third"))).Expect(404);
        Assert.Contains("main, second", unknown.Json.GetProperty("message").GetString());
    }
}
