using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Spoke.Shop.Tests;

/// <summary>A shop in a folder of its own, and the calls tests make to it.</summary>
internal sealed class RunningShop : IAsyncDisposable
{
    private readonly string _folder;
    private readonly bool _keep;
    private readonly ShopServer _shop;

    private RunningShop(ShopServer shop, string folder, bool keep)
    {
        (_shop, _folder, _keep) = (shop, folder, keep);
        Http = new HttpClient { BaseAddress = shop.BaseUrl };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", shop.ApiKey);
    }

    public HttpClient Http { get; }

    public static async Task<RunningShop> StartAsync(Action<ShopOptions>? change = null, string? folder = null)
    {
        var options = new ShopOptions { DataDirectory = folder ?? Directory.CreateTempSubdirectory("spoke-shop-").FullName, DemoTraffic = false };
        change?.Invoke(options);
        return new RunningShop(await ShopServer.StartAsync(options, cancellationToken: TestContext.Current.CancellationToken), options.DataDirectory, keep: folder is not null);
    }

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var (status, answer) = await TryAsync(method, path, body);
        Assert.True((int)status is >= 200 and < 300, $"{method} {path}: {(int)status} {answer}");
        return answer;
    }

    public async Task<(HttpStatusCode Status, JsonElement Answer)> TryAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    /// <summary>Three of the first variant and one of the third; the order.</summary>
    public async Task<JsonElement> BuyAsync(string? card = "4242424242424242", string currency = "EUR", string? coupon = null)
    {
        var cart = (await SendAsync(HttpMethod.Post, "/api/carts", new { currency })).GetProperty("id").GetString();
        await SendAsync(HttpMethod.Put, $"/api/carts/{cart}/lines", new { variantId = "v1", quantity = 3 });
        await SendAsync(HttpMethod.Put, $"/api/carts/{cart}/lines", new { variantId = "v3", quantity = 1 });
        return await SendAsync(HttpMethod.Post, "/api/checkout", new { cartId = cart, email = "buyer@example.com", card, coupon });
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _shop.DisposeAsync();
        if (!_keep) Directory.Delete(_folder, recursive: true);
    }
}
