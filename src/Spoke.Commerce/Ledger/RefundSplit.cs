namespace Spoke.Commerce.Ledger;

/// <summary>Splits lump refunds over the parts of an order. Each takes only what the ones before it left; the parts sum to the refund exactly.</summary>
public static class RefundSplit
{
    /// <summary>The refunds in order of time, split over goods, shipping, fees, tips and tax in proportion to what is left of each, by the largest remainder.</summary>
    public static IReadOnlyList<Refund> Split(OrderAmounts charged, IEnumerable<(string Id, Money Total, SettlementState State, DateTimeOffset At, string? Reason)> refunds)
    {
        long[] left = [charged.ItemsNet.Minor, charged.Shipping.Minor, charged.Fees.Minor, charged.Tips.Minor, charged.Tax.Minor];
        var split = new List<Refund>();
        foreach (var refund in refunds.OrderBy(r => r.At))
        {
            var parts = Parts(left, refund.Total.Minor);
            if (refund.State == SettlementState.Settled)
                for (var i = 0; i < left.Length; i++) left[i] -= parts[i];
            Money Part(int i) => new(parts[i], refund.Total.Currency);
            split.Add(new Refund { Id = refund.Id, Total = refund.Total, State = refund.State, At = refund.At, Reason = refund.Reason, Items = Part(0), Shipping = Part(1), Fees = Part(2), Tips = Part(3), Tax = Part(4), Estimated = true });
        }
        return split;
    }

    private static long[] Parts(long[] left, long amount)
    {
        var whole = left.Sum(part => Math.Max(0, part));
        var parts = new long[left.Length];
        if (whole == 0)
        {
            parts[0] = amount;   // more was given back than is known to have been charged: goods carry it
            return parts;
        }
        var exact = left.Select(part => (decimal)Math.Max(0, part) * amount / whole).ToArray();
        for (var i = 0; i < parts.Length; i++) parts[i] = (long)Math.Floor(exact[i]);
        var missing = amount - parts.Sum();
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => exact[i] - parts[i]).Take((int)missing)) parts[i]++;
        return parts;
    }
}
