using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>A shipment of an order, as the shop has it.</summary>
/// <param name="Units">Of each order line.</param>
internal sealed record ShopifyShipment(string Id, bool Delivered, IReadOnlyList<string> Numbers, IReadOnlyDictionary<string, int> Units);

/// <summary>What is to be shipped together, from one location.</summary>
internal sealed record ShopifyToShip(string Id, string Status, IReadOnlyList<ShopifyUnits> Lines)
{
    public bool CanBeShipped => Status is "OPEN" or "IN_PROGRESS";
}

/// <param name="Id">Of the part of the fulfilment order.</param>
/// <param name="LineId">Of the order's line.</param>
internal sealed record ShopifyUnits(string Id, string LineId, int Left);

/// <summary>An order as who ships it sees it.</summary>
/// <param name="Shipments">Those that were not taken back.</param>
internal sealed record ShopifyParcels(IReadOnlyList<ShopifyShipment> Shipments, IReadOnlyList<ShopifyToShip> ToShip)
{
    public IEnumerable<ShopifyToShip> Waiting => ToShip.Where(part => part.CanBeShipped);

    /// <summary>How many units of a line can be shipped.</summary>
    public int Left(string line) => Waiting.SelectMany(part => part.Lines).Where(units => units.LineId == line).Sum(units => units.Left);

    public bool NothingLeft => Waiting.SelectMany(part => part.Lines).All(units => units.Left == 0);
}

/// <summary>Reads an order's shipments and what is left to ship, whole: a page that ends before its list does would leave units behind and nobody would know.</summary>
internal sealed class ShopifyShipments(ShopifyApi api)
{
    private const string PageInfo = "pageInfo { hasNextPage endCursor }";
    private const string Shipped = PageInfo + " nodes { quantity lineItem { id } }";
    private const string ToShip = PageInfo + " nodes { id remainingQuantity lineItem { id } }";
    private const string Orders = PageInfo + " nodes { id status lineItems(first: 50) { " + ToShip + " } }";

    private const string Read = "query($id: ID!) { order(id: $id) { id fulfillments { id status displayStatus trackingInfo { number } fulfillmentLineItems(first: 50) { " + Shipped + " } } fulfillmentOrders(first: 5) { " + Orders + " } } }";
    private const string MoreOrders = "query($id: ID!, $after: String!) { node(id: $id) { ... on Order { fulfillmentOrders(first: 5, after: $after) { " + Orders + " } } } }";
    private const string MoreToShip = "query($id: ID!, $after: String!) { node(id: $id) { ... on FulfillmentOrder { lineItems(first: 100, after: $after) { " + ToShip + " } } } }";
    private const string MoreShipped = "query($id: ID!, $after: String!) { node(id: $id) { ... on Fulfillment { fulfillmentLineItems(first: 100, after: $after) { " + Shipped + " } } } }";

    internal static IReadOnlyList<string> Operations { get; } = [Read, MoreOrders, MoreToShip, MoreShipped];

    /// <returns>Null: the shop has no such order.</returns>
    public async Task<ShopifyParcels?> ReadAsync(string order, CancellationToken cancellationToken)
    {
        if ((await api.QueryAsync(Read, new JsonObject { ["id"] = order }, cancellationToken).ConfigureAwait(false)).Object("order") is not { } found) return null;
        var shipments = new List<ShopifyShipment>();
        foreach (var shipment in found.Items("fulfillments").Where(f => f.TextOrNull("status") is not ("CANCELLED" or "ERROR" or "FAILURE")))
        {
            var lines = await WholeAsync(shipment, "fulfillmentLineItems", MoreShipped, cancellationToken).ConfigureAwait(false);
            shipments.Add(new ShopifyShipment(shipment.Text("id"), shipment.TextOrNull("displayStatus") == "DELIVERED", [.. shipment.Items("trackingInfo").Select(t => t.Filled("number")).OfType<string>()],
                lines.GroupBy(LineId).ToDictionary(line => line.Key, line => line.Sum(units => units.Count("quantity")))));
        }
        var toShip = new List<ShopifyToShip>();
        foreach (var part in await WholeAsync(found, "fulfillmentOrders", MoreOrders, cancellationToken).ConfigureAwait(false))
        {
            var lines = await WholeAsync(part, "lineItems", MoreToShip, cancellationToken).ConfigureAwait(false);
            toShip.Add(new ShopifyToShip(part.Text("id"), part.TextOrNull("status") ?? "", [.. lines.Select(line => new ShopifyUnits(line.Text("id"), LineId(line), line.Count("remainingQuantity")))]));
        }
        return new ShopifyParcels(shipments, toShip);
    }

    private static string LineId(JsonElement units) => ShopifyId.Number(units.Object("lineItem")?.Text("id") ?? "");

    /// <summary>All of a connection, of which a first page is there.</summary>
    private async Task<List<JsonElement>> WholeAsync(JsonElement of, string connection, string more, CancellationToken cancellationToken)
    {
        var page = of.Object(connection);
        List<JsonElement> all = [.. page?.Items("nodes") ?? []];
        while (page?.Object("pageInfo") is { } info && info.Flag("hasNextPage"))
        {
            page = (await api.QueryAsync(more, new JsonObject { ["id"] = of.Text("id"), ["after"] = info.Text("endCursor") }, cancellationToken).ConfigureAwait(false)).Object("node")?.Object(connection);
            all.AddRange(page?.Items("nodes") ?? []);
        }
        return all;
    }
}
