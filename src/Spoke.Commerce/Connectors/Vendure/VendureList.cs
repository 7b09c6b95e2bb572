using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Reads lists by their ids, a page at a time.</summary>
internal sealed class VendureList(VendureApi api, int pageSize)
{
    private int _pageSize = pageSize;

    public IAsyncEnumerable<ListPage> ReadAsync(VendureQueries.List list, JsonObject? filter, ListPlace place, CancellationToken cancellationToken) => CountedList.ReadAsync(place, _pageSize, async (from, token) =>
    {
        var answer = await PageAsync(list, filter, from, token).ConfigureAwait(false);
        return ([.. answer.Items("items")], answer.Count("totalItems"));
    }, cancellationToken);

    private async Task<JsonElement> PageAsync(VendureQueries.List list, JsonObject? filter, int skip, CancellationToken cancellationToken)
    {
        while (true)
        {
            var options = new JsonObject { ["take"] = _pageSize, ["skip"] = skip, ["sort"] = new JsonObject { ["id"] = "ASC" } };
            if (filter is not null) options["filter"] = filter.DeepClone();
            try
            {
                return (await api.QueryAsync(list.Query, new JsonObject { ["o"] = options }, cancellationToken).ConfigureAwait(false)).GetProperty(list.Field);
            }
            catch (PageLimitException limit)
            {
                if (limit.Limit < 2 || limit.Limit >= _pageSize) throw new StoreException($"Vendure gives {limit.Limit} rows at a time, too few to read by. Raise apiOptions.adminListQueryLimit.", isTransient: false, limit);
                _pageSize = limit.Limit;
            }
        }
    }
}
