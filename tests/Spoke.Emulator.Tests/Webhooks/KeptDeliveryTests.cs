using System.Text.Json;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>Deliveries outlive the emulator that began them.</summary>
public sealed class KeptDeliveryTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-hooks").FullName;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_waits_for_its_next_attempt_goes_on_after_a_restart()
    {
        _receiver.Answer(500);
        await using (var emulator = await StartAsync())
        {
            await SubscribeAsync(emulator);
            await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
            await IdleAsync(emulator);
        }
        await using (var emulator = await StartAsync())
        {
            Assert.Equal("waiting", (await emulator.ControlAsync("GET", "webhooks/deliveries")).GetProperty("deliveries")[0].GetProperty("status").GetString());
            await emulator.ControlAsync("POST", "clock", """{"advance":"PT2M"}""");
            await IdleAsync(emulator);
            Assert.Equal([0, 1], _receiver.All.Select(one => one.Events[0].GetProperty("attemptNumber").GetInt32()));
        }
    }

    [Fact]
    public async Task What_was_under_way_at_the_stop_is_sent_again()
    {
        var hangs = new TaskCompletionSource();
        _receiver.Answers.Enqueue(_ => hangs.Task);
        await using (var emulator = await StartAsync())
        {
            await SubscribeAsync(emulator);
            await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
            await _receiver.NextAsync();
        }
        hangs.SetResult();
        await using (var emulator = await StartAsync()) await IdleAsync(emulator);
        Assert.Equal(2, _receiver.All.Count);
        Assert.Equal(_receiver.All.First().Body, _receiver.All.Last().Body);
    }

    [Fact]
    public async Task A_restart_sends_nothing_twice_that_was_taken_and_has_the_same_state()
    {
        string before;
        await using (var emulator = await StartAsync())
        {
            await SubscribeAsync(emulator);
            await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
            await IdleAsync(emulator);
            before = (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text;
        }
        await using (var emulator = await StartAsync())
        {
            await IdleAsync(emulator);
            Assert.Equal(before, (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text);
        }
        Assert.Single(_receiver.All);
    }

    [Fact]
    public async Task A_reset_drops_what_was_under_way()
    {
        var hangs = new TaskCompletionSource();
        _receiver.Answers.Enqueue(_ => hangs.Task);
        await using var emulator = await StartAsync();
        await SubscribeAsync(emulator);
        await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
        await _receiver.NextAsync();
        await emulator.ControlAsync("POST", "reset");
        hangs.SetResult();
        await IdleAsync(emulator);
        Assert.Empty((await emulator.ControlAsync("GET", "webhooks/deliveries")).GetProperty("deliveries").EnumerateArray());
    }

    private Task<EmulatorClient> StartAsync() => EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = _folder });

    private Task<JsonElement> SubscribeAsync(EmulatorClient emulator) =>
        emulator.ControlAsync("POST", "webhooks", $$"""{"appId":5,"targetUrl":"{{_receiver.Url}}","subscriptions":[{"eventType":"contact.creation"}]}""");

    private static Task<JsonElement> IdleAsync(EmulatorClient emulator) => emulator.ControlAsync("GET", "webhooks/idle?timeoutMs=20000");
}
