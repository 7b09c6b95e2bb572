using Spoke.Commerce.Ledger;
using Spoke.Sync.Carts;
using Spoke.Sync.Connections;
using Spoke.Sync.Connections.Templates;

namespace Spoke.Sync.Planning;

/// <summary>From the ledger to HubSpot's properties: one method an object. Pure.</summary>
internal sealed class DesiredState(string connection, string storeUrl, StageMap stages, PropertyMap? mapping = null, bool nativeTotals = false)
{
    private const string OrdersCount = "spoke_orders_count";
    private static readonly string[] Figures = [OrdersCount, "spoke_currency", "spoke_total_spent", "spoke_net_spent", "spoke_average_order_value", "spoke_first_order_at", "spoke_last_order_at", "spoke_abandoned_cart_value", "spoke_abandoned_cart_url"];

    public DesiredRecord Product(Variant variant, bool ownsSku) => Mapped(RecordObjects.Products, new DesiredRecord(
        ownsSku && variant.Sku is { Length: > 0 } ? "hs_sku" : "spoke_key",
        ownsSku && variant.Sku is { Length: > 0 } sku ? sku : SpokeKey.Of(connection, EntityKind.Variant, variant.PlatformId),
        variant.Name,
        new PropertyBag()
            .Text("spoke_key", SpokeKey.Of(connection, EntityKind.Variant, variant.PlatformId))
            .Text("name", variant.Name)
            .Text("hs_sku", ownsSku ? variant.Sku : null)
            .Text("description", variant.Description)
            .Amount("price", variant.Price)
            .Text("hs_url", variant.Url)
            .Text("spoke_status", variant is { Enabled: true, Deleted: false } ? "Active" : "Inactive")
            .Text("hs_images", variant.ImageUrl).Values), ("variant", variant));

    /// <param name="newest">The newest order; says the currency of the figures, and who the buyer is where no customer does.</param>
    /// <param name="left">The cart that the person has left behind; null: none.</param>
    /// <param name="company">The key of the company's record; null: none has one.</param>
    public DesiredRecord Contact(string key, IReadOnlyList<Customer> customers, Order? newest, Cart? cart, IReadOnlyList<CustomerAggregates> currencies, string? company = null, Cart? left = null)
    {
        var person = customers.OrderBy(c => c.Guest).ThenByDescending(c => c.Version).ThenBy(c => c.PlatformId, StringComparer.Ordinal).FirstOrDefault();
        // A contact that people have merged in HubSpot keeps the address of the customer it is named after.
        var named = customers.FirstOrDefault(c => SpokeKey.Of(connection, EntityKind.Customer, c.PlatformId) == key);
        var given = named?.Email ?? person?.Email ?? newest?.Email ?? cart?.Email;
        var email = EmailAddress.Normalise(given);
        var address = person?.Address ?? newest?.BillingAddress ?? newest?.ShippingAddress;
        var main = currencies.FirstOrDefault(c => c.Currency == newest?.Currency);
        var bag = new PropertyBag()
            .Text("spoke_key", key)
            .Text("email", email)
            .Text("spoke_email_raw", email is null ? given : null)
            .Text("firstname", person?.FirstName)
            .Text("lastname", person?.LastName ?? (email is null && person?.FirstName is null ? "Customer " + key[(key.LastIndexOf(':') + 1)..] : null))   // HubSpot takes nobody without a name or an address
            .Text("phone", person?.Phone ?? address?.Phone ?? newest?.Phone ?? cart?.Phone)
            .Text("company", address?.Company)
            .Text("address", address?.Street)
            .Text("city", address?.City)
            .Text("state", address?.State)
            .Text("zip", address?.PostalCode)
            .Text("country", address?.Country)
            .Text("spoke_consent", customers.Select(c => c.EmailConsent).Aggregate((Consent?)null, Consent.Merge) is { State: not ConsentState.None } consent ? consent.State.ToString().ToLowerInvariant() : null)
            .Amount("spoke_abandoned_cart_value", left?.Amounts.Total)
            .Text("spoke_abandoned_cart_url", left?.RecoveryUrl)
            .Count(OrdersCount, currencies.Sum(c => c.OrdersCount));
        if (main is not null)
            bag.Text("spoke_currency", main.Currency)
                .Amount("spoke_total_spent", main.TotalSpent)
                .Amount("spoke_net_spent", main.NetSpent)
                .Amount("spoke_average_order_value", main.AverageOrderValue)
                .Moment("spoke_first_order_at", currencies.Min(c => c.FirstOrderAt))
                .Moment("spoke_last_order_at", currencies.Max(c => c.LastOrderAt));
        var title = $"{person?.FirstName} {person?.LastName}".Trim() is { Length: > 0 } name ? name : email ?? key;
        return Mapped(RecordObjects.Contacts, new DesiredRecord(email is null ? "spoke_key" : "email", email ?? key, title, bag.Values) { Edges = company is null ? [] : [new DesiredEdge(RecordObjects.Companies, company, AssociationIds.ContactToCompany)] }, ("customer", person), ("order", newest), ("cart", cart), ("totals", main));
    }

