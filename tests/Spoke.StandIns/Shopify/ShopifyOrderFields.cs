namespace Spoke.StandIns.Shopify;

/// <summary>The types around an order.</summary>
internal sealed partial class ShopifyFields
{
    private object? OrderField(ShopOrder o, GraphCall call) => call.Name switch
    {
        "id" => Gid("Order", o.Id),
        "name" => o.Name,
        "email" => o.Email,
        "phone" => o.Phone,
        "createdAt" => Time(o.CreatedAt),
        "processedAt" => Time(o.CreatedAt),
        "updatedAt" => Time(o.UpdatedAt),
        "cancelledAt" => Time(o.CancelledAt),
        "cancelReason" => o.CancelReason,
        "closedAt" => Time(o.ClosedAt),
        "test" => o.Test,
        "currencyCode" => shop.Options.Currency,
        "taxesIncluded" => o.TaxesIncluded,
        "displayFinancialStatus" => o.FinancialStatus,
        "displayFulfillmentStatus" => o.FulfillmentStatus,
        "note" => o.Note,
        "tags" => o.Tags.Order(StringComparer.Ordinal).ToList(),
        "discountCodes" => o.Codes,
        "customerAcceptsMarketing" => o.Customer?.EmailConsent.State == "SUBSCRIBED",
        "checkoutToken" => o.CheckoutToken,
        "cartToken" => null,
        "sourceName" => o.Source,
        "customAttributes" => new List<Thing>(),
        "totalPriceSet" => Bag(o.TotalPrice),
        "totalTaxSet" => Bag(o.TotalTax),
        "totalTipReceivedSet" => Bag(o.Tip),
        "additionalFees" => new List<Thing>(),
        "customer" => o.Customer,
        "purchasingEntity" => o.Company is { } company ? new Thing("PurchasingCompany") { ["company"] = company } : o.Customer,
        "customerJourneySummary" => o.LandingPage is null ? null : new Thing("CustomerJourneySummary") { ["firstVisit"] = Visit(o), ["lastVisit"] = Visit(o) },
        "billingAddress" => Address(o.BillingAddress),
        "shippingAddress" => Address(o.ShippingAddress),
        "transactions" => o.Transactions.Concat(o.Refunds.SelectMany(r => r.Transactions)).ToList(),
        "fulfillments" => o.Fulfillments,
        "refunds" => o.Refunds,
        "lineItems" => List("LineItem", o.Lines),
        "shippingLines" => List("ShippingLine", o.Shipping),
        "fulfillmentOrders" => List("FulfillmentOrder", FulfillmentOrder.Of(o)),
        _ => throw Unknown("Order", call.Name),
    };

    private static Thing Visit(ShopOrder o) => new("CustomerVisit") { ["landingPage"] = o.LandingPage, ["referrerUrl"] = o.Referrer };

    private static object? LineField(ShopLine line, GraphCall call) => call.Name switch
    {
        "id" => Gid("LineItem", line.Id),
        "name" => line.Title,
        "title" => line.Title,
        "sku" => line.Sku,
        "quantity" => line.Quantity,
        "currentQuantity" => line.Quantity - line.Removed,
        "isGiftCard" => line.GiftCard,
        "variant" => line.Variant,
        "product" => line.Variant?.Product,
        "originalUnitPriceSet" => Bag(line.Price),
        "discountAllocations" => line.Discount == 0 ? [] : new List<Thing> { new("DiscountAllocation") { ["allocatedAmountSet"] = Bag(line.Discount) } },
        "taxLines" => Taxes(line.Tax),
        "duties" => line.Duty == 0 ? [] : new List<Thing> { new("Duty") { ["price"] = Bag(line.Duty), ["taxLines"] = Taxes(0) } },
        _ => throw Unknown("LineItem", call.Name),
    };

