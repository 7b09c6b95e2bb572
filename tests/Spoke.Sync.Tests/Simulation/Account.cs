using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>All that HubSpot holds, read at once.</summary>
internal sealed class Account
{
    private static readonly Dictionary<string, string[]> Properties = new()
    {
        ["contacts"] = ["email", "firstname", "lastname", "phone", "spoke_orders_count", "spoke_currency", "spoke_total_spent"],
        ["products"] = ["name", "price", "hs_sku", "spoke_status"],
        ["orders"] = ["hs_order_name", "hs_currency_code", "hs_total_price", "hs_refund_amount", "spoke_net_revenue", "spoke_refunded_total", "hs_external_order_status", "hs_discount_codes", "hs_shipping_tracking_number", "hs_tax"],
        ["line_items"] = ["name", "quantity", "price"],
        ["carts"] = ["hs_external_status", "hs_total_price"],
    };

    public Dictionary<string, List<CrmRecord>> Records { get; } = [];

    /// <summary>Of orders and carts: which records of which object each is associated with.</summary>
    public Dictionary<(string From, string Id, string To), List<string>> Edges { get; } = [];

    public static async Task<Account> ReadAsync(HubSpotClient client)
    {
        var account = new Account();
        foreach (var (@object, properties) in Properties)
        {
            var all = account.Records[@object] = [];
            await foreach (var record in client.Objects(@object).ListAsync(new ReadOptions { Properties = ["spoke_key", .. properties] }, null, CancellationToken.None)) all.Add(record);
        }
        foreach (var (from, to) in new[] { ("orders", "contacts"), ("orders", "line_items"), ("orders", "carts"), ("carts", "contacts"), ("carts", "line_items") })
        {
            var ids = account.Records[from].Select(record => record.Id).ToList();
            if (ids.Count == 0) continue;
            foreach (var edge in await client.Associations.BatchReadAsync(from, to, ids))
                (account.Edges.TryGetValue((from, edge.From.Value, to), out var list) ? list : account.Edges[(from, edge.From.Value, to)] = []).Add(edge.To.Value);
        }
        return account;
    }

    public IReadOnlyList<string> Ends(string from, CrmRecord record, string to) => Edges.GetValueOrDefault((from, record.Id.Value, to)) ?? [];
}
