using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>Brings along what WooCommerce keeps apart from the row itself: refunds of orders, variations of products.</summary>
internal sealed class WooDetails(WooApi api)
{
    public async Task<IReadOnlyList<StoreChange>> OrdersAsync(IReadOnlyList<JsonElement> orders, CancellationToken cancellationToken)
    {
        var changes = new StoreChange?[orders.Count];
        await EachAsync(orders, async (i, order) =>
        {
            if (WooPayload.KindOf(order) is not { } kind) return;
            var refunds = order.Items("refunds").Any() ? await AllAsync($"wc/v3/orders/{Id(order)}/refunds", cancellationToken).ConfigureAwait(false) : [];
            changes[i] = WooPayload.Order(kind, order, refunds);
        }, cancellationToken).ConfigureAwait(false);
        return [.. changes.OfType<StoreChange>()];
    }

    public async Task<IReadOnlyList<StoreChange>> VariantsAsync(IReadOnlyList<JsonElement> products, WooPrices prices, CancellationToken cancellationToken)
    {
        var changes = new IReadOnlyList<StoreChange>[products.Count];
        await EachAsync(products, async (i, product) => changes[i] = product.TextOrNull("type") switch
        {
            "variable" or "variable-subscription" => [.. (await AllAsync($"wc/v3/products/{Id(product)}/variations", cancellationToken).ConfigureAwait(false)).Select(variation => WooPayload.Variant(variation, product, prices))],
            "grouped" => [],   // what it groups is sold by itself
            _ => [WooPayload.Variant(product, null, prices)],
        }, cancellationToken).ConfigureAwait(false);
        return [.. changes.SelectMany(c => c)];
    }

    private async Task<IReadOnlyList<JsonElement>> AllAsync(string path, CancellationToken cancellationToken)
    {
        var all = new List<JsonElement>();
        for (var page = 1; ; page++)
        {
            // Gone between the two calls: there is nothing to bring along, and its own deletion is told by other means.
            if (await api.ReadAsync(path, [new("per_page", "100"), new("page", page.ToString(CultureInfo.InvariantCulture)), WooApi.Dp], cancellationToken).ConfigureAwait(false) is not { } answer) return all;
            if (answer.Body.ValueKind != JsonValueKind.Array) throw api.Strange(path);
            all.AddRange(answer.Body.EnumerateArray());
            if (answer.Body.GetArrayLength() < 100) return all;
        }
    }

    private Task EachAsync(IReadOnlyList<JsonElement> rows, Func<int, JsonElement, Task> act, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(Enumerable.Range(0, rows.Count), new ParallelOptions { MaxDegreeOfParallelism = api.Pace.Limit, CancellationToken = cancellationToken }, async (i, _) => await act(i, rows[i]).ConfigureAwait(false));

    private static string Id(JsonElement row) => row.Text("id");
}
