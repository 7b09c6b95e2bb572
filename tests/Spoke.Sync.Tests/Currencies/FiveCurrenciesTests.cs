using System.Globalization;
using CsCheck;

namespace Spoke.Sync.Tests.Currencies;

/// <summary>Guarantee 6 the whole way through: what a shop has sold and given back, what the ledger says and what HubSpot shows are one sum, to the minor unit.</summary>
public sealed class FiveCurrenciesTests
{
    private static readonly Gen<Item> Items = Gen.Select(Gen.Int[1, 5], Gen.Long[1, 99_999], Gen.Int[0, 100], Gen.Int[0, 3].Select(i => new[] { 0, 7, 19, 25 }[i]), Gen.Int[0, 9])
        .Select((quantity, price, percent, rate, card) => card == 0 ? new Item(quantity, price, 0, 0, GiftCard: true) : new Item(quantity, price, percent < 50 ? 0 : price * quantity * (percent - 50) / 100, rate));

    private static readonly Gen<Purchase> Purchases = Gen.Select(
        Gen.Select(Items.Array[1, 4], Gen.Long[0, 2_000], Gen.Int[0, 60], Gen.Int[0, 4]),
        Gen.Select(Gen.Int[0, 4], Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Bool), Gen.Bool)
        .Select((bought, after, added) => new Purchase(bought.Item1, bought.Item2, bought.Item2 * bought.Item3 / 100, after.Item1 > 0, after.Item2, after.Item3, after.Item4, after.Item5, added, bought.Item4));

    [Fact]
    public Task Shop_ledger_and_HubSpot_agree_to_the_minor_unit_before_and_after_refunds_and_edits() => Purchases.Array[1, 6].Array[5].SampleAsync(async bought =>
    {
        await using var five = await FiveShops.StartAsync();
        await BuyAsync(five, bought);
        await five.AssertEqualAsync();
        foreach (var books in five.Books.Values) books.GoOn();
        await five.PassAsync();
        await five.AssertEqualAsync();
    }, iter: 4, threads: 1);

    [Fact]
    public async Task A_sum_in_HubSpot_that_is_out_by_one_minor_unit_is_found_out()
    {
        await using var five = await FiveShops.StartAsync();
        await BuyAsync(five, [.. Enumerable.Range(0, 5).Select(_ => new[] { Plain })]);
        await five.AssertEqualAsync();
        foreach (var (@object, property) in new[] { ("orders", "hs_tax"), ("orders", "hs_total_price"), ("orders", "hs_shipping_cost"), ("orders", "hs_order_discount"), ("orders", "hs_refund_amount"), ("orders", "spoke_net_revenue"), ("contacts", "spoke_total_spent") })
        {
            var record = (await five.AllAsync(@object, ["spoke_key", property])).Single(r => r["spoke_key"]!.StartsWith("shop-kwd:", StringComparison.Ordinal));
            var amount = decimal.Parse(record[property]!, CultureInfo.InvariantCulture) + 0.001m;
            await five.SetAsync(@object, record.Id, property, amount.ToString("F3", CultureInfo.InvariantCulture));
            Assert.Contains("Sums {", (await Assert.ThrowsAsync<Xunit.Sdk.EqualException>(five.AssertEqualAsync)).Message);
            await five.SetAsync(@object, record.Id, property, record[property]!);
        }
        await five.AssertEqualAsync();
    }

    [Fact]
    public async Task A_tax_that_the_shop_rounds_otherwise_is_found_out()
    {
        await using var five = await FiveShops.StartAsync();
        foreach (var books in five.Books.Values) books.Buy(Plain);
        five.Mistake("shop-jpy");
        await five.PassAsync();
        Assert.Contains("Sums {", (await Assert.ThrowsAsync<Xunit.Sdk.EqualException>(five.AssertEqualAsync)).Message);
    }

    private static Purchase Plain => new([new Item(3, 333, 10, 19), new Item(1, 501, 0, 7)], 490, 90, true, true, true, 2, true, true, 1);

    private static Task BuyAsync(FiveShops five, Purchase[][] bought)
    {
        foreach (var (books, purchases) in five.Books.Values.Zip(bought))
            foreach (var purchase in purchases) books.Buy(purchase);
        return five.PassAsync();
    }
}
