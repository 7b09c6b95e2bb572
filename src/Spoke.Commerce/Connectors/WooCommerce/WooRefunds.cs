using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// Refunds in their parts. WooCommerce takes a sum and, if the shop's people were so kind, the lines it is for; the sum is what counts.
/// What lines do not explain is split in proportion to what is left, and no refund takes of a part what an earlier one took.
/// </summary>
internal static class WooRefunds
{
    public static IReadOnlyList<Refund> Of(IEnumerable<JsonElement> refunds, OrderAmounts amounts, string currency)
    {
        var left = Whole(amounts);
        var all = new List<Refund>();
        foreach (var json in refunds.OrderBy(r => r.Moment("date_created_gmt") ?? default).ThenBy(r => r.Whole("id")))
        {
            var refund = One(json, left, currency);
            left = Less(left, refund);
            all.Add(refund);
        }
        return all;
    }

    // Parts are rounded one by one and may differ from the total by a unit. The tax bears it, so that a full refund leaves no revenue.
    private static OrderAmounts Whole(OrderAmounts amounts)
    {
        var off = amounts.Total - amounts.Sum;
        return amounts.Tax > Money.Zero(off.Currency) ? amounts with { Tax = amounts.Tax + off } : amounts.Shipping > Money.Zero(off.Currency) ? amounts with { Shipping = amounts.Shipping + off } : amounts;
    }

    private static Refund One(JsonElement json, OrderAmounts left, string currency)
    {
        var total = WooAmounts.Whole(json, "amount", currency);
        var named = Named(json, currency);
        var sum = named.Aggregate(0L, (s, part) => s + part);
        // Each part is rounded by itself; what that leaves goes with the largest.
        var lines = json.Items("line_items").Count() + json.Items("shipping_lines").Count() + json.Items("fee_lines").Count();
        if (sum != 0 && Math.Abs(total.Minor - sum) <= Math.Max(1, lines))
        {
            named[Array.IndexOf(named, named.Max())] += total.Minor - sum;
            sum = total.Minor;
        }
        if (sum > total.Minor || named.Any(part => part < 0)) (named, sum) = ([0, 0, 0, 0], 0);   // lines that claim more than was given back explain nothing
        long[] limits = [left.ItemsNet.Minor, left.Shipping.Minor, left.Fees.Minor, left.Tax.Minor];
        for (var i = 0; i < named.Length; i++) named[i] = Math.Min(named[i], Math.Max(0, limits[i]));
        Money Amount(long minor) => new(minor, currency);
        var at = json.Moment("date_created_gmt") ?? default;
        var refund = new Refund { Id = json.Text("id"), Total = total, State = SettlementState.Settled, At = at, Reason = json.Filled("reason"), Items = Amount(named[0]), Shipping = Amount(named[1]), Fees = Amount(named[2]), Tips = Amount(0), Tax = Amount(named[3]), OffOrder = Amount(sum - named.Sum()) };
        if (sum == total.Minor) return refund;
        var rest = Less(left, refund);
        var split = RefundSplit.Split(rest, rest.Total, [new LumpRefund(refund.Id, Amount(total.Minor - sum), SettlementState.Settled, at)])[0];
        return refund with { Items = refund.Items + split.Items, Shipping = refund.Shipping + split.Shipping, Fees = refund.Fees + split.Fees, Tips = split.Tips, Tax = refund.Tax + split.Tax, OffOrder = refund.OffOrder + split.OffOrder, Estimated = true };
    }

    // Goods, shipping, fees, tax; WooCommerce writes them as negative amounts.
    private static long[] Named(JsonElement json, string currency)
    {
        long Part(string list, string name) => -(WooAmounts.Sum(json, list, name, currency)?.Minor ?? 0);
        var tax = -LineMoney.Sum(new[] { "line_items", "shipping_lines", "fee_lines" }.SelectMany(list => json.Items(list)).Select(line => WooAmounts.Line(line, "total_tax", currency)), currency).Rounded().Minor;
        return [Part("line_items", "total"), Part("shipping_lines", "total"), Part("fee_lines", "total"), tax];
    }

    private static OrderAmounts Less(OrderAmounts left, Refund refund) => left with
    {
        ItemsGross = left.ItemsNet - refund.Items,
        Discounts = Money.Zero(left.Total.Currency),
        Shipping = left.Shipping - refund.Shipping,
        Fees = left.Fees - refund.Fees,
        Tips = left.Tips - refund.Tips,
        Tax = left.Tax - refund.Tax,
        Total = left.Total - refund.Total,
    };
}
