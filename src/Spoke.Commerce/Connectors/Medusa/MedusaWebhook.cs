using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>
/// What our subscriber in the store posts: <c>{"type","timestamp","data"}</c>, where data lists ids under <c>orders</c>, <c>customers</c> or <c>variants</c>
/// (with <c>deleted</c> when they are gone), and brings a cart whole.
/// </summary>
internal static class MedusaWebhook
{
    public static WebhookReading Read(MedusaStoreOptions options, IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (options.WebhookSecret is null) return new WebhookReading([], "This connection has no webhook secret; set webhookSecret to the SPOKE_WEBHOOK_SECRET of the store.");
        var secrets = new[] { options.WebhookSecret, options.PreviousWebhookSecret }.OfType<string>();
        if (StandardWebhook.Problem(headers, body, secrets, now) is { } problem) return new WebhookReading([], problem);
        if (WebhookReading.Test(body) is { } test) return test;
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            var root = document.RootElement;
            root.Text("type");
            return new WebhookReading(Delivered(Changes(root, root.Object("data") ?? throw new FormatException("'data' is missing.")), headers["webhook-id"]));
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            throw new FormatException($"The signature fits, but the body is not one of the subscriber of connectors/medusa: {wrong.Message}", wrong);
        }
    }

    private static List<StoreChange> Changes(JsonElement root, JsonElement data)
    {
        var changes = new List<StoreChange>();
        var gone = data.Flag("deleted");
        var at = root.Moment("timestamp") ?? throw new FormatException("'timestamp' is missing.");
        foreach (var (kind, member) in ((EntityKind, string)[])[(EntityKind.Order, "orders"), (EntityKind.Customer, "customers"), (EntityKind.Variant, "variants")])
            foreach (var id in data.Items(member))
                changes.Add(gone ? new StoreChange(kind, Id(id), at.ToUnixTimeMilliseconds(), ReadOnlyMemory<byte>.Empty, Deleted: true) : StoreChange.Named(kind, Id(id), null));
        if (data.Object("cart") is { } cart)
        {
            var change = new StoreChange(EntityKind.Cart, cart.Text("id"), MedusaMapping.CartVersion(data), JsonRead.Bytes(data));
            MedusaMapping.ReadCart(data);   // refused now, while the sender listens, rather than later
            changes.Add(change);
        }
        return changes;
    }

    private static string Id(JsonElement id) => id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } text ? text : throw new FormatException("an id is not a text.");

    // A delivery's id drops its repeats, so two changes of one delivery must not have the same.
    private static List<StoreChange> Delivered(List<StoreChange> changes, string delivery) =>
        changes.Count == 1 ? [changes[0] with { DeliveryId = delivery }] : [.. changes.Select(change => change with { DeliveryId = $"{delivery}:{change.Kind.Word()}:{change.PlatformId}" })];
}
