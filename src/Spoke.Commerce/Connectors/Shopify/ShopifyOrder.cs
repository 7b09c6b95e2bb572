using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// An order. Amounts are those it was placed with and edited to, before refunds; Shopify's <c>current…</c> fields, which subtract refunded lines, are not used, and the two never mixed.
/// Units taken off by an edit without giving money back are taken off here too: Shopify keeps these as refunds of nothing.
/// </summary>
internal static class ShopifyOrder
{
    public static IReadOnlyList<LedgerEntity> Read(ShopifyPayload payload, Uri shop)
    {
        var item = payload.Node;
        var currency = item.TextOrNull("currencyCode") ?? payload.Currency;
        var refunds = payload.Refunds.ToList();
        // A cancellation is such a refund as well, of everything; the order keeps what it was about.
        var removals = refunds.Where(refund => item.Moment("cancelledAt") is null && ShopifyRefunds.IsRemoval(payload, refund)).SelectMany(refund => payload.Parts(refund, "refundLineItems", "RefundLineItem")).ToLookup(line => line.Object("lineItem")?.TextOrNull("id") ?? "");
        var included = item.Flag("taxesIncluded");
        var tip = item.Major("totalTipReceivedSet");
        var given = payload.Parts(item, "lineItems", "LineItem").Where(line => !IsTip(line, tip)).ToList();
        var shippingLines = payload.Parts(item, "shippingLines", "ShippingLine").ToList();
        var spread = new TaxSpread(item, given, shippingLines);
        var lines = given.Select(line => ReadLine(line, [.. removals[line.Text("id")]], spread.Of(line), included, currency)).ToList();

        var removed = removals.SelectMany(group => group).Sum(line => line.Major("subtotalSet") + (included ? 0 : line.Major("totalTaxSet")));
        var total = item.Major("totalPriceSet") - removed;
        var fees = Fees(item, given).ToList();
        var (shippingTax, feeTax) = (shippingLines.Sum(ShopifyMoney.Taxes), fees.Sum(fee => fee.Tax));
        var amounts = OrderAmounts.Of(
            lines,
            Money.FromMajor(shippingLines.Sum(line => line.Major("discountedPriceSet")) - (included ? shippingTax : 0), currency),
            Money.FromMajor(fees.Sum(fee => fee.Price) - (included ? feeTax : 0), currency),
            Money.FromMajor(tip, currency),
            Money.FromMajor(lines.Sum(line => line.Tax.Major) + shippingTax + feeTax, currency),
            Money.FromMajor(total, currency));

        var payments = ReadPayments(item, currency);
        var states = ShopifyStates.Of(item);
        var email = item.Filled("email");
        var customer = ShopifyId.NumberOrNull(item.Object("customer")?.TextOrNull("id"));
        var guest = customer is null && EmailAddress.Normalise(email) is { } address ? $"guest:{address}" : null;
        var visit = item.Object("customerJourneySummary")?.Object("lastVisit") ?? item.Object("customerJourneySummary")?.Object("firstVisit");
        var (billing, shipping) = (ShopifyMapping.ReadAddress(item.Object("billingAddress")), ShopifyMapping.ReadAddress(item.Object("shippingAddress")));
        var id = ShopifyId.Number(item.Text("id"));
        var order = new Order
        {
            PlatformId = id,
            Version = ShopifyPayload.VersionOf(item),
            Number = item.Text("name").TrimStart('#'),   // shown with one everywhere
            Currency = currency,
            PlacedAt = item.Moment("processedAt") ?? item.Moment("createdAt") ?? throw new FormatException("'processedAt' is missing in what Shopify sent."),
            UpdatedAt = item.Moment("updatedAt"),
            CancelledAt = item.Moment("cancelledAt"),
            CancelReason = item.Filled("cancelReason")?.ToLowerInvariant(),
            CustomerId = customer ?? guest,
            Email = email,
            Phone = item.Filled("phone") ?? shipping?.Phone,
            CompanyId = ShopifyId.NumberOrNull(item.Object("purchasingEntity")?.Object("company")?.TextOrNull("id")),
            CartId = item.Filled("checkoutToken"),   // which carts are known by; a cart's token is another
            Lifecycle = states.Lifecycle,
            Payment = states.Payment,
            Fulfilment = states.Fulfilment,
            PlatformStatus = states.Word,
            StatusUnknown = states.Unknown,
            Test = item.Flag("test"),
            Url = new Uri(shop, $"/admin/orders/{id}").ToString(),
            Coupons = ShopifyMapping.Texts(item, "discountCodes"),
            Tags = ShopifyMapping.Texts(item, "tags"),
            Note = item.Filled("note"),
            AcceptsMarketing = item.TryGetProperty("customerAcceptsMarketing", out _) ? item.Flag("customerAcceptsMarketing") : null,
            LandingPage = visit?.Filled("landingPage"),
            Referrer = visit?.Filled("referrerUrl"),
            Source = item.Filled("sourceName"),
            Lines = lines,
            Amounts = amounts,
            Payments = payments,
            Refunds = ShopifyRefunds.Read(payload, amounts, payments, included, currency),
            Fulfilments = [.. item.Items("fulfillments").Select(ReadFulfilment)],
            BillingAddress = billing ?? shipping,
            ShippingAddress = shipping,
            ShippingMethod = shippingLines.Select(line => line.Filled("title")).FirstOrDefault(),
        };
        return guest is null ? [order] : [order, new Customer { PlatformId = guest, Version = order.Version, Email = email, Phone = order.Phone, Address = billing ?? shipping, CreatedAt = item.Moment("createdAt"), Guest = true }];
    }

