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
        if (nameless.Count == 0) return new Dictionary<string, JsonElement>();
        var path = string.Create(CultureInfo.InvariantCulture, $"/admin/orders?order=-id&limit={nameless.Count * OrdersEach}&fields=id,created_at,customer_id,billing_address.*,shipping_address.*,-items{string.Concat(nameless.Select(id => "&customer_id[]=" + Uri.EscapeDataString(id)))}");
        var orders = (await api.GetAsync(path, "orders", cancellationToken).ConfigureAwait(false)).Items("orders");
        return orders.Where(order => order.Filled("customer_id") is not null).GroupBy(order => order.Text("customer_id")).ToDictionary(group => group.Key, group => group.First());
    }
}
