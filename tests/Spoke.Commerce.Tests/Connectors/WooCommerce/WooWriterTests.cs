using System.Net;
using System.Text.Json.Nodes;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooWriterTests
{
    [Fact]
    public async Task An_order_is_completed_once_its_last_line_is_shipped_and_delivered_when_the_warehouse_says_so()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("parts@example.com");
        scene.Desk.Pay(id);
        var lines = (await scene.OrderAsync(id)).Lines;
        FulfilmentWrite Parcel(string shipment, bool delivered, params FulfilledLine[] some) => new($"w-{shipment}", WooScene.Text(id), shipment, some, "DHL", $"no-{shipment}", null, delivered);
        await scene.Connector.Writer.WriteAsync(Parcel("S-1", false, new FulfilledLine(lines[0].Id, 1)), WooScene.Cancel);
        Assert.Equal(("processing", FulfilmentStatus.PartiallyShipped), (scene.Desk.Order(id).Status, (await scene.OrderAsync(id)).Fulfilment));
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer.WriteAsync(Parcel("S-2", false), WooScene.Cancel)).Result);   // all that is left
        var shipped = await scene.OrderAsync(id);
        Assert.Equal(("completed", FulfilmentStatus.Shipped), (shipped.PlatformStatus, shipped.Fulfilment));
        Assert.Equal([("S-1", "no-S-1"), ("S-2", "no-S-2")], shipped.Fulfilments.Select(f => (f.ShipmentId!, f.TrackingNumber!)));
        await scene.Connector.Writer.WriteAsync(Parcel("S-1", true), WooScene.Cancel);
        Assert.Equal(FulfilmentStatus.PartiallyDelivered, (await scene.OrderAsync(id)).Fulfilment);
        await scene.Connector.Writer.WriteAsync(Parcel("S-2", true), WooScene.Cancel);
        Assert.Equal(OrderStatus.Delivered, (await scene.OrderAsync(id)).Canonical());
        Assert.Equal(2, scene.Desk.Order(id).Notes.Count);
        var items = (JsonArray)scene.Desk.Order(id).Meta.Find(meta => meta.Key == "_wc_shipment_tracking_items")!.Value!;
        Assert.Equal(["no-S-1", "no-S-2"], items.Select(item => item!["tracking_number"]!.ToString()));
        Assert.All(items, item => Assert.Equal(["tracking_provider", "custom_tracking_provider", "custom_tracking_link", "tracking_number", "date_shipped", "tracking_id"], item!.AsObject().Select(member => member.Key)));
    }

    [Fact]
    public async Task A_refunded_unit_needs_no_shipping()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("refunded@example.com", 0, (0, 2));
        scene.Desk.Pay(id);
        scene.Desk.RefundLine(id, 0, 1);
        var line = (await scene.OrderAsync(id)).Lines[0].Id;
        Assert.Equal(StoreWriteResult.Refused, (await ShipAsync(scene, id, line, 2)).Result);
        Assert.Equal(StoreWriteResult.Written, (await ShipAsync(scene, id, line, 1)).Result);
        Assert.Equal("completed", scene.Desk.Order(id).Status);
    }

    [Fact]
    public async Task A_parcel_the_order_cannot_have_is_refused_and_the_order_stays_as_it_is()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("wrong@example.com");
        scene.Desk.Pay(id);
        var line = (await scene.OrderAsync(id)).Lines[0].Id;
        foreach (var outcome in new[] { await ShipAsync(scene, id, line, 99), await ShipAsync(scene, id, "12345", 1) })
            Assert.True(outcome is { Result: StoreWriteResult.Refused, Problem.Length: > 0, Fix.Length: > 0 });
        scene.Desk.Cancel(id);
        Assert.Contains("cancelled", (await ShipAsync(scene, id, line, 1)).Problem);
        Assert.Empty(scene.Desk.Order(id).Meta);
        Assert.Empty(scene.Desk.Order(id).Notes);
        scene.Desk.Trash(id);
        Assert.Equal(StoreWriteResult.Gone, (await ShipAsync(scene, id, line, 1)).Result);
    }

    [Fact]
    public async Task An_order_that_is_not_paid_is_shipped_and_not_completed()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Place("unpaid@example.com");
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer.WriteAsync(new FulfilmentWrite("w", WooScene.Text(id), "S-1", [], null, null, null), WooScene.Cancel)).Result);
        var order = await scene.OrderAsync(id);
        Assert.Equal(("pending", FulfilmentStatus.Shipped, 0), (order.PlatformStatus, order.Fulfilment, order.Payments.Count));
    }

    [Fact]
    public async Task A_note_whose_answer_was_lost_is_not_written_a_second_time()
    {
        var losing = new Losing("/notes");
        await using var scene = await WooScene.StartAsync(time: new Hurried(), handler: losing);
        var id = scene.Desk.Place("lost@example.com");
        var write = new NoteWrite("w-1", EntityKind.Order, WooScene.Text(id), "Wants <b>it</b> & soon.");
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => scene.Connector.Writer.WriteAsync(write, WooScene.Cancel))).IsTransient);
        Assert.Equal(StoreWriteResult.Unchanged, (await scene.Connector.Writer.WriteAsync(write, WooScene.Cancel)).Result);
        Assert.Single(scene.Desk.Order(id).Notes);
        // The same words on another day are another note.
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer.WriteAsync(write with { Key = "w-2" }, WooScene.Cancel)).Result);
        Assert.Equal(2, scene.Desk.Order(id).Notes.Count);
    }

    [Fact]
    public async Task A_note_that_never_arrived_is_written_when_it_is_tried_again()
    {
        var losing = new Losing("/notes") { BeforeTheShop = true };
        await using var scene = await WooScene.StartAsync(time: new Hurried(), handler: losing);
        var write = new NoteWrite("w-1", EntityKind.Order, WooScene.Text(scene.Desk.Place("lost@example.com")), "Call back.");
        await Assert.ThrowsAsync<StoreException>(() => scene.Connector.Writer.WriteAsync(write, WooScene.Cancel));
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer.WriteAsync(write, WooScene.Cancel)).Result);
    }

    [Fact]
    public async Task A_plugins_plain_yes_stays_plain_and_has_no_place_for_sms()
    {
        await using var scene = await WooScene.StartAsync(set: o => o.ConsentKey = "newsletter");
        var id = scene.Desk.Register("plain@example.com");
        scene.Desk.EditCustomer(id, customer => customer.Meta.Add(new WooMeta { Id = 1, Key = "newsletter", Value = "yes" }));
        Assert.Equal(ConsentState.Granted, (await scene.CustomerAsync(id)).EmailConsent!.State);
        ConsentWrite Denial(ConsentChannel channel) => new("w", WooScene.Text(id), channel, new Consent(ConsentState.Denied));
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer.WriteAsync(Denial(ConsentChannel.Email), WooScene.Cancel)).Result);
        Assert.Equal("no", scene.Desk.Customers().Single(c => c.Id == id).Meta.Single().Value!.ToString());
        var sms = await scene.Connector.Writer.WriteAsync(Denial(ConsentChannel.Sms), WooScene.Cancel);
        Assert.Equal(StoreWriteResult.Refused, sms.Result);
        Assert.Contains("consentKey", sms.Fix);
    }

    [Fact]
    public async Task What_the_shop_refuses_is_handed_on_with_its_reason()
    {
        await using var scene = await WooScene.StartAsync();
        var id = WooScene.Text(scene.Desk.Register("first@example.com"));
        async Task<StoreWriteOutcome> EmailAsync(string? email, string customer) => await scene.Connector.Writer.WriteAsync(new CustomerFieldsWrite("w", customer, new Dictionary<CustomerField, string?> { [CustomerField.Email] = email }), WooScene.Cancel);
        Assert.Contains("woocommerce_rest_customer_invalid_email", (await EmailAsync("customer1@example.com", id)).Problem);
        Assert.Contains("rest_invalid_param", (await EmailAsync("no address", id)).Problem);
        Assert.Contains("cannot be without", (await EmailAsync(null, id)).Problem);
        Assert.Equal(StoreWriteResult.Written, (await EmailAsync("second@example.com", id)).Result);
        Assert.Contains("guest", (await EmailAsync("x@example.com", "guest:a@example.com")).Problem);
    }

    [Fact]
    public async Task An_address_is_written_whole_and_cleared_where_it_is_empty()
    {
        await using var scene = await WooScene.StartAsync();
        var id = scene.Desk.Register("moved@example.com");
        scene.Desk.EditCustomer(id, customer => customer.Billing = customer.Billing with { Street2 = "Flat 2", Company = "Old Ltd" });
        var fields = new Dictionary<CustomerField, string?> { [CustomerField.Street] = "2 New Road, Flat 3", [CustomerField.City] = "Łódź", [CustomerField.PostalCode] = "90-001", [CustomerField.Country] = "PL", [CustomerField.State] = "LD", [CustomerField.Company] = null };
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer.WriteAsync(new CustomerFieldsWrite("w", WooScene.Text(id), fields), WooScene.Cancel)).Result);
        var now = (await scene.CustomerAsync(id)).Address!;
        Assert.Equal(("2 New Road, Flat 3", "Łódź", "90-001", "PL", "LD", null), (now.Street, now.City, now.PostalCode, now.Country, now.State, now.Company));
        Assert.Equal(StoreWriteResult.Unchanged, (await scene.Connector.Writer.WriteAsync(new CustomerFieldsWrite("w", WooScene.Text(id), fields), WooScene.Cancel)).Result);
    }

    private static Task<StoreWriteOutcome> ShipAsync(WooScene scene, long id, string line, int quantity) =>
        scene.Connector.Writer.WriteAsync(new FulfilmentWrite("w", WooScene.Text(id), $"S-{quantity}", [new FulfilledLine(line, quantity)], null, null, null), WooScene.Cancel);

    /// <summary>Loses the first answer to a post at an address, or the post itself.</summary>
    private sealed class Losing(string path) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        private bool _lost;

        public bool BeforeTheShop { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var lose = !_lost && request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith(path, StringComparison.Ordinal);
            _lost |= lose;
            if (lose && BeforeTheShop) throw new HttpRequestException("connection refused");
            var answer = await base.SendAsync(request, cancellationToken);
            return lose ? throw new HttpRequestException("connection reset") : answer;
        }
    }
}
