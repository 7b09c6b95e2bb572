using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spoke.StandIns.Shopify;

/// <summary>What can be asked of the shop as a whole.</summary>
internal sealed partial class ShopifyRoots(ShopifyShop shop, BulkExports exports, Subscriptions subscriptions)
{
    public object? Read(GraphCall call) => call.Name switch
    {
        "shop" => new Thing("Shop") { ["id"] = "gid://shopify/Shop/1", ["name"] = shop.Options.Name, ["myshopifyDomain"] = shop.Domain, ["currencyCode"] = shop.Options.Currency, ["ianaTimezone"] = "Europe/Berlin", ["taxesIncluded"] = shop.Options.TaxesIncluded },
        "currentAppInstallation" => new Thing("AppInstallation") { ["id"] = "gid://shopify/AppInstallation/1", ["accessScopes"] = shop.Options.Scopes.Select(scope => new Thing("AccessScope") { ["handle"] = scope, ["description"] = scope }).ToList() },
        "companiesCount" => shop.Options.HasCompanies ? Count(shop.Companies.Count) : throw Denied("companiesCount"),
        "ordersCount" => Count(shop.Orders().Count()),
        "orders" => Orders(call),
        "customers" => Sorted("Customer", call, shop.Customers.Values, c => c.Id, c => c.UpdatedAt),
        "companies" => shop.Options.HasCompanies ? Sorted("Company", call, shop.Companies.Values, c => c.Id, c => c.UpdatedAt) : throw Denied("companies"),
        "products" => Sorted("Product", call, shop.Products.Values, p => p.Id, p => p.UpdatedAt),
        "productVariants" => Sorted("ProductVariant", call, shop.Products.Values.SelectMany(p => p.Variants), v => v.Id, v => v.UpdatedAt),
        "abandonedCheckouts" => Sorted("AbandonedCheckout", call, shop.Checkouts.Values, c => c.Id, c => c.UpdatedAt, c => c.CreatedAt),
        "order" or "customer" or "company" or "node" => Find(call.Text("id")),
        "nodes" => (call["ids"] as JsonArray ?? throw new GraphError("ids are needed", "missingRequiredArguments")).Select(id => Find((string?)id)).ToList(),
        "bulkOperation" => exports.Find(call.Text("id")),
        "webhookSubscriptions" => new Connection("WebhookSubscription", subscriptions.All, s => ((Subscription)s).Id.ToString("D12", CultureInfo.InvariantCulture)),
        _ => throw ShopifyFields.Unknown("QueryRoot", call.Name),
    };

    public object? Find(string? gid)
    {
        var id = ShopifyFields.IdOf(gid);
        var type = gid?.Split('/') is [.., var word, _] ? word : "";
        return type switch
        {
            "Order" => shop.FindOrder(id) is { } order && Visible(order) ? order : null,
            "Customer" => shop.Customers.GetValueOrDefault(id),
            "Company" => shop.Companies.GetValueOrDefault(id),
            "Product" => shop.Products.GetValueOrDefault(id),
            "ProductVariant" => shop.Products.Values.SelectMany(p => p.Variants).FirstOrDefault(v => v.Id == id),
            "AbandonedCheckout" => shop.Checkouts.GetValueOrDefault(id),
            "Fulfillment" => shop.Orders().SelectMany(o => o.Fulfillments).FirstOrDefault(f => f.Id == id),
            "FulfillmentOrder" => shop.FindOrder(FulfillmentOrder.OrderOf(id)) is { } order ? FulfillmentOrder.Of(order).FirstOrDefault(part => part.Id == id) : null,
            "Refund" => shop.Orders().SelectMany(o => o.Refunds).FirstOrDefault(r => r.Id == id),
            _ => null,
        };
    }

