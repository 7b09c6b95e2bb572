using System.Net;
using System.Text;

namespace Spoke.Shop.Tests;

public sealed class InputTests : IAsyncLifetime
{
    private RunningShop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await RunningShop.StartAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        var (status, problem) = await _shop.TryAsync(HttpMethod.Post, "/api/carts", new { currency = "XXX", email = "nobody" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("choose one of EUR", problem.GetProperty("errors").GetProperty("currency").GetString());
        Assert.Contains("no e-mail address", problem.GetProperty("errors").GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("v1", -1, 400, "0 to 99")]
    [InlineData("v1", 100, 400, "0 to 99")]
    [InlineData("v1", null, 400, "quantity is missing")]
    [InlineData("v9999", 1, 404, "not sold here")]
    [InlineData(null, 1, 400, "variantId is missing")]
    public async Task A_line_that_cannot_be_is_refused(string? variantId, int? quantity, int status, string says)
    {
        var cart = (await _shop.SendAsync(HttpMethod.Post, "/api/carts", new { currency = "EUR" })).GetProperty("id").GetString();
        var (answered, problem) = await _shop.TryAsync(HttpMethod.Put, $"/api/carts/{cart}/lines", new { variantId, quantity });
        Assert.Equal(status, (int)answered);
        Assert.Contains(says, problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("a@b@c", null, null, "email")]
    [InlineData("a b@example.com", null, null, "email")]
    [InlineData("", null, null, "email")]
    [InlineData("a@example.com", "4111111111111111", null, "card")]
    [InlineData("a@example.com", null, "NOSUCH", "coupon")]
    public async Task A_checkout_that_cannot_be_is_refused_and_the_cart_stays(string email, string? card, string? coupon, string field)
    {
        var cart = (await _shop.SendAsync(HttpMethod.Post, "/api/carts", new { currency = "EUR" })).GetProperty("id").GetString();
        await _shop.SendAsync(HttpMethod.Put, $"/api/carts/{cart}/lines", new { variantId = "v1", quantity = 1 });
        var (status, problem) = await _shop.TryAsync(HttpMethod.Post, "/api/checkout", new { cartId = cart, email, card, coupon });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.Equal("paid", (await _shop.SendAsync(HttpMethod.Post, "/api/checkout", new { cartId = cart, email = "a@example.com", card = "4242424242424242" })).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await _shop.TryAsync(HttpMethod.Post, "/api/checkout", new { cartId = cart, email = "a@example.com" })).Status);
    }

    [Theory]
    [InlineData("/api/orders/none", 404)]
    [InlineData("/api/carts/none", 404)]
    [InlineData("/api/products/none", 404)]
    [InlineData("/api/nothing", 404)]
    [InlineData("/admin/orders?limit=0", 400)]
    public async Task What_is_not_there_is_said_in_json(string path, int status)
    {
        var (answered, problem) = await _shop.TryAsync(HttpMethod.Get, path);
        Assert.Equal(status, (int)answered);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("", "application/json", 400)]
    [InlineData("currency=EUR", "application/x-www-form-urlencoded", 415)]
    public async Task A_body_that_is_not_json_is_refused(string body, string type, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await _shop.Http.PostAsync("/api/carts", content, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_admin_api_wants_its_key()
    {
        _shop.Http.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        var (status, problem) = await _shop.TryAsync(HttpMethod.Get, "/admin/orders");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("Authorization: Bearer", problem.GetProperty("detail").GetString());
    }
}
