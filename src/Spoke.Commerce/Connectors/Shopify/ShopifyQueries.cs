using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>The GraphQL we send, written for version 2026-10 of the Admin API.</summary>
internal static class ShopifyQueries
{
    // companiesCount is refused by shops without B2B; the rest of the answer stands.
    public const string Store = "{ shop { name myshopifyDomain currencyCode ianaTimezone } currentAppInstallation { accessScopes { handle } } companiesCount { count } }";

    public const string Currency = "{ shop { currencyCode } }";

    /// <summary>The entity of each kind that changed last.</summary>
    public const string Newest = "{ shop { currencyCode } companiesCount { count } products(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { updatedAt } } customers(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { updatedAt } } orders(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { updatedAt } } }";

    public const string NewestCompany = "{ companies(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { updatedAt } } }";

    /// <summary>A list of the Admin API and how it is walked.</summary>
    /// <param name="Field">Member of the answer.</param>
    /// <param name="SortKey">The order in which a list can be taken up again at any place.</param>
    /// <param name="Fields">What is asked of an entity; <c>$n</c> is how many of its parts.</param>
    public sealed record List(string Field, string SortKey, string Fields)
    {
        public bool HasParts => Fields.Contains("$n", StringComparison.Ordinal);

        public string Query => $"query($first: Int!, $after: String, $query: String{(HasParts ? ", $n: Int!" : "")}) {{ {Field}(first: $first, after: $after, query: $query, sortKey: {SortKey}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {Fields} }} }} }}";
    }

    public static readonly List Orders = new("orders", "UPDATED_AT", OrderWhole);
    public static readonly List Customers = new("customers", "UPDATED_AT", Customer);
    public static readonly List Companies = new("companies", "UPDATED_AT", CompanyWhole);

    /// <summary>A change of a product does not move its variants' time, so changed products bring theirs along; and the list of variants knows no order by time.</summary>
    public static readonly List Products = new("products", "UPDATED_AT", "id updatedAt variants(first: $n) { pageInfo { hasNextPage endCursor } nodes { " + Variant + " } }");

    /// <summary>Checkouts have no order by time either.</summary>
    public static readonly List Checkouts = new("abandonedCheckouts", "ID", CheckoutWhole);

    /// <summary>Only enough to find a checkout by its address.</summary>
    public const string CheckoutAddresses = "query($after: String) { abandonedCheckouts(first: 250, after: $after, sortKey: CREATED_AT, reverse: true) { pageInfo { hasNextPage endCursor } nodes { id abandonedCheckoutUrl } } }";

    /// <summary>Several entities by their ids, as lists give them.</summary>
    public static string Nodes(EntityKind kind) => "query($ids: [ID!]!" + (kind is EntityKind.Order or EntityKind.Cart ? ", $n: Int!" : "") + $") {{ nodes(ids: $ids) {{ ... on {TypeOf(kind)} {{ {Whole(kind)} }} }} }}";

    /// <summary>The refunds of several orders.</summary>
    public const string RefundsOf = "query($ids: [ID!]!, $n: Int!) { nodes(ids: $ids) { ... on Order { id " + Refunds + " } } }";

    /// <summary>The rest of an entity's parts.</summary>
    public static string Rest(string type, string connection) =>
        $"query($id: ID!, $after: String!, $n: Int!) {{ node(id: $id) {{ ... on {type} {{ {connection}(first: $n, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {Parts[connection]} }} }} }} }} }}";

