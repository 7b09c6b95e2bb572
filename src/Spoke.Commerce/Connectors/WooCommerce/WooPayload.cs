using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>What has to be known to read a product's price, which comes as a bare number.</summary>
internal sealed record WooPrices(string Currency, bool IncludeTax);

/// <summary>The rows as the shop sent them, with what belongs to them, as one payload; and the version that this makes.</summary>
internal static class WooPayload
{
    /// <summary>What an order's row is to us; null: nothing, somebody is only beginning to write it.</summary>
    public static EntityKind? KindOf(JsonElement order) => order.TextOrNull("status") switch
    {
        "checkout-draft" => EntityKind.Cart,
        "auto-draft" or "draft" or "new" => null,
        _ => EntityKind.Order,
    };

    /// <summary>A refund moves the order's own date too, but not in every plugin that writes one.</summary>
    public static StoreChange Order(EntityKind kind, JsonElement order, IReadOnlyList<JsonElement> refunds)
    {
        var version = Math.Max(Version(order), refunds.Select(Version).DefaultIfEmpty().Max());
        return new StoreChange(kind, order.Text("id"), version, Bytes(json =>
        {
            Member(json, "item", order);
            json.WriteStartArray("refunds");
            foreach (var refund in refunds) json.WriteRawValue(refund.GetRawText(), skipInputValidation: true);
            json.WriteEndArray();
        }));
    }

    public static StoreChange Customer(JsonElement customer) => new(EntityKind.Customer, customer.Text("id"), Version(customer), Bytes(json => Member(json, "item", customer)));

    /// <summary>A guest as the newest order of the address knows it.</summary>
    public static StoreChange Guest(string id, JsonElement order) => new(EntityKind.Customer, id, GuestVersion(order), Bytes(json => Member(json, "order", order)));

    /// <param name="product">The product it is a variation of; null: a product without variations.</param>
    public static StoreChange Variant(JsonElement item, JsonElement? product, WooPrices prices) => new(EntityKind.Variant, item.Text("id"), Math.Max(Version(item), product is { } p ? Version(p) : 0), Bytes(json =>
    {
        json.WriteString("currency", prices.Currency);
        json.WriteBoolean("pricesIncludeTax", prices.IncludeTax);
        Member(json, "item", item);
        if (product is { } whole) Member(json, "product", whole);
    }));

    /// <summary>A cart that our plugin pushed.</summary>
    public static StoreChange Cart(JsonElement cart, string? delivery) => new(EntityKind.Cart, cart.Text("id"), CartVersion(cart), Bytes(json => Member(json, "cart", cart)), DeliveryId: delivery);

    public static long CartVersion(JsonElement cart) => cart.Moment("updated_at")?.ToUnixTimeMilliseconds() ?? throw new FormatException("'updated_at' is missing in the plugin's cart.");

    /// <summary>Orders of one guest differ in name and address; the last one placed is right, whichever is edited last.</summary>
    public static long GuestVersion(JsonElement order) => order.Moment("date_created_gmt")?.ToUnixTimeMilliseconds() ?? 0;

    public static long Version(JsonElement row) => (row.Moment("date_modified_gmt") ?? row.Moment("date_created_gmt"))?.ToUnixTimeMilliseconds() ?? 0;

    private static void Member(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
    }

    private static byte[] Bytes(Action<Utf8JsonWriter> members)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return memory.ToArray();
    }
}
