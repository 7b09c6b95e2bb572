namespace Spoke.HubSpot;

/// <summary>One record as HubSpot returned it.</summary>
public sealed record CrmRecord
{
    /// <summary>HubSpot's id.</summary>
    public required RecordId Id { get; init; }

    /// <summary>The properties returned, as HubSpot's text; null where the property has no value.</summary>
    public required IReadOnlyDictionary<string, string?> Properties { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>In the recycle bin.</summary>
    public bool Archived { get; init; }

    /// <summary>Associated records by object type, when they were asked for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<AssociatedRecord>> Associations { get; init; } = new Dictionary<string, IReadOnlyList<AssociatedRecord>>();

    /// <summary>For upserts: the record did not exist before. Null elsewhere.</summary>
    public bool? IsNew { get; init; }

    internal string? TraceId { get; init; }

    /// <summary>The value of a property; null when it has none or was not asked for.</summary>
    public string? this[string property] => Properties.GetValueOrDefault(property);
}

/// <summary>The other end of an association, as listed with a record.</summary>
public sealed record AssociatedRecord(RecordId Id, string Type);

/// <summary>A record to be made.</summary>
public sealed record CrmRecordInput(IReadOnlyDictionary<string, string?> Properties)
{
    /// <summary>Records to associate it with in the same call.</summary>
    public IReadOnlyList<InlineAssociation> Associations { get; init; } = [];

    /// <summary>A unique property among <see cref="Properties"/> makes the create safe to repeat; name it here to allow that.</summary>
    public string? UniqueProperty { get; init; }
}

/// <summary>An association made together with the record.</summary>
/// <param name="TypeId">HubSpot's association type id, such as 507 for order to contact.</param>
/// <param name="Category"><c>HUBSPOT_DEFINED</c> or <c>USER_DEFINED</c>.</param>
public sealed record InlineAssociation(RecordId To, int TypeId, string Category = "HUBSPOT_DEFINED");

/// <summary>One input of a batch upsert.</summary>
/// <param name="IdValue">The value of the unique property.</param>
public sealed record UpsertInput(string IdValue, IReadOnlyDictionary<string, string?> Properties);

/// <summary>One input of a batch update.</summary>
public sealed record UpdateInput(RecordId Id, IReadOnlyDictionary<string, string?> Properties);

/// <summary>What became of one input of a batch. Exactly one of <see cref="Record"/> and <see cref="Error"/> is set, save for archives, which return no record.</summary>
public sealed record BatchOutcome(int Index)
{
    /// <summary>The record as written or read.</summary>
    public CrmRecord? Record { get; init; }

    /// <summary>Why this input was refused.</summary>
    public HubSpotException? Error { get; init; }

    /// <summary>The record is new.</summary>
    public bool Created { get; init; }

    /// <summary>It was carried out.</summary>
    public bool Succeeded => Error is null;
}

/// <summary>What a read returns beside the id.</summary>
public sealed record ReadOptions
{
    /// <summary>Properties to return; unknown ones are left out by HubSpot without a word. Empty: HubSpot's defaults for the type.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>Object types whose associated ids to return; for single reads and lists only.</summary>
    public IReadOnlyList<string> Associations { get; init; } = [];

    /// <summary>The unique property that the given id is a value of; null for HubSpot's own id.</summary>
    public string? IdProperty { get; init; }

    /// <summary>Read archived records instead of live ones.</summary>
    public bool Archived { get; init; }

    /// <summary>Records a page of a list: 1 to 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The page size is outside 1 to 100.</exception>
    public void Validate()
    {
        if (PageSize is < 1 or > 100) throw new ArgumentException("ReadOptions.PageSize is 1 to 100, HubSpot's limit.");
    }
}
