using System.Net.Http.Json;
using System.Text.Json;
using CsCheck;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests;

/// <summary>The engine between a real shop and the real emulator over HTTP.</summary>
public sealed class EngineTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-sync-").FullName;
    private EmulatorServer _emulator = null!;
    private ShopServer _shop = null!;
    private HubSpotClient _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, TestContext.Current.CancellationToken);
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = Path.Combine(_folder, "shop"), DemoCustomers = 15, DemoOrders = 40, DemoInterval = TimeSpan.FromHours(1) }, cancellationToken: TestContext.Current.CancellationToken);
        _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
    }

    public async ValueTask DisposeAsync()
    {
        _portal.Dispose();
        await _shop.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Orders_arrive_to_the_minor_unit_and_a_second_pass_writes_nothing()
    {
        await using var database = await OpenAsync();
        var first = await PassAsync(database);
        Assert.True(first.InStep);
        await AssertEqualSidesAsync();
        var second = await PassAsync(database);
        Assert.True(second.InStep);
        Assert.Equal(new WriteCounts(0, 0, 0, 0), second.Written);
    }

    [Theory]
    [InlineData("lost-response")]
    [InlineData("half-batch")]
    [InlineData("502")]
    public async Task A_fault_in_the_middle_loses_nothing_and_doubles_nothing(string kind)
    {
        using var http = new HttpClient { BaseAddress = _emulator.BaseUrl };
        using var faulted = await http.PostAsJsonAsync("/_emulator/faults", new { kind, method = "POST", path = "*/batch/upsert", times = 3 }, TestContext.Current.CancellationToken);
        Assert.True(faulted.IsSuccessStatusCode);
        await using var database = await OpenAsync();
        Assert.True((await PassAsync(database)).InStep);
        await AssertEqualSidesAsync();
    }

    [Fact]
    public async Task A_lost_database_finds_its_records_again_and_makes_none_twice()
    {
        await using (var database = await OpenAsync()) await PassAsync(database);
        await using var fresh = await OpenAsync("another.db");
        Assert.True((await PassAsync(fresh)).InStep);
        await AssertEqualSidesAsync();
    }

    [Fact]
    public void A_line_of_zero_keeps_its_quantity_in_the_ledger()
    {
        var zero = Money.Zero("EUR");
        var order = new Order
        {
            PlatformId = "1",
            Version = 1,
            Number = "1",
            Currency = "EUR",
            PlacedAt = DateTimeOffset.UnixEpoch,
            Amounts = new OrderAmounts { ItemsGross = zero, Discounts = zero, Shipping = zero, Fees = zero, Tips = zero, GiftCards = zero, Tax = zero, Total = zero },
            Lines = [new OrderLine { Id = "1", Name = "Cancelled", Quantity = 0, UnitPrice = zero, Gross = zero, Discount = zero, Tax = zero }],
        };
        Assert.Equal(0, ((Order)LedgerJson.Read(LedgerJson.Write(order))).Lines[0].Quantity);
    }

    [Fact]
    public void Desired_minus_shadow_applied_gives_desired() => Gen.Select(Bag, Bag).Sample((desired, shadow) =>
    {
        var after = new Dictionary<string, string>(shadow);
        foreach (var (name, value) in Difference.Between(desired, shadow))
            if (string.IsNullOrEmpty(value)) after.Remove(name);
            else after[name] = value;
        Assert.Equal(desired.OrderBy(p => p.Key), after.OrderBy(p => p.Key));
        Assert.Empty(Difference.Between(desired, after));
    });

    [Fact]
    public async Task A_write_that_fails_takes_nothing_of_the_others_with_it()
    {
        await using var database = await OpenAsync();
        Task Put(string name, bool fail) => database.WriteAsync((db, transaction) =>
        {
            db.Execute("insert into progress (connection, name, value) values ('c', @name, 'v')", new { name }, transaction);
            if (fail) throw new InvalidOperationException("on purpose");
        }, TestContext.Current.CancellationToken);
        var writes = Enumerable.Range(0, 50).Select(i => Put("n" + i, fail: i % 5 == 0)).ToList();
        foreach (var write in writes)
            if (writes.IndexOf(write) % 5 == 0) await Assert.ThrowsAsync<InvalidOperationException>(() => write);
            else await write;
        Assert.Equal(40, await database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from progress"), TestContext.Current.CancellationToken));
    }

    private static Gen<Dictionary<string, string>> Bag => Gen.Select(Gen.Char['a', 'e'], Gen.Int[0, 3]).List[0, 6]
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1.ToString(), pair => pair.Item2.ToString()));

    private Task<SyncDatabase> OpenAsync(string name = "spoke.db") => SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, name)), TestContext.Current.CancellationToken);

    private async Task<PassSummary> PassAsync(SyncDatabase database)
    {
        await using var store = new SampleConnector(new SampleStoreOptions { Url = _shop.BaseUrl, ApiKey = _shop.ApiKey });
        var engine = new SyncEngine(database, [new Connection("shop-main", store, _portal, "shop", "page")], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        return Assert.Single(await engine.RunOnceAsync(null, TestContext.Current.CancellationToken));
    }

    private async Task AssertEqualSidesAsync()
    {
        using var http = new HttpClient { BaseAddress = _shop.BaseUrl };
        http.DefaultRequestHeaders.Authorization = new("Bearer", _shop.ApiKey);
        var summary = await http.GetFromJsonAsync<JsonElement>("/admin/summary", TestContext.Current.CancellationToken);
        var inShop = summary.GetProperty("orders").EnumerateArray().Select(o => (o.GetProperty("number").GetString()!, new Money(o.GetProperty("total").GetInt64(), o.GetProperty("currency").GetString()!).ToString())).Order();
        var inPortal = new List<(string, string)>();
        await foreach (var order in _portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_external_order_id", "hs_total_price", "hs_currency_code"] }, cancellationToken: TestContext.Current.CancellationToken))
            inPortal.Add((order["hs_external_order_id"]!, $"{order["hs_total_price"]} {order["hs_currency_code"]}"));
        Assert.Equal(inShop, inPortal.Order());
    }
}
