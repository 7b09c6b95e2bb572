using CsCheck;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>The ledger's amounts come to the shop's own, whatever was bought, edited and given back. The shop counts by itself and shares no code with the ledger.</summary>
public sealed class ShopifyMoneyTests
{
    private sealed record Bought(int Quantity, int Price, int DiscountPercent, int Rate, bool GiftCard, int Duty);

    private sealed record Case(Bought[] Lines, int Shipping, int ShippingDiscount, int Tip, int Refunds, int GiftCardPaid, int Removed, int Extra);

    private static readonly Gen<Bought> GenLine = Gen.Select(Gen.Int[1, 5], Gen.Int[1, 99_999], Gen.Int[0, 100], Gen.Int[0, 3].Select(i => new[] { 0, 7, 19, 25 }[i]), Gen.Int[0, 9], Gen.Int[0, 3])
        .Select((quantity, price, discount, rate, card, duty) => card == 0 ? new Bought(quantity, price, 0, 0, true, 0) : new Bought(quantity, price, discount < 50 ? 0 : discount - 50, rate, false, duty == 0 ? 250 : 0));

    private static readonly Gen<Case> GenCase = Gen.Select(GenLine.Array[1, 5], Gen.Int[0, 2_000], Gen.Int[0, 100], Gen.Int[0, 500], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[-40, 400])
        .Select((lines, shipping, shippingDiscount, tip, refunds, card, removed, extra) => new Case(lines, shipping, shippingDiscount, tip < 250 ? 0 : tip, refunds, card, removed, extra));

