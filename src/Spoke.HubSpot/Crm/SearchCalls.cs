using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Searches by pages; in windows of record ids when the order allows, so that 10,000 is no end.</summary>
internal sealed class SearchCalls(HubSpotClient client, string root)
{
    private const int Cap = 10_000;

    public async IAsyncEnumerable<CrmRecord> SearchAsync(SearchQuery query, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.PageSize is < 1 or > 200) throw new ArgumentException("SearchQuery.PageSize is 1 to 200, HubSpot's limit.", nameof(query));
        string? lastId = null;
        int offset = 0, seen = 0;
        while (true)
        {
            var request = Request(query, lastId, offset, query.PageSize);
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            CrmRecord? last = null;
            foreach (var item in CrmJson.Items(page.RootElement, "results"))
            {
                last = CrmJson.ReadRecord(item);
                seen++;
                yield return last;
            }
            if (last is null || CrmJson.After(page.RootElement) is not { } after) yield break;
            if (query.SortBy is null)
            {
                lastId = last.Id.Value;   // the next window begins behind the last id: no offset ever grows
                continue;
            }
            offset = int.Parse(after, CultureInfo.InvariantCulture);
            if (offset + query.PageSize > Cap)
                throw new HubSpotException(HubSpotErrorKind.Validation, $"The search has more than {Cap} results, all HubSpot returns in an order of one's own ({seen} were read). Leave SortBy out to read on by record id, or narrow the filters.");
        }
    }

    public async Task<long> CountAsync(SearchQuery query, RequestOptions? options, CancellationToken cancellationToken)
    {
        var request = Request(query, null, 0, 1);
        var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var page = CrmJson.Parse(response, request);
        return page.RootElement.TryGetProperty("total", out var total) ? total.GetInt64() : 0;
    }

    private HubSpotRequest Request(SearchQuery query, string? afterId, int offset, int limit) => new("POST", root + "/search")
    {
        Body = CrmJson.Write(json =>
        {
            json.WriteStartArray("filterGroups");
            foreach (var group in query.Groups.Count == 0 && afterId is not null ? [[]] : query.Groups) WriteGroup(json, group, afterId);
            json.WriteEndArray();
            if (query.Text is { } text) json.WriteString("query", text);
            json.WriteStartArray("sorts");
            json.WriteStartObject();
            json.WriteString("propertyName", query.SortBy ?? "hs_object_id");
            json.WriteString("direction", query.SortBy is not null && query.Descending ? "DESCENDING" : "ASCENDING");
            json.WriteEndObject();
            json.WriteEndArray();
            CrmJson.WriteStrings(json, "properties", query.Properties);
            json.WriteNumber("limit", limit);
            if (offset > 0) json.WriteString("after", offset.ToString(CultureInfo.InvariantCulture));
        }),
    };

    private static void WriteGroup(Utf8JsonWriter json, IReadOnlyList<SearchFilter> filters, string? afterId)
    {
        json.WriteStartObject();
        json.WriteStartArray("filters");
        foreach (var filter in filters) WriteFilter(json, filter);
        if (afterId is not null) WriteFilter(json, new SearchFilter("hs_object_id", SearchOperator.Gt, afterId));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter json, SearchFilter filter)
    {
        json.WriteStartObject();
        json.WriteString("propertyName", filter.Property);
        json.WriteString("operator", Name(filter.Operator));
        if (filter.Value is { } value) json.WriteString("value", value);
        if (filter.HighValue is { } high) json.WriteString("highValue", high);
        if (filter.Values.Count > 0) CrmJson.WriteStrings(json, "values", filter.Values);
        json.WriteEndObject();
    }

    private static string Name(SearchOperator @operator) => @operator switch
    {
        SearchOperator.Eq => "EQ",
        SearchOperator.Neq => "NEQ",
        SearchOperator.Lt => "LT",
        SearchOperator.Lte => "LTE",
        SearchOperator.Gt => "GT",
        SearchOperator.Gte => "GTE",
        SearchOperator.Between => "BETWEEN",
        SearchOperator.In => "IN",
        SearchOperator.NotIn => "NOT_IN",
        SearchOperator.HasProperty => "HAS_PROPERTY",
        SearchOperator.NotHasProperty => "NOT_HAS_PROPERTY",
        SearchOperator.ContainsToken => "CONTAINS_TOKEN",
        SearchOperator.NotContainsToken => "NOT_CONTAINS_TOKEN",
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, null),
    };
}
