using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooStatesTests
{
    [Theory]
    [InlineData("pending", false, OrderStatus.PendingPayment)]
    [InlineData("on-hold", false, OrderStatus.OnHold)]
    [InlineData("processing", true, OrderStatus.Paid)]
    [InlineData("processing", false, OrderStatus.Paid)]   // imported without a date of payment
    [InlineData("completed", true, OrderStatus.Delivered)]
    [InlineData("cancelled", true, OrderStatus.Cancelled)]
    [InlineData("failed", false, OrderStatus.PaymentFailed)]
    [InlineData("refunded", true, OrderStatus.Refunded)]
    public async Task Every_status_of_woocommerces_own_has_its_meaning(string status, bool paid, OrderStatus meant)
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("state@example.com");
        scene.Desk.Force(id, status, paid);
        var order = await scene.OrderAsync(id);
        Assert.Equal((meant, false, status), (order.Canonical(), order.StatusUnknown, order.PlatformStatus));
    }

    [Fact]
    public async Task Cash_on_delivery_is_paid_once_it_is_completed()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("cod@example.com");
        scene.Desk.Force(id, "processing", paid: false, paymentMethod: "cod");
        var order = await scene.OrderAsync(id);
        Assert.Equal((PaymentStatus.Pending, 0), (order.Payment, order.Payments.Count));
        scene.Desk.Complete(id);
        Assert.Equal((await scene.OrderAsync(id)).Amounts.Total, Assert.Single((await scene.OrderAsync(id)).Payments).Amount);
    }

    [Theory]
    [InlineData(true, OrderStatus.Paid)]
    [InlineData(false, OrderStatus.PendingPayment)]
    public async Task A_status_of_a_plugin_that_is_not_mapped_is_kept_and_payment_decides(bool paid, OrderStatus meant)
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { CustomStatuses = ["packed"] });
        var id = scene.Desk.Place("custom@example.com");
        scene.Desk.Force(id, "packed", paid);
        var order = await scene.OrderAsync(id);
        Assert.Equal((meant, true, "packed"), (order.Canonical(), order.StatusUnknown, order.PlatformStatus));
        Assert.Contains(LedgerNotice.Of(order), notice => notice.Kind == LedgerNoticeKind.StatusUnknown && notice.Text.Contains("packed", StringComparison.Ordinal));
        Assert.Contains((await WooScene.PagesAsync(scene.Connector, EntityKind.Order)).SelectMany(page => page.Changes), change => change.PlatformId == WooScene.Text(id));
    }

    [Theory]
    [InlineData("processing", OrderStatus.Processing)]
    [InlineData("partially_shipped", OrderStatus.PartiallyShipped)]
    [InlineData("shipped", OrderStatus.Shipped)]
    [InlineData("delivered", OrderStatus.Delivered)]
    [InlineData("cancelled", OrderStatus.Cancelled)]
    [InlineData("returned", OrderStatus.Returned)]
    public async Task A_mapped_status_means_what_the_settings_say(string meaning, OrderStatus meant)
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { CustomStatuses = ["packed"] }, o => o.Statuses = WooStoreOptions.ReadStatuses($"wc-packed = {meaning}, other=paid"));
        var id = scene.Desk.Place("custom@example.com");
        scene.Desk.Force(id, "packed", paid: true);
        var order = await scene.OrderAsync(id);
        Assert.Equal((meant, false), (order.Canonical(), order.StatusUnknown));
    }

    [Theory]
    [InlineData("packed")]
    [InlineData("packed=")]
    [InlineData("=shipped")]
    [InlineData("packed=sent off")]
    [InlineData("packed=99")]
    public void A_mapping_that_means_nothing_is_refused(string text) => Assert.Contains("partially_shipped", Assert.Throws<ArgumentException>(() => WooStoreOptions.ReadStatuses(text)).Message);

    [Fact]
    public async Task A_draft_of_the_checkout_is_a_cart_and_becomes_the_order_of_its_id()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.OpenDraft("draft@example.com");
        var cart = (Cart)scene.Connector.Normalise((await scene.Connector.ReadOneAsync(EntityKind.Cart, WooScene.Text(id), WooScene.Cancel))!).Single();
        Assert.Equal(("draft@example.com", true), (cart.Email, cart.Active));
        Assert.DoesNotContain((await WooScene.PagesAsync(scene.Connector, EntityKind.Order)).SelectMany(page => page.Changes), change => change.PlatformId == WooScene.Text(id));
        scene.Desk.SetStatus(id, "processing");
        Assert.Equal(EntityKind.Order, (await scene.Connector.ReadOneAsync(EntityKind.Cart, WooScene.Text(id), WooScene.Cancel))!.Kind);
        Assert.Equal(WooScene.Text(id), (await scene.OrderAsync(id)).CartId);
    }

    [Fact]
    public async Task What_somebody_is_only_beginning_to_write_is_nothing()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("auto@example.com");
        scene.Desk.Force(id, "auto-draft", paid: false);
        Assert.Null(await scene.Connector.ReadOneAsync(EntityKind.Order, WooScene.Text(id), WooScene.Cancel));
    }
}
