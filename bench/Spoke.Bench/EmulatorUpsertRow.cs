using System.Globalization;
using System.Text;

namespace Spoke.Bench;

/// <summary>
/// Batch upserts of 100 contacts a second over 8 connections, all new and all known in alternating rounds. Both are warmed up: how long the compiler takes
/// to make its best of the code is not what is asked.
/// </summary>
internal static class EmulatorUpsertRow
{
    private const int Connections = 8;
    private const int Target = 300;
    private const int PerBatch = 100;
    private const int Rounds = 5;
    private const int Known = 50;
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(2);

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        var sent = (long)Known;
        for (var i = 0; i < 3; i++)
        {
            await LoadAsync(batch => batch % Known);
            await LoadAsync(_ => Interlocked.Increment(ref sent));
        }
        var (fresh, known) = (new List<double>(), new List<double>());
        var (freshCost, knownCost, loadCost) = (new ProcessorCost(emulator.Process), new ProcessorCost(emulator.Process), new ProcessorCost());
        for (var i = 0; i < Rounds; i++)
        {
            fresh.Add(await freshCost.OfAsync(() => loadCost.OfAsync(() => LoadAsync(_ => Interlocked.Increment(ref sent)), s_length), s_length));
            known.Add(await knownCost.OfAsync(() => LoadAsync(batch => batch % Known), s_length));
        }
        var least = Math.Min(Bench.Rounds.Median(fresh), Bench.Rounds.Median(known));
        return new Figure(least.ToString("N0", CultureInfo.InvariantCulture) + "/s", ">= 300/s", least >= Target, string.Create(CultureInfo.InvariantCulture,
            $"{Connections} connections, median of {Rounds} pairs; {Bench.Rounds.Median(fresh):N0}/s when all 100 are new, {Bench.Rounds.Median(known):N0}/s when all are known, at {freshCost.Microseconds / 1_000:0.0} and {knownCost.Microseconds / 1_000:0.0} ms of processor a batch, {loadCost.Microseconds / 1_000:0.0} in the load; {emulator.Memory / 1e9:0.00} GB"));

        Task<double> LoadAsync(Func<long, long> batch) =>
            SocketLoad.PerSecondAsync(emulator.BaseUrl.Port, Connections, number => SocketLoad.Post("/crm/v3/objects/contacts/batch/upsert", Body(batch(number), number)), 200, s_length, cancellationToken);
    }

    private static string Body(long batch, long number)
    {
        var text = new StringBuilder(20_000).Append("{\"inputs\":[");
        for (var i = 0; i < PerBatch; i++)
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$"""{"id":"c{{{batch * PerBatch + i}}}@bench.example","idProperty":"email","properties":{"firstname":"Bench","lastname":"Run {{{number}}}","phone":"+49 30 1234567","city":"Berlin"}}""");
        return text.Append("]}").ToString();
    }
}
