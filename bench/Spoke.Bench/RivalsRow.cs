using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>
/// The same contact read from the emulator, from Prism (an example in an OpenAPI description) and from WireMock.Net (a fixed mapping), each in a process of
/// its own, in alternating rounds. The emulator looks the record up behind credential, scopes and journal; the other two answer fixed bytes.
/// </summary>
internal static class RivalsRow
{
    private const int Connections = 16;
    private const int RoundsEach = 3;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1.5);

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        using var client = emulator.Client();
        var contact = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "bench@example.com", ["firstname"] = "Bench" }), cancellationToken: cancellationToken);
        var path = $"/crm/v3/objects/contacts/{contact.Id}";
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + EmulatorProcess.Token);
        var body = await http.GetStringAsync(path, cancellationToken);

        await using var wireMock = await WireMockProcess.StartAsync(path, body, cancellationToken);
        await using var prism = await PrismProcess.StartAsync(repository, body, cancellationToken);
        List<double> ours = [], wireMocks = [], prisms = [];
        var (ourCost, wireMockCost) = (new ProcessorCost(emulator.Process), new ProcessorCost(wireMock.Process));
        foreach (var _ in Enumerable.Range(0, RoundsEach + 1))
        {
            ours.Add(await ourCost.OfAsync(() => LoadAsync(emulator.BaseUrl.Port), s_round));
            wireMocks.Add(await wireMockCost.OfAsync(() => LoadAsync(wireMock.Port), s_round));
            if (prism is not null) prisms.Add(await LoadAsync(prism.Port));
        }
        var (our, theirs) = (Middle(ours), Middle(wireMocks));
        var best = prism is null ? theirs : Math.Max(theirs, Middle(prisms));
        var ratio = our / best;
        var prismText = prism is null ? "Prism is not there: Node.js is missing" : string.Create(CultureInfo.InvariantCulture, $"Prism {Middle(prisms):N0}/s ({our / Middle(prisms):0.0}x)");
        return new Figure(ratio.ToString("0.0x", CultureInfo.InvariantCulture), ">= 1.0x", ratio >= 1, string.Create(CultureInfo.InvariantCulture, $"emulator {our:N0}/s at {ourCost.Microseconds:0} µs of processor, WireMock.Net {theirs:N0}/s ({our / theirs:0.0}x) at {wireMockCost.Microseconds:0} µs, {prismText}; {body.Length} bytes, {Connections} connections, median of {RoundsEach}"));

        Task<double> LoadAsync(int port) => SocketLoad.PerSecondAsync(port, Connections, One(SocketLoad.Get(path, $"127.0.0.1:{port}")), 200, s_round, cancellationToken);
    }

    private static Func<long, byte[]> One(byte[] request) => _ => request;

    private static double Middle(List<double> rounds) => Rounds.Median(rounds.Skip(1));   // the first warms up
}
