using Spoke.HubSpot;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>The first fifty records, and the pause after them.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task Fifty_records_are_written_and_the_others_follow_once_somebody_has_looked()
    {
        await using var rig = await PullRig.StartAsync(canary: true);
        for (var i = 0; i < 40; i++) rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com", at: Some.Day.AddDays(i), lines: ["a", "b"]));
        var first = await rig.PassAsync();
        Assert.True(first.AwaitsApproval);
        Assert.False(first.InStep);
        Assert.InRange(first.Written.Created, 40, 50);
        var orders = await rig.Portal.Orders.ListAsync(new ReadOptions { Properties = ["spoke_key"], Associations = ["contacts", "line_items"] }, null, PullRig.Token).ToListAsync(PullRig.Token);
        Assert.Equal("shop-main:order:39", orders.MaxBy(order => int.Parse(order["spoke_key"]!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture))!["spoke_key"]);
        Assert.All(orders, order => Assert.Equal((1, 2), (order.Associations["contacts"].Count, order.Associations["line items"].Count)));

        var second = await rig.PassAsync();   // nobody has looked yet
        Assert.Equal((true, 0), (second.AwaitsApproval, second.Written.Created));
        Assert.Equal([PullRig.Name], await rig.Engine.ApproveAsync(PullRig.Token));
        var third = await rig.PassAsync();
        Assert.True(third.InStep);
        Assert.Equal(40, await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).CountAsync(PullRig.Token));
        Assert.Empty(await rig.Engine.ApproveAsync(PullRig.Token));
    }
}
