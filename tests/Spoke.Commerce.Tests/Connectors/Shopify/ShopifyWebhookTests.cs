using System.Text;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.StandIns;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

public sealed class ShopifyWebhookTests
{
    private static readonly Uri Callback = new("https://spoke.example/hooks/shopify/main");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("spoke-test-secret", null)]
    [InlineData("the-new-one", "spoke-test-secret")]
    public void The_known_signature_holds_by_the_current_and_by_the_previous_secret(string current, string? previous)
    {
        var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = new Uri("https://a.myshopify.com"), AccessToken = "t", WebhookSecret = current, PreviousWebhookSecret = previous });
        var headers = new Dictionary<string, string> { ["X-Shopify-Hmac-Sha256"] = "Ew9JG71YRAdX35m2czR1KkXMnJiFyr55dF/I4tHdVik=", ["X-Shopify-Topic"] = "orders/updated", ["X-Shopify-Event-Id"] = "e1" };
        var body = """{"id":1001,"total_price":"10.00"}"""u8;
        var change = Assert.Single(connector.ReadWebhook(headers, body, Now).Changes);
        Assert.True(change.IsOnlyNamed);
        Assert.Equal((EntityKind.Order, "1001", "e1:orders/updated:order:1001"), (change.Kind, change.PlatformId, change.DeliveryId));
        Assert.False(connector.ReadWebhook(headers, """{"id":1001,"total_price":"10.01"}"""u8, Now).Accepted);
        headers["X-Shopify-Hmac-Sha256"] = "not base64";
        Assert.False(connector.ReadWebhook(headers, body, Now).Accepted);
        headers.Remove("X-Shopify-Hmac-Sha256");
        Assert.False(connector.ReadWebhook(headers, body, Now).Accepted);
    }

    [Fact]
    public async Task Every_step_of_an_order_is_pushed_and_names_what_to_read()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);
        var order = scene.Shop.Place(new NewOrder("push@example.com", [new NewLine("Tea", 2, 10)]));
        scene.Shop.Pay(order);
        scene.Shop.Ship(order);
        scene.Shop.Deliver(order);
        scene.Shop.Refund(order, 1);
        scene.Shop.AddLine(order, new NewLine("Cup", 1, 5));
        scene.Shop.Cancel(order);
        var deliveries = scene.StandIn.Subscriptions.Take();
        Assert.All(deliveries, delivery => Assert.Equal(Callback, delivery.Address));
        var named = deliveries.SelectMany(delivery => Read(scene.Connector, delivery).Changes).Where(change => change.Kind == EntityKind.Order).ToList();
        Assert.All(named, change => Assert.Equal(ScenesId(order), change.PlatformId));
        Assert.All(named, change => Assert.True(change.IsOnlyNamed));
        Assert.Equal(13, named.Count);   // six steps are pushed twice, by their own topic and as an update
        Assert.Equal(named.Count, named.Select(change => change.DeliveryId).Distinct().Count());
        Assert.Contains(deliveries, delivery => delivery.Headers["X-Shopify-Topic"] == "orders/edited");
    }

    [Fact]
    public async Task A_deletion_and_a_merge_are_read_from_the_push()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);
        var order = scene.Shop.Place(new NewOrder("kept@example.com", [new NewLine("Tea", 1, 10)]));
        var other = scene.Shop.Place(new NewOrder("gone@example.com", [new NewLine("Tea", 1, 10)]));
        scene.StandIn.Subscriptions.Take();
        scene.Shop.Merge(order.Customer!, other.Customer!);
        var gone = scene.Shop.FindCustomer("gone@example.com");
        scene.Shop.Delete(order);
        var changes = scene.StandIn.Subscriptions.Take().SelectMany(delivery => Read(scene.Connector, delivery).Changes).ToList();
        Assert.Null(gone);
        Assert.Equal([(EntityKind.Customer, false), (EntityKind.Customer, true), (EntityKind.Order, true)], changes.Select(change => (change.Kind, change.Deleted)));
        Assert.All(changes.Where(change => change.Deleted), change => Assert.True(change.Version > 0));
    }

    [Theory]
    [InlineData(3, null, 3)]
    [InlineData(99, null, 99)]
    [InlineData(100, null, null)]   // there may be more
    [InlineData(100, 130, 130)]
    [InlineData(3, 2, null)]        // the lists contradict each other
    [InlineData(0, null, null)]
    public void All_variants_of_a_product_are_known_when_its_push_leaves_none_out(int told, int? listed, int? all)
    {
        var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = new Uri("https://acme.myshopify.com"), AccessToken = "t", WebhookSecret = "spoke-test-secret" });
        var variants = string.Join(",", Enumerable.Range(1, told).Select(i => $$"""{"id":{{i}}}"""));
        var gids = string.Join(",", Enumerable.Range(1, listed ?? 0).Select(i => $$"""{"admin_graphql_api_id":"gid://shopify/ProductVariant/{{i}}"}"""));
        var reading = Read(connector, Signed("products/update", $$"""{"id":7,"variants":[{{variants}}]{{(listed is null ? "" : $",\"variant_gids\":[{gids}]")}}}"""));
        Assert.Equal(told, reading.Changes.Count);
        Assert.Equal(all, reading.WholeProducts.SingleOrDefault()?.Variants.Count);
        Assert.All(reading.WholeProducts, product => Assert.Equal("7", product.PlatformId));
    }

    [Fact]
    public async Task Who_joins_or_leaves_a_company_and_where_it_moves_to_is_named_and_read()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);
        var company = scene.Shop.AddCompany("Acme GmbH");
        var buyer = scene.Shop.AddContact(company, "buyer@acme.example", "Ada", "Byron");
        var joined = await scene.CustomerAsync(buyer);
        scene.StandIn.Subscriptions.Take();
        scene.Shop.RemoveContact(company, buyer);
        scene.Shop.EditLocation(company, address => address.City = "Leeds");
        var (person, firm) = (joined.PlatformId, joined.CompanyId);
        Assert.Equal([(EntityKind.Customer, person), (EntityKind.Company, firm)], scene.StandIn.Subscriptions.Take().SelectMany(delivery => Read(scene.Connector, delivery).Changes).Select(change => (change.Kind, (string?)change.PlatformId)));
        var left = await scene.CustomerAsync(buyer);
        Assert.Equal((null, joined.Version), (left.CompanyId, left.Version));
        var moved = (Company)scene.Connector.Normalise((await scene.Connector.ReadOneAsync(EntityKind.Company, firm!, Cancel))!)[0];
        Assert.Equal("Leeds", moved.Address?.City);
    }

    [Fact]
    public async Task Requests_about_personal_data_are_passed_on()
    {
        await using var scene = await ShopifyScene.StartAsync();
        scene.StandIn.Subscriptions.ComplianceAddress = Callback;
        var order = scene.Shop.Place(new NewOrder("person@example.com", [new NewLine("Tea", 1, 10)]));
        scene.Shop.RequestData(order.Customer!);
        scene.Shop.Redact(order.Customer!);
        scene.Shop.Uninstall();
        var requests = scene.StandIn.Subscriptions.Take().SelectMany(delivery => Read(scene.Connector, delivery).Privacy).ToList();
        Assert.Equal([PrivacyRequestKind.Export, PrivacyRequestKind.ErasePerson, PrivacyRequestKind.EraseStore], requests.Select(request => request.Kind));
        Assert.Equal((order.Customer!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "person@example.com", ScenesId(order)), (requests[1].CustomerId, requests[1].Email, Assert.Single(requests[1].OrderIds)));
        Assert.Equal(3, requests.Select(request => request.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task Requests_that_are_about_another_shop_of_the_app_erase_nothing_here()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await using var other = await ShopifyScene.StartAsync();
        other.StandIn.Subscriptions.ComplianceAddress = Callback;   // the app has one address and one secret for all its shops
        var customer = other.Shop.Place(new NewOrder("person@example.com", [new NewLine("Tea", 1, 10)])).Customer!;
        other.Shop.RequestData(customer);
        other.Shop.Redact(customer);
        other.Shop.Uninstall();
        var deliveries = other.StandIn.Subscriptions.Take();
        Assert.Equal(3, deliveries.Count);
        Assert.All(deliveries, delivery =>
        {
            var reading = Read(scene.Connector, delivery);
            Assert.True(reading.Accepted);
            Assert.Empty(reading.Privacy);
            Assert.Contains(other.Shop.Domain, reading.Notice);
            Assert.Contains(delivery.Headers["X-Shopify-Topic"], reading.Notice);
            Assert.Single(Read(other.Connector, delivery).Privacy);
        });
        Assert.Contains("shop_domain", Assert.Throws<FormatException>(() => Read(scene.Connector, Signed("shop/redact", "{\"shop_id\":1}"))).Message);
    }

    [Fact]
    public async Task What_is_pushed_of_another_shop_of_the_app_is_accepted_and_not_taken_and_it_is_said_once_why()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await using var other = await ShopifyScene.StartAsync();
        await other.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);   // an app that is subscribed as a whole has one address for all its shops
        var order = other.Shop.Place(new NewOrder("person@example.com", [new NewLine("Tea", 1, 10)]) { Checkout = other.Shop.OpenCheckout("person@example.com") });
        other.Shop.EditCustomer(order.Customer!, customer => customer.LastName = "Other");
        other.Shop.Delete(order);
        other.Shop.DeleteProduct(other.Shop.AddProduct("Pot", 12));
        other.Shop.Uninstall();
        var deliveries = other.StandIn.Subscriptions.Take();
        Assert.Superset(new HashSet<string> { "orders/create", "orders/delete", "customers/update", "checkouts/create", "products/delete", "app/uninstalled" }, deliveries.Select(delivery => delivery.Headers["X-Shopify-Topic"]).ToHashSet());
        var readings = deliveries.Select(delivery => Read(scene.Connector, delivery)).ToList();
        Assert.All(readings, reading => Assert.True(reading.Accepted));
        Assert.All(readings, reading => Assert.Empty(reading.Changes.Concat(reading.GoneProducts)));
        var notice = Assert.Single(readings.Select(reading => reading.Notice).Distinct());
        Assert.Contains(other.Shop.Domain, notice);
        Assert.Contains(scene.Shop.Domain, notice);
        Assert.All(deliveries, delivery => Assert.NotEqual(notice, Read(other.Connector, delivery).Notice));
    }

    [Theory]
    [InlineData("https://acme.myshopify.com", "Acme.myshopify.com", true)]
    [InlineData("https://acme.myshopify.com/admin", "acme.myshopify.com", true)]
    [InlineData("https://acme.myshopify.com", "acme2.myshopify.com", false)]
    [InlineData("https://acme.myshopify.com", "", true)]
    [InlineData("https://acme.myshopify.com", null, true)]
    public void A_push_is_of_the_shop_that_its_header_names(string url, string? domain, bool taken)
    {
        var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = new Uri(url), AccessToken = "t", WebhookSecret = "spoke-test-secret" });
        var push = Signed("orders/updated", """{"id":1001}""");
        var headers = new Dictionary<string, string>(push.Headers);
        if (domain is not null) headers["x-shopify-shop-domain"] = domain;
        Assert.Equal(taken, Read(connector, push with { Headers = headers }).Changes.Count == 1);
    }

    [Theory]
    [InlineData("https://acme.myshopify.com", "Acme.myshopify.com", true)]
    [InlineData("https://acme.myshopify.com/admin", "acme.myshopify.com", true)]
    [InlineData("https://acme.myshopify.com", "acme2.myshopify.com", false)]
    [InlineData("https://shop.acme.example", "acme.myshopify.com", false)]
    public void A_shop_is_known_by_its_own_domain(string url, string domain, bool erases)
    {
        var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = new Uri(url), AccessToken = "t", WebhookSecret = "spoke-test-secret" });
        Assert.Equal(erases, Read(connector, Signed("shop/redact", $$"""{"shop_id":1,"shop_domain":"{{domain}}"}""")).Privacy.Count == 1);
    }

    [Fact]
    public async Task A_shop_that_calls_itself_otherwise_than_its_url_says_so_when_it_is_asked()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await using var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = new UriBuilder(scene.StandIn.BaseUrl) { Host = "localhost" }.Uri, AccessToken = "shpat_stand-in" });
        var notice = Assert.Single((await connector.DescribeAsync(Cancel)).Notices);
        Assert.Contains(scene.Shop.Domain, notice);
        Assert.Contains("pushes", notice);
    }

    [Fact]
    public async Task A_checkout_that_is_deleted_is_gone()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);
        var checkout = scene.Shop.OpenCheckout("cart@example.com");
        scene.StandIn.Subscriptions.Take();
        scene.Shop.DeleteCheckout(checkout);
        var change = Assert.Single(scene.StandIn.Subscriptions.Take().SelectMany(delivery => Read(scene.Connector, delivery).Changes));
        Assert.Equal((EntityKind.Cart, checkout.Token, true), (change.Kind, change.PlatformId, change.Deleted));
        Assert.Empty(Read(scene.Connector, Signed("checkouts/delete", "{}")).Changes);
    }

    [Fact]
    public async Task An_uninstalled_app_is_a_notice_and_an_unknown_topic_is_accepted()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);
        scene.Shop.Uninstall();
        Assert.Contains("uninstalled", Read(scene.Connector, Assert.Single(scene.StandIn.Subscriptions.Take())).Notice);
        var reading = Read(scene.Connector, Signed("themes/publish", "{}"));
        Assert.True(reading.Accepted);
        Assert.Empty(reading.Changes);
        Assert.Contains("not a push", Assert.Throws<FormatException>(() => Read(scene.Connector, Signed("orders/updated", "[]"))).Message);
        Assert.Contains("not a push", Assert.Throws<FormatException>(() => Read(scene.Connector, Signed("orders/updated", "hello"))).Message);
    }

    [Fact]
    public async Task A_checkout_is_read_from_its_push_as_the_list_has_it_and_the_order_names_it()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel);
        var checkout = scene.Shop.OpenCheckout("cart@example.com", 2);
        var pushed = Assert.Single(scene.StandIn.Subscriptions.Take().SelectMany(delivery => Read(scene.Connector, delivery).Changes), change => change.Kind == EntityKind.Cart);
        var fromPush = (Cart)Assert.Single(scene.Connector.Normalise(pushed));
        var fromList = (Cart)Assert.Single(scene.Connector.Normalise((await scene.Connector.ReadOneAsync(EntityKind.Cart, checkout.Token, Cancel))!));
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(fromList), System.Text.Json.JsonSerializer.Serialize(fromPush));
        var order = scene.Shop.Place(new NewOrder("cart@example.com", [new NewLine("Tea", 2, 10)]) { Checkout = checkout });
        Assert.Equal(fromPush.PlatformId, (await scene.OrderAsync(order)).CartId);
        Assert.False(((Cart)scene.Connector.Normalise((await scene.Connector.ReadOneAsync(EntityKind.Cart, checkout.Token, Cancel))!)[0]).Active);
    }

    [Fact]
    public async Task Subscriptions_are_made_kept_and_made_again_when_the_shop_has_dropped_one()
    {
        await using var scene = await ShopifyScene.StartAsync();
        var subscriptions = scene.Connector.Subscriptions!;
        var first = await subscriptions.EnsureAsync(Callback, Cancel);
        Assert.Equal(31, first.Made.Count);
        Assert.Equal(31, (await subscriptions.EnsureAsync(Callback, Cancel)).Kept.Count);
        await subscriptions.EnsureAsync(new Uri("https://other.example/hooks"), Cancel);
        Assert.Equal(62, scene.StandIn.Subscriptions.All.Count);

        scene.Shop.Place(new NewOrder("fails@example.com", [new NewLine("Tea", 1, 10)]));
        for (var i = 0; i < 9; i++)
            foreach (var delivery in scene.StandIn.Subscriptions.Take().Where(d => d.Address == Callback && d.Headers["X-Shopify-Topic"] == "orders/create")) scene.StandIn.Subscriptions.Fail(delivery);
        Assert.Equal(61, scene.StandIn.Subscriptions.All.Count);
        var again = await subscriptions.EnsureAsync(Callback, Cancel);
        Assert.Equal(["ORDERS_CREATE"], again.Restored);
        Assert.Equal(30, again.Kept.Count);
        Assert.Contains("https", (await Assert.ThrowsAsync<StoreException>(() => subscriptions.EnsureAsync(new Uri("http://spoke.example/"), Cancel))).Message);
    }

    [Fact]
    public async Task A_topic_that_is_refused_holds_up_none_of_the_others_and_all_are_told_at_once()
    {
        await using var scene = await ShopifyScene.StartAsync();
        scene.StandIn.Subscriptions.Refused.UnionWith(["ORDERS_CREATE", "CUSTOMERS_UPDATE"]);
        var refusal = await Assert.ThrowsAsync<StoreException>(() => scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel));
        Assert.False(refusal.IsTransient);
        Assert.Contains("2 of 31 topics", refusal.Message);
        Assert.Contains("ORDERS_CREATE, CUSTOMERS_UPDATE: This topic is not for this app.", refusal.Message);
        Assert.Equal(29, scene.StandIn.Subscriptions.All.Count);
        scene.StandIn.Subscriptions.Refused.Clear();
        Assert.Equal(2, (await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel)).Restored.Count);
    }

    [Fact]
    public async Task Topics_whose_scope_the_app_lacks_are_not_asked_for_and_it_is_said_what_that_means()
    {
        await using var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Scopes = new HashSet<string> { "read_products", "read_all_orders", "write_orders", "write_customers", "write_merchant_managed_fulfillment_orders" } });
        var made = (await scene.Connector.Subscriptions!.EnsureAsync(Callback, Cancel)).Made;
        Assert.Equal(28, made.Count);
        Assert.Empty(made.Intersect(["FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "CUSTOMERS_MERGE"]));
        Assert.Equal(made, (await scene.Connector.Subscriptions!.LookAsync(Cancel)).Wanted);
        var notices = (await scene.Connector.DescribeAsync(Cancel)).Notices;
        Assert.Equal(2, notices.Count(notice => notice.Contains("read_fulfillments") || notice.Contains("read_customer_merge")));
    }

    private static string ScenesId(ShopOrder order) => ShopifyScene.Id(order);

    private static WebhookReading Read(ShopifyConnector connector, Delivery delivery) => connector.ReadWebhook(delivery.Headers, delivery.Body.Span, Now);

    private static Delivery Signed(string topic, string body) => new(Callback, new Dictionary<string, string>
    {
        ["x-shopify-topic"] = topic,
        ["x-shopify-hmac-sha256"] = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData("spoke-test-secret"u8, Encoding.UTF8.GetBytes(body))),
    }, Encoding.UTF8.GetBytes(body));
}
