using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

public sealed class VendureConformance(VendureShop shop) : ConnectorConformance(shop), IClassFixture<VendureShop>
{
    [Fact]
    public async Task An_edited_price_is_found()
    {
        var follow = await FollowAsync(byTime: true);
        var (variant, price) = await shop.EditPriceAsync();
        await follow.FindAsync(EntityKind.Variant, variant, e => ((Variant)e).Price == price, polls: 1);
    }

    [Fact]
    public async Task A_products_new_text_brings_its_variants()
    {
        var follow = await FollowAsync(byTime: true);
        var (variant, description) = await shop.EditDescriptionAsync();
        await follow.FindAsync(EntityKind.Variant, variant, e => ((Variant)e).Description == description, polls: 1);
    }

    [Fact]
    public async Task An_edited_address_moves_no_time_and_is_found_by_the_sweep()
    {
        var follow = await FollowAsync(byTime: false);
        var customer = await shop.EditAddressAsync("Łódź");
        await follow.FindAsync(EntityKind.Customer, customer, e => ((Customer)e).Address?.City == "Łódź");
    }

    [Fact]
    public async Task A_cart_that_is_given_up_is_no_order_and_no_longer_open()
    {
        var cart = await shop.OpenCartAsync("gives.up@example.com");
        var follow = await FollowAsync(byTime: true);
        await follow.FindAsync(EntityKind.Cart, cart, e => ((Cart)e).Active);
        await shop.CancelAsync(cart);
        var closed = (Cart)await follow.FindAsync(EntityKind.Cart, cart, e => !((Cart)e).Active);
        Assert.Equal("Cancelled", closed.PlatformStatus);
    }
}

/// <summary>A real Vendure store with a little history.</summary>
public sealed class VendureShop : StoreUnderTest
{
    private const string Failed = "... on ErrorResult { errorCode message }";
    private readonly Dictionary<string, string?> _shoppers = [];   // by cart
    private VendureStore _store = null!;
    private int _edits;

    public override string? Missing => VendureStore.Missing;
    public override Uri Url => _store.Url;
    public override IReadOnlyList<string> Secrets => [VendureStore.Password];
    public override string CredentialSetting => "password";

    public override async ValueTask InitializeAsync()
    {
        if (Missing is null) _store = await VendureStore.StartAsync(customers: 20, orders: 30, TestContext.Current.CancellationToken);
    }

    public override ValueTask DisposeAsync() => _store is null ? ValueTask.CompletedTask : _store.DisposeAsync();

