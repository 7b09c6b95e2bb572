using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>
/// A Vendure store over its Admin API. An order's <c>updatedAt</c> does not move when it is placed, paid, shipped or refunded, so changes are found in other ways:
/// by time of placement, by reading again what is or was open, and by a sweep that comes by every order now and then.
/// </summary>
public sealed class VendureConnector : IStoreConnector
{
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Watched = TimeSpan.FromDays(60);   // older orders that never became final are left to the sweep
    private readonly VendureStoreOptions _options;
    private readonly VendureApi _api;
    private readonly VendureList _lists;
    private readonly TimeProvider _time;

    public VendureConnector(VendureStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _api = new VendureApi(options, handler, _time);
        _lists = new VendureList(_api, options.PageSize);
        Writer = new VendureWriter(this, _api);
    }

    public string Platform => "vendure";

    public IReadOnlyList<EntityKind> Kinds => EntityKinds.Common;

    public IStoreWriter Writer { get; }

    public IStoreSubscriptions? Subscriptions => null;

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => InfoAsync(cancellationToken).CheckedAsync(_api.Store, "what store it is");

    private async Task<StoreInfo> InfoAsync(CancellationToken cancellationToken)
    {
        var data = await _api.QueryAsync(VendureQueries.Store, null, cancellationToken).ConfigureAwait(false);
        var channel = data.GetProperty("activeChannel");
        var info = new StoreInfo(channel.Text("code"), _options.Url.ToString(), channel.Text("defaultCurrencyCode"));
        return VendureFields.Of(data.GetProperty("globalSettings"), _options).Lacking is { } lacking
            ? info with { Notices = [$"The store keeps no consent or tags: it lacks the custom fields {lacking}. The plugin in connectors/vendure brings them."] } : info;
    }

