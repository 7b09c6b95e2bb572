using System.Net;

namespace Spoke.Proxy.Tests;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("POST", "/crm/v3/objects/contacts")]
    [InlineData("PATCH", "/crm/v3/objects/contacts/1")]
    [InlineData("DELETE", "/crm/v3/objects/contacts/1")]
    [InlineData("POST", "/crm/v3/objects/contacts/batch/upsert")]
    [InlineData("PUT", "/crm/v4/objects/contacts/1/associations/default/companies/2")]
    public async Task Read_only_keeps_writes_from_the_portal_and_says_that_the_proxy_did(string method, string path)
    {
        await using var scene = await ProxyScene.StartAsync(options => options.ReadOnly = true);
        var refused = (await scene.SendAsync(method, path, method == "DELETE" ? null : "{}")).Expect(403);
        Assert.Equal("error", refused.Json.GetProperty("status").GetString());
        Assert.Equal("SpokeProxy.READ_ONLY", refused.Json.GetProperty("subCategory").GetString());
        Assert.Contains("The proxy refused", refused.Json.GetProperty("message").GetString());
        Assert.True(Guid.TryParse(refused.Json.GetProperty("correlationId").GetString(), out _));
        Assert.Equal("READ_ONLY", refused.Header("Spoke-Cause"));
        Assert.NotNull(refused.Header("Spoke-Fix"));
        Assert.Empty(await scene.ReachedAsync());
    }

    [Theory]
    [InlineData("GET", "/crm/v3/objects/contacts", null)]
    [InlineData("POST", "/crm/v3/objects/contacts/search", "{}")]
    [InlineData("POST", "/crm/v3/objects/contacts/batch/read", """{"inputs":[],"properties":[],"propertiesWithHistory":[]}""")]
    public async Task Read_only_lets_reads_through_whatever_their_method(string method, string path, string? body)
    {
        await using var scene = await ProxyScene.StartAsync(options => options.ReadOnly = true);
        Assert.True((await scene.SendAsync(method, path, body)).Status is 200 or 400);
        Assert.Single(await scene.ReachedAsync());
    }

    [Theory]
    [InlineData("GET", "/crm/v3/objects/contacts", 200)]
    [InlineData("GET", "/crm/v3/objects/contacts?limit=1", 200)]
    [InlineData("GET", "/crm/v3/objects/contacts/1/", 403)]
    [InlineData("POST", "/crm/v3/objects/contacts", 403)]
    [InlineData("GET", "/crm/v3/objects", 403)]
    [InlineData("GET", "/crm/v3/objects/contacts/../../properties/contacts", 403)]
    [InlineData("GET", "/crm/v3/objects/contacts%2f..%2f..%2fproperties", 403)]
    [InlineData("GET", "/account-info/v3/details", 200)]
    public async Task Only_what_is_on_the_list_passes(string method, string path, int status)
    {
        await using var scene = await ProxyScene.StartAsync(options => options.Allow = [AllowedCall.Parse("get", "/crm/v3/objects/*"), AllowedCall.Parse("*", "/account-info/**")]);
        Assert.Equal(status, await RawCall.StatusAsync(scene.Proxy.BaseUrl, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        Assert.Equal(status == 403 ? 0 : 1, (await scene.ReachedAsync()).Count);
    }

    [Theory]
    [InlineData("FETCH", "/crm")]
    [InlineData("GET", "crm/v3")]
    [InlineData("GET", "/crm/**/contacts")]
    public void A_pattern_that_cannot_be_meant_is_refused(string method, string path) => Assert.Throws<ArgumentException>(() => AllowedCall.Parse(method, path));

    [Fact]
    public async Task A_key_is_asked_for_and_does_not_go_on()
    {
        await using var scene = await ProxyScene.StartAsync(options => options.Key = "a-long-key-of-the-proxys-own");
        var refused = (await scene.SendAsync("GET", "/crm/v3/objects/contacts", null, ("Spoke-Proxy-Key", "a-long-key-of-the-proxys-owm"))).Expect(401);
        Assert.Equal("KEY_MISSING", refused.Header("Spoke-Cause"));
        (await scene.SendAsync("GET", "/_proxy/requests")).Expect(401);
        (await scene.SendAsync("GET", "/_proxy/")).Expect(200);
        Assert.Empty(await scene.ReachedAsync());
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts", null, ("Spoke-Proxy-Key", "a-long-key-of-the-proxys-own"))).Expect(200);
        var journal = await scene.SendAsync("GET", "/_proxy/requests", null, ("Spoke-Proxy-Key", "a-long-key-of-the-proxys-own"));
        Assert.DoesNotContain("a-long-key", journal.Expect(200).Text);
    }

    [Fact]
    public void Listening_beyond_this_machine_needs_a_key()
    {
        var options = new ProxyOptions { Address = IPAddress.Any, Portals = [new ProxyPortal("main", new HubSpot.HubSpotClientOptions { Token = () => ProxyScene.JunkToken })] };
        Assert.Contains("Spoke-Proxy-Key", Assert.Throws<ArgumentException>(options.Validate).Message);
        options.Key = "k";
        options.Validate();
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "evil.example")]
    public async Task Pages_of_other_sites_do_not_get_to_use_the_token(string header, string value)
    {
        await using var scene = await ProxyScene.StartAsync();
        Assert.Equal("FOREIGN_PAGE", (await scene.SendAsync("POST", "/crm/v3/objects/contacts", "{}", (header, value))).Expect(403).Header("Spoke-Cause"));
        (await scene.SendAsync("GET", "/_proxy/requests", null, (header, value))).Expect(403);
        Assert.Empty(await scene.ReachedAsync());
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts", null, ("Origin", "http://localhost:3000"))).Expect(200);
    }
}
