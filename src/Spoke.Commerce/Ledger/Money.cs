using System.Globalization;

namespace Spoke.Commerce.Ledger;

/// <summary>An exact amount: whole minor units of an ISO 4217 currency. Never a floating-point number.</summary>
/// <param name="Minor">Minor units (cents, yen, fils).</param>
/// <param name="Currency">Three upper-case letters.</param>
public readonly record struct Money(long Minor, string Currency) : IComparable<Money>
{
    public static Money Zero(string currency) => new(0, currency);

    /// <summary>How many decimal digits the currency has by ISO 4217: 2 unless it is one of the known exceptions.</summary>
    public static int Exponent(string currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        "CLF" or "UYW" => 4,
        _ => 2,
    };

    /// <summary>Reads major units (19.99), rounding half away from zero to the currency's own digits.</summary>
    /// <exception cref="OverflowException">The amount does not fit 64 bits of minor units.</exception>
    public static Money FromMajor(decimal major, string currency) =>
        new((long)Math.Round(major * Scale(currency), 0, MidpointRounding.AwayFromZero), currency);

    /// <summary>Reads an integer in units of 10^-<paramref name="precision"/> of the major unit, as Vendure stores money whatever the currency.</summary>
    public static Money FromScaled(long value, int precision, string currency) => FromMajor(Unscale(value, precision), currency);

    public decimal Major => Minor / (decimal)Scale(Currency);

    /// <summary>Plain decimal text with exactly the currency's digits: <c>19.90</c>, <c>1500</c> (JPY), <c>12.500</c> (KWD).</summary>
    public string ToPlainText() => Major.ToString("F" + Exponent(Currency), CultureInfo.InvariantCulture);

    public static Money operator +(Money a, Money b) => new(checked(a.Minor + Same(a, b).Minor), a.Currency);
    public static Money operator -(Money a, Money b) => new(checked(a.Minor - Same(a, b).Minor), a.Currency);
    public static Money operator -(Money a) => new(checked(-a.Minor), a.Currency);
    public static Money operator *(Money a, int times) => new(checked(a.Minor * times), a.Currency);

    public int CompareTo(Money other) => Minor.CompareTo(Same(this, other).Minor);
    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;
    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;
    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    public override string ToString() => $"{ToPlainText()} {Currency}";

    internal static decimal Unscale(long value, int precision)
    {
        var divisor = 1m;
        for (var i = 0; i < precision; i++) divisor *= 10m;
        return value / divisor;
    }

    private static long Scale(string currency) => Exponent(currency) switch { 0 => 1, 2 => 100, 3 => 1000, _ => 10000 };

    private static Money Same(Money a, Money b) => a.Currency == b.Currency
        ? b
        : throw new InvalidOperationException($"Amounts of {a.Currency} and {b.Currency} cannot be combined without a rate.");
}
