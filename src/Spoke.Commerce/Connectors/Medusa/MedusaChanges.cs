using System.Text;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Makes changes of rows: the row as the store sent it, with whatever else is needed to read it.</summary>
internal sealed class MedusaChanges(MedusaApi api)
{
    private readonly MedusaGuests _guests = new(api);

    public async Task<List<StoreChange>> OfAsync(EntityKind kind, IReadOnlyList<JsonElement> items, string currency, CancellationToken cancellationToken)
    {
        if (kind == EntityKind.Order) return [.. items.Select(item => new StoreChange(kind, item.Text("id"), MedusaOrders.Version(item), JsonRead.Bytes(item)))];
        if (kind == EntityKind.Variant) return [.. items.Select(item => new StoreChange(kind, item.Text("id"), MedusaMapping.VariantVersion(item), Payload(item, "currency", $"\"{currency}\"")))];
        var orders = await _guests.OrdersAsync(items, cancellationToken).ConfigureAwait(false);
        return [.. items.Select(item => orders.TryGetValue(item.Text("id"), out var order)
            ? new StoreChange(kind, item.Text("id"), MedusaMapping.CustomerVersion(item, order), Payload(item, "order", order.GetRawText()))
            : new StoreChange(kind, item.Text("id"), MedusaMapping.CustomerVersion(item, null), Payload(item)))];
    }

    private static byte[] Payload(JsonElement item, string? with = null, string? value = null) =>
        Encoding.UTF8.GetBytes($$"""{"item":{{item.GetRawText()}}{{(with is null ? "" : $",\"{with}\":{value}")}}}""");
}
