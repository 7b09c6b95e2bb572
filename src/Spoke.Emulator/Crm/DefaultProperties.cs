using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>Reads the tables of <see cref="PropertyTables"/> into a type's catalogue.</summary>
internal static class DefaultProperties
{
    /// <summary>When HubSpot's own properties were made; any fixed moment before the portal will do.</summary>
    private const long CreatedMs = 1_577_836_800_000;

    public static void AddTo(ObjectTypeDefinition type)
    {
        var group = GroupOf(type);
        type.Properties.AddGroup(new PropertyGroup(group.Name) { Label = group.Label, DisplayOrder = 0, HubSpotDefined = true });
        AddSystem(type, group.Name);
        foreach (var line in PropertyTables.For(type.Singular).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            AddLine(type.Properties, group.Name, line);
    }

    private static (string Name, string Label) GroupOf(ObjectTypeDefinition type)
    {
        if (type.Schema is not null) return ($"{type.Singular}_information", "Information");
        var plain = type.Singular.Replace("_", "", StringComparison.Ordinal);
        var name = type.Singular is "order" or "cart" or "discount" or "note" or "task" ? $"{plain}_information" : $"{plain}information";
        return (name, $"{LabelOf(type.Singular)} information");
    }

    private static void AddSystem(ObjectTypeDefinition type, string group)
    {
        Add("hs_object_id", "number", "number", SystemValue.RecordId, "Record ID");
        if (type.CreatedProperty == "createdate") Add("createdate", "datetime", "date", SystemValue.CreatedAt, "Create date");
        if (type.EmailProperty is null) Add("hs_createdate", "datetime", "date", SystemValue.CreatedAt, "Object create date");
        Add(type.ModifiedProperty, "datetime", "date", SystemValue.UpdatedAt, "Last modified date");
        Add("hs_object_source", "string", "text", SystemValue.Source, "Record source");
        Add("hs_object_source_id", "string", "text", SystemValue.SourceId, "Record source ID");
        Add("hs_object_source_label", "string", "text", SystemValue.SourceLabel, "Record source label");
        Add("hs_object_source_user_id", "number", "number", SystemValue.SourceUserId, "Record source user ID");
        Add("hs_created_by_user_id", "number", "number", SystemValue.CreatedBy, "Created by user ID");
        Add("hs_updated_by_user_id", "number", "number", SystemValue.UpdatedBy, "Updated by user ID");
        AddLine(type.Properties, group, "hs_merged_object_ids e/checkbox rx Merged record IDs");
        AddLine(type.Properties, group, "hubspot_owner_id e/select x Owner");

        void Add(string name, string valueType, string field, SystemValue system, string label) => type.Properties.Add(new PropertyDefinition
        {
            Name = name,
            Slot = type.Properties.NextSlot,
            Type = valueType,
            FieldType = field,
            Label = label,
            GroupName = group,
            System = system,
            ReadOnly = true,
            HubSpotDefined = true,
            CreatedMs = CreatedMs,
            UpdatedMs = CreatedMs,
        });
    }

    /// <summary>One line: name, type[/field], flags or <c>-</c>, label words, then <c>= value|value:Label</c> for options.</summary>
    private static void AddLine(PropertyCatalogue catalogue, string group, string line)
    {
        var equals = line.IndexOf(" = ", StringComparison.Ordinal);
        var words = (equals < 0 ? line : line[..equals]).Split(' ', 4);
        var (valueType, field) = TypeOf(words[1]);
        var flags = words.Length > 2 ? words[2] : "-";
        catalogue.Add(new PropertyDefinition
        {
            Name = words[0],
            Slot = catalogue.NextSlot,
            Type = valueType,
            FieldType = field,
            GroupName = group,
            Label = words.Length > 3 ? words[3] : LabelOf(words[0]),
            Options = equals < 0 ? [] : OptionsOf(line[(equals + 3)..]),
            HasUniqueValue = flags.Contains('u', StringComparison.Ordinal),
            Unique = flags.Contains('u', StringComparison.Ordinal) || flags.Contains('k', StringComparison.Ordinal),
            Calculated = flags.Contains('c', StringComparison.Ordinal),
            ReadOnly = flags.Contains('c', StringComparison.Ordinal) || flags.Contains('r', StringComparison.Ordinal),
            Hidden = flags.Contains('h', StringComparison.Ordinal),
            ExternalOptions = flags.Contains('x', StringComparison.Ordinal),
            ReferencedObjectType = words[0] == "hubspot_owner_id" ? "OWNER" : null,
            FormField = flags == "-" && valueType == "string",
            HubSpotDefined = true,
            CreatedMs = CreatedMs,
            UpdatedMs = CreatedMs,
        });
    }

    private static (string Type, string Field) TypeOf(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (code, field) = slash < 0 ? (text, null) : (text[..slash], text[(slash + 1)..]);
        var (type, standard) = code switch
        {
            "s" => ("string", "text"),
            "n" => ("number", "number"),
            "e" => ("enumeration", "select"),
            "b" => ("bool", "booleancheckbox"),
            "d" => ("date", "date"),
            "t" => ("datetime", "date"),
            _ => throw new FormatException($"Unknown property type code {code}"),
        };
        return (type, field ?? standard);
    }

    private static List<PropertyOption> OptionsOf(string text)
    {
        var options = new List<PropertyOption>();
        foreach (var part in text.Split('|'))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var value = colon < 0 ? part : part[..colon];
            options.Add(new PropertyOption(value, colon < 0 ? LabelOf(value) : part[(colon + 1)..], options.Count));
        }
        return options;
    }

    private static string LabelOf(string name)
    {
        var words = (name.StartsWith("hs_", StringComparison.Ordinal) ? name[3..] : name).Replace('_', ' ').ToLowerInvariant();
        return words.Length == 0 ? name : char.ToUpper(words[0], CultureInfo.InvariantCulture) + words[1..];
    }
}
