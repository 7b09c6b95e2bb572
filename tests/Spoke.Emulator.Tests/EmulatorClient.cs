using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Tests;

/// <summary>A running emulator and a bare HTTP client at its door.</summary>
internal sealed class EmulatorClient : IAsyncDisposable
{
    private readonly EmulatorServer _server;

    private EmulatorClient(EmulatorServer server)
    {
        _server = server;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.BaseUrl };
    }

    public HttpClient Http { get; }
    public Uri BaseUrl => _server.BaseUrl;

    public static async Task<EmulatorClient> StartAsync(EmulatorOptions? options = null) =>
        new(await EmulatorServer.StartAsync(options ?? new EmulatorOptions { Limits = LimitTier.Off }, TestContext.Current.CancellationToken));

    /// <summary>Sends with this Authorization value as it stands; null sends none.</summary>
    public async Task<Reply> SendAsync(string method, string path, string? body = null, string? authorization = "Bearer " + "pat-na1-00000000-0000-4000-8000-000000000001")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }

    public async Task<JsonElement> ControlAsync(string method, string call, string? body = null)
    {
        var reply = await SendAsync(method, "/_emulator/" + call, body, null);
        Assert.True(reply.Status < 300, $"{method} {call}: {reply.Status} {reply.Text}");
        return reply.Text.Length == 0 ? default : reply.Json;
    }

    /// <summary>A new token, ready for an Authorization header.</summary>
    public async Task<string> TokenAsync(string request = "{}") => "Bearer " + (await ControlAsync("POST", "tokens", request)).GetProperty("token").GetString();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }
}

internal sealed record Reply(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Category => Json.GetProperty("category").GetString()!;

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public Reply Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }
}
