using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Spoke.Shop.Tests;

public sealed class ShopTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-shop-").FullName;
    private ShopServer _shop = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = _folder, DemoTraffic = false }, cancellationToken: TestContext.Current.CancellationToken);
        _http = new HttpClient { BaseAddress = _shop.BaseUrl };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", _shop.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _shop.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("4242424242424242", "paid")]
    [InlineData("4000000000000002", "payment_failed")]
    [InlineData("4000000000003220", "authorized")]
    [InlineData("", "pending")]
    public async Task The_test_card_decides(string card, string status) => Assert.Equal(status, (await BuyAsync(card)).GetProperty("status").GetString());

    [Fact]
    public async Task Refunds_never_exceed_the_payment_and_their_parts_sum_up()
    {
        var order = await BuyAsync("4242424242424242");
        var id = order.GetProperty("id").GetString();
        var total = order.GetProperty("total").GetInt64();
        var after = await SendAsync($"/admin/orders/{id}/refund", new { amount = total / 3 });
        var refund = after.GetProperty("refunds")[0];
        Assert.Equal(total / 3, refund.GetProperty("items").GetInt64() + refund.GetProperty("shipping").GetInt64() + refund.GetProperty("tax").GetInt64());
        using var tooMuch = await _http.PostAsJsonAsync($"/admin/orders/{id}/refund", new { amount = total }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, tooMuch.StatusCode);
        Assert.Contains("what is left of the payment", await tooMuch.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bad_input_is_a_problem_that_names_the_remedy()
    {
        using var answer = await _http.PostAsJsonAsync("/api/carts", new { currency = "XXX" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("choose one of EUR", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        _http.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await _http.GetAsync("/admin/orders", TestContext.Current.CancellationToken)).StatusCode);
    }

    private async Task<JsonElement> BuyAsync(string card)
    {
        var cart = (await SendAsync("/api/carts", new { currency = "EUR" })).GetProperty("id").GetString();
        using var line = await _http.PutAsJsonAsync($"/api/carts/{cart}/lines", new { variantId = "v1", quantity = 3 }, TestContext.Current.CancellationToken);
        Assert.True(line.IsSuccessStatusCode);
        return await SendAsync("/api/checkout", new { cartId = cart, email = "buyer@example.com", card });
    }

    private async Task<JsonElement> SendAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
