using CsCheck;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Ledger;

public sealed class OrderAmountsTests
{
    [Fact]
    public void Lines_are_added_at_their_own_precision_and_rounded_once()
    {
        var third = new LineMoney(0.333333m, "EUR");
        var amounts = Of([Line(third), Line(third), Line(third)], total: 100);
        Assert.Equal(new Money(100, "EUR"), amounts.ItemsNet);
        Assert.False(amounts.Mismatch(3));
    }

    [Theory]
    [InlineData(1003, 3, false)]
    [InlineData(997, 3, false)]
    [InlineData(1004, 3, true)]
    [InlineData(996, 3, true)]
    [InlineData(1001, 0, false)]
    public void Parts_and_total_may_differ_by_one_minor_unit_a_line(long total, int lines, bool mismatch) =>
        Assert.Equal(mismatch, Of([Line(new Money(1000, "EUR"))], total).Mismatch(lines));

    [Fact]
    public void A_gift_card_sold_is_in_the_total_but_in_no_revenue()
    {
        var amounts = Of([Line(new Money(5000, "EUR")), Line(new Money(2500, "EUR")) with { GiftCard = true }], total: 7500);
        Assert.Equal(new Money(5000, "EUR"), amounts.ItemsGross);
        Assert.Equal(new Money(5000, "EUR"), amounts.ItemsNet);
        Assert.Equal(new Money(2500, "EUR"), amounts.GiftCards);
        Assert.Equal(amounts.Total, amounts.Sum);
    }

    [Fact]
    public void The_parts_sum_to_the_total_whatever_the_lines() => Gen.Select(Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[0, 100], Gen.Bool).Array[0, 12], Gen.Long[0, 5_000], Gen.Long[0, 3_000], Gen.Long[0, 900]).Sample((lines, shipping, fees, tips) =>
    {
        // Thousandths of a cent: finer than the order keeps.
        List<OrderLine> made = [.. lines.Select(l => Line(new LineMoney(l.Item1 / 100_000m, "EUR"), new LineMoney(l.Item1 * l.Item2 / 10_000_000m, "EUR")) with { GiftCard = l.Item3 })];
        var exact = LineMoney.Sum(made.Select(l => l.Net + l.Tax), "EUR") + new Money(shipping + fees + tips, "EUR");
        var tax = LineMoney.Sum(made.Select(l => l.Tax), "EUR").Rounded();
        var amounts = OrderAmounts.Of(made, new Money(shipping, "EUR"), new Money(fees, "EUR"), new Money(tips, "EUR"), tax, exact.Rounded());
        Assert.False(amounts.Mismatch(made.Count));
        Assert.Equal(LineMoney.Sum(made.Where(l => !l.GiftCard).Select(l => l.Net), "EUR").Rounded(), amounts.ItemsNet);
    });

    private static OrderAmounts Of(IReadOnlyList<OrderLine> lines, long total) =>
        OrderAmounts.Of(lines, Money.Zero("EUR"), Money.Zero("EUR"), Money.Zero("EUR"), Money.Zero("EUR"), new Money(total, "EUR"));

    private static OrderLine Line(LineMoney gross, LineMoney? discount = null)
    {
        var off = discount ?? LineMoney.Zero("EUR");
        return new() { Id = "1", Name = "Mug", Quantity = 1, UnitPrice = gross, Gross = gross, Discount = off, Tax = new LineMoney((gross - off).Major / 5, "EUR") };
    }
}
