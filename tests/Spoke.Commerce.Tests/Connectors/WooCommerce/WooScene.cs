using System.Globalization;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.WooCommerce;

namespace Spoke.Commerce.Tests.Connectors.WooCommerce;

/// <summary>A shop and a connector to it.</summary>
internal sealed class WooScene : IAsyncDisposable
{
    public const string Secret = "whsec_Y3VycmVudC1rZXktb2YtdGhlLXdvby1zaG9wIQ==";
    public const string Previous = "spoke-test-secret";

    private WooScene(WooShop shop, WooConnector connector) => (Shop, Connector) = (shop, connector);

    public WooShop Shop { get; }
    public WooConnector Connector { get; }
    public WooDesk Desk => Shop.Desk;

    public static async Task<WooScene> StartAsync(WooOptions? options = null, Action<WooStoreOptions>? set = null, TimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        var shop = await WooShop.StartAsync(options ?? new WooOptions(), TestContext.Current.CancellationToken);
        return new WooScene(shop, Connect(shop, set, time, handler));
    }

    public static WooConnector Connect(WooShop shop, Action<WooStoreOptions>? set = null, TimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        var store = new WooStoreOptions { Url = shop.BaseUrl, ConsumerKey = shop.Options.ConsumerKey, ConsumerSecret = shop.Options.ConsumerSecret, WebhookSecret = Secret, PreviousWebhookSecret = Previous, PageSize = 10 };
        set?.Invoke(store);
        return new WooConnector(store, handler, time);
    }

    public async Task<Order> OrderAsync(long id) => Connector.Normalise((await Connector.ReadOneAsync(EntityKind.Order, Text(id), Cancel))!).OfType<Order>().Single();

    public async Task<Customer> CustomerAsync(long id) => (Customer)Connector.Normalise((await Connector.ReadOneAsync(EntityKind.Customer, Text(id), Cancel))!).Single();

    public async Task<(List<StoreChange> Changes, string Checkpoint)> PollAsync(string? checkpoint)
    {
        var changes = new List<StoreChange>();
        await foreach (var page in Connector.ReadChangesAsync(checkpoint, Shop.Options.Time.GetUtcNow(), Cancel))
        {
            changes.AddRange(page.Changes);
            checkpoint = page.Cursor;
        }
        return (changes, checkpoint!);
    }

    public static async Task<List<StorePage>> PagesAsync(IStoreConnector connector, EntityKind kind, string? cursor = null)
    {
        var pages = new List<StorePage>();
        await foreach (var page in connector.ReadAllAsync(kind, cursor, Cancel)) pages.Add(page);
        return pages;
    }

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        await Shop.DisposeAsync();
    }
}
