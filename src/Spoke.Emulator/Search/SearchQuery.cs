using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>A search as asked, checked against HubSpot's limits.</summary>
internal sealed record SearchQuery(IReadOnlyList<IReadOnlyList<SearchFilter>> Groups, string? Text, SearchSort? Sort, int Limit, int After)
{
    /// <summary>The properties in which the words are looked for.</summary>
    public IReadOnlyList<PropertyDefinition> Searched { get; private init; } = [];

    /// <summary>The words of <see cref="Text"/>.</summary>
    public IReadOnlyList<string> Words { get; } = Text is null ? [] : TokenText.Words(Text);

    private const int LongestBody = 3_000;
    private const int MostGroups = 5;
    private const int MostFiltersInGroup = 6;
    private const int MostFilters = 18;
    private const int LargestPage = 200;
    public const int MostResults = 10_000;

    public static SearchQuery Read(CrmCall call, ObjectTypeDefinition type)
    {
        if (call.Http.Body.Length > LongestBody && CharactersOf(call) > LongestBody)
            throw CrmErrors.Bad($"The request body is longer than {LongestBody} characters");
        var body = call.BodyObject;
        var limit = body.Int("limit") ?? 10;
        if (limit == 0) limit = 10;
        if (limit is < 0 or > LargestPage) throw CrmErrors.Bad($"limit must be between 1 and {LargestPage}", "limit", limit.ToString(CultureInfo.InvariantCulture));
        var after = ReadAfter(body.Text("after"));
        if (after + limit > MostResults)
            throw CrmErrors.Bad($"The requested page reaches beyond the first {MostResults} results", "after", after.ToString(CultureInfo.InvariantCulture));
        return new SearchQuery(ReadGroups(call, type, body), body.Text("query"), SearchSort.Read(type, body), limit, after)
        {
            Searched = [.. type.QueryProperties.Select(type.Properties.Find).OfType<PropertyDefinition>()],
        };
    }

    private static int CharactersOf(CrmCall call) => System.Text.Encoding.UTF8.GetCharCount(call.Http.Body.Span);

    private static int ReadAfter(string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after) && after <= MostResults
            ? after
            : throw CrmErrors.Bad($"Invalid paging cursor or a page beyond the first {MostResults} results: {text}", "after", text);
    }

    private static IReadOnlyList<IReadOnlyList<SearchFilter>> ReadGroups(CrmCall call, ObjectTypeDefinition type, JsonElement body)
    {
        var groups = body.Items("filterGroups").Select(group => group.Items("filters")).ToList();
        // Filters at the top count as one group.
        if (body.Items("filters") is { Count: > 0 } loose) groups.Add(loose);
        if (groups.Count > MostGroups) throw CrmErrors.Bad($"A search can have at most {MostGroups} filterGroups");
        if (groups.Exists(group => group.Count > MostFiltersInGroup)) throw CrmErrors.Bad($"A filterGroup can have at most {MostFiltersInGroup} filters");
        if (groups.Sum(group => group.Count) > MostFilters) throw CrmErrors.Bad($"A search can have at most {MostFilters} filters in total");
        return [.. groups.Select(group => group.Select(filter => SearchFilter.Read(call.Portal, type, filter)).ToArray())];
    }
}

internal sealed record SearchSort(PropertyDefinition Property, bool Descending)
{
    /// <summary>Only one rule is possible; it may be an object or just a name, with a minus for descending.</summary>
    public static SearchSort? Read(ObjectTypeDefinition type, JsonElement body)
    {
        var sorts = body.Items("sorts");
        if (sorts.Count == 0) return null;
        if (sorts.Count > 1) throw CrmErrors.Bad("A search can have at most one sort");
        var (name, descending) = (sorts[0].Text("propertyName"), sorts[0].Text("direction") == "DESCENDING");
        if (sorts[0].ValueKind == JsonValueKind.String)
        {
            name = sorts[0].GetString()!;
            descending = name.StartsWith('-');
            name = name.TrimStart('-');
        }
        if (string.IsNullOrEmpty(name)) throw CrmErrors.MissingField("Sort", "propertyName");
        return new SearchSort(type.Properties.Find(name) ?? throw SearchErrors.UnknownProperty(name), descending);
    }
}

/// <summary>Refusals of searches.</summary>
internal static class SearchErrors
{
    public static CrmRefusal UnknownProperty(string name) => Problem($"Property '{name}' does not exist", "propertyName", name);

    public static CrmRefusal Problem(string detail, string contextKey, string value) =>
        new(new Http.ErrorBody(400, "VALIDATION_ERROR", $"There was a problem with the request. {detail}")
        {
            Errors = [new Http.ErrorDetail(detail) { Context = [new(contextKey, [value])] }],
        });
}
