using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// A WooCommerce shop over its REST API v3. Orders and products are asked for by their time of change; customers cannot be, so each poll walks on through them
/// and reads those of the orders that changed. Baskets are the drafts of the block checkout, and what our plugin pushes.
/// </summary>
public sealed class WooConnector : IStoreConnector
{
    private readonly WooApi _api;
    private readonly WooList _lists;
    private readonly WooDetails _details;
    private readonly WooPoll _poll;
    private readonly WooMapping _mapping;
    private readonly WooPeople _people;
    private readonly WooWebhook _webhook;
    private readonly WooShopFacts _facts;

    public WooConnector(WooStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _api = new WooApi(options, handler, time ?? TimeProvider.System);
        _lists = new WooList(_api, options.PageSize);
        _details = new WooDetails(_api);
        _facts = new WooShopFacts(_api, options);
        _poll = new WooPoll(options, _api, _lists, _details, _facts, time ?? TimeProvider.System);
        _people = new WooPeople(options, new Uri(options.Url.ToString().TrimEnd('/') + "/"));
        _mapping = new WooMapping(options, _people);
        _webhook = new WooWebhook(options);
        Writer = new WooWriter(options, _api, _details, time ?? TimeProvider.System);
        Subscriptions = new WooSubscriptions(options, _api);
    }

    public string Platform => "woocommerce";

    public IReadOnlyList<EntityKind> Kinds => EntityKinds.Common;

    public IStoreWriter Writer { get; }

    public IStoreSubscriptions Subscriptions { get; }

    /// <summary>How many calls the shop is asked at once, as it stands.</summary>
    internal int CallsAtOnce => _api.Pace.Limit;

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => _facts.DescribeAsync(cancellationToken);

