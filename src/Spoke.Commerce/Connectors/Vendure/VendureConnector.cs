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
    private const int Reread = 10;      // rows read twice when a full read is taken up again, in case others were deleted before them
    private const int SweepSize = 200;
    private static readonly string[] NotFinal = ["PaymentAuthorized", "PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered", "Modifying", "ArrangingAdditionalPayment"];
    private readonly VendureStoreOptions _options;
    private readonly VendureApi _api;
    private readonly TimeProvider _time;
    private (int Precision, string Currency)? _money;

    public VendureConnector(VendureStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _api = new VendureApi(options, handler, _time);
    }

    public string Platform => "vendure";

    public async Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        var store = await _api.QueryAsync(VendureQueries.Store, null, cancellationToken).ConfigureAwait(false);
        var channel = store.GetProperty("activeChannel");
        return new StoreInfo(channel.Text("code"), _options.Url.ToString(), channel.Text("defaultCurrencyCode"));
    }

    public async IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var skip = cursor is null ? 0 : Math.Max(0, int.Parse(cursor, CultureInfo.InvariantCulture) - Reread);
        var filter = kind switch { EntityKind.Order => new JsonObject { ["active"] = Is(false) }, EntityKind.Cart => new JsonObject { ["active"] = Is(true) }, _ => null };
        await foreach (var (changes, next, total) in PagesAsync(kind, filter, skip, int.MaxValue, cancellationToken).ConfigureAwait(false))
            yield return new StorePage(changes, next.ToString(CultureInfo.InvariantCulture), total);
    }

    public async IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (from, sweep) = Checkpoint.Read(checkpoint, since);
        var began = _time.GetUtcNow();
        var after = new JsonObject { ["after"] = (from - TimeSpan.FromMinutes(5)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };
        var reads = new (EntityKind Kind, JsonObject Filter)[]
        {
            (EntityKind.Variant, new JsonObject { ["updatedAt"] = after.DeepClone() }),
            (EntityKind.Customer, new JsonObject { ["updatedAt"] = after.DeepClone() }),
            (EntityKind.Order, new JsonObject { ["active"] = Is(false), ["orderPlacedAt"] = after.DeepClone() }),
            (EntityKind.Order, new JsonObject { ["active"] = Is(false), ["updatedAt"] = after.DeepClone() }),
            (EntityKind.Order, new JsonObject { ["active"] = Is(false), ["state"] = new JsonObject { ["in"] = new JsonArray([.. NotFinal.Select(state => (JsonNode)state)]) } }),
            (EntityKind.Cart, new JsonObject { ["active"] = Is(true), ["updatedAt"] = after.DeepClone() }),
        };
        foreach (var (kind, filter) in reads)
            await foreach (var (changes, _, _) in PagesAsync(kind, filter, 0, int.MaxValue, cancellationToken).ConfigureAwait(false))
                yield return new StorePage(changes, new Checkpoint(from, sweep).ToString());
        // Refunds of delivered orders show nowhere else: each pass comes by some of all orders.
        await foreach (var (changes, next, total) in PagesAsync(EntityKind.Order, new JsonObject { ["active"] = Is(false) }, sweep, SweepSize, cancellationToken).ConfigureAwait(false))
        {
            sweep = next >= total ? 0 : next;
            yield return new StorePage(changes, new Checkpoint(from, sweep).ToString());
        }
        yield return new StorePage([], new Checkpoint(began, sweep).ToString());
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        new([], "Vendure sends no webhooks of its own; this connection reads changes by polling.");

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change)
    {
        using var document = JsonDocument.Parse(change.Payload);
        return VendureMapping.Read(change.Kind, document.RootElement.GetProperty("item"), document.RootElement.Count("precision"), document.RootElement.Text("currency"));
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<(IReadOnlyList<StoreChange> Changes, int Next, int Total)> PagesAsync(EntityKind kind, JsonObject? filter, int skip, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (query, field) = kind switch { EntityKind.Variant => (VendureQueries.Variants, "productVariants"), EntityKind.Customer => (VendureQueries.Customers, "customers"), _ => (VendureQueries.Orders, "orders") };
        var money = _money ??= await ReadMoneyAsync(cancellationToken).ConfigureAwait(false);
        for (var read = 0; read < most;)
        {
            var options = new JsonObject { ["take"] = Math.Min(_options.PageSize, most - read), ["skip"] = skip, ["sort"] = new JsonObject { ["id"] = "ASC" } };
            if (filter is not null) options["filter"] = filter.DeepClone();
            var list = (await _api.QueryAsync(query, new JsonObject { ["o"] = options }, cancellationToken).ConfigureAwait(false)).GetProperty(field);
            var items = list.Items("items").ToList();
            skip += items.Count;
            read += items.Count;
            yield return ([.. items.Where(item => Concerns(kind, item)).Select(item => Change(kind, item, money))], skip, list.Count("totalItems"));
            if (items.Count == 0 || skip >= list.Count("totalItems")) yield break;
        }
    }

    private async Task<(int Precision, string Currency)> ReadMoneyAsync(CancellationToken cancellationToken)
    {
        var store = await _api.QueryAsync(VendureQueries.Store, null, cancellationToken).ConfigureAwait(false);
        return (store.GetProperty("globalSettings").GetProperty("serverConfig").Count("moneyStrategyPrecision"), store.GetProperty("activeChannel").Text("defaultCurrencyCode"));
    }

    // A seller's order is a part of its aggregate order, which is counted; a draft that was never placed is nobody's order yet.
    private static bool Concerns(EntityKind kind, JsonElement item) => kind switch
    {
        EntityKind.Order => item.TextOrNull("type") != "Seller" && item.Moment("orderPlacedAt") is not null,
        EntityKind.Cart => item.TextOrNull("type") != "Seller",
        _ => true,
    };

    private static StoreChange Change(EntityKind kind, JsonElement item, (int Precision, string Currency) money)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteNumber("precision", money.Precision);
            json.WriteString("currency", money.Currency);
            json.WritePropertyName("item");
            item.WriteTo(json);
            json.WriteEndObject();
        }
        return new StoreChange(kind, item.Text("id"), VendureMapping.Version(item), memory.ToArray());
    }

    private static JsonObject Is(bool value) => new() { ["eq"] = value };

    private sealed record Checkpoint(DateTimeOffset From, int Sweep)
    {
        public static Checkpoint Read(string? text, DateTimeOffset since)
        {
            if (text?.Split('|') is not [var from, var sweep]) return new Checkpoint(since, 0);
            return new Checkpoint(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), int.Parse(sweep, CultureInfo.InvariantCulture));
        }

        public override string ToString() => $"{From:O}|{Sweep.ToString(CultureInfo.InvariantCulture)}";
    }
}
