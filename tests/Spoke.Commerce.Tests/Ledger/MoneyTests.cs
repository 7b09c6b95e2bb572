using System.Globalization;
using CsCheck;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Ledger;

public sealed class MoneyTests
{
    private static readonly Gen<string> Currency = Gen.Int[0, 6].Select(i => new[] { "EUR", "USD", "JPY", "KWD", "CLF", "ISK", "TND" }[i]);

    [Theory]
    [InlineData(1990, "EUR", "19.90")]
    [InlineData(1500, "JPY", "1500")]
    [InlineData(12500, "KWD", "12.500")]
    [InlineData(10001, "CLF", "1.0001")]
    [InlineData(-5, "USD", "-0.05")]
    [InlineData(0, "EUR", "0.00")]
    [InlineData(long.MaxValue, "EUR", "92233720368547758.07")]
    public void Money_is_written_with_exactly_its_currencys_digits(long minor, string currency, string text) => Assert.Equal(text, new Money(minor, currency).ToPlainText());

    [Theory]
    [InlineData("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0)]
    [InlineData("EUR USD GBP HUF TWD MGA ISO", 2)]
    [InlineData("BHD IQD JOD KWD LYD OMR TND", 3)]
    [InlineData("CLF UYW", 4)]
    public void Every_currency_has_the_digits_of_its_standard(string currencies, int digits) => Assert.All(currencies.Split(' '), currency => Assert.Equal(digits, Money.Exponent(currency)));

    [Theory]
    [InlineData("0.005", "EUR", 1)]
    [InlineData("-0.005", "EUR", -1)]
    [InlineData("0.0049999", "EUR", 0)]
    [InlineData("2.5", "JPY", 3)]
    [InlineData("0.0005", "KWD", 1)]
    public void What_does_not_fit_is_rounded_half_away_from_zero(string major, string currency, long minor) =>
        Assert.Equal(minor, Money.FromMajor(decimal.Parse(major, CultureInfo.InvariantCulture), currency).Minor);

    [Theory]
    [InlineData(5520600, 2, "JPY", 55206)]
    [InlineData(1999, 2, "EUR", 1999)]
    [InlineData(12345, 2, "KWD", 123450)]
    [InlineData(12345678, 4, "EUR", 123457)]
    [InlineData(1999, 0, "EUR", 199900)]
    public void Amounts_are_read_by_the_stores_precision_not_the_currencys(long value, int precision, string currency, long minor) => Assert.Equal(new Money(minor, currency), Money.FromScaled(value, precision, currency));

    [Fact]
    public void Text_and_back_is_the_same_amount() => Gen.Select(Gen.Long[-1_000_000_000_000_000, 1_000_000_000_000_000], Currency).Sample((minor, currency) =>
        Money.FromMajor(decimal.Parse(new Money(minor, currency).ToPlainText(), CultureInfo.InvariantCulture), currency) == new Money(minor, currency));

    [Fact]
    public void Amounts_of_two_currencies_are_never_combined()
    {
        Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR") + new Money(1, "USD"));
        Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR") < new Money(1, "USD"));
        Assert.Throws<InvalidOperationException>(() => LineMoney.Zero("EUR") - LineMoney.Zero("USD"));
    }

    [Fact]
    public void An_amount_that_does_not_fit_is_an_error_not_another_amount()
    {
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, "EUR") + new Money(1, "EUR"));
        Assert.Throws<OverflowException>(() => Money.FromMajor(decimal.MaxValue, "EUR"));
        Assert.Throws<OverflowException>(() => Money.FromMajor(long.MaxValue, "EUR"));
    }

    [Theory]
    [InlineData("3.3333333", "EUR", "3.333333")]
    [InlineData("3.3333335", "EUR", "3.333334")]
    [InlineData("20", "EUR", "20.00")]
    [InlineData("1500.5", "JPY", "1500.5")]
    [InlineData("1500", "JPY", "1500")]
    public void A_line_keeps_six_digits_and_shows_the_currencys_at_least(string major, string currency, string text) =>
        Assert.Equal(text, LineMoney.FromMajor(decimal.Parse(major, CultureInfo.InvariantCulture), currency).ToPlainText());

    [Fact]
    public void Money_goes_through_a_line_unchanged() => Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Currency).Sample((minor, currency) =>
        ((LineMoney)new Money(minor, currency)).Rounded() == new Money(minor, currency));
}
