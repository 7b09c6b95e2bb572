using System.Text;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooHistoryTests
{
    [Fact]
    public async Task A_long_history_is_read_to_the_last_order_and_the_same_seed_makes_the_same()
    {
        var options = new WooOptions { Orders = 8_000, Customers = 60_000, Products = 5_000, Drafts = 0, GuestPercent = 20, Seed = 7 };
        await using var scene = await WooScene.StartAsync(options, o => o.PageSize = 100);
        var (count, last, total) = (0, 0L, 0m);
        await foreach (var page in scene.Connector.ReadAllAsync(EntityKind.Order, null, WooScene.Cancel))
        {
            Assert.Equal(8_000, page.Total);
            foreach (var change in page.Changes)
            {
                var id = long.Parse(change.PlatformId, System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(id > last);
                (count, last) = (count + 1, id);
            }
            total += page.Changes.Take(1).SelectMany(scene.Connector.Normalise).OfType<Order>().Sum(order => order.Amounts.Total.Major);
        }
        Assert.Equal(8_000, count);
        await using var twin = await WooShop.StartAsync(options, WooScene.Cancel);
        await using var other = WooScene.Connect(twin, o => o.PageSize = 100);
        foreach (var id in new[] { "1000000", "1004000", "1007999" })
            Assert.Equal(await TextAsync(scene.Connector, scene.Shop, id), await TextAsync(other, twin, id));
        Assert.True(total > 0);
    }
    private static async Task<string> TextAsync(WooConnector connector, WooShop shop, string id) =>
        Encoding.UTF8.GetString((await connector.ReadOneAsync(EntityKind.Order, id, WooScene.Cancel))!.Payload.Span).Replace(shop.BaseUrl.ToString(), "https://shop/", StringComparison.Ordinal);
}
