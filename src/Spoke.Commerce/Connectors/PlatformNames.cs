namespace Spoke.Commerce.Connectors;

/// <summary>Platforms by the names people know them by.</summary>
public static class PlatformNames
{
    /// <param name="platform">As it stands in the configuration and in <see cref="IStoreConnector.Platform"/>; one that is not listed is its own name.</param>
    public static string Of(string platform) => platform switch
    {
        "sample" => "Sample shop",
        "shopify" => "Shopify",
        "woocommerce" => "WooCommerce",
        "medusa" => "Medusa",
        "vendure" => "Vendure",
        _ => platform,
    };
}
