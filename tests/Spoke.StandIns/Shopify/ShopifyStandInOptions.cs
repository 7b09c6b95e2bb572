namespace Spoke.StandIns.Shopify;

/// <summary>What kind of shop the stand-in plays.</summary>
public sealed class ShopifyStandInOptions
{
    public string Name { get; init; } = "Stand-in";
    public string AccessToken { get; init; } = "shpat_stand-in";
    public string ClientSecret { get; init; } = "spoke-test-secret";
    public string Currency { get; init; } = "EUR";
    public bool TaxesIncluded { get; init; } = true;

    /// <summary>B2B: without it companies are refused, as plans without it do.</summary>
    public bool HasCompanies { get; init; } = true;

    public ISet<string> Scopes { get; init; } = new HashSet<string> { "read_products", "read_all_orders", "write_orders", "write_customers", "read_fulfillments", "read_customer_merge", "write_merchant_managed_fulfillment_orders" };

    /// <summary>Versions that are served; another asked for is answered with the oldest.</summary>
    public IReadOnlyList<string> Versions { get; init; } = ["2026-01", "2026-04", "2026-07", "2026-10"];

    public double BucketSize { get; init; } = 2000;
    public double PointsASecond { get; init; } = 100;
    public double DearestQuery { get; init; } = 1000;

    /// <summary>How far a list can be walked.</summary>
    public int ListLimit { get; init; } = 25_000;

    /// <summary>How often an export is asked after before it is complete.</summary>
    public int ExportPolls { get; set; }

    /// <summary>Orders of a history made from a seed; 0: an empty shop.</summary>
    public int SeededOrders { get; init; }
    public int SeededCustomers { get; init; }
    public int SeededVariants { get; init; }
    public int Seed { get; init; } = 1;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
