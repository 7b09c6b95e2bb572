using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>WooCommerce's amounts: decimal text in major units, lines before tax whether or not the shop's prices include it.</summary>
internal static class WooAmounts
{
    public static decimal Major(JsonElement row, string name)
    {
        var text = row.TextOrNull(name);
        if (string.IsNullOrEmpty(text)) return 0;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? amount : throw new FormatException($"'{name}' is no amount in what WooCommerce sent.");
    }

    public static LineMoney Line(JsonElement row, string name, string currency) => LineMoney.FromMajor(Major(row, name), currency);

    public static Money Whole(JsonElement row, string name, string currency) => Money.FromMajor(Major(row, name), currency);

    /// <summary>Plugins sell by weight: a part of a unit is a unit.</summary>
    public static int Quantity(JsonElement line) => checked((int)(Major(line, "quantity") is var quantity && quantity < 0 ? Math.Floor(quantity) : Math.Ceiling(quantity)));

    public static List<OrderLine> Lines(JsonElement order, string currency) => [.. order.Items("line_items").Select(line =>
    {
        var (before, after, quantity) = (Line(line, "subtotal", currency), Line(line, "total", currency), Quantity(line));
        var gross = before.Major < after.Major ? after : before;   // somebody raised the line by hand
        return new OrderLine
        {
            Id = line.Text("id"),
            VariantId = new[] { line.TextOrNull("variation_id"), line.TextOrNull("product_id") }.FirstOrDefault(id => id is not (null or "0")),
            Sku = line.Filled("sku"),
            Name = line.Filled("name") ?? "Item",
            Quantity = quantity,
            OrderedQuantity = quantity,
            UnitPrice = quantity == 0 ? LineMoney.Zero(currency) : LineMoney.FromMajor(gross.Major / quantity, currency),
            Gross = gross,
            Discount = gross - after,
            Tax = Line(line, "total_tax", currency),
        };
    })];

    public static OrderAmounts Of(JsonElement order, IReadOnlyList<OrderLine> lines, string currency) => OrderAmounts.Of(lines,
        shipping: Sum(order, "shipping_lines", "total", currency) ?? Whole(order, "shipping_total", currency),
        fees: Sum(order, "fee_lines", "total", currency) ?? Money.Zero(currency),
        tips: Money.Zero(currency),
        tax: Whole(order, "total_tax", currency),
        total: Whole(order, "total", currency)) with
    {
        StatedDiscounts = StatedDiscounts(order, currency),
    };

    // WooCommerce takes what somebody added to a line by hand off the discounts; here such a line has none.
    private static Money? StatedDiscounts(JsonElement order, string currency) => string.IsNullOrEmpty(order.TextOrNull("discount_total")) ? null
        : Money.FromMajor(Major(order, "discount_total") + order.Items("line_items").Sum(line => Math.Max(0, Major(line, "total") - Major(line, "subtotal"))), currency);

    /// <summary>Null where there are no such lines.</summary>
    public static Money? Sum(JsonElement row, string list, string name, string currency) =>
        row.Items(list).Any() ? LineMoney.Sum(row.Items(list).Select(line => Line(line, name, currency)), currency).Rounded() : null;
}
