using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Lines and amounts, which orders and carts have in the same form. Medusa's subtotals are before tax whether its prices are or not, and of what is left after returns.</summary>
internal static class MedusaLines
{
    public static List<OrderLine> Read(JsonElement order, string currency)
    {
        LineMoney Amount(decimal major) => LineMoney.FromMajor(major, currency);
        return [.. order.Items("items").Select(item =>
        {
            var ordered = item.Units("quantity");
            var quantity = ordered - (item.Object("detail") is { } detail ? detail.Units("return_received_quantity") + detail.Units("return_dismissed_quantity") : 0);
            var (gross, tax) = (item.Amount("subtotal"), item.Amount("tax_total"));
            return new OrderLine
            {
                Id = item.Text("id"),
                VariantId = item.Filled("variant_id"),
                Sku = item.Filled("variant_sku"),
                Name = MedusaMapping.Name(item.Filled("product_title") ?? item.Filled("title"), item.Filled("variant_title")),
                Quantity = quantity,
                OrderedQuantity = ordered,
                UnitPrice = Amount(item.Flag("is_tax_inclusive") && quantity > 0 ? gross / quantity : item.Amount("unit_price")),
                Gross = Amount(gross),
                Discount = Amount(gross - (item.Amount("total") - tax)),
                Tax = Amount(tax),
                GiftCard = item.Flag("is_giftcard"),
            };
        })];
    }

    /// <summary>A refund lowers Medusa's total by a credit line, and so does credit of the shop's that pays for a part: the total before both is meant.</summary>
    public static OrderAmounts Amounts(JsonElement order, List<OrderLine> lines, string currency)
    {
        Money Amount(decimal major) => Money.FromMajor(major, currency);
        var methods = order.Items("shipping_methods").ToList();
        var shippingTax = methods.Sum(method => method.Amount("tax_total"));
        var tax = order.Items("items").Sum(item => item.Amount("tax_total")) + shippingTax;
        return OrderAmounts.Of(lines, Amount(methods.Sum(method => method.Amount("total")) - shippingTax), Money.Zero(currency), Money.Zero(currency), Amount(tax), Amount(order.Amount("total") + (order.AmountOrNull("credit_line_total") ?? 0)));
    }
}