    // The administrator's name is also the password, so a message that must not show the password names somebody else.
    public override IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null) =>
        new VendureConnector(new VendureStoreOptions { Url = url ?? Url, Username = url is null ? VendureStore.Administrator : "reader", Password = secret ?? VendureStore.Password, PageSize = 4 }, handler, time);

    public override string SentText(StoreChange change) => JsonDocument.Parse(change.Payload).RootElement.GetProperty("item").GetRawText();

    public override async Task<string> OpenCartAsync(string email)
    {
        var variant = (await AdminAsync("{ productVariants(options: { take: 1, filter: { sku: { eq: \"MUG-1\" } } }) { items { id } } }")).GetProperty("items")[0].GetProperty("id").GetString();
        var (order, shopper) = await _store.ShopAsync(null, $"mutation($v: ID!) {{ addItemToOrder(productVariantId: $v, quantity: 1) {{ ... on Order {{ id }} {Failed} }} }}", new { v = variant }, Cancel);
        var id = order.GetProperty("id").GetString()!;
        _shoppers[id] = shopper;
        await ShopAsync(id, $"mutation($i: CreateCustomerInput!) {{ setCustomerForOrder(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { emailAddress = email, firstName = "Test", lastName = "Buyer" } });
        return id;
    }

    public override async Task EditCartAsync(string cart)
    {
        var line = (await ShopAsync(cart, "{ activeOrder { lines { id } } }")).GetProperty("lines")[0].GetProperty("id").GetString();
        await ShopAsync(cart, $"mutation($l: ID!) {{ adjustOrderLine(orderLineId: $l, quantity: 3) {{ ... on Order {{ id }} {Failed} }} }}", new { l = line });
    }

    public override async Task<string> PlaceAsync(string email)
    {
        var id = await OpenCartAsync(email);
        await ShopAsync(id, $"mutation($i: CreateAddressInput!) {{ setOrderShippingAddress(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { fullName = "Test Buyer", streetLine1 = "1 Main Street", city = "London", postalCode = "SW1A 1AA", countryCode = "GB" } });
        var method = (await ShopAsync(id, "{ eligibleShippingMethods { id } }"))[0].GetProperty("id").GetString();
        await ShopAsync(id, $"mutation($m: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $m) {{ ... on Order {{ id }} {Failed} }} }}", new { m = new[] { method } });
        await ShopAsync(id, $"mutation {{ transitionOrderToState(state: \"ArrangingPayment\") {{ ... on Order {{ id }} {Failed} }} }}");
        await ShopAsync(id, $"mutation($i: PaymentInput!) {{ addPaymentToOrder(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { method = "invoice", metadata = new { } } });
        return id;
    }

    public override async Task PayAsync(string order) =>
        await AdminAsync($"mutation($id: ID!) {{ settlePayment(id: $id) {{ ... on Payment {{ id }} {Failed} }} }}", new { id = await PaymentAsync(order) });

    public override async Task ShipAsync(string order)
    {
        var lines = (await AdminAsync("query($id: ID!) { order(id: $id) { lines { id quantity } } }", new { id = order })).GetProperty("lines").EnumerateArray().Select(line => new { orderLineId = line.GetProperty("id").GetString(), quantity = line.GetProperty("quantity").GetInt32() });
        await AdminAsync($"mutation($i: FulfillOrderInput!) {{ addFulfillmentToOrder(input: $i) {{ ... on Fulfillment {{ id }} {Failed} }} }}",
            new { i = new { lines, handler = new { code = "manual-fulfillment", arguments = new[] { new { name = "method", value = "DHL" }, new { name = "trackingCode", value = "T1" } } } } });
        await MoveAsync(order, "Shipped");
    }

    public override Task DeliverAsync(string order) => MoveAsync(order, "Delivered");

    public override async Task RefundAsync(string order, long minor)
    {
        var refund = await AdminAsync($"mutation($i: RefundOrderInput!) {{ refundOrder(input: $i) {{ ... on Refund {{ id state }} {Failed} }} }}", new { i = new { paymentId = await PaymentAsync(order), amount = minor, reason = "damaged", lines = Array.Empty<object>(), shipping = 0, adjustment = 0 } });
        await AdminAsync($"mutation($i: SettleRefundInput!) {{ settleRefund(input: $i) {{ ... on Refund {{ id }} {Failed} }} }}", new { i = new { id = refund.GetProperty("id").GetString(), transactionId = "r" } });
    }

    public override async Task CancelAsync(string order) =>
        await AdminAsync($"mutation($i: CancelOrderInput!) {{ cancelOrder(input: $i) {{ ... on Order {{ id }} {Failed} }} }}", new { i = new { orderId = order, reason = "changed my mind", cancelShipping = true } });

    public override async Task<(string Id, string LastName)> EditCustomerAsync(string email)
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

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task MoveAsync(string order, string state)
    {
        var fulfilment = (await AdminAsync("query($id: ID!) { order(id: $id) { fulfillments { id } } }", new { id = order })).GetProperty("fulfillments")[0].GetProperty("id").GetString();
        await AdminAsync($"mutation($id: ID!, $s: String!) {{ transitionFulfillmentToState(id: $id, state: $s) {{ ... on Fulfillment {{ id }} {Failed} }} }}", new { id = fulfilment, s = state });
    }

    private async Task<string> PaymentAsync(string order) =>
        (await AdminAsync("query($id: ID!) { order(id: $id) { payments { id } } }", new { id = order })).GetProperty("payments")[0].GetProperty("id").GetString()!;

    private Task<JsonElement> AdminAsync(string query, object? variables = null) => _store.AdminAsync(query, variables, Cancel);

    private async Task<JsonElement> ShopAsync(string cart, string query, object? variables = null)
    {
        var (answer, session) = await _store.ShopAsync(_shoppers[cart], query, variables, Cancel);
        _shoppers[cart] = session;
        return answer;
    }
}
