using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>
/// Refunds in their parts. How much was given back is what the refund's payments say; its lines say what for. Where the two differ (a lump sum, a
/// goodwill amount, less than the lines' worth), the difference is split in proportion, so that the parts always come to what was paid back.
/// </summary>
internal static class ShopifyRefunds
{
    /// <summary>Units were taken off the order and no money went back.</summary>
    public static bool IsRemoval(ShopifyPayload payload, JsonElement refund) => refund.Major("totalRefundedSet") == 0 && !payload.Parts(refund, "transactions", "OrderTransaction").Any();

    /// <param name="amounts">The order without what was removed.</param>
    public static IReadOnlyList<Refund> Read(ShopifyPayload payload, OrderAmounts amounts, IReadOnlyList<Payment> payments, bool included, string currency)
    {
        var left = new Parts(amounts.ItemsNet, amounts.Shipping, amounts.Fees, amounts.Tips, amounts.Tax, amounts.GiftCards);
        var zero = Money.Zero(currency);
        var paid = payments.Where(p => p.State == SettlementState.Settled).Aggregate(zero, (sum, p) => sum + p.Amount);
        var surplus = paid > amounts.Total ? paid - amounts.Total : zero;
        var refunds = new List<Refund>();
        foreach (var refund in payload.Refunds.Where(r => !IsRemoval(payload, r)).OrderBy(At).ThenBy(r => r.Text("id").Length).ThenBy(r => r.Text("id"), StringComparer.Ordinal))
        {
            var (total, state) = Settled(payload, refund, currency);
            var told = Told(payload, refund, included, total);
            Parts parts;
            var estimated = told.Sum != total;
            if (told.Sum >= total)
            {
                parts = told.Sum == total ? told : Share(told, told.Sum, total);
            }
            else
            {
                var rest = total - told.Sum;
                var after = left.Less(told);
                parts = told.Plus(Share(after, after.Sum + surplus, rest));
            }
            if (state == SettlementState.Settled)
            {
                left = left.Less(parts);
                var beyond = total - parts.Sum;
                surplus = beyond < surplus ? surplus - beyond : zero;
            }
            var onOrder = parts.Sum - parts.GiftCards;
            refunds.Add(new Refund
            {
                Id = ShopifyId.Number(refund.Text("id")),
                Total = total,
                State = state,
                At = At(refund),
                Items = parts.Items,
                Shipping = parts.Shipping,
                Fees = parts.Fees,
                Tips = parts.Tips,
                Tax = parts.Tax,
                OffOrder = total - onOrder,
                OfLines = Money.FromMajor(payload.Parts(refund, "refundLineItems", "RefundLineItem").Sum(line => line.Major("subtotalSet") + (included ? 0 : line.Major("totalTaxSet"))), currency),
                Estimated = estimated,
                Reason = refund.Filled("note"),
            });
        }
        return refunds;
    }

    private static DateTimeOffset At(JsonElement refund) => refund.Moment("createdAt") ?? refund.Moment("processedAt") ?? default;

    private static (Money Total, SettlementState State) Settled(ShopifyPayload payload, JsonElement refund, string currency)
    {
        var transactions = payload.Parts(refund, "transactions", "OrderTransaction").Where(t => t.TextOrNull("kind") == "REFUND").ToList();
        Money Sum(Func<string?, bool> status) => Money.FromMajor(transactions.Where(t => status(t.TextOrNull("status"))).Sum(t => t.Major("amountSet")), currency);
        var settled = Sum(status => status == "SUCCESS");
        if (settled.Minor != 0 || transactions.Count == 0) return (settled.Minor != 0 ? settled : Money.FromMajor(refund.Major("totalRefundedSet"), currency), SettlementState.Settled);
        var pending = Sum(status => status is "PENDING" or "AWAITING_RESPONSE" or "UNKNOWN");
        return pending.Minor != 0 ? (pending, SettlementState.Pending) : (Sum(_ => true), SettlementState.Failed);
    }

    /// <summary>What the refund's lines come to.</summary>
    private static Parts Told(ShopifyPayload payload, JsonElement refund, bool included, Money total)
    {
        decimal items = 0, tax = 0, giftCards = 0;
        foreach (var line in payload.Parts(refund, "refundLineItems", "RefundLineItem"))
        {
            var (subtotal, lineTax) = (line.Major("subtotalSet"), line.Major("totalTaxSet"));
            if (line.Object("lineItem")?.Flag("isGiftCard") == true) giftCards += subtotal;
            else items += included ? subtotal - lineTax : subtotal;
            tax += lineTax;
        }
        decimal shipping = 0, shippingTax = 0;
        foreach (var line in payload.Parts(refund, "refundShippingLines", "RefundShippingLine"))
        {
            shipping += line.Major("subtotalAmountSet");
            shippingTax += line.Major("taxAmountSet");
        }
        // Whether the shipping's subtotal holds the tax as a line's does is not documented; the sum that was paid back tells.
        if (included && items + giftCards + tax + shipping + shippingTax > total.Major) shipping -= shippingTax;
        tax += shippingTax;
        Money Amount(decimal major) => Money.FromMajor(major, total.Currency);
        return new Parts(Amount(items), Amount(shipping), Amount(refund.Items("duties").Sum(duty => duty.Major("amountSet"))), Money.Zero(total.Currency), Amount(tax), Amount(giftCards));
    }

    /// <summary>An amount in the proportion of the parts; what is beyond their sum stays out.</summary>
    private static Parts Share(Parts of, Money paid, Money amount)
    {
        var order = new OrderAmounts { ItemsGross = of.Items, Discounts = Money.Zero(amount.Currency), Shipping = of.Shipping, Fees = of.Fees, Tips = of.Tips, Tax = of.Tax, GiftCards = of.GiftCards, Total = of.Sum };
        var split = RefundSplit.Split(order, paid, [new LumpRefund("", amount, SettlementState.Settled, default)])[0];
        var giftCards = split.OffOrder - (paid > of.Sum ? Least(paid - of.Sum, amount) : Money.Zero(amount.Currency));
        return new Parts(split.Items, split.Shipping, split.Fees, split.Tips, split.Tax, Least(giftCards, of.GiftCards));
    }

    private static Money Least(Money a, Money b) => a < b ? a : b;

    private sealed record Parts(Money Items, Money Shipping, Money Fees, Money Tips, Money Tax, Money GiftCards)
    {
        public Money Sum => Items + Shipping + Fees + Tips + Tax + GiftCards;

        public Parts Plus(Parts other) => new(Items + other.Items, Shipping + other.Shipping, Fees + other.Fees, Tips + other.Tips, Tax + other.Tax, GiftCards + other.GiftCards);

        public Parts Less(Parts other) => new(Rest(Items, other.Items), Rest(Shipping, other.Shipping), Rest(Fees, other.Fees), Rest(Tips, other.Tips), Rest(Tax, other.Tax), Rest(GiftCards, other.GiftCards));

        private static Money Rest(Money a, Money b) => a > b ? a - b : Money.Zero(a.Currency);
    }
}