    public IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, CancellationToken cancellationToken) => PagesAsync(kind, cursor, cancellationToken).CheckedAsync(_api.Store, $"all {kind.Word()}s", cancellationToken);

    private async IAsyncEnumerable<StorePage> PagesAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = WooPlace.Parse(cursor);
        switch (kind)
        {
            case EntityKind.Variant:
                var prices = await _facts.PricesAsync(cancellationToken).ConfigureAwait(false);
                await foreach (var page in _lists.ReadAsync("wc/v3/products", WooPoll.Products, place, cancellationToken).ConfigureAwait(false))
                    yield return new StorePage(await _details.VariantsAsync(page.Items, prices, cancellationToken).ConfigureAwait(false), page.Place.ToString());
                break;
            case EntityKind.Customer:
                await foreach (var page in _lists.ReadAsync("wc/v3/customers", WooPoll.Everybody, place, cancellationToken).ConfigureAwait(false))
                    yield return new StorePage(WooPoll.Customers(page.Items), page.Place.ToString());
                break;
            case EntityKind.Order:
                await foreach (var page in _lists.ReadAsync("wc/v3/orders", WooPoll.Orders("any"), place, cancellationToken).ConfigureAwait(false))
                    yield return new StorePage([.. (await _details.OrdersAsync(page.Items, cancellationToken).ConfigureAwait(false)).Where(change => change.Kind == kind)], page.Place.ToString(), page.Total);
                break;
            case EntityKind.Cart when await _facts.HasDraftsAsync(cancellationToken).ConfigureAwait(false):
                await foreach (var page in _lists.ReadAsync("wc/v3/orders", WooPoll.Orders("checkout-draft"), place, cancellationToken).ConfigureAwait(false))
                    yield return new StorePage(await _details.OrdersAsync(page.Items, cancellationToken).ConfigureAwait(false), page.Place.ToString(), page.Total);
                break;
        }
    }

    public IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, CancellationToken cancellationToken) => _poll.ReadAsync(checkpoint, since, cancellationToken).CheckedAsync(_api.Store, "what has changed", cancellationToken);

    public Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken) => OneAsync(kind, platformId, cancellationToken).CheckedAsync(_api.Store, AnswerForm.One(kind, platformId));

    private async Task<StoreChange?> OneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken)
    {
        if (!long.TryParse(platformId, NumberStyles.None, CultureInfo.InvariantCulture, out _)) return kind switch
        {
            EntityKind.Customer when platformId.StartsWith("guest:", StringComparison.Ordinal) => await GuestAsync(platformId, cancellationToken).ConfigureAwait(false),
            EntityKind.Cart => await PluginCartAsync(platformId, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        if (kind == EntityKind.Variant) return await VariantAsync(platformId, cancellationToken).ConfigureAwait(false);
        var path = kind == EntityKind.Customer ? $"wc/v3/customers/{platformId}" : $"wc/v3/orders/{platformId}";
        if (await _api.ReadAsync(path, [WooApi.Dp], cancellationToken).ConfigureAwait(false) is not { } answer) return null;
        if (kind == EntityKind.Customer) return WooPayload.Customer(answer.Body);
        if (kind == EntityKind.Cart && answer.Body.TextOrNull("status") == "trash") return null;   // in the bin, what was a draft is no cart any more
        return (await _details.OrdersAsync([answer.Body], cancellationToken).ConfigureAwait(false)).SingleOrDefault();   // a draft that was bought comes back as the order
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) => _webhook.Read(headers, body, now);

    public IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => _webhook.SignTest(id, body);

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        if (change.Payload.IsEmpty) return [];
        using var document = JsonDocument.Parse(change.Payload);
        var payload = document.RootElement;
        switch (change.Kind)
        {
            case EntityKind.Variant:
                return [WooPeople.ReadVariant(payload, change.Version)];
            case EntityKind.Customer:
                return [payload.Object("order") is { } order ? WooPeople.ReadGuest(order) ?? throw new FormatException("The order of the guest names nobody.") : _people.ReadCustomer(payload.GetProperty("item"), change.Version)];
            case EntityKind.Cart:
                return [payload.Object("cart") is { } cart ? WooMapping.ReadCart(cart) : WooMapping.ReadDraft(payload.GetProperty("item"), change.Version)];
            default:
                var item = payload.GetProperty("item");
                var read = _mapping.ReadOrder(item, [.. payload.Items("refunds")], change.Version);
                return WooPeople.ReadGuest(item) is { } guest ? [guest, read] : [read];
        }
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<StoreChange?> VariantAsync(string id, CancellationToken cancellationToken)
    {
        if (await _api.ReadAsync($"wc/v3/products/{id}", [], cancellationToken).ConfigureAwait(false) is not { Body: var item }) return null;
        var prices = await _facts.PricesAsync(cancellationToken).ConfigureAwait(false);
        if (item.TextOrNull("type") is "grouped" or "variable") return null;   // not sold by itself
        if (item.TextOrNull("parent_id") is null or "0") return WooPayload.Variant(item, null, prices);
        // The list of a product's variations gives them in a form of its own, and that is what we keep.
        var parent = item.Text("parent_id");
        var variation = await _api.ReadAsync($"wc/v3/products/{parent}/variations/{id}", [], cancellationToken).ConfigureAwait(false);
        var product = await _api.ReadAsync($"wc/v3/products/{parent}", [], cancellationToken).ConfigureAwait(false);
        return variation is null || product is null ? null : WooPayload.Variant(variation.Body, product.Body, prices);
    }

    private async Task<StoreChange?> GuestAsync(string id, CancellationToken cancellationToken)
    {
        var email = id["guest:".Length..];
        var answer = await _api.ReadAsync("wc/v3/orders", [new("search", email), new("customer", "0"), new("orderby", "date"), new("order", "desc"), new("per_page", "20"), WooApi.Dp], cancellationToken).ConfigureAwait(false);
        var order = answer?.Body.EnumerateArray().FirstOrDefault(o => WooPeople.CustomerId(o) == id);
        return order is { ValueKind: JsonValueKind.Object } found ? WooPayload.Guest(id, found) : null;
    }

    private async Task<StoreChange?> PluginCartAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _api.ReadAsync($"wc-spoke/v1/carts/{Uri.EscapeDataString(id)}", [], cancellationToken).ConfigureAwait(false) is { } answer ? WooPayload.Cart(answer.Body, null) : null;
        }
        catch (StoreException none) when (!none.IsTransient && none.Message.Contains("wc-spoke", StringComparison.Ordinal))
        {
            return null;   // the plugin is not there any more, and neither are its carts
        }
    }
}
