namespace Spoke.Emulator.Crm;

/// <summary>One kind of record: its names, its properties, its records, and what differs from the other kinds.</summary>
internal sealed class ObjectTypeDefinition
{
    public required string Id { get; init; }
    public required string Singular { get; init; }
    public required string Plural { get; init; }

    /// <summary>Other names a path may use, such as a custom object's fully qualified name.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>How error messages call it: <c>CONTACT</c>, or the type id for a custom object.</summary>
    public string ErrorName => Schema is null ? Singular.ToUpperInvariant() : Id;
    public string CreatedProperty { get; init; } = "hs_createdate";
    public string ModifiedProperty { get; init; } = "hs_lastmodifieddate";

    /// <summary>Properties of which at least one must be set on create.</summary>
    public IReadOnlyList<string> NeedsOneOf { get; init; } = [];

    /// <summary>Properties that must all be set on create.</summary>
    public IReadOnlyList<string> Needs { get; set; } = [];
    public IReadOnlyList<string> DefaultProperties { get; init; } = [];
    public IReadOnlyList<string> SearchDefaults { get; init; } = [];
    public IReadOnlyList<string> QueryProperties { get; set; } = [];
    public string? PipelineProperty { get; init; }
    public string? StageProperty { get; init; }

    /// <summary>A record made without a stage starts in the first one of the first pipeline; deals and tickets have none then.</summary>
    public bool StartsInFirstStage { get; init; }

    /// <summary>The property that names one record among all; e-mail for contacts.</summary>
    public string? EmailProperty { get; init; }

    /// <summary>What a read shows that asks for nothing in particular; HubSpot's own properties never go away, so it is worked out once.</summary>
    public RecordView? StandardView { get; set; }
    public PropertyCatalogue Properties { get; } = new();
    public RecordStore Records { get; } = new();
    public PipelineStore Pipelines { get; } = new();

    /// <summary>Only custom objects have one.</summary>
    public CustomSchema? Schema { get; init; }
}
