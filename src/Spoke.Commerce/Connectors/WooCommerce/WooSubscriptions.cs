using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// Looks after the shop's webhooks. WooCommerce switches one off after five failures in a row and tells nobody; nor does it say since when.
/// A webhook's secret cannot be read back, so its name carries a mark of the secret it was given.
/// </summary>
internal sealed class WooSubscriptions(WooStoreOptions options, WooApi api) : IStoreSubscriptions
{
    private const string Path = "wc/v3/webhooks";

    public static IReadOnlyList<string> Topics { get; } =
    [
        "order.created", "order.updated", "order.deleted", "order.restored",
        "customer.created", "customer.updated", "customer.deleted",
        "product.created", "product.updated", "product.deleted", "product.restored",
    ];

    public async Task<SubscriptionReport> EnsureAsync(Uri callback, CancellationToken cancellationToken)
    {
        var secret = options.WebhookSecret ?? throw new StoreException($"{api.Store} cannot be asked for pushes without a secret to sign them with. Set webhookSecret.", isTransient: false);
        var found = (await AllAsync(cancellationToken).ConfigureAwait(false)).Where(w => w.TextOrNull("delivery_url") == callback.AbsoluteUri).ToList();
        var (kept, made, restored) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var topic in Topics)
        {
            var name = Name(topic, secret);
            var same = found.Where(w => w.TextOrNull("topic") == topic).ToList();
            // One that is on before one that is off: there may be several, made by hand.
            var webhook = same.OrderByDescending(w => w.TextOrNull("status") == "active").FirstOrDefault();
            if (webhook.ValueKind != JsonValueKind.Object)
            {
                await DoAsync(() => api.PostOnceAsync(Path, new JsonObject { ["name"] = name, ["topic"] = topic, ["delivery_url"] = callback.AbsoluteUri, ["secret"] = secret, ["status"] = "active" }, cancellationToken), topic).ConfigureAwait(false);
                made.Add(topic);
                continue;
            }
            var on = webhook.TextOrNull("status") == "active";
            if (!on || webhook.TextOrNull("name") != name)
                await DoAsync(() => api.PutAsync($"{Path}/{webhook.Text("id")}", new JsonObject { ["name"] = name, ["secret"] = secret, ["status"] = "active" }, cancellationToken), topic).ConfigureAwait(false);
            (on ? kept : restored).Add(topic);
        }
        return new SubscriptionReport(kept, made, restored);
    }

    public async Task<SubscriptionSurvey> LookAsync(CancellationToken cancellationToken) =>
        new(Topics, [.. (await AllAsync(cancellationToken).ConfigureAwait(false)).Select(w => new StoreSubscription(w.TextOrNull("topic") ?? "", w.TextOrNull("delivery_url") ?? "", w.TextOrNull("status") == "active"))]);

    private async Task<List<JsonElement>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<JsonElement>();
        for (var page = 1; ; page++)
        {
            var answer = await api.ReadAsync(Path, [new("per_page", "100"), new("page", page.ToString(CultureInfo.InvariantCulture)), new("orderby", "id"), new("order", "asc")], cancellationToken).ConfigureAwait(false);
            if (answer?.Body is not { ValueKind: JsonValueKind.Array } rows) throw api.Strange(Path);
            all.AddRange(rows.EnumerateArray());
            if (rows.GetArrayLength() < 100) return all;
        }
    }

    private async Task DoAsync(Func<Task<JsonElement?>> call, string topic)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (WooRefusal refusal)
        {
            throw new StoreException($"{api.Store} refused the webhook {topic} ({refusal.Code}): {refusal.Message} The key's permission has to be Read/Write.", isTransient: false, refusal);
        }
    }

    private static string Name(string topic, string secret) => $"Spoke {topic} ({Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "the name of a webhook"u8))[..8]})";
}
