using System.Globalization;
using System.Text.Json;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>Single reads through the client against the same reads, parsed as well, by a bare HttpClient. Rounds of both alternate.</summary>
internal static class ClientRow
{
    private const int Pairs = 25;
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.4);

    public static async Task<Figure> MeasureAsync(string repository, int callers, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        using var client = emulator.Client();
        var contact = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "bench@example.com", ["firstname"] = "Bench", ["lastname"] = "Mark" }), cancellationToken: cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All, UseCookies = false }) { BaseAddress = emulator.BaseUrl };
        var path = "/crm/objects/2026-09/contacts/" + contact.Id.Value;

        async Task Raw(CancellationToken stop)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + EmulatorProcess.Token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            response.EnsureSuccessStatusCode();
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(stop));
            var properties = document.RootElement.GetProperty("properties").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
            if (properties["email"] != "bench@example.com") throw new InvalidOperationException("another record came back");
        }

        async Task Ours(CancellationToken stop)
        {
            if ((await client.Contacts.GetAsync(contact.Id, cancellationToken: stop))?["email"] != "bench@example.com") throw new InvalidOperationException("another record came back");
        }

        await Rounds.PerSecondAsync(callers, s_warm, Raw, cancellationToken);
        await Rounds.PerSecondAsync(callers, s_warm, Ours, cancellationToken);
        var (raws, ours) = (new List<double>(), new List<double>());
        var (rawCost, ourCost) = (new ProcessorCost(), new ProcessorCost());
        for (var i = 0; i < Pairs; i++)
        {
            raws.Add(await rawCost.OfAsync(() => Rounds.PerSecondAsync(callers, s_round, Raw, cancellationToken), s_round));
            ours.Add(await ourCost.OfAsync(() => Rounds.PerSecondAsync(callers, s_round, Ours, cancellationToken), s_round));
        }
        var ratio = Rounds.Median(raws.Zip(ours, (raw, our) => our / raw));
        return new Figure(ratio.ToString("0.00x", CultureInfo.InvariantCulture), ">= 0.90x", ratio >= 0.9, string.Create(CultureInfo.InvariantCulture, $"{Rounds.Median(ours):N0} / {Rounds.Median(raws):N0} reads a second, median of {Pairs} pairs; {ourCost.Microseconds:0} / {rawCost.Microseconds:0} µs of processor a read"));
    }
}
