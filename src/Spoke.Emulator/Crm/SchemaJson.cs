using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>Writes custom object schemas as HubSpot answers them.</summary>
internal static class SchemaJson
{
    public static void Write(Utf8JsonWriter json, Portal portal, ObjectTypeDefinition type, bool withProperties = true, bool withAssociations = true)
    {
        var schema = type.Schema!;
        json.WriteStartObject();
        json.WriteStartObject("labels");
        json.WriteString("singular", schema.SingularLabel);
        json.WriteString("plural", schema.PluralLabel);
        json.WriteEndObject();
        WriteNames(json, "requiredProperties", type.Needs);
        WriteNames(json, "searchableProperties", schema.SearchableProperties);
        if (schema.PrimaryDisplayProperty is not null) json.WriteString("primaryDisplayProperty", schema.PrimaryDisplayProperty);
        WriteNames(json, "secondaryDisplayProperties", schema.SecondaryDisplayProperties);
        if (schema.Description is not null) json.WriteString("description", schema.Description);
        json.WriteBoolean("archived", schema.ArchivedMs != 0);
        json.WriteBoolean("allowsSensitiveProperties", false);
        json.WriteString("id", type.Id[2..]);
        json.WriteString("fullyQualifiedName", schema.FullyQualifiedName);
        json.WriteString("name", schema.Name);
        json.WriteString("objectTypeId", type.Id);
        json.WriteTime("createdAt", schema.CreatedMs);
        json.WriteTime("updatedAt", schema.UpdatedMs);
        json.WriteStartArray("properties");
        foreach (var property in type.Properties.All)
            if (withProperties && !property.Archived) property.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("associations");
        foreach (var association in portal.Associations.Catalogue.All)
            if (withAssociations && (association.From == type || association.To == type)) WriteAssociation(json, association);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string member, IReadOnlyList<string> names)
    {
        json.WriteStartArray(member);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    public static void WriteAssociation(Utf8JsonWriter json, AssociationType association)
    {
        json.WriteStartObject();
        json.WriteString("fromObjectTypeId", association.From.Id);
        json.WriteString("toObjectTypeId", association.To.Id);
        json.WriteString("name", association.Name);
        json.WriteId("id", association.Id);
        json.WriteEndObject();
    }
}
