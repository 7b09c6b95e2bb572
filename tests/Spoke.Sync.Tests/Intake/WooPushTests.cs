using Microsoft.Extensions.Time.Testing;
using Spoke.Sync.Tests.Scenarios;

namespace Spoke.Sync.Tests.Intake;

/// <summary>WooCommerce's deletions, from the shop into HubSpot: they carry an id and no time, and no poll finds a customer who is gone.</summary>
public sealed class WooPushTests
{
    [Fact]
    public async Task Customers_who_are_deleted_within_one_second_are_all_deleted()
    {
        var (scene, shop) = await Scene.WooAsync(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow()));   // it stands still
        await using var _ = scene;
        var customers = Enumerable.Range(0, 20).Select(i => shop.Desk.Register($"leaves{i}@example.com")).ToList();
        shop.Webhooks.Take();
        await scene.PassAsync();
        Assert.Equal(20, await scene.CountAsync("ledger", "kind = 2 and deleted = 0"));
        foreach (var customer in customers) shop.Desk.RemoveCustomer(customer);
        foreach (var push in shop.Webhooks.Take()) Assert.Equal((200, "kept"), await scene.DeliverAsync(push.Delivery));
        await scene.PassAsync();
        Assert.Equal(20, await scene.CountAsync("ledger", "kind = 2 and deleted = 1"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_order_that_comes_back_from_the_bin_counts_again_whatever_the_shops_clock_says(int hours)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (scene, shop) = await Scene.WooAsync(time: clock);
        await using var _ = scene;
        shop.ClockAhead = TimeSpan.FromHours(hours);
        var customer = shop.Desk.Register("bin@example.com");
        var order = shop.Desk.Place("bin@example.com", customer);
        shop.Desk.Pay(order);
        await PushedAsync();
        Assert.Equal("1", await CountedAsync());
        clock.Advance(TimeSpan.FromMinutes(10));
        shop.Desk.Trash(order);
        await PushedAsync();
        Assert.Equal("0", await CountedAsync());
        clock.Advance(TimeSpan.FromMinutes(10));
        shop.Desk.Restore(order);
        await PushedAsync();
        Assert.Equal("1", await CountedAsync());

        async Task PushedAsync()
        {
            foreach (var push in shop.Webhooks.Take()) Assert.Equal(200, (await scene.DeliverAsync(push.Delivery)).Status);
            await scene.PassAsync();
        }

        async Task<string?> CountedAsync() => (await scene.OneAsync("contacts", $"shop-main:customer:{customer}", "spoke_orders_count"))["spoke_orders_count"];
    }
}
