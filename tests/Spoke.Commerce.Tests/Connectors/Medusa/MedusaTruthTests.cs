using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>Everything read from the seeded store is what its seeder wrote down, to the minor unit.</summary>
[Collection(nameof(MedusaShop))]
public sealed class MedusaTruthTests
{
    private readonly MedusaShop _shop;

    public MedusaTruthTests(MedusaShop shop)
    {
        Assert.SkipWhen(shop.Missing is not null, shop.Missing ?? "");
        _shop = shop;
    }

    [Fact]
    public void Orders_are_the_stores_to_the_minor_unit()
    {
        var prices = Expected("products").SelectMany(p => p.GetProperty("variants").EnumerateArray()).ToDictionary(v => Text(v, "sku"), v => v.GetProperty("netPrice"));
        Same(Expected("orders").Select(o =>
            {
                var (currency, charged) = (Text(o, "currency"), Exact(o, "totalExact") + Exact(o, "refundedExact"));
                var lines = o.GetProperty("lines").EnumerateArray().Select(l => $"{l.GetProperty("quantity").GetInt32()} x {Text(l, "sku")} {Text(l, "name")} at {new Money(prices[Text(l, "sku")].GetProperty(currency).GetInt64(), currency)}");
                return $"{Text(o, "code")} {Text(o, "id")} {Money.FromMajor(charged, currency)}, goods {Minor(o, "subtotal")}, tax {Minor(o, "tax")}, paid {Minor(o, "paid")}, refunded {Minor(o, "refunded")}, {Text(o, "state")} {Text(o, "paymentStatus")} {Text(o, "fulfillmentStatus")}, {Text(o, "email")} {Text(o, "customerId")} {Text(o, "coupon")}: {string.Join("; ", lines.Order(StringComparer.Ordinal))}";
            }),
            _shop.Before.OfType<Order>().Select(o =>
            {
                var figures = OrderFigures.Of(o);
                var lines = o.Lines.Select(l => $"{l.Quantity} x {l.Sku} {l.Name} at {l.UnitPrice.Rounded()}");
                return $"{o.Number} {o.PlatformId} {o.Amounts.Total}, goods {o.Amounts.ItemsGross.Minor}, tax {o.Amounts.Tax.Minor}, paid {(figures.Collected + figures.Refunded).Minor}, refunded {figures.Refunded.Minor}, {o.PlatformStatus} {Payment(o)} {Fulfilment(o)}, {o.Email} {o.CustomerId} {o.Coupons.SingleOrDefault()}: {string.Join("; ", lines.Order(StringComparer.Ordinal))}";
            }));
        Assert.All(_shop.Before.OfType<Order>(), order => Assert.Empty(LedgerNotice.Of(order)));
        Assert.All(_shop.Before.OfType<Order>().Where(o => o.Payment == PaymentStatus.Refunded), order => Assert.Equal(0, OrderFigures.Of(order).NetRevenue.Minor));
    }

    [Fact]
    public void Customers_and_what_they_spent_are_the_stores()
    {
        var orders = _shop.Before.OfType<Order>().ToLookup(o => o.CustomerId);
        Same(Expected("customers").Select(c => $"{Text(c, "id")} {Text(c, "email")} {Text(c, "firstName")}/{Text(c, "lastName")} of '{Text(c, "company")}' {c.GetProperty("hasAccount").GetBoolean()}: {c.GetProperty("ordersCount").GetInt32()} orders, {string.Join(", ", c.GetProperty("totalSpent").EnumerateObject().Select(s => new Money(s.Value.GetInt64(), s.Name).ToString()))}"),
            _shop.Before.OfType<Customer>().Select(c =>
            {
                var spent = CustomerAggregates.Of(orders[c.PlatformId]).Where(a => orders[c.PlatformId].Any(o => o.Currency == a.Currency && o.Payments.Any(p => p.State == SettlementState.Settled)));
                return $"{c.PlatformId} {c.Email} {c.FirstName}/{c.LastName} of '{c.Address?.Company}' {!c.Guest}: {orders[c.PlatformId].Count()} orders, {string.Join(", ", spent.Select(a => a.TotalSpent.ToString()))}";
            }));
        Assert.All(Expected("deletedCustomers"), gone => Assert.DoesNotContain(_shop.Before, e => e.PlatformId == Text(gone, "id")));
    }

    [Fact]
    public void Variants_are_the_stores() =>
        Same(Expected("products").SelectMany(p => p.GetProperty("variants").EnumerateArray().Select(v => $"{Text(v, "id")} {Text(v, "sku")} {new Money(v.GetProperty("netPrice").GetProperty("USD").GetInt64(), "USD")} {Text(p, "name")} About {Text(p, "name")}")),
            _shop.Before.OfType<Variant>().Select(v => $"{v.PlatformId} {v.Sku} {v.Price} {v.Description!["About ".Length..]} {v.Description}"));

    private IEnumerable<JsonElement> Expected(string list) => _shop.Expected.GetProperty(list).EnumerateArray();

    private static string Payment(Order order) => order.Payment switch { PaymentStatus.Paid => "captured", PaymentStatus.PartiallyRefunded => "partially_refunded", PaymentStatus.Refunded => "refunded", PaymentStatus.Authorized => "authorized", PaymentStatus.Voided => "canceled", var other => other.ToString() };

    private static string Fulfilment(Order order) => order.Fulfilment switch { FulfilmentStatus.Unfulfilled => "not_fulfilled", FulfilmentStatus.PartiallyShipped => "partially_shipped", FulfilmentStatus.Shipped => "shipped", FulfilmentStatus.PartiallyDelivered => "partially_delivered", FulfilmentStatus.Delivered => "delivered", var other => other.ToString() };

    private static long Minor(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static decimal Exact(JsonElement element, string name) => decimal.Parse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static void Same(IEnumerable<string> wanted, IEnumerable<string> found)
    {
        var (a, b) = (wanted.Order(StringComparer.Ordinal).ToList(), found.Order(StringComparer.Ordinal).ToList());
        Assert.NotEmpty(a);
        Assert.True(a.SequenceEqual(b, StringComparer.Ordinal), $"{a.Count} wanted, {b.Count} found. Missing or other:\n  {string.Join("\n  ", a.Except(b).Take(5))}\nInstead:\n  {string.Join("\n  ", b.Except(a).Take(5))}");
    }
}
