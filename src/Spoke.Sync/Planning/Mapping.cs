namespace Spoke.Sync.Planning;

/// <summary>Where the value of a property comes from.</summary>
/// <param name="Field">Fields of the ledger, the first that has a value counts; or in words how it is computed.</param>
internal sealed record MappedProperty(string Property, string Field)
{
    /// <summary>The fields by name; empty where the value is computed.</summary>
    public IReadOnlyList<string> Paths { get; } = Field.Contains(' ', StringComparison.Ordinal) ? [] : Field.Split('|');
}

/// <summary>Which property comes from which field of the ledger: what <see cref="DesiredState"/> does, told to people. A test holds the two together.</summary>
internal static class Mapping
{
    private static readonly (string Part, string Field)[] Address =
        [("name", "Name"), ("phone", "Phone"), ("street", "Street"), ("city", "City"), ("state", "State"), ("postal_code", "PostalCode"), ("country", "Country")];

    private static readonly Dictionary<string, Dictionary<string, MappedProperty>> s_all = new(StringComparer.Ordinal)
    {
        [RecordObjects.Products] = All(
            ("spoke_key", "connection, variant and the store's id"), ("name", "Variant.Name"), ("hs_sku", "Variant.Sku"), ("description", "Variant.Description"), ("price", "Variant.Price"),
            ("hs_url", "Variant.Url"), ("hs_images", "Variant.ImageUrl"), ("spoke_status", "whether the store sells it; Inactive too when it was deleted and lines name it")),
        [RecordObjects.Companies] = All(
            ("spoke_key", "connection, company and the store's id or the domain"), ("name", "Company.Name, else what people of the domain wrote as their company, where HubSpot has none"), ("domain", "registrable domain of the work e-mail addresses"),
            ("phone", "Company.Phone|Company.Address.Phone"), ("address", "Company.Address.Street"), ("city", "Company.Address.City"), ("state", "Company.Address.State"), ("zip", "Company.Address.PostalCode"), ("country", "Company.Address.Country")),
        [RecordObjects.Contacts] = All(
            ("spoke_key", "connection, customer and the store's id"), ("email", "Customer.Email|Order.Email|Cart.Email"), ("spoke_email_raw", "Customer.Email as typed, where it is no address"),
            ("firstname", "Customer.FirstName"), ("lastname", "Customer.LastName"), ("phone", "Customer.Phone|Customer.Address.Phone|Order.BillingAddress.Phone|Order.ShippingAddress.Phone|Order.Phone|Cart.Phone"),
            ("company", Person("Company")), ("address", Person("Street")), ("city", Person("City")), ("state", Person("State")), ("zip", Person("PostalCode")), ("country", Person("Country")),
            ("spoke_consent", "Customer.EmailConsent of all accounts of the person, the most restrictive"), ("spoke_abandoned_cart_value", "total of the cart that was left behind"), ("spoke_abandoned_cart_url", "where the cart that was left behind can be taken up again"), ("spoke_orders_count", "number of the customer's counted orders"), ("spoke_currency", "currency of the newest order"), ("spoke_total_spent", "payments minus refunds over the counted orders of that currency"),
            ("spoke_net_spent", "goods before tax, after refunds, over the counted orders of that currency"), ("spoke_average_order_value", "goods before tax over the counted orders, by their number"),
            ("spoke_first_order_at", "Order.PlacedAt of the first counted order"), ("spoke_last_order_at", "Order.PlacedAt of the last counted order")),
        [RecordObjects.Orders] = All(
        [
            ("spoke_key", "connection, order and the store's id"), ("hs_order_name", "# and Order.Number"), ("hs_external_order_id", "Order.Number"), ("hs_external_order_status", "Order.PlatformStatus"),
            ("hs_external_order_url", "Order.Url"), ("hs_external_cart_id", "Order.CartId"), ("hs_source_store", "the store's address"), ("hs_external_created_date", "Order.PlacedAt"), ("hs_external_canceled_date", "Order.CancelledAt"),
            ("hs_cancellation_reason", "Order.CancelReason"), ("hs_currency_code", "Order.Currency"), ("hs_subtotal_price", "goods before tax, after discounts"), ("hs_order_discount", "Order.Amounts.Discounts"),
            ("hs_shipping_cost", "Order.Amounts.Shipping"), ("hs_tax", "Order.Amounts.Tax"), ("hs_total_price", "Order.Amounts.Total"), ("hs_refund_amount", "sum of the settled Order.Refunds"),
            ("spoke_net_revenue", "goods before tax, after refunds"), ("spoke_refunded_total", "sum of the settled Order.Refunds"), ("spoke_last_refund_at", "time of the last settled refund"), ("hs_discount_codes", "Order.Coupons, joined"), ("hs_tags", "Order.Tags, joined"),
            ("hs_order_note", "Order.Note"), ("hs_buyer_accepts_marketing", "Order.AcceptsMarketing"), ("hs_landing_site", "Order.LandingPage"), ("hs_referring_site", "Order.Referrer"), ("hs_payment_status", "Order.Payment"), ("hs_fulfillment_status", "Order.Fulfilment"), ("spoke_status", "one status from lifecycle, payment and fulfilment"),
            ("hs_shipping_method", "Order.ShippingMethod"), ("hs_shipping_tracking_number", "tracking number of the last parcel that has one"), ("hs_shipping_status_url", "tracking page of the last parcel that has one"),
            ("hs_pipeline", "the portal's order pipeline"), ("hs_pipeline_stage", "the pipeline's stage for the one status"),
            .. Address.Select(a => ("hs_billing_address_" + a.Part, "Order.BillingAddress." + a.Field)), ("hs_billing_address_email", "Order.Email"),
            .. Address.Select(a => ("hs_shipping_address_" + a.Part, "Order.ShippingAddress." + a.Field)), ("hs_shipping_address_email", "Order.Email"),
        ]),
        [RecordObjects.Carts] = All(
            ("spoke_key", "connection, cart and the store's id"), ("hs_cart_name", "Cart and the store's id"), ("hs_external_cart_id", "Cart.PlatformId"), ("hs_external_status", "active, abandoned, recovered, superseded, expired, converted or emptied; else the store's own word"),
            ("hs_cart_url", "Cart.RecoveryUrl"), ("hs_source_store", "the store's address"), ("hs_currency_code", "Cart.Currency"), ("hs_subtotal_price", "goods before tax, after discounts"),
            ("hs_cart_discount", "Cart.Amounts.Discounts"), ("hs_tax", "Cart.Amounts.Tax"), ("hs_shipping_cost", "Cart.Amounts.Shipping"), ("hs_total_price", "Cart.Amounts.Total")),
        [RecordObjects.LineItems] = All(
            ("spoke_key", "connection, order or cart, and the line's id"), ("name", "Line.Name"), ("hs_sku", "Line.Sku"), ("quantity", "Line.Quantity"), ("price", "Line.UnitPrice"),
            ("discount", "Line.Discount by the quantity"), ("tax", "Line.Tax"), ("hs_line_item_currency_code", "Line.UnitPrice.Currency")),
    };

    /// <summary>The properties of an object that we write.</summary>
    public static IReadOnlyCollection<string> Of(string @object) => s_all[@object].Keys;

    public static MappedProperty? Of(string @object, string property) => s_all[@object].GetValueOrDefault(property);

    private static string Person(string part) => $"Customer.Address.{part}|Order.BillingAddress.{part}|Order.ShippingAddress.{part}";

    private static Dictionary<string, MappedProperty> All(params IEnumerable<(string Property, string Field)> rows) =>
        rows.ToDictionary(row => row.Property, row => new MappedProperty(row.Property, row.Field), StringComparer.Ordinal);
}
