using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>An order's total as HubSpot confirmed it.</summary>
internal static class ConfirmedTotal
{
    public static Money? Of(IReadOnlyDictionary<string, string> properties) =>
        properties.TryGetValue("hs_currency_code", out var currency) && properties.TryGetValue("hs_total_price", out var text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var total)
            ? Money.FromMajor(total, currency) : null;
}
