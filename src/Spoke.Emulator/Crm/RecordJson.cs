using System.Globalization;
using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>Writes records as HubSpot answers them.</summary>
internal static class RecordJson
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Properties = JsonEncodedText.Encode("properties");
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText UpdatedAt = JsonEncodedText.Encode("updatedAt");
    private static readonly JsonEncodedText Archived = JsonEncodedText.Encode("archived");

    public static void Write(Utf8JsonWriter json, StoredRecord record, RecordView view)
    {
        json.WriteStartObject();
        WriteMembers(json, record, view, record.Values, record.UpdatedMs);
        if (view.Associations is { Count: > 0 } types) WriteAssociations(json, record, types);
        json.WriteEndObject();
    }

    /// <summary>The members every form of record shares; the values may be an older version's.</summary>
    public static void WriteMembers(Utf8JsonWriter json, StoredRecord record, RecordView view, PropertyValue[] values, long updatedMs)
    {
        json.WriteId(Id, record.Id);
        json.WriteStartObject(Properties);
        foreach (var property in view.Properties) WriteValue(json, record, property, values, updatedMs, view);
        json.WriteEndObject();
        if (view.History is { Count: > 0 } history) WriteHistory(json, record, history, view.Sources);
        json.WriteTime(CreatedAt, record.CreatedMs);
        json.WriteTime(UpdatedAt, updatedMs);
        json.WriteBoolean(Archived, record.Archived);
        if (record.Archived) json.WriteTime("archivedAt", record.ArchivedMs);
    }

    /// <summary>A fact of the record itself as a property value.</summary>
    public static string? SystemText(StoredRecord record, SystemValue value, long updatedMs) => value switch
    {
        SystemValue.RecordId => record.Id.ToString(CultureInfo.InvariantCulture),
        SystemValue.CreatedAt => JsonReply.Iso(record.CreatedMs),
        SystemValue.UpdatedAt => JsonReply.Iso(updatedMs),
        SystemValue.Source or SystemValue.SourceLabel => record.Source.Type,
        SystemValue.SourceId => record.SourceAppId.ToString(CultureInfo.InvariantCulture),
        SystemValue.SourceUserId or SystemValue.CreatedBy => record.CreatedByUserId.ToString(CultureInfo.InvariantCulture),
        SystemValue.UpdatedBy => record.UpdatedByUserId.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static void WriteValue(Utf8JsonWriter json, StoredRecord record, PropertyDefinition property, PropertyValue[] values, long updatedMs, RecordView view)
    {
        switch (property.System)
        {
            case SystemValue.None:
                var value = PropertyValue.Find(values, property.Slot);
                if (value is not null || view.WriteEmpty) json.WriteString(property.JsonName, value);
                break;
            case SystemValue.RecordId: json.WriteId(property.JsonName, record.Id); break;
            case SystemValue.CreatedAt: json.WriteTime(property.JsonName, record.CreatedMs); break;
            case SystemValue.UpdatedAt: json.WriteTime(property.JsonName, updatedMs); break;
            default: json.WriteString(property.JsonName, SystemText(record, property.System, updatedMs)); break;
        }
    }

    private static void WriteHistory(Utf8JsonWriter json, StoredRecord record, IReadOnlyList<PropertyDefinition> properties, WriteSources? sources)
    {
        json.WriteStartObject("propertiesWithHistory");
        foreach (var property in properties)
        {
            json.WriteStartArray(property.Name);
            if (property.System != SystemValue.None) WriteOne(json, SystemText(record, property.System, record.UpdatedMs), record.UpdatedMs, record.Source);
            else if (record.Whole(property.Slot) is { } value) WriteOne(json, value.Value, value.AtMs, Named(value.Source));
            else if (record.History?.Exists(past => past.Slot == property.Slot) == true) WriteOne(json, "", record.UpdatedMs, record.Source);
            for (var i = (record.History?.Count ?? 0) - 1; i >= 0; i--)
                if (record.History![i] is var past && past.Slot == property.Slot) WriteOne(json, past.Value, past.AtMs, Named(past.Source));
            json.WriteEndArray();
        }
        json.WriteEndObject();

        WriteSource Named(int number) => sources?[number] ?? record.Source;

        static void WriteOne(Utf8JsonWriter json, string? value, long atMs, WriteSource source)
        {
            json.WriteStartObject();
            json.WriteString("value", value);
            json.WriteTime("timestamp", atMs);
            json.WriteString("sourceType", source.Type);
            if (source.Id.Length > 0) json.WriteString("sourceId", source.Id);
            if (source.UserId != 0) json.WriteNumber("updatedByUserId", source.UserId);
            json.WriteEndObject();
        }
    }

    private static void WriteAssociations(Utf8JsonWriter json, StoredRecord record, IReadOnlyList<ObjectTypeDefinition> types)
    {
        var any = false;
        foreach (var type in types)
        {
            var edges = AssociationStore.EdgesTowards(record, type).ToArray();
            if (edges.Length == 0) continue;
            if (!any) json.WriteStartObject("associations");
            any = true;
            json.WriteStartObject(type.Schema is { } schema ? schema.FullyQualifiedName : type.Plural.Replace('_', ' '));
            json.WriteStartArray("results");
            foreach (var edge in edges)
            {
                json.WriteStartObject();
                json.WriteId("id", edge.To);
                json.WriteString("type", edge.Type.Name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        if (any) json.WriteEndObject();
    }
}

/// <summary>Which parts of a record an answer shows.</summary>
internal sealed record RecordView(IReadOnlyList<PropertyDefinition> Properties)
{
    public IReadOnlyList<PropertyDefinition>? History { get; init; }
    public IReadOnlyList<ObjectTypeDefinition>? Associations { get; init; }

    /// <summary>Whoever set the values that <see cref="History"/> tells of.</summary>
    public WriteSources? Sources { get; init; }

    /// <summary>Empty properties that were asked for are answered as null.</summary>
    public bool WriteEmpty { get; init; } = true;

    /// <summary>Names nobody defined are left out without a word. The id and the two times are always there.</summary>
    public static RecordView Of(ObjectTypeDefinition type, IReadOnlyList<string>? names, IReadOnlyList<string>? history = null, IReadOnlyList<string>? standard = null)
    {
        if (names is not { Count: > 0 } && history is null && standard is null) return type.StandardView ??= Of(type, null, null, type.DefaultProperties);
        standard ??= type.DefaultProperties;
        string[] always = [type.CreatedProperty, type.ModifiedProperty, "hs_object_id"];
        var wanted = names is { Count: > 0 } ? names.Concat(always) : standard.Count > 0 ? standard : always;
        return new RecordView(Resolve(type, wanted)) { History = history is null ? null : Resolve(type, history) };
    }

    /// <summary>What a write answers: everything the record holds when new, else the usual set with what was touched.</summary>
    public static RecordView AfterWrite(ObjectTypeDefinition type, RecordDraft draft)
    {
        // The record's own facts have the first slots, so the whole is in the order of slots.
        if (draft.Record is null)
            return new RecordView([.. type.Properties.OfEveryRecord, .. draft.Filled.Select(slot => type.Properties[slot]).Where(property => !property.Archived)]) { WriteEmpty = false };
        var names = type.DefaultProperties.Concat([type.CreatedProperty, type.ModifiedProperty, "hs_object_id"])
            .Concat(draft.Touched.Select(slot => type.Properties[slot].Name));
        return new RecordView(Resolve(type, names)) { WriteEmpty = false };
    }

    private static List<PropertyDefinition> Resolve(ObjectTypeDefinition type, IEnumerable<string> names)
    {
        var list = new List<PropertyDefinition>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
            if (seen.Add(name) && type.Properties.Find(name) is { } property) list.Add(property);
        return list;
    }
}
