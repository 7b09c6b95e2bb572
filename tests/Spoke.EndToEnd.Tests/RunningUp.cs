using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke up</c> in a folder of its own, with the calls tests make to its parts.</summary>
internal sealed class RunningUp : IAsyncDisposable
{
    private const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";
    private readonly HttpClient _http = new();

    private RunningUp(SpokeProcess process, JsonElement ready)
    {
        Process = process;
        Console = ready.GetProperty("console").GetString()!;
        Shop = ready.GetProperty("shop").GetString()!;
        Portal = ready.GetProperty("hubspot").GetString()!;
        Ready = ready;
    }

    public SpokeProcess Process { get; }
    public JsonElement Ready { get; }
    public string Console { get; }
    public string Shop { get; }
    public string Portal { get; }

    public static async Task<RunningUp> StartAsync(string folder, params string[] more)
    {
        var process = SpokeProcess.Start(null, ["up", "--json", "--port", "0", "--data", folder, .. more]);
        return new RunningUp(process, JsonDocument.Parse(await process.LineAsync()).RootElement);
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string url, object? body = null)
    {
        using var request = new HttpRequestMessage(method, url);
        if (url.StartsWith(Shop + "/admin", StringComparison.Ordinal)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sample-shop-admin");
        if (url.StartsWith(Portal + "/crm", StringComparison.Ordinal)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{method} {url} was answered {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Somebody buys one thing; the order's number.</summary>
    public async Task<string> BuyAsync(string email, string currency = "EUR", string variant = "v5", int quantity = 2)
    {
        var cart = (await SendAsync(HttpMethod.Post, Shop + "/api/carts", new { currency })).GetProperty("id").GetString();
        await SendAsync(HttpMethod.Put, $"{Shop}/api/carts/{cart}/lines", new { variantId = variant, quantity });
        return (await SendAsync(HttpMethod.Post, Shop + "/api/checkout", new { cartId = cart, email, firstName = "Test", lastName = "Buyer", card = "4242424242424242" })).GetProperty("number").GetString()!;
    }

    /// <summary>Orders in HubSpot: number to total and currency. An order that is there twice fails.</summary>
    public async Task<Dictionary<string, string>> OrdersInHubSpotAsync()
    {
        var orders = new Dictionary<string, string>();
        string? after = null;
        do
        {
            var page = await SendAsync(HttpMethod.Get, $"{Portal}/crm/v3/objects/orders?limit=100&properties=hs_external_order_id,hs_total_price,hs_currency_code{(after is null ? "" : "&after=" + after)}");
            foreach (var order in page.GetProperty("results").EnumerateArray())
            {
                var p = order.GetProperty("properties");
                Assert.True(orders.TryAdd(p.GetProperty("hs_external_order_id").GetString()!, $"{p.GetProperty("hs_total_price").GetString()} {p.GetProperty("hs_currency_code").GetString()}"), "an order is in HubSpot twice");
            }
            after = page.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("after").GetString() : null;
        }
        while (after is not null);
        return orders;
    }

    public async Task<Dictionary<string, string>> OrdersInShopAsync()
    {
        var summary = await SendAsync(HttpMethod.Get, Shop + "/admin/summary");
        return summary.GetProperty("orders").EnumerateArray().ToDictionary(o => o.GetProperty("number").GetString()!,
            o => new Spoke.Commerce.Ledger.Money(o.GetProperty("total").GetInt64(), o.GetProperty("currency").GetString()!).ToString());
    }

    /// <summary>Looks until both sides are equal, order by order, or the time is up; then they are compared.</summary>
    public async Task InStepAsync(TimeSpan longest)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(400));   // these looks count against the same account's limit as the engine's calls
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < longest)
        {
            if (Same(await OrdersInShopAsync(), await OrdersInHubSpotAsync())) return;
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(await OrdersInShopAsync(), await OrdersInHubSpotAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    private static bool Same(Dictionary<string, string> a, Dictionary<string, string> b) => a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && other == pair.Value);
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("spoke-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
