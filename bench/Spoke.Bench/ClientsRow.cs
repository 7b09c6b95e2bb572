using System.Globalization;
using Spoke.Bench.Clients;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>
/// The same job by four clients against one emulator, in rounds that alternate: a bare HttpClient, ours, a client as Kiota generates it, and HubSpot's own
/// for Node in a process of its own. The result is ours against the better of Kiota's and HubSpot's.
/// </summary>
internal static class ClientsRow
{
    private const int Rounded = 9;
    private const int Records = 2_000;
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.5);

    public static Task<Figure> ReadsAsync(string repository, CancellationToken cancellationToken) => MeasureAsync(repository, "reads", 16, (client, id, stop) => client.ReadAsync(id, stop), cancellationToken);

    public static Task<Figure> UpsertsAsync(string repository, CancellationToken cancellationToken) => MeasureAsync(repository, "upserts", 4, (client, _, stop) => client.UpsertAsync(stop), cancellationToken);

    public static Task<Figure> PagesAsync(string repository, CancellationToken cancellationToken) => MeasureAsync(repository, "pages", 1, async (client, _, stop) =>
    {
        if (await client.PagesAsync(stop) < Records) throw new InvalidOperationException("not all came");
    }, cancellationToken);

    private static async Task<Figure> MeasureAsync(string repository, string what, int callers, Func<IContactsClient, string, CancellationToken, Task> job, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        using var ours = emulator.Client();
        var id = (await ours.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = Contacts.Email, ["firstname"] = "Bench", ["lastname"] = "Mark" }), cancellationToken: cancellationToken)).Id.Value;
        if (what == "pages") await ours.Contacts.BatchCreateAsync([.. Enumerable.Range(0, Records).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"page{i}@example.com" }))], cancellationToken: cancellationToken);
        using var raw = new RawContacts(emulator.BaseUrl);
        using var kiota = new KiotaContacts(emulator.BaseUrl);
        IContactsClient[] clients = [raw, new SpokeContacts(ours), kiota];
        await using var node = await NodeContacts.StartAsync(repository, emulator.BaseUrl, id, cancellationToken);

        foreach (var client in clients) await Rounds.PerSecondAsync(callers, s_warm, stop => job(client, id, stop), cancellationToken);
        if (node is not null) await node.MeasureAsync(what, callers, s_warm, cancellationToken);
        var rates = clients.Select(_ => new List<double>()).ToList();
        var costs = clients.Select(_ => new ProcessorCost()).ToList();
        var (nodeRates, nodeCosts) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounded; round++)
        {
            for (var i = 0; i < clients.Length; i++) rates[i].Add(await costs[i].OfAsync(() => Rounds.PerSecondAsync(callers, s_round, stop => job(clients[i], id, stop), cancellationToken), s_round));
            if (node is null) continue;
            var (rate, cost) = await node.MeasureAsync(what, callers, s_round, cancellationToken);
            nodeRates.Add(rate);
            nodeCosts.Add(cost);
        }
        var (rawRatio, kiotaRatio) = (Ratio(rates[1], rates[0]), Ratio(rates[1], rates[2]));
        double? nodeRatio = node is null ? null : Ratio(rates[1], nodeRates);
        var result = Math.Min(kiotaRatio, nodeRatio ?? kiotaRatio);
        return new Figure(result.ToString("0.00x", CultureInfo.InvariantCulture), ">= 1.0x", result >= 1, string.Create(CultureInfo.InvariantCulture,
            $"{rawRatio:0.00}x HttpClient, {kiotaRatio:0.00}x Kiota, {(nodeRatio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) + "x" : "no")} Node; a second: {Said(rates[0], costs[0].Microseconds)} HttpClient, {Said(rates[1], costs[1].Microseconds)} ours, {Said(rates[2], costs[2].Microseconds)} Kiota{(node is null ? "" : $", {Said(nodeRates, Rounds.Median(nodeCosts))} Node")}"));
    }

    private static double Ratio(IEnumerable<double> ours, IEnumerable<double> theirs) => Rounds.Median(ours.Zip(theirs, (our, their) => our / their));

    private static string Said(List<double> rates, double microseconds) => string.Create(CultureInfo.InvariantCulture, $"{Rounds.Median(rates):#,##0.#} ({microseconds:#,##0} µs)");
}
