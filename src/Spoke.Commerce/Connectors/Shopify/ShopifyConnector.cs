using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>A Shopify shop over its GraphQL Admin API. History comes by bulk exports, changes by lists in the order of change, and pushes say what to read.</summary>
public sealed class ShopifyConnector : IStoreConnector
{
    private const int ListPart = 20_000;   // a list ends at 25,000; before that it is begun again further on
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);
    private readonly ShopifyStoreOptions _options;
    private readonly ShopifyApi _api;
    private readonly ShopifyList _lists;
    private readonly ShopifyBulk _bulk;
    private readonly ShopifyWebhook _webhook;
    private readonly TimeProvider _time;
    private string? _currency;

    public ShopifyConnector(ShopifyStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        // Addresses change behind a host name over the months a connection lives.
        var messages = handler ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(15) };
        _api = new ShopifyApi(options, messages, _time);
        _lists = new ShopifyList(_api, options.PageSize);
        _bulk = new ShopifyBulk(_api, messages, _time, options.PageSize);
        _webhook = new ShopifyWebhook(options);
        Writer = new ShopifyWriter(_api, this);
        Subscriptions = new ShopifySubscriptions(_api);
    }

    public string Platform => "shopify";

    public IReadOnlyList<EntityKind> Kinds => EntityKinds.All;

    /// <summary>Orders are not: without the scope read_all_orders those older than 60 days are not shown.</summary>
    public IReadOnlyList<EntityKind> ReadWhole { get; } = [EntityKind.Variant, EntityKind.Customer];

    public IStoreWriter? Writer { get; }

    public IStoreSubscriptions? Subscriptions { get; }

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => InfoAsync(cancellationToken).CheckedAsync(_api.Store, "what shop it is");

    private async Task<StoreInfo> InfoAsync(CancellationToken cancellationToken)
    {
        var (data, _) = await _api.AskAsync(ShopifyQueries.Store, null, mayBeDenied: "companiesCount", cancellationToken).ConfigureAwait(false);
        var shop = data.Object("shop") ?? throw new StoreException($"{_api.Store} answered without a shop. Is this a Shopify shop?", isTransient: false);
        var scopes = ShopifyScopes.Granted(data);
        _currency = shop.Text("currencyCode");
        return new StoreInfo(shop.Text("name"), _options.Url.ToString(), _currency, shop.TextOrNull("ianaTimezone"))
        {
            Version = _api.AnsweredVersion ?? _options.ApiVersion,
            Notices =
            [
                .. ShopifyScopes.Notices(scopes, hasCompanies: data.Object("companiesCount") is not null, _options.ApiVersion, _api.AnsweredVersion),
                .. shop.Filled("myshopifyDomain") is { } domain && !_options.IsOf(domain) ? new[] { $"Shopify calls this shop {domain}, and url says {_options.Url.Authority}: neither its pushes nor requests about personal data are taken. Put https://{domain} into url." } : [],
            ],
        };
    }

    public IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, CancellationToken cancellationToken) => PagesAsync(kind, cursor, cancellationToken).CheckedAsync(_api.Store, $"all {kind.Word()}s", cancellationToken);

    private async IAsyncEnumerable<StorePage> PagesAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var currency = await CurrencyAsync(cancellationToken).ConfigureAwait(false);
        if (kind == EntityKind.Company && !await HasCompaniesAsync(cancellationToken).ConfigureAwait(false)) yield break;
        if (kind == EntityKind.Cart)
        {
            await foreach (var page in CheckoutsAsync(null, cursor ?? "0", cancellationToken).ConfigureAwait(false))
                yield return new StorePage(Changes(kind, page.Nodes, currency), page.LastId);
            yield break;
        }
        await foreach (var page in _bulk.ReadAsync(kind, cursor, cancellationToken).ConfigureAwait(false))
        {
            var nodes = kind == EntityKind.Order ? await WithRefundsAsync(page.Nodes, cancellationToken).ConfigureAwait(false) : page.Nodes;
            yield return new StorePage(Changes(kind, nodes, currency), page.Place.ToString(), page.Total > 0 ? page.Total : null);
        }
    }

    public Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) => OneAsync(kind, platformId, cancellationToken).CheckedAsync(_api.Store, AnswerForm.One(kind, platformId));

    private async Task<StoreChange?> OneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken)
    {
        var currency = await CurrencyAsync(cancellationToken).ConfigureAwait(false);
        var gid = kind == EntityKind.Cart
            ? await FindCheckoutAsync(platformId, cancellationToken).ConfigureAwait(false)
            : platformId.All(char.IsAsciiDigit) && platformId.Length > 0 ? ShopifyId.Global(ShopifyQueries.TypeOf(kind), platformId) : null;   // a guest is only known from an order
        if (gid is null) return null;
        return Changes(kind, await _lists.ReadAsync(kind, [gid], cancellationToken).ConfigureAwait(false), currency).FirstOrDefault();
    }

    public IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, CancellationToken cancellationToken) => ChangesAsync(checkpoint, since, cancellationToken).CheckedAsync(_api.Store, "what has changed", cancellationToken);

    private async IAsyncEnumerable<StorePage> ChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (newest, hasCompanies) = await NewestAsync(cancellationToken).ConfigureAwait(false);
        var currency = await CurrencyAsync(cancellationToken).ConfigureAwait(false);
        // The shop dates its entities by its own clock, so we keep time by that one too.
        var began = _api.StoreTime ?? _time.GetUtcNow();
        var kept = checkpoint is null ? ShopifyCheckpoint.From(since + (began - _time.GetUtcNow())) : ShopifyCheckpoint.Parse(checkpoint);
        foreach (var kind in EntityKinds.All)
        {
            if (kind == EntityKind.Company && !hasCompanies) continue;
            var from = kept.Until.GetValueOrDefault(kind, DateTimeOffset.UnixEpoch + Overlap) - Overlap;
            if (kind == EntityKind.Cart)
            {
                await foreach (var page in CheckoutsAsync(from, "0", cancellationToken).ConfigureAwait(false))
                    yield return new StorePage(Changes(kind, page.Nodes, currency), kept.ToString());
                kept = kept.With(kind, began);
                continue;
            }
            // Up to the newest there was before we began all has been read then, whatever any clock says. Of a kind that has nothing yet everything is new.
            var until = newest.GetValueOrDefault(kind, DateTimeOffset.UnixEpoch + Overlap);
            if (until >= from)
                await foreach (var (nodes, last) in ChangedAsync(kind, from, cancellationToken).ConfigureAwait(false))
                {
                    // The list is in the order of change: what comes after this page changed after it.
                    if (last < until) kept = kept.With(kind, last);
                    yield return new StorePage(Changes(kind, nodes, currency), kept.ToString());
                }
            kept = kept.With(kind, until);
        }
        yield return new StorePage([], kept.ToString());
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) => _webhook.Read(headers, body, now);

    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => _webhook.SignTest(id, body, now);

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        if (change.IsOnlyNamed) throw new FormatException($"{change.Kind.Word()} {change.PlatformId} is only named; it has to be read first.");
        using var document = JsonDocument.Parse(change.Payload);
        return ShopifyMapping.Read(change.Kind, ShopifyPayload.Read(document.RootElement), _options.Url);
    }

    public ValueTask DisposeAsync()
    {
        _bulk.Dispose();
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>An entity as a mutation gave it back.</summary>
    internal async Task<StoreChange> ChangeAsync(EntityKind kind, JsonElement node, CancellationToken cancellationToken) =>
        Change(kind, new ShopifyNode(node, []), await CurrencyAsync(cancellationToken).ConfigureAwait(false));

    private static IReadOnlyList<StoreChange> Changes(EntityKind kind, IEnumerable<ShopifyNode> nodes, string currency) => [.. nodes.Select(node => Change(kind, node, currency))];

    private static StoreChange Change(EntityKind kind, ShopifyNode node, string currency) =>
        new(kind, ShopifyPayload.IdOf(kind, node.Node), ShopifyPayload.VersionOf(node.Node), ShopifyPayload.Write(currency, node));

    /// <summary>What has changed since a time, in the order of change; begun again at the last time seen before the list ends.</summary>
    private async IAsyncEnumerable<(IReadOnlyList<ShopifyNode> Nodes, DateTimeOffset Last)> ChangedAsync(EntityKind kind, DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = kind switch { EntityKind.Variant => ShopifyQueries.Products, EntityKind.Customer => ShopifyQueries.Customers, EntityKind.Company => ShopifyQueries.Companies, _ => ShopifyQueries.Orders };
        for (var again = true; again;)
        {
            again = false;
            var read = 0;
            await foreach (var page in _lists.ReadAsync(list, $"updated_at:>='{Stamp(from)}'", cancellationToken).ConfigureAwait(false))
            {
                var last = page[^1].Node.Moment("updatedAt") ?? from;
                yield return (kind == EntityKind.Variant ? [.. page.SelectMany(Variants)] : page, last);
                read += page.Count;
                // Within one second there is no further on: then the list is read to its end.
                if (read < ListPart || last <= from) continue;
                (from, again) = (last, true);
                break;
            }
        }
    }

    private static IEnumerable<ShopifyNode> Variants(ShopifyNode product) =>
        product.Node.Member("variants").Nodes().Concat(product.More.Select(part => part.Item)).Select(variant => new ShopifyNode(variant, []));

    /// <summary>Checkouts by their ids, which a list can be begun anew at.</summary>
    private async IAsyncEnumerable<(IReadOnlyList<ShopifyNode> Nodes, string LastId)> CheckoutsAsync(DateTimeOffset? from, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var again = true; again;)
        {
            again = false;
            var read = 0;
            var filter = (from is { } since ? $"updated_at:>='{Stamp(since)}' " : "") + $"id:>{after}";
            await foreach (var page in _lists.ReadAsync(ShopifyQueries.Checkouts, filter, cancellationToken).ConfigureAwait(false))
            {
                after = ShopifyId.Number(page[^1].Node.Text("id"));
                yield return (page, after);
                read += page.Count;
                if (read < ListPart) continue;
                again = true;
                break;
            }
        }
    }

    // No query finds a checkout by its token: the newest are looked through for it.
    private async Task<string?> FindCheckoutAsync(string token, CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = (await _api.QueryAsync(ShopifyQueries.CheckoutAddresses, new JsonObject { ["after"] = after }, cancellationToken).ConfigureAwait(false)).Member("abandonedCheckouts");
            foreach (var node in page.Nodes())
                if (ShopifyPayload.IdOf(EntityKind.Cart, node) == token) return node.Text("id");
            after = page.Next();
        }
        while (after is not null);
        return null;
    }

    /// <summary>Adds the parts of refunds, which an export cannot hold. The rest of an order is not asked for again: in a history that would cost hours of points.</summary>
    private async Task<IReadOnlyList<ShopifyNode>> WithRefundsAsync(IReadOnlyList<ShopifyNode> nodes, CancellationToken cancellationToken)
    {
        var refunded = nodes.Where(node => node.Node.Items("refunds").Any()).Select(node => node.Node.Text("id")).Distinct().ToList();
        if (refunded.Count == 0) return nodes;
        var refunds = (await _lists.ReadRefundsAsync(refunded, cancellationToken).ConfigureAwait(false)).ToDictionary(node => node.Node.Text("id"));
        var whole = new List<ShopifyNode>(nodes.Count);
        foreach (var node in nodes)
        {
            var id = node.Node.Text("id");
            if (!node.Node.Items("refunds").Any()) whole.Add(node);
            else if (refunds.TryGetValue(id, out var parts)) whole.Add(node with { More = [.. node.More, .. parts.Node.Items("refunds").Select(refund => new ShopifyPart(id, refund)), .. parts.More] });
            // else it was deleted since the export
        }
        return whole;
    }

    private async Task<bool> HasCompaniesAsync(CancellationToken cancellationToken) =>
        (await _api.AskAsync(ShopifyQueries.Newest, null, mayBeDenied: "companiesCount", cancellationToken).ConfigureAwait(false)).Data.Object("companiesCount") is not null;

    /// <summary>When the entity of each kind that changed last did so.</summary>
    private async Task<(Dictionary<EntityKind, DateTimeOffset> Newest, bool HasCompanies)> NewestAsync(CancellationToken cancellationToken)
    {
        var (data, _) = await _api.AskAsync(ShopifyQueries.Newest, null, mayBeDenied: "companiesCount", cancellationToken).ConfigureAwait(false);
        _currency = data.Object("shop")?.TextOrNull("currencyCode") ?? _currency;
        var newest = new Dictionary<EntityKind, DateTimeOffset>();
        void Take(EntityKind kind, JsonElement from, string field)
        {
            foreach (var node in from.Member(field).Nodes()) newest[kind] = node.Moment("updatedAt") ?? throw new FormatException($"'updatedAt' is missing in {field} of what the store sent.");
        }
        Take(EntityKind.Variant, data, "products");
        Take(EntityKind.Customer, data, "customers");
        Take(EntityKind.Order, data, "orders");
        var hasCompanies = data.Object("companiesCount") is not null;
        if (hasCompanies) Take(EntityKind.Company, await _api.QueryAsync(ShopifyQueries.NewestCompany, null, cancellationToken).ConfigureAwait(false), "companies");
        return (newest, hasCompanies);
    }

    private async Task<string> CurrencyAsync(CancellationToken cancellationToken) =>
        _currency ??= (await _api.QueryAsync(ShopifyQueries.Currency, null, cancellationToken).ConfigureAwait(false)).Object("shop")?.Text("currencyCode") ?? throw new StoreException($"{_api.Store} answered without a shop. Is this a Shopify shop?", isTransient: false);

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
