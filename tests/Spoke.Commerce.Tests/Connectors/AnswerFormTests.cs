using System.Text;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Medusa;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Ledger;
using Spoke.Commerce.Tests.Connectors.Medusa;
using Spoke.Commerce.Tests.Connectors.Shopify;
using Spoke.Commerce.Tests.Connectors.Vendure;
using Spoke.Commerce.Tests.Connectors.WooCommerce;
using Spoke.Shop;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>A plugin or a proxy alters what a store answers: that is the store's doing, told as such, and no exception of another kind comes out of a reading.</summary>
public sealed class AnswerFormTests
{
    private static readonly DateTimeOffset s_since = DateTimeOffset.UnixEpoch;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"id\":", "\"ID\":")]
    [InlineData("\"id\":", "\"id\":null,\"was\":")]
    [InlineData("\"id\":", "\"id\":\"x\",\"was\":")]
    [InlineData("[{", "[7,{")]
    public async Task WooCommerce(string was, string now)
    {
        var bending = new Bending(new SocketsHttpHandler());
        await using var scene = await WooScene.StartAsync(handler: bending);
        bending.Alter(was, now);
        await IsToldAsync(scene.Connector, scene.Shop.BaseUrl, WooScene.Text(scene.Desk.Orders()[0].Id));
    }

    [Fact]
    public async Task An_order_of_WooCommerce_without_a_status_is_a_matter_of_that_order_alone()
    {
        var bending = new Bending(new SocketsHttpHandler());
        await using var scene = await WooScene.StartAsync(handler: bending);
        var id = scene.Desk.Place("odd@example.com");
        scene.Desk.SetStatus(id, "on-hold");
        bending.Alter("\"status\":\"on-hold\",\"currency\"", "\"currency\"");
        var read = (await WooScene.PagesAsync(scene.Connector, EntityKind.Order)).SelectMany(page => page.Changes).ToList();
        Assert.Equal(scene.Desk.Orders().Count(order => order.Status != "trash"), read.Count + scene.Shop.Options.Drafts);
        Assert.Contains("'status'", Assert.Throws<FormatException>(() => scene.Connector.Normalise(read.Single(change => change.PlatformId == WooScene.Text(id)))).Message);
    }

    [Theory]
    [InlineData("\"id\":", "\"ID\":")]
    [InlineData("\"count\":", "\"counted\":")]
    [InlineData("\"count\":", "\"count\":99999999999,\"was\":")]
    [InlineData("[{\"id\":\"order", "[7,{\"id\":\"order")]
    public async Task Medusa(string was, string now)
    {
        var medusa = new ScriptedMedusa();
        medusa.Orders.Add(ScriptedMedusa.Order(1));
        var url = new Uri("http://127.0.0.1:1");
        await using var connector = new MedusaConnector(new MedusaStoreOptions { Url = url, ApiKey = "sk_1" }, new Bending(medusa).Alter(was, now));
        await IsToldAsync(connector, url, "order_001");
    }

    [Theory]
    [InlineData("\"id\":", "\"ID\":")]
    [InlineData("\"totalItems\":", "\"items\":")]
    [InlineData("\"orders\":", "\"others\":")]
    [InlineData("\"moneyStrategyPrecision\":2", "\"moneyStrategyPrecision\":null")]
    public async Task Vendure(string was, string now)
    {
        var vendure = new ScriptedVendure();
        vendure.Orders.Add(ScriptedVendure.Order(1));
        var url = new Uri("http://127.0.0.1:1");
        await using var connector = new VendureConnector(new VendureStoreOptions { Url = url, Username = "reader", Password = "secret" }, new Bending(vendure).Alter(was, now));
        await IsToldAsync(connector, url, "1");
    }

    [Theory]
    [InlineData("\"id\":", "\"ID\":")]
    [InlineData("\"updatedAt\":", "\"updated\":")]
    [InlineData("\"currencyCode\":", "\"currency\":")]
    [InlineData("\"nodes\":", "\"others\":")]
    [InlineData("\"nodes\":[{", "\"nodes\":[7,{")]
    [InlineData("\"hasNextPage\":false", "\"hasNextPage\":null")]
    public async Task Shopify(string was, string now)
    {
        var bending = new Bending(new SocketsHttpHandler());
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("odd@example.com", [new NewLine("Tea", 2, 10)]));
        scene.Shop.Refund(order, 0, [(order.Lines[0], 1)]);   // those of a history are read by their ids beside it
        await using var connector = scene.Connect(handler: bending.Alter(was, now));
        await IsToldAsync(connector, scene.StandIn.BaseUrl, ShopifyScene.Id(order));
    }

    [Theory]
    [InlineData("{\"__typename\":\"Order\"", "<html>", "line 1 of the exported file is not JSON")]
    [InlineData("\"id\":\"gid://shopify/Order/", "\"ID\":\"gid://shopify/Order/", "line 1 of the exported file names no entity")]
    public async Task A_file_exported_by_Shopify_is_told_with_the_line(string was, string now, string problem)
    {
        await using var scene = await ShopifyScene.StartAsync();
        scene.Shop.Place(new NewOrder("odd@example.com", [new NewLine("Tea", 2, 10)]));
        await using var connector = scene.Connect(handler: new Bending(new SocketsHttpHandler()).Alter(was, now));
        var told = await Assert.ThrowsAsync<StoreException>(() => ShopifyScene.PagesAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel)));
        Assert.Contains("all orders", told.Message);
        Assert.Contains(problem, told.Message);
    }

    [Theory]
    [InlineData("\"nodes\":", "\"others\":")]
    [InlineData("\"nodes\":[{", "\"nodes\":[{\"other\":{}},{")]
    [InlineData("\"id\":\"gid://shopify/Order/", "\"ID\":\"gid://shopify/Order/")]
    [InlineData("{\"data\"", "<html>{\"data\"")]
    public async Task What_Shopify_says_nothing_of_does_not_count_as_gone(string was, string now)
    {
        await using var scene = await ShopifyScene.StartAsync();
        var order = scene.Shop.Place(new NewOrder("odd@example.com", [new NewLine("Tea", 2, 10)]));
        await using var connector = scene.Connect(handler: new Bending(new SocketsHttpHandler()).Alter(was, now));
        var told = await Assert.ThrowsAsync<StoreException>(() => connector.ReadOneAsync(EntityKind.Order, ShopifyScene.Id(order), Cancel));
        Assert.False(told.IsTransient);
        Assert.Contains(scene.StandIn.BaseUrl.Authority, told.Message);
        Assert.Null(await scene.Connector.ReadOneAsync(EntityKind.Order, "1", Cancel));
    }

    [Fact]
    public async Task What_a_shop_of_Shopifys_says_of_itself_and_of_its_subscriptions_is_told_too()
    {
        await using var scene = await ShopifyScene.StartAsync();
        await using var connector = scene.Connect(handler: new Bending(new SocketsHttpHandler()).Alter("\"currencyCode\":", "\"currency\":"));
        Assert.Contains("'currencyCode'", (await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel))).Message);
        await using var other = scene.Connect(handler: new Bending(new SocketsHttpHandler()).Alter("\"webhookSubscriptions\":", "\"subscriptions\":"));
        Assert.Contains("'webhookSubscriptions'", (await Assert.ThrowsAsync<StoreException>(() => other.Subscriptions!.LookAsync(Cancel))).Message);
        Assert.Contains("'webhookSubscriptions'", (await Assert.ThrowsAsync<StoreException>(() => other.Subscriptions!.EnsureAsync(new Uri("https://spoke.example/hooks/main"), Cancel))).Message);
    }

    [Theory]
    [InlineData("\"id\":", "\"ID\":")]
    [InlineData("\"version\":", "\"version\":\"new\",\"was\":")]
    [InlineData("\"total\":", "\"totals\":")]
    public async Task Sample(string was, string now)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-odd-").FullName;
        await using (var shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = folder, DemoCustomers = 3, DemoOrders = 3, DemoInterval = TimeSpan.FromDays(1) }, cancellationToken: Cancel))
        {
            await using var connector = new SampleConnector(new SampleStoreOptions { Url = shop.BaseUrl, ApiKey = shop.ApiKey }, new Bending(new SocketsHttpHandler()).Alter(was, now));
            await IsToldAsync(connector, shop.BaseUrl, "o1");
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task IsToldAsync(IStoreConnector connector, Uri url, string order)
    {
        async Task ReadAsync(IAsyncEnumerable<StorePage> pages)
        {
            await foreach (var page in pages) Assert.NotNull(page.Cursor);
        }
        var told = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel)));
        Assert.False(told.IsTransient);
        Assert.Contains(url.Authority, told.Message);
        Assert.Contains("orders", told.Message);
        Assert.Contains(Assert.IsAssignableFrom<Exception>(told.InnerException).Message, told.Message);
        Assert.Contains(url.Authority, (await Assert.ThrowsAsync<StoreException>(() => ReadAsync(connector.ReadChangesAsync(null, s_since, Cancel)))).Message);
        // One entity may be read without what was altered.
        if (await Record.ExceptionAsync(() => connector.ReadOneAsync(EntityKind.Order, order, Cancel)) is { } other) Assert.IsType<StoreException>(other);
    }

    /// <summary>Alters every answer that passes.</summary>
    private sealed class Bending(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private (string Was, string Now)? _altered;

        public Bending Alter(string was, string now)
        {
            _altered = (was, now);
            return this;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (_altered is not { } altered) return answer;
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            answer.Content = new StringContent(text.Replace(altered.Was, altered.Now, StringComparison.Ordinal), Encoding.UTF8, "application/json");
            return answer;
        }
    }
}
