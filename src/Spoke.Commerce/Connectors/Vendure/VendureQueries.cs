namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>The GraphQL we send.</summary>
internal static class VendureQueries
{
    public const string Login = "mutation($u: String!, $p: String!) { login(username: $u, password: $p) { __typename ... on CurrentUser { id } ... on ErrorResult { errorCode message } } }";

    public const string Store = "{ activeChannel { code defaultCurrencyCode } globalSettings { serverConfig { moneyStrategyPrecision } } }";

    public const string Variants = "query($o: ProductVariantListOptions) { productVariants(options: $o) { totalItems items { id updatedAt sku name enabled productId prices { currencyCode price } product { slug description } } } }";

    public const string Customers = "query($o: CustomerListOptions) { customers(options: $o) { totalItems items { id createdAt updatedAt firstName lastName emailAddress phoneNumber user { id } addresses { " + AddressOfCustomer + " defaultBillingAddress defaultShippingAddress updatedAt } } } }";

    public const string Orders = "query($o: OrderListOptions) { orders(options: $o) { totalItems items { id createdAt updatedAt type orderPlacedAt code state active currencyCode couponCodes totalWithTax total shipping "
        + "customer { id updatedAt firstName lastName emailAddress phoneNumber user { id } } shippingAddress { " + Address + " } billingAddress { " + Address + " } "
        + "surcharges { price } shippingLines { shippingMethod { name } } lines { id quantity orderPlacedQuantity unitPrice linePrice proratedLinePrice lineTax productVariant { id sku name } } "
        + "payments { id updatedAt createdAt method state amount refunds { id createdAt updatedAt state total reason } } fulfillments { id createdAt updatedAt state method trackingCode } } } }";

    private const string Address = "fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber";

    private const string AddressOfCustomer = "fullName company streetLine1 streetLine2 city province postalCode country { code } phoneNumber";
}
