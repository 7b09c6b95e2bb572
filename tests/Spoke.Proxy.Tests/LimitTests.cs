using System.Collections.Concurrent;
using Spoke.HubSpot.Tests;

namespace Spoke.Proxy.Tests;

public sealed class LimitTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Callers_wait_in_line_and_are_served_in_turn()
    {
        var clock = new SignallingClock();
        var order = new ConcurrentQueue<string>();
        await using var portal = await ScriptedPortal.StartAsync(context =>
        {
            order.Enqueue(context.Request.Query["n"].ToString());
            return Task.CompletedTask;
        }, options => options.TimeProvider = clock, client => client.TenSecondLimit = 1);
        async Task<int> Call(string caller, string n)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/crm/v3/objects/contacts?n=" + n);
            request.Headers.Add("Spoke-Caller", caller);
            using var answer = await portal.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }

        Task InLine() => clock.WaitBegunAsync(TimeSpan.FromSeconds(5), s_window + TimeSpan.FromSeconds(1));
        await Call("greedy", "g0");
        var waiting = new List<Task<int>>();
        foreach (var (caller, n) in new[] { ("greedy", "g1"), ("greedy", "g2"), ("greedy", "g3"), ("modest", "m1") })
        {
            var line = InLine();
            waiting.Add(Call(caller, n));
            await line;
        }
        foreach (var next in (int[])[0, 3, 1, 2])
        {
            clock.Advance(s_window + TimeSpan.FromMilliseconds(10));
            Assert.Equal(200, await waiting[next].WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        }
        Assert.Equal(["g0", "g1", "m1", "g2", "g3"], order);
    }

    [Fact]
    public async Task Many_callers_together_stay_within_the_portals_limit()
    {
        await using var scene = await ProxyScene.StartAsync(limits: Emulator.LimitTier.Starter, portal: portal => portal.TenSecondLimit = 100);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => scene.SendAsync("GET", "/crm/v3/objects/contacts?limit=1", null, ("Spoke-Caller", "c" + i % 7))));
        Assert.All(answers, answer => answer.Expect(200));
        Assert.All(await scene.ReachedAsync(), call => Assert.Equal(200, call.GetProperty("status").GetInt32()));
        Assert.Equal(100, (await scene.AskAsync("state")).GetProperty("portals")[0].GetProperty("tenSecondUsed").GetInt32());
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_that_nothing_was_sent()
    {
        await using var portal = await ScriptedPortal.StartAsync(_ => Task.CompletedTask, portal: client => (client.TenSecondLimit, client.Deadline) = (1, TimeSpan.FromMilliseconds(300)));
        using var first = await portal.Http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        using var second = await portal.Http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        Assert.Equal((200, 429), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal("LINE_TOO_LONG", Assert.Single(second.Headers.GetValues("Spoke-Cause")));
        Assert.Contains("was not sent", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
