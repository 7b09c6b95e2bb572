using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>From Shopify's JSON to the ledger. Pure.</summary>
internal static class ShopifyMapping
{
    public static IReadOnlyList<LedgerEntity> Read(EntityKind kind, ShopifyPayload payload, Uri shop) => kind switch
    {
        EntityKind.Variant => [ReadVariant(payload)],
        EntityKind.Customer => [ReadCustomer(payload)],
        EntityKind.Company => [ReadCompany(payload)],
        EntityKind.Order => ShopifyOrder.Read(payload, shop),
        EntityKind.Cart => [payload.IsCheckoutPush ? ShopifyCheckout.ReadPush(payload) : ShopifyCheckout.Read(payload)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static Variant ReadVariant(ShopifyPayload payload)
    {
        var item = payload.Node;
        var product = item.Object("product") ?? throw new FormatException("'product' is missing in what Shopify sent.");
        return new Variant
        {
            PlatformId = ShopifyId.Number(item.Text("id")),
            Version = ShopifyPayload.VersionOf(item),
            ProductId = ShopifyId.Number(product.Text("id")),
            // A product without choices has one variant of Shopify's own making, called 'Default Title'.
            Name = product.Flag("hasOnlyDefaultVariant") ? product.Text("title") : item.Filled("displayName") ?? product.Text("title"),
            Sku = item.Filled("sku"),
            Description = product.Filled("description"),
            Url = product.Filled("onlineStoreUrl") is { } url ? product.Flag("hasOnlyDefaultVariant") ? url : $"{url}?variant={ShopifyId.Number(item.Text("id"))}" : null,
            ImageUrl = payload.Parts(item, "media", null).Select(ImageUrl).FirstOrDefault() ?? (product.Object("featuredMedia") is { } media ? ImageUrl(media) : null),
            Price = item.TextOrNull("price") is not null ? Money.FromMajor(item.Plain("price"), payload.Currency) : null,
            Enabled = product.TextOrNull("status") == "ACTIVE",
        };
    }

    private static Customer ReadCustomer(ShopifyPayload payload)
    {
        var item = payload.Node;
        var email = item.Object("defaultEmailAddress");
        var phone = item.Object("defaultPhoneNumber");
        var sms = phone?.Object("smsMarketingConsent");
        return new Customer
        {
            PlatformId = ShopifyId.Number(item.Text("id")),
            Version = ShopifyPayload.VersionOf(item),
            Email = email?.Filled("emailAddress"),
            FirstName = item.Filled("firstName"),
            LastName = item.Filled("lastName"),
            Phone = phone?.Filled("phoneNumber") ?? item.Object("defaultAddress")?.Filled("phone"),
            CreatedAt = item.Moment("createdAt"),
            Address = ReadAddress(item.Object("defaultAddress")),
            EmailConsent = email is { } e && State(e.TextOrNull("marketingState")) is { } state ? new Consent(state, e.Moment("marketingUpdatedAt"), "shopify", Level(e.TextOrNull("marketingOptInLevel"))) : null,
            SmsConsent = sms is { } s && State(s.TextOrNull("state")) is { } smsState ? new Consent(smsState, s.Moment("updatedAt"), s.TextOrNull("collectedFrom")?.ToLowerInvariant() ?? "shopify", Level(s.TextOrNull("optInLevel"))) : null,
            Tags = Texts(item, "tags"),
            Note = item.Filled("note"),
            CompanyId = item.Items("companyContactProfiles").Select(profile => ShopifyId.NumberOrNull(profile.Object("company")?.TextOrNull("id"))).FirstOrDefault(),
        };
    }

    private static Company ReadCompany(ShopifyPayload payload)
    {
        var item = payload.Node;
        var location = payload.Parts(item, "locations", "CompanyLocation").FirstOrDefault();
        return new Company
        {
            PlatformId = ShopifyId.Number(item.Text("id")),
            Version = ShopifyPayload.VersionOf(item),
            Name = item.Text("name"),
            ExternalId = item.Filled("externalId"),
            Phone = location.Filled("phone"),
            Address = ReadAddress(location.Object("billingAddress") ?? location.Object("shippingAddress")),
        };
    }

    /// <summary>Null when the shop says something we do not know: no information is better than a guess at consent.</summary>
    private static ConsentState? State(string? state) => state switch
    {
        "SUBSCRIBED" => ConsentState.Granted,
        "PENDING" => ConsentState.Pending,
        "UNSUBSCRIBED" => ConsentState.Denied,
        "NOT_SUBSCRIBED" or "INVALID" => ConsentState.None,
        "REDACTED" => ConsentState.Redacted,
        _ => null,
    };

    private static string? Level(string? level) => level?.ToLowerInvariant();

    private static string? ImageUrl(JsonElement media) => media.Object("preview")?.Object("image")?.Filled("url");

    public static IReadOnlyList<string> Texts(JsonElement item, string name) => [.. item.Items(name).Select(text => text.GetString() ?? "")];

    /// <summary>Null when nothing is filled in. Companies' addresses and pushes call some parts by other names.</summary>
    public static Address? ReadAddress(JsonElement? given)
    {
        if (given is not { } a) return null;
        var address = new Address
        {
            Name = a.Filled("name") ?? a.Filled("recipient"),
            Company = a.Filled("company") ?? a.Filled("companyName"),
            Street = string.Join(", ", new[] { a.Filled("address1"), a.Filled("address2") }.Where(s => s is not null)) is { Length: > 0 } street ? street : null,
            City = a.Filled("city"),
            State = a.Filled("provinceCode") ?? a.Filled("zoneCode") ?? a.Filled("province_code") ?? a.Filled("province"),
            PostalCode = a.Filled("zip"),
            Country = a.Filled("countryCodeV2") ?? a.Filled("countryCode") ?? a.Filled("country_code"),
            Phone = a.Filled("phone"),
        };
        return address == new Address() ? null : address;
    }
}
