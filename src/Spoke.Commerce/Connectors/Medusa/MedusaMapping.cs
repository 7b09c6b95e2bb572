using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>From Medusa's variants, customers and carts to the ledger. Pure.</summary>
internal static class MedusaMapping
{
    /// <summary>The first price is that of the main currency for anybody, for the smallest quantity.</summary>
    /// <param name="currency">The store's main currency.</param>
    public static Variant ReadVariant(JsonElement item, string currency)
    {
        var product = item.Object("product");
        var price = item.Items("prices").Where(p => p.Currency() == currency && !(p.Object("rules") is { } rules && rules.EnumerateObject().Any()))
            .OrderBy(p => p.AmountOrNull("min_quantity") ?? 0).Select(p => p.AmountOrNull("amount")).FirstOrDefault();
        return new Variant
        {
            PlatformId = item.Text("id"),
            Version = VariantVersion(item),
            ProductId = item.Text("product_id"),
            Name = Name(product?.Filled("title"), item.Filled("title")),
            Sku = item.Filled("sku"),
            Description = product?.Filled("description"),
            ImageUrl = item.Filled("thumbnail") ?? product?.Filled("thumbnail"),
            Enabled = product?.TextOrNull("status") == "published",
            Price = price is { } amount ? Money.FromMajor(amount, currency) : null,
        };
    }

    public static long VariantVersion(JsonElement item) => MedusaJson.Latest([item.Moment("updated_at"), item.Object("product")?.Moment("updated_at")]);

    /// <param name="order">The newest order of a guest, who has no name of its own.</param>
    public static Customer ReadCustomer(JsonElement item, JsonElement? order, MedusaConsent consent)
    {
        var metadata = item.Object("metadata");
        var ordered = order?.Object("billing_address") ?? order?.Object("shipping_address");
        return new Customer
        {
            PlatformId = item.Text("id"),
            Version = CustomerVersion(item, order),
            Email = item.Filled("email"),
            FirstName = item.Filled("first_name") ?? ordered?.Filled("first_name"),
            LastName = item.Filled("last_name") ?? ordered?.Filled("last_name"),
            Phone = item.Filled("phone") ?? ordered?.Filled("phone"),
            CreatedAt = item.Moment("created_at"),
            Guest = !item.Flag("has_account"),
            Address = MedusaJson.Address(MainAddress(item) ?? ordered, item.Filled("company_name")),
            EmailConsent = consent.Read(metadata, ConsentChannel.Email),
            SmsConsent = consent.Read(metadata, ConsentChannel.Sms),
            Tags = [.. item.Items("groups").Select(group => group.Text("name")).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Addresses and groups move nothing; a change of theirs has an equal version and is taken by its content.</summary>
    public static long CustomerVersion(JsonElement item, JsonElement? order) => MedusaJson.Latest([item.Moment("updated_at"), order?.Moment("created_at")]);

    public static JsonElement? MainAddress(JsonElement customer)
    {
        var all = customer.Items("addresses").ToList();
        var main = all.Where(a => a.Flag("is_default_billing")).Concat(all.Where(a => a.Flag("is_default_shipping"))).Concat(all).FirstOrDefault();
        return main.ValueKind == JsonValueKind.Object ? main : null;
    }

    /// <param name="pushed">What the subscriber posted: the cart, when it read it, and when what happened to it happened.</param>
    public static Cart ReadCart(JsonElement pushed)
    {
        var cart = pushed.Object("cart") ?? throw new FormatException("'cart' is missing in what the subscriber posted.");
        var currency = cart.Currency();
        var lines = MedusaLines.Read(cart, currency);
        return new Cart
        {
            PlatformId = cart.Text("id"),
            Version = CartVersion(pushed),
            Currency = currency,
            CustomerId = cart.Filled("customer_id"),
            Email = cart.Filled("email"),
            Phone = cart.Object("shipping_address")?.Filled("phone") ?? cart.Object("billing_address")?.Filled("phone"),
            CreatedAt = cart.Moment("created_at"),
            // A line that is added or taken out moves nothing in the cart; the event's own time does.
            LastActivityAt = pushed.Moment("occurred_at") ?? throw new FormatException("'occurred_at' is missing in what the subscriber posted."),
            Lines = lines,
            Amounts = MedusaLines.Amounts(cart, lines, currency),
            Active = cart.Moment("completed_at") is null,
            PlatformStatus = cart.Moment("completed_at") is null ? null : "completed",
        };
    }

    /// <summary>When the subscriber read it: nothing in a cart rises with every change.</summary>
    public static long CartVersion(JsonElement pushed) => MedusaJson.Latest([pushed.Moment("read_at") ?? throw new FormatException("'read_at' is missing in what the subscriber posted.")]);

    /// <summary>A product that comes in one kind only has a variant with one of Medusa's names for that.</summary>
    public static string Name(string? product, string? variant) =>
        MedusaJson.Joined(" ", product, variant is "Default variant" or "Default Title" && product is not null || variant == product ? null : variant) ?? "Item";
}
