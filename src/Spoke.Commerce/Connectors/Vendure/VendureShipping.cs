using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Makes shipments of orders. A try that broke off is taken up where it stopped: the shipment is known by the warehouse's id, which stands behind the carrier's name.</summary>
internal sealed partial class VendureShipping(VendureApi api)
{
    private static readonly string[] Steps = ["Shipped", "Delivered"];

    /// <returns>Whether there was anything to change.</returns>
    public async Task<bool> WriteAsync(FulfilmentWrite write, JsonElement order, Order ledger, CancellationToken cancellationToken)
    {
        var live = ledger.Fulfilments.Where(f => f.State != "Cancelled").ToList();
        var known = live.FirstOrDefault(f => f.ShipmentId == write.ShipmentId)
            ?? live.FirstOrDefault(f => f.ShipmentId is null && f.TrackingNumber is not null && f.TrackingNumber == write.TrackingNumber);   // somebody was faster, by hand
        if (known is null && Lines(write, order) is { Count: 0 }) return false;   // everything has been sent
        var changed = known is null;
        var (id, state) = known is null ? await CreateAsync(write, order, cancellationToken).ConfigureAwait(false) : (known.Id, known.State);
        foreach (var step in write.Delivered ? Steps : Steps[..1])
        {
            if (state == step || (step == "Shipped" && state == "Delivered")) continue;
            state = (await api.MutateAsync(VendureQueries.MoveFulfilment, new JsonObject { ["id"] = id, ["s"] = step }, cancellationToken).ConfigureAwait(false)).Text("state");
            changed = true;
        }
        if (!changed && write.TrackingNumber is not null && known!.TrackingNumber != write.TrackingNumber)
            throw new VendureRefusal("The shipment has another tracking number in the store, and Vendure cannot change it.", "Tell the buyer the new number, or cancel the shipment in the store and send it again.");
        return changed;
    }

    private async Task<(string Id, string State)> CreateAsync(FulfilmentWrite write, JsonElement order, CancellationToken cancellationToken)
    {
        static JsonObject Argument(string name, string value) => new() { ["name"] = name, ["value"] = value };
        var input = new JsonObject
        {
            ["lines"] = new JsonArray([.. Lines(write, order).Select(line => (JsonNode)new JsonObject { ["orderLineId"] = line.LineId, ["quantity"] = line.Quantity })]),
            ["handler"] = new JsonObject
            {
                ["code"] = "manual-fulfillment",
                ["arguments"] = new JsonArray(Argument("method", Method.Of(write.Carrier, write.ShipmentId)), Argument("trackingCode", write.TrackingNumber ?? "")),
            },
        };
        var made = await api.MutateAsync(VendureQueries.Fulfil, new JsonObject { ["i"] = input }, cancellationToken).ConfigureAwait(false);
        return (made.Text("id"), made.Text("state"));
    }

    /// <summary>What is asked for, or all that is left.</summary>
    private static List<FulfilledLine> Lines(FulfilmentWrite write, JsonElement order)
    {
        var sent = order.Items("fulfillments").Where(f => f.Text("state") != "Cancelled").SelectMany(f => f.Items("lines")).ToLookup(line => line.Text("orderLineId"), line => line.Count("quantity"));
        var left = order.Items("lines").Select(line => new FulfilledLine(line.Text("id"), line.Count("quantity") - sent[line.Text("id")].Sum())).ToList();
        if (write.Lines.Count == 0) return [.. left.Where(line => line.Quantity > 0)];
        foreach (var asked in write.Lines)
        {
            var most = left.Find(line => line.LineId == asked.LineId)?.Quantity ?? throw new VendureRefusal($"The order has no line {asked.LineId}.", "Let the warehouse send the line's id as it was given it.");
            if (asked.Quantity > most) throw new VendureRefusal($"Line {asked.LineId} has {most} left to ship, not {asked.Quantity}.", "Compare the order's shipments in the store with the warehouse's.");
        }
        return [.. write.Lines];
    }

    /// <summary>A shipment's <c>method</c>: the carrier, and the warehouse's id in brackets, for which Vendure has no place of its own.</summary>
    internal static partial class Method
    {
        public static string Of(string? carrier, string shipment) => $"{carrier} (Spoke {shipment})".TrimStart();

        public static (string? Carrier, string? Shipment) Parse(string? method)
        {
            if (method is null || Marked().Match(method) is not { Success: true } match) return (method, null);
            return (match.Groups[1].Value is { Length: > 0 } carrier ? carrier : null, match.Groups[2].Value);
        }

        [GeneratedRegex(@"^(.*?) ?\(Spoke (.+)\)$")]
        private static partial Regex Marked();
    }
}
