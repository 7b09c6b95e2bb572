using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>Where a WooCommerce shop is and how to get in.</summary>
public sealed class WooStoreOptions
{
    /// <summary>The meta key that consent lies under unless the shop names another.</summary>
    public const string DefaultConsentKey = "_spoke_marketing_consent";

    /// <summary>Address of the shop; <c>/wp-json/wc/v3</c> is added. Plain http only for this machine.</summary>
    public required Uri Url { get; set; }

    /// <summary>Key of the REST API, <c>ck_…</c>. Its user may manage the shop; with permission Read nothing flows back.</summary>
    public required string ConsumerKey { get; set; }

    public required string ConsumerSecret { get; set; }

    /// <summary>Key of the signature on pushes, the shop's own and our plugin's; the plugin needs <c>whsec_</c> and base64. Null: no push is accepted.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The key before it was changed, accepted for a while.</summary>
    public string? PreviousWebhookSecret { get; set; }

    /// <summary>What statuses of the shop's own making mean, by their name without <c>wc-</c>.</summary>
    public IReadOnlyDictionary<string, OrderStatus> Statuses { get; set; } = new Dictionary<string, OrderStatus>();

    /// <summary>The customer's meta key that says what the person wants of marketing.</summary>
    public string ConsentKey { get; set; } = DefaultConsentKey;

    /// <summary>Entities a page; WordPress gives 100 at most.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Customers that each poll compares by their time of change, which the shop cannot be asked by.</summary>
    public int SweepSize { get; set; } = 2000;

    /// <summary>Reads <c>packed=processing, on-the-road=shipped</c>.</summary>
    /// <exception cref="ArgumentException">A part has no <c>=</c>, or names a status that there is not.</exception>
    public static IReadOnlyDictionary<string, OrderStatus> ReadStatuses(string? text) =>
        OwnStatuses.Read(text).ToDictionary(status => status.Key.StartsWith("wc-", StringComparison.Ordinal) ? status.Key[3..] : status.Key, status => status.Value, StringComparer.Ordinal);

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, a key is empty, or a size is out of range.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (Url is { Scheme: "http", IsLoopback: false }) throw new ArgumentException($"The shop at {Url.Host} is reached over plain http, which would send its customers' data in clear. Write https.");
        if (string.IsNullOrWhiteSpace(ConsumerKey) || string.IsNullOrWhiteSpace(ConsumerSecret)) throw new ArgumentException("The consumerKey and consumerSecret of WooCommerce's REST API are needed.");
        if (WebhookSecret is { Length: 0 }) throw new ArgumentException("webhookSecret is empty; leave it out or give it a value.");
        if (string.IsNullOrWhiteSpace(ConsentKey)) throw new ArgumentException("The meta key of consent is empty.");
        if (PageSize is < 2 or > 100) throw new ArgumentException("PageSize is 2 to 100.");
        if (SweepSize < 1) throw new ArgumentException("SweepSize is 1 or more.");
    }
}
