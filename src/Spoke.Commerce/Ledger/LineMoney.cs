using System.Globalization;

namespace Spoke.Commerce.Ledger;

/// <summary>
/// An amount as precise as a store gives it for a line, to six digits. Lines are added up at this precision and rounded once, at the order:
/// three lines of 0.333 are 1.00, not 0.99.
/// </summary>
/// <param name="Major">Whole units: 19.99.</param>
public readonly record struct LineMoney(decimal Major, string Currency)
{
    private const int Digits = 6;

    public static LineMoney Zero(string currency) => new(0, currency);

    /// <summary>Reads major units, rounding half away from zero to six digits.</summary>
    public static LineMoney FromMajor(decimal major, string currency) => new(Math.Round(major, Digits, MidpointRounding.AwayFromZero), currency);

    /// <summary>Reads an integer in units of 10^-<paramref name="precision"/> of the major unit.</summary>
    public static LineMoney FromScaled(long value, int precision, string currency) => FromMajor(Money.Unscale(value, precision), currency);

    public static LineMoney Sum(IEnumerable<LineMoney> amounts, string currency) => amounts.Aggregate(Zero(currency), (sum, amount) => sum + amount);

    /// <summary>In the currency's own digits, half away from zero.</summary>
    public Money Rounded() => Money.FromMajor(Major, Currency);

    /// <summary>Plain decimal text with at least the currency's digits: <c>19.90</c>, <c>3.333333</c>.</summary>
    public string ToPlainText() => Major.ToString("0." + new string('0', Money.Exponent(Currency)) + new string('#', Digits - Money.Exponent(Currency)), CultureInfo.InvariantCulture);

    public override string ToString() => $"{ToPlainText()} {Currency}";

    public static implicit operator LineMoney(Money money) => new(money.Major, money.Currency);
    public static LineMoney operator +(LineMoney a, LineMoney b) => new(a.Major + Same(a, b).Major, a.Currency);
    public static LineMoney operator -(LineMoney a, LineMoney b) => new(a.Major - Same(a, b).Major, a.Currency);

    private static LineMoney Same(LineMoney a, LineMoney b) => a.Currency == b.Currency
        ? b
        : throw new InvalidOperationException($"Amounts of {a.Currency} and {b.Currency} cannot be combined without a rate.");
}
