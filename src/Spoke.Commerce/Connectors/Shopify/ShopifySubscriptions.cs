using System.Text.Json.Nodes;
using System.Text.Json;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Looks after the app's subscriptions. Shopify removes one whose deliveries fail for hours, so one that is missing beside others of ours was removed.
/// The three topics about personal data cannot be asked for here: they stand in the app's own settings.
/// </summary>
internal sealed class ShopifySubscriptions(ShopifyApi api) : IStoreSubscriptions
{
    private const string Listed = "query($after: String) { webhookSubscriptions(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id topic uri } } }";
    private const string Create = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) { webhookSubscription { id } userErrors { field message } } }";

    internal static IReadOnlyList<string> Operations { get; } = [Listed, Create];

    internal static IEnumerable<string> Topics => [.. Always, .. WithScope.SelectMany(more => more.Topics), .. WithCompanies];

    private static readonly string[] Always =
    [
        "ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_DELETE", "ORDERS_EDITED", "REFUNDS_CREATE", "ORDER_TRANSACTIONS_CREATE",
        "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE", "CUSTOMERS_MARKETING_CONSENT_UPDATE",
        "PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE", "CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE", "APP_UNINSTALLED",
    ];

    // An app may do all else without these scopes, and would be refused the topics.
    private static readonly (string Scope, string[] Topics)[] WithScope =
    [
        ("read_fulfillments", ["FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE"]),
        ("read_customer_merge", ["CUSTOMERS_MERGE"]),
    ];

    // Who joins or leaves a company, and where it moves to, is pushed by these alone: neither the company nor the customer counts as changed.
    private static readonly string[] WithCompanies =
    [
        "COMPANIES_CREATE", "COMPANIES_UPDATE", "COMPANIES_DELETE", "COMPANY_CONTACTS_CREATE", "COMPANY_CONTACTS_UPDATE", "COMPANY_CONTACTS_DELETE",
        "COMPANY_LOCATIONS_CREATE", "COMPANY_LOCATIONS_UPDATE", "COMPANY_LOCATIONS_DELETE",
    ];

    public Task<SubscriptionReport> EnsureAsync(Uri callback, CancellationToken cancellationToken) => MakeMissingAsync(callback, cancellationToken).CheckedAsync(api.Store, "its subscriptions");

    public Task<SubscriptionSurvey> LookAsync(CancellationToken cancellationToken) => SurveyAsync(cancellationToken).CheckedAsync(api.Store, "its subscriptions");

    private async Task<SubscriptionReport> MakeMissingAsync(Uri callback, CancellationToken cancellationToken)
    {
        var wanted = await WantedAsync(cancellationToken).ConfigureAwait(false);
        var there = (await AllAsync(cancellationToken).ConfigureAwait(false)).Where(found => Uri.TryCreate(found.Address, UriKind.Absolute, out var uri) && uri == callback).Select(found => found.Topic).ToHashSet(StringComparer.Ordinal);
        var kept = wanted.Where(there.Contains).ToList();
        var missing = wanted.Except(kept).ToList();
        // One that is refused holds up none of the others.
        var refused = new List<(string Topic, string Why)>();
        foreach (var topic in missing)
            if (await MakeAsync(topic, callback, cancellationToken).ConfigureAwait(false) is { } why) refused.Add((topic, why));
        if (refused.Count > 0)
            throw new StoreException($"{api.Store} refused {refused.Count} of {wanted.Length} topics to {callback.Host}: {string.Join(" ", refused.GroupBy(one => one.Why, one => one.Topic).Select(group => $"{string.Join(", ", group)}: {group.Key}"))} Check the address, and that the app has the scopes these need. The others are pushed.", isTransient: false);
        return kept.Count == 0 ? new SubscriptionReport([], missing, []) : new SubscriptionReport(kept, [], missing);
    }

    private async Task<SubscriptionSurvey> SurveyAsync(CancellationToken cancellationToken) =>
        new(await WantedAsync(cancellationToken).ConfigureAwait(false), await AllAsync(cancellationToken).ConfigureAwait(false));

    /// <returns>Why the shop refused it; null: it is there.</returns>
    private async Task<string?> MakeAsync(string topic, Uri callback, CancellationToken cancellationToken)
    {
        try
        {
            var answer = (await api.QueryAsync(Create, new JsonObject { ["topic"] = topic, ["uri"] = callback.AbsoluteUri }, cancellationToken).ConfigureAwait(false)).Member("webhookSubscriptionCreate");
            return answer.Items("userErrors").FirstOrDefault() is { ValueKind: JsonValueKind.Object } error && error.TextOrNull("message")?.Contains("already been taken", StringComparison.Ordinal) != true ? error.TextOrNull("message") ?? "no reason given." : null;
        }
        catch (StoreException failure) when (!failure.IsTransient)
        {
            return failure.Message;
        }
    }

    private async Task<string[]> WantedAsync(CancellationToken cancellationToken)
    {
        var (data, _) = await api.AskAsync(ShopifyQueries.Store, null, mayBeDenied: "companiesCount", cancellationToken).ConfigureAwait(false);
        var granted = ShopifyScopes.Granted(data);
        return [.. Always, .. WithScope.Where(more => ShopifyScopes.Has(granted, more.Scope)).SelectMany(more => more.Topics), .. data.Object("companiesCount") is null ? [] : WithCompanies];
    }

    private async Task<List<StoreSubscription>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<StoreSubscription>();
        string? after = null;
        do
        {
            var page = (await api.QueryAsync(Listed, new JsonObject { ["after"] = after }, cancellationToken).ConfigureAwait(false)).Member("webhookSubscriptions");
            all.AddRange(page.Nodes().Select(node => new StoreSubscription(node.Text("topic"), node.TextOrNull("uri") ?? "", IsOn: true)));   // one that failed for long is not there any more
            after = page.Next();
        }
        while (after is not null);
        return all;
    }
}
