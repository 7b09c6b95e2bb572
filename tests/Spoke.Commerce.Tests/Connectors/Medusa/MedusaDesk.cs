using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>What shoppers and the shop's people do in a Medusa store.</summary>
public sealed class MedusaDesk(MedusaStore store)
{
    private static readonly object Street = new { first_name = "Test", last_name = "Buyer", address_1 = "1 Test St", city = "Boston", province = "ma", country_code = "us", postal_code = "02108" };
    private int _edits;

    public async Task<string> OpenCartAsync(string email)
    {
        var region = (await GetAsync("store/regions?limit=20")).GetProperty("regions").EnumerateArray().First(r => Text(r, "currency_code") == "usd");
        return Text((await PostAsync("store/carts", new { region_id = Text(region, "id"), email, items = new[] { new { variant_id = await VariantAsync("NOTE-1"), quantity = 1 } } })).GetProperty("cart"), "id");
    }

    public async Task EditCartAsync(string cart) => await PostAsync($"store/carts/{cart}/line-items", new { variant_id = await VariantAsync("MUG-1"), quantity = 2 });

    public async Task<string> PlaceAsync(string email)
    {
        var cart = await OpenCartAsync(email);
        await PostAsync($"store/carts/{cart}", new { shipping_address = Street, billing_address = Street });
        var option = (await GetAsync($"store/shipping-options?cart_id={cart}")).GetProperty("shipping_options")[0];
        await PostAsync($"store/carts/{cart}/shipping-methods", new { option_id = Text(option, "id") });
        var collection = Text((await PostAsync("store/payment-collections", new { cart_id = cart })).GetProperty("payment_collection"), "id");
        await PostAsync($"store/payment-collections/{collection}/payment-sessions", new { provider_id = "pp_system_default" });
        return Text((await PostAsync($"store/carts/{cart}/complete", new { })).GetProperty("order"), "id");
    }

    public async Task PayAsync(string order) => await PostAsync($"admin/payments/{await PaymentAsync(order)}/capture", new { });

    /// <summary>Packs and sends all of it, with a number.</summary>
    public async Task ShipAsync(string order)
    {
        var fulfilment = await PackAsync(order);
        await PostAsync($"admin/orders/{order}/fulfillments/{fulfilment}/shipments", new { items = await LinesAsync(order), labels = new[] { new { tracking_number = "TRK-1", tracking_url = "#", label_url = "#" } } });
    }

    public async Task<string> PackAsync(string order) =>
        Text((await PostAsync($"admin/orders/{order}/fulfillments?fields=fulfillments.id", new { items = await LinesAsync(order) })).GetProperty("order").GetProperty("fulfillments")[0], "id");

    public async Task DeliverAsync(string order)
    {
        var fulfilment = Text((await OrderAsync(order, "fulfillments.id")).GetProperty("fulfillments")[0], "id");
        await PostAsync($"admin/orders/{order}/fulfillments/{fulfilment}/mark-as-delivered", new { });
    }

    public async Task RefundAsync(string order, long minor) => await PostAsync($"admin/payments/{await PaymentAsync(order)}/refund", new { amount = minor / 100m });

    public async Task CancelAsync(string order) => await PostAsync($"admin/orders/{order}/cancel", new { });

    /// <summary>The goods come back, and their price goes back.</summary>
    public async Task ReturnAsync(string order)
    {
        var items = await LinesAsync(order);
        var made = Text((await PostAsync("admin/returns", new { order_id = order })).GetProperty("return"), "id");
        await PostAsync($"admin/returns/{made}/request-items", new { items });
        await PostAsync($"admin/returns/{made}/request", new { });
        await PostAsync($"admin/returns/{made}/receive", new { });
        var waiting = (await GetAsync($"admin/returns/{made}?fields=items.item_id")).GetProperty("return").GetProperty("items").EnumerateArray().Select(i => new { id = Text(i, "item_id"), quantity = 1 }).ToArray();
        await PostAsync($"admin/returns/{made}/receive-items", new { items = waiting });
        await PostAsync($"admin/returns/{made}/receive/confirm", new { });
        var due = (await OrderAsync(order, "summary")).GetProperty("summary").GetProperty("pending_difference").GetDecimal();
        await PostAsync($"admin/payments/{await PaymentAsync(order)}/refund", new { amount = -due });
    }

