using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooMoneyTests
{
    private sealed record Purchase(int[] Quantities, int Coupon, bool Fee, int[] Refunds);

    private static readonly Gen<Purchase> Purchases = Gen.Select(Gen.Int[1, 7].Array[1, 8], Gen.Int[0, 60], Gen.Bool, Gen.Int[0, 4].Array[0, 4]).Select((quantities, coupon, fee, refunds) => new Purchase(quantities, coupon, fee, refunds));

    [Theory]
    [InlineData("EUR", 2, false)]
    [InlineData("USD", 2, true)]
    [InlineData("GBP", 2, true)]
    [InlineData("JPY", 0, false)]
    [InlineData("JPY", 0, true)]
    [InlineData("KWD", 3, true)]
    [InlineData("TND", 3, false)]
    public async Task Whatever_is_bought_and_given_back_the_parts_come_to_the_shops_total_to_the_minor_unit(string currency, int digits, bool taxInside)
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Currency = currency, Decimals = digits, PricesIncludeTax = taxInside });
        await Purchases.SampleAsync(async bought =>
        {
            var id = scene.Desk.Place("money@example.com", 0, [.. bought.Quantities.Select((quantity, i) => (i, quantity))]);
            if (bought.Coupon > 0) scene.Desk.ApplyCoupon(id, "SAVE", bought.Coupon / 100m);
            if (bought.Fee) scene.Desk.AddFee(id, "Gift wrap", 3m, Math.Round(0.57m, digits));
            scene.Desk.Pay(id);
            var placed = scene.Desk.Order(id);
            var total = Money.FromMajor(placed.Total, currency);
            foreach (var refund in bought.Refunds)
            {
                var left = Math.Round(placed.Total, digits, MidpointRounding.AwayFromZero) - placed.Refunds.Sum(r => r.Amount);
                if (refund < 2 && placed.Refunds.Count == 0) scene.Desk.RefundLine(id, 0, 1);
                else if (left > 0) scene.Desk.Refund(id, Math.Min(left, Math.Max(Math.Round(left * refund / 4, digits), 1m / (decimal)Math.Pow(10, digits))));
            }
            var order = await scene.OrderAsync(id);
            Assert.Equal(total, order.Amounts.Total);
            Assert.DoesNotContain(LedgerNotice.Of(order), notice => notice.Kind == LedgerNoticeKind.MoneyMismatch);
            Assert.True(Math.Abs((order.Amounts.Sum - total).Minor) <= 1, $"{order.Amounts}");
            PartsAreTheShops(placed, order);
            Assert.Equal(placed.Refunds.Sum(r => Money.FromMajor(r.Amount, currency).Minor), order.Refunds.Sum(r => r.Total.Minor));
            Assert.All(order.Refunds, r => Assert.Equal(r.Total, r.Items + r.Shipping + r.Fees + r.Tips + r.Tax + r.OffOrder));
            Assert.All(order.Refunds, r => Assert.True(new[] { r.Items, r.Shipping, r.Fees, r.Tax, r.OffOrder }.All(part => part.Minor >= 0), $"{r}"));
            var figures = OrderFigures.Of(order);
            Assert.True(figures.NetRevenue.Minor >= 0, $"net revenue is {figures.NetRevenue}");
            Assert.InRange(Math.Abs((figures.NetRevenue - Kept(placed, currency)).Minor), 0, placed.Refunds.Count);   // a refund's parts are whole units
            if (figures.Collected.Minor == 0) Assert.Equal((0, PaymentStatus.Refunded), (figures.NetRevenue.Minor, order.Payment));
        }, iter: 60, threads: 1);
    }

    [Fact]
    public async Task Discounts_that_the_shop_says_otherwise_than_its_lines_are_a_notice_and_a_line_raised_by_hand_is_none()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("discounts@example.com");
        scene.Desk.ApplyCoupon(id, "SAVE", 0.25m);
        scene.Desk.Change(id, order => order.Lines[1].Total = order.Lines[1].Subtotal + 3);
        var order = await scene.OrderAsync(id);
        Assert.Equal(order.Lines[0].Discount.Rounded(), order.Amounts.Discounts);
        Assert.Empty(LedgerNotice.Of(order));
        var told = await scene.Connector.ReadOneAsync(EntityKind.Order, WooScene.Text(id), WooScene.Cancel);
        var payload = JsonNode.Parse(told!.Payload.Span)!;
        payload["item"]!["discount_total"] = "1.00";   // as a plugin writes it
        var other = scene.Connector.Normalise(told with { Payload = Encoding.UTF8.GetBytes(payload.ToJsonString()) }).OfType<Order>().Single();
        Assert.Equal(order.Amounts.Discounts, other.Amounts.Discounts);
        Assert.Contains("The discounts", Assert.Single(LedgerNotice.Of(other), notice => notice.Kind == LedgerNoticeKind.MoneyMismatch).Text);
    }

    [Fact]
    public async Task A_full_refund_after_a_partial_one_takes_only_what_was_left()
    {
        await using var scene = await WooScene.StartAsync();
        var id = Fifty(scene);
        scene.Desk.Refund(id, 15m);
        scene.Desk.SetStatus(id, "refunded");   // WooCommerce gives back the other 35 by itself
        var order = await scene.OrderAsync(id);
        Assert.Equal((5000, 0, PaymentStatus.Refunded), (OrderFigures.Of(order).Refunded.Minor, OrderFigures.Of(order).NetRevenue.Minor, order.Payment));
        Assert.Equal([1500, 3500], order.Refunds.Select(r => r.Items.Minor));
    }

    [Fact]
    public async Task Sixty_five_given_back_on_fifty_lower_the_revenue_by_fifty()
    {
        await using var scene = await WooScene.StartAsync();
        var id = Fifty(scene);
        scene.Desk.Refund(id, 15m);
        scene.Desk.RefundAll(id);   // with its lines, as a plugin writes it that does not look at the refund before
        var order = await scene.OrderAsync(id);
        Assert.Equal([1500, 3500], order.Refunds.Select(r => r.Items.Minor));
        Assert.Equal([0, 1500], order.Refunds.Select(r => r.OffOrder.Minor));
        Assert.Equal(0, OrderFigures.Of(order).NetRevenue.Minor);
    }

    [Fact]
    public async Task A_refund_with_lines_is_taken_as_it_is_and_a_sum_without_them_is_an_estimate()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("lines@example.com");
        scene.Desk.Pay(id);
        var line = scene.Desk.Order(id).Lines[0];
        scene.Desk.RefundLine(id, 0, 1);
        scene.Desk.Refund(id, 3m);
        var order = await scene.OrderAsync(id);
        Assert.False(order.Refunds[0].Estimated);
        Assert.Equal((Money.FromMajor(line.Total / line.Quantity, "EUR"), 0), (order.Refunds[0].Items, order.Refunds[0].Shipping.Minor));
        Assert.True(order.Refunds[1].Estimated);
        Assert.True(order.Refunds[1].Shipping.Minor > 0);
    }

    [Fact]
    public async Task A_sum_above_its_lines_is_split_for_the_rest_and_one_below_them_as_a_whole()
    {
        await using var scene = await WooScene.StartAsync();
        var id = Fifty(scene);
        scene.Desk.RefundLine(id, 0, 1);
        scene.Desk.Order(id).Refunds[0].Lines[0].Total = -10m;
        var above = Assert.Single((await scene.OrderAsync(id)).Refunds);
        Assert.Equal((5000, true), (above.Items.Minor, above.Estimated));
        scene.Desk.Order(id).Refunds[0].Amount = 8m;
        var below = Assert.Single((await scene.OrderAsync(id)).Refunds);
        Assert.Equal((800, true), (below.Items.Minor, below.Estimated));
    }

    [Fact]
    public async Task A_refund_of_what_was_never_paid_is_a_notice_and_no_money()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("never@example.com");
        scene.Desk.SetStatus(id, "refunded");
        var order = await scene.OrderAsync(id);
        var figures = OrderFigures.Of(order);
        Assert.Equal((0, 0, false), (figures.Refunded.Minor, figures.Collected.Minor, figures.Counted));
        Assert.Contains(LedgerNotice.Of(order), notice => notice.Kind == LedgerNoticeKind.RefundOfUnpaid);
    }

    /// <summary>Each part is what the shop's own lines come to, added up first and rounded once.</summary>
    private static void PartsAreTheShops(WooOrder placed, Order order)
    {
        Money Sum(IEnumerable<WooLine> lines, Func<WooLine, decimal> part) => Money.FromMajor(lines.Sum(part), order.Currency);
        var (gross, net) = (Sum(placed.Lines, line => line.Subtotal), Sum(placed.Lines, line => line.Total));
        Assert.Equal((gross, gross - net, net), (order.Amounts.ItemsGross, order.Amounts.Discounts, order.Amounts.ItemsNet));
        Assert.Equal(Sum(placed.Shippings, line => line.Total), order.Amounts.Shipping);
        Assert.Equal(Sum(placed.Fees, line => line.Total), order.Amounts.Fees);
        Assert.Equal(Sum([.. placed.Lines, .. placed.Shippings, .. placed.Fees], line => line.TotalTax), order.Amounts.Tax);
    }

    /// <summary>What is left of the goods: a refund with lines takes theirs, one without takes of what is left its share of the whole.</summary>
    private static Money Kept(WooOrder placed, string currency)
    {
        var (goods, whole) = (placed.Lines.Sum(line => line.Total), placed.Total);
        foreach (var refund in placed.Refunds)
        {
            goods -= refund.Lines.Count > 0 ? -refund.Lines.Sum(line => line.Total) : refund.Amount * goods / whole;
            whole -= refund.Amount;
        }
        return Money.FromMajor(goods, currency);
    }

    private static long Fifty(WooScene scene)
    {
        var id = scene.Desk.Place("fifty@example.com", 0, (0, 1));
        scene.Desk.Change(id, order =>
        {
            order.Shippings.Clear();
            (order.Lines[0].Subtotal, order.Lines[0].Total, order.Lines[0].SubtotalTax, order.Lines[0].TotalTax) = (50m, 50m, 0m, 0m);
        });
        scene.Desk.Pay(id);
        return id;
    }
}
