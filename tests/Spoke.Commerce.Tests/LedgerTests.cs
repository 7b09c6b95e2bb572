using System.Text;
using CsCheck;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests;

public sealed class LedgerTests
{
    [Theory]
    [InlineData(1990, "EUR", "19.90")]
    [InlineData(1500, "JPY", "1500")]
    [InlineData(12500, "KWD", "12.500")]
    [InlineData(-5, "USD", "-0.05")]
    public void Money_is_written_with_exactly_its_currencys_digits(long minor, string currency, string text) => Assert.Equal(text, new Money(minor, currency).ToPlainText());

    [Fact]
    public void Vendures_two_decimals_hold_for_yen_too() => Assert.Equal(new Money(55206, "JPY"), Money.FromScaled(5520600, 2, "JPY"));

    [Fact]
    public void Amounts_of_two_currencies_are_never_added() => Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR") + new Money(1, "USD"));

    [Theory]
    [InlineData("  Mixed.Case+Tag@Example.COM ", "mixed.case+tag@example.com")]
    [InlineData("jürgen@müller.example", "jürgen@xn--mller-kva.example")]
    [InlineData("no-at.example.com", null)]
    [InlineData("two@at@example.com", null)]
    [InlineData("a@nodot", null)]
    [InlineData("", null)]
    public void An_address_has_one_form(string given, string? expected) => Assert.Equal(expected, EmailAddress.Normalise(given));

    [Theory]
    [InlineData(OrderLifecycle.Cancelled, PaymentStatus.Paid, FulfilmentStatus.Delivered, OrderStatus.Cancelled)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Failed, FulfilmentStatus.Unfulfilled, OrderStatus.PaymentFailed)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, FulfilmentStatus.Unfulfilled, OrderStatus.Refunded)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Refunded, FulfilmentStatus.Delivered, OrderStatus.Delivered)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Pending, FulfilmentStatus.Unfulfilled, OrderStatus.PendingPayment)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Paid, FulfilmentStatus.NotRequired, OrderStatus.Delivered)]
    [InlineData(OrderLifecycle.Open, PaymentStatus.Authorized, FulfilmentStatus.Unfulfilled, OrderStatus.Paid)]
    public void Three_axes_make_one_status(OrderLifecycle lifecycle, PaymentStatus payment, FulfilmentStatus fulfilment, OrderStatus expected) =>
        Assert.Equal(expected, OrderStatuses.Canonical(lifecycle, payment, fulfilment));

    [Fact]
    public void The_parts_of_every_refund_sum_to_it_exactly() => Gen.Select(Gen.Long[0, 100_000], Gen.Long[0, 5_000], Gen.Long[0, 20_000], Gen.Long[1, 40_000], Gen.Long[1, 40_000]).Sample((items, shipping, tax, first, second) =>
    {
        Money M(long minor) => new(minor, "EUR");
        var amounts = new OrderAmounts { ItemsGross = M(items), Discounts = M(0), Shipping = M(shipping), Fees = M(0), Tips = M(0), Tax = M(tax), Total = M(items + shipping + tax) };
        var refunds = RefundSplit.Split(amounts, [("a", M(first), SettlementState.Settled, DateTimeOffset.UnixEpoch, null), ("b", M(second), SettlementState.Settled, DateTimeOffset.UnixEpoch.AddDays(1), null)]);
        foreach (var refund in refunds) Assert.Equal(refund.Total, refund.Items + refund.Shipping + refund.Fees + refund.Tips + refund.Tax);
        if (first + second <= items + shipping + tax) Assert.True(refunds[0].Items.Minor + refunds[1].Items.Minor <= items + 1);
    });

    [Fact]
    public void The_signature_fits_the_published_vector()
    {
        var headers = new Dictionary<string, string> { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = "1700000000", ["webhook-signature"] = "v1,znAFPHPcrhFWb3ybuikmglvdxC+AoP9uHSADTL41LDg=" };
        string[] secrets = ["whsec_c3Bva2UtZnVsZmlsbWVudC1zZWNyZXQtMDEyMzQ1Njc4OQ=="];
        var at = DateTimeOffset.FromUnixTimeSeconds(1_700_000_100);
        Assert.Null(StandardWebhook.Problem(headers, Encoding.UTF8.GetBytes("{\"type\":\"shipment.shipped\"}"), secrets, at));
        Assert.NotNull(StandardWebhook.Problem(headers, Encoding.UTF8.GetBytes("{\"type\":\"shipment.shipped\" }"), secrets, at));
        Assert.NotNull(StandardWebhook.Problem(headers, Encoding.UTF8.GetBytes("{\"type\":\"shipment.shipped\"}"), secrets, at.AddMinutes(10)));
    }
}
