using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

public sealed class ShopifyConnectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_app_may_not_do_and_how_far_orders_reach_is_said()
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { HasCompanies = false, Scopes = new HashSet<string> { "read_products", "read_customers", "write_orders" }, Versions = ["2026-04", "2026-07"] });
        var info = await scene.Connector.DescribeAsync(Cancel);
        Assert.Equal("2026-04", info.Version);
        Assert.Contains(info.Notices, notice => notice.Contains("60 days") && notice.Contains("read_all_orders"));
        Assert.Contains(info.Notices, notice => notice.Contains("write_customers"));
        Assert.Contains(info.Notices, notice => notice.Contains("write_merchant_managed_fulfillment_orders"));
        Assert.DoesNotContain(info.Notices, notice => notice.Contains(" read_orders"));
        Assert.Contains(info.Notices, notice => notice.Contains("companies"));
        Assert.Contains(info.Notices, notice => notice.Contains("version 2026-04"));
        await using var whole = await ShopifyScene.StartAsync();
        Assert.Empty((await whole.Connector.DescribeAsync(Cancel)).Notices);
    }

    [Fact]
    public async Task A_shop_without_companies_gives_none_and_the_rest()
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { HasCompanies = false });
        scene.Shop.Place(new NewOrder("b2c@example.com", [new NewLine("Tea", 1, 10)]));
        Assert.Empty(await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Company, null, Cancel)));
        Assert.Contains((await ShopifyScene.PagesAsync(scene.Connector.ReadChangesAsync(null, DateTimeOffset.UnixEpoch, Cancel))).SelectMany(page => page.Changes), change => change.Kind == EntityKind.Order);
        Assert.Equal(22, (await scene.Connector.Subscriptions!.EnsureAsync(new Uri("https://spoke.example/"), Cancel)).Made.Count);
    }

    [Fact]
    public async Task Companies_their_people_and_their_orders_hang_together()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var company = scene.Shop.AddCompany("Acme GmbH");
        var order = scene.Shop.Place(new NewOrder("buyer@acme.example", [new NewLine("Tea", 1, 10)]) { Company = company });
        var read = (Company)scene.Connector.Normalise((await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Company, null, Cancel))).SelectMany(page => page.Changes).Single())[0];
        Assert.Equal(("Acme GmbH", "C-1", "+493012345", "Berlin"), (read.Name, read.ExternalId, read.Phone, read.Address?.City));
        Assert.Equal(read.PlatformId, (await scene.OrderAsync(order)).CompanyId);
        Assert.Equal(read.PlatformId, (await scene.CustomerAsync(order.Customer!)).CompanyId);
    }

    [Fact]
    public async Task An_order_of_nobody_brings_its_guest_along()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("Till@Example.com", [new NewLine("Tea", 1, 10)]) { Anonymous = true });
        var entities = scene.Connector.Normalise((await scene.Connector.ReadOneAsync(EntityKind.Order, ShopifyScene.Id(order), Cancel))!);
        var guest = Assert.IsType<Customer>(entities[1]);
        Assert.Equal("guest:till@example.com", guest.PlatformId);
        Assert.True(guest.Guest);
        Assert.Equal(guest.PlatformId, ((Order)entities[0]).CustomerId);
        Assert.Null(await scene.Connector.ReadOneAsync(EntityKind.Customer, guest.PlatformId, Cancel));
        var unnamed = scene.Shop.Place(new NewOrder(null, [new NewLine("Tea", 1, 10)]) { Anonymous = true });
        Assert.Null((await scene.OrderAsync(unnamed)).CustomerId);
    }

    [Fact]
    public async Task Everything_about_an_order_arrives()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var variant = scene.Shop.AddProduct("Pot", 30).Variants[0];
        var order = scene.Shop.Place(new NewOrder("all@example.com", [new NewLine("Pot", 1, 30, Discount: 3, TaxRate: 0.19m, Variant: variant)]) { Shipping = 5, Code = "TEN", Test = true, Phone = "+4930123456" });
        scene.Shop.Pay(order, kind: "AUTHORIZATION");
        Assert.Equal((PaymentStatus.Authorized, SettlementState.Pending), ((await scene.OrderAsync(order)).Payment, (await scene.OrderAsync(order)).Payments[0].State));
        scene.Shop.Pay(order, kind: "CAPTURE");
        scene.Shop.Ship(order, number: "T1", url: "https://track.example/T1");
        var read = await scene.OrderAsync(order);
        Assert.Equal((order.Name.TrimStart('#'), true, "web", "PAID, FULFILLED"), (read.Number, read.Test, read.Source, read.PlatformStatus));
        Assert.Equal(["TEN"], read.Coupons);
        Assert.Equal(("https://shop.example/?utm_source=mail", "https://mail.example/", "Parcel"), (read.LandingPage, read.Referrer, read.ShippingMethod));
        Assert.Equal(SettlementState.Settled, Assert.Single(read.Payments).State);   // the capture stands for the authorisation
        Assert.Equal(("DHL", "T1", "https://track.example/T1", "Shipped"), (read.Fulfilments[0].Carrier, read.Fulfilments[0].TrackingNumber, read.Fulfilments[0].TrackingUrl, read.Fulfilments[0].State));
        Assert.Equal((variant.Sku, variant.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), 300L), (read.Lines[0].Sku, read.Lines[0].VariantId, read.Lines[0].Discount.Rounded().Minor));
        Assert.Equal(new Uri(scene.StandIn.BaseUrl, $"admin/orders/{order.Id}").ToString(), read.Url);
        Assert.Equal("EUR", read.Currency);   // the shop's, not the buyer's
        Assert.Equal(3500 - 300, read.Amounts.Total.Minor);
    }

    [Fact]
    public async Task An_export_that_is_gone_is_made_again_and_what_was_read_is_passed_over()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time }, time, pageSize: 4);
        for (var i = 0; i < 10; i++) scene.Shop.Place(new NewOrder($"e{i}@example.com", [new NewLine("Tea", 1, 10), new NewLine("Cup", 1, 5)]));
        var pages = await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, null, Cancel));
        var first = pages.First(page => page.Changes.Count > 0);
        Assert.Equal(10, first.Total);
        time.Pass(TimeSpan.FromDays(8));
        var late = scene.Shop.Place(new NewOrder("late@example.com", [new NewLine("Tea", 1, 10)]));
        var rest = (await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, first.Cursor, Cancel))).SelectMany(page => page.Changes).ToList();
        Assert.Equal(7, rest.Count);
        Assert.Equal(ShopifyScene.Id(late), rest[^1].PlatformId);
        Assert.Equal(2, scene.StandIn.Exports.All.Count);
        Assert.Empty(rest.Select(change => change.PlatformId).Intersect(first.Changes.Select(change => change.PlatformId)));
        Assert.All(rest.SkipLast(1), change => Assert.Equal(2, ((Order)scene.Connector.Normalise(change)[0]).Lines.Count));
    }

    [Fact]
    public async Task An_export_is_waited_for_and_taken_up_again_while_it_runs()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time, ExportPolls = 5 }, time);
        scene.Shop.Place(new NewOrder("wait@example.com", [new NewLine("Tea", 1, 10)]));
        string? cursor = null;
        await foreach (var page in scene.Connector.ReadAllAsync(EntityKind.Order, null, Cancel))
        {
            cursor = page.Cursor;
            break;   // stopped while the export has not even begun
        }
        await using var other = scene.Connect(time);
        Assert.Single((await ShopifyScene.PagesAsync(other.ReadAllAsync(EntityKind.Order, cursor, Cancel))).SelectMany(page => page.Changes));
        Assert.Single(scene.StandIn.Exports.All);
        Assert.True(time.Waits.Count >= 4, "it was asked after without a pause");
    }

    [Theory]
    [InlineData("FAILED", "ACCESS_DENIED", false, "scope")]
    [InlineData("FAILED", "INTERNAL_SERVER_ERROR", true, "INTERNAL_SERVER_ERROR")]
    [InlineData("CANCELED", null, true, "cancelled")]
    public async Task An_export_that_fails_says_why(string status, string? error, bool transient, string says)
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time, ExportPolls = 2 }, time);
        var failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var page in scene.Connector.ReadAllAsync(EntityKind.Order, null, Cancel)) (scene.StandIn.Exports.All[0].Status, scene.StandIn.Exports.All[0].Error) = (status, error);
        });
        Assert.Equal(transient, failure.IsTransient);
        Assert.Contains(says, failure.Message);
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_read_on_where_it_broke()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time }, time);
        for (var i = 0; i < 20; i++) scene.Shop.Place(new NewOrder($"f{i}@example.com", [new NewLine("Tea", 1, 10)]));
        scene.StandIn.BreakFileAfter = 9_000;
        var orders = (await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, null, Cancel))).SelectMany(page => page.Changes).ToList();
        Assert.Null(scene.StandIn.BreakFileAfter);
        Assert.Equal(20, orders.Select(order => order.PlatformId).Distinct().Count());
        Assert.Equal(20, orders.Count);
        Assert.All(orders, order => Assert.Single(((Order)scene.Connector.Normalise(order)[0]).Lines));
    }

    [Fact]
    public async Task The_token_goes_to_the_shop_alone()
    {
        var seen = new Seeing();
        await using var scene = await ShopifyScene.StartAsync();
        scene.Shop.Place(new NewOrder("t@example.com", [new NewLine("Tea", 1, 10)]));
        await using var connector = scene.Connect(handler: seen);
        await ShopifyScene.PagesAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel));
        Assert.Contains(seen.Requests, request => request.Path.StartsWith("/files/", StringComparison.Ordinal));
        Assert.All(seen.Requests, request => Assert.Equal(request.Path.StartsWith("/admin/", StringComparison.Ordinal), request.HasToken));
    }

    [Fact]
    public async Task Points_are_waited_for_and_no_query_is_throttled()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time, BucketSize = 1000, PointsASecond = 50 }, time);
        for (var i = 0; i < 120; i++) scene.Shop.Place(new NewOrder($"p{i}@example.com", [new NewLine("Tea", 1, 10)]));
        var changes = (await ShopifyScene.PagesAsync(scene.Connector.ReadChangesAsync(null, DateTimeOffset.UnixEpoch, Cancel))).SelectMany(page => page.Changes).ToList();
        Assert.Equal(120, changes.Where(change => change.Kind == EntityKind.Order).Select(change => change.PlatformId).Distinct().Count());
        Assert.NotEmpty(time.Waits);
        // Only a query whose cost is not known yet can be sent too early.
        Assert.True(scene.StandIn.Throttled <= 6, $"{scene.StandIn.Throttled} queries were throttled");
    }

    [Fact]
    public async Task A_bucket_that_somebody_else_empties_is_waited_for_exactly()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time, BucketSize = 1000, PointsASecond = 50 }, time);
        await scene.Connector.DescribeAsync(Cancel);
        scene.StandIn.Spend(1000);
        await scene.Connector.DescribeAsync(Cancel);
        Assert.Equal(1, scene.StandIn.Throttled);
        var cost = GraphCost(scene);
        Assert.Equal(TimeSpan.FromSeconds(cost / 50.0), Assert.Single(time.Waits));
    }

    [Fact]
    public async Task An_order_with_more_lines_than_an_answer_holds_is_read_whole()
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { BucketSize = 100_000 });
        var order = scene.Shop.Place(new NewOrder("many@example.com", [.. Enumerable.Range(1, 130).Select(i => new NewLine($"P{i}", 2, i, TaxRate: 0.19m))]));
        scene.Shop.Pay(order);
        scene.Shop.Refund(order, 0, [.. order.Lines.Select(line => (line, 1))]);
        var read = await scene.OrderAsync(order);
        Assert.Equal(130, read.Lines.Select(line => line.Id).Distinct().Count());
        Assert.Equal(order.Refunds[0].Total, Assert.Single(read.Refunds).Total.Major);
        Assert.False(read.Refunds[0].Estimated);
        var exported = (Order)scene.Connector.Normalise((await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, null, Cancel))).SelectMany(page => page.Changes).Single())[0];
        Assert.Equal(JsonSerializer.Serialize(read), JsonSerializer.Serialize(exported));
    }

    [Fact]
    public async Task Changes_beyond_the_end_of_a_list_are_found()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time, SeededOrders = 25_500, SeededCustomers = 10, SeededVariants = 10, BucketSize = 1e9, DearestQuery = 1e9 }, time);
        await using var standing = scene.Connect(time);
        var ids = new HashSet<string>();
        await foreach (var page in standing.ReadChangesAsync(null, DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1), Cancel))
            ids.UnionWith(page.Changes.Where(change => change.Kind == EntityKind.Order).Select(change => change.PlatformId));
        Assert.Equal(25_500, ids.Count);
    }

    [Fact]
    public async Task Poll_after_poll_finds_what_was_changed_and_ends_when_nothing_is()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time, BucketSize = 1e9 }, time);
        var old = scene.Shop.Place(new NewOrder("old@example.com", [new NewLine("Tea", 1, 10)]));
        var product = scene.Shop.AddProduct("Bowl", 12, variants: 3);
        time.Pass(TimeSpan.FromHours(2));
        var checkpoint = (await ShopifyScene.PagesAsync(scene.Connector.ReadChangesAsync(null, time.GetUtcNow().AddMinutes(-1), Cancel)))[^1].Cursor;
        time.Pass(TimeSpan.FromHours(1));
        scene.Shop.Pay(old);
        scene.Shop.EditProduct(product, "Great bowl");
        var pages = await ShopifyScene.PagesAsync(scene.Connector.ReadChangesAsync(checkpoint, Start, Cancel));
        Assert.Contains(pages.SelectMany(page => page.Changes), change => change.PlatformId == ShopifyScene.Id(old));
        Assert.Equal(3, pages.SelectMany(page => page.Changes).Where(change => change.Kind == EntityKind.Variant).Select(scene.Connector.Normalise).Count(entities => ((Variant)entities[0]).Name.StartsWith("Great bowl", StringComparison.Ordinal)));
        time.Pass(TimeSpan.FromHours(1));
        var quiet = await ShopifyScene.PagesAsync(scene.Connector.ReadChangesAsync(pages[^1].Cursor, Start, Cancel));
        Assert.True(quiet.SelectMany(page => page.Changes).Count() <= 5, "what was read long ago is read again");
    }

    [Fact]
    public async Task What_a_shop_refuses_to_write_is_explained_with_a_remedy()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var first = scene.Shop.Place(new NewOrder("first@example.com", [new NewLine("Tea", 2, 10)]));
        scene.Shop.Place(new NewOrder("second@example.com", [new NewLine("Tea", 1, 10)]));
        var writer = scene.Connector.Writer!;
        var id = first.Customer!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var write in new StoreWrite[]
        {
            new CustomerFieldsWrite("k1", id, new Dictionary<CustomerField, string?> { [CustomerField.Email] = "second@example.com" }),
            new CustomerFieldsWrite("k2", id, new Dictionary<CustomerField, string?> { [CustomerField.Phone] = "12" }),
            new CustomerFieldsWrite("k3", id, new Dictionary<CustomerField, string?> { [CustomerField.Country] = "Germany" }),
            new ConsentWrite("k4", id, ConsentChannel.Email, new Consent(ConsentState.None)),
            new FulfilmentWrite("k5", ShopifyScene.Id(first), "S-1", [new FulfilledLine(first.Lines[0].Id.ToString(System.Globalization.CultureInfo.InvariantCulture), 3)], "DHL", "T", null),
        })
        {
            var outcome = await writer.WriteAsync(write, Cancel);
            Assert.Equal((write.Key, StoreWriteResult.Refused), (write.Key, outcome.Result));
            Assert.NotEmpty(outcome.Problem ?? "");
            Assert.NotEmpty(outcome.Fix ?? "");
        }
        Assert.Equal("first@example.com", first.Customer.Email);
    }

    [Fact]
    public async Task An_address_that_is_written_arrives()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var customer = scene.Shop.Place(new NewOrder("moves@example.com", [new NewLine("Tea", 1, 10)])).Customer!;
        var id = customer.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var write = new CustomerFieldsWrite("k", id, new Dictionary<CustomerField, string?> { [CustomerField.Street] = "New Road 5", [CustomerField.City] = "Dublin", [CustomerField.Country] = "IE", [CustomerField.PostalCode] = null, [CustomerField.Company] = "Acme" });
        var outcome = await scene.Connector.Writer!.WriteAsync(write, Cancel);
        Assert.Equal(StoreWriteResult.Written, outcome.Result);
        var now = await scene.CustomerAsync(customer);
        Assert.Equal(("New Road 5", "Dublin", "IE", null, "Acme"), (now.Address?.Street, now.Address?.City, now.Address?.Country, now.Address?.PostalCode, now.Address?.Company));
        Assert.Equal(StoreWriteResult.Unchanged, (await scene.Connector.Writer!.WriteAsync(write, Cancel)).Result);
    }

    [Fact]
    public async Task Shipments_in_parts_without_numbers_are_entered_once_each_and_delivered()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("parts@example.com", [new NewLine("Tea", 3, 10), new NewLine("Cup", 1, 5)]));
        scene.Shop.Pay(order);
        var writer = scene.Connector.Writer!;
        var id = ShopifyScene.Id(order);
        string Line(int i) => order.Lines[i].Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var part = new FulfilmentWrite("k1", id, "S-1", [new FulfilledLine(Line(0), 2)], null, null, null);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(part, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(part, Cancel)).Result);
        Assert.Equal(FulfilmentStatus.PartiallyShipped, (await scene.OrderAsync(order)).Fulfilment);
        var rest = new FulfilmentWrite("k2", id, "S-2", [], "DHL", "T-2", null);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(rest, Cancel)).Result);
        Assert.Equal(FulfilmentStatus.Shipped, (await scene.OrderAsync(order)).Fulfilment);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(rest, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(rest with { Delivered = true }, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(rest with { Delivered = true }, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(part with { Delivered = true }, Cancel)).Result);
        Assert.Equal(FulfilmentStatus.Delivered, (await scene.OrderAsync(order)).Fulfilment);
        Assert.Equal(2, order.Fulfillments.Count);
    }

    [Fact]
    public async Task Consent_is_read_with_its_time_and_its_proof()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var customer = scene.Shop.Place(new NewOrder("says@example.com", [new NewLine("Tea", 1, 10)])).Customer!;
        scene.Shop.EditCustomer(customer, c =>
        {
            (c.EmailConsent.State, c.EmailConsent.Level, c.EmailConsent.At) = ("SUBSCRIBED", "CONFIRMED_OPT_IN", Start);
            (c.SmsConsent.State, c.SmsConsent.At) = ("UNSUBSCRIBED", Start);
        });
        var read = await scene.CustomerAsync(customer);
        Assert.Equal(new Consent(ConsentState.Granted, Start, "shopify", "confirmed_opt_in"), read.EmailConsent);
        Assert.Equal(new Consent(ConsentState.Denied, Start, "other"), read.SmsConsent);
    }

    [Fact]
    public async Task A_hundred_thousand_orders_are_read_from_their_seed()
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { SeededOrders = 100_000, SeededCustomers = 60_000, SeededVariants = 5_000, BucketSize = 1e9 });
        var (count, minor) = (0, 0L);
        await foreach (var page in scene.Connector.ReadAllAsync(EntityKind.Order, null, Cancel))
        {
            count += page.Changes.Count;
            if (page.Changes.Count > 0) minor += ((Order)scene.Connector.Normalise(page.Changes[0])[0]).Amounts.Total.Minor;
            if (count >= 5_000) break;
        }
        Assert.Equal(5_000, count);
        await using var again = await ShopifyScene.StartAsync(new ShopifyStandInOptions { SeededOrders = 100_000, SeededCustomers = 60_000, SeededVariants = 5_000, BucketSize = 1e9 });
        await foreach (var page in again.Connector.ReadAllAsync(EntityKind.Order, null, Cancel))
        {
            count -= page.Changes.Count;
            if (page.Changes.Count > 0) minor -= ((Order)again.Connector.Normalise(page.Changes[0])[0]).Amounts.Total.Minor;
            if (count <= 0) break;
        }
        Assert.Equal((0, 0L), (count, minor));
    }

    [Fact]
    public async Task Reading_the_order_that_a_push_names_costs_few_points()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("cost@example.com", [.. Enumerable.Range(1, 3).Select(i => new NewLine($"P{i}", 1, 10, TaxRate: 0.19m, Variant: scene.Shop.AnyVariant()))]) { Shipping = 5, ShippingTaxRate = 0.19m });
        scene.Shop.Pay(order);
        scene.Shop.Ship(order, number: "T1");
        await scene.OrderAsync(order);
        Assert.True(scene.StandIn.LastCost <= 500, $"it asks for {scene.StandIn.LastCost} points");
        Assert.True(scene.StandIn.LastSpent <= 80, $"it costs {scene.StandIn.LastSpent} points");
        TestContext.Current.TestOutputHelper?.WriteLine($"asks for {scene.StandIn.LastCost}, costs {scene.StandIn.LastSpent}");
    }

    // Of the query that says who the shop is.
    private static double GraphCost(ShopifyScene scene) => scene.StandIn.LastCost;

    private sealed class Seeing() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        public List<(string Path, bool HasToken)> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsolutePath, request.Headers.Contains("X-Shopify-Access-Token")));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
