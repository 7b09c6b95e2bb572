namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Where a Medusa store is and how to get in: a secret API key, or a user's e-mail address and password.</summary>
public sealed class MedusaStoreOptions
{
    /// <summary>Address of the server; that of its dashboard (<c>/app</c>) will do.</summary>
    public required Uri Url { get; set; }

    /// <summary>A secret API key (<c>sk_…</c>); null: <see cref="Username"/> and <see cref="Password"/> are used.</summary>
    public string? ApiKey { get; set; }

    /// <summary>E-mail address of a user of the Admin.</summary>
    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>Key of the signature on what our subscriber posts; null: no push is accepted.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The key before it was changed, accepted for a while.</summary>
    public string? PreviousWebhookSecret { get; set; }

    /// <summary>The key of a customer's metadata that says whether marketing by e-mail is agreed to.</summary>
    public string EmailConsentKey { get; set; } = "email_consent";

    /// <summary>The key of a customer's metadata that says whether marketing by SMS is agreed to.</summary>
    public string SmsConsentKey { get; set; } = "sms_consent";

    /// <summary>Entities a page.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Orders, customers and products that each poll comes by because some of their changes show nowhere else.</summary>
    public int SweepSize { get; set; } = 200;

    /// <summary>Open orders that each poll reads again, whatever their time says.</summary>
    public int WatchSize { get; set; } = 500;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, a credential is missing or no key, or a size is out of range.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (string.IsNullOrWhiteSpace(ApiKey) && (string.IsNullOrWhiteSpace(Username) || string.IsNullOrWhiteSpace(Password)))
            throw new ArgumentException("A Medusa store needs a secret API key, or a user's e-mail address and password.");
        foreach (var secret in new[] { WebhookSecret, PreviousWebhookSecret })
            if (secret is not null && !StandardWebhook.IsKey(secret)) throw new ArgumentException("The Medusa store's webhook secret is not whsec_ followed by base64.");
        if (string.IsNullOrWhiteSpace(EmailConsentKey) || string.IsNullOrWhiteSpace(SmsConsentKey) || EmailConsentKey == SmsConsentKey) throw new ArgumentException("The consent keys are two different names.");
        if (PageSize is < 2 or > 1000) throw new ArgumentException("PageSize is 2 to 1,000.");
        if (SweepSize < 1 || WatchSize < 1) throw new ArgumentException("SweepSize and WatchSize are 1 or more.");
    }
}
