using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Webhooks;

/// <summary>The mapped endpoint over real HTTP.</summary>
public sealed class WebhookEndpointTests : IAsyncDisposable
{
    private const string Secret = "00000000-0000-4000-8000-0000005ec2e7";
    private const string Body = """[{"eventId":1,"portalId":3,"occurredAt":1564113600123,"subscriptionType":"contact.creation","objectId":5}]""";
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_000));
    private readonly List<WebhookEvent> _got = [];
    private readonly HttpClient _http = new();
    private WebApplication? _app;

    [Fact]
    public async Task A_genuine_delivery_reaches_the_handler_and_is_answered_204()
    {
        var address = await StartAsync();
        using var answer = await SendAsync(address + "?from=hubspot", Body);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(5, Assert.Single(_got).ObjectId);
    }

    [Fact]
    public async Task Behind_a_proxy_the_public_address_is_what_counts()
    {
        var address = await StartAsync(publicAddress: new Uri("https://shop.example"));
        using var answer = await SendAsync(address + "?a=%2Fb", Body, signedAs: "https://shop.example/hubspot/webhooks?a=%2Fb");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Somebody_else_gets_401_with_a_reason_and_the_handler_nothing()
    {
        var address = await StartAsync();
        using var forged = await SendAsync(address, Body, secret: "another");
        using var bare = await _http.PostAsync(address, new StringContent(Body), TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(6));
        using var replayed = await SendAsync(address, Body, ageMs: 360_000);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [forged.StatusCode, bare.StatusCode, replayed.StatusCode]);
        Assert.Contains("clock", await replayed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(_got);
    }

    [Fact]
    public async Task A_genuine_body_without_events_is_400_and_one_too_long_413()
    {
        var address = await StartAsync();
        using var odd = await SendAsync(address, "{}");
        using var huge = await SendAsync(address, "[" + new string(' ', 3 * 1024 * 1024) + "]");
        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge], [odd.StatusCode, huge.StatusCode]);
    }

    [Fact]
    public async Task When_the_handler_fails_HubSpot_is_told_to_send_again()
    {
        var address = await StartAsync(handle: (_, _) => throw new IOException("disk"));
        using var answer = await SendAsync(address, Body);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    private async Task<string> StartAsync(Uri? publicAddress = null, Func<IReadOnlyList<WebhookEvent>, CancellationToken, Task>? handle = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapHubSpotWebhooks("/hubspot/webhooks", new HubSpotWebhookOptions { Secrets = () => ["retired", Secret], PublicAddress = publicAddress, TimeProvider = _clock }, handle ?? ((events, _) =>
        {
            _got.AddRange(events);
            return Task.CompletedTask;
        }));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        return _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hubspot/webhooks";
    }

    private Task<HttpResponseMessage> SendAsync(string address, string body, string secret = Secret, string? signedAs = null, long ageMs = 0)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var timestamp = (_clock.GetUtcNow().ToUnixTimeMilliseconds() - ageMs).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-HubSpot-Signature-v3", WebhookSignature.ComputeV3(secret, "POST", WebhookSignature.Unescape(signedAs ?? address), bytes, timestamp));
        request.Headers.Add("X-HubSpot-Request-Timestamp", timestamp);
        return _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null) await _app.DisposeAsync();
    }
}
