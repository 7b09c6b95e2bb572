using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Transfers;

internal enum ColumnRole
{
    Ignored,

    /// <summary>A value of the row's record.</summary>
    Value,

    /// <summary>The id of the row's record.</summary>
    Id,

    /// <summary>Labels of the association between the row's records of two types.</summary>
    Label,

    /// <summary>What tells which other record the row's record is associated with.</summary>
    Key,
}

/// <summary>What one column means.</summary>
/// <param name="To">Of labels and keys: the type at the other end.</param>
/// <param name="Association">Of keys: which association, when the request names one.</param>
/// <param name="Property">Of values: what they are written to; of keys: what identifies the other record, null for its id.</param>
internal sealed record ImportColumn(string Name, ColumnRole Role, ObjectTypeDefinition? Type = null, string? Property = null, ObjectTypeDefinition? To = null, AssociationType? Association = null)
{
    /// <summary>Its values find the row's record.</summary>
    public bool IsAlternateId { get; init; }

    /// <summary>Other files refer to this type's records by this column.</summary>
    public bool Identifies { get; init; }

    /// <summary>A key whose meaning is what another file's column says that identifies.</summary>
    public bool IsCommon { get; init; }

    public static ImportColumn Read(Portal portal, JsonElement column)
    {
        if (column.Bool("ignored") == true) return new ImportColumn(column.Text("columnName") ?? "", ColumnRole.Ignored);
        var kind = column.Text("columnType") ?? column.Text("idColumnType");
        var type = portal.Types.Find(column.Text("columnObjectType") ?? column.RequiredText("ColumnMapping", "columnObjectTypeId"));
        var name = column.RequiredText("ColumnMapping", "columnName");
        var property = column.Text("propertyName") is { Length: > 0 } given && given != "hs_object_id" ? given : null;
        var to = (column.Text("toColumnObjectTypeId") ?? column.Text("toColumnObjectType")) is { Length: > 0 } other ? portal.Types.Find(other) : null;
        var identifies = column.Bool("associationIdentifierColumn") == true;
        switch (kind)
        {
            case "EVENT_TIMESTAMP":
                throw new NotDoneYet();   // who came to a marketing event
            case "FLEXIBLE_ASSOCIATION_LABEL":
                return new ImportColumn(name, ColumnRole.Label, type, null, to ?? throw TransferErrors.Import($"Column {name}: labels need a toColumnObjectTypeId"));
            case "ASSOCIATION_KEYS":
                if (property is not null) RequireIdentifier(name, type, property);
                return new ImportColumn(name, ColumnRole.Key, type, property, type, AssociationOf(portal, name, type, column));
        }
        var association = AssociationOf(portal, name, type, column);
        if (property is null && (to is not null || association is not null))
            return new ImportColumn(name, ColumnRole.Key, type, null, to ?? association!.To, association) { IsCommon = kind != "HUBSPOT_OBJECT_ID" };
        if (kind == "HUBSPOT_OBJECT_ID" || column.Text("propertyName") == "hs_object_id") return new ImportColumn(name, ColumnRole.Id, type) { Identifies = identifies };
        if (property is null) throw TransferErrors.Import($"Column {name} has neither a propertyName nor the columnType HUBSPOT_OBJECT_ID");
        if (type.Properties.Find(property) is null) throw TransferErrors.Import($"Column {name}: property {property} does not exist on {type.Id}");
        if (kind == "HUBSPOT_ALTERNATE_ID" || identifies) RequireIdentifier(name, type, property);
        return new ImportColumn(name, ColumnRole.Value, type, property) { IsAlternateId = kind == "HUBSPOT_ALTERNATE_ID" || identifies, Identifies = identifies };
    }

    /// <summary>The column with what the other files say about the records it refers to.</summary>
    public ImportColumn Resolve(IReadOnlyList<ImportColumn> all)
    {
        if (!IsCommon) return this;
        var target = all.FirstOrDefault(column => column.Identifies && column.Type == To)
            ?? throw TransferErrors.Import($"Column {Name}: no column of {To!.Id} has associationIdentifierColumn, so nothing tells which records are meant");
        return this with { Property = target.Property, IsCommon = false };
    }

    private static void RequireIdentifier(string column, ObjectTypeDefinition type, string property)
    {
        if (type.Properties.Find(property) is not { } known) throw TransferErrors.Import($"Column {column}: property {property} does not exist on {type.Id}");
        if (!known.Unique && !(type.Singular == "company" && property == "domain")) throw TransferErrors.Import($"Column {column}: {property} does not have unique values and cannot identify a record");
    }

    private static AssociationType? AssociationOf(Portal portal, string column, ObjectTypeDefinition type, JsonElement mapping)
    {
        if (!mapping.TryGetProperty("foreignKeyType", out var key) || key.ValueKind != JsonValueKind.Object) return null;
        var (id, category) = (key.Int("associationTypeId") ?? throw CrmErrors.MissingField("ForeignKeyType", "associationTypeId"), key.Text("associationCategory") ?? AssociationType.HubSpotDefined);
        return portal.Associations.Catalogue.FindFrom(type, id, category) ?? throw TransferErrors.Import($"Column {column}: there is no association type {id} ({category}) from {type.Id}");
    }
}
