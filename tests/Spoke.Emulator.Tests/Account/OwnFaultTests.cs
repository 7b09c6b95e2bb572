namespace Spoke.Emulator.Tests.Account;

/// <summary>When the emulator itself has a fault, the caller still gets an answer in HubSpot's form.</summary>
public sealed class OwnFaultTests
{
    /// <summary>A clock that cannot make timers once it is broken: as good as any fault inside.</summary>
    private sealed class BreakableTime : TimeProvider
    {
        public bool Broken { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Broken ? throw new NullReferenceException("a fault within") : base.CreateTimer(callback, state, dueTime, period);
    }

    [Fact]
    public async Task Fault_is_a_500_with_an_id_and_the_journal_has_the_cause()
    {
        var time = new BreakableTime();
        await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, TimeProvider = time });
        await emulator.ControlAsync("POST", "faults", """{"kind":"slow:1"}""");
        time.Broken = true;
        var reply = (await emulator.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(500);
        time.Broken = false;
        var id = reply.Json.GetProperty("correlationId").GetString();
        Assert.Equal($$"""{"status":"error","message":"There was an internal error.","correlationId":"{{id}}","category":"INTERNAL_ERROR"}""", reply.Text);
        Assert.Equal(id, reply.Header("x-hubspot-correlation-id"));
        var entry = (await emulator.ControlAsync("GET", "requests")).GetProperty("requests")[0];
        Assert.Equal((500, "fault of the emulator"), (entry.GetProperty("status").GetInt32(), entry.GetProperty("verdict").GetString()));
        Assert.Contains("a fault within", entry.GetProperty("why").GetString());
        (await emulator.SendAsync("GET", "/crm/v3/objects/contacts")).Expect(200);
    }

    [Fact]
    public async Task Body_that_is_too_large_is_refused_in_JSON_at_every_door()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        foreach (var (method, path) in ((string, string)[])[("POST", "/crm/v3/objects/contacts"), ("PUT", "/_emulator/snapshot")])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(new byte[65 * 1024 * 1024]), Headers = { ExpectContinue = true, Authorization = new("Bearer", EmulatorServer.DefaultToken) } };
            using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((413, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }
        Assert.Equal(413, (await emulator.ControlAsync("GET", "requests")).GetProperty("requests")[0].GetProperty("status").GetInt32());
    }
}
