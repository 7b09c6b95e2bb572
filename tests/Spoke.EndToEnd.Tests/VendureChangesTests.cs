using System.Text.Json;
using Spoke.Commerce.Ledger;
using Spoke.Commerce.Tests.Connectors.Vendure;

namespace Spoke.EndToEnd.Tests;

/// <summary>What happens in a real store between two passes is in HubSpot after the second.</summary>
public sealed class VendureChangesTests
{
    [Fact]
    public async Task A_second_pass_brings_what_happened_since_the_first()
    {
        Assert.SkipWhen(VendureStore.Missing is not null, VendureStore.Missing ?? "");
        await using var store = await VendureStore.StartAsync(customers: 20, orders: 30, TestContext.Current.CancellationToken);
        await using var sync = await VendureSync.StartAsync(store);
        var desk = new VendureDesk(store);
        var cart = await desk.OpenCartAsync("from.cart@example.com");
        await sync.PassAsync();

        // A cart is bought and delivered; a delivered order gets a refund; a price changes; a buyer is deleted and buys again as a guest.
        await desk.CheckOutAsync(cart);
        await desk.PayAsync(cart);
        await desk.ShipAsync(cart);
        await desk.DeliverAsync(cart);
        var delivered = Order(store, o => o.GetProperty("fate").GetString() == "delivered" && o.GetProperty("currency").GetString() != "JPY");
        await desk.RefundAsync(delivered.GetProperty("id").GetString()!, 123);
        var (_, price) = await desk.EditPriceAsync();
        var leaver = Order(store, o => o.GetProperty("state").GetString() == "Shipped");
        await desk.DeleteCustomerAsync(leaver.GetProperty("customerId").GetString()!);
        var email = leaver.GetProperty("email").GetString()!;
        await desk.PayAsync(await desk.PlaceAsync(email));

        var summary = await sync.PassAsync();
        Assert.True(summary.GetProperty("inStep").GetBoolean());

        var orders = await sync.RecordsAsync("orders", ["hs_external_order_id", "hs_external_order_status", "hs_refund_amount", "spoke_key"], "contacts", "carts");
        var bought = Assert.Single(orders, o => o["spoke_key"] == $"shop-main:order:{cart}");
        Assert.Equal("Delivered", bought["hs_external_order_status"]);
        var carts = await sync.RecordsAsync("carts", ["hs_external_cart_id", "hs_external_status"]);
        var kept = Assert.Single(carts, c => c["hs_external_cart_id"] == cart);
        Assert.Contains(kept["hs_external_status"], new[] { "converted", "recovered" });   // the seed may be hours old
        Assert.Equal([kept.Id], bought.Associated("carts"));

        Assert.Equal(new Money(123, delivered.GetProperty("currency").GetString()!).ToPlainText(), Assert.Single(orders, o => o["hs_external_order_id"] == delivered.GetProperty("code").GetString())["hs_refund_amount"]);
        Assert.Equal(price.ToPlainText(), Assert.Single(await sync.RecordsAsync("products", ["hs_sku", "price"]), p => p["hs_sku"] == "PEN-2")["price"]);

        // Two customers of the store, one e-mail address, one contact.
        var contact = Assert.Single(await sync.RecordsAsync("contacts", ["email"]), c => c["email"] == email);
        var before = store.Expected.GetProperty("orders").EnumerateArray().Count(o => o.GetProperty("placed").GetBoolean() && o.GetProperty("email").GetString() == email);
        Assert.Equal(before + 1, orders.Count(o => o.Associated("contacts").SequenceEqual([contact.Id])));
    }

    private static JsonElement Order(VendureStore store, Func<JsonElement, bool> which) =>
        store.Expected.GetProperty("orders").EnumerateArray().First(o => o.GetProperty("placed").GetBoolean() && o.GetProperty("email").GetString()!.All(char.IsAscii) && which(o));
}
