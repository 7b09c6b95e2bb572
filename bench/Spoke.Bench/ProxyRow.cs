using System.Globalization;
using System.Net.Http.Json;

namespace Spoke.Bench;

/// <summary>
/// Single reads through the proxy against the same reads straight to the emulator; rounds of both alternate. Client, proxy and emulator share the
/// processors. Latency: one caller. Throughput: at a portal that answers in no time, where every processor is busy and three programs share what two
/// had; and at one that takes 20 ms, as near as a portal ever is.
/// </summary>
internal static class ProxyRow
{
    private const int Pairs = 15;
    private const int Callers = 16;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.4);

    /// <summary>What the way through adds to the middle call of one caller.</summary>
    public static async Task<Figure> LatencyAsync(string repository, CancellationToken cancellationToken)
    {
        await using var scene = await Scene.StartAsync(repository, cancellationToken);
        for (var i = 0; i < 2000; i++) await scene.ReadAsync(scene.Direct, cancellationToken);
        for (var i = 0; i < 2000; i++) await scene.ReadAsync(scene.Through, cancellationToken);
        var (direct, through) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < 4000; pair++)
        {
            direct.Add(await TimeAsync(scene, scene.Direct, cancellationToken));
            through.Add(await TimeAsync(scene, scene.Through, cancellationToken));
        }
        var added = Rounds.Median(through) - Rounds.Median(direct);
        return new Figure(added.ToString("0.000 ms", CultureInfo.InvariantCulture), "< 1 ms", added < 1, string.Create(CultureInfo.InvariantCulture, $"p50 {Rounds.Median(through):0.000} ms through the proxy, {Rounds.Median(direct):0.000} ms without; p99 {Percentile(through):0.0} and {Percentile(direct):0.0} ms"));
    }

    /// <summary>What is left of the throughput.</summary>
    /// <param name="slowMs">How long the portal takes for a call; 0: no time.</param>
    public static async Task<Figure> ThroughputAsync(string repository, int slowMs, CancellationToken cancellationToken)
    {
        await using var scene = await Scene.StartAsync(repository, cancellationToken);
        if (slowMs > 0) await scene.SlowAsync(slowMs, cancellationToken);
        async Task<double> Of(HttpClient http) => await Rounds.PerSecondAsync(Callers, s_round, stop => scene.ReadAsync(http, stop), cancellationToken);
        for (var i = 0; i < 24; i++) await Of((i % 4) switch { 0 => scene.Direct, 1 => scene.Bare, _ => scene.Through });   // until the code is compiled for good
        var (direct, bare, through) = (new List<double>(), new List<double>(), new List<double>());
        var (cost, bareCost) = (new ProcessorCost(scene.Proxy.Process), new ProcessorCost(scene.BareProxy.Process));
        for (var i = 0; i < Pairs; i++)
        {
            direct.Add(await Of(scene.Direct));
            bare.Add(await bareCost.OfAsync(() => Of(scene.Bare), s_round));
            through.Add(await cost.OfAsync(() => Of(scene.Through), s_round));
        }
        var (ratio, bareRatio) = (OfDirect(through), OfDirect(bare));
        return new Figure(ratio.ToString("0%", CultureInfo.InvariantCulture), ">= 70%", ratio >= 0.7, string.Create(CultureInfo.InvariantCulture,
            $"{Rounds.Median(through):N0} / {Rounds.Median(direct):N0} reads a second, {Callers} callers, median of {Pairs} rounds; bare YARP {bareRatio:0%}, so the proxy is at {ratio / bareRatio:0%} of it; a call takes {cost.Microseconds:0} µs of processor in the proxy, {bareCost.Microseconds:0} in bare YARP"));

        double OfDirect(List<double> rates) => Rounds.Median(direct.Zip(rates, (one, other) => other / one));
    }

    private static async Task<double> TimeAsync(Scene scene, HttpClient http, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await scene.ReadAsync(http, cancellationToken);
        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Percentile(List<double> times) => times.Order().ElementAt(times.Count * 99 / 100);

    private sealed class Scene(EmulatorProcess emulator, ProxyProcess proxy, BareProxyProcess bareProxy, string path) : IAsyncDisposable
    {
        public HttpClient Bare { get; } = Client(bareProxy.BaseUrl);
        public BareProxyProcess BareProxy => bareProxy;
        public HttpClient Direct { get; } = Client(emulator.BaseUrl);
        public HttpClient Through { get; } = Client(proxy.BaseUrl);
        public ProxyProcess Proxy => proxy;

        public static async Task<Scene> StartAsync(string repository, CancellationToken cancellationToken)
        {
            var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
            var proxy = await ProxyProcess.StartAsync(repository, emulator.BaseUrl, cancellationToken);
            var bare = await BareProxyProcess.StartAsync(emulator.BaseUrl, cancellationToken);
            using var client = emulator.Client();
            var contact = await client.Contacts.CreateAsync(new HubSpot.CrmRecordInput(new Dictionary<string, string?> { ["email"] = "bench@example.com" }), cancellationToken: cancellationToken);
            return new Scene(emulator, proxy, bare, "/crm/v3/objects/contacts/" + contact.Id.Value);
        }

        public async Task ReadAsync(HttpClient http, CancellationToken cancellationToken)
        {
            using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
        }

        public async Task SlowAsync(int ms, CancellationToken cancellationToken)
        {
            using var answer = await Direct.PostAsJsonAsync("/_emulator/faults", new { kind = "slow:" + ms.ToString(CultureInfo.InvariantCulture), path, times = 1_000_000_000 }, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            Direct.Dispose();
            Through.Dispose();
            Bare.Dispose();
            await bareProxy.DisposeAsync();
            await proxy.DisposeAsync();
            await emulator.DisposeAsync();
        }

        private static HttpClient Client(Uri address)
        {
            var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + EmulatorProcess.Token);
            return http;
        }
    }
}
