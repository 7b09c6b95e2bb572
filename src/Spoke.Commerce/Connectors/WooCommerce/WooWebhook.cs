using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>Reads pushes: WooCommerce's own webhooks, their unsigned ping, and what our plugin posts. Pure.</summary>
internal sealed class WooWebhook(WooStoreOptions options)
{
    public const string Signature = "X-WC-Webhook-Signature";
    private const string Delivery = "X-WC-Webhook-Delivery-ID";

    private List<string> Secrets => [.. new[] { options.WebhookSecret, options.PreviousWebhookSecret }.Where(secret => !string.IsNullOrEmpty(secret)).OfType<string>()];

    public WebhookReading Read(IReadOnlyDictionary<string, string> given, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var headers = new Dictionary<string, string>(given, StringComparer.OrdinalIgnoreCase);
        // Saving a webhook pings the address, unsigned; without an answer of 200 it is not saved as active.
        if (!headers.ContainsKey(Signature) && IsPing(body)) return new WebhookReading([]);
        if (options.WebhookSecret is null) return new WebhookReading([], "This connection has no webhook secret; set webhookSecret to the secret of the shop's webhooks.");
        var ours = headers.ContainsKey("webhook-signature");
        if ((ours ? PluginProblem(headers, body, now) : Problem(headers, body)) is { } problem) return new WebhookReading([], problem);
        if (WebhookReading.Test(body) is { } test) return test;
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            return new WebhookReading(ours ? FromPlugin(document.RootElement, headers["webhook-id"]) : FromShop(headers, document.RootElement, Convert.ToHexStringLower(SHA256.HashData(body))[..16]));
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The signature fits, but the body is not a change of a WooCommerce shop: {wrong.Message}", wrong);
        }
    }

    /// <returns>Null: there is no secret to sign with.</returns>
    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body) => options.WebhookSecret is not { } secret ? null : new Dictionary<string, string>
    {
        [Signature] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)),
        [Delivery] = id,
        ["X-WC-Webhook-Topic"] = "spoke.test",
        ["X-WC-Webhook-Resource"] = "spoke",
        ["X-WC-Webhook-Event"] = "test",
        ["X-WC-Webhook-Source"] = options.Url.AbsoluteUri,
    };

    private static bool IsPing(ReadOnlySpan<byte> body) => body.StartsWith("webhook_id="u8) && body["webhook_id=".Length..] is { Length: > 0 and < 20 } id && !id.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private string? Problem(Dictionary<string, string> headers, ReadOnlySpan<byte> body)
    {
        if (!headers.TryGetValue(Signature, out var signature)) return $"The header {Signature} is needed.";
        var given = new byte[64];
        if (!Convert.TryFromBase64String(signature, given, out var length)) return $"{Signature} is not base64.";
        foreach (var secret in Secrets)
            if (CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))) return null;
        return $"{Signature} does not fit the body: check the webhook's secret in the shop, and that the body is verified as it arrived.";
    }

    private string? PluginProblem(Dictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var keys = Secrets.Where(StandardWebhook.IsKey).ToList();
        return keys.Count == 0 ? "A push of the plugin needs a webhookSecret that is whsec_ followed by base64; give the plugin the same." : StandardWebhook.Problem(headers, body, keys, now);
    }

    private static IReadOnlyList<StoreChange> FromShop(Dictionary<string, string> headers, JsonElement body, string content)
    {
        var delivery = headers.GetValueOrDefault(Delivery) ?? throw new FormatException($"The header {Delivery} is missing.");
        var topic = headers.GetValueOrDefault("X-WC-Webhook-Topic") ?? throw new FormatException("The header X-WC-Webhook-Topic is missing.");
        if (topic.Split('.') is not [var resource, var happened] || resource is not ("order" or "customer" or "product")) return [];   // of no interest, and accepted, or it would count as a failure
        // It had gone before the body was made, which is the shop's refusal then; the deletion is told by itself.
        if (body.TextOrNull("id") is null && body.TextOrNull("code") is not null) return [];
        // WooCommerce makes the id of a delivery of webhook and second: all that one webhook tells within a second has the same.
        return [.. Changes(resource, happened, body).Select(change => change with { DeliveryId = $"{delivery}:{topic}:{change.Kind.Word()}:{change.PlatformId}:{content}" })];
    }

    private static IEnumerable<StoreChange> Changes(string resource, string happened, JsonElement body)
    {
        var id = body.Whole("id").ToString(CultureInfo.InvariantCulture);
        switch (resource)
        {
            case "customer":
                if (happened == "deleted") return [Named(EntityKind.Customer, id)];
                return WooPeople.Buys(body) ? [WooPayload.Customer(body)] : [];
            case "product":
                // Its price cannot be read without the shop's currency, and its variations are not in it.
                return body.TextOrNull("type") == "grouped" ? [] : body.Items("variations").Any() ? body.Items("variations").Select(variation => Named(EntityKind.Variant, variation.ToString())) : [Named(EntityKind.Variant, id)];
            default:
                // A deletion tells an id and nothing else, no time either: whether it lies in the bin, and since when, the shop has to be asked. Of a draft it is the cart's.
                if (happened == "deleted") return [Named(EntityKind.Order, id), Named(EntityKind.Cart, id)];
                // The lines of a body are rounded to the shop's digits, and of its refunds it tells no more than the sums.
                return WooPayload.KindOf(body) is { } kind ? [Named(kind, id)] : [];
        }
    }

    private static StoreChange Named(EntityKind kind, string id) => StoreChange.Named(kind, id, null);

    private static IReadOnlyList<StoreChange> FromPlugin(JsonElement body, string delivery)
    {
        var data = body.Object("data") ?? throw new FormatException("'data' is missing.");
        return body.Text("type") switch
        {
            "cart.changed" => [WooPayload.Cart(data, delivery)],
            "customer.changed" => [StoreChange.Named(EntityKind.Customer, data.Text("id"), delivery)],
            "order.changed" => [StoreChange.Named(EntityKind.Order, data.Text("id"), delivery)],
            "variant.changed" => [StoreChange.Named(EntityKind.Variant, data.Text("id"), delivery)],
            _ => [],
        };
    }
}