    /// <summary>What a bulk operation is to export, sorted by id so that a second export can be taken up where the first ended.</summary>
    public static string Bulk(EntityKind kind) => kind switch
    {
        EntityKind.Variant => "{ productVariants(sortKey: ID) { edges { node { " + VariantItself + " media { edges { node { " + Media + " } } } } } } }",
        EntityKind.Customer => "{ customers(sortKey: ID) { edges { node { " + Customer + " } } } }",
        EntityKind.Company => "{ companies(sortKey: ID) { edges { node { " + Company + " locations { edges { node { " + Location + " } } } } } } }",
        // A bulk export takes no connection inside a list, and the parts of a refund are such: refunds are read beside it.
        EntityKind.Order => "{ orders(sortKey: ID) { edges { node { " + Order + " refunds { id updatedAt } lineItems { edges { node { " + Line + " } } } shippingLines { edges { node { " + ShippingLine + " } } } } } } }",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public const string RunBulk = "mutation($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id status } userErrors { code field message } } }";

    public const string BulkState = "query($id: ID!) { bulkOperation(id: $id) { id status errorCode url rootObjectCount } }";

    public static string TypeOf(EntityKind kind) => kind switch { EntityKind.Variant => "ProductVariant", EntityKind.Customer => "Customer", EntityKind.Order => "Order", EntityKind.Cart => "AbandonedCheckout", _ => "Company" };

    public const string Customer = "__typename id createdAt updatedAt firstName lastName state note tags defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt } "
        + "defaultPhoneNumber { phoneNumber smsMarketingConsent { state optInLevel updatedAt collectedFrom } } defaultAddress { id " + Address + " } companyContactProfiles { company { id } }";

    private static string Whole(EntityKind kind) => kind switch { EntityKind.Variant => Variant, EntityKind.Customer => Customer, EntityKind.Order => OrderWhole, EntityKind.Cart => CheckoutWhole, _ => CompanyWhole };

    private const string Amount = "{ shopMoney { amount } }";
    private const string Address = "name company address1 address2 city province provinceCode zip countryCodeV2 phone";
    private const string Variant = VariantItself + " media(first: 1) { nodes { " + Media + " } }";
    private const string Media = "__typename id preview { image { url } }";
    private const string VariantItself = "__typename id updatedAt title displayName sku price product { id updatedAt title description status onlineStoreUrl hasOnlyDefaultVariant featuredMedia { preview { image { url } } } }";
    private const string Company = "__typename id updatedAt name externalId";
    private const string Location = "__typename id phone billingAddress { " + CompanyAddress + " } shippingAddress { " + CompanyAddress + " }";
    private const string CompanyAddress = "recipient companyName address1 address2 city province zoneCode zip countryCode phone";
    private const string Taxes = "taxLines { priceSet " + Amount + " }";
    private const string Discounts = "discountAllocations { allocatedAmountSet " + Amount + " }";

    private const string Line = "__typename id name title sku quantity isGiftCard variant { id } product { id } originalUnitPriceSet " + Amount + " " + Discounts + " " + Taxes + " duties { price " + Amount + " " + Taxes + " }";
    private const string ShippingLine = "__typename id title discountedPriceSet " + Amount + " " + Taxes;
    private const string RefundLine = "__typename id quantity restockType lineItem { id isGiftCard } subtotalSet " + Amount + " totalTaxSet " + Amount;

    private const string RefundShippingLine = "__typename id subtotalAmountSet " + Amount + " taxAmountSet " + Amount;
    private const string RefundTransaction = "__typename id kind status amountSet " + Amount;

    private const string Order = "__typename id name email phone createdAt processedAt updatedAt cancelledAt cancelReason closedAt test currencyCode taxesIncluded displayFinancialStatus displayFulfillmentStatus note tags discountCodes customerAcceptsMarketing "
        + "checkoutToken sourceName customAttributes { key value } totalPriceSet " + Amount + " totalTaxSet " + Amount + " totalTipReceivedSet " + Amount + " additionalFees { id price " + Amount + " " + Taxes + " } "
        + "customer { id } purchasingEntity { ... on PurchasingCompany { company { id } } } customerJourneySummary { firstVisit { landingPage referrerUrl } lastVisit { landingPage referrerUrl } } billingAddress { " + Address + " } shippingAddress { " + Address + " } "
        + "transactions { id kind status gateway createdAt processedAt amountSet " + Amount + " } fulfillments { id status displayStatus createdAt updatedAt trackingInfo { company number url } }";

    private const string Refunds = "refunds { __typename id createdAt processedAt updatedAt note totalRefundedSet " + Amount + " duties { amountSet " + Amount + " } refundLineItems(first: $n) { pageInfo { hasNextPage endCursor } nodes { " + RefundLine + " } } "
        + "refundShippingLines(first: 5) { pageInfo { hasNextPage endCursor } nodes { " + RefundShippingLine + " } } transactions(first: 5) { pageInfo { hasNextPage endCursor } nodes { " + RefundTransaction + " } } }";

    private const string OrderWhole = Order + " " + Refunds + " lineItems(first: $n) { pageInfo { hasNextPage endCursor } nodes { " + Line + " } } shippingLines(first: 5) { pageInfo { hasNextPage endCursor } nodes { " + ShippingLine + " } }";

    private const string CompanyWhole = Company + " locations(first: 1) { nodes { " + Location + " } }";

    private const string CheckoutLine = "__typename id title sku quantity variant { id } originalUnitPriceSet " + Amount + " discountedTotalPriceSet " + Amount;

    private const string CheckoutWhole = "__typename id name createdAt updatedAt completedAt abandonedCheckoutUrl taxesIncluded customer { id defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } } billingAddress { " + Address + " } "
        + "totalPriceSet " + Amount + " totalTaxSet " + Amount + " totalDutiesSet " + Amount + " subtotalPriceSet " + Amount + " totalDiscountSet " + Amount + " lineItems(first: $n) { pageInfo { hasNextPage endCursor } nodes { " + CheckoutLine + " } }";

    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["lineItems"] = Line,
        ["shippingLines"] = ShippingLine,
        ["refundLineItems"] = RefundLine,
        ["refundShippingLines"] = RefundShippingLine,
        ["transactions"] = RefundTransaction,
        ["variants"] = Variant,
    };

    /// <summary>The connection of a checkout has its own kind of lines.</summary>
    public static string RestOfCheckout { get; } = "query($id: ID!, $after: String!, $n: Int!) { node(id: $id) { ... on AbandonedCheckout { lineItems(first: $n, after: $after) { pageInfo { hasNextPage endCursor } nodes { " + CheckoutLine + " } } } } }";
}
