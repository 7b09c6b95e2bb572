namespace Spoke.Commerce.Ledger;

/// <summary>A refund of which the store says only how much it was.</summary>
public sealed record LumpRefund(string Id, Money Total, SettlementState State, DateTimeOffset At, string? Reason = null);

/// <summary>Splits lump refunds over the parts of an order. Each takes only what the ones before it left; the parts sum to the refund exactly.</summary>
public static class RefundSplit
{
    /// <summary>
    /// In order of time: first what was paid beyond the order's total (units taken off it since), then goods, shipping, fees, tips, gift cards and tax
    /// in proportion to what is left of each, by the largest remainder.
    /// </summary>
    /// <param name="amounts">The order as it stands.</param>
    /// <param name="paid">All settled payments.</param>
    public static IReadOnlyList<Refund> Split(OrderAmounts amounts, Money paid, IEnumerable<LumpRefund> refunds)
    {
        long[] left = [.. new[] { amounts.ItemsNet, amounts.Shipping, amounts.Fees, amounts.Tips, amounts.Tax, amounts.GiftCards }.Select(part => Math.Max(0, part.Minor))];
        var surplus = Math.Max(0, (paid - amounts.Total).Minor);
        var split = new List<Refund>();
        foreach (var refund in refunds.OrderBy(r => r.At).ThenBy(r => r.Id.Length).ThenBy(r => r.Id, StringComparer.Ordinal))
        {
            var fromSurplus = Math.Min(surplus, refund.Total.Minor);
            var parts = Parts(left, refund.Total.Minor - fromSurplus);
            if (refund.State == SettlementState.Settled)
            {
                surplus -= fromSurplus;
                for (var i = 0; i < left.Length; i++) left[i] -= parts[i];
            }
            Money Part(int i) => new(parts[i], refund.Total.Currency);
            var onOrder = Part(0) + Part(1) + Part(2) + Part(3) + Part(4);
            split.Add(new Refund { Id = refund.Id, Total = refund.Total, State = refund.State, At = refund.At, Reason = refund.Reason, Items = Part(0), Shipping = Part(1), Fees = Part(2), Tips = Part(3), Tax = Part(4), OffOrder = refund.Total - onOrder, Estimated = true });
        }
        return split;
    }

    private static long[] Parts(long[] left, long amount)
    {
        var whole = left.Sum();
        if (amount >= whole) return [.. left];   // what goes beyond belongs to no part
        var shares = left.Select(part => Int128.DivRem((Int128)part * amount, whole)).ToArray();
        var parts = shares.Select(share => (long)share.Quotient).ToArray();
        var missing = (int)(amount - parts.Sum());
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => shares[i].Remainder).Take(missing)) parts[i]++;
        return parts;
    }
}
