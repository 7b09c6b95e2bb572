using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;

namespace Spoke.EndToEnd.Tests;

/// <summary>A shop, an emulated account that survives its own stop, and a <c>spoke.json</c> that joins them; <c>spoke sync</c> runs as a process of its own.</summary>
internal sealed class SyncScene : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private int _emulatorPort;
    private int _shopPort;

    public TempFolder Folder { get; } = new();
    public EmulatorServer Emulator { get; private set; } = null!;
    public ShopServer Shop { get; private set; } = null!;
    public string Config => Folder["spoke.json"];

    /// <summary>Where the shop posts its changes to; null: nowhere.</summary>
    public Uri? Webhooks { get; private init; }

    /// <summary>How often somebody does something in the shop.</summary>
    public TimeSpan Pace { get; set; } = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SyncScene> StartAsync(string? database = null, int orders = 40, Uri? webhooks = null, TimeSpan? pace = null)
    {
        var scene = new SyncScene { Webhooks = webhooks };
        if (pace is { } often) scene.Pace = often;
        await scene.StartEmulatorAsync();
        await scene.StartShopAsync(orders);
        scene.Write(database);
        return scene;
    }

    public async Task StartEmulatorAsync()
    {
        Emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = _emulatorPort, DataDirectory = Folder["hubspot"] }, Cancel);
        _emulatorPort = Emulator.BaseUrl.Port;
    }

    public async Task StartShopAsync(int orders = 40)
    {
        Shop = await ShopServer.StartAsync(new ShopOptions { Port = _shopPort, DataDirectory = Folder["shop"], DemoCustomers = 15, DemoOrders = orders, DemoInterval = Pace, WebhookUrl = Webhooks?.ToString() }, cancellationToken: Cancel);
        _shopPort = Shop.BaseUrl.Port;
    }

    /// <param name="database">A file of SQLite, or all that stands behind <c>postgres:</c>.</param>
    public void Write(string? database = null) => File.WriteAllText(Config, $$"""
        {
          // comments are fine
          "database": "{{(database?.Contains("Host=", StringComparison.Ordinal) == true ? "postgres:" : "sqlite:")}}{{database ?? "spoke.db"}}",
          "portals": { "main": { "token": "env:TOKEN", "baseUrl": "{{Emulator.BaseUrl}}" } },
          "stores": { "shop": { "platform": "sample", "url": "{{Shop.BaseUrl}}", "apiKey": "env:SHOP_KEY", "webhookSecret": "env:SHOP_SECRET" } },
          "connections": { "shop-main": { "store": "shop", "portal": "main" } }
        }
        """);

    public Task<(int Code, string Output, string Error)> SyncAsync(string? token = null, bool json = true) => SpokeProcess.RunAsync(Environment(token), Arguments(json));

    public SpokeProcess Start() => SpokeProcess.Start(Environment(null), Arguments(json: true));

    public Dictionary<string, string?> Environment(string? token) => new() { ["TOKEN"] = token ?? EmulatorServer.DefaultToken, ["SHOP_KEY"] = Shop.ApiKey, ["SHOP_SECRET"] = new ShopOptions().WebhookSecret };

    public string[] Arguments(bool json) => ["sync", "--once", .. json ? new[] { "--json" } : [], "--config", Config];

    /// <summary>After whatever happened has been mended: one more pass is in step, every order of the shop is in HubSpot once, to the minor unit, and of everything else there are as many as the shop has.</summary>
    public async Task AssertMendedAsync()
    {
        var (code, output, error) = await SyncAsync();
        Assert.True(code == 0, error + output);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("connections")[0].GetProperty("inStep").GetBoolean());
        await AssertEqualSidesAsync();
        await AssertNothingTwiceAsync();
    }

    /// <summary>
    /// HubSpot has no key and no address twice by itself. What was made twice under another key would show as a record that the ledger does not know, or as more than the shop has.
    /// </summary>
    private async Task AssertNothingTwiceAsync()
    {
        var (code, output, error) = await SpokeProcess.RunAsync(Environment(null), "reconcile", "--json", "--config", Config);
        Assert.True(code == 0, error + output);
        var objects = JsonDocument.Parse(output).RootElement.GetProperty("connections")[0].GetProperty("objects").EnumerateArray().ToDictionary(o => o.GetProperty("object").GetString()!);
        Assert.All(objects.Values, o => Assert.Equal((0, 0, o.GetProperty("ledger").GetInt32()), (o.GetProperty("extra").GetInt32(), o.GetProperty("missing").GetInt32(), o.GetProperty("hubspot").GetInt32())));
        var shop = await SummaryAsync();
        Assert.Equal((shop.GetProperty("variants").GetInt32(), shop.GetProperty("orders").GetArrayLength()), (objects["products"].GetProperty("hubspot").GetInt32(), objects["orders"].GetProperty("hubspot").GetInt32()));
        using var portal = Portal();
        var (all, ours, people) = (0, 0, 0);
        foreach (var @object in objects.Keys)
        {
            ours += objects[@object].GetProperty("hubspot").GetInt32();
            await foreach (var record in portal.Objects(@object).ListAsync(new ReadOptions { Properties = ["spoke_key"] }, cancellationToken: Cancel))
            {
                all++;
                if (record["spoke_key"]?.StartsWith("shop-main:customer:", StringComparison.Ordinal) == true) people++;
            }
        }
        Assert.Equal((ours, shop.GetProperty("customers").GetInt32()), (all, people));   // nothing without a key of ours either
    }

    public async Task AssertEqualSidesAsync()
    {
        var (inShop, inPortal) = await OrdersAsync();
        Assert.Equal(inShop, inPortal);
        using var portal = Portal();
        foreach (var @object in new[] { "contacts", "products", "carts", "line_items" })
        {
            var keys = new List<string>();
            await foreach (var record in portal.Objects(@object).ListAsync(new ReadOptions { Properties = ["spoke_key"] }, cancellationToken: Cancel)) keys.Add(record["spoke_key"]!);
            Assert.Equal(keys.Count, keys.Distinct().Count());
        }
    }

    /// <summary>The orders of both sides: number, and total with its currency.</summary>
    public async Task<(List<(string, string)> Shop, List<(string, string)> Portal)> OrdersAsync()
    {
        var inShop = (await SummaryAsync()).GetProperty("orders").EnumerateArray().Select(o => (o.GetProperty("number").GetString()!, new Money(o.GetProperty("total").GetInt64(), o.GetProperty("currency").GetString()!).ToString())).Order();
        using var portal = Portal();
        var inPortal = new List<(string, string)>();
        await foreach (var order in portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_external_order_id", "hs_total_price", "hs_currency_code"] }, cancellationToken: Cancel))
            inPortal.Add((order["hs_external_order_id"]!, $"{order["hs_total_price"]} {order["hs_currency_code"]}"));
        return ([.. inShop], [.. inPortal.Order()]);
    }

    private async Task<JsonElement> SummaryAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Shop.BaseUrl, "/admin/summary")) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Shop.ApiKey) } };
        using var response = await _http.SendAsync(request, Cancel);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private HubSpotClient Portal() => new(new HubSpotClientOptions { BaseUrl = Emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });

    /// <summary>Somebody buys one thing.</summary>
    public async Task BuyAsync(string email)
    {
        var cart = (await PostAsync("/api/carts", new { currency = "EUR" })).GetProperty("id").GetString();
        using var lines = await _http.PutAsJsonAsync(new Uri(Shop.BaseUrl, $"/api/carts/{cart}/lines"), new { variantId = "v5", quantity = 2 }, Cancel);
        Assert.True(lines.IsSuccessStatusCode);
        await PostAsync("/api/checkout", new { cartId = cart, email, firstName = "Test", lastName = "Buyer", card = "4242424242424242" });
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(Shop.BaseUrl, path), body, Cancel);
        Assert.True(response.IsSuccessStatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    public async Task<string> TokenAsync(object request)
    {
        using var made = await _http.PostAsJsonAsync(new Uri(Emulator.BaseUrl, "/_emulator/tokens"), request, Cancel);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString()!;
    }

    public async Task FaultAsync(string kind, string path, int times)
    {
        using var made = await _http.PostAsJsonAsync(new Uri(Emulator.BaseUrl, "/_emulator/faults"), new { kind, method = "POST", path, times }, Cancel);
        Assert.True(made.IsSuccessStatusCode);
    }

    /// <summary>Calls that change something in the account, each with its number, from the emulator's own journal, which keeps the last thousand of all calls.</summary>
    public async Task<List<string>> WritesAsync()
    {
        var journal = await _http.GetFromJsonAsync<JsonElement>(new Uri(Emulator.BaseUrl, "/_emulator/requests?limit=10000"), Cancel);
        return [.. journal.GetProperty("requests").EnumerateArray().Where(r => r.GetProperty("method").GetString() != "GET").Select(r => $"{r.GetProperty("number").GetInt64()} {r.GetProperty("method").GetString()} {r.GetProperty("path").GetString()}")
            .Where(call => !call.Contains("/read", StringComparison.Ordinal) && !call.EndsWith("/search", StringComparison.Ordinal) && !call.Contains("/_emulator", StringComparison.Ordinal))];
    }

    /// <summary>Returns once a number of calls with something of the shop, beside those made before, has reached the account; or the program has ended, because fewer were needed.</summary>
    public async Task UnderWayAsync(SpokeProcess sync, int calls = 1, int? sentBefore = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var before = sentBefore ?? await BatchesAsync();
        while (!sync.HasExited && await BatchesAsync() < before + calls) await timer.WaitForNextTickAsync(Cancel);
    }

    private async Task<int> BatchesAsync() => (await WritesAsync()).Count(call => call.Contains("/objects/", StringComparison.Ordinal) || call.Contains("/associations/", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Shop.DisposeAsync();
        await Emulator.DisposeAsync();
        Folder.Dispose();
    }
}
