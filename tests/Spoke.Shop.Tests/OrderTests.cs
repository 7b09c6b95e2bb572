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
    public async Task A_shipment_is_known_by_the_warehouses_id_and_arrives_by_itself()
    {
        var id = Id(await _shop.BuyAsync());
        var line = (await _shop.GetAsync($"/admin/orders/{id}")).GetProperty("lines")[1].GetProperty("id").GetString();
        async Task<(bool Changed, string? Status)> ShipAsync(string shipment, object body)
        {
            var answer = await _shop.SendAsync(HttpMethod.Put, $"/admin/orders/{id}/shipments/{shipment}", body);
            return (answer.GetProperty("changed").GetBoolean(), answer.GetProperty("item").GetProperty("status").GetString());
        }
        var part = new { lines = new[] { new { lineId = line, quantity = 1 } }, carrier = "DHL", tracking = "T1", url = "https://track.example/T1" };
        Assert.Equal((true, "partially_shipped"), await ShipAsync("S-1", part));
        Assert.Equal((false, "partially_shipped"), await ShipAsync("S-1", part));
        Assert.Equal((true, "partially_delivered"), await ShipAsync("S-1", new { part.lines, part.carrier, part.tracking, part.url, delivered = true }));
        Assert.Equal((true, "partially_delivered"), await ShipAsync("S-2", new { tracking = "T2" }));
        Assert.Equal((false, "partially_delivered"), await ShipAsync("S-3", new { }));   // nothing is left
        Assert.Equal((true, "delivered"), await ShipAsync("S-2", new { tracking = "T2b", delivered = true }));
        Assert.Equal(["T1", "T2b"], (await _shop.GetAsync($"/admin/orders/{id}")).GetProperty("shipments").EnumerateArray().Select(s => s.GetProperty("tracking").GetString()));
    }

    [Fact]
    public async Task What_a_person_said_at_the_checkout_stays_through_later_purchases_and_can_be_taken_back()
    {
        var cart = (await PostAsync("/api/carts", new { currency = "EUR" })).GetProperty("id").GetString();
        await _shop.SendAsync(HttpMethod.Put, $"/api/carts/{cart}/lines", new { variantId = "v1", quantity = 1 });
        var order = await PostAsync("/api/checkout", new { cartId = cart, email = "buyer@example.com", card = "", newsletter = true });
        Assert.True(order.GetProperty("acceptsMarketing").GetBoolean());
        await _shop.SendAsync(HttpMethod.Post, "/admin/customers/guest:buyer@example.com/tags", new { add = new[] { "vip" } });
        await _shop.BuyAsync();   // by the same buyer, who leaves the box alone
        var customer = await _shop.GetAsync("/admin/customers/guest:buyer@example.com");
        Assert.Equal(("granted", "checkout"), (customer.GetProperty("emailConsent").GetProperty("state").GetString(), customer.GetProperty("emailConsent").GetProperty("source").GetString()));
        Assert.Equal("vip", Assert.Single(customer.GetProperty("tags").EnumerateArray()).GetString());

        using var no = new FormUrlEncodedContent([KeyValuePair.Create("wanted", "no")]);
        using var page = await _shop.Http.PostAsync(new Uri($"/orders/{Id(order)}/newsletter", UriKind.Relative), no, TestContext.Current.CancellationToken);
        Assert.Contains("data-newsletter=\"no\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("denied", (await _shop.GetAsync("/admin/customers/guest:buyer@example.com")).GetProperty("emailConsent").GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("PATCH", "", "{\"shoeSize\":\"44\"}", HttpStatusCode.BadRequest, "shoeSize")]
    [InlineData("PATCH", "", "{\"email\":null}", HttpStatusCode.BadRequest, "email")]
    [InlineData("PUT", "/consent/pigeon", "{\"state\":\"granted\"}", HttpStatusCode.BadRequest, "pigeon")]
    [InlineData("PUT", "/consent/email", "{\"state\":\"perhaps\"}", HttpStatusCode.BadRequest, "perhaps")]
    [InlineData("POST", "/notes", "{\"text\":\"no key\"}", HttpStatusCode.BadRequest, "key")]
    public async Task A_write_the_shop_cannot_take_is_explained(string method, string path, string body, HttpStatusCode status, string named)
    {
        await _shop.BuyAsync();
        var (answered, problem) = await _shop.TryAsync(new HttpMethod(method), "/admin/customers/guest:buyer@example.com" + path, JsonDocument.Parse(body).RootElement);
        Assert.Equal(status, answered);
        Assert.Contains(named, problem.GetProperty("detail").GetString());
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
