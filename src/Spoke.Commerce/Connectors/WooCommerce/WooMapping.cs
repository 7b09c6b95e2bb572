using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>From WooCommerce's orders and drafts, and our plugin's carts, to the ledger. Pure.</summary>
internal sealed class WooMapping(WooStoreOptions options, WooPeople people)
{
    private static readonly OrderStatus[] AfterPayment = [OrderStatus.Paid, OrderStatus.Processing, OrderStatus.PartiallyShipped, OrderStatus.Shipped, OrderStatus.PartiallyDelivered, OrderStatus.Delivered];

    public Order ReadOrder(JsonElement item, IReadOnlyList<JsonElement> refunds, long version)
    {
        var currency = item.Text("currency");
        var status = item.Text("status");
        var lines = WooAmounts.Lines(item, currency);
        var amounts = WooAmounts.Of(item, lines, currency);
        var payments = Payments(item, amounts.Total);
        var parts = WooRefunds.Of(refunds, amounts, currency);
        var shipments = WooShipments.Of(item, refunds);
        var states = WooStates.Of(item, options.Statuses, payments, parts, shipments);
        var billing = WooPeople.ReadAddress(item.Object("billing"));
        var shipping = WooPeople.ReadAddress(item.Object("shipping"));
        return new Order
        {
            PlatformId = item.Text("id"),
            Version = version,
            Deleted = status == "trash",
            Number = item.Text("number"),
            Currency = currency,
            PlacedAt = item.Moment("date_created_gmt") ?? throw new FormatException("'date_created_gmt' is missing in what WooCommerce sent."),
            UpdatedAt = item.Moment("date_modified_gmt"),
            CancelledAt = states.Lifecycle == OrderLifecycle.Cancelled ? item.Moment("date_modified_gmt") : null,   // WooCommerce keeps no date of its own for it
            CustomerId = WooPeople.CustomerId(item),
            Email = item.Object("billing")?.Filled("email"),
            Phone = item.Object("billing")?.Filled("phone"),
            CartId = WooMeta.Text(item, "_spoke_cart_id") ?? (item.TextOrNull("created_via") == "store-api" ? item.Text("id") : null),   // the block checkout's draft is the order
            Lifecycle = states.Lifecycle,
            Payment = states.Payment,
            Fulfilment = states.Fulfilment,
            PlatformStatus = status,
            StatusUnknown = states.Unknown,
            Url = new Uri(people.Home, string.Create(CultureInfo.InvariantCulture, $"wp-admin/post.php?post={item.Whole("id")}&action=edit")).ToString(),
            Coupons = [.. item.Items("coupon_lines").Select(c => c.TextOrNull("code") ?? "")],
            Tags = WooMeta.Tags(item),
            Note = item.Filled("customer_note"),
            AcceptsMarketing = WooConsent.Flag(item, options.ConsentKey),
            LandingPage = WooMeta.Text(item, "_wc_order_attribution_session_entry"),
            Referrer = WooMeta.Text(item, "_wc_order_attribution_referrer"),
            Source = item.Filled("created_via"),
            Lines = lines,
            Amounts = amounts,
            Payments = payments,
            Refunds = parts,
            Fulfilments = shipments.All,
            BillingAddress = billing ?? shipping,
            ShippingAddress = shipping ?? billing,
            ShippingMethod = item.Items("shipping_lines").Select(l => l.Filled("method_title")).FirstOrDefault(),
        };
    }

    /// <summary>A basket that the block checkout keeps as an order in the status checkout-draft.</summary>
    public static Cart ReadDraft(JsonElement item, long version)
    {
        var currency = item.Text("currency");
        var lines = WooAmounts.Lines(item, currency);
        return new Cart
        {
            PlatformId = item.Text("id"),
            Version = version,
            Currency = currency,
            CustomerId = item.TextOrNull("customer_id") is { } customer and not "0" ? customer : null,
            Email = item.Object("billing")?.Filled("email"),
            Phone = item.Object("billing")?.Filled("phone"),
            CreatedAt = item.Moment("date_created_gmt"),
            LastActivityAt = item.Moment("date_modified_gmt") ?? throw new FormatException("'date_modified_gmt' is missing in what WooCommerce sent."),
            Lines = lines,
            Amounts = WooAmounts.Of(item, lines, currency),
            PlatformStatus = item.Text("status"),
        };
    }

    /// <summary>A basket as our plugin posts it: the same names as an order's, with the plugin's own id.</summary>
    public static Cart ReadCart(JsonElement cart)
    {
        var currency = cart.Text("currency");
        var lines = WooAmounts.Lines(cart, currency);
        var order = cart.TextOrNull("order_id") is { } id and not ("" or "0") ? id : null;
        return new Cart
        {
            PlatformId = cart.Text("id"),
            Version = WooPayload.CartVersion(cart),
            Currency = currency,
            CustomerId = cart.TextOrNull("customer_id") is { } customer and not "0" ? customer : null,
            Email = cart.Filled("email"),
            Phone = cart.Filled("phone"),
            CreatedAt = cart.Moment("created_at"),
            LastActivityAt = cart.Moment("updated_at")!.Value,
            RecoveryUrl = cart.Filled("recovery_url"),
            Lines = lines,
            Amounts = WooAmounts.Of(cart, lines, currency),
            OrderId = order,
            Active = order is null && !cart.Flag("emptied"),
            PlatformStatus = cart.Flag("emptied") ? "emptied" : null,
        };
    }

    /// <summary>WooCommerce keeps no payments, only when an order was paid. What its status says was paid, was; cash on delivery is paid when it is completed.</summary>
    private List<Payment> Payments(JsonElement item, Money total)
    {
        var status = item.Text("status");
        var method = item.Filled("payment_method");
        var paid = item.Moment("date_paid_gmt");
        if (paid is null && (status == "completed" || (method != "cod" && (status == "processing" || (options.Statuses.TryGetValue(status, out var meant) && AfterPayment.Contains(meant)))))) paid = item.Moment("date_completed_gmt") ?? item.Moment("date_created_gmt");
        return paid is not { } at ? [] : [new Payment { Id = item.Filled("transaction_id") ?? "paid", Amount = total, State = SettlementState.Settled, Method = method, At = at }];
    }
}
