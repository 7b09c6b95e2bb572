using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Spoke.StandIns.WooCommerce;

/// <summary>A push of one subscription.</summary>
public sealed record WooPush(long WebhookId, string Topic, Delivery Delivery);

/// <summary>The shop's subscriptions and what waits to be pushed. Nothing is sent by itself: whoever tests takes the pushes, delivers them, and says how that went.</summary>
public sealed class WooWebhooks
{
    private const int Forgiven = 4;   // the fifth failure in a row switches it off
    private readonly WooShop _shop;
    private readonly Queue<(WooWebhook Webhook, string Topic, long Id, bool Ping)> _waiting = [];

    internal WooWebhooks(WooShop shop) => _shop = shop;

    internal WooTable<WooWebhook> All { get; } = new(_ => throw new InvalidOperationException("Webhooks have no seed."));

    /// <summary>Everything due. Each change of a subscribed topic gives as many pushes as the shop fires; the body is how the entity looks now, not when it changed.</summary>
    public IReadOnlyList<WooPush> Take()
    {
        lock (_shop.Gate)
        {
            var pushes = new List<WooPush>();
            while (_waiting.TryDequeue(out var due))
            {
                if (due.Ping) pushes.Add(new WooPush(due.Webhook.Id, due.Topic, Ping(due.Webhook)));
                else if (due.Webhook.Status == "active" && Body(due.Topic, due.Id) is { } body) pushes.Add(new WooPush(due.Webhook.Id, due.Topic, Signed(due.Webhook, due.Topic, body)));
            }
            return pushes;
        }
    }

    /// <summary>How the receiver answered. WooCommerce never tries again.</summary>
    public void Answered(WooPush push, int status)
    {
        lock (_shop.Gate)
        {
            var webhook = All.Keep(push.WebhookId);
            if (webhook is null) return;
            if (status is >= 200 and < 303) webhook.Failures = 0;
            else if (webhook.Failures++ >= Forgiven) webhook.Status = "disabled";
            All.Touched(webhook);
        }
    }

    /// <summary>A person pauses it, or switches it on again.</summary>
    public void SetStatus(long webhook, string status)
    {
        lock (_shop.Gate)
            if (All.Keep(webhook) is { } found)
            {
                found.Status = status;
                All.Touched(found);
            }
    }

    internal void Saved(WooWebhook webhook)
    {
        if (webhook.Status == "active") _waiting.Enqueue((webhook, "", 0, Ping: true));
    }

    internal void Fire(string topic, long id)
    {
        foreach (var row in All.Rows.Where(row => row.Status == "active" && row.Kept!.Topic == topic))
            for (var i = 0; i < _shop.Options.Firings; i++) _waiting.Enqueue((row.Kept!, topic, id, Ping: false));
    }

    private string? Body(string topic, long id)
    {
        if (topic.EndsWith(".deleted", StringComparison.Ordinal)) return new JsonObject { ["id"] = id }.ToJsonString();
        return _shop.Entity(topic.Split('.')[0], id)?.ToJsonString();
    }

    // The id of a delivery is made of webhook and second, as in WooCommerce: within a second it is the same.
    private Delivery Signed(WooWebhook webhook, string topic, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var words = topic.Split('.');
        return new Delivery(new Uri(webhook.DeliveryUrl), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json",
            ["X-WC-Webhook-Source"] = _shop.BaseUrl.ToString(),
            ["X-WC-Webhook-Topic"] = topic,
            ["X-WC-Webhook-Resource"] = words[0],
            ["X-WC-Webhook-Event"] = words[1],
            ["X-WC-Webhook-Signature"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhook.Secret), body)),
            ["X-WC-Webhook-ID"] = webhook.Id.ToString(CultureInfo.InvariantCulture),
            ["X-WC-Webhook-Delivery-ID"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{webhook.Id}{new DateTimeOffset(_shop.Now).ToUnixTimeSeconds()}"))))[..32],
        }, body);
    }

    private static Delivery Ping(WooWebhook webhook) => new(new Uri(webhook.DeliveryUrl), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/x-www-form-urlencoded" }, Encoding.UTF8.GetBytes($"webhook_id={webhook.Id}"));
}
