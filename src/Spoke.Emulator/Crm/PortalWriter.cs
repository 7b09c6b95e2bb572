using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>
/// The whole state as one JSON document. What every portal has from the start is left out unless it was changed;
/// search versions that only serve a lag are left out too.
/// </summary>
internal static class PortalWriter
{
    private const int FlushAt = 1 << 20;

    public static void Write(Portal portal, Stream destination)
    {
        using var json = new Utf8JsonWriter(destination, JsonReply.Options);
        json.WriteStartObject();
        json.WriteNumber("format", 2);
        json.WriteNumber("lastRecordId", portal.LastRecordId);
        json.WriteNumber("lastSchemaNumber", portal.LastSchemaNumber);
        json.WriteNumber("lastPartId", portal.LastPartId);
        json.WriteNumber("nextAssociationTypeId", portal.Associations.Catalogue.NextUserId);
        WriteAccount(json, portal);
        json.WriteStartArray("types");
        foreach (var type in portal.Types.All.Concat(portal.Types.Archived)) WriteType(json, type);
        json.WriteEndArray();
        json.WriteStartArray("associationTypes");
        var written = new HashSet<AssociationType>();
        foreach (var type in portal.Associations.Catalogue.All.Where(type => type.Category == AssociationType.UserDefined))
            if (!written.Contains(type.Inverse) && written.Add(type)) WriteAssociationType(json, type);
        json.WriteEndArray();
        json.WriteStartArray("associationLimits");
        foreach (var (type, most) in portal.Associations.Catalogue.UserLimits)
        {
            json.WriteStringValue(type.From.Id);
            json.WriteStringValue(type.To.Id);
            json.WriteNumberValue(type.Id);
            json.WriteStringValue(type.Category);
            json.WriteNumberValue(most);
        }
        json.WriteEndArray();
        json.WriteStartArray("records");
        foreach (var type in portal.Types.All)
            foreach (var record in type.Records.All)
            {
                WriteRecord(json, portal, type, record);
                if (json.BytesPending > FlushAt) json.Flush();
            }
        json.WriteEndArray();
        json.WriteStartObject("areas");
        foreach (var area in portal.Areas)
        {
            json.WritePropertyName(area.Name);
            area.Save(json);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, ObjectTypeDefinition type)
    {
        json.WriteStartObject();
        json.WriteString("id", type.Id);
        if (type.Schema is { } schema) WriteSchema(json, type, schema);
        json.WriteStartArray("groups");
        foreach (var group in type.Properties.Groups.Where(group => !group.HubSpotDefined || group.Modified)) group.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("properties");
        foreach (var property in type.Properties.All.Where(property => (!property.HubSpotDefined || property.Modified) && type.Properties.FindEvenArchived(property.Name) == property)) property.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("pipelines");
        foreach (var pipeline in type.Pipelines.EvenArchived) WritePipeline(json, pipeline);
        json.WriteEndArray();
        json.WriteStartArray("merged");
        foreach (var (from, to) in type.Records.Merges)
        {
            json.WriteNumberValue(from);
            json.WriteNumberValue(to);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, ObjectTypeDefinition type, CustomSchema schema)
    {
        json.WriteStartObject("schema");
        json.WriteString("name", schema.Name);
        json.WriteString("fullyQualifiedName", schema.FullyQualifiedName);
        json.WriteString("singular", schema.SingularLabel);
        json.WriteString("plural", schema.PluralLabel);
        json.WriteString("description", schema.Description);
        json.WriteString("primaryDisplayProperty", schema.PrimaryDisplayProperty);
        WriteNames(json, "requiredProperties", type.Needs);
        WriteNames(json, "searchableProperties", schema.SearchableProperties);
        WriteNames(json, "secondaryDisplayProperties", schema.SecondaryDisplayProperties);
        json.WriteNumber("created", schema.CreatedMs);
        json.WriteNumber("updated", schema.UpdatedMs);
        if (schema.ArchivedMs != 0) json.WriteNumber("archived", schema.ArchivedMs);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string member, IReadOnlyList<string> names)
    {
        json.WriteStartArray(member);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WritePipeline(Utf8JsonWriter json, Pipeline pipeline)
    {
        json.WriteStartObject();
        json.WriteString("id", pipeline.Id);
        json.WriteString("label", pipeline.Label);
        json.WriteNumber("order", pipeline.DisplayOrder);
        WriteTimes(json, pipeline.CreatedMs, pipeline.UpdatedMs, pipeline.ArchivedMs);
        json.WriteStartArray("stages");
        foreach (var stage in pipeline.Stages)
        {
            json.WriteStartObject();
            json.WriteString("id", stage.Id);
            json.WriteString("label", stage.Label);
            json.WriteNumber("order", stage.DisplayOrder);
            WriteTimes(json, stage.CreatedMs, stage.UpdatedMs, stage.ArchivedMs);
            json.WriteStartObject("metadata");
            foreach (var (name, value) in stage.Metadata) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTimes(Utf8JsonWriter json, long created, long updated, long archived)
    {
        json.WriteNumber("created", created);
        json.WriteNumber("updated", updated);
        if (archived != 0) json.WriteNumber("archived", archived);
    }

    private static void WriteAssociationType(Utf8JsonWriter json, AssociationType type)
    {
        json.WriteStartObject();
        json.WriteString("from", type.From.Id);
        json.WriteString("to", type.To.Id);
        json.WriteNumber("id", type.Id);
        json.WriteNumber("inverseId", type.Inverse.Id);
        json.WriteString("label", type.Label);
        json.WriteString("inverseLabel", type.Inverse.Label);
        json.WriteString("name", type.Name);
        json.WriteBoolean("unlabelled", type.Unlabelled);
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, Portal portal, ObjectTypeDefinition type, StoredRecord record)
    {
        json.WriteStartObject();
        json.WriteString("type", type.Id);
        json.WriteNumber("id", record.Id);
        WriteTimes(json, record.CreatedMs, record.UpdatedMs, record.ArchivedMs);
        json.WriteNumber("app", record.SourceAppId);
        json.WriteNumber("source", portal.Sources.Of(record.Source));
        json.WriteNumber("by", record.CreatedByUserId);
        json.WriteNumber("last", record.UpdatedByUserId);
        json.WriteStartArray("values");
        foreach (var value in record.Values) WriteValue(json, type, value.Slot, value.Value, value.AtMs, value.Source);
        json.WriteEndArray();
        if (record.History is { Count: > 0 } history)
        {
            json.WriteStartArray("history");
            foreach (var past in history) WriteValue(json, type, past.Slot, past.Value, past.AtMs, past.Source);
            json.WriteEndArray();
        }
        WriteEdges(json, "edges", record.Edges);
        WriteEdges(json, "formerEdges", record.FormerEdges);
        json.WriteEndObject();
    }

    private static void WriteEdges(Utf8JsonWriter json, string member, IReadOnlyList<AssociationEdge>? edges)
    {
        if (edges is not { Count: > 0 }) return;
        json.WriteStartArray(member);
        foreach (var edge in edges)
        {
            json.WriteStringValue(edge.Type.To.Id);
            json.WriteNumberValue(edge.To);
            json.WriteNumberValue(edge.Type.Id);
            json.WriteStringValue(edge.Type.Category);
        }
        json.WriteEndArray();
    }

    private static void WriteAccount(Utf8JsonWriter json, Portal portal)
    {
        json.WriteStartArray("sources");
        foreach (var source in portal.Sources.All)
        {
            json.WriteStringValue(source.Type);
            json.WriteStringValue(source.Id);
            json.WriteNumberValue(source.UserId);
        }
        json.WriteEndArray();
        json.WriteStartArray("blocklist");
        foreach (var hash in portal.Blocklist.Hashes) json.WriteStringValue(hash);
        json.WriteEndArray();
        json.WritePropertyName("settings");
        portal.Settings.Write(json);
        json.WritePropertyName("audit");
        portal.Audit.Write(json);
    }

    private static void WriteValue(Utf8JsonWriter json, ObjectTypeDefinition type, int slot, string value, long atMs, int source)
    {
        json.WriteStringValue(type.Properties[slot].Name);
        json.WriteStringValue(value);
        json.WriteNumberValue(atMs);
        json.WriteNumberValue(source);
    }
}
