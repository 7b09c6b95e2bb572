using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

/// <summary>What shoppers and administrators do in a Vendure store, through its own APIs.</summary>
public sealed class VendureDesk(VendureStore store)
{
    private const string Failed = "... on ErrorResult { errorCode message }";
    private readonly Dictionary<string, string?> _shoppers = [];   // by cart
    private int _edits;

    public async Task<string> OpenCartAsync(string email)
    {
        var variant = (await AdminAsync("{ productVariants(options: { take: 1, filter: { sku: { eq: \"MUG-1\" } } }) { items { id } } }")).GetProperty("items")[0].GetProperty("id").GetString();
        var (order, shopper) = await store.ShopAsync(null, $"mutation($v: ID!) {{ addItemToOrder(productVariantId: $v, quantity: 1) {{ ... on Order {{ id }} {Failed} }} }}", new { v = variant }, Cancel);
        var id = order.GetProperty("id").GetString()!;
        _shoppers[id] = shopper;
        await ShopAsync(id, $"mutation($i: CreateCustomerInput!) {{ setCustomerForOrder(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { emailAddress = email, firstName = "Test", lastName = "Buyer" } });
        return id;
    }

    public async Task EditCartAsync(string cart, int quantity)
    {
        var line = (await ShopAsync(cart, "{ activeOrder { lines { id } } }")).GetProperty("lines")[0].GetProperty("id").GetString();
        await ShopAsync(cart, $"mutation($l: ID!, $q: Int!) {{ adjustOrderLine(orderLineId: $l, quantity: $q) {{ ... on Order {{ id }} {Failed} }} }}", new { l = line, q = quantity });
    }

    public async Task<string> PlaceAsync(string email)
    {
        var id = await OpenCartAsync(email);
        await CheckOutAsync(id);
        return id;
    }

    /// <summary>The cart becomes an order that is authorised and not yet paid.</summary>
    public async Task CheckOutAsync(string id)
    {
        await ShopAsync(id, $"mutation($i: CreateAddressInput!) {{ setOrderShippingAddress(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { fullName = "Test Buyer", streetLine1 = "1 Main Street", city = "London", postalCode = "SW1A 1AA", countryCode = "GB" } });
        var method = (await ShopAsync(id, "{ eligibleShippingMethods { id } }"))[0].GetProperty("id").GetString();
        await ShopAsync(id, $"mutation($m: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $m) {{ ... on Order {{ id }} {Failed} }} }}", new { m = new[] { method } });
        await ShopAsync(id, $"mutation {{ transitionOrderToState(state: \"ArrangingPayment\") {{ ... on Order {{ id }} {Failed} }} }}");
        await ShopAsync(id, $"mutation($i: PaymentInput!) {{ addPaymentToOrder(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { method = "invoice", metadata = new { } } });
    }

    public async Task PayAsync(string order) =>
        await AdminAsync($"mutation($id: ID!) {{ settlePayment(id: $id) {{ ... on Payment {{ id }} {Failed} }} }}", new { id = await PaymentAsync(order) });

    public async Task ShipAsync(string order)
    {
        var lines = (await AdminAsync("query($id: ID!) { order(id: $id) { lines { id quantity } } }", new { id = order })).GetProperty("lines").EnumerateArray().Select(line => new { orderLineId = line.GetProperty("id").GetString(), quantity = line.GetProperty("quantity").GetInt32() });
        await AdminAsync($"mutation($i: FulfillOrderInput!) {{ addFulfillmentToOrder(input: $i) {{ ... on Fulfillment {{ id }} {Failed} }} }}",
            new { i = new { lines, handler = new { code = "manual-fulfillment", arguments = new[] { new { name = "method", value = "DHL" }, new { name = "trackingCode", value = "T1" } } } } });
        await MoveAsync(order, "Shipped");
    }

    public Task DeliverAsync(string order) => MoveAsync(order, "Delivered");

    public async Task RefundAsync(string order, long minor)
    {
        var refund = await AdminAsync($"mutation($i: RefundOrderInput!) {{ refundOrder(input: $i) {{ ... on Refund {{ id state }} {Failed} }} }}", new { i = new { paymentId = await PaymentAsync(order), amount = minor, reason = "damaged", lines = Array.Empty<object>(), shipping = 0, adjustment = 0 } });
        await AdminAsync($"mutation($i: SettleRefundInput!) {{ settleRefund(input: $i) {{ ... on Refund {{ id }} {Failed} }} }}", new { i = new { id = refund.GetProperty("id").GetString(), transactionId = "r" } });
    }

    public async Task CancelAsync(string order) =>
        await AdminAsync($"mutation($i: CancelOrderInput!) {{ cancelOrder(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { orderId = order, reason = "changed my mind", cancelShipping = true } });

    public async Task<(string Id, string LastName)> EditCustomerAsync(string email)
    {
        var id = (await AdminAsync("query($e: String!) { customers(options: { filter: { emailAddress: { eq: $e } } }) { items { id } } }", new { e = email })).GetProperty("items")[0].GetProperty("id").GetString()!;
        await AdminAsync($"mutation($i: UpdateCustomerInput!) {{ updateCustomer(input: $i) {{ ... on Customer {{ id }} {Failed} }} }}", new { i = new { id, lastName = "Ångström" } });
        return (id, "Ångström");
    }

    public async Task<(string Variant, Money Price)> EditPriceAsync()
    {
        var id = (await AdminAsync("{ productVariants(options: { take: 1, filter: { sku: { eq: \"PEN-2\" } } }) { items { id } } }")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var price = 4000 + ++_edits;
        await AdminAsync("mutation($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }", new { i = new[] { new { id, price } } });
        return (id, new Money(price, "USD"));
    }

    /// <summary>Only the product's text changes, which moves none of its variants' times.</summary>
    public async Task<(string Variant, string Description)> EditDescriptionAsync()
    {
        var product = (await AdminAsync("{ products(options: { take: 1 }) { items { id variants { id } } } }")).GetProperty("items")[0];
        var description = string.Create(CultureInfo.InvariantCulture, $"edited {++_edits} times");
        await AdminAsync("mutation($i: UpdateProductInput!) { updateProduct(input: $i) { id } }", new { i = new { id = product.GetProperty("id").GetString(), translations = new[] { new { languageCode = "en", description } } } });
        return (product.GetProperty("variants")[0].GetProperty("id").GetString()!, description);
    }

    public async Task<string> EditAddressAsync(string city)
    {
        var customer = (await AdminAsync("{ customers(options: { take: 20 }) { items { id addresses { id } } } }")).GetProperty("items").EnumerateArray().First(c => c.GetProperty("addresses").GetArrayLength() > 0);
        await AdminAsync("mutation($i: UpdateAddressInput!) { updateCustomerAddress(input: $i) { id } }", new { i = new { id = customer.GetProperty("addresses")[0].GetProperty("id").GetString(), city } });
        return customer.GetProperty("id").GetString()!;
    }

    public async Task DeleteCustomerAsync(string id) => await AdminAsync("mutation($id: ID!) { deleteCustomer(id: $id) { result } }", new { id });

    public async Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id) =>
        [.. (await AdminAsync($"query($id: ID!) {{ {of.Word()}(id: $id) {{ history {{ items {{ data }} }} }} }}", new { id })).GetProperty("history").GetProperty("items").EnumerateArray()
            .Select(entry => entry.GetProperty("data")).Where(data => data.TryGetProperty("note", out _)).Select(data => data.GetProperty("note").GetString()!)];

    /// <summary>An administrator who may do just so much.</summary>
    public async Task AddAdministratorAsync(string email, string password, params string[] permissions)
    {
        var role = (await AdminAsync("mutation($i: CreateRoleInput!) { createRole(input: $i) { id } }", new { i = new { code = email, description = email, permissions } })).GetProperty("id").GetString();
        await AdminAsync("mutation($i: CreateAdministratorInput!) { createAdministrator(input: $i) { id } }", new { i = new { firstName = "Some", lastName = "Body", emailAddress = email, password, roleIds = new[] { role } } });
    }

    public async Task DeleteProductAsync(string variant) =>
        await AdminAsync("mutation($id: ID!) { deleteProduct(id: $id) { result } }", new { id = (await AdminAsync("query($id: ID!) { productVariant(id: $id) { productId } }", new { id = variant })).GetProperty("productId").GetString() });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task MoveAsync(string order, string state)
    {
        var fulfilment = (await AdminAsync("query($id: ID!) { order(id: $id) { fulfillments { id } } }", new { id = order })).GetProperty("fulfillments")[0].GetProperty("id").GetString();
        await AdminAsync($"mutation($id: ID!, $s: String!) {{ transitionFulfillmentToState(id: $id, state: $s) {{ ... on Fulfillment {{ id }} {Failed} }} }}", new { id = fulfilment, s = state });
    }

    private async Task<string> PaymentAsync(string order) =>
        (await AdminAsync("query($id: ID!) { order(id: $id) { payments { id } } }", new { id = order })).GetProperty("payments")[0].GetProperty("id").GetString()!;

    private Task<JsonElement> AdminAsync(string query, object? variables = null) => store.AdminAsync(query, variables, Cancel);

    private async Task<JsonElement> ShopAsync(string cart, string query, object? variables = null)
    {
        var (answer, session) = await store.ShopAsync(_shoppers[cart], query, variables, Cancel);
        _shoppers[cart] = session;
        return answer;
    }
}
