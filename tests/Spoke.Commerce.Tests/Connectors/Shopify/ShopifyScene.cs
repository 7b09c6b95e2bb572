using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Ledger;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>A stand-in and a connector on it.</summary>
internal sealed class ShopifyScene : IAsyncDisposable
{
    private ShopifyScene(ShopifyStandIn standIn, TimeProvider? time, int pageSize)
    {
        StandIn = standIn;
        Connector = Connect(time, pageSize);
    }

    public ShopifyStandIn StandIn { get; }
    public ShopifyConnector Connector { get; }
    public ShopifyShop Shop => StandIn.Shop;

    public static async Task<ShopifyScene> StartAsync(ShopifyStandInOptions? options = null, TimeProvider? time = null, int pageSize = 250) =>
        new(await ShopifyStandIn.StartAsync(options, TestContext.Current.CancellationToken), time, pageSize);

    public ShopifyConnector Connect(TimeProvider? time = null, int pageSize = 250, HttpMessageHandler? handler = null) =>
        new(new ShopifyStoreOptions { Url = StandIn.BaseUrl, AccessToken = "shpat_stand-in", WebhookSecret = "spoke-test-secret", PreviousWebhookSecret = "the-one-before", PageSize = pageSize }, handler, time);

    public async Task<Order> OrderAsync(ShopOrder order) => (Order)Connector.Normalise((await Connector.ReadOneAsync(EntityKind.Order, Id(order), TestContext.Current.CancellationToken))!)[0];

    public async Task<Customer> CustomerAsync(ShopCustomer customer) =>
        (Customer)Connector.Normalise((await Connector.ReadOneAsync(EntityKind.Customer, customer.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), TestContext.Current.CancellationToken))!)[0];

    public static string Id(ShopOrder order) => order.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<List<StorePage>> PagesAsync(IAsyncEnumerable<StorePage> pages)
    {
        var all = new List<StorePage>();
        await foreach (var page in pages) all.Add(page);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        await StandIn.DisposeAsync();
    }

    /// <summary>A clock that stands still until a wait is asked for, and then is at its end at once.</summary>
    public sealed class Leaping(DateTimeOffset start) : TimeProvider
    {
        private readonly FakeTimeProvider _clock = new(start);

        private int _stalls;

        public List<TimeSpan> Waits { get; } = [];

        /// <summary>A limit that is set and not lifted until this is done has run out then, once; others never do.</summary>
        public Task? Stall { get; set; }

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan) return new Limit(this, callback, state);
            lock (Waits) Waits.Add(dueTime);
            _clock.Advance(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }

        public void Pass(TimeSpan time) => _clock.Advance(time);

        private sealed class Limit(Leaping clock, TimerCallback callback, object? state) : ITimer
        {
            private int _set;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var set = Interlocked.Increment(ref _set);
                if (dueTime != Timeout.InfiniteTimeSpan && clock.Stall is { } stall) _ = RunOutAsync(stall, set);
                return true;
            }

            public void Dispose() => Interlocked.Increment(ref _set);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }

            private async Task RunOutAsync(Task stall, int set)
            {
                await stall;
                if (Volatile.Read(ref _set) == set && Interlocked.Increment(ref clock._stalls) == 1) callback(state);
            }
        }
    }
}
