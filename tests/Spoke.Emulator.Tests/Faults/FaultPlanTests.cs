using System.Text.Json;

namespace Spoke.Emulator.Tests.Faults;

/// <summary>Which calls a fault is played on.</summary>
public sealed class FaultPlanTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorClient.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Chance_with_a_seed_hits_the_same_calls_every_time()
    {
        var runs = new List<string>();
        foreach (var seed in (int[])[7, 7, 8])
        {
            await _emulator.ControlAsync("DELETE", "faults");
            await SetAsync($$"""{"kind":"502","probability":0.2,"seed":{{seed}}}""");
            runs.Add(string.Concat(await StatusesAsync(200)));
        }
        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);
        Assert.InRange(runs[0].Split("502").Length - 1, 20, 60);
    }

    [Theory]
    [InlineData("""{"kind":"500","after":2,"times":2}""", "200 200 500 500 200 200")]
    [InlineData("""{"kind":"500","every":3,"times":2}""", "500 200 200 500 200 200")]
    [InlineData("""{"kind":"X16"}""", "401 200 401 200 401 200")]
    [InlineData("""{"faults":[{"kind":"429-ten-secondly"},{"kind":"503","times":2},{"kind":"500"}]}""", "429 503 503 500 200 200")]
    public async Task Plays_in_order_and_in_number(string faults, string expected)
    {
        await SetAsync(faults);
        Assert.Equal(expected, string.Join(' ', await StatusesAsync(6)));
    }

    [Fact]
    public async Task Plays_for_a_time_by_the_clock()
    {
        await _emulator.ControlAsync("POST", "clock", """{"set":"2026-12-01T00:00:00Z"}""");
        await SetAsync("""{"kind":"503","from":"2026-12-01T01:00:00Z","until":"2026-12-01T02:00:00Z"}""");
        var seen = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            seen.AddRange(await StatusesAsync(1));
            await _emulator.ControlAsync("POST", "clock", """{"advance":"PT30M"}""");
        }
        Assert.Equal([200, 200, 503, 503, 200], seen);
    }

    [Theory]
    [InlineData("""{"kind":"500","path":"/crm/v3/objects/{type}/{id}"}""", Contacts + "/1", Contacts)]
    [InlineData("""{"kind":"500","path":"/crm/*/objects/*/batch/"}""", "/crm/v3/objects/contacts/batch/read", Contacts)]
    [InlineData("""{"kind":"500","path":"*/contacts"}""", Contacts, "/crm/v3/objects/companies")]
    [InlineData("""{"kind":"500","path":"/crm/v3/objects/contacts"}""", Contacts + "/1", "/crm/v3/objects/companies")]
    public async Task Path_pattern(string fault, string hit, string missed)
    {
        await SetAsync(fault);
        Assert.NotEqual(500, (await _emulator.SendAsync("GET", missed)).Status);
        Assert.Equal(500, (await _emulator.SendAsync("GET", hit)).Status);
    }

    [Fact]
    public async Task Matches_by_token_account_and_header()
    {
        var (mine, other) = (await _emulator.TokenAsync(), await _emulator.TokenAsync());
        await SetAsync($$"""{"kind":"500","token":"{{mine["Bearer ".Length..]}}"}""");
        Assert.Equal(200, (await _emulator.SendAsync("GET", Contacts, null, other)).Status);
        Assert.DoesNotContain(mine["Bearer ".Length..], (await _emulator.ControlAsync("GET", "faults")).GetRawText());
        Assert.Equal(500, (await _emulator.SendAsync("GET", Contacts, null, mine)).Status);

        var elsewhere = await _emulator.TokenAsync("""{"state":"other-portal"}""");
        await SetAsync("""{"kind":"500","portal":1000002}""");
        Assert.Equal(200, (await _emulator.SendAsync("GET", Contacts, null, other)).Status);
        Assert.Equal(500, (await _emulator.SendAsync("GET", Contacts, null, elsewhere)).Status);

        await SetAsync("""{"kind":"500","headers":{"x-test":"one"}}""");
        Assert.Equal(200, (await SendAsync("two")).Status);
        Assert.Equal(500, (await SendAsync("one")).Status);
    }

    [Fact]
    public async Task One_fault_is_switched_off_on_and_removed()
    {
        await SetAsync("""{"kind":"500","times":100}""");
        await SetAsync("""{"kind":"503","times":100}""");
        await _emulator.ControlAsync("POST", "faults/1/off");
        Assert.Equal([503], await StatusesAsync(1));
        await _emulator.ControlAsync("POST", "faults/1/on");
        Assert.Equal([500], await StatusesAsync(1));
        await _emulator.ControlAsync("DELETE", "faults/1");
        Assert.Equal([503], await StatusesAsync(1));
        var left = Assert.Single((await _emulator.ControlAsync("GET", "faults")).GetProperty("faults").EnumerateArray());
        Assert.Equal((2, 98, 2), (left.GetProperty("id").GetInt32(), left.GetProperty("left").GetInt32(), left.GetProperty("played").GetInt32()));
        Assert.Contains("There is no fault 1", (await _emulator.SendAsync("DELETE", "/_emulator/faults/1", null, null)).Expect(400).Text);
    }

    [Fact]
    public async Task Kinds_tell_what_they_do_and_name_every_cause()
    {
        var answer = await _emulator.ControlAsync("GET", "faults/kinds");
        var kinds = answer.GetProperty("kinds").EnumerateArray().ToArray();
        Assert.All(kinds, kind => Assert.NotEqual("", kind.GetProperty("does").GetString()));
        var causes = kinds.Where(kind => kind.GetProperty("cause").GetBoolean()).Select(kind => kind.GetProperty("kind").GetString())
            .Concat(answer.GetProperty("notPlayed").EnumerateArray().Select(cause => cause.GetProperty("cause").GetString())).ToArray();
        Assert.Equal(89, causes.Length);
        Assert.Equal(89, causes.Distinct().Count());
    }

    [Fact]
    public async Task Clock_that_is_behind_shows_in_the_answers_date()
    {
        await SetAsync("""{"kind":"X03"}""");
        var reply = (await _emulator.SendAsync("GET", Contacts)).Expect(401);
        var now = (await _emulator.ControlAsync("GET", "state")).GetProperty("now").GetDateTimeOffset();
        Assert.InRange((reply.Headers.Date!.Value - now).TotalMinutes, 9, 10.1);
    }

    [Theory]
    [InlineData("""{"kind":"500","probability":0}""", "probability is above 0")]
    [InlineData("""{"kind":"500","probability":"often"}""", "probability is a number")]
    [InlineData("""{"kind":"500","tims":2}""", "no member 'tims'")]
    [InlineData("""{"kind":"500:3"}""", "takes no ':'")]
    [InlineData("""{"kind":"500","from":"soon"}""", "ISO 8601")]
    [InlineData("""{"kind":"500","every":0}""", "every is 1 or more")]
    [InlineData("""{"kind":"500","headers":["x"]}""", "headers is an object")]
    [InlineData("""{"kind":"500","portal":"mine"}""", "account's number")]
    [InlineData("""{"faults":[{"kind":"500"},{"kind":"5"}]}""", "There is no fault '5'")]
    public async Task Wrong_fault_says_what_is_wrong_and_sets_none(string fault, string expected)
    {
        Assert.Contains(expected, (await _emulator.SendAsync("POST", "/_emulator/faults", fault, null)).Expect(400).Json.GetProperty("error").GetString());
        Assert.Equal(0, (await _emulator.ControlAsync("GET", "faults")).GetProperty("faults").GetArrayLength());
    }

    private Task<JsonElement> SetAsync(string fault) => _emulator.ControlAsync("POST", "faults", fault);

    private async Task<List<int>> StatusesAsync(int calls)
    {
        var seen = new List<int>();
        for (var i = 0; i < calls; i++) seen.Add((await _emulator.SendAsync("GET", Contacts)).Status);
        return seen;
    }

    private async Task<Reply> SendAsync(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Contacts);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + EmulatorServer.DefaultToken);
        request.Headers.TryAddWithoutValidation("X-Test", header);
        using var response = await _emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, "", response.Headers, response.Content.Headers);
    }
}
