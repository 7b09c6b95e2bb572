using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.HubSpot;
using Spoke.Sync;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Bench.FirstImport;

/// <summary>What an import came to, as its process prints it.</summary>
/// <param name="Reading">Seconds of its clock until the first record was written.</param>
/// <param name="Pushing">Seconds of its clock from the first written record to the last.</param>
/// <param name="PushCalls">Calls of any kind in that time.</param>
/// <param name="Peak">Most bytes of memory at any time.</param>
/// <param name="ReadTenths">Orders read a second, by tenths of the orders.</param>
/// <param name="PushTenths">Calls made a second, by tenths of the calls.</param>
internal sealed record ImportFigures(int Calls, int Writes, double Reading, double Pushing, int PushCalls, int TooMany, long Peak, int Created, bool InStep, IReadOnlyList<ImportTenth> ReadTenths, IReadOnlyList<ImportTenth> PushTenths);

[JsonSerializable(typeof(ImportFigures))]
internal sealed partial class ImportJson : JsonSerializerContext;

/// <summary>The engine of a first import in a process of its own, so that its memory is its own.</summary>
internal static class ImportProcess
{
    public const string Verb = "first-import-engine";

    public static async Task<int> RunAsync(Uri store, Uri portal, string database, int orders, FastClock clock)
    {
        Console.WriteLine("started");
        ISqlDialect dialect = database.StartsWith("sqlite:", StringComparison.Ordinal) ? new SqliteDialect(database["sqlite:".Length..]) : new PostgresDialect(database["postgres:".Length..]);
        await using var open = await SyncDatabase.OpenAsync(dialect, CancellationToken.None);
        using var wire = new CountedWire(clock);
        await using var shop = new ShopifyConnector(new ShopifyStoreOptions { Url = store, AccessToken = "shpat_stand-in", WebhookSecret = "unused" }, time: clock);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = portal, Token = () => EmulatorProcess.Token, ShareBudget = false }, wire, clock);
        var engine = new SyncEngine(open, [new Connection("bench", shop, client, store.ToString(), portal.ToString())], new SyncOptions(), clock, NullLoggerFactory.Instance);
        // Told as it is by spoke sync, which says where it is and counts on both ends meanwhile.
        var track = new ImportTrack(clock, wire);
        var result = (await engine.RunOnceAsync(track, CancellationToken.None))[0];
        if (result.Summary is not { } summary) throw new InvalidOperationException("the import was broken off", result.Failure);
        var calls = wire.WhilePushing;
        var pushing = calls.Count == 0 ? TimeSpan.Zero : calls[^1] - calls[0];
        using var itself = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new ImportFigures(wire.Count, wire.Writes, summary.Seconds - pushing.TotalSeconds, pushing.TotalSeconds, calls.Count, wire.TooMany, itself.PeakWorkingSet64, summary.Written.Created, summary.InStep, track.Reading(orders), track.Pushing()), ImportJson.Default.ImportFigures));
        return 0;
    }
}
