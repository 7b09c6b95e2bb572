using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>Single reads by 32 connections, one request at a time on each. The load is made with bare sockets, to leave the processors to the emulator.</summary>
internal static class EmulatorReadsRow
{
    private const int Connections = 32;
    private const int Target = 10_000;

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        using var client = emulator.Client();
        var contact = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "bench@example.com" }), cancellationToken: cancellationToken);
        var request = SocketLoad.Get($"/crm/v3/objects/contacts/{contact.Id}");
        var rounds = new List<double>();
        var length = TimeSpan.FromSeconds(2);
        await LoadAsync(emulator.BaseUrl.Port, request, length, cancellationToken);   // warms up
        var (theirs, ours) = (new ProcessorCost(emulator.Process), new ProcessorCost());
        for (var round = 0; round < 4; round++)
            rounds.Add(await theirs.OfAsync(() => ours.OfAsync(() => LoadAsync(emulator.BaseUrl.Port, request, length, cancellationToken), length), length));
        var median = Rounds.Median(rounds);
        return new Figure(median.ToString("N0", CultureInfo.InvariantCulture) + "/s", ">= 10,000/s", median >= Target, string.Create(CultureInfo.InvariantCulture, $"{Connections} connections from the same {Environment.ProcessorCount} processors, median of {rounds.Count}; a read takes {theirs.Microseconds:0} µs of processor in the emulator, {ours.Microseconds:0} in the load"));
    }

    private static Task<double> LoadAsync(int port, byte[] request, TimeSpan length, CancellationToken cancellationToken) =>
        SocketLoad.PerSecondAsync(port, Connections, _ => request, 200, length, cancellationToken);
}
