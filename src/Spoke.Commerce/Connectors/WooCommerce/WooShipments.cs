using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>A parcel a warehouse told us of, as we keep it at the order.</summary>
/// <param name="Lines">Quantity by order line.</param>
internal sealed record WooShipment(string Id, IReadOnlyDictionary<string, int> Lines, string? Carrier, string? Number, string? Url, DateTimeOffset? At, bool Delivered);

/// <summary>
/// What has been shipped of an order. WooCommerce keeps no shipments; the plugin Shipment Tracking and others like it keep tracking numbers in the order's meta data,
/// without saying which lines are in a parcel. Ours say it, in a meta key of their own beside the plugin's.
/// </summary>
internal sealed class WooShipments(IReadOnlyList<WooShipment> ours, IReadOnlyList<Fulfilment> others, IReadOnlyDictionary<string, int> wanted)
{
    public const string OurKey = "_spoke_shipments";
    public const string TrackingKey = "_wc_shipment_tracking_items";

    public IReadOnlyList<WooShipment> Ours => ours;

    /// <summary>A warehouse told us of a parcel for every line.</summary>
    public bool AllByWarehouse => ours.Count > 0 && Left().Count == 0;

    public IReadOnlyList<Fulfilment> All => [.. ours.Select(s => new Fulfilment { Id = s.Id, ShipmentId = s.Id, State = s.Delivered ? "delivered" : "shipped", Carrier = s.Carrier, TrackingNumber = s.Number, TrackingUrl = s.Url, At = s.At }), .. others];

    /// <param name="order">The row of the order.</param>
    /// <param name="refunds">Its refunds: what was given back needs no shipping.</param>
    public static WooShipments Of(JsonElement order, IEnumerable<JsonElement> refunds)
    {
        var wanted = order.Items("line_items").ToDictionary(line => line.Text("id"), WooAmounts.Quantity);
        foreach (var line in refunds.SelectMany(refund => refund.Items("line_items")))
            if (WooMeta.Of(line, "_refunded_item_id")?.ToString() is { } id && wanted.ContainsKey(id)) wanted[id] = Math.Max(0, wanted[id] - Math.Abs(WooAmounts.Quantity(line)));
        var ours = WooMeta.Json(order, OurKey) is JsonArray kept ? kept.OfType<JsonObject>().Select(Read).OfType<WooShipment>().ToList() : [];
        var numbers = ours.Select(s => s.Number).ToHashSet();
        var others = WooMeta.Json(order, TrackingKey) is JsonArray items ? items.OfType<JsonObject>().Where(item => Text(item, "tracking_number") is { } number && !numbers.Contains(number)).Select(Tracking).ToList() : [];
        return new WooShipments(ours, others, wanted);
    }

    /// <summary>What is still to be shipped, by line.</summary>
    public Dictionary<string, int> Left()
    {
        var left = new Dictionary<string, int>(wanted);
        foreach (var (line, quantity) in ours.SelectMany(s => s.Lines))
            if (left.TryGetValue(line, out var open)) left[line] = open - quantity;
        return left.Where(l => l.Value > 0).ToDictionary();
    }

    /// <summary>A number without lines stands for all of the order: nothing says that a parcel is still to come.</summary>
    public FulfilmentStatus Fold()
    {
        var left = Left().Values.Sum();
        if (ours.Count == 0) return others.Count > 0 ? FulfilmentStatus.Shipped : FulfilmentStatus.Unfulfilled;
        if (ours.All(s => s.Delivered)) return left == 0 ? FulfilmentStatus.Delivered : FulfilmentStatus.PartiallyDelivered;
        if (ours.Any(s => s.Delivered)) return FulfilmentStatus.PartiallyDelivered;
        return left == 0 || others.Count > 0 ? FulfilmentStatus.Shipped : FulfilmentStatus.PartiallyShipped;
    }

    private static WooShipment? Read(JsonObject json) => Text(json, "id") is not { } id ? null : new WooShipment(id,
        json["lines"] is JsonObject lines ? lines.ToDictionary(l => l.Key, l => int.TryParse(l.Value?.ToString(), CultureInfo.InvariantCulture, out var quantity) ? quantity : 0) : [],
        Text(json, "carrier"), Text(json, "number"), Text(json, "url"), DateTimeOffset.TryParse(Text(json, "at"), CultureInfo.InvariantCulture, out var at) ? at : null, json["delivered"]?.ToString() is "true" or "1");

    private static Fulfilment Tracking(JsonObject item) => new()
    {
        Id = Text(item, "tracking_id") ?? Text(item, "tracking_number")!,
        State = "shipped",
        Carrier = Text(item, "tracking_provider") ?? Text(item, "custom_tracking_provider"),
        TrackingNumber = Text(item, "tracking_number"),
        TrackingUrl = Text(item, "custom_tracking_link"),
        At = long.TryParse(Text(item, "date_shipped"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
    };

    private static string? Text(JsonObject json, string name) => json[name]?.ToString() is { Length: > 0 } text ? text : null;
}
