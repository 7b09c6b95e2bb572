using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Intake;

/// <summary>A shop that says everything at once: ten edits each of 500 orders, in any order.</summary>
public sealed class BurstTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const int Orders = 500;
    private const int Edits = 10;
    private const string Secret = "whsec_c3Bva2UtdGVzdC1zZWNyZXQ=";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-burst-").FullName;
    private EmulatorServer _emulator = null!;
    private ShopServer _shop = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token);
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = Path.Combine(_folder, "shop"), DemoTraffic = false }, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_of_a_burst_is_kept_and_ten_edits_of_an_order_cost_one_write(bool postgres)
    {
        await using var database = await SyncDatabase.OpenAsync(postgres ? new PostgresDialect(cluster.NewDatabase()) : new SqliteDialect(Path.Combine(_folder, "spoke.db")), Token);
        await using var store = new SampleConnector(new SampleStoreOptions { Url = _shop.BaseUrl, ApiKey = _shop.ApiKey, WebhookSecret = Secret });
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000 });
        var engine = new SyncEngine(database, [new Connection("shop-main", store, portal, "shop", "page")], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await PassAsync(engine);

        var changes = (from order in Enumerable.Range(1, Orders) from edit in Enumerable.Range(1, Edits) select (Order: order, Edit: edit)).ToArray();
        new Random(1).Shuffle(changes);
        var answers = await Task.WhenAll(changes.Select(change => Task.Run(() => PostAsync(engine, change.Order, change.Edit), Token)));
        Assert.All(answers, answer => Assert.Equal((200, "kept"), answer));
        Assert.Equal(Orders * Edits, await database.ReadAsync(db => db.ExecuteScalar<int>("select count(distinct delivery_id) from intake where state = 0"), Token));

        var written = (await PassAsync(engine)).Written;
        Assert.Equal((Orders, 0), (written.Created, written.Updated));
        Assert.Equal(Orders * Edits, await database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from intake where state = 1"), Token));
        var totals = new List<string?>();
        await foreach (var order in portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_total_price"] }, null, Token)) totals.Add(order["hs_total_price"]);
        Assert.Equal((Orders, $"10.{Edits}"), (totals.Count, Assert.Single(totals.Distinct())));
    }

    private static async Task<PassSummary> PassAsync(SyncEngine engine)
    {
        var result = Assert.Single(await engine.RunOnceAsync(null, Token));
        return result.Summary ?? throw result.Failure!;
    }

    private static Task<(int Status, string Text)> PostAsync(SyncEngine engine, int order, int edit)
    {
        var (id, timestamp) = ($"msg_{order}_{edit}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString());
        var body = $$$"""{"type":"order.changed","data":{"id":"b{{{order}}}","version":{{{1_000_000 + edit}}},"number":"B{{{order}}}","currency":"EUR","placedAt":"2026-03-01T12:00:00Z","status":"paid","shipping":0,"shippingTax":0,"total":{{{1000 + edit}}},"lines":[],"payments":[],"refunds":[],"shipments":[]}}""";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = "v1," + signature };
        return engine.Webhooks.ReceiveAsync("shop-main", headers, new MemoryStream(Encoding.UTF8.GetBytes(body)), Token);
    }
}
