using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

/// <summary>What a well-behaved store does not show.</summary>
public sealed class VendureConnectorTests
{
    private readonly ScriptedVendure _vendure = new();

    [Fact]
    public async Task Rows_that_vanish_while_a_list_is_read_hide_none_of_the_others()
    {
        Fill(12);
        var pages = 0;
        _vendure.BeforePage = store =>
        {
            if (++pages is 2 or 4) store.Orders.RemoveRange(0, 2);   // what was read already; the rest moves up
        };
        Assert.Subset(new HashSet<string>(await ReadAsync(4, null)), Ids(5, 12));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(17)]
    [InlineData(19)]
    [InlineData(25)]
    public async Task More_than_a_page_that_vanishes_between_two_pages_hides_none_of_the_others(int gone)
    {
        Fill(40);
        var pages = 0;
        _vendure.BeforePage = store =>
        {
            if (++pages == 7) store.Orders.RemoveRange(0, gone);   // 19 have been read
        };
        Assert.Subset((await ReadAsync(4, null)).ToHashSet(), Ids(Math.Max(gone, 19) + 1, 40));
    }

    [Fact]
    public async Task A_read_taken_up_after_much_has_vanished_begins_again()
    {
        Fill(12);
        await using var connector = Connect(4);
        var cursor = (await FirstAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel))).Cursor;
        _vendure.Orders.RemoveRange(0, 9);
        Assert.Equal(Ids(10, 12).Order(), (await ReadAsync(4, cursor)).Order());
    }

    [Fact]
    public async Task A_store_that_gives_fewer_rows_is_read_by_as_many_as_it_gives()
    {
        Fill(12);
        _vendure.Limit = 5;
        Assert.Equal(Ids(1, 12).Order(), (await ReadAsync(100, null)).Order());
        Assert.All(_vendure.Asked, take => Assert.Equal(5, take));
    }

    [Fact]
    public async Task A_store_that_gives_one_row_at_a_time_is_told_so()
    {
        _vendure.Limit = 1;
        Assert.Contains("adminListQueryLimit", (await Assert.ThrowsAsync<StoreException>(() => ReadAsync(100, null))).Message);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_renewed()
    {
        Fill(3);
        await using var connector = Connect(2);
        await connector.DescribeAsync(Cancel);
        _vendure.Errors.Enqueue(("FORBIDDEN", "You are not currently authorized to perform this action"));
        await connector.DescribeAsync(Cancel);
        Assert.Equal(2, _vendure.LogIns);
    }

    [Fact]
    public async Task Permissions_that_are_missing_are_named()
    {
        foreach (var _ in Enumerable.Range(0, 2)) _vendure.Errors.Enqueue(("FORBIDDEN", "You are not currently authorized to perform this action"));
        var refusal = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(4, null));
        Assert.False(refusal.IsTransient);
        Assert.Contains("ReadOrder", refusal.Message);
    }

    [Fact]
    public async Task A_server_that_fails_now_and_then_is_asked_again()
    {
        Fill(2);
        foreach (var _ in Enumerable.Range(0, 2)) _vendure.Errors.Enqueue(("INTERNAL_SERVER_ERROR", "deadlock detected"));
        Assert.Equal(2, (await ReadAsync(4, null)).Count);
        foreach (var _ in Enumerable.Range(0, 3)) _vendure.Errors.Enqueue(("INTERNAL_SERVER_ERROR", "deadlock detected"));
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => ReadAsync(4, null))).IsTransient);
    }

    [Fact]
    public async Task An_order_in_a_state_of_the_stores_own_is_placed_by_its_shipments()
    {
        var order = ScriptedVendure.Order(1, "AwaitingCourier");
        order["fulfillments"] = Fulfilments(("Delivered", 1), ("Pending", 1));
        var read = await NormaliseAsync(order);
        Assert.Equal((PaymentStatus.Paid, FulfilmentStatus.PartiallyDelivered, "AwaitingCourier"), (read.Payment, read.Fulfilment, read.PlatformStatus));
        Assert.Equal(LedgerNoticeKind.StatusUnknown, Assert.Single(LedgerNotice.Of(read)).Kind);
    }

    [Theory]
    [InlineData("processing", OrderStatus.Processing)]
    [InlineData("on_hold", OrderStatus.OnHold)]
    [InlineData("cancelled", OrderStatus.Cancelled)]
    [InlineData("delivered", OrderStatus.Delivered)]
    public async Task A_state_of_the_stores_own_means_what_the_settings_say(string meaning, OrderStatus meant)
    {
        var read = await NormaliseAsync(ScriptedVendure.Order(1, "AwaitingCourier"), o => o.Statuses = OwnStatuses.Read("AwaitingCourier=" + meaning));
        Assert.Equal((meant, "AwaitingCourier"), (read.Canonical(), read.PlatformStatus));
        Assert.Empty(LedgerNotice.Of(read));
    }

    [Theory]
    [InlineData("Modifying", PaymentStatus.Paid)]
    [InlineData("ArrangingAdditionalPayment", PaymentStatus.PartiallyPaid)]
    public async Task An_order_that_is_edited_stays_where_it_was(string state, PaymentStatus payment)
    {
        var order = ScriptedVendure.Order(1, state);
        order["fulfillments"] = Fulfilments(("Shipped", 2));
        if (payment == PaymentStatus.PartiallyPaid) order["payments"]![0]!["amount"] = 700;
        var read = await NormaliseAsync(order);
        Assert.Equal((payment, FulfilmentStatus.Shipped, true), (read.Payment, read.Fulfilment, read.Editing));
        Assert.Equal(OrderStatus.Shipped, read.Canonical());
    }

    [Fact]
    public async Task A_later_moment_of_a_payment_refund_or_shipment_is_a_newer_version()
    {
        var order = ScriptedVendure.Order(1);
        var placed = (await NormaliseAsync(order)).Version;
        order["payments"]![0]!["refunds"] = new JsonArray(new JsonObject { ["id"] = "9", ["createdAt"] = "2026-01-06T10:00:00Z", ["updatedAt"] = "2026-01-06T10:00:00Z", ["state"] = "Settled", ["total"] = 100 });
        var refunded = (await NormaliseAsync(order)).Version;
        order["fulfillments"] = Fulfilments(("Shipped", 2));
        Assert.True(placed < refunded && refunded < (await NormaliseAsync(order)).Version);
    }

    [Fact]
    public async Task Yen_with_two_decimals_are_added_before_they_are_rounded()
    {
        var order = ScriptedVendure.Order(1);
        order["currencyCode"] = "JPY";
        order["lines"] = new JsonArray([.. Enumerable.Range(0, 3).Select(i => (JsonNode)new JsonObject { ["id"] = $"{i}", ["quantity"] = 1, ["orderPlacedQuantity"] = 1, ["unitPrice"] = 3340, ["linePrice"] = 3340, ["proratedLinePrice"] = 3340, ["proratedLinePriceWithTax"] = 4000 })]);
        (order["total"], order["totalWithTax"]) = (10020, 12000);
        var read = await NormaliseAsync(order);
        Assert.Equal((100, 120, 20), (read.Amounts.ItemsNet.Minor, read.Amounts.Total.Minor, read.Amounts.Tax.Minor));
        Assert.Equal("33.4", read.Lines[0].UnitPrice.ToPlainText());
    }

    [Theory]
    [InlineData("https://shop.example", "https://shop.example/admin-api")]
    [InlineData("https://shop.example/", "https://shop.example/admin-api")]
    [InlineData("https://shop.example/backend", "https://shop.example/backend/admin-api")]
    [InlineData("https://shop.example/admin-api", "https://shop.example/admin-api")]
    public async Task The_admin_API_lies_under_the_given_address(string url, string asked)
    {
        var seen = new Seeing(_vendure);
        await using var connector = new VendureConnector(new VendureStoreOptions { Url = new Uri(url), Username = "reader", Password = "secret", ChannelToken = "channel-2" }, seen);
        await connector.DescribeAsync(Cancel);
        Assert.All(seen.Requests, request => Assert.Equal((asked, "channel-2"), (request.RequestUri!.ToString(), request.Headers.GetValues("vendure-token").Single())));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private void Fill(int count) => _vendure.Orders.AddRange(Enumerable.Range(1, count).Select(id => ScriptedVendure.Order(id)));

    private VendureConnector Connect(int pageSize, Action<VendureStoreOptions>? change = null)
    {
        var options = new VendureStoreOptions { Url = new Uri("http://127.0.0.1:1"), Username = "reader", Password = "secret", PageSize = pageSize };
        change?.Invoke(options);
        return new VendureConnector(options, _vendure, new Hurried());
    }

    private async Task<List<string>> ReadAsync(int pageSize, string? cursor)
    {
        var connector = Connect(pageSize);   // not disposed: the next one needs the same store
        var ids = new List<string>();
        await foreach (var page in connector.ReadAllAsync(EntityKind.Order, cursor, Cancel)) ids.AddRange(page.Changes.Select(change => change.PlatformId));
        return [.. ids.Distinct()];
    }

    private async Task<Order> NormaliseAsync(JsonObject order, Action<VendureStoreOptions>? change = null)
    {
        _vendure.Orders.Clear();
        _vendure.Orders.Add(order);
        var connector = Connect(4, change);
        return (Order)connector.Normalise((await FirstAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel))).Changes[0])[0];
    }

    private static async Task<StorePage> FirstAsync(IAsyncEnumerable<StorePage> pages)
    {
        await foreach (var page in pages) return page;
        throw new InvalidOperationException("no page");
    }

    private static HashSet<string> Ids(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(id => $"{id}")];

    private static JsonArray Fulfilments(params (string State, int Quantity)[] all) => new([.. all.Select((f, i) => (JsonNode)new JsonObject
    {
        ["id"] = $"{i}", ["createdAt"] = "2026-01-07T10:00:00Z", ["updatedAt"] = "2026-01-07T10:00:00Z", ["state"] = f.State, ["lines"] = new JsonArray(new JsonObject { ["orderLineId"] = "11", ["quantity"] = f.Quantity }),
    })]);

    private sealed class Seeing(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public List<HttpRequestMessage> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
