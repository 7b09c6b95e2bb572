using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Checkouts are the carts. A push brings a checkout before any list has it and names it in a way no query takes, so unlike other entities
/// it is read from the push itself; that has the form of the older REST API.
/// </summary>
internal static class ShopifyCheckout
{
    public static Cart Read(ShopifyPayload payload)
    {
        var (item, currency) = (payload.Node, payload.Currency);
        var customer = item.Object("customer");
        var included = item.Flag("taxesIncluded");
        var total = item.Major("totalPriceSet");
        var tax = item.Major("totalTaxSet");
        var lines = payload.Parts(item, "lineItems", "AbandonedCheckoutLineItem")
            .Select(line => Line(line.Text("id"), line, ShopifyId.NumberOrNull(line.Object("variant")?.TextOrNull("id")), line.Major("originalUnitPriceSet"), line.Major("discountedTotalPriceSet"), currency)).ToList();
        // What is beyond the goods is shipping: a checkout in a list does not tell it apart.
        var completed = item.Moment("completedAt");
        return new Cart
        {
            PlatformId = ShopifyPayload.IdOf(EntityKind.Cart, item),
            Version = ShopifyPayload.VersionOf(item),
            Currency = currency,
            CustomerId = ShopifyId.NumberOrNull(customer?.TextOrNull("id")),
            Email = customer?.Object("defaultEmailAddress")?.Filled("emailAddress"),
            Phone = customer?.Object("defaultPhoneNumber")?.Filled("phoneNumber") ?? item.Object("billingAddress")?.Filled("phone"),
            CreatedAt = item.Moment("createdAt"),
            LastActivityAt = item.Moment("updatedAt") ?? throw new FormatException("'updatedAt' is missing in what Shopify sent."),
            RecoveryUrl = item.Filled("abandonedCheckoutUrl"),
            Lines = Taxed(lines, included ? tax : 0, currency),
            Amounts = Amounts(lines, total, tax, item.Major("totalDutiesSet"), included, currency),
            Active = completed is null,
            PlatformStatus = completed is null ? "open" : "completed",
        };
    }

    public static Cart ReadPush(ShopifyPayload payload)
    {
        var item = payload.Node;
        var currency = item.TextOrNull("currency") ?? payload.Currency;
        var customer = item.Object("customer");
        var included = item.Flag("taxes_included");
        var tax = item.Plain("total_tax");
        var lines = item.Items("line_items").Select(line =>
        {
            var price = line.Plain("price");
            return Line(line.TextOrNull("key") ?? line.TextOrNull("id") ?? line.TextOrNull("variant_id") ?? "line", line, line.TextOrNull("variant_id"), price, price * line.Count("quantity") - line.Items("discount_allocations").Sum(d => d.Plain("amount")), currency);
        }).ToList();
        var updated = item.Moment("updated_at") ?? throw new FormatException("'updated_at' is missing in the checkout.");
        var completed = item.Moment("completed_at");
        return new Cart
        {
            PlatformId = item.Filled("token") ?? item.Text("id"),
            Version = updated.ToUnixTimeMilliseconds(),
            Currency = currency,
            CustomerId = customer?.TextOrNull("id"),
            Email = item.Filled("email") ?? customer?.Filled("email"),
            Phone = item.Filled("phone") ?? customer?.Filled("phone"),
            CreatedAt = item.Moment("created_at"),
            LastActivityAt = updated,
            RecoveryUrl = item.Filled("abandoned_checkout_url"),
            Lines = Taxed(lines, included ? tax : 0, currency),
            Amounts = Amounts(lines, item.Plain("total_price"), tax, 0, included, currency),
            Active = completed is null,
            PlatformStatus = completed is null ? "open" : "completed",
        };
    }

    private static OrderLine Line(string id, JsonElement line, string? variant, decimal unit, decimal net, string currency)
    {
        var quantity = line.Count("quantity");
        return new OrderLine
        {
            Id = ShopifyId.Number(id),
            VariantId = variant,
            Sku = line.Filled("sku"),
            Name = line.Filled("title") ?? "Item",
            Quantity = quantity,
            OrderedQuantity = quantity,
            UnitPrice = ShopifyMoney.Line(unit, currency),
            Gross = ShopifyMoney.Line(unit * quantity, currency),
            Discount = ShopifyMoney.Line(Math.Max(0, unit * quantity - net), currency),
            Tax = LineMoney.Zero(currency),
        };
    }

    // A checkout gives its tax as one sum; within prices it is taken off the lines in proportion.
    private static List<OrderLine> Taxed(List<OrderLine> lines, decimal taxInside, string currency)
    {
        var whole = lines.Sum(line => line.Net.Major);
        if (taxInside == 0 || whole == 0) return lines;
        return [.. lines.Select(line =>
        {
            var tax = ShopifyMoney.Line(taxInside * line.Net.Major / whole, currency);
            return line with { Gross = line.Gross - tax, UnitPrice = line.Quantity == 0 ? line.UnitPrice : ShopifyMoney.Line((line.Gross - tax).Major / line.Quantity, currency), Tax = tax };
        })];
    }

    private static OrderAmounts Amounts(List<OrderLine> lines, decimal total, decimal tax, decimal duties, bool included, string currency)
    {
        var taxed = Taxed(lines, included ? tax : 0, currency);
        var shipping = total - lines.Sum(line => line.Net.Major) - duties - (included ? 0 : tax);
        return OrderAmounts.Of(taxed, Money.FromMajor(shipping, currency), Money.FromMajor(duties, currency), Money.Zero(currency), Money.FromMajor(tax, currency), Money.FromMajor(total, currency));
    }
}
