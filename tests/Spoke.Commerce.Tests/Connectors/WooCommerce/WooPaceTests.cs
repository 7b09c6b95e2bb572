using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooPaceTests
{
    [Fact]
    public async Task Two_calls_at_once_to_begin_with_and_one_after_the_shop_fails()
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Orders = 0, Products = 60, Drafts = 0 }, time: new Hurried());
        await WooScene.PagesAsync(scene.Connector, EntityKind.Variant);
        Assert.InRange(scene.Shop.Faults.MostInFlight, 1, 2);
        Assert.Equal(2, scene.Connector.CallsAtOnce);
        scene.Shop.Faults.Next(503, 429);
        await scene.Connector.DescribeAsync(WooScene.Cancel);
        Assert.Equal(1, scene.Connector.CallsAtOnce);
    }

    [Fact]
    public async Task Each_quick_minute_allows_one_call_more_and_a_failure_halves()
    {
        var time = new FakeTimeProvider();
        await using var scene = await WooScene.StartAsync(time: time);
        async Task MinuteAsync()
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await scene.Connector.ReadOneAsync(EntityKind.Order, "1000000", WooScene.Cancel);
        }
        for (var minute = 1; minute <= 6; minute++)
        {
            await MinuteAsync();
            Assert.Equal(2 + minute, scene.Connector.CallsAtOnce);
        }
        await scene.Connector.ReadOneAsync(EntityKind.Order, "1000000", WooScene.Cancel);
        Assert.Equal(8, scene.Connector.CallsAtOnce);   // not more often than once a minute
        scene.Shop.Faults.RetryAfter = TimeSpan.Zero;
        scene.Shop.Faults.Next(429);
        await scene.Connector.ReadOneAsync(EntityKind.Order, "1000000", WooScene.Cancel);
        Assert.Equal(4, scene.Connector.CallsAtOnce);
    }

    [Fact]
    public async Task A_slow_minute_allows_no_more()
    {
        var time = new FakeTimeProvider();
        await using var scene = await WooScene.StartAsync(time: time);
        scene.Shop.Faults.Arrived = _ =>
        {
            time.Advance(TimeSpan.FromSeconds(2));   // each answer takes as long
            return Task.CompletedTask;
        };
        for (var i = 0; i < 40; i++) await scene.Connector.ReadOneAsync(EntityKind.Order, "1000000", WooScene.Cancel);
        Assert.Equal(2, scene.Connector.CallsAtOnce);
    }

    [Fact]
    public async Task Whoever_stops_waiting_takes_no_place()
    {
        var pace = new WooPace(TimeProvider.System);
        await pace.EnterAsync(WooScene.Cancel);
        await pace.EnterAsync(WooScene.Cancel);
        using var impatient = new CancellationTokenSource();
        var given = pace.EnterAsync(impatient.Token).AsTask();
        var next = pace.EnterAsync(WooScene.Cancel).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(next.IsCompleted);
        pace.Leave(TimeSpan.Zero, well: true);
        await next;
    }
}
