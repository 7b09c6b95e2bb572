namespace Spoke.StandIns.WooCommerce;

/// <summary>What kind of WooCommerce shop to be.</summary>
public sealed class WooOptions
{
    public string ConsumerKey { get; init; } = "ck_0123456789abcdef0123456789abcdef01234567";
    public string ConsumerSecret { get; init; } = "cs_fedcba9876543210fedcba9876543210fedcba98";
    public string Name { get; init; } = "Stand-in shop";
    public string Version { get; init; } = "9.4.2";
    public string Currency { get; init; } = "EUR";

    /// <summary>Digits behind the point, the shop's own setting (woocommerce_price_num_decimals).</summary>
    public int Decimals { get; init; } = 2;
    public bool PricesIncludeTax { get; init; }

    /// <summary>How far the shop's wall clock is from UTC: dates come in both.</summary>
    public int UtcOffsetHours { get; init; } = 2;

    /// <summary>Serve over TLS with a certificate made for the occasion; WooCommerce takes basic authentication only there.</summary>
    public bool Https { get; init; }

    /// <summary>The block checkout keeps baskets as orders in the status checkout-draft.</summary>
    public bool BlockCheckout { get; init; } = true;

    /// <summary>Statuses that a plugin of the shop added, such as <c>packed</c>.</summary>
    public IReadOnlyList<string> CustomStatuses { get; init; } = [];

    public int Seed { get; init; } = 1;
    public int Orders { get; init; } = 30;
    public int Customers { get; init; } = 20;
    public int Products { get; init; } = 12;
    public int Drafts { get; init; } = 9;

    /// <summary>How many of a hundred seeded orders are a guest's.</summary>
    public int GuestPercent { get; init; }

    /// <summary>How often one change fires its webhooks.</summary>
    public int Firings { get; init; } = 1;
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
