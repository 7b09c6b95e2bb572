using System.Text.Json;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// What Shopify lets us spend: a bucket of points that refills steadily. Every answer says how full it is,
/// so we wait exactly as long as a query's points take to come back, and not at all while there are enough.
/// </summary>
internal sealed class ShopifyBudget(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _costs = new(StringComparer.Ordinal);
    private double _available = double.PositiveInfinity;   // until the first answer nothing is known
    private double _maximum = double.PositiveInfinity;
    private double _restored;
    private DateTimeOffset _at;

    /// <summary>How long to wait before the query is sent; its points are then taken as spent.</summary>
    /// <param name="key">Queries of one key cost the same.</param>
    public TimeSpan Reserve(string key)
    {
        lock (_lock)
        {
            if (double.IsInfinity(_available) || _restored <= 0) return TimeSpan.Zero;
            var now = time.GetUtcNow();
            var available = Math.Min(_maximum, _available + (now - _at).TotalSeconds * _restored);
            var cost = Math.Min(_costs.GetValueOrDefault(key), _maximum);
            _available = available - cost;
            _at = now;
            return _available >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_available / _restored);
        }
    }

    /// <summary>Takes in what an answer says.</summary>
    public void Learn(string key, JsonElement answer)
    {
        if (Cost(answer) is not { } cost || cost.Object("throttleStatus") is not { } status) return;
        lock (_lock)
        {
            _costs[key] = Number(cost, "requestedQueryCost");
            _available = Number(status, "currentlyAvailable");
            _maximum = Number(status, "maximumAvailable");
            _restored = Number(status, "restoreRate");
            _at = time.GetUtcNow();
        }
    }

    /// <summary>What the query was counted at; null: not told.</summary>
    public static double? Requested(JsonElement answer) => Cost(answer) is { } cost ? Number(cost, "requestedQueryCost") : null;

    private static JsonElement? Cost(JsonElement answer) => answer.Object("extensions")?.Object("cost");

    private static double Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
}
