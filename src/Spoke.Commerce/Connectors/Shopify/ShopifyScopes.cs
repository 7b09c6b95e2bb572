using System.Text.Json;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>What the shop lets the app do, and what is lacking for what. Without a scope much goes missing silently, so it is said aloud.</summary>
internal static class ShopifyScopes
{
    private static readonly (string Scope, string Without)[] Needed =
    [
        ("read_products", "products cannot be read"),
        ("read_customers", "customers cannot be read"),
        ("read_orders", "orders and checkouts cannot be read"),
        ("read_fulfillments", "shipments and deliveries are not pushed and wait for the next poll"),
        ("read_customer_merge", "merged customers are not pushed: the one that went is noticed by the next full read"),
        ("write_customers", "customer fields, consent, tags and notes cannot be written back"),
        ("write_orders", "tags and notes of orders cannot be written back"),
        ("write_merchant_managed_fulfillment_orders", "shipments of a warehouse cannot be written back"),
    ];

    public static IReadOnlySet<string> Granted(JsonElement data) =>
        (data.Object("currentAppInstallation")?.Items("accessScopes") ?? []).Select(scope => scope.Text("handle")).ToHashSet(StringComparer.Ordinal);

    public static IReadOnlyList<string> Notices(IReadOnlySet<string> granted, bool hasCompanies, string asked, string? answered)
    {
        var notices = new List<string>();
        foreach (var (scope, without) in Needed)
            if (!Has(granted, scope)) notices.Add($"The app lacks the scope {scope}: {without}. Add it to the app and install it again.");
        if (!Has(granted, "read_all_orders"))
            notices.Add("Orders reach back 60 days only: the app lacks the scope read_all_orders. Shopify grants it on request; without it the first import leaves older orders out.");
        if (!hasCompanies) notices.Add("The shop shows no companies (B2B): it has none of these, or the app may not see them. Companies are not read.");
        if (answered is not null && answered != asked) notices.Add($"The shop answered with version {answered} of the Admin API, not {asked}. Fields may be missing; update Spoke.");
        return notices;
    }

    // Who may write may read.
    public static bool Has(IReadOnlySet<string> granted, string scope) => granted.Contains(scope) || (scope.StartsWith("read_", StringComparison.Ordinal) && granted.Contains("write_" + scope["read_".Length..]));
}
