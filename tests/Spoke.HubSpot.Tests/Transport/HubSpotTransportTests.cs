namespace Spoke.HubSpot.Tests.Transport;

public sealed class HubSpotTransportTests
{
    private const string Token = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    private readonly SignallingClock _time = new();

    [Fact]
    public async Task The_header_is_Bearer_one_space_and_the_token()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        await client.SendAsync(new HubSpotRequest("GET", "/crm/v3/objects/contacts?limit=100&archived=false"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("Bearer " + Token, Assert.Single(wire.Asked).Authorization);
        Assert.Equal("https://api.hubapi.com/crm/v3/objects/contacts?limit=100&archived=false", wire.Asked[0].Address.AbsoluteUri);
    }

    [Fact]
    public async Task What_is_not_implemented_is_not_to_be_tried_again()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(501, "{\"status\":\"error\",\"message\":\"not here\"}"));
        using var client = Client(wire);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.False(refusal.IsTransient);
        Assert.Contains("repeating the call will not help", refusal.Fix);
        Assert.Contains("not here. What was called", refusal.Message);
    }

    [Theory]
    [InlineData(503, "GET", "", 2)]
    [InlineData(503, "POST", "", 1)]               // nobody knows whether the create was done
    [InlineData(504, "POST", "/batch/create", 1)]
    [InlineData(500, "POST", "/merge", 1)]
    [InlineData(503, "POST", "/batch/upsert", 2)]
    [InlineData(502, "POST", "/batch/update", 2)]
    [InlineData(524, "POST", "/batch/read", 2)]
    [InlineData(500, "POST", "/search", 2)]
    [InlineData(503, "PATCH", "/1", 2)]
    [InlineData(503, "DELETE", "/1", 2)]
    [InlineData(409, "PUT", "", 1)]
    [InlineData(409, "PATCH", "/1", 1)]
    [InlineData(423, "POST", "", 2)]
    [InlineData(477, "POST", "", 2)]
    [InlineData(429, "POST", "", 2)]
    [InlineData(400, "GET", "", 1)]
    [InlineData(401, "GET", "", 1)]
    [InlineData(501, "GET", "", 1)]
    public async Task A_refused_call_is_sent_again_only_where_that_is_harmless(int status, string method, string end, int sent)
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(status, "{\"status\":\"error\",\"message\":\"no\"}"), ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        var call = client.SendAsync(new HubSpotRequest(method, "/crm/v3/objects/contacts" + end), cancellationToken: TestContext.Current.CancellationToken);
        if (sent == 1) await Assert.ThrowsAsync<HubSpotException>(() => call);
        else
        {
            _time.Advance(await _time.WaitBegunAsync(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(13)));
            await call;
        }
        Assert.Equal(sent, wire.Asked.Count);
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

    [Theory]
    [InlineData(429, "TEN_SECONDLY_ROLLING", null, "/crm/v3/objects/contacts", 10, 13)]
    [InlineData(429, "TEN_SECONDLY_ROLLING", "3", "/crm/v3/objects/contacts", 3, 5)]
    [InlineData(429, "SECONDLY", null, "/crm/v3/objects/contacts/search", 1, 2)]
    [InlineData(423, null, null, "/crm/v3/objects/contacts", 2, 3)]
    [InlineData(423, null, "7", "/crm/v3/objects/contacts", 7, 9)]
    [InlineData(477, null, "20", "/crm/v3/objects/contacts", 20, 26)]
    public async Task A_refusal_is_waited_out_for_as_long_as_it_says(int status, string? policy, string? retryAfter, string path, int least, int most)
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(status, $$"""{"status":"error","policyName":"{{policy}}"}""", retryAfter is null ? [] : [("Retry-After", retryAfter)]), ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        var call = client.SendAsync(new HubSpotRequest("POST", path), cancellationToken: TestContext.Current.CancellationToken);
        _time.Advance(await _time.WaitBegunAsync(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most)));
        await call;
        Assert.Equal(2, wire.Asked.Count);
    }

    [Fact]
    public async Task A_wait_longer_than_the_deadline_is_not_begun()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(477, "{\"status\":\"error\",\"message\":\"moving\"}", ("Retry-After", "86400")));
        using var client = Client(wire);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromDays(1), refusal.RetryAfter);
        Assert.Equal("X15", refusal.Cause);
        Assert.Single(wire.Asked);
    }

    [Fact]
    public async Task The_deadline_also_ends_a_wait_for_the_budget()
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { Token = () => Token, TenSecondLimit = 1, Deadline = TimeSpan.FromSeconds(3) }, new ScriptedHandler(ScriptedHandler.Json(200, "{}")), _time);
        await client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken);
        var late = client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken);
        await _time.WaitBegunAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1));   // for the first call's place
        _time.Advance(TimeSpan.FromSeconds(3));
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => late);
        Assert.Equal((HubSpotErrorKind.RateLimited, 0), (refusal.Kind, refusal.Attempts));
    }

    [Fact]
    public async Task The_deadline_also_ends_a_row_of_repeats()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(503, "no"));
        using var client = new HubSpotClient(new HubSpotClientOptions { Token = () => Token, MaxAttempts = 1000, Deadline = TimeSpan.FromSeconds(8), Random = new Random(1) }, wire, _time);
        var started = _time.GetUtcNow();
        var call = client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken);
        for (var wait = 0.2; wait < 4; wait *= 2) _time.Advance(await _time.WaitBegunAsync(TimeSpan.FromSeconds(wait), TimeSpan.FromSeconds(wait * 1.3)));
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => call);
        Assert.Equal((HubSpotErrorKind.Unavailable, wire.Asked.Count), (refusal.Kind, refusal.Attempts));
        Assert.Equal(6, refusal.Attempts);   // the next wait would have been too long
        Assert.True(_time.GetUtcNow() - started <= TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("POST", 1)]
    public async Task No_answer_in_time_is_repeated_only_where_that_is_harmless(string method, int attempts)
    {
        using var silent = new RawServer(null);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = silent.BaseUrl, Token = () => Token, MaxAttempts = 2, AttemptTimeout = TimeSpan.FromMilliseconds(50) });
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest(method, "/crm/v3/objects/contacts"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal((HubSpotErrorKind.Unreachable, attempts), (refusal.Kind, refusal.Attempts));
        Assert.Contains("no answer within", refusal.Message);
    }

    [Fact]
    public async Task A_caller_who_cancels_gets_a_cancellation_and_no_repeat()
    {
        using var silent = new RawServer(null);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = silent.BaseUrl, Token = () => Token });
        using var stop = new CancellationTokenSource();
        var call = client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: stop.Token);
        await silent.Asked;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, client.CallCount);
    }

    [Fact]
    public async Task A_method_in_lower_case_is_the_method()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(200, "{}"));
        using var client = Client(wire);
        await client.SendAsync(new HubSpotRequest("get", "/x"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("GET", wire.Asked[0].Method);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(new HubSpotRequest("GE T", "/x"), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/x", "https://elsewhere.example/x?token=1", "R03")]
    [InlineData("/crm/v3/objects/contacts/", "/crm/v3/objects/contacts", "R10")]
    [InlineData("/crm//v3/objects", "/crm/v3/objects", "R10")]
    public async Task A_redirect_is_not_followed_and_says_so(string path, string location, string cause)
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(302, "", ("Location", location)));
        using var client = Client(wire);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", path), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(cause, refusal.Cause);
        Assert.Contains("redirect", refusal.Message);
        Assert.DoesNotContain("token=1", refusal.Message);
        Assert.Single(wire.Asked);
    }

    [Fact]
    public async Task A_redirect_from_http_to_https_says_that_http_was_wrong()
    {
        var wire = new ScriptedHandler(ScriptedHandler.Json(301, "", ("Location", "https://127.0.0.1/x")));
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = new Uri("http://127.0.0.1"), Token = () => Token }, wire);
        Assert.Equal("R02", (await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken))).Cause);
    }

    [Fact]
    public async Task No_header_reaches_the_place_a_real_server_redirects_to()
    {
        using var elsewhere = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        elsewhere.Start();
        using var server = new RawServer($"HTTP/1.1 302 Found\r\nLocation: http://{elsewhere.LocalEndpoint}/x\r\nContent-Length: 0\r\n\r\n");
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = server.BaseUrl, Token = () => Token });
        await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(new HubSpotRequest("GET", "/x"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.False(elsewhere.Pending());
    }

    [Fact]
    public void A_handler_that_follows_redirects_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Client(new SocketsHttpHandler()));
        Assert.Throws<ArgumentException>(() => Client(new PassOn { InnerHandler = new HttpClientHandler() }));
    }

    private sealed class PassOn : DelegatingHandler;

    [Theory]
    [InlineData("//elsewhere.example/x")]
    [InlineData("https://elsewhere.example/x")]
    public async Task A_path_to_another_host_is_refused(string path)
    {
        using var client = Client(new ScriptedHandler(ScriptedHandler.Json(200, "{}")));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(new HubSpotRequest("GET", path), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("http://api.hubapi.com")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://api.hubapi.com/crm/")]
    [InlineData("https://user:password@api.hubapi.com")]
    public void An_address_that_cannot_work_or_would_bare_the_token_is_refused(string address) =>
        Assert.Throws<ArgumentException>(() => new HubSpotClient(new HubSpotClientOptions { BaseUrl = new Uri(address), Token = () => Token }));

    [Theory]
    [InlineData("http://127.0.0.1:4010")]
    [InlineData("http://localhost:4010")]
    [InlineData("http://[::1]:4010")]
    public void Plain_HTTP_to_loopback_is_fine(string address) => new HubSpotClient(new HubSpotClientOptions { BaseUrl = new Uri(address), Token = () => Token }).Dispose();

    private HubSpotClient Client(HttpMessageHandler wire) => new(new HubSpotClientOptions { Token = () => Token, Random = new Random(1) }, wire, _time);
}
