using System.Text.Json;

namespace Spoke.Proxy.Tests;

public sealed class ExplanationTests
{
    [Theory]
    [InlineData("X10", 401)]
    [InlineData("X01", 401)]
    [InlineData("P05", 403)]
    [InlineData("P07", 403)]
    [InlineData("X14", 401)]
    public async Task A_failure_keeps_status_and_body_and_says_its_cause_and_fix(string cause, int status)
    {
        await using var scene = await ProxyScene.StartAsync();
        await scene.PlayAsync(cause);
        var reply = (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(status);
        Assert.Equal(cause, reply.Header("Spoke-Cause"));
        Assert.Equal(HubSpot.Causes.Get(cause).Fix.Replace("…", "..."), reply.Header("Spoke-Fix"));
        Assert.Equal("error", reply.Json.GetProperty("status").GetString());
        Assert.DoesNotContain("SpokeProxy", reply.Text);
    }

    [Fact]
    public async Task The_body_of_a_failure_is_the_portals_to_the_byte()
    {
        var body = """{"status":"error", "message":"Größe — 'x'","correlationId":"1","category":"VALIDATION_ERROR"}"""u8.ToArray();
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json;charset=utf-8";
            context.Response.Headers["X-HubSpot-Correlation-Id"] = "1";
            await context.Response.Body.WriteAsync(body);
        });
        using var answer = await portal.Http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-HubSpot-Correlation-Id")));
        Assert.Equal("Validation", Assert.Single(answer.Headers.GetValues("Spoke-Cause")));
        Assert.All(answer.Headers.GetValues("Spoke-Fix"), fix => Assert.All(fix, c => Assert.InRange(c, ' ', '~')));
    }

    [Fact]
    public async Task Every_failure_says_what_to_do_and_keeps_its_length()
    {
        await using var scene = await ProxyScene.StartAsync();
        foreach (var (method, path, body) in new[] { ("GET", "/crm/v3/objects/contacts/404404", null), ("GET", "/nowhere", null), ("POST", "/crm/v3/objects/contacts", "{"), ("HEAD", "/crm/v3/objects/contacts", (string?)null) })
        {
            var reply = await scene.SendAsync(method, path, body);
            Assert.InRange(reply.Status, 400, 499);
            Assert.NotEmpty(reply.Header("Spoke-Cause")!);
            Assert.EndsWith(".", reply.Header("Spoke-Fix"));
            if (method != "HEAD") Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(reply.Text).ToString(System.Globalization.CultureInfo.InvariantCulture), reply.Header("Content-Length"));
        }
    }

    [Fact]
    public async Task Scopes_seen_are_the_least_and_what_was_missing()
    {
        var token = "";
        await using var scene = await ProxyScene.StartAsync(portal: portal => portal.Token = () => token);
        token = await scene.TokenAsync(new { kind = "private-app", scopes = new[] { "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.companies.read" } });
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(200);
        (await scene.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""")).Expect(201);
        (await scene.SendAsync("GET", "/crm/v3/objects/0-2?limit=1")).Expect(200);
        var refused = (await scene.SendAsync("GET", "/crm/v3/objects/deals")).Expect(403);
        Assert.Equal("P01", refused.Header("Spoke-Cause"));
        Assert.Contains("crm.objects.deals.read", refused.Header("Spoke-Fix"));
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts/999999")).Expect(404);

        var report = await scene.AskAsync("scopes");
        Assert.Equal(["crm.objects.companies.read", "crm.objects.contacts.read", "crm.objects.contacts.write"], report.GetProperty("least").EnumerateArray().Select(s => s.GetString()));
        var missing = Assert.Single(report.GetProperty("missing").EnumerateArray());
        Assert.Equal("/crm/v3/objects/deals", missing.GetProperty("path").GetString());
        Assert.Equal("crm.objects.deals.read", missing.GetProperty("anyOf")[0].GetString());
        Assert.Contains(report.GetProperty("endpoints").EnumerateArray(), e => e.GetProperty("path").GetString() == "/crm/v3/objects/0-2" && e.GetProperty("passed").GetInt32() == 1);
    }

    [Fact]
    public void Least_scopes_cover_every_need_and_prefer_the_one_that_permits_less()
    {
        Assert.Equal(["a.read"], Scopes.LeastScopes.Of([["a.read", "a.write"], ["a.write", "a.read"]]));
        Assert.Equal(["a.write"], Scopes.LeastScopes.Of([["a.read", "a.write"], ["a.write"]]));
        Assert.Equal(["b.read"], Scopes.LeastScopes.Of([["a.read", "b.read"], ["b.read", "c.read"]]));
        Assert.Empty(Scopes.LeastScopes.Of([]));
    }

    [Fact]
    public void Every_published_endpoint_is_found_as_the_catalogue_finds_it()
    {
        var index = new Scopes.EndpointIndex(HubSpot.EndpointCatalogue.All);
        foreach (var endpoint in HubSpot.EndpointCatalogue.All.Where((_, i) => i % 10 == 0))
        {
            var path = string.Join('/', endpoint.Template.Split('/').Select(s => s.StartsWith('{') ? "17" : s));
            Assert.Equal(HubSpot.EndpointCatalogue.Find(endpoint.Method, path)?.Scopes, index.Find(endpoint.Method, path)?.Endpoint.Scopes);
        }
    }
}
