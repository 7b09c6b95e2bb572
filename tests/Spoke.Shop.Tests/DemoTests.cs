using System.Text.Json;

namespace Spoke.Shop.Tests;

public sealed class DemoTests
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    [Fact]
    public async Task The_history_is_believable()
    {
        await using var shop = await RunningShop.StartAsync(o => (o.DemoTraffic, o.DemoInterval) = (true, Never));
        var orders = (await shop.GetAsync("/admin/orders?limit=250")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(80, orders.Count);
        Assert.Equal(40, (await shop.GetAsync("/admin/customers?limit=250")).GetProperty("items").EnumerateArray().Count(c => !c.GetProperty("guest").GetBoolean()));
        Assert.Equal(12, (await shop.GetAsync("/api/products")).GetArrayLength());
        Assert.Superset(new HashSet<string?> { "paid", "shipped", "delivered", "cancelled", "payment_failed" }, orders.Select(o => o.GetProperty("status").GetString()).ToHashSet());
        Assert.Superset(new HashSet<string?> { "EUR", "USD", "GBP", "JPY", "KWD" }, orders.Select(o => o.GetProperty("currency").GetString()).ToHashSet());
        Assert.Contains(orders, o => o.GetProperty("refunds").GetArrayLength() > 0);
        Assert.Contains(orders, o => o.GetProperty("coupon").ValueKind == JsonValueKind.String);
        Assert.True(orders.Select(o => o.GetProperty("placedAt").GetDateTimeOffset().Date).Distinct().Count() > 30);
        Assert.All(orders, o => Assert.True(o.GetProperty("updatedAt").GetDateTimeOffset() >= o.GetProperty("placedAt").GetDateTimeOffset()));
        Assert.Contains((await shop.GetAsync("/admin/carts?limit=250")).GetProperty("items").EnumerateArray(), c => c.GetProperty("orderId").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_history()
    {
        async Task<string> SumsAsync()
        {
            await using var shop = await RunningShop.StartAsync(o => (o.DemoTraffic, o.DemoInterval) = (true, Never));
            return (await shop.GetAsync("/admin/summary")).GetProperty("totals").GetRawText();
        }
        Assert.Equal(await SumsAsync(), await SumsAsync());
    }

    [Fact]
    public async Task Nobody_shops_where_that_is_switched_off()
    {
        await using var shop = await RunningShop.StartAsync();
        var summary = await shop.GetAsync("/admin/summary");
        Assert.Empty(summary.GetProperty("orders").EnumerateArray());
        Assert.Equal(22, summary.GetProperty("variants").GetInt32());
    }

    [Fact]
    public async Task People_come_by_themselves()
    {
        await using var shop = await RunningShop.StartAsync(o => (o.DemoTraffic, o.DemoCustomers, o.DemoOrders, o.DemoInterval) = (true, 5, 10, TimeSpan.FromMilliseconds(2)));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await shop.GetAsync("/admin/summary")).GetProperty("orders").GetArrayLength() < 25) await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        Assert.Contains((await shop.GetAsync("/admin/orders?limit=250")).GetProperty("items").EnumerateArray(), o => o.GetProperty("status").GetString() is "shipped" or "delivered");
    }

    [Fact]
    public async Task A_damaged_database_is_named_with_the_remedy()
    {
        var folder = Directory.CreateTempSubdirectory("spoke-shop-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "shop.db"), new string('x', 5000), TestContext.Current.CancellationToken);
        var damage = await Assert.ThrowsAsync<InvalidDataException>(() => RunningShop.StartAsync(folder: folder));
        Assert.Contains("move the file away", damage.Message);
        Directory.Delete(folder, recursive: true);
    }
}
