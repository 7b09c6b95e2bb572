using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>
/// Writes a warehouse's shipment: a fulfilment that carries its id in the metadata, sent off with its tracking number, and marked as delivered when it has arrived.
/// Each step is taken only where it is missing, so a try that broke off is taken up again.
/// </summary>
internal sealed class MedusaShipments(MedusaApi api)
{
    public async Task<MedusaWritten> WriteAsync(FulfilmentWrite write, JsonElement order, CancellationToken cancellationToken)
    {
        var path = $"/admin/orders/{order.Text("id")}/fulfillments";
        var items = order.Items("items").ToDictionary(item => item.Text("id"), StringComparer.Ordinal);
        if (write.Lines.FirstOrDefault(line => !items.ContainsKey(line.LineId)) is { } unknown)
            return MedusaWritten.Refused($"The order has no line {unknown.LineId}.", "Send the line ids of the fulfilment request.");
        var changed = false;
        var ours = Ours(write, order).ToList();
        var wanted = Wanted(write, items, ours);
        // What the shop's people have packed already is sent off, not packed again.
        if (ours.Count == 0) ours = Packed(write, order, wanted);
        if (ours.Count == 0 && wanted.Count == 0) return MedusaWritten.Refused("Nothing of the order is left to be shipped.", "Look in the Medusa Admin which shipment of the order has the goods, and mend the warehouse's message.");
        foreach (var item in ours.SelectMany(f => f.Items("items"))) wanted.Remove(item.TextOrNull("line_item_id") ?? "");
        // Medusa takes goods that are sent and goods that are not in fulfilments of their own.
        foreach (var group in wanted.GroupBy(line => items[line.Key].Flag("requires_shipping")))
        {
            var made = await api.PostAsync(path + "?fields=id,fulfillments.*,fulfillments.items.*", new JsonObject { ["items"] = Lines(group), ["metadata"] = Metadata(write) }, cancellationToken).ConfigureAwait(false);
            if (MedusaWritten.Of(made) is { Refusal: not null } refused) return refused;
            ours.AddRange((made.Body.Object("order") ?? default).Items("fulfillments").Where(f => IsOf(write, f) && ours.All(o => o.Text("id") != f.Text("id"))));
            changed = true;
        }
        foreach (var fulfilment in ours)
        {
            var its = $"{path}/{fulfilment.Text("id")}";
            if (fulfilment.Moment("shipped_at") is null)
            {
                var shipment = new JsonObject { ["items"] = Lines(fulfilment.Items("items").Where(i => i.Filled("line_item_id") is not null).Select(i => KeyValuePair.Create(i.Text("line_item_id"), i.Units("quantity")))), ["labels"] = Labels(write) };
                if (MedusaWritten.Of(await api.PostAsync(its + "/shipments?fields=id", shipment, cancellationToken).ConfigureAwait(false)) is { Refusal: not null } refused) return refused;
                changed = true;
            }
            else if (write.TrackingNumber is { } number && fulfilment.Items("labels").All(l => l.Filled("tracking_number") != number))
                return MedusaWritten.Refused("The shipment has gone with another tracking number, or none, and Medusa takes no number after that.", "Tell the customer the number by a note or a mail; the order keeps the shipment.");
            if (write.Delivered && fulfilment.Moment("delivered_at") is null)
            {
                if (MedusaWritten.Of(await api.PostAsync(its + "/mark-as-delivered?fields=id", [], cancellationToken).ConfigureAwait(false)) is { Refusal: not null } refused) return refused;
                changed = true;
            }
        }
        return changed ? MedusaWritten.Done : MedusaWritten.Unchanged;
    }

    private static IEnumerable<JsonElement> Live(JsonElement order) => order.Items("fulfillments").Where(f => f.Moment("canceled_at") is null);

    private static bool IsOf(FulfilmentWrite write, JsonElement fulfilment) => fulfilment.Object("metadata")?.Filled(MedusaOrders.ShipmentKey) == write.ShipmentId;

    /// <summary>Those that carry its id; else those that went off by its tracking number, for one the shop had packed carries no id.</summary>
    private static IEnumerable<JsonElement> Ours(FulfilmentWrite write, JsonElement order)
    {
        var named = Live(order).Where(f => IsOf(write, f)).ToList();
        return named.Count > 0 || write.TrackingNumber is null ? named
            : Live(order).Where(f => f.Object("metadata")?.Filled(MedusaOrders.ShipmentKey) is null && f.Items("labels").Any(l => l.Filled("tracking_number") == write.TrackingNumber));
    }

    private static Dictionary<string, int> Wanted(FulfilmentWrite write, Dictionary<string, JsonElement> items, List<JsonElement> ours)
    {
        int Left(JsonElement item) => item.Units("quantity") - (item.Object("detail") is { } detail ? detail.Units("fulfilled_quantity") + detail.Units("return_received_quantity") + detail.Units("written_off_quantity") : 0);
        return write.Lines.Count > 0
            ? write.Lines.GroupBy(line => line.LineId).ToDictionary(line => line.Key, line => line.Sum(l => l.Quantity))
            : ours.Count > 0 ? [] : items.Where(item => Left(item.Value) > 0).ToDictionary(item => item.Key, item => Left(item.Value));
    }

    /// <summary>What is packed and waits: exactly the wanted lines, or all of it when nothing is left to be packed.</summary>
    private static List<JsonElement> Packed(FulfilmentWrite write, JsonElement order, Dictionary<string, int> wanted)
    {
        var waiting = Live(order).Where(f => f.Moment("shipped_at") is null && f.Object("metadata")?.Filled(MedusaOrders.ShipmentKey) is null).ToList();
        if (write.Lines.Count == 0) return wanted.Count == 0 ? waiting : [];
        Dictionary<string, int> Of(JsonElement f) => f.Items("items").Where(i => i.Filled("line_item_id") is not null).GroupBy(i => i.Text("line_item_id")).ToDictionary(i => i.Key, i => i.Sum(line => line.Units("quantity")));
        return [.. waiting.Where(f => Of(f) is var has && has.Count == wanted.Count && wanted.All(line => has.GetValueOrDefault(line.Key) == line.Value)).Take(1)];
    }

    private static JsonArray Lines(IEnumerable<KeyValuePair<string, int>> lines) => new([.. lines.Select(line => (JsonNode)new JsonObject { ["id"] = line.Key, ["quantity"] = line.Value })]);

    private static JsonObject Metadata(FulfilmentWrite write)
    {
        var metadata = new JsonObject { [MedusaOrders.ShipmentKey] = write.ShipmentId };
        if (write.Carrier is { } carrier) metadata[MedusaOrders.CarrierKey] = carrier;
        return metadata;
    }

    // "#" is what Medusa's own Admin writes where there is no address.
    private static JsonArray Labels(FulfilmentWrite write) =>
        write.TrackingNumber is { } number ? [new JsonObject { ["tracking_number"] = number, ["tracking_url"] = write.TrackingUrl ?? "#", ["label_url"] = "#" }] : [];
}
