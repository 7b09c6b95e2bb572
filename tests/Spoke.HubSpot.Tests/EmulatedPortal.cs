using System.Net.Http.Json;
using System.Text.Json;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests;

/// <summary>An emulated account and a client on it.</summary>
internal sealed class EmulatedPortal : IAsyncDisposable
{
    private readonly EmulatorServer _emulator;
    private readonly HttpClient _control;

    private EmulatedPortal(EmulatorServer emulator, Action<HubSpotClientOptions>? configure)
    {
        _emulator = emulator;
        _control = new HttpClient { BaseAddress = emulator.BaseUrl };
        Client = NewClient(configure);
    }

    public HubSpotClient Client { get; }

    public Uri BaseUrl => _emulator.BaseUrl;

    public static async Task<EmulatedPortal> StartAsync(ApiVersion version = ApiVersion.V2026_09, LimitTier limits = LimitTier.Pro) =>
        new(await EmulatorServer.StartAsync(new EmulatorOptions { Limits = limits }, TestContext.Current.CancellationToken), options => options.Version = version);

    public HubSpotClient NewClient(Action<HubSpotClientOptions>? configure = null)
    {
        var options = new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, Random = new Random(1) };
        configure?.Invoke(options);
        return new HubSpotClient(options);
    }

    public async Task PlayAsync(string kind, string? method = null, string? path = null, int times = 1)
    {
        using var answer = await _control.PostAsJsonAsync("/_emulator/faults", new { kind, method, path, times }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        using var answer = await _control.PostAsJsonAsync("/_emulator/clock", new { advanceMs = (long)by.TotalMilliseconds }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Calls the emulator was sent, oldest first: method, path and status.</summary>
    public async Task<IReadOnlyList<(string Method, string Path, int Status)>> JournalAsync()
    {
        var journal = await _control.GetFromJsonAsync<JsonElement>("/_emulator/requests?limit=5000", TestContext.Current.CancellationToken);
        return [.. journal.GetProperty("requests").EnumerateArray().OrderBy(r => r.GetProperty("number").GetInt64()).Select(r => (r.GetProperty("method").GetString()!, r.GetProperty("path").GetString()!, r.GetProperty("status").GetInt32()))];
    }

    /// <summary>Returns once so many calls have arrived.</summary>
    public async Task UnderWayAsync(int calls)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await JournalAsync()).Count < calls) await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    public async Task<string> TokenAsync(object request)
    {
        using var made = await _control.PostAsJsonAsync("/_emulator/tokens", request, TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _control.Dispose();
        await _emulator.DisposeAsync();
    }
}