    private Connection Orders(GraphCall call)
    {
        var (since, _) = Filter(call.Text("query"));
        var reverse = call["reverse"] is JsonValue flag && flag.GetValue<bool>();
        if (call.Text("sortKey") != "UPDATED_AT" || reverse) return Sorted("Order", call, shop.Orders(since ?? NewestOnly(call)).Where(Visible), o => o.Id, o => o.UpdatedAt);
        // A page of a hundred thousand is begun where the one before ended.
        if (call.Text("after") is { } after)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(after)).Split('|')[1][..19], CultureInfo.InvariantCulture));
            if (since is null || at > since) since = at;
        }
        static string Place(object item) => ((ShopOrder)item).UpdatedAt.ToUnixTimeSeconds().ToString("D19", CultureInfo.InvariantCulture) + ((ShopOrder)item).Id.ToString("D19", CultureInfo.InvariantCulture);
        return new Connection("Order", shop.OrdersByChange(since ?? DateTimeOffset.MinValue).Where(Visible), Place, shop.Options.ListLimit);
    }

    // The newest one alone is not looked for among a hundred thousand.
    private DateTimeOffset? NewestOnly(GraphCall call) =>
        call["reverse"] is JsonValue reverse && reverse.GetValue<bool>() && call.Whole("first") == 1 && shop.Seed.OrderCount > 0 ? shop.Seed.OrderedAt(shop.Seed.OrderCount - 1) : null;

    // Without read_all_orders an app sees sixty days.
    private bool Visible(ShopOrder order) => shop.Options.Scopes.Contains("read_all_orders") || order.CreatedAt >= shop.Now.AddDays(-60);

    private Connection Sorted<T>(string type, GraphCall call, IEnumerable<T> items, Func<T, long> id, Func<T, DateTimeOffset> updated, Func<T, DateTimeOffset>? created = null) where T : class
    {
        var (since, above) = Filter(call.Text("query"));
        var sort = call.Text("sortKey") ?? "ID";
        var reverse = call["reverse"] is JsonValue flag && flag.GetValue<bool>();
        string Number(long number) => (reverse ? long.MaxValue - number : number).ToString("D19", CultureInfo.InvariantCulture);
        string Place(T item) => sort switch
        {
            "ID" => Number(id(item)),
            "UPDATED_AT" => Number(updated(item).ToUnixTimeSeconds()) + Number(id(item)),
            "CREATED_AT" when created is not null => Number(created(item).ToUnixTimeSeconds()) + Number(id(item)),
            _ => throw new GraphError($"sortKey {sort} is not one of {type}'s", "argumentLiteralsIncompatible"),
        };
        var kept = items.Where(item => (since is null || updated(item) >= since) && id(item) > above);
        // By id they come sorted already, and an export goes through all of them.
        var sorted = sort == "ID" && !reverse && type == "Order" ? kept : kept.Select(item => (item, place: Place(item))).OrderBy(pair => pair.place, StringComparer.Ordinal).Select(pair => pair.item);
        return new Connection(type, sorted, item => Place((T)item), shop.Options.ListLimit);
    }

    private static Thing Count(int count) => new("Count") { ["count"] = Math.Min(count, 25_001), ["precision"] = count > 25_000 ? "AT_LEAST" : "EXACT" };

    private static GraphError Denied(string field) => new($"Access denied for {field} field. Required access: `read_companies` or `read_customers` access scope. Also: The shop must have B2B features.", "ACCESS_DENIED");

    /// <summary>Of Shopify's search syntax: <c>updated_at:&gt;='…'</c> and <c>id:&gt;…</c>, joined by a blank.</summary>
    private static (DateTimeOffset? Since, long Above) Filter(string? query)
    {
        DateTimeOffset? since = null;
        var above = -1L;
        foreach (var term in (query ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Term().Match(term);
            if (!match.Success) throw new GraphError($"The stand-in does not know the search term {term}", "BAD_REQUEST");
            if (match.Groups[1].Value == "id") above = long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
            else since = DateTimeOffset.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        }
        return (since, above);
    }

    [GeneratedRegex(@"^(updated_at(?=:>=)|id(?=:>\d)):>=?'?([^']+)'?$")]
    private static partial Regex Term();
}
