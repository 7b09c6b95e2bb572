using Microsoft.Extensions.Time.Testing;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>What depends on real time, driven by a clock of the test; and the journal as an app reads it over HTTP.</summary>
public sealed class PatienceTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private EmulatorClient _emulator = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, TimeProvider = _time });
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_receiver_has_five_seconds_to_answer()
    {
        var hangs = new TaskCompletionSource();
        _receiver.Answers.Enqueue(_ => hangs.Task);
        await _emulator.ControlAsync("POST", "webhooks", $$"""{"appId":5,"targetUrl":"{{_receiver.Url}}","subscriptions":[{"eventType":"contact.creation"}]}""");
        await _emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
        await _receiver.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(408, (await _emulator.SendAsync("GET", "/_emulator/webhooks/idle?timeoutMs=50", null, null)).Status);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _emulator.ControlAsync("GET", "webhooks/idle?timeoutMs=20000");
        var delivery = (await _emulator.ControlAsync("GET", "webhooks/deliveries")).GetProperty("deliveries")[0];
        Assert.Equal("no answer within 5 s", delivery.GetProperty("attempts")[0].GetProperty("outcome").GetProperty("error").GetString());
        Assert.Equal("waiting", delivery.GetProperty("status").GetString());
        hangs.SetResult();
    }

    [Fact]
    public async Task Nobody_at_the_address_is_a_failed_attempt()
    {
        await _receiver.DisposeAsync();
        await _emulator.ControlAsync("POST", "webhooks", $$"""{"appId":5,"targetUrl":"{{_receiver.Url}}","subscriptions":[{"eventType":"contact.creation"}]}""");
        await _emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
        await _emulator.ControlAsync("GET", "webhooks/idle?timeoutMs=20000");
        var delivery = (await _emulator.ControlAsync("GET", "webhooks/deliveries")).GetProperty("deliveries")[0];
        Assert.Equal(("waiting", 0), (delivery.GetProperty("status").GetString(), delivery.GetProperty("attempts")[0].GetProperty("outcome").GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task The_journal_s_address_is_read_without_a_credential()
    {
        var app = await _emulator.TokenAsync("""{"kind":"oauth","scopes":["webhooks-journal-data-access","webhooks-journal-subscription-management"]}""");
        (await _emulator.SendAsync("POST", "/webhooks-journal/subscriptions/2026-03", """{"subscriptionType":"OBJECT","portalId":1000001,"objectTypeId":"0-1","actions":["CREATE"],"properties":["email"],"objectIds":[]}""", app)).Expect(200);
        (await _emulator.SendAsync("GET", "/webhooks-journal/journal/2026-03/earliest", null, app)).Expect(204);
        await _emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""");
        (await _emulator.SendAsync("GET", "/webhooks-journal/journal/2026-03/earliest")).Expect(401);
        var url = (await _emulator.SendAsync("GET", "/webhooks-journal/journal/2026-03/earliest", null, app)).Expect(200).Json.GetProperty("url").GetString()!;
        Assert.StartsWith(_emulator.BaseUrl.ToString(), url);
        var file = (await _emulator.SendAsync("GET", url, null, null)).Expect(200);
        Assert.Equal("a@b.example", file.Json.GetProperty("journalEvents")[0].GetProperty("properties").GetProperty("email").GetString());
        Assert.Null(file.Header("x-hubspot-correlation-id"));
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Contains("expired", (await _emulator.SendAsync("GET", url, null, null)).Expect(403).Text);
    }
}
