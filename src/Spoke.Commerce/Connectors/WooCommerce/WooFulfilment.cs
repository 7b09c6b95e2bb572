using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// Enters a warehouse's parcel at an order: in our own meta key, in that of the plugin Shipment Tracking which the shop's pages and mails show, and as a note.
/// The order becomes completed once every line is shipped.
/// </summary>
internal sealed class WooFulfilment(WooApi api, WooDetails details, WooNotes notes, TimeProvider time)
{
    public async Task<StoreWriteOutcome> WriteAsync(FulfilmentWrite write, CancellationToken cancellationToken)
    {
        if (await WooWriter.OrderAsync(api, write.PlatformId, cancellationToken).ConfigureAwait(false) is not { } row) return new StoreWriteOutcome(StoreWriteResult.Gone);
        var status = row.Text("status");
        if (status is "cancelled" or "refunded" or "failed" or "checkout-draft")
            return WooWriter.Refused($"The order is {status} in WooCommerce, and a parcel cannot be entered there.", "If it was shipped all the same, set the order to processing in the shop; then try again.");
        var change = await WooWriter.NowAsync(details, row, cancellationToken).ConfigureAwait(false) ?? throw api.Strange("wc/v3/orders");
        using var payload = JsonDocument.Parse(change.Payload);
        var shipments = WooShipments.Of(row, payload.RootElement.Items("refunds"));
        var before = shipments.Ours.FirstOrDefault(s => s.Id == write.ShipmentId);
        var open = Open(row, shipments, before);
        var lines = write.Lines.Count > 0 ? write.Lines.GroupBy(l => l.LineId).ToDictionary(l => l.Key, l => l.Sum(x => x.Quantity)) : before?.Lines.ToDictionary() ?? open;
        if (Problem(row, lines, open, before is not null) is { } problem) return problem;
        var after = new WooShipment(write.ShipmentId, lines, write.Carrier ?? before?.Carrier, write.TrackingNumber ?? before?.Number, write.TrackingUrl ?? before?.Url, before?.At ?? time.GetUtcNow(), write.Delivered || before?.Delivered == true);
        var same = before is not null && Write(before).ToJsonString() == Write(after).ToJsonString();
        var all = open.All(l => lines.GetValueOrDefault(l.Key) >= l.Value);
        // To complete an order that is not paid would tell WooCommerce that it was.
        var next = all && status is not ("completed" or "pending" or "on-hold") ? "completed" : null;
        IEnumerable<JsonObject> meta = same ? [] : [WooMeta.Entry(WooShipments.OurKey, new JsonArray([.. shipments.Ours.Where(s => s.Id != after.Id).Append(after).Select(Write)])), .. Tracking(row, after)];
        var noted = await notes.WriteOnceAsync(row, "shipment " + write.ShipmentId, Text(row, after), meta, next, cancellationToken).ConfigureAwait(false);
        var now = await WooWriter.OrderAsync(api, write.PlatformId, cancellationToken).ConfigureAwait(false);
        return new StoreWriteOutcome(same && !noted && next is null ? StoreWriteResult.Unchanged : StoreWriteResult.Written, now is { } order ? await WooWriter.NowAsync(details, order, cancellationToken).ConfigureAwait(false) : null);
    }

    /// <summary>What no other parcel has.</summary>
    private static Dictionary<string, int> Open(JsonElement row, WooShipments shipments, WooShipment? before)
    {
        var open = shipments.Left();
        foreach (var (line, quantity) in before?.Lines ?? new Dictionary<string, int>()) open[line] = Math.Min(open.GetValueOrDefault(line) + quantity, row.Items("line_items").Where(l => l.Text("id") == line).Select(WooAmounts.Quantity).FirstOrDefault());
        return open;
    }

    private static StoreWriteOutcome? Problem(JsonElement row, Dictionary<string, int> lines, Dictionary<string, int> open, bool known)
    {
        var there = row.Items("line_items").Select(l => l.Text("id")).ToHashSet();
        if (lines.Keys.FirstOrDefault(line => !there.Contains(line)) is { } stranger) return WooWriter.Refused($"The order has no line {stranger}.", "Have the warehouse send the line ids it was given, or none for all that is left.");
        if (lines.FirstOrDefault(l => l.Value > open.GetValueOrDefault(l.Key)) is { Key: not null } more) return WooWriter.Refused($"The parcel has {more.Value} of line {more.Key}, and only {open.GetValueOrDefault(more.Key)} are left to ship.", "Ask the warehouse what it shipped; a refunded unit needs no shipping.");
        return lines.Count == 0 && !known ? WooWriter.Refused("Nothing is left to ship of this order.", "Ask the warehouse what is in the parcel.") : null;
    }

    private static JsonObject Write(WooShipment s)
    {
        var lines = new JsonObject();
        foreach (var (line, quantity) in s.Lines.OrderBy(l => l.Key, StringComparer.Ordinal)) lines[line] = quantity;
        return new JsonObject { ["id"] = s.Id, ["lines"] = lines, ["carrier"] = s.Carrier, ["number"] = s.Number, ["url"] = s.Url, ["at"] = s.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ["delivered"] = s.Delivered };
    }

    // The form of the plugin; a carrier that it does not know is given with its own link.
    private static IEnumerable<JsonObject> Tracking(JsonElement row, WooShipment s)
    {
        if (s.Number is null) yield break;
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(s.Id)))[..32];
        var items = WooMeta.Json(row, WooShipments.TrackingKey) as JsonArray ?? [];
        if (items.FirstOrDefault(item => item?["tracking_id"]?.ToString() == id) is { } old) items.Remove(old);
        items.Add(new JsonObject { ["tracking_provider"] = "", ["custom_tracking_provider"] = s.Carrier ?? "", ["custom_tracking_link"] = s.Url ?? "", ["tracking_number"] = s.Number, ["date_shipped"] = s.At?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "", ["tracking_id"] = id });
        yield return WooMeta.Entry(WooShipments.TrackingKey, items);
    }

    private static string Text(JsonElement row, WooShipment s)
    {
        var parts = row.Items("line_items").Where(l => s.Lines.ContainsKey(l.Text("id"))).Select(l => $"{s.Lines[l.Text("id")]} × {l.Filled("sku") ?? l.Filled("name")}");
        return $"Shipment {s.Id}: {string.Join(", ", parts)}{(s.Carrier is null ? "" : $" by {s.Carrier}")}{(s.Number is null ? "" : $", number {s.Number}")}.";
    }
}
