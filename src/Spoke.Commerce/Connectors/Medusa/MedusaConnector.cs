using System.Runtime.CompilerServices;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>
/// A Medusa 2 store over its Admin API. Times of change are kept well by orders and customers; a capture moves its payment alone, so payments are asked for too.
/// Carts cannot be read: our subscriber in the store pushes them.
/// </summary>
public sealed class MedusaConnector : IStoreConnector
{
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Watched = TimeSpan.FromDays(60);   // older orders that never became final are left to the sweep
    private readonly MedusaStoreOptions _options;
    private readonly MedusaApi _api;
    private readonly MedusaList _lists;
    private readonly MedusaChanges _changes;
    private readonly MedusaConsent _consent;
    private readonly TimeProvider _time;

    public MedusaConnector(MedusaStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _api = new MedusaApi(options, handler, _time);
        _lists = new MedusaList(_api, options.PageSize);
        _changes = new MedusaChanges(_api);
        _consent = new MedusaConsent(options);
        Writer = new MedusaWriter(_api, _consent, ReadOneAsync);
    }

    public string Platform => "medusa";

    /// <summary>Without carts, which are only pushed.</summary>
    public IReadOnlyList<EntityKind> Kinds { get; } = [EntityKind.Variant, EntityKind.Customer, EntityKind.Order];

    public IStoreWriter? Writer { get; }

    public IStoreSubscriptions? Subscriptions => null;

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => InfoAsync(cancellationToken).CheckedAsync(_api.Store, "what store it is");

    private async Task<StoreInfo> InfoAsync(CancellationToken cancellationToken)
    {
        var (store, currency) = await StoreAsync(cancellationToken).ConfigureAwait(false);
        var preferences = await _api.GetAsync("/admin/price-preferences?attribute=currency_code&value=" + currency.ToLowerInvariant(), "price_preferences", cancellationToken).ConfigureAwait(false);
        var notices = new List<string> { _options.WebhookSecret is null ? "Medusa shows no carts to its Admin API: install the subscriber of connectors/medusa in the store and set webhookSecret, or there are none." : "Carts come by the subscriber of connectors/medusa only; the Admin API has none." };
        if (preferences.Items("price_preferences").Any(p => p.TextOrNull("attribute") == "currency_code" && p.TextOrNull("value") == currency.ToLowerInvariant() && p.Flag("is_tax_inclusive")))
            notices.Add($"Prices in {currency} include tax in this store, and products show them so; orders are split into net and tax all the same.");
        return new StoreInfo(store.Text("name"), _options.Url.ToString(), currency) { Notices = notices };
    }

