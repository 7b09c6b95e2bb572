using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

public sealed class WooReadingTests
{
    [Fact]
    public async Task Rows_that_vanish_before_our_place_hide_none_of_the_others()
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Orders = 95, Drafts = 0 });
        var read = new List<string>();
        var erased = new HashSet<string>();
        await foreach (var page in scene.Connector.ReadAllAsync(EntityKind.Order, null, WooScene.Cancel))
        {
            read.AddRange(page.Changes.Select(change => change.PlatformId));
            foreach (var order in scene.Desk.Orders().Take(read.Count < 60 ? 7 : 0).ToList())
            {
                scene.Desk.Erase(order.Id);
                erased.Add(WooScene.Text(order.Id));
            }
        }
        Assert.True(erased.Count > 20);
        Assert.Equal(read.Count, read.Distinct().Count());
        Assert.All(scene.Desk.Orders(), order => Assert.Contains(WooScene.Text(order.Id), read));
    }

    [Fact]
    public async Task A_read_that_is_taken_up_after_much_has_gone_goes_back_only_as_far_as_it_has_to()
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Orders = 400, Drafts = 0 });
        var pages = await WooScene.PagesAsync(scene.Connector, EntityKind.Order);
        var place = pages[29];
        var before = pages.Take(30).Sum(page => page.Changes.Count);
        Assert.InRange(before, 260, 300);
        foreach (var order in scene.Desk.Orders().Skip(150).Take(100).ToList()) scene.Desk.Erase(order.Id);
        scene.Shop.Faults.Requests.Clear();
        var rest = (await WooScene.PagesAsync(scene.Connector, EntityKind.Order, place.Cursor)).SelectMany(page => page.Changes).Select(change => change.PlatformId).ToList();
        Assert.Equal(scene.Desk.Orders().Skip(before - 100).Select(order => WooScene.Text(order.Id)), rest);
        Assert.True(scene.Shop.Faults.Requests.Count < 40, $"{scene.Shop.Faults.Requests.Count} requests for 100 orders");
    }

    [Fact]
    public async Task Over_tls_the_key_goes_as_basic_authentication_and_not_in_the_address()
    {
        var trusting = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        await using var scene = await WooScene.StartAsync(new WooOptions { Https = true }, handler: trusting);
        Assert.Equal("https", scene.Shop.BaseUrl.Scheme);
        Assert.Equal("Stand-in shop", (await scene.Connector.DescribeAsync(WooScene.Cancel)).Name);
        Assert.All(scene.Shop.Faults.Requests, request => Assert.DoesNotContain("oauth", request));
        await using var wrong = WooScene.Connect(scene.Shop, o => o.ConsumerSecret = "cs_wrong", handler: new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        Assert.Contains("consumerSecret", (await Assert.ThrowsAsync<StoreException>(() => wrong.DescribeAsync(WooScene.Cancel))).Message);
    }

    [Fact]
    public void Plain_http_is_only_for_this_machine() =>
        Assert.Contains("https", Assert.Throws<ArgumentException>(() => new WooConnector(new WooStoreOptions { Url = new Uri("http://shop.example/"), ConsumerKey = "ck", ConsumerSecret = "cs" })).Message);

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task A_shop_whose_clock_is_hours_off_takes_the_signature_and_its_changes_are_found(int hours)
    {
        await using var scene = await WooScene.StartAsync();
        scene.Shop.ClockAhead = TimeSpan.FromHours(hours);
        var (_, checkpoint) = await scene.PollAsync(null);
        var order = scene.Desk.Place("skewed@example.com");
        (var changes, checkpoint) = await scene.PollAsync(checkpoint);
        Assert.Contains(changes, change => change.PlatformId == WooScene.Text(order));
        scene.Desk.Pay(order);
        Assert.Contains((await scene.PollAsync(checkpoint)).Changes.SelectMany(scene.Connector.Normalise).OfType<Order>(), found => found.PlatformId == WooScene.Text(order) && found.Payment == PaymentStatus.Paid);
    }

    [Fact]
    public async Task An_order_of_a_guest_brings_the_guest_along_and_the_last_one_placed_decides_the_name()
    {
        await using var scene = await WooScene.StartAsync();
        var first = scene.Desk.Place("Guest@Example.com");
        scene.Desk.Change(first, order => order.Billing = order.Billing with { LastName = "Edited" });
        var entities = scene.Connector.Normalise((await scene.Connector.ReadOneAsync(EntityKind.Order, WooScene.Text(first), WooScene.Cancel))!);
        var guest = Assert.IsType<Customer>(entities[0]);
        Assert.Equal(("guest:guest@example.com", true, "Edited"), (guest.PlatformId, guest.Guest, guest.LastName));
        Assert.Equal("guest:guest@example.com", Assert.IsType<Order>(entities[1]).CustomerId);
        Assert.Equal(((Order)entities[1]).PlacedAt.ToUnixTimeMilliseconds(), guest.Version);
        var read = await scene.Connector.ReadOneAsync(EntityKind.Customer, guest.PlatformId, WooScene.Cancel);
        Assert.Equal("Edited", ((Customer)Assert.Single(scene.Connector.Normalise(read!))).LastName);
        Assert.Null(await scene.Connector.ReadOneAsync(EntityKind.Customer, "guest:nobody@example.com", WooScene.Cancel));
    }

    [Fact]
    public async Task Of_the_shops_users_only_those_who_buy_are_customers()
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Customers = 5 });
        scene.Desk.EditCustomer(2, user => (user.Role, user.Paying) = ("administrator", false));
        scene.Desk.EditCustomer(3, user => (user.Role, user.Paying) = ("subscriber", true));
        var ids = (await WooScene.PagesAsync(scene.Connector, EntityKind.Customer)).SelectMany(page => page.Changes).Select(change => change.PlatformId);
        Assert.Equal(["3", "4", "5", "6"], ids);
    }

    [Fact]
    public async Task The_walk_reads_whole_only_the_customers_that_changed()
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Customers = 60, Drafts = 0 });
        var (_, checkpoint) = await scene.PollAsync(null);
        scene.Desk.EditCustomer(30, customer => customer.FirstName = "Renamed");
        var (changes, _) = await scene.PollAsync(checkpoint);
        var changed = changes.Where(change => change.Kind == EntityKind.Customer).ToList();
        Assert.InRange(changed.Count, 1, 6);   // and those of the last five minutes, and of the orders in them
        Assert.Equal("Renamed", ((Customer)scene.Connector.Normalise(changed.Single(change => change.PlatformId == "30")).Single()).FirstName);
    }

    [Fact]
    public async Task A_shop_too_old_to_be_asked_by_time_of_change_says_so_and_is_followed_all_the_same()
    {
        await using var scene = await WooScene.StartAsync(new WooOptions { Version = "5.7.1", BlockCheckout = false });
        var info = await scene.Connector.DescribeAsync(WooScene.Cancel);
        Assert.Equal("5.7.1", info.Version);
        Assert.Contains(info.Notices, notice => notice.Contains("5.8", StringComparison.Ordinal));
        Assert.Contains(info.Notices, notice => notice.Contains("plugin", StringComparison.Ordinal));
        Assert.Empty(await WooScene.PagesAsync(scene.Connector, EntityKind.Cart));
        var (_, checkpoint) = await scene.PollAsync(null);
        var order = scene.Desk.Place("old@example.com");
        var old = scene.Desk.Orders()[0].Id;
        scene.Desk.Cancel(old);
        (var changes, checkpoint) = await scene.PollAsync(checkpoint);
        Assert.Contains(changes, change => change.PlatformId == WooScene.Text(order));
        Assert.Contains(changes.SelectMany(scene.Connector.Normalise).OfType<Order>(), found => found.PlatformId == WooScene.Text(old) && found.Lifecycle == OrderLifecycle.Cancelled);
        Assert.True(changes.Count(change => change.Kind == EntityKind.Order) < 10, "orders that did not change were read whole");
        scene.Desk.Trash(order);
        Assert.Contains((await scene.PollAsync(checkpoint)).Changes.SelectMany(scene.Connector.Normalise).OfType<Order>(), found => found.PlatformId == WooScene.Text(order) && found.Deleted);
    }

    [Fact]
    public async Task A_new_shop_has_nothing_to_say_about_its_version()
    {
        await using var scene = await WooScene.StartAsync();
        var info = await scene.Connector.DescribeAsync(WooScene.Cancel);
        Assert.Equal(("EUR", "9.4.2", "Europe/Dublin"), (info.MainCurrency, info.Version, info.TimeZone));
        Assert.Empty(info.Notices);
    }

    [Fact]
    public async Task Prices_that_include_tax_are_not_given_as_prices_before_it()
    {
        await using var net = await WooScene.StartAsync();
        await using var gross = await WooScene.StartAsync(new WooOptions { PricesIncludeTax = true });
        async Task<Variant> FirstAsync(WooScene scene) => (Variant)scene.Connector.Normalise((await WooScene.PagesAsync(scene.Connector, EntityKind.Variant))[0].Changes[0]).Single();
        Assert.Equal(Money.FromMajor(net.Desk.Products()[0].Price, "EUR"), (await FirstAsync(net)).Price);
        Assert.Null((await FirstAsync(gross)).Price);
    }
}
