using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>One property of an object type, with its place (<see cref="Slot"/>) in the records' value lists.</summary>
internal sealed class PropertyDefinition
{
    public required string Name
    {
        get => JsonName.Value;
        init => JsonName = JsonEncodedText.Encode(value, JsonReply.Options.Encoder);
    }

    /// <summary>The name as it stands in answers: every record writes a dozen of them.</summary>
    public JsonEncodedText JsonName { get; private init; }
    public required int Slot { get; init; }
    public string Label { get; set; } = "";
    public string Type { get; set; } = "string";
    public string FieldType { get; set; } = "text";
    public string GroupName { get; set; } = "";
    public string Description { get; set; } = "";
    public IReadOnlyList<PropertyOption> Options { get; set; } = [];
    public int DisplayOrder { get; set; } = -1;
    public bool HasUniqueValue { get; init; }
    public bool Hidden { get; set; }
    public bool FormField { get; set; }
    public bool Calculated { get; init; }
    public string? CalculationFormula { get; set; }

    /// <summary>The formula as it was last read, with its text.</summary>
    public (string Text, Formula Formula)? Formula { get; set; }
    public bool ReadOnly { get; init; }
    public bool ExternalOptions { get; init; }
    public string? ReferencedObjectType { get; init; }
    public string DataSensitivity { get; init; } = "non_sensitive";
    public bool HubSpotDefined { get; init; }
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }
    public long CreatedUserId { get; init; }
    public long UpdatedUserId { get; set; }
    public bool Archived { get; set; }
    public long ArchivedMs { get; set; }

    /// <summary>What users ask of its values beyond the type.</summary>
    public IReadOnlyList<ValidationRule> Rules { get; set; } = [];

    /// <summary>Not a stored value but a fact of the record itself, such as its id.</summary>
    public SystemValue System { get; init; }

    /// <summary>HubSpot's own property whose label or options someone changed: it must be saved like a custom one.</summary>
    public bool Modified { get; set; }

    /// <summary>E-mail and other HubSpot keys count as unique although the definition does not say so.</summary>
    public bool Unique { get; init; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteTime("updatedAt", UpdatedMs);
        json.WriteTime("createdAt", CreatedMs);
        json.WriteString("name", Name);
        json.WriteString("label", Label);
        json.WriteString("type", Type);
        json.WriteString("fieldType", FieldType);
        json.WriteString("description", Description);
        json.WriteString("groupName", GroupName);
        json.WriteStartArray("options");
        foreach (var option in Options) option.Write(json);
        json.WriteEndArray();
        if (ReferencedObjectType is not null) json.WriteString("referencedObjectType", ReferencedObjectType);
        if (CreatedUserId != 0) json.WriteId("createdUserId", CreatedUserId);
        if (UpdatedUserId != 0) json.WriteId("updatedUserId", UpdatedUserId);
        json.WriteNumber("displayOrder", DisplayOrder);
        json.WriteBoolean("calculated", Calculated);
        if (CalculationFormula is not null) json.WriteString("calculationFormula", CalculationFormula);
        json.WriteBoolean("externalOptions", ExternalOptions);
        json.WriteBoolean("archived", Archived);
        if (Archived) json.WriteTime("archivedAt", ArchivedMs);
        json.WriteBoolean("hasUniqueValue", HasUniqueValue);
        json.WriteBoolean("hidden", Hidden);
        if (HubSpotDefined) json.WriteBoolean("hubspotDefined", true);
        json.WriteStartObject("modificationMetadata");
        json.WriteBoolean("archivable", !HubSpotDefined);
        json.WriteBoolean("readOnlyDefinition", HubSpotDefined);
        if (Type == "enumeration") json.WriteBoolean("readOnlyOptions", HubSpotDefined && ExternalOptions);
        json.WriteBoolean("readOnlyValue", ReadOnly);
        json.WriteEndObject();
        json.WriteBoolean("formField", FormField);
        json.WriteString("dataSensitivity", DataSensitivity);
        json.WriteEndObject();
    }
}

internal sealed record PropertyOption(string Value, string Label, int DisplayOrder = -1, bool Hidden = false, string? Description = null)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("label", Label);
        json.WriteString("value", Value);
        if (Description is not null) json.WriteString("description", Description);
        json.WriteNumber("displayOrder", DisplayOrder);
        json.WriteBoolean("hidden", Hidden);
        json.WriteEndObject();
    }

    public static PropertyOption Read(JsonElement input) => new(
        input.Text("value") ?? throw CrmErrors.MissingField("OptionInput", "value"),
        input.Text("label") ?? throw CrmErrors.MissingField("OptionInput", "label"),
        input.Int("displayOrder") ?? -1, input.Bool("hidden") ?? false, input.Text("description"));
}

internal enum SystemValue { None, RecordId, CreatedAt, UpdatedAt, Source, SourceId, SourceLabel, SourceUserId, CreatedBy, UpdatedBy }

internal sealed class PropertyGroup(string name)
{
    public string Name { get; } = name;
    public string Label { get; set; } = name;
    public int DisplayOrder { get; set; } = -1;
    public bool Archived { get; set; }
    public bool HubSpotDefined { get; init; }
    public bool Modified { get; set; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("label", Label);
        json.WriteNumber("displayOrder", DisplayOrder);
        json.WriteBoolean("archived", Archived);
        json.WriteEndObject();
    }
}
