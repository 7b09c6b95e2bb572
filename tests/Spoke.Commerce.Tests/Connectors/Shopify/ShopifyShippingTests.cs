using System.Globalization;
using System.Net;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>A warehouse's parcels: each once, whole, whatever happens to answers and in whatever order its number comes.</summary>
public sealed class ShopifyShippingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(60, 1)]
    [InlineData(130, 1)]
    [InlineData(14, 7)]
    [InlineData(130, 2)]
    public async Task All_that_is_left_is_shipped_however_many_lines_and_parts_it_has(int lines, int parts)
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { BucketSize = 100_000 });
        var order = scene.Shop.Place(new NewOrder("many@example.com", [.. Enumerable.Range(1, lines).Select(i => new NewLine($"P{i}", 1, i))]));
        order.Parts = parts;
        var all = new FulfilmentWrite("k", ShopifyScene.Id(order), "S-1", [], "DHL", null, null);
        Assert.Equal(StoreWriteResult.Written, (await scene.Connector.Writer!.WriteAsync(all, Cancel)).Result);
        Assert.Equal(FulfilmentStatus.Shipped, (await scene.OrderAsync(order)).Fulfilment);
        await using var other = scene.Connect();
        Assert.Equal(StoreWriteResult.Unchanged, (await other.Writer!.WriteAsync(all, Cancel)).Result);
        // The same parcel by its units, of which an answer holds only the first.
        Assert.Equal(StoreWriteResult.Unchanged, (await other.Writer!.WriteAsync(all with { Lines = [.. order.Lines.Select(line => new FulfilledLine(Id(line), 1))] }, Cancel)).Result);
        Assert.Single(order.Fulfillments);
    }

    [Fact]
    public async Task A_parcel_whose_answer_was_lost_is_not_entered_a_second_time()
    {
        var losing = new Losing("fulfillmentCreate");
        await using var scene = await ShopifyScene.StartAsync();
        await using var connector = scene.Connect(new Hurried(), handler: losing);
        var (order, part) = Half(scene);
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => connector.Writer!.WriteAsync(part, Cancel))).IsTransient);
        Assert.Single(order.Fulfillments);
        Assert.Equal(StoreWriteResult.Unchanged, (await connector.Writer!.WriteAsync(part, Cancel)).Result);
        Assert.Single(order.Fulfillments);
        // With a number it is known by that, whoever tries again.
        losing.Again();
        var numbered = part with { Key = "k2", ShipmentId = "S-2", TrackingNumber = "T-2" };
        await Assert.ThrowsAsync<StoreException>(() => connector.Writer!.WriteAsync(numbered, Cancel));
        Assert.Equal(StoreWriteResult.Unchanged, (await scene.Connector.Writer!.WriteAsync(numbered, Cancel)).Result);
        Assert.Equal(2, order.Fulfillments.Count);
    }

    [Fact]
    public async Task A_parcel_that_never_arrived_is_entered_when_it_is_tried_again()
    {
        var losing = new Losing("fulfillmentCreate") { BeforeTheShop = true };
        await using var scene = await ShopifyScene.StartAsync();
        await using var connector = scene.Connect(new Hurried(), handler: losing);
        var (order, part) = Half(scene);
        await Assert.ThrowsAsync<StoreException>(() => connector.Writer!.WriteAsync(part, Cancel));
        Assert.Equal(StoreWriteResult.Written, (await connector.Writer!.WriteAsync(part, Cancel)).Result);
        Assert.Single(order.Fulfillments);
    }

    [Theory]
    [InlineData("INTERNAL_SERVER_ERROR")]
    [InlineData("TIMEOUT")]
    public async Task A_parcel_of_which_the_shop_does_not_know_whether_it_was_entered_is_not_sent_again_by_itself(string code)
    {
        var losing = new Losing("fulfillmentCreate") { Answer = $$$"""{"errors":[{"message":"Something went wrong.","extensions":{"code":"{{{code}}}"}}]}""" };
        await using var scene = await ShopifyScene.StartAsync();
        await using var connector = scene.Connect(new Hurried(), handler: losing);
        var (order, part) = Half(scene);
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => connector.Writer!.WriteAsync(part, Cancel))).IsTransient);
        Assert.Single(order.Fulfillments);
    }

    [Fact]
    public async Task An_address_whose_answer_was_lost_is_not_made_a_second_time()
    {
        var losing = new Losing("customerAddressCreate");
        await using var scene = await ShopifyScene.StartAsync();
        await using var connector = scene.Connect(new Hurried(), handler: losing);
        var customer = scene.Shop.Place(new NewOrder("moves@example.com", [new NewLine("Tea", 1, 10)])).Customer!;
        scene.Shop.EditCustomer(customer, c => c.Address = null);
        var write = new CustomerFieldsWrite("k", customer.Id.ToString(CultureInfo.InvariantCulture), new Dictionary<CustomerField, string?> { [CustomerField.City] = "Dublin", [CustomerField.Country] = "IE" });
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => connector.Writer!.WriteAsync(write, Cancel))).IsTransient);
        Assert.Equal(StoreWriteResult.Unchanged, (await connector.Writer!.WriteAsync(write, Cancel)).Result);
        Assert.Equal(1, losing.Sent);
    }

    [Fact]
    public async Task A_parcel_that_gets_its_number_later_stays_one_parcel()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var (order, part) = Half(scene);
        var writer = scene.Connector.Writer!;
        await writer.WriteAsync(part, Cancel);
        var numbered = part with { Key = "k2", Carrier = "DHL", TrackingNumber = "T-1", TrackingUrl = "https://track.example/T-1" };
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(numbered, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(numbered, Cancel)).Result);
        var shipment = Assert.Single((await scene.OrderAsync(order)).Fulfilments);
        Assert.Equal(("DHL", "T-1", "https://track.example/T-1"), (shipment.Carrier, shipment.TrackingNumber, shipment.TrackingUrl));
    }

    [Fact]
    public async Task A_program_that_has_just_been_started_knows_a_parcel_by_there_being_no_more_units_to_ship()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var (order, part) = Half(scene, units: 3);
        await scene.Connector.Writer!.WriteAsync(part, Cancel);
        await using var other = scene.Connect();
        Assert.Equal(StoreWriteResult.Unchanged, (await other.Writer!.WriteAsync(part, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Written, (await other.Writer!.WriteAsync(part with { TrackingNumber = "T-1" }, Cancel)).Result);
        Assert.Equal("T-1", Assert.Single((await scene.OrderAsync(order)).Fulfilments).TrackingNumber);
    }

    [Fact]
    public async Task A_second_parcel_of_the_same_units_is_entered_too()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var (order, part) = Half(scene);
        var writer = scene.Connector.Writer!;
        var second = part with { Key = "k2", ShipmentId = "S-2" };
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(part, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(second, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(part, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(second, Cancel)).Result);
        Assert.Equal(2, order.Fulfillments.Count);
        Assert.Equal(FulfilmentStatus.Shipped, (await scene.OrderAsync(order)).Fulfilment);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("T-1")]
    public async Task Whether_it_is_the_parcel_that_is_there_or_another_is_left_to_somebody_who_knows(string? number)
    {
        await using var scene = await ShopifyScene.StartAsync();
        var (order, part) = Half(scene);
        scene.Shop.Ship(order, [(order.Lines[0], 2)], company: null);   // by hand, or by us before a restart
        var outcome = await scene.Connector.Writer!.WriteAsync(part with { TrackingNumber = number }, Cancel);
        Assert.Equal(StoreWriteResult.Refused, outcome.Result);
        Assert.Contains("cannot be told", outcome.Problem);
        Assert.Contains("tracking number", outcome.Fix);
        Assert.Single(order.Fulfillments);
    }

    // Two of so many units.
    private static (ShopOrder Order, FulfilmentWrite Part) Half(ShopifyScene scene, int units = 4)
    {
        var order = scene.Shop.Place(new NewOrder("parts@example.com", [new NewLine("Tea", units, 10)]));
        return (order, new FulfilmentWrite("k1", ShopifyScene.Id(order), "S-1", [new FulfilledLine(Id(order.Lines[0]), 2)], null, null, null));
    }

    private static string Id(ShopLine line) => line.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Loses the first answer to a mutation, or gives another in its place.</summary>
    private sealed class Losing(string mutation) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        private bool _lost;

        public bool BeforeTheShop { get; init; }
        public string? Answer { get; init; }
        public int Sent { get; private set; }

        public void Again() => _lost = false;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isIt = request.Content is not null && (await request.Content.ReadAsStringAsync(cancellationToken)).Contains($"{{ {mutation}(", StringComparison.Ordinal);
            if (isIt) Sent++;
            var lose = isIt && !_lost;
            _lost |= lose;
            if (lose && BeforeTheShop) throw new HttpRequestException("connection refused");
            var answer = await base.SendAsync(request, cancellationToken);
            if (!lose) return answer;
            return Answer is null ? throw new HttpRequestException("connection reset") : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Answer) };
        }
    }
}
