using System.Collections.Frozen;

namespace Spoke.Sync.Planning;

/// <summary>Which properties of a record are money, and which one says in what currency.</summary>
internal static class MoneyProperties
{
    private static readonly FrozenDictionary<string, (string Currency, FrozenSet<string> Amounts)> s_all = new Dictionary<string, (string, FrozenSet<string>)>
    {
        [RecordObjects.Orders] = ("hs_currency_code", ["hs_subtotal_price", "hs_order_discount", "hs_shipping_cost", "hs_tax", "hs_total_price", "hs_refund_amount", "spoke_net_revenue", "spoke_refunded_total"]),
        [RecordObjects.Carts] = ("hs_currency_code", ["hs_subtotal_price", "hs_cart_discount", "hs_tax", "hs_shipping_cost", "hs_total_price"]),
        [RecordObjects.LineItems] = ("hs_line_item_currency_code", ["price", "discount", "tax"]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The property in which HubSpot keeps the currency of such a record; null: it keeps none.</summary>
    public static string? Currency(string @object) => s_all.TryGetValue(@object, out var money) ? money.Currency : null;

    /// <summary>Whether the value is an amount in the record's currency.</summary>
    public static bool IsAmount(string @object, string property) => s_all.TryGetValue(@object, out var money) && money.Amounts.Contains(property);
}
