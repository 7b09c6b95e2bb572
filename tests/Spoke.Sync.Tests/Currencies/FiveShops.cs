using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.StandIns.Shopify;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Currencies;

/// <summary>Five shops, each with a currency of its own, kept in step with one portal by the whole engine.</summary>
internal sealed class FiveShops : IAsyncDisposable
{
    private static readonly (string Currency, bool Inside)[] Kinds = [("EUR", true), ("USD", false), ("JPY", true), ("KWD", false), ("GBP", true)];
    private static readonly string[] OrderProperties = ["spoke_key", "hs_currency_code", "hs_total_price", "hs_tax", "hs_shipping_cost", "hs_order_discount", "hs_refund_amount", "spoke_net_revenue"];
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-money-").FullName;
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly List<(ShopifyStandIn Shop, Connection Connection)> _shops = [];
    private EmulatorServer _emulator = null!;
    private SyncDatabase _database = null!;

    public static CancellationToken Token => TestContext.Current.CancellationToken;
    private HubSpotClient Portal { get; set; } = null!;

    /// <summary>By the name of the connection.</summary>
    public Dictionary<string, Books> Books { get; } = [];

    public static async Task<FiveShops> StartAsync()
    {
        var five = new FiveShops { _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token) };
        five.Portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = five._emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000 });
        five._database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(five._folder, "spoke.db")), Token);
        foreach (var (currency, inside) in Kinds)
        {
            var shop = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { Currency = currency, TaxesIncluded = inside, BucketSize = 1e9, Time = five._clock }, Token);
            var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = shop.BaseUrl, AccessToken = "shpat_stand-in", WebhookSecret = "spoke-test-secret" });
            var name = "shop-" + currency.ToLowerInvariant();
            five._shops.Add((shop, new Connection(name, connector, five.Portal, name + ".example", "page")));
            five.Books.Add(name, new Books(shop.Shop, currency, inside));
        }
        return five;
    }

    public async Task PassAsync()
    {
        foreach (var result in await new SyncEngine(_database, [.. _shops.Select(s => s.Connection)], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance).RunOnceAsync(null, Token))
        {
            if (result.Summary is not { } summary) throw result.Failure!;
            Assert.True(summary.InStep, string.Join("\n", summary.Quarantine.Select(q => $"{q.What} {q.Property} {q.Example}: {q.Problem}")));
        }
        _clock.Advance(TimeSpan.FromMinutes(2));   // Shopify dates things in whole seconds
    }

    /// <summary>A shop reckons the tax of its first line one minor unit higher than it should: a fault of rounding.</summary>
    public void Mistake(string name)
    {
        var line = _shops.Single(s => s.Connection.Name == name).Shop.Shop.FindOrder(Books[name].FirstOrder)!.Lines[0];
        line.Tax += Books[name].Unit;
    }

    /// <summary>The shop's own books, the ledger and HubSpot say the same, and so does the reconciliation.</summary>
    public async Task AssertEqualAsync()
    {
        var (orders, contacts) = (await AllAsync("orders", OrderProperties), await AllAsync("contacts", ["spoke_key", "spoke_orders_count", "spoke_currency", "spoke_total_spent", "spoke_net_spent"]));
        foreach (var (_, connection) in _shops)
        {
            var books = Books[connection.Name];
            var known = books.Sums;
            var ledger = await LedgerAsync(connection.Name, books.Currency);
            Assert.Equal(known, ledger);
            Assert.Equal(known, There(connection.Name, books, orders, contacts));
            var drift = await new Reconciliation(_database, connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance).CompareAsync(all: false, Token);
            Assert.True(drift.InStep, string.Join("\n", drift.Examples));
            if (known.Orders == 0) continue;
            var sum = Assert.Single(drift.Sums);
            Assert.True(sum.Agree);
            Assert.Equal((known.Orders, known.Total, known.Net, known.Refunded), (sum.Ledger.Orders, books.Minor(sum.Ledger.Total), books.Minor(sum.Ledger.Net), books.Minor(sum.Ledger.Refunded)));
        }
    }

    private static Sums There(string name, Books books, List<CrmRecord> orders, List<CrmRecord> contacts)
    {
        var mine = orders.Where(order => order["spoke_key"]!.StartsWith(name + ":", StringComparison.Ordinal)).ToList();
        Assert.All(mine, order => Assert.Equal(books.Currency, order["hs_currency_code"]));
        var people = contacts.Where(contact => contact["spoke_key"]!.StartsWith(name + ":", StringComparison.Ordinal)).ToList();
        long Sum(List<CrmRecord> records, string property) => records.Sum(record => books.Minor(record[property]));
        return new Sums(mine.Count, Sum(mine, "hs_total_price"), Sum(mine, "hs_tax"), Sum(mine, "hs_shipping_cost"), Sum(mine, "hs_order_discount"), Sum(mine, "hs_refund_amount"), Sum(mine, "spoke_net_revenue"),
            people.Sum(contact => int.Parse(contact["spoke_orders_count"] ?? "0", System.Globalization.CultureInfo.InvariantCulture)), Sum(people, "spoke_total_spent"), Sum(people, "spoke_net_spent"));
    }

    private async Task<Sums> LedgerAsync(string name, string currency)
    {
        var (bodies, total, people) = await _database.ReadAsync(db => (
            db.Query<string>("select body from ledger where connection = @name and kind = 3 and deleted = 0", new { name }).AsList(),
            db.ExecuteScalar<long>("select coalesce(sum(total), 0) from ledger where connection = @name and kind = 3 and deleted = 0", new { name }),
            db.QuerySingle<(long Counted, long Spent, long Net)>("select coalesce(sum(orders_count), 0), coalesce(sum(total_spent), 0), coalesce(sum(net_spent), 0) from aggregates where connection = @name and currency = @currency", new { name, currency })), Token);
        var orders = bodies.Select(body => (Order)LedgerJson.Read(body)).ToList();
        Assert.Equal(total, orders.Sum(order => order.Amounts.Total.Minor));
        Assert.All(orders, order => Assert.Equal(order.Amounts.Total, order.Amounts.Sum));
        return new Sums(orders.Count, total, orders.Sum(o => o.Amounts.Tax.Minor), orders.Sum(o => o.Amounts.Shipping.Minor), orders.Sum(o => o.Amounts.Discounts.Minor), orders.Sum(o => OrderFigures.Of(o).Refunded.Minor), orders.Sum(o => OrderFigures.Of(o).NetRevenue.Minor),
            (int)people.Counted, people.Spent, people.Net);
    }

    public Task<List<CrmRecord>> AllAsync(string @object, IReadOnlyList<string> properties) => Portal.Objects(@object).ListAsync(new ReadOptions { Properties = properties }, null, Token).ToListAsync(Token).AsTask();

    public Task SetAsync(string @object, RecordId id, string property, string value) => Portal.Objects(@object).UpdateAsync(id, new Dictionary<string, string?> { [property] = value }, null, Token);

    public async ValueTask DisposeAsync()
    {
        foreach (var (shop, connection) in _shops)
        {
            await connection.Store.DisposeAsync();
            await shop.DisposeAsync();
        }
        Portal.Dispose();
        await _database.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
