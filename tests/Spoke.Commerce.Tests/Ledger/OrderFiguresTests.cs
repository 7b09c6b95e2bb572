using CsCheck;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Ledger;

public sealed class OrderFiguresTests
{
    [Fact]
    public void Only_settled_refunds_count()
    {
        var figures = OrderFigures.Of(Order(1000, paid: 1000, (300, SettlementState.Settled), (500, SettlementState.Pending), (100, SettlementState.Failed)));
        Assert.Equal((300, 700, 700), (figures.Refunded.Minor, figures.NetRevenue.Minor, figures.Collected.Minor));
        Assert.True(figures.Counted && figures.Kept);
    }

    [Fact]
    public void A_refund_of_an_order_never_paid_is_ignored_with_a_notice()
    {
        var order = Order(1000, paid: 0, (300, SettlementState.Settled));
        var figures = OrderFigures.Of(order);
        Assert.Equal((0, 1000, 0), (figures.Refunded.Minor, figures.NetRevenue.Minor, figures.Collected.Minor));
        Assert.False(figures.Counted);
        Assert.Equal(LedgerNoticeKind.RefundOfUnpaid, Assert.Single(LedgerNotice.Of(order)).Kind);
    }

    [Fact]
    public void A_gift_card_redeemed_is_a_payment_like_any_other()
    {
        var order = Order(1000, paid: 400) with { };
        order = order with { Payments = [.. order.Payments, new Payment { Id = "g", Amount = new Money(600, "EUR"), State = SettlementState.Settled, Method = "gift card" }] };
        Assert.Equal((1000, 1000), (OrderFigures.Of(order).NetRevenue.Minor, OrderFigures.Of(order).Collected.Minor));
    }

    [Theory]
    [InlineData(OrderLifecycle.Cancelled, 1000, 1000, false)]   // everything given back
    [InlineData(OrderLifecycle.Cancelled, 1000, 400, true)]     // money stayed
    [InlineData(OrderLifecycle.Open, 1000, 1000, true)]         // refunded in full, but it was an order
    [InlineData(OrderLifecycle.Open, 0, 0, false)]              // never paid
    [InlineData(OrderLifecycle.Draft, 1000, 0, false)]
    public void An_order_counts_once_money_came_in_and_some_stayed_or_it_was_not_cancelled(OrderLifecycle lifecycle, long paid, long refunded, bool counted)
    {
        var order = Order(1000, paid, (refunded, SettlementState.Settled)) with { Lifecycle = lifecycle };
        Assert.Equal(counted, OrderFigures.Of(order).Counted);
        Assert.False(OrderFigures.Of(order with { Test = true }).Counted);
        Assert.False(OrderFigures.Of(order with { Deleted = true }).Counted);
    }

    [Theory]
    [InlineData(OrderLifecycle.Open, 0, true)]
    [InlineData(OrderLifecycle.Cancelled, 0, false)]
    [InlineData(OrderLifecycle.Draft, 0, false)]
    [InlineData(OrderLifecycle.Cancelled, 1000, true)]   // paid, and nothing was given back
    public void Where_nobody_marks_what_is_paid_an_order_counts_unless_it_was_cancelled(OrderLifecycle lifecycle, long paid, bool counted)
    {
        var order = Order(1000, paid) with { Lifecycle = lifecycle, CountsUnpaid = true };
        Assert.Equal((counted, paid), (OrderFigures.Of(order).Counted, OrderFigures.Of(order).Collected.Minor));
        Assert.False(OrderFigures.Of(order with { Test = true }).Counted);
    }

    [Theory]
    [InlineData(PaymentStatus.Pending, true)]
    [InlineData(PaymentStatus.None, true)]
    [InlineData(PaymentStatus.Failed, false)]
    [InlineData(PaymentStatus.Voided, false)]
    [InlineData(PaymentStatus.Refunded, false)]
    public void Where_nobody_marks_what_is_paid_a_payment_that_failed_is_no_order_and_what_came_back_is_no_revenue(PaymentStatus payment, bool counted)
    {
        var order = Order(1000, paid: 0, (300, SettlementState.Settled)) with { Payment = payment, CountsUnpaid = true };
        Assert.Equal((counted, 700, 0), (OrderFigures.Of(order).Counted, OrderFigures.Of(order).NetRevenue.Minor, OrderFigures.Of(order).Collected.Minor));
        Assert.DoesNotContain(LedgerNotice.Of(order), notice => notice.Kind == LedgerNoticeKind.RefundOfUnpaid);
        Assert.Contains(LedgerNotice.Of(order with { CountsUnpaid = null }), notice => notice.Kind == LedgerNoticeKind.RefundOfUnpaid);
    }

    [Fact]
    public void Parts_that_do_not_come_to_the_total_are_a_notice()
    {
        var order = Order(1000, paid: 1000);
        Assert.Empty(LedgerNotice.Of(order));
        var wrong = order with { Amounts = order.Amounts with { Total = new Money(1100, "EUR") } };
        Assert.Contains("10.00 EUR", Assert.Single(LedgerNotice.Of(wrong)).Text);
    }

    [Fact]
    public void Revenue_is_never_less_than_nothing_and_never_more_than_the_goods() => Gen.Select(Gen.Long[0, 100_000], Gen.Long[0, 100_000], Gen.Long[0, 60_000].Array[0, 4]).Sample((goods, paid, refunds) =>
    {
        var figures = OrderFigures.Of(Order(goods, paid, [.. refunds.Select(r => (r, SettlementState.Settled))]));
        Assert.InRange(figures.NetRevenue.Minor, 0, goods);
    });

    [Fact]
    public void A_customers_sums_are_those_of_the_orders_a_currency_at_a_time()
    {
        var orders = new[] { Order(1000, 1000), Order(500, 500, (200, SettlementState.Settled)), Order(700, 0), Order(900, 900, (900, SettlementState.Settled)) with { Lifecycle = OrderLifecycle.Cancelled } };
        var row = Assert.Single(CustomerAggregates.Of(orders));
        Assert.Equal((2, 1300, 1300, 750), (row.OrdersCount, row.TotalSpent.Minor, row.NetSpent.Minor, row.AverageOrderValue!.Value.Minor));
        Assert.Empty(CustomerAggregates.Of([]));
    }

    private static Order Order(long goods, long paid, params (long Minor, SettlementState State)[] refunds)
    {
        Money Eur(long minor) => new(minor, "EUR");
        var line = new OrderLine { Id = "1", Name = "Mug", Quantity = 1, UnitPrice = Eur(goods), Gross = Eur(goods), Discount = Eur(0), Tax = Eur(0) };
        var amounts = OrderAmounts.Of([line], Eur(0), Eur(0), Eur(0), Eur(0), Eur(goods));
        return new Order
        {
            PlatformId = "1",
            Version = 1,
            Number = "1001",
            Currency = "EUR",
            PlacedAt = DateTimeOffset.UnixEpoch,
            Lines = [line],
            Amounts = amounts,
            Payments = paid == 0 ? [] : [new Payment { Id = "p", Amount = Eur(paid), State = SettlementState.Settled }],
            Refunds = RefundSplit.Split(amounts, Eur(paid), refunds.Where(r => r.Minor > 0).Select((r, i) => new LumpRefund($"r{i}", Eur(r.Minor), r.State, DateTimeOffset.UnixEpoch.AddDays(i)))),
        };
    }
}
