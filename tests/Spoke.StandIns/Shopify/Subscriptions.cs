using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Spoke.StandIns.Shopify;

/// <summary>A subscription an app made.</summary>
public sealed record Subscription(long Id, string Topic, string Uri)
{
    internal int Failures { get; set; }
}

/// <summary>
/// What the shop pushes. Events gather until somebody takes the deliveries and makes them: the stand-in itself calls nobody.
/// A subscription whose delivery has failed nine times is removed and nobody told.
/// </summary>
public sealed class Subscriptions
{
    private const int Tries = 9;   // the first and eight repeats
    private static readonly string[] Compliance = ["customers/data_request", "customers/redact", "shop/redact"];
    private readonly ShopifyShop _shop;
    private readonly Lock _lock = new();
    private readonly List<Subscription> _all = [];
    private readonly List<(Subscription To, Delivery Delivery)> _waiting = [];
    private readonly Dictionary<Delivery, Subscription> _made = [];
    private long _events;

    internal Subscriptions(ShopifyShop shop)
    {
        _shop = shop;
        shop.Happened = Happen;
    }

    internal ShopifyFields Fields { get; set; } = null!;

    public IReadOnlyList<Subscription> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    /// <summary>Topics that are refused, whatever the app may do.</summary>
    public ISet<string> Refused { get; } = new HashSet<string>();

    /// <summary>Where the topics about personal data go, which stand in the app's own settings.</summary>
    public Uri? ComplianceAddress { get; set; }

    /// <summary>The deliveries that are due, each once.</summary>
    public IReadOnlyList<Delivery> Take()
    {
        lock (_lock)
        {
            List<Delivery> due = [.. _waiting.Select(waiting => waiting.Delivery)];
            foreach (var (to, delivery) in _waiting) _made[delivery] = to;
            _waiting.Clear();
            return due;
        }
    }

    /// <summary>A delivery was not answered with 2xx: it is due again with its first body, until the subscription is given up.</summary>
    public void Fail(Delivery delivery)
    {
        lock (_lock)
        {
            var to = _made[delivery];
            if (++to.Failures >= Tries) _all.Remove(to);
            else _waiting.Add((to, delivery));
        }
    }

    public void Remove(Subscription subscription)
    {
        lock (_lock) _all.Remove(subscription);
    }

    internal object Create(string topic, string uri)
    {
        const string Type = "WebhookSubscriptionCreatePayload";
        if (!uri.StartsWith("https://", StringComparison.Ordinal)) return ShopifyMutations.Refused(Type, "webhookSubscription", "uri", "Address must be a valid https URL");
        var scope = topic.Split('_')[0] switch { "FULFILLMENTS" => "read_fulfillments", "CUSTOMERS" when topic == "CUSTOMERS_MERGE" => "read_customer_merge", _ => null };
        if (scope is not null && !_shop.Options.Scopes.Contains(scope)) throw new GraphError($"Access denied for webhookSubscriptionCreate field. Required access: `{scope}` access scope.", "ACCESS_DENIED");
        if (Refused.Contains(topic)) return ShopifyMutations.Refused(Type, "webhookSubscription", "topic", "This topic is not for this app.");
        lock (_lock)
        {
            if (_all.Any(s => s.Topic == topic && s.Uri == uri)) return ShopifyMutations.Refused(Type, "webhookSubscription", "uri", "Address for this topic has already been taken");
            var made = new Subscription(_shop.NextId(), topic, uri);
            _all.Add(made);
            return ShopifyMutations.Payload(Type, "webhookSubscription", made);
        }
    }

    private void Happen(string topics, object about)
    {
        lock (_lock)
        {
            var event_ = (++_events).ToString(CultureInfo.InvariantCulture);
            foreach (var topic in topics.Split(' ')) Push(topic, event_, about);
        }
    }

    private void Push(string topic, string event_, object about)
    {
        var word = topic.Replace('/', '_').ToUpperInvariant();
        IEnumerable<Subscription> to = Compliance.Contains(topic) ? ComplianceAddress is { } address ? [new Subscription(0, word, address.AbsoluteUri)] : [] : _all.Where(s => s.Topic == word);
        byte[]? body = null;
        foreach (var subscription in to)
        {
            body ??= JsonSerializer.SerializeToUtf8Bytes(ShopifyPushes.Body(topic, about, _shop, Fields));
            _waiting.Add((subscription, new Delivery(new Uri(subscription.Uri), Headers(topic, event_, body), body)));
        }
    }

    private Dictionary<string, string> Headers(string topic, string event_, byte[] body) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Content-Type"] = "application/json",
        ["X-Shopify-Topic"] = topic,
        ["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_shop.Options.ClientSecret), body)),
        ["X-Shopify-Shop-Domain"] = _shop.Domain,
        ["X-Shopify-API-Version"] = _shop.Options.Versions[^1],
        ["X-Shopify-Webhook-Id"] = Guid.NewGuid().ToString(),
        ["X-Shopify-Event-Id"] = $"event-{event_}",
        ["X-Shopify-Triggered-At"] = _shop.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
    };
}
