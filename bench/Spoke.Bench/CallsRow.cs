using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Shop;
using Spoke.Sync;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Bench;

/// <summary>
/// A first sync of a shop of 300 customers and 800 orders. Counted: all calls that write records or associations. Least possible: each object type's
/// records in hundreds, and each kind of association in two thousands.
/// </summary>
internal static class CallsRow
{
    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        try
        {
            await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
            var shop = new ShopOptions { DataDirectory = Path.Combine(folder.FullName, "shop"), DemoCustomers = 300, DemoOrders = 800, DemoInterval = TimeSpan.FromHours(1) };
            await using var server = await ShopServer.StartAsync(shop, cancellationToken: cancellationToken);
            await using var store = new SampleConnector(new SampleStoreOptions { Url = server.BaseUrl, ApiKey = shop.ApiKey });
            using var portal = emulator.Client();
            await using var database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(folder.FullName, "spoke.db")), cancellationToken);
            var engine = new SyncEngine(database, [new Connection("bench", store, portal, server.BaseUrl.ToString(), emulator.BaseUrl.ToString())], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
            var result = (await engine.RunOnceAsync(null, cancellationToken))[0];
            if (result.Summary is not { InStep: true } summary) throw new InvalidOperationException("the sync did not end in step", result.Failure);

            using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
            var state = JsonDocument.Parse(await http.GetStringAsync("/_emulator/state", cancellationToken)).RootElement;
            var records = state.GetProperty("records").EnumerateObject().Select(type => type.Value.GetInt32()).Where(count => count > 0).ToList();
            var journal = JsonDocument.Parse(await http.GetStringAsync("/_emulator/requests?limit=100000", cancellationToken)).RootElement.GetProperty("requests").EnumerateArray()
                .Where(call => call.GetProperty("method").GetString() == "POST").Select(call => call.GetProperty("path").GetString()!).ToList();
            var writes = journal.Count(path => path.Contains("/objects/", StringComparison.Ordinal) && path.Contains("/batch/", StringComparison.Ordinal));
            var associations = journal.Where(path => path.Contains("/associations/", StringComparison.Ordinal)).ToList();
            var least = records.Sum(count => (count + 99) / 100) + associations.Distinct().Count();
            var counted = writes + associations.Count;
            var ratio = (double)counted / least;
            return new Figure(ratio.ToString("0.00x", CultureInfo.InvariantCulture), "<= 1.10x", ratio <= 1.1, string.Create(CultureInfo.InvariantCulture, $"{counted} / {least} calls for {records.Sum():N0} records ({writes} record batches, {associations.Count} association batches); {summary.Calls} calls with all preparation and reading"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
