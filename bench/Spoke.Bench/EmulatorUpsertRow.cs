using System.Globalization;

namespace Spoke.Bench;

/// <summary>Batch upserts of 100 contacts a second over 8 connections: first all new, then all known.</summary>
internal static class EmulatorUpsertRow
{
    private const int Connections = 8;
    private const int Target = 300;
    private const int PerBatch = 100;
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(4);

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        await LoadAsync(batch => batch % 50, TimeSpan.FromSeconds(2));   // warms up, and makes the known ones
        var cost = new ProcessorCost(emulator.Process);
        var fresh = await LoadAsync(batch => 1_000 + batch, s_length);
        var known = await cost.OfAsync(() => LoadAsync(batch => batch % 50, s_length), s_length);
        var least = Math.Min(fresh, known);
        return new Figure(least.ToString("N0", CultureInfo.InvariantCulture) + "/s", ">= 300/s", least >= Target, string.Create(CultureInfo.InvariantCulture, $"{Connections} connections; {fresh:N0}/s when all 100 are new, {known:N0}/s when all are known, at {cost.Microseconds / 1_000:0.0} ms of processor a batch"));

        Task<double> LoadAsync(Func<long, long> batch, TimeSpan length) =>
            SocketLoad.PerSecondAsync(emulator.BaseUrl.Port, Connections, number => SocketLoad.Post("/crm/v3/objects/contacts/batch/upsert", Body(batch(number), number)), 200, length, cancellationToken);
    }

    private static string Body(long batch, long number) => "{\"inputs\":[" + string.Join(',', Enumerable.Range(0, PerBatch).Select(i =>
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"c{batch * PerBatch + i}@bench.example");
        return $$$"""{"id":"{{{email}}}","idProperty":"email","properties":{"firstname":"Bench","lastname":"Run {{{number}}}","phone":"+49 30 1234567","city":"Berlin"}}""";
    })) + "]}";
}
