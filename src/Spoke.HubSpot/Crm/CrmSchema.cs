using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A custom object's definition.</summary>
public sealed record CrmSchema
{
    /// <summary>The type's id, such as <c>2-123</c>: give it to <see cref="HubSpotClient.Objects(ObjectType)"/>.</summary>
    public required string ObjectTypeId { get; init; }

    /// <summary>Internal name as it was given.</summary>
    public required string Name { get; init; }

    /// <summary>Internal name with the portal before it, such as <c>p123_machine</c>.</summary>
    public required string FullyQualifiedName { get; init; }

    /// <summary>What people call one.</summary>
    public string? SingularLabel { get; init; }

    /// <summary>What people call several.</summary>
    public string? PluralLabel { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>The property that stands for a record.</summary>
    public string? PrimaryDisplayProperty { get; init; }

    /// <summary>Properties shown beside it.</summary>
    public IReadOnlyList<string> SecondaryDisplayProperties { get; init; } = [];

    /// <summary>Properties a new record must have.</summary>
    public IReadOnlyList<string> RequiredProperties { get; init; } = [];

    /// <summary>Properties that a search's words are looked for in.</summary>
    public IReadOnlyList<string> SearchableProperties { get; init; } = [];

    /// <summary>Its properties, HubSpot's own among them.</summary>
    public IReadOnlyList<CrmProperty> Properties { get; init; } = [];

    /// <summary>What its records can be associated with.</summary>
    public IReadOnlyList<SchemaAssociation> Associations { get; init; } = [];

    internal static CrmSchema Read(JsonElement item)
    {
        var labels = item.TryGetProperty("labels", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        string? Label(string name) => labels.ValueKind == JsonValueKind.Object ? CrmJson.Text(labels, name) : null;
        return new CrmSchema
        {
            ObjectTypeId = CrmJson.Text(item, "objectTypeId") ?? "",
            Name = CrmJson.Text(item, "name") ?? "",
            FullyQualifiedName = CrmJson.Text(item, "fullyQualifiedName") ?? "",
            SingularLabel = Label("singular"),
            PluralLabel = Label("plural"),
            Description = CrmJson.Text(item, "description"),
            PrimaryDisplayProperty = CrmJson.Text(item, "primaryDisplayProperty"),
            SecondaryDisplayProperties = CrmJson.Strings(item, "secondaryDisplayProperties"),
            RequiredProperties = CrmJson.Strings(item, "requiredProperties"),
            SearchableProperties = CrmJson.Strings(item, "searchableProperties"),
            Properties = [.. CrmJson.Items(item, "properties").Select(CrmProperties.Read)],
            Associations = [.. CrmJson.Items(item, "associations").Select(SchemaAssociation.Read)],
        };
    }
}

/// <summary>A way from one object type to another.</summary>
/// <param name="Id">HubSpot's number of the association type.</param>
/// <param name="Name">Internal name; may be null.</param>
/// <param name="FromObjectTypeId">Where it leads from.</param>
/// <param name="ToObjectTypeId">Where it leads to.</param>
public sealed record SchemaAssociation(string Id, string? Name, string FromObjectTypeId, string ToObjectTypeId)
{
    internal static SchemaAssociation Read(JsonElement item) =>
        new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name"), CrmJson.Text(item, "fromObjectTypeId") ?? "", CrmJson.Text(item, "toObjectTypeId") ?? "");
}

/// <summary>A custom object to be made.</summary>
/// <param name="Name">Internal name: begins with a letter; letters, digits, underscores. Fixed once made.</param>
/// <param name="SingularLabel">What people call one.</param>
/// <param name="PluralLabel">What people call several.</param>
public sealed record SchemaInput(string Name, string SingularLabel, string PluralLabel)
{
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Its properties. An empty <see cref="CrmProperty.GroupName"/> means the group HubSpot makes for it.</summary>
    public required IReadOnlyList<CrmProperty> Properties { get; init; }

    /// <summary>The property that stands for a record; one of <see cref="Properties"/>.</summary>
    public required string PrimaryDisplayProperty { get; init; }

    /// <summary>Properties shown beside it.</summary>
    public IReadOnlyList<string> SecondaryDisplayProperties { get; init; } = [];

    /// <summary>Properties a new record must have.</summary>
    public IReadOnlyList<string> RequiredProperties { get; init; } = [];

    /// <summary>Properties that a search's words are looked for in.</summary>
    public IReadOnlyList<string> SearchableProperties { get; init; } = [];

    /// <summary>Types its records can be associated with.</summary>
    public IReadOnlyList<ObjectType> AssociatedObjects { get; init; } = [];
}

/// <summary>What to change of a custom object; null leaves as it is.</summary>
public sealed record SchemaChange
{
    /// <summary>What people call one.</summary>
    public string? SingularLabel { get; init; }

    /// <summary>What people call several.</summary>
    public string? PluralLabel { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>The property that stands for a record.</summary>
    public string? PrimaryDisplayProperty { get; init; }

    /// <summary>Properties shown beside it.</summary>
    public IReadOnlyList<string>? SecondaryDisplayProperties { get; init; }

    /// <summary>Properties a new record must have.</summary>
    public IReadOnlyList<string>? RequiredProperties { get; init; }

    /// <summary>Properties that a search's words are looked for in.</summary>
    public IReadOnlyList<string>? SearchableProperties { get; init; }
}