    /// <param name="company">As the store keeps it; null: it is known by its domain alone.</param>
    /// <param name="name">What people wrote as their company; fills a blank and nothing else.</param>
    public DesiredRecord Company(string key, Company? company, string? domain, string? name)
    {
        var called = company?.Name ?? name;
        return Mapped(RecordObjects.Companies, new DesiredRecord("spoke_key", key, called ?? domain ?? key, new PropertyBag()
            .Text("spoke_key", key)
            .Text("name", called)
            .Text("domain", domain)
            .Text("phone", company?.Phone ?? company?.Address?.Phone)
            .Text("address", company?.Address?.Street)
            .Text("city", company?.Address?.City)
            .Text("state", company?.Address?.State)
            .Text("zip", company?.Address?.PostalCode)
            .Text("country", company?.Address?.Country).Values), ("company", company));
    }

    /// <summary>A contact whose customer and orders have all gone over to another one: a person may still need the record, but it counts nothing any more.</summary>
    public static DesiredRecord Emptied(string key, string title, IReadOnlyDictionary<string, string> shadow)
    {
        var kept = shadow.Where(p => !Figures.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        kept[OrdersCount] = "0";
        return new DesiredRecord("spoke_key", key, title, kept);
    }

    public DesiredRecord Order(Order order, string? contactKey, bool cartPushed, string? company = null)
    {
        var key = SpokeKey.Of(connection, EntityKind.Order, order.PlatformId);
        var figures = OrderFigures.Of(order);
        var status = order.Deleted ? OrderStatus.Cancelled : order.Canonical();
        var tracking = order.Fulfilments.LastOrDefault(f => f.TrackingNumber is not null);
        var (pipeline, stage) = stages.For(status);
        var bag = new PropertyBag()
            .Text("spoke_key", key)
            .Text("hs_order_name", "#" + order.Number)
            .Text("hs_external_order_id", order.Number)
            .Text("hs_external_order_status", order.Deleted ? "deleted" : order.PlatformStatus)
            .Text("hs_external_order_url", order.Url)
            .Text("hs_external_cart_id", order.CartId)
            .Text("hs_source_store", storeUrl)
            .Moment("hs_external_created_date", order.PlacedAt)
            .Moment("hs_external_canceled_date", order.CancelledAt)
            .Text("hs_cancellation_reason", order.CancelReason)
            .Text("hs_currency_code", order.Currency)
            .Amount("hs_subtotal_price", order.Amounts.ItemsNet)
            .Amount("hs_order_discount", order.Amounts.Discounts)
            .Amount("hs_shipping_cost", order.Amounts.Shipping)
            .Amount("hs_tax", order.Amounts.Tax)
            .Amount("hs_total_price", nativeTotals ? OrderFigures.CurrentTotal(order) : order.Amounts.Total)
            .Amount("hs_refund_amount", figures.Refunded)
            .Amount("spoke_net_revenue", figures.NetRevenue)
            .Amount("spoke_refunded_total", figures.Refunded)
            .Moment("spoke_last_refund_at", order.Refunds.Where(refund => refund.State == SettlementState.Settled).Max(refund => (DateTimeOffset?)refund.At))
            .Text("hs_discount_codes", string.Join(", ", order.Coupons))
            .Text("hs_tags", string.Join(", ", order.Tags))
            .Text("hs_order_note", order.Note)
            .Text("hs_buyer_accepts_marketing", order.AcceptsMarketing is { } accepts ? accepts ? "true" : "false" : null)
            .Text("hs_landing_site", order.LandingPage)
            .Text("hs_referring_site", order.Referrer)
            .Text("hs_payment_status", Label(order.Payment))
            .Text("hs_fulfillment_status", Label(order.Fulfilment))
            .Text("spoke_status", Label(status))
            .Text("hs_shipping_method", order.ShippingMethod)
            .Text("hs_shipping_tracking_number", tracking?.TrackingNumber)
            .Text("hs_shipping_status_url", tracking?.TrackingUrl)
            .Text("hs_pipeline", pipeline)
            .Text("hs_pipeline_stage", stage);
        Put(bag, "hs_billing_address_", order.BillingAddress, order.Email);
        Put(bag, "hs_shipping_address_", order.ShippingAddress, order.Email);
        var edges = order.Lines.Select(line => new DesiredEdge(RecordObjects.LineItems, SpokeKey.OfLine(connection, EntityKind.Order, order.PlatformId, line.Id), AssociationIds.OrderToLineItem)).ToList();
        if (contactKey is not null) edges.Add(new DesiredEdge(RecordObjects.Contacts, contactKey, AssociationIds.OrderToContact));
        if (company is not null) edges.Add(new DesiredEdge(RecordObjects.Companies, company, AssociationIds.OrderToCompany));
        if (cartPushed) edges.Add(new DesiredEdge(RecordObjects.Carts, SpokeKey.Of(connection, EntityKind.Cart, order.CartId!), AssociationIds.OrderToCart));
        return Mapped(RecordObjects.Orders, new DesiredRecord("spoke_key", key, "#" + order.Number, bag.Values) { Edges = edges, Total = order.Amounts.Total }, ("order", order));
    }

    public DesiredRecord Line(string key, OrderLine line, LedgerEntity? parent = null)
    {
        // HubSpot's discount is a unit's; it multiplies by the quantity itself.
        var perUnit = line.Quantity > 0 ? line.Discount.Major / line.Quantity : 0;
        return Mapped(RecordObjects.LineItems, new DesiredRecord("spoke_key", key, line.Name, new PropertyBag()
            .Text("spoke_key", key)
            .Text("name", line.Name)
            .Text("hs_sku", line.Sku)
            .Count("quantity", line.Quantity)
            .Text("price", line.UnitPrice.ToPlainText())
            .Text("discount", perUnit == 0 ? null : perUnit.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture))
            .Text("tax", line.Tax.ToPlainText())
            .Text("hs_line_item_currency_code", line.UnitPrice.Currency).Values), ("line", line), ("order", parent as Order), ("cart", parent as Cart));
    }

