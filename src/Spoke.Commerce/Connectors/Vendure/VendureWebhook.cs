using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>What our plugin posts from inside a store: that something has changed, by kind and id.</summary>
internal static class VendureWebhook
{
    public static WebhookReading Read(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, VendureStoreOptions options, DateTimeOffset now)
    {
        if (options.WebhookSecret is not { } secret) return new WebhookReading([], "This connection has no webhook secret; set webhookSecret, and give the same to the plugin in the store.");
        var secrets = options.PreviousWebhookSecret is { } previous ? new[] { secret, previous } : [secret];
        if (StandardWebhook.Problem(headers, body, secrets, now) is { } problem) return new WebhookReading([], problem);
        if (WebhookReading.Test(body) is { } test) return test;
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            var message = document.RootElement;
            var type = message.Text("type").Split('.');
            // Of no interest, yet accepted, or it would be sent for ever.
            if (type is not [var word, "changed" or "deleted"] || EntityKinds.Common.Where(kind => kind.Word() == word).ToArray() is not [var kind]) return new WebhookReading([]);
            var id = message.GetProperty("data").Text("id");
            var delivery = headers["webhook-id"];
            if (type[1] == "changed") return new WebhookReading([StoreChange.Named(kind, id, delivery)]);
            var at = message.Moment("timestamp") ?? throw new FormatException("'timestamp' is missing in what the store sent.");
            return new WebhookReading([new StoreChange(kind, id, at.ToUnixTimeMilliseconds(), ReadOnlyMemory<byte>.Empty, Deleted: true, delivery)]);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The signature fits, but the body is not a change of a Vendure store: {wrong.Message}", wrong);
        }
    }
}
