using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

/// <summary>
/// No amount stands in HubSpot without its currency: it would be shown and added up as the account's own. Where the currency is refused, all money of the record waits with it.
/// A record that has another currency in HubSpot keeps that one with the amounts it had: they belong together, and an order does not change its currency.
/// Amounts that stand there without any currency are cleared. Pure.
/// </summary>
internal static class WithheldMoney
{
    public const string NotEnabled = "CURRENCY_NOT_ENABLED";

    /// <summary>The refused values, and if the currency is among them it first and all money of the record behind it.</summary>
    public static IReadOnlyList<RefusedValue> With(PlanItem item, IReadOnlyList<RefusedValue> refused)
    {
        if (item.Desired is not { } desired || MoneyProperties.Currency(item.Object) is not { } property || refused.FirstOrDefault(value => value.Property == property) is not { } currency) return refused;
        if (currency is { Value.Length: > 0, Cause: not ("PROPERTY_DOESNT_EXIST" or "READ_ONLY_VALUE") })
            currency = currency with
            {
                Cause = NotEnabled,
                Fix = $"Enable {currency.Value} in HubSpot under Settings > Account defaults > Currency, then `spoke quarantine retry --cause {NotEnabled}`. Until then the amounts are withheld; everything else of the record is kept in step.",
            };
        return
        [
            currency,
            .. refused.Where(value => value.Property != property),
            .. desired.Properties.Where(value => MoneyProperties.IsAmount(item.Object, value.Key) && refused.All(other => other.Property != value.Key))
                .Select(value => new RefusedValue(value.Key, value.Value, "withheld with its currency", currency.Cause, currency.Fix) { CorrelationId = currency.CorrelationId }),
        ];
    }

    /// <summary>Amounts that HubSpot has of the record without any currency.</summary>
    public static IEnumerable<string> Bare(PlanItem item, IReadOnlyList<RefusedValue> refused) =>
        MoneyProperties.Currency(item.Object) is { } currency && refused.Any(value => value.Property == currency) && !item.Shadow.ContainsKey(currency)
            ? item.Shadow.Keys.Where(property => MoneyProperties.IsAmount(item.Object, property)) : [];
}