    private static object? ShippingField(ShopShipping line, GraphCall call) => call.Name switch
    {
        "id" => Gid("ShippingLine", line.Id),
        "title" => line.Title,
        "originalPriceSet" => Bag(line.Price),
        "discountedPriceSet" => Bag(line.Price - line.Discount),
        "taxLines" => Taxes(line.Tax),
        _ => throw Unknown("ShippingLine", call.Name),
    };

    private static object? TransactionField(ShopTransaction t, GraphCall call) => call.Name switch
    {
        "id" => Gid("OrderTransaction", t.Id),
        "kind" => t.Kind,
        "status" => t.Status,
        "gateway" => t.Gateway,
        "createdAt" => Time(t.At),
        "processedAt" => Time(t.At),
        "amountSet" => Bag(t.Amount),
        _ => throw Unknown("OrderTransaction", call.Name),
    };

    private static object? RefundField(ShopRefund r, GraphCall call) => call.Name switch
    {
        "id" => Gid("Refund", r.Id),
        "createdAt" => Time(r.At),
        "processedAt" => Time(r.At),
        "updatedAt" => Time(r.At),
        "note" => r.Note,
        "totalRefundedSet" => Bag(r.Total),
        "duties" => new List<Thing>(),
        "refundLineItems" => List("RefundLineItem", r.Lines),
        "refundShippingLines" => List("RefundShippingLine", r.Shipping == 0 ? [] : [new Thing("RefundShippingLine") { ["id"] = Gid("RefundShippingLine", r.Id), ["subtotalAmountSet"] = Bag(r.Shipping), ["taxAmountSet"] = Bag(r.ShippingTax) }]),
        "orderAdjustments" => List("OrderAdjustment", []),
        "transactions" => List("OrderTransaction", r.Transactions),
        _ => throw Unknown("Refund", call.Name),
    };

    private static object? RefundLineField(ShopRefundLine line, GraphCall call) => call.Name switch
    {
        "id" => Gid("RefundLineItem", line.Id),
        "quantity" => line.Quantity,
        "restockType" => "NO_RESTOCK",
        "lineItem" => line.Line,
        "subtotalSet" => Bag(line.Subtotal),
        "totalTaxSet" => Bag(line.Tax),
        _ => throw Unknown("RefundLineItem", call.Name),
    };

    private object? FulfillmentField(ShopFulfillment f, GraphCall call) => call.Name switch
    {
        "id" => Gid("Fulfillment", f.Id),
        "status" => f.Status,
        "displayStatus" => f.DisplayStatus,
        "createdAt" => Time(f.CreatedAt),
        "updatedAt" => Time(f.UpdatedAt),
        "trackingInfo" => f.Number is null && f.Company is null ? [] : new List<Thing> { new("FulfillmentTrackingInfo") { ["company"] = f.Company, ["number"] = f.Number, ["url"] = f.Url } },
        "fulfillmentLineItems" => List("FulfillmentLineItem", [.. f.Lines.Select(line => new Thing("FulfillmentLineItem") { ["id"] = Gid("FulfillmentLineItem", line.Line.Id), ["quantity"] = line.Quantity, ["lineItem"] = line.Line })]),
        _ => throw Unknown("Fulfillment", call.Name),
    };

    private static object? FulfillmentOrderField(FulfillmentOrder f, GraphCall call) => call.Name switch
    {
        "id" => Gid("FulfillmentOrder", f.Id),
        "status" => f.Order.CancelledAt is not null ? "CANCELLED" : f.Lines.All(line => line.Quantity - line.Removed - line.Fulfilled <= 0) ? "CLOSED" : "OPEN",
        "lineItems" => List("FulfillmentOrderLineItem", [.. f.Lines.Select(line => new Thing("FulfillmentOrderLineItem") { ["id"] = Gid("FulfillmentOrderLineItem", line.Id), ["remainingQuantity"] = line.Quantity - line.Removed - line.Fulfilled, ["totalQuantity"] = line.Quantity, ["lineItem"] = line })]),
        _ => throw Unknown("FulfillmentOrder", call.Name),
    };
}
