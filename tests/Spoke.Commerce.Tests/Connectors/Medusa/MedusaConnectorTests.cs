using System.Net;
using System.Text.Json.Nodes;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Medusa;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>What a well-behaved store does not show.</summary>
public sealed class MedusaConnectorTests
{
    private readonly ScriptedMedusa _medusa = new();

    [Fact]
    public async Task Rows_that_vanish_while_a_list_is_read_hide_none_of_the_others()
    {
        Fill(12);
        var pages = 0;
        _medusa.BeforePage = () =>
        {
            if (++pages is 2 or 4) _medusa.Orders.RemoveRange(0, 2);   // what was read already; the rest moves up
        };
        var read = await AllAsync(Connect(4), null);
        Assert.Subset(read.ToHashSet(), Ids(5, 12));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(17)]
    [InlineData(19)]
    public async Task More_than_a_page_that_vanishes_between_two_pages_hides_none_of_the_others(int gone)
    {
        Fill(40);
        var pages = 0;
        _medusa.BeforePage = () =>
        {
            if (++pages == 7) _medusa.Orders.RemoveRange(0, gone);   // 19 have been read
        };
        var read = await AllAsync(Connect(4), null);
        Assert.Subset(read.ToHashSet(), Ids(20, 40));
        Assert.Equal(read.Count, read.Distinct().Count());
    }

    [Fact]
    public async Task When_nothing_that_was_read_is_there_any_more_the_list_is_read_from_its_beginning()
    {
        Fill(40);
        var pages = 0;
        _medusa.BeforePage = () =>
        {
            if (++pages == 7) _medusa.Orders.RemoveRange(0, 25);
        };
        Assert.Subset((await AllAsync(Connect(4), null)).ToHashSet(), Ids(26, 40));
    }

    [Fact]
    public async Task Guests_are_named_by_their_orders_however_often_another_guest_of_the_page_has_bought()
    {
        foreach (var guest in (string[])["cus_1", "cus_2", "cus_3"])
            _medusa.Customers.Add(new JsonObject { ["id"] = guest, ["email"] = $"{guest}@example.com", ["has_account"] = false, ["created_at"] = "2026-01-05T10:00:00.000Z", ["updated_at"] = "2026-01-05T10:00:00.000Z" });
        _medusa.Orders.Add(Of("cus_2", 1, "Rarely"));
        _medusa.Orders.AddRange(Enumerable.Range(2, 1000).Select(id => Of("cus_1", id, "Till")));   // one guest stands for all who buy at the till
        var connector = Connect(10);
        var customers = new List<Customer>();
        await foreach (var page in connector.ReadAllAsync(EntityKind.Customer, null, Cancel)) customers.AddRange(page.Changes.SelectMany(connector.Normalise).Cast<Customer>());
        Assert.Equal([("cus_1", "Till"), ("cus_2", "Rarely"), ("cus_3", null)], customers.Select(customer => (customer.PlatformId, customer.LastName)));
        Assert.Equal(2, _medusa.Asked.Count(path => path.Contains("customer_id[]", StringComparison.Ordinal)));

        static JsonObject Of(string guest, int id, string name)
        {
            var order = ScriptedMedusa.Order(id);
            order["customer_id"] = guest;
            order["billing_address"] = new JsonObject { ["last_name"] = name };
            return order;
        }
    }

    [Fact]
    public async Task A_read_taken_up_after_much_has_vanished_begins_again()
    {
        Fill(12);
        var connector = Connect(4);
        string cursor = null!;
        await foreach (var page in connector.ReadAllAsync(EntityKind.Order, null, Cancel))
        {
            cursor = page.Cursor;
            break;
        }
        _medusa.Orders.RemoveRange(0, 9);
        Assert.Equal(Ids(10, 12), (await AllAsync(connector, cursor)).ToHashSet());
    }

