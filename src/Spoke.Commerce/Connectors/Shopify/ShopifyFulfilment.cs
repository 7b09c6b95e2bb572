using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Enters a warehouse's shipment. Shopify keeps no id of ours with a fulfilment, so an earlier try is known by the tracking number. Without one it is known by its units:
/// for certain while this program runs, which remembers what it entered, and when no such units are left; else somebody has to say which parcel is meant.
/// </summary>
internal sealed class ShopifyFulfilment(ShopifyApi api)
{
    private const string Create = "mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } } }";
    private const string Track = "mutation($id: ID!, $info: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $info, notifyCustomer: false) { userErrors { field message } } }";
    private const string Event = "mutation($event: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $event) { userErrors { field message } } }";

    private readonly ShopifyShipments _shipments = new(api);

    // Of shipments without a number: which fulfilment each became, and which there were before one was tried whose answer did not come.
    private readonly ConcurrentDictionary<string, string> _entered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Order, string Shipment), HashSet<string>> _tried = new();

    internal static IReadOnlyList<string> Operations { get; } = [.. ShopifyShipments.Operations, Create, Track, Event];

    public async Task<StoreWriteOutcome> WriteAsync(FulfilmentWrite write, CancellationToken cancellationToken)
    {
        if (!write.PlatformId.All(char.IsAsciiDigit)) return new StoreWriteOutcome(StoreWriteResult.Gone);
        if (await _shipments.ReadAsync(ShopifyId.Global("Order", write.PlatformId), cancellationToken).ConfigureAwait(false) is not { } parcels) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var (earlier, unsure) = EarlierTry(write, parcels);
        if (unsure)
            return new StoreWriteOutcome(StoreWriteResult.Refused, null, "The order has a shipment of the same units without a tracking number, and as many are left to ship: whether this is that parcel or another cannot be told.",
                "Give the shipment its tracking number in the shop's admin, or enter this parcel there, then try again.");
        if (earlier is not null) return await AgainAsync(earlier, write, cancellationToken).ConfigureAwait(false);
        if (Take(write, parcels, out var lacking) is { Count: > 0 } lines && lacking is null) return await CreateAsync(write, lines, parcels, cancellationToken).ConfigureAwait(false);
        return new StoreWriteOutcome(StoreWriteResult.Refused, null, lacking is null ? "Nothing of the order is left to ship." : $"Line {lacking} has fewer units left to ship than the warehouse shipped.",
            parcels.ToShip.Any(part => part.Status is "ON_HOLD" or "SCHEDULED") ? "Part of the order is on hold or scheduled: release it in the shop's admin, then try again." : "Compare the shipment with the order in the shop's admin: it was shipped there already, or edited.");
    }

    private async Task<StoreWriteOutcome> CreateAsync(FulfilmentWrite write, JsonArray lines, ShopifyParcels parcels, CancellationToken cancellationToken)
    {
        var fulfilment = new JsonObject { ["lineItemsByFulfillmentOrder"] = lines, ["notifyCustomer"] = false };   // whether the buyer hears of it is for the shop's automation to say
        if (write.TrackingNumber is not null || write.Carrier is not null) fulfilment["trackingInfo"] = Tracking(write);
        if (write.TrackingNumber is null) _tried[(write.PlatformId, write.ShipmentId)] = [.. parcels.Shipments.Select(shipment => shipment.Id)];
        var made = (await api.OnceAsync(Create, new JsonObject { ["fulfillment"] = fulfilment }, cancellationToken).ConfigureAwait(false)).GetProperty("fulfillmentCreate");
        _tried.TryRemove((write.PlatformId, write.ShipmentId), out _);
        if (ShopifyWriter.Refusal(made) is { } refused) return refused;
        if (made.Object("fulfillment")?.Text("id") is not { } id) return new StoreWriteOutcome(StoreWriteResult.Written);
        if (write.TrackingNumber is null) _entered[id] = write.ShipmentId;
        return write.Delivered ? await DeliveredAsync(id, cancellationToken).ConfigureAwait(false) : new StoreWriteOutcome(StoreWriteResult.Written);
    }

    /// <summary>What the shipment lacks of what the warehouse says of it.</summary>
    private async Task<StoreWriteOutcome> AgainAsync(ShopifyShipment shipment, FulfilmentWrite write, CancellationToken cancellationToken)
    {
        var numbered = write.TrackingNumber is { } number && !shipment.Numbers.Contains(number);
        if (numbered)
        {
            var answer = await api.QueryAsync(Track, new JsonObject { ["id"] = shipment.Id, ["info"] = Tracking(write) }, cancellationToken).ConfigureAwait(false);
            if (ShopifyWriter.Refusal(answer.GetProperty("fulfillmentTrackingInfoUpdate")) is { } refused) return refused;
        }
        if (write.Delivered && !shipment.Delivered) return await DeliveredAsync(shipment.Id, cancellationToken).ConfigureAwait(false);
        return new StoreWriteOutcome(numbered ? StoreWriteResult.Written : StoreWriteResult.Unchanged);
    }

    private async Task<StoreWriteOutcome> DeliveredAsync(string fulfilment, CancellationToken cancellationToken)
    {
        var answer = await api.OnceAsync(Event, new JsonObject { ["event"] = new JsonObject { ["fulfillmentId"] = fulfilment, ["status"] = "DELIVERED" } }, cancellationToken).ConfigureAwait(false);
        return ShopifyWriter.Refusal(answer.GetProperty("fulfillmentEventCreate")) ?? new StoreWriteOutcome(StoreWriteResult.Written);
    }

    private static JsonObject Tracking(FulfilmentWrite write) => new() { ["company"] = write.Carrier, ["number"] = write.TrackingNumber, ["url"] = write.TrackingUrl };

    /// <returns>The shipment that an earlier try has entered; or that there is one which may be it or another parcel.</returns>
    private (ShopifyShipment? Earlier, bool Unsure) EarlierTry(FulfilmentWrite write, ShopifyParcels parcels)
    {
        if (write.TrackingNumber is { } number && parcels.Shipments.FirstOrDefault(shipment => shipment.Numbers.Contains(number)) is { } numbered) return (numbered, false);
        if (parcels.Shipments.FirstOrDefault(shipment => _entered.GetValueOrDefault(shipment.Id) == write.ShipmentId) is { } known) return (known, false);
        var units = write.Lines.GroupBy(line => line.LineId).ToDictionary(group => group.Key, group => group.Sum(line => line.Quantity));
        bool Alike(ShopifyShipment shipment) => units.Count == 0 || (shipment.Units.Count == units.Count && units.All(line => shipment.Units.GetValueOrDefault(line.Key) == line.Value));
        var alike = parcels.Shipments.Where(shipment => shipment.Numbers.Count == 0 && !_entered.ContainsKey(shipment.Id) && Alike(shipment)).ToList();
        if (_tried.TryGetValue((write.PlatformId, write.ShipmentId), out var before))
        {
            if (alike.Find(shipment => !before.Contains(shipment.Id)) is not { } carriedOut) return (null, false);
            _entered[carriedOut.Id] = write.ShipmentId;
            _tried.TryRemove((write.PlatformId, write.ShipmentId), out _);
            return (carriedOut, false);
        }
        if (alike.Count == 0 || (units.Count == 0 && !parcels.NothingLeft)) return (null, false);
        // Of all that was left there may have been several parcels; a number is given to none of them at random.
        if (units.Count == 0) return (write.TrackingNumber is null || alike.Count == 1 ? alike[0] : null, false);
        return units.All(line => parcels.Left(line.Key) >= line.Value) ? (null, true) : (alike[0], false);
    }

    /// <summary>Which units of which fulfilment orders (one a location) make up the shipment.</summary>
    private static JsonArray Take(FulfilmentWrite write, ShopifyParcels parcels, out string? lacking)
    {
        var left = write.Lines.GroupBy(line => line.LineId).ToDictionary(group => group.Key, group => group.Sum(line => line.Quantity));
        var taken = new JsonArray();
        foreach (var part in parcels.Waiting)
        {
            var lines = new JsonArray();
            foreach (var line in part.Lines)
            {
                var units = write.Lines.Count == 0 ? line.Left : Math.Min(left.GetValueOrDefault(line.LineId), line.Left);
                if (units <= 0) continue;
                if (left.ContainsKey(line.LineId)) left[line.LineId] -= units;
                lines.Add(new JsonObject { ["id"] = line.Id, ["quantity"] = units });
            }
            if (lines.Count > 0) taken.Add(new JsonObject { ["fulfillmentOrderId"] = part.Id, ["fulfillmentOrderLineItems"] = lines });
        }
        lacking = left.FirstOrDefault(pair => pair.Value > 0).Key;
        return taken;
    }
}
