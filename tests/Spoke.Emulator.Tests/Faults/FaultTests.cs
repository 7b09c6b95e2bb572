using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.Emulator.Tests.Faults;

public sealed class FaultTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, TimeProvider = _time });

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("429-ten-secondly", 429, "TEN_SECONDLY_ROLLING")]
    [InlineData("429-daily", 429, "DAILY")]
    [InlineData("429-search", 429, "SECONDLY")]
    [InlineData("423", 423, "LOCKED")]
    [InlineData("500", 500, "INTERNAL_ERROR")]
    [InlineData("502", 502, "<html>")]
    [InlineData("503", 503, "<html>")]
    [InlineData("504", 504, "<html>")]
    [InlineData("hublet-move", 477, "MIGRATION")]
    [InlineData("H01", 401, "Authentication credentials not found")]
    [InlineData("H17", 401, "Authentication credentials not found")]
    [InlineData("V02", 401, "1970-01-01T00:00:00Z")]
    [InlineData("K01", 401, "This hapikey doesn't exist")]
    [InlineData("X01", 401, "expired 31 minute(s) ago")]
    [InlineData("X02", 401, "expired 0 second(s) ago")]
    [InlineData("X05", 400, "BAD_REFRESH_TOKEN")]
    [InlineData("X12", 403, "USER_DOES_NOT_HAVE_PERMISSIONS")]
    [InlineData("X14", 401, "PORTAL_NOT_ACTIVE")]
    [InlineData("X15", 488, "correctHublet")]
    [InlineData("P01", 403, "crm.objects.contacts.read")]
    [InlineData("P05", 403, "GATED")]
    [InlineData("P06", 403, "isn't available for public use")]
    [InlineData("P07", 403, "developer API key")]
    [InlineData("P12", 403, "Permission to get export file")]
    [InlineData("K14", 401, "Csrf token is missing")]
    [InlineData("R04", 401, "Unauthorized")]
    [InlineData("R06", 403, "error code: 1020")]
    [InlineData("R09", 404, "HTTP ERROR 404")]
    [InlineData("R11", 405, "HTTP ERROR 405")]
    [InlineData("R14", 500, "RATE_LIMITS")]
    public async Task Fault_is_answered_once(string kind, int status, string text)
    {
        await SetAsync($$"""{"kind":"{{kind}}"}""");
        Assert.Contains(text, (await _emulator.SendAsync("GET", Contacts)).Expect(status).Text);
        (await _emulator.SendAsync("GET", Contacts)).Expect(200);
    }

    [Fact]
    public async Task Every_kind_that_is_offered_can_be_played()
    {
        var kinds = (await _emulator.ControlAsync("GET", "faults")).GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()!).ToArray();
        Assert.True(kinds.Length > 80, string.Join(' ', kinds));
        foreach (var kind in kinds.Except(["slow", "timeout", "lost-response", "half-batch", "search-lag"]))
        {
            await SetAsync($$"""{"kind":"{{kind}}"}""");
            var reply = await _emulator.SendAsync("GET", Contacts);
            Assert.True(reply.Status >= 300 || kind is "R13" or "R16", $"{kind}: {reply.Status} {reply.Text}");
            var last = (await _emulator.ControlAsync("GET", "requests?limit=1000")).GetProperty("requests").EnumerateArray().Last();
            Assert.Equal("fault " + kind, last.GetProperty("verdict").GetString());
            await _emulator.ControlAsync("DELETE", "faults");
        }
    }

    [Fact]
    public async Task Every_cause_of_the_catalogue_is_played_or_says_why_not()
    {
        var list = await _emulator.ControlAsync("GET", "faults/kinds");
        var played = list.GetProperty("kinds").EnumerateArray().Where(kind => kind.GetProperty("cause").GetBoolean()).Select(kind => kind.GetProperty("kind").GetString()!).ToArray();
        var notPlayed = list.GetProperty("notPlayed").EnumerateArray().Select(one => one.GetProperty("cause").GetString()!).ToArray();
        Assert.Empty(played.Intersect(notPlayed));
        Assert.Equal(Spoke.Emulator.Faults.CauseTitles.Ids.Order(StringComparer.Ordinal), played.Concat(notPlayed).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Faults_match_by_method_and_path_and_are_cleared()
    {
        await SetAsync("""{"kind":"500","method":"post","path":"*/batch/","times":2}""");
        (await _emulator.SendAsync("GET", Contacts)).Expect(200);
        (await _emulator.SendAsync("POST", Contacts + "/batch/read", """{"inputs":[]}""")).Expect(500);
        Assert.Equal(1, (await _emulator.ControlAsync("GET", "faults")).GetProperty("faults")[0].GetProperty("left").GetInt32());
        await _emulator.ControlAsync("DELETE", "faults");
        (await _emulator.SendAsync("POST", Contacts + "/batch/read", """{"inputs":[]}""")).Expect(200);
    }

    [Fact]
    public async Task Lost_response_is_done_all_the_same()
    {
        await SetAsync("""{"kind":"lost-response"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}"""));
        (await _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""")).Expect(409);
    }

    [Fact]
    public async Task Half_batch_does_half_and_answers_500()
    {
        await SetAsync("""{"kind":"half-batch"}""");
        var inputs = string.Join(',', Enumerable.Range(0, 10).Select(i => $$$"""{"properties":{"email":"c{{{i}}}@b.example"}}"""));
        (await _emulator.SendAsync("POST", Contacts + "/batch/create", $$"""{"inputs":[{{inputs}}]}""")).Expect(500);
        Assert.Equal(5, (await _emulator.SendAsync("GET", Contacts)).Json.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Slow_waits_by_the_clock_and_timeout_never_answers()
    {
        await SetAsync("""{"kind":"slow:5000"}""");
        var waiting = _emulator.SendAsync("GET", Contacts);
        while (!waiting.IsCompleted)
        {
            if ((await _emulator.ControlAsync("GET", "faults")).GetProperty("faults").GetArrayLength() == 0) _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        (await waiting).Expect(200);

        await SetAsync("""{"kind":"timeout"}""");
        using var impatient = new CancellationTokenSource();
        var never = _emulator.Http.GetAsync(Contacts, impatient.Token);
        while ((await _emulator.ControlAsync("GET", "faults")).GetProperty("faults").GetArrayLength() > 0) await Task.Yield();
        Assert.False(never.IsCompleted);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_call_that_hangs()
    {
        await SetAsync("""{"kind":"timeout"}""");
        var hanging = _emulator.Http.GetAsync(Contacts, TestContext.Current.CancellationToken);
        while ((await _emulator.ControlAsync("GET", "faults")).GetProperty("faults").GetArrayLength() > 0) await Task.Yield();
        var client = _emulator;
        _emulator = await EmulatorClient.StartAsync();
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => hanging);
    }

    [Fact]
    public async Task Search_lag_holds_until_cleared()
    {
        await SetAsync("""{"kind":"search-lag:10000"}""");
        (await _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""")).Expect(201);
        Assert.Equal(0, await TotalAsync());
        await _emulator.ControlAsync("POST", "clock", """{"advanceMs":10000}""");
        Assert.Equal(1, await TotalAsync());
        (await _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"b@b.example"}}""")).Expect(201);
        Assert.Equal(1, await TotalAsync());
        await _emulator.ControlAsync("DELETE", "faults");
        Assert.Equal(2, await TotalAsync());
    }

    private Task<JsonElement> SetAsync(string fault) => _emulator.ControlAsync("POST", "faults", fault);

    private async Task<int> TotalAsync() => (await _emulator.SendAsync("POST", Contacts + "/search", "{}")).Expect(200).Json.GetProperty("total").GetInt32();
}
