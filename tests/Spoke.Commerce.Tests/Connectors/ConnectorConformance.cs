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
        if (IsPushed(kind))
        {
            Assert.Empty(pages);
            Assert.DoesNotContain(kind, _connector.Kinds);
            Assert.Contains((await _connector.DescribeAsync(Cancel)).Notices, notice => notice.Contains("arts", StringComparison.Ordinal));
            return;
        }
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
        foreach (var kind in _connector.Kinds)
            foreach (var change in (await PagesAsync(_connector, kind, null)).SelectMany(page => page.Changes))
            {
                Assert.Contains(_recording.Bodies, body => body.Contains(_store.SentText(change), StringComparison.Ordinal));
                var entity = Assert.Single(_connector.Normalise(change));
                Assert.Equal((change.Kind, change.PlatformId, change.Version), (entity.Kind, entity.PlatformId, entity.Version));
                Assert.Equal(Text(entity), Text(Assert.Single(other.Normalise(change))));
                if (entity is Order order) Assert.Empty(LedgerNotice.Of(order));
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
        async Task<Cart> FindAsync(Func<Cart, bool> wanted) => _store.CartsArePushed
            ? (Cart)Assert.Single(_connector.Normalise(await _store.PushedAsync(_connector, change => change.Kind == EntityKind.Cart && change.PlatformId == id && wanted((Cart)_connector.Normalise(change)[0]))))
            : (Cart)await follow.FindAsync(EntityKind.Cart, id, e => wanted((Cart)e));
        var before = await FindAsync(_ => true);
        Assert.True(before.Identifiable && before.Active);
        await _store.EditCartAsync(id);
        var after = await FindAsync(cart => cart.Amounts.Total > before.Amounts.Total);
        Assert.True(after.Version >= before.Version);
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

    [Theory]
    [InlineData(EntityKind.Variant)]
    [InlineData(EntityKind.Customer)]
    [InlineData(EntityKind.Order)]
    [InlineData(EntityKind.Cart)]
    public async Task One_entity_is_read_as_the_list_gives_it(EntityKind kind)
    {
        if (IsPushed(kind))
        {
            await Assert.ThrowsAsync<StoreException>(() => _connector.ReadOneAsync(kind, _store.UnknownId, Cancel));   // "gone" would be a lie
            return;
        }
        var listed = (await PagesAsync(_connector, kind, null)).SelectMany(page => page.Changes).First();
        var one = await _connector.ReadOneAsync(kind, listed.PlatformId, Cancel);
        Assert.NotNull(one);
        Assert.Equal(Text(Assert.Single(_connector.Normalise(listed))), Text(Assert.Single(_connector.Normalise(one))));
        Assert.Null(await _connector.ReadOneAsync(kind, _store.UnknownId, Cancel));
    }

    [Fact]
    public async Task Customer_fields_that_are_written_arrive_and_writing_them_again_changes_nothing()
    {
        if (Writer(StoreWriteKind.CustomerFields) is not { } writer) return;
        var order = await _store.PlaceAsync("fields@example.com");
        var id = ((Order)await ReadAsync(EntityKind.Order, order)).CustomerId!;
        var write = new CustomerFieldsWrite("w-fields", id, new Dictionary<CustomerField, string?> { [CustomerField.FirstName] = "Ärmel", [CustomerField.LastName] = "O'Neill", [CustomerField.Phone] = "+353861234567" });
        var outcome = await writer.WriteAsync(write, Cancel);
        Assert.Equal(StoreWriteResult.Written, outcome.Result);
        var now = (Customer)await ReadAsync(EntityKind.Customer, id);
        Assert.Equal(("Ärmel", "O'Neill", "+353861234567"), (now.FirstName, now.LastName, now.Phone));
        if (outcome.Now is { } echo) Assert.Equal(Text(now), Text(Assert.Single(_connector.Normalise(echo))));
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(write, Cancel)).Result);
        Assert.Equal(now.Version, (await ReadAsync(EntityKind.Customer, id)).Version);
    }

    [Theory]
    [InlineData(StoreWriteKind.EmailConsent, ConsentState.Granted)]
    [InlineData(StoreWriteKind.EmailConsent, ConsentState.Denied)]
    [InlineData(StoreWriteKind.SmsConsent, ConsentState.Denied)]
    public async Task Consent_that_is_written_arrives(StoreWriteKind kind, ConsentState state)
    {
        if (Writer(kind) is not { } writer) return;
        var id = ((Order)await ReadAsync(EntityKind.Order, await _store.PlaceAsync($"consent-{kind}-{state}@example.com".ToLowerInvariant()))).CustomerId!;
        var channel = kind == StoreWriteKind.EmailConsent ? ConsentChannel.Email : ConsentChannel.Sms;
        var write = new ConsentWrite($"w-{kind}-{state}", id, channel, new Consent(state, TimeProvider.System.GetUtcNow(), "hubspot"));
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(write, Cancel)).Result);
        var now = (Customer)await ReadAsync(EntityKind.Customer, id);
        Assert.Equal(state, (channel == ConsentChannel.Email ? now.EmailConsent : now.SmsConsent)?.State);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(write, Cancel)).Result);
    }

    [Theory]
    [InlineData(StoreWriteKind.CustomerTags)]
    [InlineData(StoreWriteKind.OrderTags)]
    public async Task Tags_that_are_written_arrive_beside_those_that_were_there(StoreWriteKind kind)
    {
        if (Writer(kind) is not { } writer) return;
        var order = await _store.PlaceAsync($"tags-{kind}@example.com".ToLowerInvariant());
        var of = kind == StoreWriteKind.OrderTags ? EntityKind.Order : EntityKind.Customer;
        var id = of == EntityKind.Order ? order : ((Order)await ReadAsync(EntityKind.Order, order)).CustomerId!;
        async Task<IEnumerable<string>> TagsAsync() => (await ReadAsync(of, id) switch { Order o => o.Tags, Customer c => c.Tags ?? [], _ => [] }).Order(StringComparer.Ordinal);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(new TagsWrite("w-tags-1", of, id, ["vip", "cart open"], []), Cancel)).Result);
        Assert.Equal(["cart open", "vip"], await TagsAsync());
        var second = new TagsWrite("w-tags-2", of, id, ["b2b"], ["cart open"]);
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(second, Cancel)).Result);
        Assert.Equal(["b2b", "vip"], await TagsAsync());
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(second, Cancel)).Result);
    }

    [Theory]
    [InlineData(StoreWriteKind.CustomerNote)]
    [InlineData(StoreWriteKind.OrderNote)]
    public async Task A_note_is_written_once_however_often_it_is_tried(StoreWriteKind kind)
    {
        if (Writer(kind) is not { } writer) return;
        var order = await _store.PlaceAsync($"note-{kind}@example.com".ToLowerInvariant());
        var of = kind == StoreWriteKind.OrderNote ? EntityKind.Order : EntityKind.Customer;
        var id = of == EntityKind.Order ? order : ((Order)await ReadAsync(EntityKind.Order, order)).CustomerId!;
        var write = new NoteWrite($"w-{kind}", of, id, "Called: wants it on Friday.");
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(write, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(write, Cancel)).Result);
        Assert.Single(await _store.NotesAsync(of, id), note => note.Contains("Called: wants it on Friday.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shipment_of_the_warehouse_arrives_once_with_its_number()
    {
        if (Writer(StoreWriteKind.Fulfilment) is not { } writer) return;
        var id = await _store.PlaceAsync("warehouse@example.com");
        await _store.PayAsync(id);
        var line = ((Order)await ReadAsync(EntityKind.Order, id)).Lines[0];
        var write = new FulfilmentWrite("w-ship", id, "S-77", [new FulfilledLine(line.Id, line.Quantity)], "DHL", "00340434161094042557", "https://track.example/00340434161094042557");
        Assert.Equal(StoreWriteResult.Written, (await writer.WriteAsync(write, Cancel)).Result);
        Assert.Equal(StoreWriteResult.Unchanged, (await writer.WriteAsync(write, Cancel)).Result);
        var now = (Order)await ReadAsync(EntityKind.Order, id);
        var shipment = Assert.Single(now.Fulfilments);
        Assert.Equal("00340434161094042557", shipment.TrackingNumber);
        Assert.True(now.Fulfilment is FulfilmentStatus.Shipped or FulfilmentStatus.PartiallyShipped, $"it is {now.Fulfilment}");
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_written_to()
    {
        foreach (var kind in _connector.Writer?.Takes ?? new HashSet<StoreWriteKind>())
            Assert.Equal((kind, StoreWriteResult.Gone), (kind, (await _connector.Writer!.WriteAsync(ToNobody(kind), Cancel)).Result));
    }

    [Fact]
    public async Task What_the_platform_does_not_take_is_refused_with_the_reason_and_the_remedy()
    {
        if (_connector.Writer is not { } writer) return;
        foreach (var kind in Enum.GetValues<StoreWriteKind>().Where(kind => !writer.Takes.Contains(kind)))
        {
            var outcome = await writer.WriteAsync(ToNobody(kind), Cancel);
            Assert.Equal((kind, StoreWriteResult.Refused), (kind, outcome.Result));
            Assert.NotEmpty(outcome.Problem ?? "");
            Assert.NotEmpty(outcome.Fix ?? "");
        }
    }

    private StoreWrite ToNobody(StoreWriteKind kind) => kind switch
    {
        StoreWriteKind.CustomerFields => new CustomerFieldsWrite("w-gone", _store.UnknownId, new Dictionary<CustomerField, string?> { [CustomerField.FirstName] = "Nobody" }),
        StoreWriteKind.EmailConsent => new ConsentWrite("w-gone", _store.UnknownId, ConsentChannel.Email, new Consent(ConsentState.Denied)),
        StoreWriteKind.SmsConsent => new ConsentWrite("w-gone", _store.UnknownId, ConsentChannel.Sms, new Consent(ConsentState.Denied)),
        StoreWriteKind.CustomerTags => new TagsWrite("w-gone", EntityKind.Customer, _store.UnknownId, ["vip"], []),
        StoreWriteKind.OrderTags => new TagsWrite("w-gone", EntityKind.Order, _store.UnknownId, ["vip"], []),
        StoreWriteKind.CustomerNote => new NoteWrite("w-gone", EntityKind.Customer, _store.UnknownId, "to nobody"),
        StoreWriteKind.OrderNote => new NoteWrite("w-gone", EntityKind.Order, _store.UnknownId, "to nothing"),
        _ => new FulfilmentWrite("w-gone", _store.UnknownId, "S-0", [], null, null, null),
    };

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
        _recording.ClockAhead = byTime || _store.OrdersKeepTime ? FromNow : Never;
        var follow = new Following(_connector);
        await follow.PollAsync();
        return follow;
    }

    private bool IsPushed(EntityKind kind) => kind == EntityKind.Cart && _store.CartsArePushed;

    /// <returns>Null when the platform takes nothing of the kind; what it says then has a test of its own.</returns>
    private IStoreWriter? Writer(StoreWriteKind kind) => _connector.Writer is { } writer && writer.Takes.Contains(kind) ? writer : null;

    protected async Task<LedgerEntity> ReadAsync(EntityKind kind, string id) =>
        Assert.Single(_connector.Normalise(await _connector.ReadOneAsync(kind, id, Cancel) ?? throw new Xunit.Sdk.XunitException($"the store has no {kind} {id}")));

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
