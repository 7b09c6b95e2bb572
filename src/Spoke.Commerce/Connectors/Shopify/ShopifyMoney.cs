using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Reads Shopify's amounts: decimal text, in the shop's own currency. What the buyer saw (presentment) is left aside: sums over orders need one currency.</summary>
internal static class ShopifyMoney
{
    /// <summary>Zero where the shop gives none.</summary>
    public static decimal Major(this JsonElement element, string name) => element.Object(name)?.Object("shopMoney")?.TextOrNull("amount") is { } text ? Parse(text, name) : 0;

    public static decimal Plain(this JsonElement element, string name) => element.TextOrNull(name) is { } text ? Parse(text, name) : 0;

    /// <summary>All taxes on a line.</summary>
    public static decimal Taxes(this JsonElement element) => element.Items("taxLines").Sum(tax => tax.Major("priceSet"));

    public static LineMoney Line(decimal major, string currency) => LineMoney.FromMajor(major, currency);

    private static decimal Parse(string text, string name) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) ? amount : throw new FormatException($"'{name}' is not an amount in what Shopify sent.");
}
