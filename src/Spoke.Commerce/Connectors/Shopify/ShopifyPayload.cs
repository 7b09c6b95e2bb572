using System.Buffers;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// An entity with all that is needed to say it in ledger terms: the shop's currency, the shop's own JSON, and parts that came apart from it.
/// An entity has one meaning whether it came by a list, an export or by itself.
/// </summary>
internal sealed class ShopifyPayload
{
    private readonly ILookup<string, JsonElement> _parts;

    private ShopifyPayload(JsonElement root)
    {
        Currency = root.Text("currency");
        Node = root.GetProperty("node");
        IsCheckoutPush = root.Flag("push");
        _parts = root.Items("more").ToLookup(part => part.Text("of"), part => part.GetProperty("item"));
    }

    public string Currency { get; }

    public JsonElement Node { get; }

    /// <summary>The shop's push of a checkout, which has the form of the older REST API.</summary>
    public bool IsCheckoutPush { get; }

    /// <summary>An order's refunds with their parts; an exported order has only named them itself.</summary>
    public IEnumerable<JsonElement> Refunds =>
        _parts[Node.Text("id")].Where(part => part.TextOrNull("__typename") == "Refund") is var apart && apart.Any() ? apart : Node.Items("refunds");

    /// <summary>The parts of an entity or of a part of it, however they came.</summary>
    /// <param name="type">Null where an entity has but one connection.</param>
    public IEnumerable<JsonElement> Parts(JsonElement of, string connection, string? type) =>
        (of.Object(connection)?.Items("nodes") ?? []).Concat(_parts[of.TextOrNull("id") ?? ""].Where(part => type is null || part.TextOrNull("__typename") == type));

    public static ShopifyPayload Read(JsonElement root) => new(root);

    public static byte[] Write(string currency, ShopifyNode node, bool push = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("currency", currency);
            if (push) json.WriteBoolean("push", true);
            json.WritePropertyName("node");
            json.WriteRawValue(node.Node.GetRawText(), skipInputValidation: true);   // as the shop sent it, to the byte
            if (node.More.Count > 0)
            {
                json.WriteStartArray("more");
                foreach (var part in node.More)
                {
                    json.WriteStartObject();
                    json.WriteString("of", part.Of);
                    json.WritePropertyName("item");
                    json.WriteRawValue(part.Item.GetRawText(), skipInputValidation: true);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The plain number by which pushes know it too; a checkout's token.</summary>
    public static string IdOf(EntityKind kind, JsonElement node) => kind == EntityKind.Cart
        ? ShopifyId.OfCheckout(node.Text("id"), node.TextOrNull("abandonedCheckoutUrl"))
        : ShopifyId.Number(node.Text("id"));

    /// <summary>When the entity last changed. What hangs on it may change after it: a shipment of an order, the product of a variant.</summary>
    public static long VersionOf(JsonElement node)
    {
        var times = new List<DateTimeOffset?> { node.Moment("updatedAt"), node.Object("product")?.Moment("updatedAt") };
        times.AddRange(node.Items("fulfillments").Concat(node.Items("refunds")).Select(part => part.Moment("updatedAt")));
        return (times.Max() ?? throw new FormatException("'updatedAt' is missing in what Shopify sent.")).ToUnixTimeMilliseconds();
    }
}