    [Fact]
    public async Task More_refund_payments_and_shipping_lines_than_an_answer_holds_are_read_whole()
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { BucketSize = 1e9 });
        var order = scene.Shop.Place(new NewOrder("many@example.com", [new NewLine("Tea", 1, 100)]) { Shipping = 1 });
        order.Shipping.AddRange(Enumerable.Range(1, 11).Select(i => new ShopShipping(900 + i, "Parcel", 1, 0, 0)));
        scene.Shop.Pay(order);
        scene.Shop.Refund(order, 1).Transactions.AddRange(Enumerable.Range(1, 11).Select(i => new ShopTransaction(800 + i, "REFUND", "SUCCESS", 1, "gift_card", order.UpdatedAt)));
        var read = await scene.OrderAsync(order);
        Assert.Equal((112m, 12m, 12m), (read.Amounts.Total.Major, read.Amounts.Shipping.Major, Assert.Single(read.Refunds).Total.Major));
        Assert.Empty(LedgerNotice.Of(read));
        var exported = (Order)scene.Connector.Normalise((await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, null, TestContext.Current.CancellationToken))).SelectMany(page => page.Changes).Single())[0];
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(read), System.Text.Json.JsonSerializer.Serialize(exported));
    }

    [Theory]
    [InlineData("EUR", true)]
    [InlineData("EUR", false)]
    [InlineData("JPY", true)]
    [InlineData("JPY", false)]
    [InlineData("KWD", true)]
    [InlineData("KWD", false)]
    public async Task Ledger_and_shop_agree_to_the_minor_unit(string currency, bool included)
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Currency = currency, TaxesIncluded = included, BucketSize = 1e9 });
        var unit = Money.Exponent(currency) switch { 0 => 1m, 3 => 0.001m, _ => 0.01m };
        await GenCase.SampleAsync(async sample =>
        {
            var (shop, made) = Make(scene.Shop, sample, unit);
            var order = await scene.OrderAsync(made);
            Money Of(decimal major) => Money.FromMajor(major, currency);

            Assert.DoesNotContain(LedgerNotice.Of(order), notice => notice.Kind == LedgerNoticeKind.MoneyMismatch);
            Assert.Equal(order.Amounts.Total, order.Amounts.Sum);
            Assert.Equal(Of(shop.Total), order.Amounts.Total);
            Assert.Equal(Of(shop.Tax), order.Amounts.Tax);
            Assert.Equal(Of(shop.GiftCards), order.Amounts.GiftCards);
            Assert.Equal(Of(made.Paid), order.Payments.Where(p => p.State == SettlementState.Settled).Aggregate(Money.Zero(currency), (sum, p) => sum + p.Amount));
            Assert.Equal(Of(made.Refunded), order.Refunds.Aggregate(Money.Zero(currency), (sum, r) => sum + r.Total));
            foreach (var refund in order.Refunds)
            {
                Assert.Equal(refund.Total, refund.Items + refund.Shipping + refund.Fees + refund.Tips + refund.Tax + refund.OffOrder);
                Assert.All(new[] { refund.Items, refund.Shipping, refund.Fees, refund.Tips, refund.Tax }, part => Assert.True(part.Minor >= 0, $"a part of {refund} is negative"));
            }
            Assert.Equal(Of(made.Paid - made.Refunded), OrderFigures.Of(order).Collected);
            // What Shopify calls current: without the lines of refunds that gave money back.
            Assert.Equal(made.Refunds.Where(r => r.Transactions.Count > 0).Aggregate(Of(shop.Total), (left, r) => left - Of(r.Lines.Sum(line => line.Subtotal + (included ? 0 : line.Tax)))), OrderFigures.CurrentTotal(order));
        }, iter: 60, threads: 1);
    }

    [Fact]
    public async Task A_refund_of_everything_leaves_no_revenue()
    {
        foreach (var included in new[] { true, false })
        {
            await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { TaxesIncluded = included });
            var order = scene.Shop.Place(new NewOrder("all@example.com", [new NewLine("Tea", 3, 9.99m, Discount: 1, TaxRate: 0.19m), new NewLine("Cup", 1, 5, TaxRate: 0.07m)]) { Shipping = 4.90m, ShippingTaxRate = 0.19m });
            scene.Shop.Pay(order);
            scene.Shop.Refund(order, 0, [(order.Lines[0], 1)]);
            scene.Shop.Refund(order, 0, [(order.Lines[0], 2), (order.Lines[1], 1)], order.Shipping[0].Price, order.Shipping[0].Tax);
            var read = await scene.OrderAsync(order);
            Assert.Equal(PaymentStatus.Refunded, read.Payment);
            Assert.Equal(0, OrderFigures.Of(read).NetRevenue.Minor);
            Assert.Equal(read.Amounts.Shipping, read.Refunds[1].Shipping);
            Assert.Equal(read.Amounts.Tax, read.Refunds[0].Tax + read.Refunds[1].Tax);
            Assert.All(read.Refunds, refund => Assert.False(refund.Estimated));
        }
    }

    [Fact]
    public async Task A_gift_card_sold_is_no_revenue_and_one_redeemed_is_a_payment()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("card@example.com", [new NewLine("Gift card", 1, 50, GiftCard: true), new NewLine("Tea", 1, 11.90m, TaxRate: 0.19m)]));
        scene.Shop.Pay(order, 20, "gift_card");
        scene.Shop.Pay(order);
        var read = await scene.OrderAsync(order);
        Assert.Equal((5000L, 1000L, 190L, 6190L), (read.Amounts.GiftCards.Minor, read.Amounts.ItemsNet.Minor, read.Amounts.Tax.Minor, read.Amounts.Total.Minor));
        Assert.Equal(["gift_card", "shopify_payments"], read.Payments.Select(p => p.Method));
        Assert.Equal(6190, OrderFigures.Of(read).Collected.Minor);
    }

    [Fact]
    public async Task Units_taken_off_lower_the_total_and_a_refund_of_them_lowers_no_revenue()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("edit@example.com", [new NewLine("Tea", 2, 10)]));
        scene.Shop.Pay(order);
        scene.Shop.RemoveUnits(order, order.Lines[0], 1);
        scene.Shop.Refund(order, 10);
        var read = await scene.OrderAsync(order);
        Assert.Equal((1000L, 1, 2), (read.Amounts.Total.Minor, read.Lines[0].Quantity, read.Lines[0].OrderedQuantity));
        Assert.Equal(1000, Assert.Single(read.Refunds).OffOrder.Minor);
        Assert.Equal(1000, OrderFigures.Of(read).NetRevenue.Minor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_order_whose_tax_is_told_as_one_sum_keeps_it(bool included)
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { TaxesIncluded = included });
        var placed = scene.Shop.Place(new NewOrder("sum@example.com", [new NewLine("Tea", 3, 3.33m, TaxRate: 0.19m), new NewLine("Cup", 1, 5.01m, TaxRate: 0.19m)]));
        var change = (await scene.Connector.ReadOneAsync(EntityKind.Order, ShopifyScene.Id(placed), TestContext.Current.CancellationToken))!;
        var payload = System.Text.Json.Nodes.JsonNode.Parse(change.Payload.Span)!;
        foreach (var line in payload["node"]!["lineItems"]!["nodes"]!.AsArray()) line!["taxLines"] = new System.Text.Json.Nodes.JsonArray();
        var order = (Order)scene.Connector.Normalise(change with { Payload = System.Text.Encoding.UTF8.GetBytes(payload.ToJsonString()) })[0];
        Assert.Equal(placed.TotalTax, order.Amounts.Tax.Major);
        Assert.Equal(order.Amounts.Total, order.Amounts.Sum);
    }

    /// <summary>Buys, pays, edits and gives back as the case says, and counts what the shop must come to.</summary>
    private static ((decimal Total, decimal Tax, decimal GiftCards) Shop, ShopOrder Order) Make(ShopifyShop shop, Case sample, decimal unit)
    {
        var order = shop.Place(new NewOrder("money@example.com", [.. sample.Lines.Select((line, i) => new NewLine($"P{i}", line.Quantity, line.Price * unit, decimal.Floor(line.Price * line.Quantity * line.DiscountPercent / 100m) * unit, line.Rate / 100m, GiftCard: line.GiftCard, Duty: line.Duty * unit))])
        {
            Shipping = sample.Shipping * unit,
            ShippingDiscount = decimal.Floor(sample.Shipping * sample.ShippingDiscount / 100m) * unit,
            ShippingTaxRate = 0.19m,
            Tip = sample.Tip * unit,
        });
        decimal removed = 0, removedTax = 0, removedCards = 0;
        if (sample.Removed == 1)
        {
            shop.RemoveUnits(order, order.Lines[0], 1);
            var line = order.Refunds[0].Lines[0];
            (removed, removedTax) = (line.Subtotal + (order.TaxesIncluded ? 0 : line.Tax), line.Tax);
            if (line.Line.GiftCard) removedCards = line.Subtotal;
        }
        if (sample.GiftCardPaid > 0 && order.Outstanding > unit) shop.Pay(order, unit, "gift_card");
        if (order.Outstanding > 0) shop.Pay(order);
        for (var i = 0; i < sample.Refunds; i++)
        {
            var line = order.Lines[i % order.Lines.Count];
            var left = order.Paid - order.Refunded;
            if (line.Quantity > line.Removed && i != 2)
            {
                var extra = i == 1 ? sample.Extra * unit : 0;
                var subtotal = decimal.Round(line.Net / line.Quantity, 4) + (order.TaxesIncluded ? 0 : line.Tax / line.Quantity);
                if (subtotal + extra + unit < left && subtotal + extra > unit) shop.Refund(order, extra, [(line, 1)]);
            }
            else if (left > 3 * unit)
            {
                shop.Refund(order, decimal.Floor(left / unit / 3) * unit);
            }
        }
        return ((order.TotalPrice - removed, order.TotalTax - removedTax, order.Lines.Where(line => line.GiftCard).Sum(line => line.Net) - removedCards), order);
    }
}