    /// <summary>The shop gives credit on an order that is not paid yet.</summary>
    public async Task CreditAsync(string order, decimal amount) => await PostAsync($"admin/orders/{order}/credit-lines", new { amount, reference = "loyalty", reference_id = "points-1" });

    public async Task<(string Id, string LastName)> EditCustomerAsync(string email)
    {
        var id = Text((await GetAsync($"admin/customers?email={Uri.EscapeDataString(email)}&fields=id")).GetProperty("customers")[0], "id");
        await PostAsync($"admin/customers/{id}", new { last_name = "Ångström" });
        return (id, "Ångström");
    }

    public async Task<string> EditAddressAsync(string email, string city)
    {
        var id = Text((await GetAsync($"admin/customers?email={Uri.EscapeDataString(email)}&fields=id")).GetProperty("customers")[0], "id");
        await PostAsync($"admin/customers/{id}/addresses", new { address_1 = "2 Test St", city, country_code = "us", is_default_billing = true });
        return id;
    }

    /// <summary>A product with two variants, for tests that change or delete it.</summary>
    public async Task<(string Product, IReadOnlyList<string> Variants)> AddProductAsync()
    {
        var n = ++_edits;
        var product = (await PostAsync("admin/products", new
        {
            title = $"Added {n}",
            status = "published",
            options = new[] { new { title = "Size", values = new[] { "S", "L" } } },
            variants = new[] { "S", "L" }.Select(size => new { title = size, sku = $"ADDED-{n}-{size}", manage_inventory = false, options = new Dictionary<string, string> { ["Size"] = size }, prices = new[] { new { currency_code = "usd", amount = 10.5m } } }).ToArray(),
        })).GetProperty("product");
        return (Text(product, "id"), [.. product.GetProperty("variants").EnumerateArray().OrderByDescending(v => Text(v, "title")).Select(v => Text(v, "id"))]);
    }

    public async Task<Money> EditPriceAsync(string product, string variant)
    {
        var price = 20 + (++_edits / 100m);
        await PostAsync($"admin/products/{product}/variants/{variant}", new { prices = new[] { new { currency_code = "usd", amount = price } } });
        return Money.FromMajor(price, "USD");
    }

    public async Task<string> EditDescriptionAsync(string product)
    {
        var description = $"edited {++_edits} times";
        await PostAsync($"admin/products/{product}", new { description });
        return description;
    }

    public async Task DeleteAsync(string path) => await store.SendAsync(HttpMethod.Delete, "admin/" + path, null, Cancel);

    public async Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id)
    {
        var metadata = (await GetAsync($"admin/{of.Word()}s/{id}?fields=metadata")).GetProperty(of.Word()).GetProperty("metadata");
        return metadata.ValueKind != JsonValueKind.Object ? [] : [.. metadata.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String).Select(m => m.Value.GetString()!)];
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<JsonElement> OrderAsync(string order, string fields) => (await GetAsync($"admin/orders/{order}?fields={fields}")).GetProperty("order");

    private async Task<string> PaymentAsync(string order) => Text((await OrderAsync(order, "payment_collections.payments.id")).GetProperty("payment_collections")[0].GetProperty("payments")[0], "id");

    private async Task<object[]> LinesAsync(string order) => [.. (await OrderAsync(order, "items.*")).GetProperty("items").EnumerateArray().Select(i => new { id = Text(i, "id"), quantity = i.GetProperty("quantity").GetInt32() })];

    private async Task<string> VariantAsync(string sku) => Text((await GetAsync($"admin/product-variants?sku={sku}&fields=id")).GetProperty("variants")[0], "id");

    private Task<JsonElement> GetAsync(string path) => store.SendAsync(HttpMethod.Get, path, null, Cancel);

    private Task<JsonElement> PostAsync(string path, object body) => store.SendAsync(HttpMethod.Post, path, body, Cancel);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
