namespace Spoke.Shop.Store;

/// <summary>What things cost: in minor units, before tax, tax on top.</summary>
internal static class Pricing
{
    private const int TaxPercent = 20;
    private static readonly Dictionary<string, int> Coupons = new(StringComparer.OrdinalIgnoreCase) { ["WELCOME10"] = 10, ["SUMMER25"] = 25 };
    private static readonly Dictionary<string, long> ShippingPrices = new() { ["EUR"] = 490, ["USD"] = 500, ["GBP"] = 450, ["JPY"] = 800, ["KWD"] = 1500 };

    // Minor units for one EUR cent; JPY has no decimals and KWD three.
    private static readonly Dictionary<string, decimal> Rates = new() { ["EUR"] = 1m, ["USD"] = 1.08m, ["GBP"] = 0.85m, ["JPY"] = 1.6m, ["KWD"] = 3.3m };

    public static IReadOnlyCollection<string> Currencies => ShippingPrices.Keys;

    public static IReadOnlyCollection<string> CouponCodes => Coupons.Keys;

    public static bool Sells(string? currency) => currency is not null && ShippingPrices.ContainsKey(currency);

    public static long Shipping(string currency) => ShippingPrices[currency];

    public static int? Percent(string? coupon) => string.IsNullOrEmpty(coupon) ? 0 : Coupons.TryGetValue(coupon, out var percent) ? percent : null;

    public static Dictionary<string, long> InAllCurrencies(long cents) =>
        Rates.ToDictionary(rate => rate.Key, rate => rate.Key == "JPY" ? (long)(cents * rate.Value) / 10 * 10 : Math.Max(1, (long)(cents * rate.Value)));

    public static ShopLine Price(ShopLine line, int percentOff)
    {
        var gross = line.UnitPrice * line.Quantity;
        var discount = gross * percentOff / 100;
        return line with { Discount = discount, Tax = Tax(gross - discount) };
    }

    public static long Tax(long net) => (long)Math.Round(net * TaxPercent / 100m, MidpointRounding.AwayFromZero);
}
