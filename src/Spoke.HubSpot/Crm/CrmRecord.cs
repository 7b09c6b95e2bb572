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
    public IReadOnlyDictionary<string, IReadOnlyList<AssociatedRecord>> Associations { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, IReadOnlyList<AssociatedRecord>>.Empty;

    /// <summary>Past values of the properties whose history was asked for, the newest first; the first is the present one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PropertyVersion>> History { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, IReadOnlyList<PropertyVersion>>.Empty;

    /// <summary>For upserts: the record did not exist before. Null elsewhere.</summary>
    public bool? IsNew { get; init; }

    internal string? TraceId { get; init; }

    /// <summary>The value of a property; null when it has none or was not asked for.</summary>
    public string? this[string property] => Properties.GetValueOrDefault(property);
}

/// <summary>What a property was set to at one time.</summary>
/// <param name="Value">The value; null or empty when it was cleared.</param>
/// <param name="At">When.</param>
/// <param name="SourceType">Who or what set it: <c>CRM_UI</c>, <c>API</c>, <c>INTEGRATION</c>, <c>IMPORT</c>, <c>FORM</c> and more.</param>
/// <param name="SourceId">Closer than the type, such as an app's id or <c>userId:123</c>.</param>
public sealed record PropertyVersion(string? Value, DateTimeOffset At, string? SourceType, string? SourceId);

/// <summary>The other end of an association, as listed with a record.</summary>
public sealed record AssociatedRecord(RecordId Id, string Type);

/// <summary>A record to be made.</summary>
/// <param name="Properties">Values by property name, as HubSpot's text: numbers with a dot, dates as <c>YYYY-MM-DD</c>, moments in ISO 8601.</param>
public sealed record CrmRecordInput(IReadOnlyDictionary<string, string?> Properties)
{
    /// <summary>Records to associate it with in the same call.</summary>
    public IReadOnlyList<InlineAssociation> Associations { get; init; } = [];

    /// <summary>
    /// A property among <see cref="Properties"/> in which HubSpot allows no value twice (a contact's <c>email</c>, or one made with <c>hasUniqueValue</c>)
    /// makes the create safe to repeat; name it here to allow that. Null: the create is sent once.
    /// </summary>
    public string? UniqueProperty { get; init; }

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException"><see cref="UniqueProperty"/> has no value among <see cref="Properties"/>.</exception>
    public void Validate()
    {
        if (UniqueProperty is { } name && string.IsNullOrWhiteSpace(Properties.GetValueOrDefault(name)))
            throw new ArgumentException($"CrmRecordInput.UniqueProperty names '{name}', which has no value among the properties: without one nothing keeps HubSpot from making the record twice.");
    }
}

/// <summary>An association made together with the record.</summary>
/// <param name="TypeId">HubSpot's association type id, such as 507 for order to contact.</param>
/// <param name="Category"><c>HUBSPOT_DEFINED</c> or <c>USER_DEFINED</c>.</param>
public sealed record InlineAssociation(RecordId To, int TypeId, string Category = "HUBSPOT_DEFINED");

/// <summary>One input of a batch upsert.</summary>
/// <param name="IdValue">The value of the unique property. A new record gets it without its being among <paramref name="Properties"/>.</param>
/// <param name="Properties">The values to set; "" or null clears.</param>
public sealed record UpsertInput(string IdValue, IReadOnlyDictionary<string, string?> Properties);

/// <summary>One input of a batch update.</summary>
/// <param name="Id">HubSpot's own id: digits. HubSpot passes over anything else without a word.</param>
/// <param name="Properties">The values to set; "" or null clears.</param>
public sealed record UpdateInput(RecordId Id, IReadOnlyDictionary<string, string?> Properties);

/// <summary>What became of one input of a batch. Exactly one of <see cref="Record"/> and <see cref="Error"/> is set, save for archives, which return no record.</summary>
/// <param name="Index">The input's place among the inputs.</param>
public sealed record BatchOutcome(int Index)
{
    /// <summary>The record as written or read.</summary>
    public CrmRecord? Record { get; init; }

    /// <summary>Why this input was refused.</summary>
    public HubSpotException? Error { get; init; }

    /// <summary>The record is new.</summary>
    public bool Created { get; init; }

    /// <summary>The call that carried it: method and path.</summary>
    public string? Request { get; init; }

    /// <summary>HubSpot's id of that call's answer, by which its support finds it; null where the answer had none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>It was carried out.</summary>
    public bool Succeeded => Error is null;
}

/// <summary>What a read returns beside the id.</summary>
public sealed record ReadOptions
{
    /// <summary>
    /// Properties to return; unknown ones are left out by HubSpot without a word. Empty: HubSpot's defaults for the type.
    /// Single reads and lists carry the names in the address: for hundreds of them use <see cref="CrmObjects.BatchReadAsync"/>.
    /// </summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>Properties whose past values to return too. HubSpot then takes 50 ids a batch and 50 records a page, and so does this.</summary>
    public IReadOnlyList<string> PropertiesWithHistory { get; init; } = [];

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

    internal int Most(int limit) => PropertiesWithHistory.Count == 0 ? limit : Math.Min(limit, 50);
}
