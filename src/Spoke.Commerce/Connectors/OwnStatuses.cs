using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors;

/// <summary>What statuses of a shop's own making mean: plugins and settings of some platforms add words of which the platform itself knows nothing.</summary>
public static class OwnStatuses
{
    /// <summary>Reads <c>packed=processing, on-the-road=shipped</c>.</summary>
    /// <exception cref="ArgumentException">A part has no <c>=</c>, or names a status that there is not.</exception>
    public static IReadOnlyDictionary<string, OrderStatus> Read(string? text)
    {
        var statuses = new Dictionary<string, OrderStatus>(StringComparer.Ordinal);
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split('=', StringSplitOptions.TrimEntries);
            if (words is not [{ Length: > 0 } own, var meaning] || !Enum.TryParse<OrderStatus>(meaning.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var status) || !Enum.IsDefined(status))
                throw new ArgumentException($"'{part}' in statuses is not a status of the shop, =, and one of {string.Join(", ", Enum.GetValues<OrderStatus>().Select(Word))}.");
            statuses[own] = status;
        }
        return statuses;
    }

    /// <summary>The three axes of an order in a status that means this, where payments and parcels by themselves say that.</summary>
    internal static (OrderLifecycle Lifecycle, PaymentStatus Payment, FulfilmentStatus Fulfilment) Axes(OrderStatus meant, PaymentStatus paid, FulfilmentStatus shipped) => meant switch
    {
        OrderStatus.Cancelled => (OrderLifecycle.Cancelled, paid, shipped),
        OrderStatus.Draft => (OrderLifecycle.Draft, paid, shipped),
        OrderStatus.PaymentFailed => (OrderLifecycle.Open, PaymentStatus.Failed, shipped),
        OrderStatus.Refunded => (OrderLifecycle.Open, PaymentStatus.Refunded, shipped),
        OrderStatus.OnHold => (OrderLifecycle.Open, paid, FulfilmentStatus.OnHold),
        OrderStatus.Processing => (OrderLifecycle.Open, paid, shipped == FulfilmentStatus.Unfulfilled ? FulfilmentStatus.InProgress : shipped),
        OrderStatus.PartiallyShipped => (OrderLifecycle.Open, paid, FulfilmentStatus.PartiallyShipped),
        OrderStatus.Shipped => (OrderLifecycle.Open, paid, FulfilmentStatus.Shipped),
        OrderStatus.PartiallyDelivered => (OrderLifecycle.Open, paid, FulfilmentStatus.PartiallyDelivered),
        OrderStatus.Delivered => (OrderLifecycle.Open, paid, FulfilmentStatus.Delivered),
        OrderStatus.Returned => (OrderLifecycle.Open, paid, FulfilmentStatus.Returned),
        _ => (OrderLifecycle.Open, paid, shipped),
    };

    private static string Word(OrderStatus status) => string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
