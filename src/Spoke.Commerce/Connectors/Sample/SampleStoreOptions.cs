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

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, or the key is empty.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (string.IsNullOrWhiteSpace(ApiKey)) throw new ArgumentException("The shop's admin key is empty.");
    }
}
