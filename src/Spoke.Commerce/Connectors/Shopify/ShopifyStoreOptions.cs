using System.Text.RegularExpressions;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Where a Shopify shop is and how to get in.</summary>
public sealed partial class ShopifyStoreOptions
{
    /// <summary>The shop's own address: <c>https://SHOP.myshopify.com</c>, not a domain it also answers at.</summary>
    public required Uri Url { get; set; }

    /// <summary>Access token of the app, for the Admin API.</summary>
    public required string AccessToken { get; set; }

    /// <summary>The app's client secret, with which Shopify signs pushes; null: pushes are refused.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The client secret before it was rotated, for as long as pushes are still signed with it.</summary>
    public string? PreviousWebhookSecret { get; set; }

    /// <summary>Version of the Admin API. The queries are written for this one; a shop answers with another when it is no longer served.</summary>
    public string ApiVersion { get; set; } = "2026-10";

    /// <summary>Entities a page at most; fewer when Shopify counts a page as too dear.</summary>
    public int PageSize { get; set; } = 250;

    /// <summary>Whether Shopify means this shop. It names shops by their myshopify.com domain, which is what <see cref="Url"/> has to be.</summary>
    internal bool IsOf(string domain) => domain.Equals(Url.Authority, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The address cannot be one, a secret is empty, or a size or version is out of range.</exception>
    public void Validate()
    {
        StoreAddress.Validate(Url);
        if (string.IsNullOrWhiteSpace(AccessToken)) throw new ArgumentException("The accessToken of the Shopify app is needed.");
        if (WebhookSecret is "" || PreviousWebhookSecret is "") throw new ArgumentException("webhookSecret and previousWebhookSecret are the app's client secret, or left out.");
        if (PageSize is < 1 or > 250) throw new ArgumentException("PageSize is 1 to 250.");
        if (!Version().IsMatch(ApiVersion)) throw new ArgumentException($"ApiVersion '{ApiVersion}' is not a version of the Admin API such as 2026-10.");
    }

    [GeneratedRegex(@"^\d{4}-(01|04|07|10)$")]
    private static partial Regex Version();
}
