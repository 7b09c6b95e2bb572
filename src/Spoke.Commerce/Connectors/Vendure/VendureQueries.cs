using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>The GraphQL we send.</summary>
internal static class VendureQueries
{
    public const string Login = "mutation($u: String!, $p: String!) { login(username: $u, password: $p) { __typename ... on CurrentUser { id } ... on ErrorResult { errorCode message } } }";

    public const string Store = "{ activeChannel { code defaultCurrencyCode } globalSettings { serverConfig { moneyStrategyPrecision } } }";

    /// <summary>A list of the Admin API: the member of the answer, and the query.</summary>
    public sealed record List(string Field, string Query)
    {
        public static List Of(EntityKind kind) => kind switch { EntityKind.Variant => Variants, EntityKind.Customer => Customers, _ => Orders };
    }

    public static readonly List Variants = new("productVariants", "query($o: ProductVariantListOptions) { productVariants(options: $o) { totalItems items { " + Variant + " } } }");

    /// <summary>A change of a product does not move its variants' time, so changed products bring theirs along.</summary>
    public static readonly List Products = new("products", "query($o: ProductListOptions) { products(options: $o) { totalItems items { id variants { " + Variant + " } } } }");

    public static readonly List Customers = new("customers", "query($o: CustomerListOptions) { customers(options: $o) { totalItems items { id createdAt updatedAt firstName lastName emailAddress phoneNumber user { id } addresses { fullName company streetLine1 streetLine2 city province postalCode country { code } phoneNumber defaultBillingAddress defaultShippingAddress } } } }");

    public static readonly List Orders = new("orders", "query($o: OrderListOptions) { orders(options: $o) { totalItems items { id createdAt updatedAt type orderPlacedAt code state active currencyCode couponCodes totalWithTax total shipping "
        + "customer { id firstName lastName emailAddress phoneNumber } shippingAddress { " + Address + " } billingAddress { " + Address + " } "
        + "surcharges { price } shippingLines { shippingMethod { name } } lines { id quantity orderPlacedQuantity unitPrice linePrice proratedLinePrice proratedLinePriceWithTax productVariant { id sku name } } "
        + "payments { id updatedAt createdAt method state amount refunds { id createdAt updatedAt state total reason } } fulfillments { id createdAt updatedAt state method trackingCode lines { orderLineId quantity } } } } }");

    private const string Variant = "id updatedAt sku name enabled productId price currencyCode featuredAsset { preview } product { id updatedAt enabled description featuredAsset { preview } }";

    private const string Address = "fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber";
}
