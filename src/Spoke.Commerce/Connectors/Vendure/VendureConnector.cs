using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>
/// A Vendure store over its Admin API. An order's <c>updatedAt</c> does not move when it is placed, paid, shipped or refunded, so changes are found in other ways:
/// by time of placement, by reading again what is not final, and by a sweep that comes by every order now and then.
/// </summary>
public sealed class VendureConnector : IStoreConnector
{
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Watched = TimeSpan.FromDays(60);   // older orders that never became final are left to the sweep
    private const int SweepSize = 200;
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
    }

    public string Platform => "vendure";

    public async Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        var channel = (await _api.QueryAsync(VendureQueries.Store, null, cancellationToken).ConfigureAwait(false)).GetProperty("activeChannel");
        return new StoreInfo(channel.Text("code"), _options.Url.ToString(), channel.Text("defaultCurrencyCode"));
    }

    public async IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var precision = await PrecisionAsync(cancellationToken).ConfigureAwait(false);
        var filter = kind switch { EntityKind.Order => Active(false), EntityKind.Cart => Active(true), _ => null };
        await foreach (var page in _lists.ReadAsync(VendureQueries.List.Of(kind), filter, ListPlace.Parse(cursor), cancellationToken).ConfigureAwait(false))
            yield return new StorePage([.. Changes(kind, page.Items, precision).Where(change => change.Kind == kind)], page.Place.ToString(), page.Total);
    }

    public async IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var precision = await PrecisionAsync(cancellationToken).ConfigureAwait(false);
        // The store dates its entities by its own clock, so we keep time by that one too.
        var began = _api.StoreTime ?? _time.GetUtcNow();
        var (from, sweep) = Checkpoint.Read(checkpoint) ?? new Checkpoint(since + (began - _time.GetUtcNow()), default);
        var after = After(from - Overlap);
        JsonObject Changed() => new() { ["updatedAt"] = after.DeepClone() };
        var changedOrders = All(Active(false), Any(new JsonObject { ["orderPlacedAt"] = after.DeepClone() }, Changed(), All(NotFinal(), new JsonObject { ["orderPlacedAt"] = After(began - Watched) })));
        var reads = new (EntityKind Kind, VendureQueries.List List, JsonObject Filter)[]
        {
            (EntityKind.Variant, VendureQueries.Variants, Changed()),
            (EntityKind.Variant, VendureQueries.Products, Changed()),
            (EntityKind.Customer, VendureQueries.Customers, Changed()),
            (EntityKind.Order, VendureQueries.Orders, changedOrders),
            (EntityKind.Cart, VendureQueries.Orders, All(Active(true), Changed())),
        };
        foreach (var (kind, list, filter) in reads)
            await foreach (var page in _lists.ReadAsync(list, filter, default, cancellationToken).ConfigureAwait(false))
            {
                var rows = list == VendureQueries.Products ? page.Items.SelectMany(product => product.Items("variants")) : page.Items;
                yield return new StorePage([.. Changes(kind, rows, precision)], new Checkpoint(from, sweep).ToString());
            }

        // Refunds of final orders show nowhere else: each pass comes by some of all orders.
        var swept = 0;
        await foreach (var page in _lists.ReadAsync(VendureQueries.Orders, Active(false), sweep, cancellationToken).ConfigureAwait(false))
        {
            swept += page.Items.Count;
            sweep = page.Place.Passed >= page.Total ? default : page.Place;
            yield return new StorePage([.. Changes(EntityKind.Order, page.Items, precision)], new Checkpoint(from, sweep).ToString());
            if (swept >= SweepSize) break;
        }
        yield return new StorePage([], new Checkpoint(began, sweep).ToString());
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        new([], "Vendure sends no webhooks of its own; this connection reads changes by polling.");

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        using var document = JsonDocument.Parse(change.Payload);
        return [VendureMapping.Read(change.Kind, document.RootElement.GetProperty("item"), document.RootElement.Count("precision"))];
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<int> PrecisionAsync(CancellationToken cancellationToken) =>
        (await _api.QueryAsync(VendureQueries.Store, null, cancellationToken).ConfigureAwait(false)).GetProperty("globalSettings").GetProperty("serverConfig").Count("moneyStrategyPrecision");

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

    private static JsonObject Active(bool value) => new() { ["active"] = new JsonObject { ["eq"] = value } };

    private static JsonObject NotFinal() => new() { ["state"] = new JsonObject { ["notIn"] = new JsonArray([.. VendureStates.Final.Select(state => (JsonNode)state)]) } };

    private static JsonObject After(DateTimeOffset moment) => new() { ["after"] = moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };

    private static JsonObject All(params JsonObject[] filters) => new() { ["_and"] = new JsonArray(filters) };

    private static JsonObject Any(params JsonObject[] filters) => new() { ["_or"] = new JsonArray(filters) };

    private sealed record Checkpoint(DateTimeOffset From, ListPlace Sweep)
    {
        public static Checkpoint? Read(string? text) =>
            text?.Split('|') is [var from, var sweep] ? new Checkpoint(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), ListPlace.Parse(sweep)) : null;

        public override string ToString() => $"{From:O}|{Sweep}";
    }
}
