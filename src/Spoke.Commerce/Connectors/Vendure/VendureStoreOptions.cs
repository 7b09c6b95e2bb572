using System.Text.RegularExpressions;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Where a Vendure store is and how to get in.</summary>
public sealed partial class VendureStoreOptions
{
    /// <summary>Address of the server; <c>/admin-api</c> is added.</summary>
    public required Uri Url { get; set; }

    /// <summary>An administrator who may read catalogue, customers and orders, and change customers and orders where something is to flow back.</summary>
    public required string Username { get; set; }

    public required string Password { get; set; }

    /// <summary>Token of the channel to read; null: the default channel.</summary>
    public string? ChannelToken { get; set; }

    /// <summary>Key of the signature on what our plugin in the store pushes; null: no push is accepted.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The key before it was changed, accepted for a while.</summary>
    public string? PreviousWebhookSecret { get; set; }

    /// <summary>Custom field of customers, a string, that says <c>granted</c>, <c>pending</c> or <c>denied</c>. A datetime field of the same name and <c>At</c> keeps since when.</summary>
    public string EmailConsentField { get; set; } = "spokeEmailConsent";

    /// <summary>The same for marketing by SMS.</summary>
    public string SmsConsentField { get; set; } = "spokeSmsConsent";

    /// <summary>Custom field of customers and orders, a list of strings.</summary>
    public string TagsField { get; set; } = "spokeTags";

    /// <summary>What states of orders of the store's own making mean.</summary>
    public IReadOnlyDictionary<string, OrderStatus> Statuses { get; set; } = new Dictionary<string, OrderStatus>();

    /// <summary>Entities a page. Vendure's own limit is 100 unless the store raised it; where a store gives fewer, fewer are asked for.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Orders, and customers, that each poll comes by because some of their changes show nowhere else.</summary>
    public int SweepSize { get; set; } = 200;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, a name is empty or impossible, a key is no key, or a size is out of range.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (string.IsNullOrWhiteSpace(Username) || string.IsNullOrWhiteSpace(Password)) throw new ArgumentException("The Vendure administrator's name and password are needed.");
        foreach (var secret in new[] { WebhookSecret, PreviousWebhookSecret })
            if (secret is not null && !StandardWebhook.IsKey(secret)) throw new ArgumentException("The webhook secret of the Vendure store is not whsec_ followed by base64.");
        foreach (var field in new[] { EmailConsentField, SmsConsentField, TagsField })
            if (!FieldName().IsMatch(field)) throw new ArgumentException($"'{field}' cannot be the name of a custom field.");
        if (PageSize is < 2 or > 1000) throw new ArgumentException("PageSize is 2 to 1,000.");
        if (SweepSize < 1) throw new ArgumentException("SweepSize is 1 or more.");
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex FieldName();
}
