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
public sealed record SearchFilter(string Property, SearchOperator Operator, string? Value = null)
{
    /// <summary>The upper end of <see cref="SearchOperator.Between"/>.</summary>
    public string? HighValue { get; init; }

    /// <summary>The values of <see cref="SearchOperator.In"/> and <see cref="SearchOperator.NotIn"/>. String properties compare in lower case: HubSpot asks for lower-case values.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>A search. At most 5 groups of 6 filters, 18 in all: HubSpot's limits.</summary>
public sealed record SearchQuery
{
    /// <summary>Groups are joined by OR, the filters of one by AND. Empty: everything.</summary>
    public IReadOnlyList<IReadOnlyList<SearchFilter>> Groups { get; init; } = [];

    /// <summary>Text looked for in the type's default search properties.</summary>
    public string? Text { get; init; }

    /// <summary>Properties to return.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>Property to sort by; null: by record id, which is the only order in which more than 10,000 results can be read.</summary>
    public string? SortBy { get; init; }

    /// <summary>Sort from high to low.</summary>
    public bool Descending { get; init; }

    /// <summary>Results a page: 1 to 200.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>Records that fulfil all of these.</summary>
    public static SearchQuery Where(params IReadOnlyList<SearchFilter> filters) => new() { Groups = [filters] };
}
