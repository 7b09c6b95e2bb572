namespace Spoke.Emulator.Crm;

/// <summary>Finds the record a path or a batch input means.</summary>
internal static class RecordLookup
{
    /// <summary>By id or by a unique property; archived records are not found unless asked for.</summary>
    public static StoredRecord? Find(ObjectTypeDefinition type, string id, string? idProperty, bool archived = false)
    {
        var record = idProperty is null or "" or "hs_object_id"
            ? type.Records.Find(id)
            : Unique(type, idProperty) is { } property
                ? type.Records.FindUnique(property.Slot, ValueRules.Key(type, property, id))
                : throw CrmErrors.NotUniqueForRead(type, idProperty);
        return record is not null && record.Archived == archived ? record : null;
    }

    public static StoredRecord Require(ObjectTypeDefinition type, string id, string? idProperty, bool archived = false) =>
        Find(type, id, idProperty, archived) ?? throw CrmErrors.RecordNotFound(id);

    /// <summary>The property, if its values name one record; null otherwise.</summary>
    public static PropertyDefinition? Unique(ObjectTypeDefinition type, string name) =>
        type.Properties.Find(name) is { Unique: true } property ? property : null;
}
