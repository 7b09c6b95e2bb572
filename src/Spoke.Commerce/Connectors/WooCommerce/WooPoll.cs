using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Query = System.Collections.Generic.IReadOnlyList<System.Collections.Generic.KeyValuePair<string, string>>;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>One poll for what may have changed. Marks are times that the shop itself gave its entities, so that its clock and ours need not agree.</summary>
internal sealed class WooPoll(WooStoreOptions options, WooApi api, WooList lists, WooDetails details, WooShopFacts facts, TimeProvider time)
{
    private const int VariableProducts = 20;
    private const int Newest = 5;   // pages of orders that an old shop is compared by
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);
    private readonly WooWalker _walker = new(lists);

    public static Query Products { get; } = [new("status", "any")];

    public static Query Everybody { get; } = [new("role", "all")];

    public static Query Orders(string status) => [new("status", status), WooApi.Dp];

    public static IReadOnlyList<StoreChange> Customers(IEnumerable<JsonElement> rows) => [.. rows.Where(WooPeople.Buys).Select(row => WooPayload.Customer(row))];

    public async IAsyncEnumerable<StorePage> ReadAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asks = await facts.AsksByChangeAsync(cancellationToken).ConfigureAwait(false);
        var prices = await facts.PricesAsync(cancellationToken).ConfigureAwait(false);
        var now = api.StoreTime ?? time.GetUtcNow();
        var kept = WooCheckpoint.Parse(checkpoint) ?? await BeginAsync(since + (now - time.GetUtcNow()), now, cancellationToken).ConfigureAwait(false);
        StorePage Page(IReadOnlyList<StoreChange> changes) => new(changes, kept.ToString());

        var mark = new Mark(kept.Products, now);
        await foreach (var rows in asks ? ChangedAsync("wc/v3/products", ["any", "trash"], [], kept.Products, cancellationToken) : IncludedAsync("wc/v3/products", Products, SweptAsync("wc/v3/products", Products, kept.ProductSweep, walk => kept = kept with { ProductSweep = walk }, now, cancellationToken), cancellationToken))
            yield return Page(await details.VariantsAsync(mark.Saw(rows), prices, cancellationToken).ConfigureAwait(false));
        kept = kept with { Products = mark.Next };

        await foreach (var (rows, next) in _walker.StepAsync("wc/v3/products", [new("type", "variable"), .. Products], kept.VariableSweep, VariableProducts, now, cancellationToken).ConfigureAwait(false))
        {
            kept = kept with { VariableSweep = next };
            yield return Page(await details.VariantsAsync(rows, prices, cancellationToken).ConfigureAwait(false));
        }

        mark = new Mark(kept.Customers, now, "date_created_gmt");
        await foreach (var rows in RegisteredAsync(kept.Customers - Overlap, cancellationToken).ConfigureAwait(false)) yield return Page(Customers(mark.Saw(rows)));
        kept = kept with { Customers = mark.Next };
        await foreach (var rows in IncludedAsync("wc/v3/customers", Everybody, SweptAsync("wc/v3/customers", Everybody, kept.CustomerSweep, walk => kept = kept with { CustomerSweep = walk }, now, cancellationToken), cancellationToken).ConfigureAwait(false))
            yield return Page(Customers(rows));

        mark = new Mark(kept.Orders, now);
        var buyers = new HashSet<string>();
        await foreach (var rows in OrderRowsAsync(asks, () => kept, walk => kept = kept with { OrderSweep = walk }, now, cancellationToken).ConfigureAwait(false))
        {
            buyers.UnionWith(rows.Select(row => row.TextOrNull("customer_id")).OfType<string>().Where(id => id != "0"));
            yield return Page(await details.OrdersAsync(mark.Saw(rows), cancellationToken).ConfigureAwait(false));
        }
        // Buying changes an account, and whoever bought is a customer whatever the account's role.
        await foreach (var rows in IncludedAsync("wc/v3/customers", Everybody, One(buyers), cancellationToken).ConfigureAwait(false))
            yield return Page([.. rows.Select(row => WooPayload.Customer(row))]);
        kept = kept with { Orders = mark.Next };
        yield return Page([]);
    }

    private async IAsyncEnumerable<IReadOnlyList<JsonElement>> OrderRowsAsync(bool asks, Func<WooCheckpoint> kept, Action<WooWalk> swept, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string path = "wc/v3/orders";
        var drafts = await facts.HasDraftsAsync(cancellationToken).ConfigureAwait(false);
        if (asks)
        {
            await foreach (var rows in ChangedAsync(path, drafts ? ["any", "trash", "checkout-draft"] : ["any", "trash"], [WooApi.Dp], kept().Orders, cancellationToken).ConfigureAwait(false)) yield return rows;
            yield break;
        }
        await foreach (var rows in IncludedAsync(path, Orders("any"), NewestAsync(path, kept().Orders - Overlap, cancellationToken), cancellationToken).ConfigureAwait(false)) yield return rows;
        await foreach (var rows in IncludedAsync(path, Orders("any"), SweptAsync(path, Orders("any"), kept().OrderSweep, swept, now, cancellationToken), cancellationToken).ConfigureAwait(false)) yield return rows;
        yield return await NewestTrashAsync(path, cancellationToken).ConfigureAwait(false);
    }

    private async Task<WooCheckpoint> BeginAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Whatever the shop's clock says: nothing to come is older than the newest there is.
        async Task<DateTimeOffset> MarkAsync(string path, Query query, string by, string member)
        {
            try
            {
                var newest = await api.GetAsync(path, [.. query, new("orderby", by), new("order", "desc"), new("per_page", "1"), new("_fields", "id," + member)], cancellationToken).ConfigureAwait(false);
                return newest?.Body is { ValueKind: JsonValueKind.Array } rows && rows.EnumerateArray().FirstOrDefault().Moment(member) is { } at && at < since ? at : since;
            }
            catch (WooRefusal)
            {
                return since;   // an old shop does not sort by it
            }
        }
        var walk = new WooWalk(default, now, since);
        return new WooCheckpoint(
            await MarkAsync("wc/v3/orders", [], "modified", "date_modified_gmt").ConfigureAwait(false),
            await MarkAsync("wc/v3/products", [], "modified", "date_modified_gmt").ConfigureAwait(false),
            await MarkAsync("wc/v3/customers", Everybody, "registered_date", "date_created_gmt").ConfigureAwait(false), walk, walk, walk, walk);
    }

    private async IAsyncEnumerable<IReadOnlyList<JsonElement>> ChangedAsync(string path, string[] statuses, Query more, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Query changed = [new("modified_after", (since - Overlap).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)), new("dates_are_gmt", "true"), .. more];
        foreach (var status in statuses)
            await foreach (var page in lists.ReadAsync(path, [new("status", status), .. changed], default, cancellationToken).ConfigureAwait(false))
                yield return page.Items;
    }

    private async IAsyncEnumerable<IReadOnlyList<JsonElement>> RegisteredAsync(DateTimeOffset after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = 1; ; page++)
        {
            var rows = await RowsAsync("wc/v3/customers", [.. Everybody, new("orderby", "registered_date"), new("order", "desc"), .. Paging(page)], cancellationToken).ConfigureAwait(false);
            var fresh = rows.TakeWhile(row => row.Moment("date_created_gmt") >= after).ToList();
            yield return fresh;
            if (fresh.Count < options.PageSize) yield break;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<string>> SweptAsync(string path, Query filter, WooWalk walk, Action<WooWalk> swept, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (changed, next) in _walker.ChangedAsync(path, filter, walk, options.SweepSize, now, cancellationToken).ConfigureAwait(false))
        {
            yield return changed;
            swept(next);   // only once what was found has been read
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<string>> NewestAsync(string path, DateTimeOffset after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = 1; page <= Newest; page++)
        {
            var rows = await RowsAsync(path, [new("status", "any"), new("orderby", "date"), new("order", "desc"), new("_fields", "id,date_modified_gmt"), .. Paging(page)], cancellationToken).ConfigureAwait(false);
            yield return [.. rows.Where(row => row.Moment("date_modified_gmt") >= after).Select(row => row.Text("id"))];
            if (rows.Count < options.PageSize) yield break;
        }
    }

    private Task<IReadOnlyList<JsonElement>> NewestTrashAsync(string path, CancellationToken cancellationToken) => RowsAsync(path, [new("status", "trash"), new("orderby", "date"), new("order", "desc"), WooApi.Dp, .. Paging(1)], cancellationToken);

    /// <summary>The rows of the given ids, whole.</summary>
    private async IAsyncEnumerable<IReadOnlyList<JsonElement>> IncludedAsync(string path, Query filter, IAsyncEnumerable<IReadOnlyList<string>> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var some in ids.WithCancellation(cancellationToken).ConfigureAwait(false))
            foreach (var chunk in some.Chunk(options.PageSize))
                yield return await RowsAsync(path, [.. filter, new("include", string.Join(',', chunk)), new("orderby", "id"), .. Paging(1)], cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<JsonElement>> RowsAsync(string path, Query query, CancellationToken cancellationToken) =>
        (await api.ReadAsync(path, query, cancellationToken).ConfigureAwait(false))?.Body is { ValueKind: JsonValueKind.Array } rows ? [.. rows.EnumerateArray()] : throw api.Strange(path);

    private Query Paging(int page) => [new("per_page", options.PageSize.ToString(CultureInfo.InvariantCulture)), new("page", page.ToString(CultureInfo.InvariantCulture))];

    private static async IAsyncEnumerable<IReadOnlyList<string>> One(IReadOnlyCollection<string> ids)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return [.. ids];
    }

    /// <summary>The latest date seen in a list, but none after the reading began: a row that changes behind our place must be found by the next poll.</summary>
    private sealed class Mark(DateTimeOffset before, DateTimeOffset now, string member = "date_modified_gmt")
    {
        private DateTimeOffset? _latest;

        public DateTimeOffset Next => _latest is not { } latest || latest < before ? before : latest < now ? latest : now > before ? now : before;

        public IReadOnlyList<JsonElement> Saw(IReadOnlyList<JsonElement> rows)
        {
            foreach (var row in rows)
                if (row.Moment(member) is { } at && !(at <= _latest)) _latest = at;
            return rows;
        }
    }
}