    // Prices and discounts of a shop with taxes in its prices hold the tax; the line's own is taken off, which needs no rate.
    private static OrderLine ReadLine(JsonElement line, IReadOnlyList<JsonElement> removals, decimal lineTax, bool included, string currency)
    {
        var placed = line.Count("quantity");
        var quantity = Math.Max(0, placed - removals.Sum(removal => removal.Count("quantity")));
        var unit = line.Major("originalUnitPriceSet");
        var tax = lineTax - removals.Sum(removal => removal.Major("totalTaxSet"));
        var net = unit * placed - line.Items("discountAllocations").Sum(d => d.Major("allocatedAmountSet")) - removals.Sum(removal => removal.Major("subtotalSet"));
        var gross = unit * quantity;
        if (included) (gross, net) = (gross - tax, net - tax);
        return new OrderLine
        {
            Id = ShopifyId.Number(line.Text("id")),
            VariantId = ShopifyId.NumberOrNull(line.Object("variant")?.TextOrNull("id")),
            Sku = line.Filled("sku"),
            Name = line.Filled("name") ?? line.Filled("title") ?? "Item",
            Quantity = quantity,
            OrderedQuantity = placed,
            UnitPrice = ShopifyMoney.Line(quantity == 0 ? unit : gross / quantity, currency),
            Gross = ShopifyMoney.Line(gross, currency),
            Discount = ShopifyMoney.Line(gross - net, currency),
            Tax = ShopifyMoney.Line(tax, currency),
            GiftCard = line.Flag("isGiftCard"),
        };
    }

    // A tip given at the checkout is among the lines as well as a sum of the order.
    private static bool IsTip(JsonElement line, decimal tip) =>
        tip > 0 && line.Object("product") is null && line.Object("variant") is null && line.TextOrNull("title") == "Tip" && line.Major("originalUnitPriceSet") * line.Count("quantity") == tip;

    private static IEnumerable<(decimal Price, decimal Tax)> Fees(JsonElement order, IEnumerable<JsonElement> lines) =>
        lines.SelectMany(line => line.Items("duties")).Concat(order.Items("additionalFees")).Select(fee => (fee.Major("price"), fee.Taxes()));

    /// <summary>An authorisation is money that may come; once it is captured the capture stands for it. Change given back lowers what was paid. A redeemed gift card is a payment like others.</summary>
    private static List<Payment> ReadPayments(JsonElement item, string currency)
    {
        var transactions = item.Items("transactions").ToList();
        var settled = transactions.Any(t => t.TextOrNull("kind") is "SALE" or "CAPTURE" or "VOID" && t.TextOrNull("status") == "SUCCESS");
        return [.. transactions.Where(t => t.TextOrNull("kind") is "SALE" or "CAPTURE" or "CHANGE" or "EMV_AUTHORIZATION" or "AUTHORIZATION")
            .Where(t => !settled || t.TextOrNull("kind") is not ("AUTHORIZATION" or "EMV_AUTHORIZATION"))
            .Select(t => new Payment
            {
                Id = ShopifyId.Number(t.Text("id")),
                Amount = Money.FromMajor(t.TextOrNull("kind") == "CHANGE" ? -t.Major("amountSet") : t.Major("amountSet"), currency),
                Method = t.Filled("gateway"),
                At = t.Moment("processedAt") ?? t.Moment("createdAt") ?? default,
                State = (t.TextOrNull("status"), t.TextOrNull("kind")) switch
                {
                    ("SUCCESS", "AUTHORIZATION" or "EMV_AUTHORIZATION") => SettlementState.Pending,
                    ("SUCCESS", _) => SettlementState.Settled,
                    ("PENDING" or "AWAITING_RESPONSE" or "UNKNOWN", _) => SettlementState.Pending,
                    _ => SettlementState.Failed,
                },
            })];
    }

    private static Fulfilment ReadFulfilment(JsonElement f)
    {
        var tracking = f.Items("trackingInfo").FirstOrDefault();
        var state = f.TextOrNull("status") is "CANCELLED" or "ERROR" or "FAILURE" ? "Cancelled" : f.TextOrNull("displayStatus") == "DELIVERED" ? "Delivered" : f.TextOrNull("status") == "SUCCESS" ? "Shipped" : "Pending";
        return new Fulfilment { Id = ShopifyId.Number(f.Text("id")), State = state, Carrier = tracking.Filled("company"), TrackingNumber = tracking.Filled("number"), TrackingUrl = tracking.Filled("url"), At = f.Moment("createdAt") };
    }

    /// <summary>
    /// The tax of each line. Some apps place orders whose tax is told for the order only: it is spread over the lines by what they cost.
    /// </summary>
    private sealed class TaxSpread
    {
        private readonly Dictionary<string, decimal> _spread = [];

        public TaxSpread(JsonElement order, List<JsonElement> lines, List<JsonElement> shipping)
        {
            var tax = order.Major("totalTaxSet");
            if (tax == 0 || lines.Concat(shipping).Any(line => line.Taxes() != 0)) return;
            decimal Net(JsonElement line) => line.Flag("isGiftCard") ? 0 : line.Major("originalUnitPriceSet") * line.Count("quantity") - line.Items("discountAllocations").Sum(d => d.Major("allocatedAmountSet"));
            var whole = lines.Sum(Net);
            if (whole == 0) return;
            var left = tax;
            foreach (var line in lines)
            {
                var share = Math.Round(tax * Net(line) / whole, 6);
                _spread[line.Text("id")] = share;
                left -= share;
            }
            _spread[lines[^1].Text("id")] += left;
        }

        public decimal Of(JsonElement line) => _spread.TryGetValue(line.Text("id"), out var share) ? share : line.Taxes();
    }
}
