using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Transport;

public sealed class HubSpotTransportTests
{
    private const string Token = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };

    [Fact]
    public async Task The_header_is_Bearer_one_space_and_the_token()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        await client.SendAsync(new HubSpotRequest("GET", "/crm/v3/objects/contacts?limit=100&archived=false"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("Bearer " + Token, Assert.Single(wire.Asked).Authorization);
        Assert.Equal("https://api.hubapi.com/crm/v3/objects/contacts?limit=100&archived=false", wire.Asked[0].Address.AbsoluteUri);
    }

    [Theory]
    [InlineData(503, "GET", 2)]
    [InlineData(503, "POST", 1)]   // nobody knows whether the create was done
    [InlineData(409, "PUT", 1)]
    [InlineData(423, "POST", 2)]
    [InlineData(400, "GET", 1)]
    public async Task A_refused_call_is_sent_again_only_where_that_is_harmless(int status, string method, int sent)
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(status, "{\"status\":\"error\",\"message\":\"no\"}"), ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        var call = client.SendAsync(new HubSpotRequest(method, "/crm/v3/objects/contacts"), cancellationToken: TestContext.Current.CancellationToken);
        await AdvanceUntilDone(call);
        Assert.Equal(sent, wire.Asked.Count);
        Assert.Equal(sent == 2, call.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_daily_limit_is_not_waited_for_and_says_when_it_ends()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(429, "{\"status\":\"error\",\"message\":\"You have reached your daily limit.\",\"errorType\":\"RATE_LIMIT\",\"policyName\":\"DAILY\"}"));
        using var client = Client(wire);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(HubSpotErrorKind.RateLimited, refusal.Kind);
        Assert.True(refusal.ResetsAt > _time.GetUtcNow());
        Assert.Single(wire.Asked);
    }

    [Fact]
    public async Task A_ten_second_limit_is_waited_for()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(429, "{\"policyName\":\"TEN_SECONDLY_ROLLING\"}"), ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        var started = _time.GetUtcNow();
        var call = client.SendAsync(new HubSpotRequest("POST", "/crm/v3/objects/contacts"), cancellationToken: TestContext.Current.CancellationToken);
        await AdvanceUntilDone(call);
        Assert.True(call.IsCompletedSuccessfully);
        Assert.InRange(_time.GetUtcNow() - started, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_token_never_leaks_from_a_refusal()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(403, $"{{\"message\":\"This oauth-token ({Token}) does not have proper permissions!\"}}"));
        using var client = Client(wire);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x?access_token=" + Token), cancellationToken: TestContext.Current.CancellationToken));
        Assert.DoesNotContain("5f60-4a7b", refusal + refusal.Body + refusal.MaskedRequest + refusal.Fix);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_token()
    {
        var wire = new ScriptedHandler(_ => new HttpResponseMessage(System.Net.HttpStatusCode.Redirect) { Headers = { Location = new Uri("https://elsewhere.example/") } });
        using var client = Client(wire);
        await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Single(wire.Asked);
    }

    [Theory]
    [InlineData("//elsewhere.example/x")]
    [InlineData("https://elsewhere.example/x")]
    public async Task A_path_to_another_host_is_refused(string path)
    {
        using var client = Client(new ScriptedHandler(ScriptedHandler.Json(200, "{}")));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(new HubSpotRequest("GET", path), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Plain_HTTP_is_for_loopback_only() =>
        Assert.Throws<ArgumentException>(() => new HubSpotClient(new HubSpotClientOptions { BaseUrl = new Uri("http://api.hubapi.com"), Token = () => Token }));

    private HubSpotClient Client(HttpMessageHandler wire) => new(new HubSpotClientOptions { Token = () => Token, Random = new Random(1) }, wire, _time);

    // Each turn lets the call reach its next wait, then moves the clock past a part of it.
    private async Task AdvanceUntilDone(Task call)
    {
        for (var turn = 0; turn < 400 && !call.IsCompleted; turn++)
        {
            for (var i = 0; i < 20; i++) await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
        await call.ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }
}
