namespace Spoke.Emulator.Crm;

/// <summary>Finds the record a path or a batch input means.</summary>
internal static class RecordLookup
{
    /// <summary>An archived record can be read and restored this long; afterwards it is gone.</summary>
    public const long RestorableMs = 90L * 24 * 60 * 60 * 1000;

    /// <summary>By id or by a unique property; archived records are not found unless asked for.</summary>
    /// <param name="atMs">The present moment, for archived records that are gone by then.</param>
    public static StoredRecord? Find(ObjectTypeDefinition type, string id, string? idProperty, bool archived = false, long atMs = 0)
    {
        var record = idProperty is null or "" or "hs_object_id"
            ? type.Records.Find(id)
            : Unique(type, idProperty) is { } property
                ? type.Records.FindUnique(property.Slot, ValueRules.Key(type, property, id))
                : throw CrmErrors.NotUniqueForRead(type, idProperty);
        return record is not null && record.Archived == archived && !IsGone(record, atMs) ? record : null;
    }

    public static StoredRecord Require(ObjectTypeDefinition type, string id, string? idProperty, bool archived = false, long atMs = 0) =>
        Find(type, id, idProperty, archived, atMs) ?? throw CrmErrors.RecordNotFound(id);

    public static bool IsGone(StoredRecord record, long atMs) => record.Archived && atMs - record.ArchivedMs > RestorableMs;

    /// <summary>The property, if its values name one record; null otherwise.</summary>
    public static PropertyDefinition? Unique(ObjectTypeDefinition type, string name) =>
        type.Properties.Find(name) is { Unique: true } property ? property : null;
}