    public DesiredRecord Cart(Cart cart, string? contactKey, CartStatus status)
    {
        var key = SpokeKey.Of(connection, EntityKind.Cart, cart.PlatformId);
        var bag = new PropertyBag()
            .Text("spoke_key", key)
            .Text("hs_cart_name", "Cart " + cart.PlatformId)
            .Text("hs_external_cart_id", cart.PlatformId)
            .Text("hs_external_status", status == CartStatus.Closed ? cart.PlatformStatus ?? "closed" : status.ToString().ToLowerInvariant())
            .Text("hs_cart_url", cart.RecoveryUrl)
            .Text("hs_source_store", storeUrl)
            .Text("hs_currency_code", cart.Currency)
            .Amount("hs_subtotal_price", cart.Amounts.ItemsNet)
            .Amount("hs_cart_discount", cart.Amounts.Discounts)
            .Amount("hs_tax", cart.Amounts.Tax)
            .Amount("hs_shipping_cost", cart.Amounts.Shipping)
            .Amount("hs_total_price", cart.Amounts.Total);
        var edges = cart.Lines.Select(line => new DesiredEdge(RecordObjects.LineItems, SpokeKey.OfLine(connection, EntityKind.Cart, cart.PlatformId, line.Id), AssociationIds.CartToLineItem)).ToList();
        if (contactKey is not null) edges.Add(new DesiredEdge(RecordObjects.Contacts, contactKey, AssociationIds.CartToContact));
        return Mapped(RecordObjects.Carts, new DesiredRecord("spoke_key", key, $"Cart {cart.PlatformId}", bag.Values) { Edges = edges }, ("cart", cart));
    }

    private DesiredRecord Mapped(string @object, DesiredRecord record, params IReadOnlyList<(string Name, object? Value)> roots) =>
        mapping?.Apply(@object, record, [LedgerMembers.Connection(connection), LedgerMembers.Store(storeUrl), .. roots]) ?? record;

    private static void Put(PropertyBag bag, string prefix, Address? address, string? email)
    {
        if (address is null) return;
        bag.Text(prefix + "name", address.Name).Text(prefix + "email", email).Text(prefix + "phone", address.Phone).Text(prefix + "street", address.Street)
            .Text(prefix + "city", address.City).Text(prefix + "state", address.State).Text(prefix + "postal_code", address.PostalCode).Text(prefix + "country", address.Country);
    }

    /// <summary>PartiallyPaid as people read it: "Partially paid".</summary>
    private static string Label<T>(T value) where T : struct, Enum
    {
        var text = new System.Text.StringBuilder();
        foreach (var c in value.ToString())
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append(' ').Append(char.ToLowerInvariant(c));
            else text.Append(c);
        }
        return text.ToString();
    }
}
