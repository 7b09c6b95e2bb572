namespace Spoke.HubSpot;

/// <summary>How a filter compares. The names are HubSpot's.</summary>
public enum SearchOperator
{
    /// <summary>Equal.</summary>
    Eq,
    /// <summary>Not equal; records without a value do not match.</summary>
    Neq,
    /// <summary>Less.</summary>
    Lt,
    /// <summary>Less or equal.</summary>
    Lte,
    /// <summary>Greater.</summary>
    Gt,
    /// <summary>Greater or equal.</summary>
    Gte,
    /// <summary>Between two values, both included.</summary>
    Between,
    /// <summary>One of several.</summary>
    In,
    /// <summary>None of several; records without a value do not match.</summary>
    NotIn,
    /// <summary>Has a value.</summary>
    HasProperty,
    /// <summary>Has no value.</summary>
    NotHasProperty,
    /// <summary>Holds a word; <c>*</c> stands for any characters.</summary>
    ContainsToken,
    /// <summary>Does not hold a word.</summary>
    NotContainsToken,
}

/// <summary>One condition on one property.</summary>
/// <param name="Property">Its internal name, or <c>associations.{object}</c> to compare with the id of an associated record.</param>
/// <param name="Operator">How it compares.</param>
/// <param name="Value">What it is compared with, as HubSpot's text; moments in milliseconds since 1970 or ISO 8601.</param>
public sealed record SearchFilter(string Property, SearchOperator Operator, string? Value = null)
{
    /// <summary>The upper end of <see cref="SearchOperator.Between"/>.</summary>
    public string? HighValue { get; init; }

    /// <summary>The values of <see cref="SearchOperator.In"/> and <see cref="SearchOperator.NotIn"/>. String properties compare in lower case: HubSpot asks for lower-case values.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>A search. At most 5 groups of 6 filters, 18 in all, 3,000 characters with everything: HubSpot's limits, checked before anything is sent.</summary>
public sealed record SearchQuery
{
    private const int MostGroups = 5;
    private const int MostFilters = 18;
    private const int MostFiltersOfGroup = 6;

    /// <summary>Groups are joined by OR, the filters of one by AND. Empty: everything.</summary>
    public IReadOnlyList<IReadOnlyList<SearchFilter>> Groups { get; init; } = [];

    /// <summary>Text looked for in the type's default search properties.</summary>
    public string? Text { get; init; }

    /// <summary>Properties to return; empty: HubSpot's defaults for the type.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>
    /// Property to sort by; null: by record id, the only order in which more than 10,000 results can be read. To read on, each group
    /// gets a filter on the id; where there is no room for that (6 filters in a group, 18 in all) the search ends at 10,000.
    /// </summary>
    public string? SortBy { get; init; }

    /// <summary>Sort from high to low.</summary>
    public bool Descending { get; init; }

    /// <summary>Results a page: 1 to 200.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>Records that fulfil all of these.</summary>
    public static SearchQuery Where(params IReadOnlyList<SearchFilter> filters) => new() { Groups = [filters] };

    internal bool HasRoomForWindow => Groups.All(group => group.Count < MostFiltersOfGroup) && Groups.Sum(group => group.Count + 1) <= MostFilters;

    /// <summary>Refuses what HubSpot would refuse.</summary>
    /// <exception cref="ArgumentException">Too many groups or filters, a page size out of range, or a filter whose values do not fit its operator.</exception>
    public void Validate()
    {
        if (PageSize is < 1 or > 200) throw new ArgumentException("SearchQuery.PageSize is 1 to 200, HubSpot's limit.");
        if (Groups.Count > MostGroups) throw new ArgumentException($"A search has at most {MostGroups} groups of filters, not {Groups.Count}: HubSpot's limit. Run several searches.");
        foreach (var group in Groups)
        {
            if (group.Count > MostFiltersOfGroup) throw new ArgumentException($"A group has at most {MostFiltersOfGroup} filters, not {group.Count}: HubSpot's limit.");
            foreach (var filter in group) Validate(filter);
        }
        var all = Groups.Sum(group => group.Count);
        if (all > MostFilters) throw new ArgumentException($"A search has at most {MostFilters} filters over all groups, not {all}: HubSpot's limit. Run several searches.");
    }

    private static void Validate(SearchFilter filter)
    {
        var wrong = filter.Operator switch
        {
            SearchOperator.In or SearchOperator.NotIn => filter.Values.Count == 0 ? "needs Values" : null,
            SearchOperator.HasProperty or SearchOperator.NotHasProperty => filter.Value is not null || filter.Values.Count > 0 ? "takes no value" : null,
            SearchOperator.Between => filter.Value is null || filter.HighValue is null ? "needs Value and HighValue" : null,
            _ => filter.Value is null ? "needs a Value" : null,
        };
        if (wrong is not null) throw new ArgumentException($"The filter on {filter.Property}: {filter.Operator} {wrong}.");
    }
}
