using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Connectors;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Enters a warehouse's shipment. Shopify keeps no id of ours with a fulfilment, so an earlier try is known by the tracking number,
/// and where there is none by its shipping the same units without one.
/// </summary>
internal sealed class ShopifyFulfilment(ShopifyApi api)
{
    private const string Read = "query($id: ID!) { order(id: $id) { id fulfillments { id status displayStatus trackingInfo { number } fulfillmentLineItems(first: 50) { nodes { quantity lineItem { id } } } } "
        + "fulfillmentOrders(first: 5) { nodes { id status lineItems(first: 50) { nodes { id remainingQuantity lineItem { id } } } } } } }";

    private const string Create = "mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } } }";
    private const string Event = "mutation($event: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $event) { userErrors { field message } } }";

    internal static IReadOnlyList<string> Operations { get; } = [Read, Create, Event];

    public async Task<StoreWriteOutcome> WriteAsync(FulfilmentWrite write, CancellationToken cancellationToken)
    {
        if (!write.PlatformId.All(char.IsAsciiDigit)) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var order = (await api.QueryAsync(Read, new JsonObject { ["id"] = ShopifyId.Global("Order", write.PlatformId) }, cancellationToken).ConfigureAwait(false)).Object("order");
        if (order is not { } found) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var waiting = (found.Object("fulfillmentOrders")?.Items("nodes") ?? []).Where(f => f.TextOrNull("status") is "OPEN" or "IN_PROGRESS").ToList();
        if (found.Items("fulfillments").Where(f => f.TextOrNull("status") is not ("CANCELLED" or "ERROR" or "FAILURE")).FirstOrDefault(f => IsEarlierTry(f, write, waiting)) is { ValueKind: JsonValueKind.Object } earlier)
            return write.Delivered && earlier.TextOrNull("displayStatus") != "DELIVERED" ? await DeliveredAsync(earlier.Text("id"), cancellationToken).ConfigureAwait(false) : new StoreWriteOutcome(StoreWriteResult.Unchanged);

        if (Take(write, waiting, out var lacking) is not { Count: > 0 } lines || lacking is not null)
        {
            var held = (found.Object("fulfillmentOrders")?.Items("nodes") ?? []).FirstOrDefault(f => f.TextOrNull("status") is "ON_HOLD" or "SCHEDULED");
            return new StoreWriteOutcome(StoreWriteResult.Refused, null, lacking is null ? "Nothing of the order is left to ship." : $"Line {lacking} has fewer units left to ship than the warehouse shipped.",
                held.ValueKind == JsonValueKind.Object ? "Part of the order is on hold or scheduled: release it in the shop's admin, then try again." : "Compare the shipment with the order in the shop's admin: it was shipped there already, or edited.");
        }
        var fulfilment = new JsonObject { ["lineItemsByFulfillmentOrder"] = lines, ["notifyCustomer"] = false };   // whether the buyer hears of it is for the shop's automation to say
        if (write.TrackingNumber is not null || write.Carrier is not null)
            fulfilment["trackingInfo"] = new JsonObject { ["company"] = write.Carrier, ["number"] = write.TrackingNumber, ["url"] = write.TrackingUrl };
        var made = (await api.QueryAsync(Create, new JsonObject { ["fulfillment"] = fulfilment }, cancellationToken).ConfigureAwait(false)).GetProperty("fulfillmentCreate");
        if (ShopifyWriter.Refusal(made) is { } refused) return refused;
        return write.Delivered && made.Object("fulfillment") is { } shipment ? await DeliveredAsync(shipment.Text("id"), cancellationToken).ConfigureAwait(false) : new StoreWriteOutcome(StoreWriteResult.Written);
    }

    private async Task<StoreWriteOutcome> DeliveredAsync(string fulfilment, CancellationToken cancellationToken)
    {
        var answer = await api.QueryAsync(Event, new JsonObject { ["event"] = new JsonObject { ["fulfillmentId"] = fulfilment, ["status"] = "DELIVERED" } }, cancellationToken).ConfigureAwait(false);
        return ShopifyWriter.Refusal(answer.GetProperty("fulfillmentEventCreate")) ?? new StoreWriteOutcome(StoreWriteResult.Written);
    }

    private static bool IsEarlierTry(JsonElement fulfilment, FulfilmentWrite write, List<JsonElement> waiting)
    {
        var numbers = fulfilment.Items("trackingInfo").Select(t => t.Filled("number")).Where(number => number is not null).ToList();
        if (write.TrackingNumber is { } number) return numbers.Contains(number);
        if (numbers.Count > 0) return false;
        if (write.Lines.Count == 0) return !waiting.SelectMany(Lines).Any(line => line.Count("remainingQuantity") > 0);
        var shipped = (fulfilment.Object("fulfillmentLineItems")?.Items("nodes") ?? []).Select(line => (ShopifyId.Number(line.Object("lineItem")?.Text("id") ?? ""), line.Count("quantity"))).Order();
        return shipped.SequenceEqual(write.Lines.GroupBy(line => line.LineId).Select(group => (group.Key, group.Sum(line => line.Quantity))).Order());
    }

    /// <summary>Which units of which fulfilment orders (one a location) make up the shipment.</summary>
    private static JsonArray Take(FulfilmentWrite write, List<JsonElement> waiting, out string? lacking)
    {
        var left = write.Lines.GroupBy(line => line.LineId).ToDictionary(group => group.Key, group => group.Sum(line => line.Quantity));
        var taken = new JsonArray();
        foreach (var from in waiting)
        {
            var lines = new JsonArray();
            foreach (var line in Lines(from))
            {
                var id = ShopifyId.Number(line.Object("lineItem")?.Text("id") ?? "");
                var units = write.Lines.Count == 0 ? line.Count("remainingQuantity") : Math.Min(left.GetValueOrDefault(id), line.Count("remainingQuantity"));
                if (units <= 0) continue;
                if (left.ContainsKey(id)) left[id] -= units;
                lines.Add(new JsonObject { ["id"] = line.Text("id"), ["quantity"] = units });
            }
            if (lines.Count > 0) taken.Add(new JsonObject { ["fulfillmentOrderId"] = from.Text("id"), ["fulfillmentOrderLineItems"] = lines });
        }
        lacking = left.FirstOrDefault(pair => pair.Value > 0).Key;
        return taken;
    }

    private static IEnumerable<JsonElement> Lines(JsonElement fulfilmentOrder) => fulfilmentOrder.Object("lineItems")?.Items("nodes") ?? [];
}
