using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Spoke.Commerce.Connectors.Sample;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Bench;

/// <summary>
/// 5,000 webhooks at once through the door: signature checked on the raw bytes, kept on disk, acknowledged. Beside it the same rows by an insert
/// and a savepoint each, as writes of different kinds are carried out.
/// </summary>
internal static class IntakeBurstRow
{
    private const int Burst = 5000;
    private const int Bursts = 5;
    private const string Secret = "whsec_c3Bva2UtYmVuY2gtc2VjcmV0";
    private static readonly byte[] s_key = Convert.FromBase64String(Secret["whsec_".Length..]);

    public static async Task<Figure> MeasureAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        try
        {
            var sqlite = await OnAsync(new SqliteDialect(Path.Combine(folder.FullName, "intake.db")), cancellationToken);
            using var server = BenchPostgres.Start();
            if (server is null) return Of([("SQLite", sqlite)], ", PostgreSQL not installed");
            return Of([("SQLite", sqlite), ("PostgreSQL", await OnAsync(new PostgresDialect(server.Database), cancellationToken))], "");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure Of(IReadOnlyList<(string Name, (double Taken, double Alone) PerSecond)> measured, string more) => new(
        string.Join(", ", measured.Select(m => (m.PerSecond.Taken / Burst).ToString("0.00x", CultureInfo.InvariantCulture))), ">= 1.00x", measured.All(m => m.PerSecond.Taken >= Burst),
        string.Join(", ", measured.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name} {m.PerSecond.Taken:N0} a second (one by one {m.PerSecond.Alone:N0})"))) + $", median of {Bursts} bursts of {Burst:N0}" + more);

    private static async Task<(double Taken, double Alone)> OnAsync(ISqlDialect dialect, CancellationToken cancellationToken)
    {
        await using var database = await SyncDatabase.OpenAsync(dialect, cancellationToken);
        await using var store = new SampleConnector(new SampleStoreOptions { Url = new Uri("http://127.0.0.1:9"), ApiKey = "unused", WebhookSecret = Secret });
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = new Uri("http://127.0.0.1:9"), Token = () => EmulatorProcess.Token });
        var door = new WebhookDoor(new ChangeIntake(database, TimeProvider.System), [new Connection("bench", store, portal, "shop", "page")], TimeProvider.System);
        var (taken, alone) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Bursts; round++)
        {
            var deliveries = Enumerable.Range(0, Burst).Select(i => Signed($"m{round}-{i}")).ToList();
            var perSecond = await AtOnceAsync(deliveries, async delivery =>
            {
                var (status, text) = await door.ReceiveAsync("bench", delivery.Headers, new MemoryStream(delivery.Body), cancellationToken);
                if (status != 200) throw new InvalidOperationException($"{status} {text}");
            });
            var oneByOne = await AtOnceAsync(deliveries, delivery => database.WriteAsync((db, transaction) => db.Execute(
                "insert into intake (connection, kind, platform_id, version, deleted, delivery_id, payload, received_at, state) values ('alone', 3, @id, 1, 0, @id, @Body, 0, 0) on conflict do nothing", new { id = delivery.Headers["webhook-id"], delivery.Body }, transaction), cancellationToken));
            if (round == 0) continue;   // everything is compiled by now
            taken.Add(perSecond);
            alone.Add(oneByOne);
        }
        return (Rounds.Median(taken), Rounds.Median(alone));
    }

    private static async Task<double> AtOnceAsync<T>(IReadOnlyList<T> deliveries, Func<T, Task> take)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(deliveries.Select(delivery => Task.Run(() => take(delivery))));
        return deliveries.Count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static (Dictionary<string, string> Headers, byte[] Body) Signed(string id)
    {
        var body = $$$"""{"type":"order.changed","data":{"id":"{{{id}}}","version":1,"note":"{{{new string('x', 600)}}}"}}""";
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return (new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + signature }, Encoding.UTF8.GetBytes(body));
    }
}
