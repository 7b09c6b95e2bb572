namespace Spoke.Commerce.Connectors.Sample;

/// <summary>Where the sample shop is and how to get in.</summary>
public sealed class SampleStoreOptions
{
    /// <summary>Address of the shop.</summary>
    public required Uri Url { get; set; }

    /// <summary>Key of its admin API.</summary>
    public required string ApiKey { get; set; }

    /// <summary>Key of its webhooks' signature; null: no webhook is accepted.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The key before it was changed, accepted for a while.</summary>
    public string? PreviousWebhookSecret { get; set; }

    /// <summary>Entities a page; the shop gives 250 at most.</summary>
    public int PageSize { get; set; } = 250;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, a key is empty or no key, or the page size is out of range.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (PageSize is < 1 or > 250) throw new ArgumentException("PageSize is 1 to 250.");
        foreach (var secret in new[] { WebhookSecret, PreviousWebhookSecret })
            if (secret is not null && !StandardWebhook.IsKey(secret)) throw new ArgumentException("The shop's webhook secret is not whsec_ followed by base64.");
        if (string.IsNullOrWhiteSpace(ApiKey)) throw new ArgumentException("The shop's admin key is empty.");
    }
}
