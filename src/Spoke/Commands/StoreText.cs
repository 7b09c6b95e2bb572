namespace Spoke.Commands;

/// <summary>A store in one line, for people.</summary>
internal static class StoreText
{
    public static string Of(string platform, string? version, string currency) => $"{Name(platform)}{(version is null ? ", version not known" : " " + version)}, {currency}";

    private static string Name(string platform) => platform switch
    {
        "sample" => "Sample shop",
        "shopify" => "Shopify",
        "woocommerce" => "WooCommerce",
        "medusa" => "Medusa",
        "vendure" => "Vendure",
        _ => platform,
    };
}
