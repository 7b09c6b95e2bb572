using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Checks Shopify's pushes and takes them apart. A push has the form of the older REST API, lacks much of what a query gives (consent with its time, parts of refunds),
/// may be hours old when it is a retry, and comes in any order. So it only names what has changed, and the engine reads that: one form and one truth,
/// and ten pushes of one order cost one read. Deletions, merges, privacy requests and checkouts are taken from the push itself.
/// </summary>
internal sealed class ShopifyWebhook(ShopifyStoreOptions options)
{
    private const string Signature = "X-Shopify-Hmac-Sha256";
    private const int MostVariants = 100;
    private const string ShopDomain = "X-Shopify-Shop-Domain";

    public WebhookReading Read(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (options.WebhookSecret is null) return new WebhookReading([], "This connection has no webhook secret; set webhookSecret to the app's client secret.");
        if (Problem(headers, body) is { } problem) return new WebhookReading([], problem);
        if (WebhookReading.Test(body) is { } test) return test;
        var topic = Header(headers, "X-Shopify-Topic");
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            var push = new Push(topic ?? throw new FormatException("the header X-Shopify-Topic is missing."), document.RootElement, Header(headers, "X-Shopify-Event-Id") ?? Header(headers, "X-Shopify-Webhook-Id"),
                DateTimeOffset.TryParse(Header(headers, "X-Shopify-Triggered-At"), out var at) ? at : now);
            var shop = ShopOf(push, headers);
            if (shop is not null && !options.IsOf(shop)) return OfAnother(shop, push);
            return IsPrivacy(push.Topic) ? Privacy(push) : Read(push);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The signature fits, but the body is not a push of the topic {topic}: {wrong.Message}", wrong);
        }
    }

    /// <returns>Null: there is no secret to sign with.</returns>
    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => options.WebhookSecret is not { } secret ? null : new Dictionary<string, string>
    {
        [Signature] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)),
        ["X-Shopify-Topic"] = "spoke/test",
        ["X-Shopify-Event-Id"] = id,
        ["X-Shopify-Webhook-Id"] = id,
        [ShopDomain] = options.Url.Authority,
        ["X-Shopify-API-Version"] = options.ApiVersion,
        ["X-Shopify-Triggered-At"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
    };

    private static WebhookReading Read(Push push) => push.Topic switch
    {
        "orders/delete" => push.Deleted(EntityKind.Order, push.Id("id")),
        "orders/edited" => push.Named(EntityKind.Order, push.Body.Object("order_edit") is { } edit ? edit.Text("order_id") : throw new FormatException("'order_edit' is missing.")),
        "refunds/create" or "fulfillments/create" or "fulfillments/update" or "order_transactions/create" => push.Named(EntityKind.Order, push.Id("order_id")),
        _ when push.Topic.StartsWith("orders/", StringComparison.Ordinal) => push.Named(EntityKind.Order, push.Id("id")),

        "customers/delete" => push.Deleted(EntityKind.Customer, push.Id("id")),
        "customers/merge" => new WebhookReading([
            .. push.Named(EntityKind.Customer, push.Id("admin_graphql_api_customer_kept_id")).Changes,
            .. push.Deleted(EntityKind.Customer, push.Id("admin_graphql_api_customer_deleted_id")).Changes]),
        "customers_email_marketing_consent/update" => push.Named(EntityKind.Customer, push.Id("customer_id")),
        _ when push.Topic.StartsWith("customers", StringComparison.Ordinal) => push.Named(EntityKind.Customer, push.Id("id")),

        "companies/delete" => push.Deleted(EntityKind.Company, push.Id("admin_graphql_api_id", "id")),
        "companies/create" or "companies/update" => push.Named(EntityKind.Company, push.Id("admin_graphql_api_id", "id")),
        _ when push.Topic.StartsWith("company_contacts/", StringComparison.Ordinal) => push.Named(EntityKind.Customer, push.Id("customer_admin_graphql_api_id")),
        _ when push.Topic.StartsWith("company_locations/", StringComparison.Ordinal) => push.Named(EntityKind.Company, ShopifyId.Number(push.Body.Object("company")?.Text("admin_graphql_api_id") ?? throw new FormatException("'company' is missing."))),

        "products/delete" => new WebhookReading([]) { GoneProducts = push.Deleted(EntityKind.Variant, push.Id("id")).Changes },
        "products/create" or "products/update" => push.Product(),

        "checkouts/create" or "checkouts/update" => push.Checkout(),
        "checkouts/delete" => (push.Body.Filled("token") ?? push.Body.TextOrNull("id")) is { } checkout ? push.Deleted(EntityKind.Cart, checkout) : new WebhookReading([]),

        "app/uninstalled" => new WebhookReading([]) { Notice = "The app was uninstalled from the shop: nothing can be read or written until it is installed again and accessToken is renewed. Shopify asks for the shop's data to be erased 48 hours later." },
        _ => new WebhookReading([]),   // a topic of no interest is accepted, or it would be sent again and the subscription dropped
    };

    private static bool IsPrivacy(string topic) => topic is "customers/data_request" or "customers/redact" or "shop/redact";

    /// <summary>
    /// An app signs for all its shops with one secret, and has one address for requests about personal data and for the topics it is subscribed to as a whole:
    /// only the name of the shop tells them apart. The body is signed and goes before the header, but of pushes that are no such request it seldom says the name.
    /// </summary>
    /// <returns>Null: a push that names no shop.</returns>
    private static string? ShopOf(Push push, IReadOnlyDictionary<string, string> headers) =>
        push.Body.Filled("shop_domain") ?? (IsPrivacy(push.Topic) ? throw new FormatException("'shop_domain' is missing.") : Header(headers, ShopDomain) is { Length: > 0 } shop ? shop.Trim() : null);

    private static WebhookReading Privacy(Push push) => push.Topic switch
    {
        "customers/data_request" => push.Privacy(PrivacyRequestKind.Export, "orders_requested"),
        "customers/redact" => push.Privacy(PrivacyRequestKind.ErasePerson, "orders_to_redact"),
        _ => push.Privacy(PrivacyRequestKind.EraseStore, ""),
    };

    /// <summary>It is accepted and dropped: refused, it would come again until Shopify gave the subscription up.</summary>
    private WebhookReading OfAnother(string shop, Push push)
    {
        var customer = push.Body.Object("customer")?.TextOrNull("id") is { } id ? $", customer {id}" : "";
        return new WebhookReading([])
        {
            // The word about a push is the same for each, so that it can be said once.
            Notice = IsPrivacy(push.Topic)
                ? $"Shopify sent {push.Topic} of another shop, {shop}{customer}, as the app has one address for all its shops; this connection is of {options.Url.Authority}. Nothing was done. If Spoke keeps data of {shop}, carry it out there by `spoke privacy`; if it is this very shop, put https://{shop} into url."
                : $"Shopify pushes what happens in another shop, {shop}, as the app is subscribed for all its shops at once; this connection is of {options.Url.Authority}. Nothing of it is taken. If {shop} is to be read as well, give it a connection of its own; if it is this very shop, put https://{shop} into url.",
        };
    }

    private string? Problem(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body)
    {
        if (Header(headers, Signature) is not { } given) return "The header X-Shopify-Hmac-Sha256 is needed.";
        Span<byte> bytes = stackalloc byte[64];
        if (!Convert.TryFromBase64String(given, bytes, out var length)) return "X-Shopify-Hmac-Sha256 is not base64.";
        var fits = false;
        foreach (var secret in new[] { options.WebhookSecret, options.PreviousWebhookSecret })
            if (secret is not null) fits |= CryptographicOperations.FixedTimeEquals(bytes[..length], HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
        return fits ? null : "X-Shopify-Hmac-Sha256 does not fit the body: check that webhookSecret is the app's client secret, and that the body is verified as it arrived.";
    }

    private static string? Header(IReadOnlyDictionary<string, string> headers, string name) =>
        headers.TryGetValue(name, out var value) ? value : headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <param name="Event">The event's id: every retry has the same, and so have the pushes of other topics that the event sets off.</param>
    private sealed record Push(string Topic, JsonElement Body, string? Event, DateTimeOffset At)
    {
        /// <summary>A push may tell of several entities, and each is a change of its own.</summary>
        private string? Delivery(EntityKind kind, string id) => Event is null ? null : $"{Event}:{Topic}:{kind.Word()}:{id}";

        public string Id(string name, string? orElse = null) => ShopifyId.Number(Body.TextOrNull(name) ?? Body.Text(orElse ?? name));

        public WebhookReading Named(EntityKind kind, string id) => new([StoreChange.Named(kind, id, Delivery(kind, id))]);

        public WebhookReading Deleted(EntityKind kind, string id) => new([new StoreChange(kind, id, At.ToUnixTimeMilliseconds(), ReadOnlyMemory<byte>.Empty, Deleted: true, Delivery(kind, id))]);

        /// <summary>Nothing names a variant that was taken off its product; it is missing among those that are told.</summary>
        public WebhookReading Product()
        {
            var named = Body.Items("variants").Select(variant => variant.Text("id")).ToList();
            var product = Id("id");
            return new WebhookReading([.. named.SelectMany(variant => Named(EntityKind.Variant, variant).Changes)])
            {
                WholeProducts = AllVariants(named) is { } all ? [new WholeProduct(product, all, Delivery(EntityKind.Variant, product))] : [],
            };
        }

        /// <returns>Null when the push may leave some out: it has no more than a hundred of them, and for the others only their ids in a list of its own.</returns>
        private HashSet<string>? AllVariants(List<string> named)
        {
            var listed = Body.Items("variant_gids").Select(variant => ShopifyId.NumberOrNull(variant.TextOrNull("admin_graphql_api_id"))).ToList();
            if (listed.Count == 0) return named.Count is > 0 and < MostVariants ? [.. named] : null;
            var all = listed.OfType<string>().ToHashSet(StringComparer.Ordinal);
            return all.Count == listed.Count && all.IsSupersetOf(named) ? all : null;
        }

        public WebhookReading Privacy(PrivacyRequestKind kind, string orders)
        {
            var customer = Body.Object("customer");
            var id = Body.Object("data_request")?.TextOrNull("id") ?? Event ?? $"{kind}:{Body.TextOrNull("shop_id")}:{customer?.TextOrNull("id")}";
            return new WebhookReading([]) { Privacy = [new PrivacyRequest(kind, id, customer?.TextOrNull("id"), customer?.Filled("email"), [.. Body.Items(orders).Select(order => order.GetRawText())])] };
        }

        public WebhookReading Checkout()
        {
            var version = Body.Moment("updated_at") ?? throw new FormatException("'updated_at' is missing.");
            var currency = Body.TextOrNull("currency") ?? throw new FormatException("'currency' is missing.");
            var payload = ShopifyPayload.Write(currency, new ShopifyNode(Body, []), push: true);
            var id = Body.Filled("token") ?? Body.Text("id");
            return new WebhookReading([new StoreChange(EntityKind.Cart, id, version.ToUnixTimeMilliseconds(), payload, DeliveryId: Delivery(EntityKind.Cart, id))]);
        }
    }
}
