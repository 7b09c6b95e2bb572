using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>The GraphQL we send.</summary>
internal static class VendureQueries
{
    public const string Login = "mutation($u: String!, $p: String!) { login(username: $u, password: $p) { __typename ... on CurrentUser { id } ... on ErrorResult { errorCode message } } }";

    public const string Store = "{ activeChannel { code defaultCurrencyCode } globalSettings { serverConfig { moneyStrategyPrecision entityCustomFields { entityName customFields { ... on CustomField { name type list } } } } } }";

    /// <summary>A list of the Admin API: the member of the answer, and the query.</summary>
    public sealed record List(string Field, string Query)
    {
        public static List Of(EntityKind kind, VendureFields fields) => kind switch { EntityKind.Variant => Variants, EntityKind.Customer => Customers(fields), _ => Orders(fields) };
    }

    public static readonly List Variants = new("productVariants", "query($o: ProductVariantListOptions) { productVariants(options: $o) { totalItems items { " + Variant + " } } }");

    /// <summary>A change of a product does not move its variants' time, so changed products bring theirs along.</summary>
    public static readonly List Products = new("products", "query($o: ProductListOptions) { products(options: $o) { totalItems items { id variants { " + Variant + " } } } }");

    public static List Customers(VendureFields fields) => new("customers", "query($o: CustomerListOptions) { customers(options: $o) { totalItems items { id createdAt updatedAt firstName lastName emailAddress phoneNumber user { id } "
        + "addresses { id fullName company streetLine1 streetLine2 city province postalCode country { code } phoneNumber defaultBillingAddress defaultShippingAddress }" + fields.ForCustomer + " } } }");

    public static List Orders(VendureFields fields) => new("orders", "query($o: OrderListOptions) { orders(options: $o) { totalItems items { id createdAt updatedAt type orderPlacedAt code state active currencyCode couponCodes totalWithTax total shipping "
        + "customer { id firstName lastName emailAddress phoneNumber } shippingAddress { " + Address + " } billingAddress { " + Address + " } "
        + "surcharges { price } shippingLines { shippingMethod { name } } lines { id quantity orderPlacedQuantity unitPrice linePrice proratedLinePrice proratedLinePriceWithTax productVariant { id sku name } } "
        + "payments { id updatedAt createdAt method state amount refunds { id createdAt updatedAt state total reason } } fulfillments { id createdAt updatedAt state method trackingCode lines { orderLineId quantity } }" + fields.ForOrder + " } } }");

    public static readonly Mutation UpdateCustomer = Mutation.Of("updateCustomer", "$i: UpdateCustomerInput!", "input: $i", "... on Customer { id }", "UpdateCustomer");

    public static readonly Mutation CreateAddress = Mutation.Of("createCustomerAddress", "$c: ID!, $i: CreateAddressInput!", "customerId: $c, input: $i", "id", "CreateCustomer", mayFail: false);

    public static readonly Mutation UpdateAddress = Mutation.Of("updateCustomerAddress", "$i: UpdateAddressInput!", "input: $i", "id", "UpdateCustomer", mayFail: false);

    public static readonly Mutation CustomerNote = Mutation.Of("addNoteToCustomer", "$i: AddNoteToCustomerInput!", "input: $i", "id", "UpdateCustomer", mayFail: false);

    public static readonly Mutation OrderNote = Mutation.Of("addNoteToOrder", "$i: AddNoteToOrderInput!", "input: $i", "id", "UpdateOrder", mayFail: false);

    public static readonly Mutation OrderFields = Mutation.Of("setOrderCustomFields", "$i: UpdateOrderInput!", "input: $i", "id", "UpdateOrder", mayFail: false);

    public static readonly Mutation Fulfil = Mutation.Of("addFulfillmentToOrder", "$i: FulfillOrderInput!", "input: $i", "... on Fulfillment { id state }", "UpdateOrder");

    public static readonly Mutation MoveFulfilment = Mutation.Of("transitionFulfillmentToState", "$id: ID!, $s: String!", "id: $id, state: $s", "... on Fulfillment { id state }", "UpdateOrder");

    /// <summary>The notes at a customer or an order, the newest first.</summary>
    public static string Notes(string entity, string type) => $"query($id: ID!, $skip: Int!) {{ {entity}(id: $id) {{ history(options: {{ filter: {{ type: {{ eq: \"{type}\" }} }}, sort: {{ createdAt: DESC }}, take: 100, skip: $skip }}) {{ totalItems items {{ data }} }} }} }}";

    private const string Variant = "id updatedAt sku name enabled productId price currencyCode featuredAsset { preview } product { id updatedAt enabled description featuredAsset { preview } }";

    private const string Address = "fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber";

    /// <summary>A change: the member of the answer, the mutation, and the permission it takes.</summary>
    public sealed record Mutation(string Field, string Query, string Permission)
    {
        /// <param name="mayFail">It answers a union with error results.</param>
        public static Mutation Of(string field, string variables, string arguments, string answer, string permission, bool mayFail = true) =>
            new(field, $"mutation({variables}) {{ {field}({arguments}) {{ {answer}{(mayFail ? " ... on ErrorResult { errorCode message }" : "")} }} }}", permission);
    }
}
