using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Reads lists in the order of their ids, which is that of creation.</summary>
internal sealed class MedusaList(MedusaApi api, int pageSize)
{
    public IAsyncEnumerable<ListPage> ReadAsync(MedusaQuery query, string filter, ListPlace place, CancellationToken cancellationToken) => CountedList.ReadAsync(place, pageSize, async (from, token) =>
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/admin/{query.Path}?order=id&limit={pageSize}&offset={from}&fields={query.Fields}{filter}");
        var answer = await api.GetAsync(path, query.Member, token).ConfigureAwait(false);
        return ([.. answer.Items(query.Member)], answer.Count("count"));
    }, cancellationToken);

    /// <summary>The rows with these ids; those that are gone are left out.</summary>
    public async IAsyncEnumerable<IReadOnlyList<JsonElement>> ReadAsync(MedusaQuery query, IEnumerable<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in ids.Distinct().Chunk(pageSize))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/admin/{query.Path}?order=id&limit={some.Length}&fields={query.Fields}{string.Concat(some.Select(id => "&id[]=" + Uri.EscapeDataString(id)))}");
            yield return [.. (await api.GetAsync(path, query.Member, cancellationToken).ConfigureAwait(false)).Items(query.Member)];
        }
    }
}
