using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>An entity as the shop gave it, with those of its parts that did not fit into the same answer.</summary>
internal sealed record ShopifyNode(JsonElement Node, IReadOnlyList<ShopifyPart> More);

/// <param name="Of">Global id of what it is a part of.</param>
internal sealed record ShopifyPart(string Of, JsonElement Item);

/// <summary>
/// Reads lists a page at a time. Shopify counts a page by what it could hold at most and refuses it over a thousand points,
/// so pages begin small and grow to what that leaves room for.
/// </summary>
internal sealed class ShopifyList(ShopifyApi api, int pageSize)
{
    private const double DearestQuery = 1000;
    private const int MostParts = 100;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Rows, int Parts)> _sizes = new(StringComparer.Ordinal);

    /// <summary>Every page of a list; an empty list gives none.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ShopifyNode>> ReadAsync(ShopifyQueries.List list, string? filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var (data, _) = await SizedAsync(list.Field, (rows, parts) =>
            {
                var variables = new JsonObject { ["first"] = rows, ["after"] = after, ["query"] = filter };
                if (list.HasParts) variables["n"] = parts;
                return (list.Query, variables);
            }, cancellationToken).ConfigureAwait(false);
            var page = data.Member(list.Field);
            if (await WholeAsync(page.Nodes(), cancellationToken).ConfigureAwait(false) is { Count: > 0 } nodes) yield return nodes;
            after = page.Next();
        }
        while (after is not null);
    }

    /// <summary>Those of the ids that the shop has.</summary>
    public Task<IReadOnlyList<ShopifyNode>> ReadAsync(EntityKind kind, IReadOnlyList<string> ids, CancellationToken cancellationToken) => NodesAsync(ShopifyQueries.Nodes(kind), ids, cancellationToken);

    /// <summary>The refunds of those of the orders that the shop has.</summary>
    public Task<IReadOnlyList<ShopifyNode>> ReadRefundsAsync(IReadOnlyList<string> orders, CancellationToken cancellationToken) => NodesAsync(ShopifyQueries.RefundsOf, orders, cancellationToken);

    private async Task<IReadOnlyList<ShopifyNode>> NodesAsync(string query, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = new List<ShopifyNode>();
        for (var done = 0; done < ids.Count;)
        {
            var (data, taken) = await SizedAsync(query, (rows, parts) =>
            {
                var variables = new JsonObject { ["ids"] = new JsonArray([.. ids.Skip(done).Take(rows).Select(id => JsonValue.Create(id))]) };
                if (query.Contains("$n", StringComparison.Ordinal)) variables["n"] = parts;
                return (query, variables);
            }, cancellationToken).ConfigureAwait(false);
            var asked = Math.Min(taken, ids.Count - done);
            done += asked;
            // Each has its place in the answer, also one that is gone; what is said nothing of is not gone.
            var nodes = data.Nodes();
            if (nodes.Count != asked) throw new FormatException($"'nodes' has {nodes.Count} entities in what the store sent, and {asked} were asked for.");
            found.AddRange(await WholeAsync([.. nodes.Where(node => node.ValueKind != JsonValueKind.Null)], cancellationToken).ConfigureAwait(false));
        }
        return found;
    }

    /// <summary>Sends a query in a size that Shopify takes, and remembers it.</summary>
    /// <returns>The answer, and how many rows were asked for.</returns>
    private async Task<(JsonElement Data, int Rows)> SizedAsync(string key, Func<int, int, (string Query, JsonObject Variables)> make, CancellationToken cancellationToken)
    {
        while (true)
        {
            (int Rows, int Parts) size;
            lock (_lock) size = _sizes.GetValueOrDefault(key, (Math.Min(pageSize, 10), 10));
            var (query, variables) = make(size.Rows, size.Parts);
            try
            {
                var (data, cost) = await api.AskAsync(query, variables, null, cancellationToken).ConfigureAwait(false);
                if (cost > 0)
                {
                    var room = (int)Math.Min(pageSize, Math.Floor(size.Rows * DearestQuery / cost.Value));
                    lock (_lock) _sizes[key] = (Math.Max(size.Rows, room), size.Parts);
                }
                return (data, size.Rows);
            }
            catch (ShopifyTooDearException failure)
            {
                if (size is { Rows: 1, Parts: 1 }) throw TooDear(failure);
                lock (_lock) _sizes[key] = size.Rows > 1 ? (size.Rows / 2, size.Parts) : (1, size.Parts / 2);
            }
        }
    }

    private StoreException TooDear(ShopifyTooDearException failure) => new($"{api.Store} counts a single entity as too dear to be read: {failure.Message}", isTransient: false, failure);

    private async Task<IReadOnlyList<ShopifyNode>> WholeAsync(IReadOnlyList<JsonElement> nodes, CancellationToken cancellationToken)
    {
        var whole = new List<ShopifyNode>(nodes.Count);
        foreach (var node in nodes)
        {
            var more = new List<ShopifyPart>();
            await AddRestAsync(node, "lineItems", more, cancellationToken).ConfigureAwait(false);
            await AddRestAsync(node, "variants", more, cancellationToken).ConfigureAwait(false);
            await AddRestAsync(node, "shippingLines", more, cancellationToken).ConfigureAwait(false);
            foreach (var refund in node.Items("refunds"))
                foreach (var connection in (string[])["refundLineItems", "refundShippingLines", "transactions"])
                    await AddRestAsync(refund, connection, more, cancellationToken).ConfigureAwait(false);
            whole.Add(new ShopifyNode(node, more));
        }
        return whole;
    }

    private async Task AddRestAsync(JsonElement node, string connection, List<ShopifyPart> more, CancellationToken cancellationToken)
    {
        var page = node.Object(connection);   // not every kind has each
        while (page?.Next() is { } after)
        {
            var id = node.Text("id");
            var type = ShopifyId.TypeOf(id);
            var query = type == "AbandonedCheckout" ? ShopifyQueries.RestOfCheckout : ShopifyQueries.Rest(type, connection);
            var parts = MostParts;
            while (true)
            {
                try
                {
                    var (data, _) = await api.AskAsync(query, new JsonObject { ["id"] = id, ["after"] = after, ["n"] = parts }, null, cancellationToken).ConfigureAwait(false);
                    page = data.Object("node")?.Member(connection);   // without it, it was deleted meanwhile
                    break;
                }
                catch (ShopifyTooDearException failure)
                {
                    if (parts == 1) throw TooDear(failure);
                    parts /= 2;
                }
            }
            if (page is { } rest) more.AddRange(rest.Nodes().Select(item => new ShopifyPart(id, item)));
        }
    }
}
