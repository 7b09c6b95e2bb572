using CsCheck;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Ledger;

public sealed class RefundSplitTests
{
    private static readonly Gen<OrderAmounts> Order = Gen.Select(Gen.Long[0, 100_000], Gen.Long[0, 5_000], Gen.Long[0, 2_000], Gen.Long[0, 2_000], Gen.Long[0, 20_000]).Select(
        (items, shipping, fees, tips, tax) => Amounts(items, shipping, fees, tips, tax));

    private static readonly Gen<LumpRefund[]> Refunds = Gen.Select(Gen.Long[1, 40_000], Gen.Int[0, 3].Select(i => i < 2 ? SettlementState.Settled : i == 2 ? SettlementState.Pending : SettlementState.Failed)).Array[0, 6]
        .Select(refunds => refunds.Select((r, i) => new LumpRefund($"r{i}", Eur(r.Item1), r.Item2, DateTimeOffset.UnixEpoch.AddHours(i / 2))).ToArray());

    [Fact]
    public void The_parts_of_every_refund_sum_to_it_exactly() => Gen.Select(Order, Refunds).Sample((order, refunds) =>
        Assert.All(RefundSplit.Split(order, order.Total, refunds), r => Assert.Equal(r.Total, r.Items + r.Shipping + r.Fees + r.Tips + r.Tax + r.OffOrder)));

    [Fact]
    public void Settled_refunds_never_take_more_of_a_part_than_it_was() => Gen.Select(Order, Refunds).Sample((order, refunds) =>
    {
        var settled = RefundSplit.Split(order, order.Total, refunds).Where(r => r.State == SettlementState.Settled).ToList();
        Assert.True(settled.Sum(r => r.Items.Minor) <= order.ItemsNet.Minor);
        Assert.True(settled.Sum(r => r.Shipping.Minor) <= order.Shipping.Minor);
        Assert.True(settled.Sum(r => r.Fees.Minor) <= order.Fees.Minor);
        Assert.True(settled.Sum(r => r.Tips.Minor) <= order.Tips.Minor);
        Assert.True(settled.Sum(r => r.Tax.Minor) <= order.Tax.Minor);
        if (settled.Sum(r => r.Total.Minor) <= order.Total.Minor) Assert.All(settled, r => Assert.Equal(0, r.OffOrder.Minor));
    });

    [Fact]
    public void The_order_in_which_refunds_arrive_does_not_matter() => Gen.Select(Order, Refunds, Gen.Int[0, 1000]).Sample((order, refunds, seed) =>
    {
        var shuffled = refunds.ToArray();
        new Random(seed).Shuffle(shuffled);
        Assert.Equal(RefundSplit.Split(order, order.Total, refunds), RefundSplit.Split(order, order.Total, shuffled));
    });

    [Fact]
    public void Refunds_of_everything_in_bits_give_every_part_back() => Gen.Select(Order, Gen.Long[1, 5_000]).Sample((order, bit) =>
    {
        var refunds = new List<LumpRefund>();
        for (long left = order.Total.Minor, i = 0; left > 0; left -= bit, i++) refunds.Add(new LumpRefund($"r{i}", Eur(Math.Min(bit, left)), SettlementState.Settled, DateTimeOffset.UnixEpoch.AddMinutes(i)));
        var split = RefundSplit.Split(order, order.Total, refunds);
        Assert.Equal(order.ItemsNet.Minor, split.Sum(r => r.Items.Minor));
        Assert.Equal(order.Tax.Minor, split.Sum(r => r.Tax.Minor));
    });

    [Fact]
    public void The_largest_remainder_gets_the_last_cent()
    {
        var refund = Assert.Single(RefundSplit.Split(Amounts(100, 100, 0, 0, 100), Eur(300), [Settled("r1", 100)]));
        Assert.Equal((34, 33, 33), (refund.Items.Minor, refund.Shipping.Minor, refund.Tax.Minor));
        Assert.True(refund.Estimated);
    }

    [Fact]
    public void A_second_refund_takes_only_what_the_first_left()
    {
        var split = RefundSplit.Split(Amounts(5000, 0, 0, 0, 0), Eur(5000), [Settled("r1", 1500), Settled("r2", 5000)]);
        Assert.Equal((1500, 3500, 1500), (split[0].Items.Minor, split[1].Items.Minor, split[1].OffOrder.Minor));
    }

    [Fact]
    public void What_is_given_back_for_units_taken_off_lowers_no_revenue()
    {
        // Two mugs at 50 were paid, one was taken off and refunded: the order stands at 50 and all of it is revenue.
        var refund = Assert.Single(RefundSplit.Split(Amounts(5000, 0, 0, 0, 0), paid: Eur(10000), [Settled("r1", 5000)]));
        Assert.Equal((0, 5000), (refund.Items.Minor, refund.OffOrder.Minor));
    }

    [Fact]
    public void A_pending_refund_takes_nothing_from_the_next()
    {
        var split = RefundSplit.Split(Amounts(5000, 0, 0, 0, 0), Eur(5000), [Settled("r1", 5000) with { State = SettlementState.Pending }, Settled("r2", 5000)]);
        Assert.Equal(5000, split[1].Items.Minor);
    }

    private static LumpRefund Settled(string id, long minor) => new(id, Eur(minor), SettlementState.Settled, DateTimeOffset.UnixEpoch);

    private static Money Eur(long minor) => new(minor, "EUR");

    private static OrderAmounts Amounts(long items, long shipping, long fees, long tips, long tax) => new()
    {
        ItemsGross = Eur(items),
        Discounts = Eur(0),
        Shipping = Eur(shipping),
        Fees = Eur(fees),
        Tips = Eur(tips),
        GiftCards = Eur(0),
        Tax = Eur(tax),
        Total = Eur(items + shipping + fees + tips + tax),
    };
}
