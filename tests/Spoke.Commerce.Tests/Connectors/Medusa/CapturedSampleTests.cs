using System.Text;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Medusa;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>Answers captured from a real store, which lie beside the repository.</summary>
public sealed class CapturedSampleTests
{
    [Theory]
    [InlineData("paid", OrderStatus.Paid, PaymentStatus.Paid, 0)]
    [InlineData("partiallyShipped", OrderStatus.PartiallyShipped, PaymentStatus.Paid, 0)]
    [InlineData("delivered", OrderStatus.Delivered, PaymentStatus.Paid, 0)]
    [InlineData("partiallyRefunded", OrderStatus.Delivered, PaymentStatus.PartiallyRefunded, 2377)]
    [InlineData("refunded", OrderStatus.Delivered, PaymentStatus.Refunded, 15000)]
    [InlineData("cancelled", OrderStatus.Cancelled, PaymentStatus.Refunded, 113803)]
    [InlineData("cancelledUnpaid", OrderStatus.Cancelled, PaymentStatus.Voided, 0)]
    public void A_captured_order_comes_out_right(string name, OrderStatus status, PaymentStatus payment, long refunded)
    {
        var sent = Sample($"order-{name}.json").GetProperty("order");
        var order = (Order)Normalise(EntityKind.Order, sent);
        var figures = OrderFigures.Of(order);
        Assert.Equal((status, payment), (order.Canonical(), order.Payment));
        Assert.Equal(refunded, figures.Refunded.Minor);
        // What the store shows after refunds and what was given back is what was ordered.
        Assert.Equal(order.Amounts.Total, Money.FromMajor(sent.GetProperty("total").GetDecimal() + sent.GetProperty("credit_line_total").GetDecimal(), order.Currency));
        Assert.Equal(Money.FromMajor(sent.GetProperty("summary").GetProperty("paid_total").GetDecimal(), order.Currency), figures.Collected + figures.Refunded);
        Assert.Equal(Money.FromMajor(sent.GetProperty("tax_total").GetDecimal(), order.Currency), order.Amounts.Tax);
        Assert.Empty(LedgerNotice.Of(order));
        if (payment == PaymentStatus.Refunded) Assert.Equal(0, figures.NetRevenue.Minor);
    }

    [Fact]
    public void Halves_of_a_cent_are_added_before_they_are_rounded()
    {
        var order = (Order)Normalise(EntityKind.Order, Sample("order-partiallyRefunded.json").GetProperty("order"));
        Assert.Equal((7257, 1814, 500, 1189, 7131), (order.Amounts.ItemsGross.Minor, order.Amounts.Discounts.Minor, order.Amounts.Shipping.Minor, order.Amounts.Tax.Minor, order.Amounts.Total.Minor));
        Assert.Equal("8.7225", order.Lines.Single(line => line.Sku == "MUG-1").Discount.ToPlainText());
        Assert.Equal(("Zoë O'Brien", "SUMMER25"), (order.ShippingAddress?.Name, order.Coupons.Single()));
    }

    [Fact]
    public void A_shipment_keeps_its_number()
    {
        var order = (Order)Normalise(EntityKind.Order, Sample("order-partiallyShipped.json").GetProperty("order"));
        Assert.Equal(("shipped", "TRK-9", "https://example.com/track"), order.Fulfilments.Select(f => (f.State, f.TrackingNumber, f.TrackingUrl)).Single());
    }

    [Fact]
    public void Captured_customers_come_out_right()
    {
        var customers = Sample("customers-list.json").GetProperty("customers").EnumerateArray().Select(c => (Customer)Normalise(EntityKind.Customer, c)).ToList();
        Assert.All(customers, customer => Assert.NotNull(EmailAddress.Normalise(customer.Email)));
        Assert.Contains(customers, customer => customer is { Email: "jose.nunez+shop1@s1.example.com", Guest: false, Address: { Country: "GB", Company: null } });
        Assert.All(customers, customer => Assert.Null(customer.EmailConsent));
    }

    private static LedgerEntity Normalise(EntityKind kind, JsonElement item)
    {
        var connector = new MedusaConnector(new MedusaStoreOptions { Url = new Uri("http://127.0.0.1:1"), ApiKey = "sk_none" });
        return Assert.Single(connector.Normalise(new StoreChange(kind, item.GetProperty("id").GetString()!, 0, Encoding.UTF8.GetBytes(kind == EntityKind.Customer ? $"{{\"item\":{item.GetRawText()}}}" : item.GetRawText()))));
    }

    private static JsonElement Sample(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "..", "shared", "commerce", "samples", "medusa", name);
            if (File.Exists(Path.Combine(folder.FullName, "Spoke.slnx")) && File.Exists(file)) return JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty("response");
        }
        Assert.Skip("../shared/commerce/samples is not there");
        return default;
    }
}