    public IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, CancellationToken cancellationToken) => PagesAsync(kind, cursor, cancellationToken).CheckedAsync(_api.Store, $"all {kind.Word()}s", cancellationToken);

    private async IAsyncEnumerable<StorePage> PagesAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fields = await FieldsAsync(cancellationToken).ConfigureAwait(false);
        var filter = kind switch { EntityKind.Order => VendureFilter.Active(false), EntityKind.Cart => VendureFilter.Active(true), _ => null };
        await foreach (var page in _lists.ReadAsync(VendureQueries.List.Of(kind, fields), filter, ListPlace.Parse(cursor), cancellationToken).ConfigureAwait(false))
            yield return new StorePage([.. Changes(kind, page.Items, fields.Precision).Where(change => change.Kind == kind)], page.Place.ToString(), page.Total);
    }

    public Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) => OneAsync(kind, platformId, cancellationToken).CheckedAsync(_api.Store, AnswerForm.One(kind, platformId));

    private async Task<StoreChange?> OneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken)
    {
        var fields = await FieldsAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var page in _lists.ReadAsync(VendureQueries.List.Of(kind, fields), VendureFilter.Ids([platformId]), default, cancellationToken).ConfigureAwait(false))
            return Changes(kind, page.Items, fields.Precision).FirstOrDefault();   // a cart that was bought comes back as the order
        return null;
    }

    public IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, CancellationToken cancellationToken) => ChangesAsync(checkpoint, since, cancellationToken).CheckedAsync(_api.Store, "what has changed", cancellationToken);

    private async IAsyncEnumerable<StorePage> ChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fields = await FieldsAsync(cancellationToken).ConfigureAwait(false);
        // The store dates its entities by its own clock, so we keep time by that one too.
        var began = _api.StoreTime ?? _time.GetUtcNow();
        var before = VendureCheckpoint.Parse(checkpoint);
        var kept = before ?? new VendureCheckpoint(since + (began - _time.GetUtcNow()), default, default, []);
        var after = kept.From - Overlap;
        var (customers, orders) = (VendureQueries.Customers(fields), VendureQueries.Orders(fields));
        StorePage Page(EntityKind kind, IEnumerable<JsonElement> rows) => new([.. Changes(kind, rows, fields.Precision)], kept.ToString());

        await foreach (var page in _lists.ReadAsync(VendureQueries.Variants, VendureFilter.Updated(after), default, cancellationToken).ConfigureAwait(false))
            yield return Page(EntityKind.Variant, page.Items);
        await foreach (var page in _lists.ReadAsync(VendureQueries.Products, VendureFilter.Updated(after), default, cancellationToken).ConfigureAwait(false))
            yield return Page(EntityKind.Variant, page.Items.SelectMany(product => product.Items("variants")));
        await foreach (var page in _lists.ReadAsync(customers, VendureFilter.Updated(after), default, cancellationToken).ConfigureAwait(false))
            yield return Page(EntityKind.Customer, page.Items);

        var seen = new HashSet<string>();
        var open = new List<string>();
        await foreach (var page in _lists.ReadAsync(orders, VendureFilter.ChangedOrders(after, watched: began - Watched, openOnly: before is not null), default, cancellationToken).ConfigureAwait(false))
        {
            seen.UnionWith(page.Items.Select(item => item.Text("id")));
            open.AddRange(page.Items.Where(item => item.Moment("orderPlacedAt") >= began - Watched && !VendureStates.Final.Contains(item.Text("state"))).Select(item => item.Text("id")));
            yield return Page(EntityKind.Order, page.Items);
        }
        foreach (var closed in kept.Open.Where(id => !seen.Contains(id)).Chunk(_options.PageSize))
            await foreach (var page in _lists.ReadAsync(orders, VendureFilter.Ids(closed), default, cancellationToken).ConfigureAwait(false))
                yield return Page(EntityKind.Order, page.Items);
        await foreach (var page in _lists.ReadAsync(orders, VendureFilter.ChangedCarts(after), default, cancellationToken).ConfigureAwait(false))
            yield return Page(EntityKind.Cart, page.Items);

        // Refunds of final orders and edited addresses show nowhere else: each poll comes by some of all orders and customers.
        var (orderSweep, customerSweep) = (kept.OrderSweep, kept.CustomerSweep);
        await foreach (var page in SweepAsync(orders, VendureFilter.Active(false), orderSweep, cancellationToken).ConfigureAwait(false))
        {
            orderSweep = page.Place;
            yield return Page(EntityKind.Order, page.Items);
        }
        await foreach (var page in SweepAsync(customers, null, customerSweep, cancellationToken).ConfigureAwait(false))
        {
            customerSweep = page.Place;
            yield return Page(EntityKind.Customer, page.Items);
        }
        yield return new StorePage([], new VendureCheckpoint(began, orderSweep, customerSweep, open).ToString());
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        VendureWebhook.Read(headers, body, _options, now);

    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => _options.WebhookSecret is { } secret ? StandardWebhook.Sign(id, body, secret, now) : null;

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        using var document = JsonDocument.Parse(change.Payload);
        return [VendureMapping.Read(change.Kind, document.RootElement.GetProperty("item"), document.RootElement.Count("precision"), _options.Statuses)];
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A few pages from where the last sweep stopped; at the end the place is the beginning again.</summary>
    private async IAsyncEnumerable<ListPage> SweepAsync(VendureQueries.List list, JsonObject? filter, ListPlace place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var swept = 0;
        await foreach (var page in _lists.ReadAsync(list, filter, place, cancellationToken).ConfigureAwait(false))
        {
            swept += page.Items.Count;
            yield return page with { Place = page.Place.Passed >= page.Total ? default : page.Place };
            if (swept >= _options.SweepSize) yield break;
        }
    }

    /// <summary>Asked each time: a shop may have installed our plugin meanwhile.</summary>
    internal async Task<VendureFields> FieldsAsync(CancellationToken cancellationToken) =>
        VendureFields.Of((await _api.QueryAsync(VendureQueries.Store, null, cancellationToken).ConfigureAwait(false)).GetProperty("globalSettings"), _options);

    private static IEnumerable<StoreChange> Changes(EntityKind asked, IEnumerable<JsonElement> items, int precision)
    {
        foreach (var item in items)
            if (VendureMapping.KindOf(asked, item) is { } kind)
                yield return new StoreChange(kind, item.Text("id"), VendureMapping.Version(item), Payload(item, precision));
    }

    // The row as the store sent it, with the one fact needed to read its amounts.
    private static byte[] Payload(JsonElement item, int precision)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteNumber("precision", precision);
            json.WritePropertyName("item");
            json.WriteRawValue(item.GetRawText(), skipInputValidation: true);
            json.WriteEndObject();
        }
        return memory.ToArray();
    }
}
