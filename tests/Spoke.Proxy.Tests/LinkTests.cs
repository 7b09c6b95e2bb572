using System.Text;
using CsCheck;
using Spoke.HubSpot;
using Spoke.Proxy.Forwarding;

namespace Spoke.Proxy.Tests;

public sealed class LinkTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/_portal/main")]
    public async Task Paging_links_lead_on_through_the_proxy(string prefix)
    {
        await using var scene = await ProxyScene.StartAsync();
        for (var i = 0; i < 5; i++) (await scene.SendAsync("POST", "/crm/v3/objects/contacts", $$$"""{"properties":{"email":"p{{{i}}}@example.com"}}""")).Expect(201);
        var (seen, next) = (0, (string?)(prefix + "/crm/v3/objects/contacts?limit=2"));
        while (next is not null)
        {
            var page = (await scene.SendAsync("GET", next)).Expect(200).Json;
            seen += page.GetProperty("results").GetArrayLength();
            next = page.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("link").GetString() : null;
            if (next is not null) Assert.StartsWith(scene.Proxy.BaseUrl.ToString().TrimEnd('/') + prefix + "/crm/", next);
        }
        Assert.Equal(5, seen);
    }

    [Fact]
    public async Task A_redirect_within_the_portal_leads_through_the_proxy_and_any_other_stays()
    {
        var to = "";
        ScriptedPortal? made = null;
        await using var portal = made = await ScriptedPortal.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/from" ? 302 : 200;
            if (context.Request.Path == "/from") context.Response.Headers.Location = to;
            return Task.CompletedTask;
        });
        to = new Uri(made.BaseUrl, "/crm/v3/objects/contacts?after=%20x").AbsoluteUri;
        using (var inside = await portal.Http.GetAsync("/from", TestContext.Current.CancellationToken))
            Assert.Equal(portal.Proxy.BaseUrl + "crm/v3/objects/contacts?after=%20x", inside.Headers.Location!.AbsoluteUri);
        to = "https://cdn.example.com/signed?token=abc";
        using (var outside = await portal.Http.GetAsync("/from", TestContext.Current.CancellationToken))
            Assert.Equal(to, outside.Headers.Location!.AbsoluteUri);
    }

    [Fact]
    public void Only_paging_links_of_the_portal_are_touched()
    {
        using var portal = HubSpots();
        string Rewritten(string json) => Encoding.UTF8.GetString(PagingLinks.Rewrite(Encoding.UTF8.GetBytes(json), portal, "http://p"));
        Assert.Equal("""{"paging":{"next":{"after":"2","link":"http://p/crm/v3?after=2"}}}""", Rewritten("""{"paging":{"next":{"after":"2","link":"https://api.hubapi.com/crm/v3?after=2"}}}"""));
        Assert.Equal("""{"paging" : { "next" : { "link" : "http://p/crm" } } }""", Rewritten("""{"paging" : { "next" : { "link" : "https://api-eu1.hubspot.com/crm" } } }"""));
        foreach (var same in (string[])["""{"properties":{"link":"https://api.hubapi.com/x"}}""", """{"paging":{"next":{"after":"1"}},"link":"https://api.hubapi.com/x"}""", """{"paging":"next","link":"https://api.hubapi.com/"}""", """{"paging":{"next":{"link":"https://other.example/x"}}}""", """{"paging":{"next":{"link":"https://api.hubapi.com.evil.example/x"}}}""", "{\"paging\":"])
            Assert.Equal(same, Rewritten(same));
    }

    [Fact]
    public async Task A_body_in_pieces_is_rewritten_as_the_whole_is()
    {
        using var portal = HubSpots();
        var whole = Encoding.UTF8.GetBytes("""{"results":[{"id":"1","pagin":"\"paging\":{","paging":{"next":{"after":"7","link":"https://api.hubapi.com/a?b=c"}}},{"link":"https://api.hubapi.com/no"}],"paging":{"next":{"after":"NTI1","link":"https://api.hubapi.com/crm/v3/objects/contacts?after=NTI1"}}}""");
        var expected = PagingLinks.Rewrite(whole, portal, "http://127.0.0.1:4020");
        await Gen.Int[1, 40].Array[1, 40].SampleAsync(async sizes =>
        {
            await using var stream = new PagingLinkStream(new Pieces(whole, sizes), portal, "http://127.0.0.1:4020");
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory, 7, TestContext.Current.CancellationToken);
            return memory.ToArray().SequenceEqual(expected);
        }, iter: 300);
        Assert.Equal(2, Encoding.UTF8.GetString(expected).Split("http://127.0.0.1:4020").Length - 1);
    }

    private static Portal HubSpots() => new(new ProxyPortal("main", new HubSpotClientOptions { Token = () => ProxyScene.JunkToken }), TimeProvider.System);

    /// <summary>A stream that gives as many bytes at a time as it is told.</summary>
    private sealed class Pieces(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, sizes[_reads++ % sizes.Length])], cancellationToken);
    }
}
