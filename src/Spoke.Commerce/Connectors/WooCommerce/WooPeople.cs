using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>From WooCommerce's customers, guests and products to the ledger. Pure.</summary>
internal sealed class WooPeople(WooStoreOptions options, Uri home)
{
    /// <summary>The shop's address, with a slash at its end.</summary>
    public Uri Home => home;

    /// <summary>Users who are the shop's own people are no customers until they buy.</summary>
    public static bool Buys(JsonElement user) => user.TextOrNull("role") is null or "customer" || user.Flag("is_paying_customer");

    /// <summary>The account, or the guest by the address; null: nobody is known.</summary>
    public static string? CustomerId(JsonElement order) =>
        order.TextOrNull("customer_id") is { } customer and not "0" ? customer : order.Object("billing")?.Filled("email") is { } email ? GuestId(email) : null;

    public static string GuestId(string email) => "guest:" + (EmailAddress.Normalise(email) ?? email.Trim().ToLowerInvariant());

    public Customer ReadCustomer(JsonElement item, long version)
    {
        var billing = item.Object("billing");
        return new Customer
        {
            PlatformId = item.Text("id"),
            Version = version,
            Email = item.Filled("email"),
            FirstName = item.Filled("first_name") ?? billing?.Filled("first_name"),
            LastName = item.Filled("last_name") ?? billing?.Filled("last_name"),
            Phone = billing?.Filled("phone"),
            Address = ReadAddress(billing) ?? ReadAddress(item.Object("shipping")),
            CreatedAt = item.Moment("date_created_gmt"),
            EmailConsent = WooConsent.Read(item, options.ConsentKey, ConsentChannel.Email),
            SmsConsent = WooConsent.Read(item, options.ConsentKey, ConsentChannel.Sms),
            Tags = WooMeta.Tags(item),
        };
    }

    /// <summary>The guest of an order; null: it has an account, or no address.</summary>
    public static Customer? ReadGuest(JsonElement order)
    {
        if (order.TextOrNull("customer_id") is not (null or "0") || order.Object("billing") is not { } billing || billing.Filled("email") is not { } email) return null;
        return new Customer
        {
            PlatformId = GuestId(email),
            Version = WooPayload.GuestVersion(order),
            Guest = true,
            Email = email,
            FirstName = billing.Filled("first_name"),
            LastName = billing.Filled("last_name"),
            Phone = billing.Filled("phone"),
            Address = ReadAddress(billing),
        };
    }

    public static Variant ReadVariant(JsonElement payload, long version)
    {
        var item = payload.GetProperty("item");
        var product = payload.Object("product");
        var whole = product ?? item;
        var option = string.Join(", ", item.Items("attributes").Select(a => a.Filled("option")).OfType<string>());
        var name = whole.Filled("name") ?? "Product";
        return new Variant
        {
            PlatformId = item.Text("id"),
            Version = version,
            Deleted = item.TextOrNull("status") == "trash" || whole.TextOrNull("status") == "trash",
            ProductId = whole.Text("id"),
            Name = product is null || option.Length == 0 ? name : $"{name} - {option}",
            Sku = item.Filled("sku"),
            Description = item.Filled("description") ?? whole.Filled("description"),
            Url = item.Filled("permalink") ?? whole.Filled("permalink"),
            ImageUrl = item.Object("image")?.Filled("src") ?? whole.Items("images").Select(i => i.Filled("src")).FirstOrDefault(),
            Price = item.Filled("price") is not null && !payload.Flag("pricesIncludeTax") ? WooAmounts.Whole(item, "price", payload.Text("currency")) : null,   // the rate depends on the buyer
            Enabled = item.TextOrNull("status") == "publish" && whole.TextOrNull("status") == "publish",
        };
    }

    /// <summary>Null when nothing is filled in but a country, which WooCommerce sets by itself.</summary>
    public static Address? ReadAddress(JsonElement? given)
    {
        if (given is not { } a) return null;
        var address = new Address
        {
            Name = Joined(" ", a.Filled("first_name"), a.Filled("last_name")),
            Company = a.Filled("company"),
            Street = Joined(", ", a.Filled("address_1"), a.Filled("address_2")),
            City = a.Filled("city"),
            State = a.Filled("state"),
            PostalCode = a.Filled("postcode"),
            Country = a.Filled("country"),
            Phone = a.Filled("phone"),
        };
        return address with { Country = null, State = null } == new Address() ? null : address;
    }

    private static string? Joined(string by, params string?[] parts) => string.Join(by, parts.Where(p => p is not null)) is { Length: > 0 } text ? text : null;
}
