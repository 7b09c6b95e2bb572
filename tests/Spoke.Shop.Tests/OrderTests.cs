using System.Net;
using System.Text.Json;
using CsCheck;

namespace Spoke.Shop.Tests;

public sealed class OrderTests : IAsyncLifetime
{
    private RunningShop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await RunningShop.StartAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("4242 4242 4242 4242", "paid")]
    [InlineData("4000000000000002", "payment_failed")]
    [InlineData("4000000000003220", "authorized")]
    [InlineData("", "pending")]
    [InlineData(null, "pending")]
    public async Task The_test_card_decides(string? card, string status) => Assert.Equal(status, Status(await _shop.BuyAsync(card)));

    [Theory]
    [InlineData("EUR")]
    [InlineData("JPY")]
    [InlineData("KWD")]
    public async Task The_total_is_goods_less_discount_plus_shipping_plus_tax(string currency)
    {
        var order = await _shop.BuyAsync(currency: currency, coupon: "SUMMER25");
        var goods = order.GetProperty("lines").EnumerateArray().Sum(l => l.GetProperty("unitPrice").GetInt64() * l.GetProperty("quantity").GetInt64());
        var discount = order.GetProperty("lines").EnumerateArray().Sum(l => l.GetProperty("discount").GetInt64());
        var tax = order.GetProperty("lines").EnumerateArray().Sum(l => l.GetProperty("tax").GetInt64());
        Assert.InRange(discount, goods / 4 - 2, goods / 4);
        Assert.Equal(goods - discount + tax + order.GetProperty("shipping").GetInt64() + order.GetProperty("shippingTax").GetInt64(), order.GetProperty("total").GetInt64());
        Assert.Equal("SUMMER25", order.GetProperty("coupon").GetString());
    }

    [Fact]
    public async Task A_declined_card_can_be_tried_again_and_a_held_one_confirmed()
    {
        var declined = Id(await _shop.BuyAsync("4000000000000002"));
        Assert.Equal("payment_failed", Status(await PostAsync($"/api/orders/{declined}/pay", new { card = "4000000000000002" })));
        Assert.Equal("paid", Status(await PostAsync($"/api/orders/{declined}/pay", new { card = "4242" })));
        var held = await PostAsync($"/api/orders/{Id(await _shop.BuyAsync("4000000000003220"))}/confirm");
        Assert.Equal("paid", Status(held));
        Assert.Equal(held.GetProperty("total").GetInt64(), held.GetProperty("paid").GetInt64());
    }

    [Fact]
    public async Task An_order_goes_out_in_parts_and_arrives()
    {
        var order = await _shop.BuyAsync();
        var line = order.GetProperty("lines")[0].GetProperty("id").GetString();
        var part = await PostAsync($"/admin/orders/{Id(order)}/ship", new { lines = new[] { new { lineId = line, quantity = 2 } }, carrier = "Post", tracking = "T1" });
        Assert.Equal("partially_shipped", Status(part));
        Assert.Equal("T1", part.GetProperty("shipments")[0].GetProperty("tracking").GetString());
        var (status, problem) = await _shop.TryAsync(HttpMethod.Post, $"/admin/orders/{Id(order)}/ship", new { lines = new[] { new { lineId = line, quantity = 2 } } });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("1 left to ship", problem.GetProperty("detail").GetString());
        var whole = await PostAsync($"/admin/orders/{Id(order)}/ship");
        Assert.Equal("shipped", Status(whole));
        Assert.Equal(4, whole.GetProperty("shipments").EnumerateArray().SelectMany(s => s.GetProperty("lines").EnumerateArray()).Sum(l => l.GetProperty("quantity").GetInt32()));
        Assert.Equal("delivered", Status(await PostAsync($"/admin/orders/{Id(order)}/deliver")));
    }

    [Fact]
    public async Task A_cancelled_order_gives_back_what_was_paid_and_lets_go_what_was_held()
    {
        var paid = await PostAsync($"/admin/orders/{Id(await _shop.BuyAsync())}/cancel", new { reason = "no longer wanted" });
        Assert.Equal("cancelled", Status(paid));
        Assert.Equal(paid.GetProperty("paid").GetInt64(), paid.GetProperty("refunded").GetInt64());
        Assert.Equal("no longer wanted", paid.GetProperty("cancelReason").GetString());
        var held = await PostAsync($"/admin/orders/{Id(await _shop.BuyAsync("4000000000003220"))}/cancel");
        Assert.Equal("voided", held.GetProperty("payments")[0].GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await _shop.TryAsync(HttpMethod.Post, $"/admin/orders/{Id(paid)}/ship")).Status);
    }

    [Fact]
    public async Task Refunds_never_exceed_the_payment_and_no_part_is_given_back_twice()
    {
        await Gen.Long[1, 4000].Array[1, 6].SampleAsync(async amounts =>
        {
            var order = await _shop.BuyAsync(coupon: "WELCOME10");
            var total = order.GetProperty("total").GetInt64();
            foreach (var amount in amounts) await _shop.TryAsync(HttpMethod.Post, $"/admin/orders/{Id(order)}/refund", new { amount });
            order = await _shop.GetAsync($"/api/orders/{Id(order)}");
            if (order.GetProperty("refunded").GetInt64() is var given && given < total) order = await PostAsync($"/admin/orders/{Id(order)}/refund", new { amount = total - given });
            var refunds = order.GetProperty("refunds").EnumerateArray().ToList();
            long Sum(string part) => refunds.Sum(r => r.GetProperty(part).GetInt64());
            Assert.Equal(total, Sum("total"));
            Assert.Equal(order.GetProperty("lines").EnumerateArray().Sum(l => l.GetProperty("unitPrice").GetInt64() * l.GetProperty("quantity").GetInt64() - l.GetProperty("discount").GetInt64()), Sum("items"));
            Assert.Equal(order.GetProperty("shipping").GetInt64(), Sum("shipping"));
            Assert.All(refunds, r => Assert.True(r.GetProperty("items").GetInt64() >= 0 && r.GetProperty("shipping").GetInt64() >= 0 && r.GetProperty("tax").GetInt64() >= 0));
        }, iter: 20, threads: 1);
    }

    private Task<JsonElement> PostAsync(string path, object? body = null) => _shop.SendAsync(HttpMethod.Post, path, body);

    private static string Id(JsonElement order) => order.GetProperty("id").GetString()!;

    private static string? Status(JsonElement order) => order.GetProperty("status").GetString();
}