    public IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, CancellationToken cancellationToken) => PagesAsync(kind, cursor, cancellationToken).CheckedAsync(_api.Store, $"all {kind.Word()}s", cancellationToken);

    private async IAsyncEnumerable<StorePage> PagesAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Kinds.Contains(kind)) yield break;
        var (_, currency) = await StoreAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var page in _lists.ReadAsync(MedusaQuery.Of(kind), "", ListPlace.Parse(cursor), cancellationToken).ConfigureAwait(false))
            yield return new StorePage(await _changes.OfAsync(kind, page.Items, currency, cancellationToken).ConfigureAwait(false), page.Place.ToString(), page.Total);
    }

    public Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) => OneAsync(kind, platformId, cancellationToken).CheckedAsync(_api.Store, AnswerForm.One(kind, platformId));

    private async Task<StoreChange?> OneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken)
    {
        if (!Kinds.Contains(kind)) throw new StoreException($"Medusa at {_options.Url} shows no {kind.Word()} to its Admin API; the subscriber of connectors/medusa pushes it whenever it changes.", isTransient: false);
        var (_, currency) = await StoreAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var rows in _lists.ReadAsync(MedusaQuery.Of(kind), [platformId], cancellationToken).ConfigureAwait(false))
            return (await _changes.OfAsync(kind, rows, currency, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        return null;
    }

    public IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, CancellationToken cancellationToken) => ChangesAsync(checkpoint, since, cancellationToken).CheckedAsync(_api.Store, "what has changed", cancellationToken);

    private async IAsyncEnumerable<StorePage> ChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (_, currency) = await StoreAsync(cancellationToken).ConfigureAwait(false);
        // The store dates its entities by its own clock, so we keep time by that one too.
        var began = _api.StoreTime ?? _time.GetUtcNow();
        var before = MedusaCheckpoint.Parse(checkpoint);
        var kept = before ?? new MedusaCheckpoint(since + (began - _time.GetUtcNow()), default, default, default, []);
        var after = kept.From - Overlap;
        async Task<StorePage> PageAsync(EntityKind kind, IReadOnlyList<JsonElement> rows) => new(await _changes.OfAsync(kind, rows, currency, cancellationToken).ConfigureAwait(false), kept.ToString());

        await foreach (var page in _lists.ReadAsync(MedusaQuery.Variants, MedusaQuery.Updated(after), default, cancellationToken).ConfigureAwait(false))
            yield return await PageAsync(EntityKind.Variant, page.Items).ConfigureAwait(false);
        await foreach (var page in _lists.ReadAsync(MedusaQuery.Products, MedusaQuery.Updated(after), default, cancellationToken).ConfigureAwait(false))
            await foreach (var changes in VariantsAsync(page.Items, currency, cancellationToken).ConfigureAwait(false))
                yield return new StorePage(changes, kept.ToString());
        await foreach (var page in _lists.ReadAsync(MedusaQuery.Customers, MedusaQuery.Updated(after), default, cancellationToken).ConfigureAwait(false))
            yield return await PageAsync(EntityKind.Customer, page.Items).ConfigureAwait(false);

        var buyers = new HashSet<string>();
        var seen = new HashSet<string>();
        var open = new List<string>(kept.Open);
        void Note(IReadOnlyList<JsonElement> orders)
        {
            foreach (var order in orders)
            {
                seen.Add(order.Text("id"));
                if (order.Moment("created_at") >= after && order.Filled("customer_id") is { } buyer) buyers.Add(buyer);
                open.Remove(order.Text("id"));
                if (order.Moment("created_at") >= began - Watched && !MedusaStates.IsFinal(order)) open.Add(order.Text("id"));
            }
        }
        // The first poll also learns which orders are open.
        foreach (var filter in before is null ? [MedusaQuery.Updated(after), MedusaQuery.Created(began - Watched)] : new[] { MedusaQuery.Updated(after) })
            await foreach (var page in _lists.ReadAsync(MedusaQuery.Orders, filter, default, cancellationToken).ConfigureAwait(false))
            {
                Note(page.Items);
                yield return await PageAsync(EntityKind.Order, page.Items).ConfigureAwait(false);
            }
        await foreach (var page in _lists.ReadAsync(MedusaQuery.Payments, MedusaQuery.Updated(after), default, cancellationToken).ConfigureAwait(false))
        {
            var paid = page.Items.Select(p => p.Object("payment_collection")?.Object("order")?.Filled("id")).OfType<string>().Where(id => !seen.Contains(id)).ToList();
            await foreach (var orders in _lists.ReadAsync(MedusaQuery.Orders, paid, cancellationToken).ConfigureAwait(false))
            {
                Note(orders);
                yield return await PageAsync(EntityKind.Order, orders).ConfigureAwait(false);
            }
        }
        var waiting = kept.Open.Where(id => !seen.Contains(id)).Take(_options.WatchSize).ToList();
        open.RemoveAll(new HashSet<string>(waiting).Contains);   // one that is gone is not asked for again
        await foreach (var orders in _lists.ReadAsync(MedusaQuery.Orders, waiting, cancellationToken).ConfigureAwait(false))
        {
            Note(orders);
            yield return await PageAsync(EntityKind.Order, orders).ConfigureAwait(false);
        }

        // A guest has no name but that of the order.
        await foreach (var customers in _lists.ReadAsync(MedusaQuery.Customers, buyers, cancellationToken).ConfigureAwait(false))
            yield return await PageAsync(EntityKind.Customer, customers).ConfigureAwait(false);

        // Addresses, groups and single deleted variants show nowhere else: each poll comes by some of everything.
        var next = new MedusaCheckpoint(began, kept.OrderSweep, kept.CustomerSweep, kept.ProductSweep, open);
        await foreach (var page in SweepAsync(MedusaQuery.Orders, kept.OrderSweep, cancellationToken).ConfigureAwait(false))
        {
            next = next with { OrderSweep = page.Place };
            yield return await PageAsync(EntityKind.Order, page.Items).ConfigureAwait(false);
        }
        await foreach (var page in SweepAsync(MedusaQuery.Customers, kept.CustomerSweep, cancellationToken).ConfigureAwait(false))
        {
            next = next with { CustomerSweep = page.Place };
            yield return await PageAsync(EntityKind.Customer, page.Items).ConfigureAwait(false);
        }
        await foreach (var page in SweepAsync(MedusaQuery.Products, kept.ProductSweep, cancellationToken).ConfigureAwait(false))
        {
            next = next with { ProductSweep = page.Place };
            await foreach (var changes in VariantsAsync(page.Items, currency, cancellationToken).ConfigureAwait(false))
                yield return new StorePage(changes, kept.ToString());
        }
        yield return new StorePage([], next.ToString());
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) => MedusaWebhook.Read(_options, headers, body, now);

    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => _options.WebhookSecret is { } secret ? StandardWebhook.Sign(id, body, secret, now) : null;

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        if (change.Payload.IsEmpty) return [];   // a bare deletion
        using var document = JsonDocument.Parse(change.Payload);
        var root = document.RootElement;
        return [change.Kind switch
        {
            EntityKind.Variant => MedusaMapping.ReadVariant(root.GetProperty("item"), root.Text("currency")),
            EntityKind.Customer => MedusaMapping.ReadCustomer(root.GetProperty("item"), root.Object("order"), _consent),
            EntityKind.Order => MedusaOrders.Read(root),
            EntityKind.Cart => MedusaMapping.ReadCart(root),
            _ => throw new FormatException($"Medusa has nothing of the kind {change.Kind}."),
        }];
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(JsonElement Store, string Currency)> StoreAsync(CancellationToken cancellationToken)
    {
        var answer = await _api.GetAsync("/admin/stores?fields=id,name,supported_currencies.currency_code,supported_currencies.is_default", "stores", cancellationToken).ConfigureAwait(false);
        var store = answer.Items("stores").FirstOrDefault();
        var currencies = store.Items("supported_currencies").ToList();
        var main = currencies.Where(c => c.Flag("is_default")).Concat(currencies).FirstOrDefault();
        if (main.ValueKind != JsonValueKind.Object) throw new StoreException($"Medusa at {_options.Url} has no currency yet. Choose one in the Admin under Settings, Store.", isTransient: false);
        return (store, main.Currency());
    }

    /// <summary>What has become of the variants of these products.</summary>
    private async IAsyncEnumerable<IReadOnlyList<StoreChange>> VariantsAsync(IReadOnlyList<JsonElement> products, string currency, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var variants = products.SelectMany(product => product.Items("variants").Select(variant => (Id: variant.Text("id"), Gone: variant.Moment("deleted_at") ?? product.Moment("deleted_at")))).ToList();
        yield return [.. variants.Where(v => v.Gone is not null).Select(v => new StoreChange(EntityKind.Variant, v.Id, v.Gone!.Value.ToUnixTimeMilliseconds(), ReadOnlyMemory<byte>.Empty, Deleted: true))];
        await foreach (var rows in _lists.ReadAsync(MedusaQuery.Variants, variants.Where(v => v.Gone is null).Select(v => v.Id), cancellationToken).ConfigureAwait(false))
            yield return await _changes.OfAsync(EntityKind.Variant, rows, currency, cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<ListPage> SweepAsync(MedusaQuery query, ListPlace place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var swept = 0;
        await foreach (var page in _lists.ReadAsync(query, "", place, cancellationToken).ConfigureAwait(false))
        {
            swept += page.Items.Count;
            yield return page with { Place = page.Place.Passed >= page.Total ? default : page.Place };
            if (swept >= _options.SweepSize) yield break;
        }
    }
}
