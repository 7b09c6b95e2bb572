using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spoke.Proxy.Tests;

public sealed class RepeatTests
{
    [Theory]
    [InlineData("503", "GET", "/crm/v3/objects/contacts", null)]
    [InlineData("lost-response", "PATCH", "/crm/v3/objects/contacts/1", """{"properties":{"phone":"1"}}""")]
    [InlineData("423", "POST", "/crm/v3/objects/contacts", """{"properties":{"email":"once@example.com"}}""")]
    public async Task What_is_safe_is_sent_again_body_and_all(string fault, string method, string path, string? body)
    {
        await using var scene = await ProxyScene.StartAsync();
        await scene.PlayAsync(fault, method);
        var reply = await scene.SendAsync(method, path, body);
        Assert.True(reply.Status is 200 or 201 or 404, reply.Text);
        var reached = await scene.ReachedAsync();
        Assert.Equal(2, reached.Count);
        Assert.All(reached, call => Assert.Equal(body ?? "", call.GetProperty("request").GetString() ?? ""));
        Assert.Equal(2, (await scene.AskAsync("requests")).GetProperty("requests")[0].GetProperty("attempts").GetInt32());
    }

    [Theory]
    [InlineData("502", 502)]
    [InlineData("lost-response", 502)]
    public async Task A_create_whose_fate_is_unknown_is_not_sent_again(string fault, int status)
    {
        await using var scene = await ProxyScene.StartAsync();
        await scene.PlayAsync(fault, "POST");
        var reply = (await scene.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"once@example.com"}}""")).Expect(status);
        Assert.NotNull(reply.Header("Spoke-Cause"));
        Assert.Single(await scene.ReachedAsync());
    }

    [Fact]
    public async Task Nobody_there_is_502_soon_and_says_so()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = new Uri($"http://{taken.LocalEndpoint}");
        taken.Stop();
        await using var proxy = await ScriptedPortal.ProxyAsync(address);
        using var http = new HttpClient { BaseAddress = proxy.BaseUrl };
        using var answer = await http.PostAsync("/crm/v3/objects/contacts", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("UPSTREAM_UNREACHABLE", Assert.Single(answer.Headers.GetValues("Spoke-Cause")));
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("could not be reached", body);
        Assert.Contains("SPOKE_PROXY", body);
        Assert.DoesNotContain("may have been carried out", body);   // nothing was sent
    }

    [Fact]
    public async Task No_answer_in_time_is_504_and_is_not_sent_again()
    {
        var asked = 0;
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            Interlocked.Increment(ref asked);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }, portal: options => options.AttemptTimeout = TimeSpan.FromMilliseconds(300));
        using var answer = await portal.Http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal("UPSTREAM_TIMEOUT", Assert.Single(answer.Headers.GetValues("Spoke-Cause")));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_body_too_long_to_hold_is_streamed_and_sent_once()
    {
        await using var scene = await ProxyScene.StartAsync(options => options.RepeatableBodyBytes = 1000);
        await scene.PlayAsync("503", "POST");
        var body = """{"inputs":[],"filler":" """ + new string('x', 2000) + "\"}";
        (await scene.SendAsync("POST", "/crm/v3/objects/contacts/batch/read", body)).Expect(503);
        var reached = Assert.Single(await scene.ReachedAsync());
        Assert.StartsWith("""{"inputs":[],"filler":""", reached.GetProperty("request").GetString());
    }

    [Fact]
    public async Task When_the_memory_for_bodies_is_used_up_a_body_is_streamed_and_what_was_taken_is_given_back()
    {
        await using var scene = await ProxyScene.StartAsync(options => options.HeldBodiesBytes = 60);
        var held = """{"properties":{"phone":"1"}}""";
        for (var i = 0; i < 5; i++) (await scene.SendAsync("PATCH", "/crm/v3/objects/contacts/1", held)).Expect(404);
        await scene.PlayAsync("503", "PATCH");
        (await scene.SendAsync("PATCH", "/crm/v3/objects/contacts/1", held)).Expect(404);   // sent again
        await scene.PlayAsync("503", "PATCH");
        (await scene.SendAsync("PATCH", "/crm/v3/objects/contacts/1", """{"properties":{"phone":"a number much too long to be held in so little"}}""")).Expect(503);
    }

    [Fact]
    public async Task A_chunked_body_arrives_whole_held_or_streamed()
    {
        foreach (var length in (int[])[0, 999, 1000, 1001, 50_000])
        {
            byte[]? got = null;
            await using var portal = await ScriptedPortal.StartAsync(async context =>
            {
                using var memory = new MemoryStream();
                await context.Request.Body.CopyToAsync(memory);
                got = memory.ToArray();
            }, options => options.RepeatableBodyBytes = 1000);
            var sent = new byte[length];
            new Random(length).NextBytes(sent);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/files/v3/files") { Content = new StreamContent(new MemoryStream(sent)) };
            request.Headers.TransferEncodingChunked = true;
            using var answer = await portal.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal(sent, got);
        }
    }

    [Fact]
    public async Task The_days_limit_is_answered_without_asking_again()
    {
        await using var scene = await ProxyScene.StartAsync(limits: Emulator.LimitTier.Pro);
        await scene.PlayAsync("429-daily");
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(429);
        var second = (await scene.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(429);
        Assert.Equal("DAILY_LIMIT", second.Header("Spoke-Cause"));
        Assert.Equal("DAILY", second.Json.GetProperty("policyName").GetString());
        Assert.Single(await scene.ReachedAsync());
    }
}
