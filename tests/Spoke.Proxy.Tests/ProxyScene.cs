using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.Proxy.Tests;

/// <summary>An emulated account, a proxy before it, and a bare client at the proxy's door that holds no token of use.</summary>
internal sealed class ProxyScene : IAsyncDisposable
{
    public const string JunkToken = "pat-na1-99999999-9999-4999-8999-999999999999";
    private readonly EmulatorServer _emulator;
    private readonly HttpClient _control;

    private ProxyScene(EmulatorServer emulator, ProxyServer proxy)
    {
        _emulator = emulator;
        Proxy = proxy;
        _control = new HttpClient { BaseAddress = emulator.BaseUrl };
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = proxy.BaseUrl };
    }

    public ProxyServer Proxy { get; }
    public HttpClient Http { get; }
    public Uri Emulator => _emulator.BaseUrl;

    public static async Task<ProxyScene> StartAsync(Action<ProxyOptions>? configure = null, Action<HubSpotClientOptions>? portal = null, LimitTier limits = LimitTier.Off, TimeProvider? emulatorTime = null)
    {
        var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = limits, TimeProvider = emulatorTime ?? TimeProvider.System }, TestContext.Current.CancellationToken);
        var client = new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000, Random = new Random(1) };
        portal?.Invoke(client);
        var options = new ProxyOptions { Portals = [new ProxyPortal("main", client)] };
        configure?.Invoke(options);
        return new ProxyScene(emulator, await ProxyServer.StartAsync(options, TestContext.Current.CancellationToken));
    }

    /// <summary>A call through the proxy, with the headers given and nothing else.</summary>
    public async Task<Reply> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public async Task<JsonElement> AskAsync(string call) => (await SendAsync("GET", "/_proxy/" + call)).Expect(200).Json;

    public async Task PlayAsync(string kind, string? method = null, string? path = null, int times = 1)
    {
        using var answer = await _control.PostAsJsonAsync("/_emulator/faults", new { kind, method, path, times }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<string> TokenAsync(object request)
    {
        using var made = await _control.PostAsJsonAsync("/_emulator/tokens", request, TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString()!;
    }

    /// <summary>What reached the emulator, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReachedAsync()
    {
        var journal = await _control.GetFromJsonAsync<JsonElement>("/_emulator/requests?limit=5000", TestContext.Current.CancellationToken);
        return [.. journal.GetProperty("requests").EnumerateArray().OrderBy(r => r.GetProperty("number").GetInt64())];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _control.Dispose();
        await Proxy.DisposeAsync();
        await _emulator.DisposeAsync();
    }
}

internal sealed record Reply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public Reply Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }
}
