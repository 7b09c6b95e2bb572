using System.Text;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

/// <summary>Answers captured from a real store, which lie beside the repository.</summary>
public sealed class CapturedSampleTests
{
    [Theory]
    [InlineData("paid", OrderStatus.Paid, PaymentStatus.Paid, 0)]
    [InlineData("partiallyShipped", OrderStatus.PartiallyShipped, PaymentStatus.Paid, 0)]
    [InlineData("delivered", OrderStatus.Delivered, PaymentStatus.Paid, 0)]
    [InlineData("partiallyRefunded", OrderStatus.Delivered, PaymentStatus.PartiallyRefunded, 2377)]
    [InlineData("refunded", OrderStatus.Delivered, PaymentStatus.Refunded, 14406)]
    [InlineData("cancelled", OrderStatus.Cancelled, PaymentStatus.Refunded, 113803)]
    [InlineData("cancelledUnpaid", OrderStatus.Cancelled, PaymentStatus.Authorized, 0)]
    public void A_captured_order_comes_out_right(string name, OrderStatus status, PaymentStatus payment, long refunded)
    {
        var sent = Sample($"order-{name}.json").GetProperty("order");
        var order = (Order)Normalise(EntityKind.Order, sent);
        var figures = OrderFigures.Of(order);
        Assert.Equal((status, payment, refunded), (order.Canonical(), order.Payment, figures.Refunded.Minor));
        Assert.Equal(sent.GetProperty("totalWithTax").GetInt64() / (order.Currency == "JPY" ? 100 : 1), order.Amounts.Total.Minor);
        Assert.Empty(LedgerNotice.Of(order));
        Assert.True(figures.NetRevenue.Minor >= 0);
        if (payment == PaymentStatus.Refunded) Assert.Equal(0, figures.NetRevenue.Minor);
        Assert.Equal(order.Amounts.Tax.Minor, LineMoney.Sum(order.Lines.Select(line => line.Tax), order.Currency).Rounded().Minor + ShippingTax(sent, order.Currency));
    }

    [Theory]
    [InlineData("pendingPayment", 8750, "GBP")]
    [InlineData("jpy-coupon", 435246, "JPY")]
    public void What_is_not_placed_is_a_cart(string name, long total, string currency)
    {
        var cart = (Cart)Normalise(EntityKind.Cart, Sample($"order-{name}.json").GetProperty("order"));
        Assert.Equal(new Money(total, currency), cart.Amounts.Total);
        Assert.True(cart.Active && cart.Identifiable);
        Assert.False(cart.Amounts.Mismatch(cart.Lines.Count));
    }

    [Fact]
    public void Captured_customers_come_out_right()
    {
        var customers = Sample("customers-list.json").GetProperty("customers").GetProperty("items").EnumerateArray().Select(c => (Customer)Normalise(EntityKind.Customer, c)).ToList();
        Assert.All(customers, customer => Assert.NotNull(EmailAddress.Normalise(customer.Email)));
        Assert.Contains(customers, customer => customer.Email == "jose.nunez+shop1@s1.example.com" && customer.Address is { Country: "GB", Company: null });
        Assert.Contains(customers, customer => customer.LastName == "O'Brien" && customer.Address?.Company == "Ünal A.Ş.");
    }

    private static long ShippingTax(JsonElement order, string currency) =>
        order.GetProperty("totalWithTax").GetInt64() == 0 ? 0 : (order.GetProperty("shippingWithTax").GetInt64() - order.GetProperty("shipping").GetInt64()) / (currency == "JPY" ? 100 : 1);

    private static LedgerEntity Normalise(EntityKind kind, JsonElement item)
    {
        var connector = new VendureConnector(new VendureStoreOptions { Url = new Uri("http://127.0.0.1:1"), Username = "reader", Password = "secret" });
        return Assert.Single(connector.Normalise(new StoreChange(kind, item.GetProperty("id").GetString()!, 0, Encoding.UTF8.GetBytes($"{{\"precision\":2,\"item\":{item.GetRawText()}}}"))));
    }

    private static JsonElement Sample(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "..", "shared", "commerce", "samples", "vendure", name);
            if (File.Exists(Path.Combine(folder.FullName, "Spoke.slnx")) && File.Exists(file)) return JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty("response").GetProperty("data");
        }
        Assert.Skip("../shared/commerce/samples is not there");
        return default;
    }
}
