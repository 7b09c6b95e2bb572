using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Searches by pages. In the order of record ids each page begins behind the last id of the one before, so that no offset ever grows and
/// 10,000 is no end. In an order of the caller's own, and where the filters leave no room for one on the id, pages are counted and 10,000 is the end.
/// </summary>
internal sealed class SearchCalls(HubSpotClient client, string root)
{
    private const int Cap = 10_000;
    private const int BodyLimit = 3_000;

    public async IAsyncEnumerable<CrmRecord> SearchAsync(SearchQuery query, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query.Validate();
        var windowed = query.SortBy is null && query.HasRoomForWindow;
        string? lastId = null;
        int offset = 0, seen = 0;
        while (true)
        {
            if (offset >= Cap)
                throw new HubSpotException(HubSpotErrorKind.Validation, $"The search has more than {Cap} results and {seen} were read: HubSpot returns no more of it. {(query.SortBy is null ? "Leave one filter fewer in each group, so that one on the record id has room" : "Leave SortBy out to read on by record id")}, or narrow the filters.");
            var request = Request(query, lastId, offset, Math.Min(query.PageSize, Cap - offset));
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
            if (windowed) lastId = last.Id.Value;
            else offset = int.Parse(after, CultureInfo.InvariantCulture);
        }
    }

    public async Task<long> CountAsync(SearchQuery query, RequestOptions? options, CancellationToken cancellationToken)
    {
        query.Validate();
        var request = Request(query, null, 0, 1);
        var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var page = CrmJson.Parse(response, request);
        return page.RootElement.TryGetProperty("total", out var total) ? total.GetInt64() : 0;
    }

    private HubSpotRequest Request(SearchQuery query, string? behind, int offset, int limit)
    {
        var body = CrmJson.Write(json =>
        {
            json.WriteStartArray("filterGroups");
            foreach (var group in query.Groups.Count == 0 && behind is not null ? [[]] : query.Groups) WriteGroup(json, group, behind, query.Descending);
            json.WriteEndArray();
            if (query.Text is { } text) json.WriteString("query", text);
            json.WriteStartArray("sorts");
            json.WriteStartObject();
            json.WriteString("propertyName", query.SortBy ?? "hs_object_id");
            json.WriteString("direction", query.Descending ? "DESCENDING" : "ASCENDING");
            json.WriteEndObject();
            json.WriteEndArray();
            CrmJson.WriteStrings(json, "properties", query.Properties);
            json.WriteNumber("limit", limit);
            if (offset > 0) json.WriteString("after", offset.ToString(CultureInfo.InvariantCulture));
        });
        return Encoding.UTF8.GetCharCount(body.Span) is var length and > BodyLimit
            ? throw new ArgumentException($"The search is {length} characters long; HubSpot takes {BodyLimit}. Ask for fewer properties, or split long lists of values over several searches.", nameof(query))
            : new HubSpotRequest("POST", root + "/search") { Body = body };
    }

    private static void WriteGroup(Utf8JsonWriter json, IReadOnlyList<SearchFilter> filters, string? behind, bool descending)
    {
        json.WriteStartObject();
        json.WriteStartArray("filters");
        foreach (var filter in filters) WriteFilter(json, filter);
        if (behind is not null) WriteFilter(json, new SearchFilter("hs_object_id", descending ? SearchOperator.Lt : SearchOperator.Gt, behind));
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
