using System.Net;
using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>What every connector owes the engine, tried on a real store of its platform.</summary>
public abstract class ConnectorConformance : IAsyncDisposable
{
    private readonly StoreUnderTest _store;
    private readonly Recording _recording = new();
    private readonly IStoreConnector _connector;

    protected ConnectorConformance(StoreUnderTest store)
    {
        Assert.SkipWhen(store.Missing is not null, store.Missing ?? "");
        _store = store;
        _connector = store.Connect(_recording, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connector is not null) await _connector.DisposeAsync();
        _recording.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_store_says_who_it_is()
    {
        var info = await _connector.DescribeAsync(Cancel);
        Assert.NotEmpty(info.Name);
        Assert.Equal(3, info.MainCurrency.Length);
    }

    [Theory]
    [InlineData(EntityKind.Variant)]
    [InlineData(EntityKind.Customer)]
    [InlineData(EntityKind.Order)]
    [InlineData(EntityKind.Cart)]
    public async Task A_full_read_can_be_taken_up_again_at_every_page(EntityKind kind)
    {
        var pages = await PagesAsync(_connector, kind, null);
        var all = pages.SelectMany(page => page.Changes).Select(change => change.PlatformId).ToList();
        Assert.True(pages.Count > 1, "the store is too small to prove anything");
        Assert.Equal(all.Distinct().Count(), all.Count);
        Assert.All(pages.SelectMany(page => page.Changes), change => Assert.Equal(kind, change.Kind));
        for (var i = 0; i < pages.Count; i++)
        {
            var before = pages.Take(i + 1).SelectMany(page => page.Changes).Select(change => change.PlatformId);
            await using var other = _store.Connect(new Recording(), TimeProvider.System);   // another process knows nothing but the cursor
            var rest = (await PagesAsync(other, kind, pages[i].Cursor)).SelectMany(page => page.Changes).Select(change => change.PlatformId);
            Assert.Equal(all.Order(), before.Union(rest).Order());
        }
    }

    [Fact]
    public async Task Payloads_are_the_stores_own_bytes_and_always_mean_the_same()
    {
        await using var other = _store.Connect(new Recording(), TimeProvider.System);
        foreach (var kind in EntityKinds.All)
            foreach (var change in (await PagesAsync(_connector, kind, null)).SelectMany(page => page.Changes))
            {
                Assert.Contains(_recording.Bodies, body => body.Contains(_store.SentText(change), StringComparison.Ordinal));
                var entity = Assert.Single(_connector.Normalise(change));
                Assert.Equal((change.Kind, change.PlatformId, change.Version), (entity.Kind, entity.PlatformId, entity.Version));
                Assert.Equal(Text(entity), Text(Assert.Single(other.Normalise(change))));
                if (entity is Order order) Assert.Empty(OrderNotice.Of(order));
            }
    }

    [Fact]
    public async Task Every_step_of_an_order_is_found_and_raises_its_version()
    {
        var follow = await FollowAsync(byTime: false);
        var id = await _store.PlaceAsync("steps@example.com");
        var placed = (Order)await follow.FindAsync(EntityKind.Order, id, _ => true);
        Assert.NotEqual(PaymentStatus.Paid, placed.Payment);
        Assert.Equal("steps@example.com", placed.Email);

        await _store.PayAsync(id);
        var paid = (Order)await follow.FindAsync(EntityKind.Order, id, e => ((Order)e).Payment == PaymentStatus.Paid);
        Assert.Equal(OrderStatus.Paid, paid.Canonical());

        await _store.ShipAsync(id);
        Assert.Equal(OrderStatus.Shipped, ((Order)await follow.FindAsync(EntityKind.Order, id, e => ((Order)e).Fulfilment == FulfilmentStatus.Shipped)).Canonical());

        await _store.DeliverAsync(id);
        Assert.Equal(OrderStatus.Delivered, ((Order)await follow.FindAsync(EntityKind.Order, id, e => ((Order)e).Fulfilment == FulfilmentStatus.Delivered)).Canonical());

        await _store.RefundAsync(id, 100);
        var refunded = (Order)await follow.FindAsync(EntityKind.Order, id, e => OrderFigures.Of((Order)e).Refunded.Minor == 100, Sweep);
        Assert.Equal(PaymentStatus.PartiallyRefunded, refunded.Payment);
        Assert.Equal(paid.Amounts.Total, refunded.Amounts.Total);
    }

    [Fact]
    public async Task An_order_that_is_paid_shipped_and_delivered_between_two_polls_is_found()
    {
        var follow = await FollowAsync(byTime: false);
        var id = await _store.PlaceAsync("between@example.com");
        await follow.FindAsync(EntityKind.Order, id, _ => true);
        await _store.PayAsync(id);
        await _store.ShipAsync(id);
        await _store.DeliverAsync(id);
        await follow.FindAsync(EntityKind.Order, id, e => ((Order)e).Canonical() == OrderStatus.Delivered);
    }

    [Fact]
    public async Task A_cancellation_is_found()
    {
        var follow = await FollowAsync(byTime: false);
        var id = await _store.PlaceAsync("cancels@example.com");
        await follow.FindAsync(EntityKind.Order, id, _ => true);
        await _store.CancelAsync(id);
        var order = (Order)await follow.FindAsync(EntityKind.Order, id, e => ((Order)e).Lifecycle == OrderLifecycle.Cancelled);
        Assert.Equal(OrderStatus.Cancelled, order.Canonical());
        Assert.NotNull(order.CancelledAt);
    }

    [Fact]
    public async Task An_edited_cart_is_found()
    {
        var follow = await FollowAsync(byTime: true);
        var id = await _store.OpenCartAsync("cart@example.com");
        var before = (Cart)await follow.FindAsync(EntityKind.Cart, id, _ => true);
        Assert.True(before.Identifiable && before.Active);
        await _store.EditCartAsync(id);
        var after = (Cart)await follow.FindAsync(EntityKind.Cart, id, e => ((Cart)e).Amounts.Total > before.Amounts.Total);
        Assert.True(after.Lines.Sum(line => line.Quantity) > before.Lines.Sum(line => line.Quantity));
    }

    [Fact]
    public async Task An_edited_customer_is_found()
    {
        await _store.PlaceAsync("edited@example.com");
        var follow = await FollowAsync(byTime: true);
        var (id, name) = await _store.EditCustomerAsync("edited@example.com");
        Assert.Equal(name, ((Customer)await follow.FindAsync(EntityKind.Customer, id, e => ((Customer)e).LastName == name)).LastName);
    }

    [Fact]
    public async Task A_wrong_credential_is_named_with_its_setting_and_never_shown()
    {
        const string wrong = "not-the-right-secret";
        await using var connector = _store.Connect(new Recording(), TimeProvider.System, secret: wrong);
        var refusal = await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel));
        Assert.False(refusal.IsTransient);
        Assert.Contains(_store.Url.Authority, refusal.Message);
        Assert.Contains(_store.CredentialSetting, refusal.Message);
        Assert.DoesNotContain(wrong, refusal.ToString());
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_named_and_may_be_tried_again()
    {
        var time = new Hurried();
        await using var connector = _store.Connect(new SocketsHttpHandler(), time, new Uri("http://127.0.0.1:1"));
        var failure = await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel));
        Assert.True(failure.IsTransient);
        Assert.Contains("127.0.0.1:1", failure.Message);
        Assert.Contains("Is it running", failure.Message);
        Assert.All(_store.Secrets, secret => Assert.DoesNotContain(secret, failure.ToString()));
        Assert.Equal(4, time.Waits.Count);
    }

    [Fact]
    public async Task Failures_on_the_way_are_waited_out_as_long_as_the_store_asks()
    {
        var time = new Hurried();
        var flaky = new Failing(() => Failing.Answer(HttpStatusCode.BadGateway), () => throw new HttpRequestException("connection reset"), () => Failing.Answer(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)));
        await using var connector = _store.Connect(flaky, time);
        await connector.DescribeAsync(Cancel);
        Assert.Contains(TimeSpan.FromSeconds(7), time.Waits);
        Assert.Equal(3, time.Waits.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "<html>welcome</html>")]
    [InlineData(HttpStatusCode.OK, "{\"hello\":1}")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.NotFound, "not here")]
    public async Task Something_else_at_the_address_is_named(HttpStatusCode status, string body)
    {
        await using var connector = _store.Connect(new Answering(status, body), TimeProvider.System);
        var failure = await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel));
        Assert.False(failure.IsTransient);
        Assert.Contains("Is this", failure.Message);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_credential()
    {
        await using var connector = _store.Connect(new Answering(HttpStatusCode.PermanentRedirect, "", new Uri("https://elsewhere.example/")), TimeProvider.System);
        var failure = await Assert.ThrowsAsync<StoreException>(() => connector.DescribeAsync(Cancel));
        Assert.Contains("https://elsewhere.example/", failure.Message);
    }

    [Fact]
    public async Task Reading_ends_when_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _connector.DescribeAsync(cancelled.Token));
    }

    [Fact]
    public void An_address_with_a_credential_in_it_is_refused() =>
        Assert.DoesNotContain("pass-word", Assert.Throws<ArgumentException>(() => _store.Connect(new Recording(), TimeProvider.System, new Uri("https://user:pass-word@shop.example/"))).Message);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // A poll looks five minutes back. As the store's clock seems to run ahead by hours, nothing of this test is that recent, and times of change find nothing...
    private static readonly TimeSpan Never = TimeSpan.FromHours(2);
    // ...or by so much that only what happens from now on is.
    private static readonly TimeSpan FromNow = TimeSpan.FromSeconds(297);

    /// <summary>Polls in which a slow sweep has come by everything.</summary>
    protected const int Sweep = 25;

    /// <summary>Everything has been read once.</summary>
    protected async Task<Following> FollowAsync(bool byTime)
    {
        _recording.ClockAhead = byTime ? FromNow : Never;
        var follow = new Following(_connector);
        await follow.PollAsync();
        return follow;
    }

    private static async Task<List<StorePage>> PagesAsync(IStoreConnector connector, EntityKind kind, string? cursor)
    {
        var pages = new List<StorePage>();
        await foreach (var page in connector.ReadAllAsync(kind, cursor, Cancel)) pages.Add(page);
        return pages;
    }

    private static string Text(LedgerEntity entity) => JsonSerializer.Serialize<object>(entity);

    /// <summary>What the engine does with polls: the newest version of each entity wins, an equal one by its content.</summary>
    protected sealed class Following(IStoreConnector connector)
    {
        private readonly Dictionary<(EntityKind, string), LedgerEntity> _ledger = [];
        private string? _checkpoint;

        public async Task PollAsync()
        {
            await foreach (var page in connector.ReadChangesAsync(_checkpoint, TimeProvider.System.GetUtcNow(), Cancel))
            {
                _checkpoint = page.Cursor;
                foreach (var entity in page.Changes.SelectMany(connector.Normalise))
                    if (!_ledger.TryGetValue((entity.Kind, entity.PlatformId), out var known) || known.Version <= entity.Version) _ledger[(entity.Kind, entity.PlatformId)] = entity;
            }
        }

        public async Task<LedgerEntity> FindAsync(EntityKind kind, string id, Func<LedgerEntity, bool> wanted, int polls = 1)
        {
            for (var i = 0; i < polls; i++)
            {
                await PollAsync();
                if (_ledger.TryGetValue((kind, id), out var entity) && wanted(entity)) return entity;
            }
            throw new Xunit.Sdk.XunitException($"{polls} polls did not find the change of {kind} {id}; the ledger has {(_ledger.TryGetValue((kind, id), out var known) ? Text(known) : "nothing")}");
        }
    }
}
