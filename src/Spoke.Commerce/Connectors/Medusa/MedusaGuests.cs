using System.Globalization;
using System.Text.Json;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Customers without an account: Medusa keeps their e-mail address alone, and name and address with their orders.</summary>
internal sealed class MedusaGuests(MedusaApi api)
{
    private const int OrdersEach = 10;   // of a guest who bought more often, the newest are enough

    /// <summary>The newest order of each guest without a name, by the customer's id.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> OrdersAsync(IEnumerable<JsonElement> customers, CancellationToken cancellationToken)
    {
        var nameless = customers.Where(c => !c.Flag("has_account") && c.Filled("first_name") is null && c.Filled("last_name") is null).Select(c => c.Text("id")).ToList();
        var newest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        // One who bought very often takes the room of the others, who are asked for once more without that one.
        while (nameless.Count > 0)
        {
            var limit = nameless.Count * OrdersEach;
            var path = string.Create(CultureInfo.InvariantCulture, $"/admin/orders?order=-id&limit={limit}&fields=id,created_at,customer_id,billing_address.*,shipping_address.*,-items{string.Concat(nameless.Select(id => "&customer_id[]=" + Uri.EscapeDataString(id)))}");
            var orders = (await api.GetAsync(path, "orders", cancellationToken).ConfigureAwait(false)).Items("orders").ToList();
            foreach (var order in orders)
                if (order.Filled("customer_id") is { } customer) newest.TryAdd(customer, order);
            // Fewer than asked for are all there are; and an answer that brings nobody new will not the next time either.
            if (orders.Count < limit || nameless.RemoveAll(newest.ContainsKey) == 0) break;
        }
        return newest;
    }
}