    [Fact]
    public async Task A_capture_that_moves_the_payment_alone_brings_its_order()
    {
        Fill(3);
        var connector = Connect(4, sweep: 1);
        var checkpoint = (await PollAsync(connector, null)).Checkpoint;
        _medusa.Orders[1]["payment_status"] = "captured";
        _medusa.Payments.Add(new JsonObject { ["id"] = "pay_2", ["updated_at"] = "2026-01-06T10:00:00.000Z", ["payment_collection"] = new JsonObject { ["order"] = new JsonObject { ["id"] = "order_002" } } });
        _medusa.Asked.Clear();
        Assert.Contains("order_002", (await PollAsync(connector, checkpoint)).Found);
        Assert.Contains(_medusa.Asked, path => path.StartsWith("/admin/orders", StringComparison.Ordinal) && path.EndsWith("&id[]=order_002", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_open_order_is_read_again_whatever_its_time_says_and_a_final_one_is_not()
    {
        _medusa.Orders.Add(Recent(ScriptedMedusa.Order(1)));
        _medusa.Orders.Add(Recent(ScriptedMedusa.Order(2, fulfilment: "delivered")));
        _medusa.Orders.Add(Recent(ScriptedMedusa.Order(3)));
        var connector = Connect(2, sweep: 2, watch: 1);
        var checkpoint = (await PollAsync(connector, null)).Checkpoint;
        foreach (var order in _medusa.Orders) order["updated_at"] = "2020-01-01T00:00:00.000Z";   // no time will show it
        var watched = new List<string>();
        for (var poll = 0; poll < 4; poll++)
        {
            _medusa.Asked.Clear();
            checkpoint = (await PollAsync(connector, checkpoint)).Checkpoint;
            watched.AddRange(_medusa.Asked.Where(path => path.Contains("&id[]=", StringComparison.Ordinal) && path.StartsWith("/admin/orders", StringComparison.Ordinal)).Select(path => path.Split("&id[]=")[1]));
        }
        Assert.Equal(["order_001", "order_003", "order_001", "order_003"], watched);   // one a poll, those first that waited longest
    }

    [Fact]
    public async Task A_token_that_has_run_out_is_fetched_again()
    {
        var connector = new MedusaConnector(new MedusaStoreOptions { Url = new Uri("http://127.0.0.1:1"), Username = "reader@example.com", Password = "secret" }, _medusa);
        await connector.DescribeAsync(Cancel);
        _medusa.Refusals.Enqueue(HttpStatusCode.Unauthorized);
        await connector.DescribeAsync(Cancel);
        Assert.Equal(2, _medusa.LogIns);
        _medusa.Refusals.Enqueue(HttpStatusCode.Unauthorized);
        _medusa.Refusals.Enqueue(HttpStatusCode.Unauthorized);
        Assert.False((await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel))).IsTransient);
        _medusa.Refusals.Enqueue(HttpStatusCode.Forbidden);
        Assert.Contains("role", (await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel))).Message);
    }

    [Fact]
    public async Task The_operator_is_told_where_carts_come_from_and_what_prices_hold()
    {
        var info = await Connect(4).DescribeAsync(Cancel);
        Assert.Equal(("Scripted", "EUR"), (info.Name, info.MainCurrency));
        Assert.Contains(info.Notices, notice => notice.Contains("webhookSecret", StringComparison.Ordinal));
        Assert.Contains(info.Notices, notice => notice.Contains("include tax", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://shop.example", "/admin/stores")]
    [InlineData("https://shop.example/app/", "/admin/stores")]
    [InlineData("https://shop.example/back", "/back/admin/stores")]
    public async Task The_admin_API_lies_under_the_given_address(string url, string asked)
    {
        await new MedusaConnector(new MedusaStoreOptions { Url = new Uri(url), ApiKey = "sk_1" }, _medusa).DescribeAsync(Cancel);
        Assert.StartsWith(asked + "?", _medusa.Asked[0]);
    }

    [Fact]
    public async Task A_shipment_whose_answer_was_lost_is_taken_up_and_not_made_twice()
    {
        Fill(1);
        _medusa.Writes["/fulfillments"] = body =>
        {
            _medusa.Orders[0]["fulfillments"]!.AsArray().Add(new JsonObject { ["id"] = "ful_1", ["metadata"] = body!["metadata"]!.DeepClone(), ["items"] = new JsonArray(new JsonObject { ["id"] = "fi_1", ["line_item_id"] = "line_1", ["quantity"] = 2 }) });
            throw new HttpRequestException("connection reset");
        };
        _medusa.Writes["/shipments"] = body => ScriptedMedusa.Answer("""{"order":{}}""");
        _medusa.Writes["/mark-as-delivered"] = body => ScriptedMedusa.Answer("""{"order":{}}""");
        var writer = Connect(4).Writer!;
        var write = new FulfilmentWrite("k", "order_001", "S-1", [new FulfilledLine("line_1", 2)], "DHL", "0034", null, Delivered: true);
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => writer.WriteAsync(write, Cancel))).IsTransient);
        Assert.Single(_medusa.Posted);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(write, Cancel)).Result);
        Assert.Equal(["/fulfillments", "/shipments", "/mark-as-delivered"], _medusa.Posted.Select(post => "/" + post.Path.Split('/')[^1]));
    }

    [Fact]
    public async Task What_the_shop_had_packed_is_sent_off_and_not_packed_again()
    {
        Fill(1);
        _medusa.Orders[0]["fulfillments"]!.AsArray().Add(new JsonObject { ["id"] = "ful_9", ["items"] = new JsonArray(new JsonObject { ["id"] = "fi_1", ["line_item_id"] = "line_1", ["quantity"] = 2 }) });
        _medusa.Writes["/shipments"] = body => ScriptedMedusa.Answer("""{"order":{}}""");
        Assert.Equal(StoreWriteResult.Written, (await Connect(4).Writer!.WriteAsync(new FulfilmentWrite("k", "order_001", "S-1", [new FulfilledLine("line_1", 2)], null, "0034", null), Cancel)).Result);
        Assert.Equal("/admin/orders/order_001/fulfillments/ful_9/shipments", Assert.Single(_medusa.Posted).Path);
    }

    [Fact]
    public async Task The_stores_words_are_passed_on_without_anybodys_address()
    {
        Fill(1);
        _medusa.Writes["/fulfillments"] = body => ScriptedMedusa.Answer("""{"type":"invalid_data","message":"Customer with email: jane@example.com, has no stock"}""", HttpStatusCode.BadRequest);
        var outcome = await Connect(4).Writer!.WriteAsync(new FulfilmentWrite("k", "order_001", "S-1", [], null, null, null), Cancel);
        Assert.Equal(StoreWriteResult.Refused, outcome.Result);
        Assert.Contains("has no stock", outcome.Problem);
        Assert.DoesNotContain("jane", outcome.Problem);
    }

    [Theory]
    [InlineData("""{"type":"order.placed","timestamp":"2026-01-05T10:00:00Z"}""")]
    [InlineData("""{"type":"order.placed","timestamp":"2026-01-05T10:00:00Z","data":{"orders":[5]}}""")]
    [InlineData("""{"type":"cart.updated","timestamp":"2026-01-05T10:00:00Z","data":{"cart":{"id":"cart_1"},"read_at":"2026-01-05T10:00:00Z","occurred_at":"2026-01-05T10:00:00Z"}}""")]
    [InlineData("[]")]
    [InlineData("hello")]
    public void A_signed_push_that_is_no_change_is_explained(string body) =>
        Assert.Contains("not one of the subscriber", Assert.Throws<FormatException>(() => Signed.Read(Connect(4, secret: MedusaShop.Secret), body, MedusaShop.Secret)).Message);

    [Fact]
    public void The_previous_key_holds_while_it_is_given_and_an_event_of_no_interest_is_accepted()
    {
        const string body = """{"type":"region.updated","timestamp":"2026-01-05T10:00:00Z","data":{}}""";
        var connector = Connect(4, secret: MedusaShop.Secret);
        Assert.True(Signed.Read(connector, body, MedusaShop.Secret).Accepted);
        Assert.True(Signed.Read(connector, body, MedusaShop.Previous).Accepted);
        Assert.False(Signed.Read(connector, body, "whsec_c29tZWJvZHktZWxzZQ==").Accepted);
        Assert.Contains("webhookSecret", Signed.Read(Connect(4), body, MedusaShop.Secret).Problem);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private void Fill(int count) => _medusa.Orders.AddRange(Enumerable.Range(1, count).Select(id => ScriptedMedusa.Order(id)));

    private static JsonObject Recent(JsonObject order)
    {
        order["created_at"] = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("O");
        return order;
    }

    private MedusaConnector Connect(int pageSize, int sweep = 200, int watch = 500, string? secret = null) =>
        new(new MedusaStoreOptions { Url = new Uri("http://127.0.0.1:1"), ApiKey = "sk_1", PageSize = pageSize, SweepSize = sweep, WatchSize = watch, WebhookSecret = secret, PreviousWebhookSecret = secret is null ? null : MedusaShop.Previous }, _medusa, new Hurried());

    private static async Task<List<string>> AllAsync(MedusaConnector connector, string? cursor)
    {
        var ids = new List<string>();
        await foreach (var page in connector.ReadAllAsync(EntityKind.Order, cursor, Cancel)) ids.AddRange(page.Changes.Select(change => change.PlatformId));
        return ids;
    }

    private static async Task<(string? Checkpoint, List<string> Found)> PollAsync(MedusaConnector connector, string? checkpoint)
    {
        var found = new List<string>();
        await foreach (var page in connector.ReadChangesAsync(checkpoint, TimeProvider.System.GetUtcNow(), Cancel))
        {
            checkpoint = page.Cursor;
            found.AddRange(page.Changes.Select(change => change.PlatformId));
        }
        return (checkpoint, found);
    }

    private static HashSet<string> Ids(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(id => $"order_{id:000}")];
}
