using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Explain;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Quarantine;

/// <summary>What waits for somebody: told with its fix, tried again alone or by cause, dropped on purpose and never silently.</summary>
public sealed class QuarantineTests
{
    [Fact]
    public async Task What_was_mended_goes_through_on_retry_and_the_rest_stays()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        await RefusedAndRetriedAsync(rig);
    }

    internal static async Task RefusedAndRetriedAsync(ShopRig rig)
    {
        await OptionsAsync(rig, "Cancelled");
        var (first, _) = await rig.BuyAsync("a@example.com");
        var (second, number) = await rig.BuyAsync("b@example.com");
        await rig.AdminAsync($"orders/{second}/ship", new { trackingNumber = "T1" });
        Assert.Equal(2, (await rig.PassAsync()).Quarantined);
        var desk = Of(rig);
        var listed = await desk.ListAsync(ShopRig.Token);
        Assert.Equal(["INVALID_OPTION", "INVALID_OPTION"], listed.Select(item => item.Cause));
        var shown = Assert.Single(await desk.FindAsync(number, ShopRig.Token));
        Assert.Equal(("orders", $"shop-main:order:{second}", "spoke_status", "Shipped"), (shown.Object, shown.Key, shown.Property, shown.Value));
        Assert.Contains("Add the option to spoke_status", shown.Fix);
        Assert.NotNull(shown.At);
        Assert.Contains("/orders/batch/", rig.Call(shown.CorrelationId!));   // HubSpot knows the refusal by it
        Assert.All(listed, item => Assert.NotNull(item.CorrelationId));

        await OptionsAsync(rig, "Cancelled", "Shipped");
        var retried = await desk.RetryAsync(listed, ShopRig.Token);
        Assert.Equal((2, $"shop-main:order:{first}"), (retried.Tried, Assert.Single(retried.Left).Key));
        Assert.Equal("Shipped", (await rig.OneAsync("orders", $"shop-main:order:{second}", "spoke_status"))["spoke_status"]);
    }

    [Fact]
    public async Task What_is_dropped_is_not_tried_again_until_the_store_changes_it_and_is_remembered()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        await OptionsAsync(rig, "Cancelled", "Shipped");
        var (id, _) = await rig.BuyAsync("a@example.com");
        await rig.PassAsync();
        var desk = Of(rig);
        await desk.DropAsync(await desk.ListAsync(ShopRig.Token), ShopRig.Token);
        Assert.Empty(await desk.ListAsync(ShopRig.Token));
        var before = await rig.WritesAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(before, await rig.WritesAsync());
        var why = (await new WhyReader(rig.Database, ShopRig.Name, "shop").ReadAsync("orders", id, ShopRig.Token))!.Properties.Single(p => p.Property == "spoke_status");
        Assert.Equal(("dropped", "Paid"), (why.Writes[0].What, why.Writes[0].Value));
        await rig.AdminAsync($"orders/{id}/ship", new { trackingNumber = "T1" });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("Shipped", (await rig.OneAsync("orders", $"shop-main:order:{id}", "spoke_status"))["spoke_status"]);
    }

    [Fact]
    public async Task A_change_that_could_not_be_read_shows_what_the_store_sent()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        await rig.Engine.Intake.AppendAsync(ShopRig.Name, [new StoreChange(EntityKind.Order, "o9", 1, Encoding.UTF8.GetBytes("""{"id":"o9","total":"many"}"""), false, "msg_1")], null, ShopRig.Token);
        Assert.Equal(1, (await rig.PassAsync()).Quarantined);
        var desk = Of(rig);
        var shown = Assert.Single(await desk.FindAsync("o9", ShopRig.Token));
        Assert.Equal(("intake", "UNREADABLE", """{"id":"o9","total":"many"}"""), (shown.Object, shown.Cause, shown.Payload));
        Assert.Equal("unreadable", (await new WhyReader(rig.Database, ShopRig.Name, "shop").ReadAsync("orders", "o9", ShopRig.Token))!.State);
        Assert.Single((await desk.RetryAsync([shown], ShopRig.Token)).Left);
        await desk.DropAsync([shown], ShopRig.Token);
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task A_stopped_record_goes_on_when_it_was_restored_and_cannot_be_dropped()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        var (id, _) = await rig.BuyAsync("a@example.com");
        await rig.PassAsync();
        var order = await rig.OneAsync("orders", $"shop-main:order:{id}");
        await rig.Portal.Orders.ArchiveAsync(order.Id, null, ShopRig.Token);
        await rig.AdminAsync($"orders/{id}/ship", new { trackingNumber = "T1" });
        await rig.PassAsync();
        var desk = Of(rig);
        var stopped = Assert.Single(await desk.ListAsync(ShopRig.Token));
        Assert.True(stopped.Stopped);
        await Assert.ThrowsAsync<ArgumentException>(() => desk.DropAsync([stopped], ShopRig.Token));
        Assert.Single((await desk.RetryAsync([stopped], ShopRig.Token)).Left);
        await rig.RestoreAsync("orders", order.Id.Value);
        Assert.Empty((await desk.RetryAsync([stopped], ShopRig.Token)).Left);
        Assert.Equal("Shipped", (await rig.OneAsync("orders", $"shop-main:order:{id}", "spoke_status"))["spoke_status"]);
    }

    /// <summary>The status becomes a property that takes these values and no other.</summary>
    private static async Task OptionsAsync(ShopRig rig, params string[] options)
    {
        var property = new CrmProperty { Name = "spoke_status", Label = "Status", Type = "enumeration", FieldType = "select", GroupName = "spoke", Options = [.. options.Select(option => new KeyValuePair<string, string>(option, option))] };
        if (await rig.Portal.Properties.GetAsync("orders", "spoke_status", null, ShopRig.Token) is not null)
        {
            await rig.Portal.Properties.UpdateAsync("orders", property, null, ShopRig.Token);
            return;
        }
        await rig.Portal.Properties.CreateGroupAsync("orders", "spoke", "Spoke", null, ShopRig.Token);
        await rig.Portal.Properties.CreateAsync("orders", property, null, ShopRig.Token);
    }

    private static QuarantineDesk Of(ShopRig rig) => new(rig.Database, rig.Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);
}
