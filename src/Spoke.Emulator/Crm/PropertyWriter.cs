using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spoke.Emulator.Crm;

/// <summary>Rules for defining, changing and archiving properties.</summary>
internal static partial class PropertyWriter
{
    private const int MostUnique = 10;

    /// <summary>The definition an input describes; the caller adds it to the catalogue.</summary>
    public static PropertyDefinition Check(CrmCall call, ObjectTypeDefinition type, JsonElement input, string? defaultGroup = null)
    {
        var name = input.RequiredText("PropertyCreate", "name");
        var label = input.RequiredText("PropertyCreate", "label");
        var valueType = input.RequiredText("PropertyCreate", "type");
        var fieldType = input.RequiredText("PropertyCreate", "fieldType");
        var group = input.Text("groupName") ?? defaultGroup ?? throw CrmErrors.MissingField("PropertyCreate", "groupName");
        CheckName(name);
        if (type.Properties.FindEvenArchived(name) is { } existing && !IsPurged(existing, call.AtMs))
            throw existing.Archived ? PropertyErrors.Invalid(name, $"Property {name} was archived; its name cannot be used again before it is purged") : PropertyErrors.Exists(name);
        CheckTypes(name, valueType, fieldType);
        var most = call.Portal.Settings.MostCustomProperties;
        if (type.Properties.All.Count(property => property is { HubSpotDefined: false, Archived: false }) >= most)
            throw PropertyErrors.Invalid(name, $"The account has reached its limit of {most} custom properties for {type.Id}");
        if (type.Properties.FindGroup(group) is null) throw CrmErrors.Bad($"Property group {group} does not exist", "groupName", group);
        var options = Options(name, valueType, input, required: true);
        var unique = input.Bool("hasUniqueValue") ?? false;
        if (unique && valueType is not ("string" or "number")) throw PropertyErrors.Invalid(name, $"Properties of type {valueType} cannot have unique values");
        if (unique && type.Properties.CustomUniqueCount >= MostUnique)
            throw PropertyErrors.Invalid(name, $"An object type can have at most {MostUnique} properties with unique values");
        FormulaValues.Check(type, name, valueType, fieldType, input.Text("calculationFormula"));
        if (type.Properties.FindEvenArchived(name) is { } former) Purge(type, former);
        return new PropertyDefinition
        {
            Name = name,
            Slot = type.Properties.NextSlot,
            Label = label,
            Type = valueType,
            FieldType = fieldType,
            GroupName = group,
            Description = input.Text("description") ?? "",
            Options = options,
            DisplayOrder = input.Int("displayOrder") ?? -1,
            HasUniqueValue = unique,
            Unique = unique,
            Hidden = input.Bool("hidden") ?? false,
            FormField = input.Bool("formField") ?? false,
            Calculated = fieldType == "calculation_equation",
            ReadOnly = fieldType == "calculation_equation",
            CalculationFormula = input.Text("calculationFormula"),
            ExternalOptions = input.Bool("externalOptions") ?? false,
            ReferencedObjectType = input.Text("referencedObjectType"),
            DataSensitivity = input.Text("dataSensitivity") ?? "non_sensitive",
            CreatedMs = call.AtMs,
            UpdatedMs = call.AtMs,
            CreatedUserId = call.Caller.UserId,
            UpdatedUserId = call.Caller.UserId,
        };
    }

    public static void Update(CrmCall call, ObjectTypeDefinition type, PropertyDefinition property, JsonElement input)
    {
        if (input.Text("name") is { } name && name != property.Name) throw PropertyErrors.Invalid(property.Name, "The name of a property cannot be changed");
        var valueType = input.Text("type") ?? property.Type;
        var fieldType = input.Text("fieldType") ?? property.FieldType;
        if (property.HubSpotDefined && (valueType != property.Type || fieldType != property.FieldType)) throw PropertyErrors.HubSpotDefined(property.Name);
        CheckTypes(property.Name, valueType, fieldType);
        var group = input.Text("groupName") ?? property.GroupName;
        if (type.Properties.FindGroup(group) is null) throw CrmErrors.Bad($"Property group {group} does not exist", "groupName", group);
        var options = input.TryGetProperty("options", out _) ? Options(property.Name, valueType, input, required: false) : property.Options;
        if (property.FieldType != fieldType && "calculation_equation" is var calculated && (property.FieldType == calculated || fieldType == calculated)) throw PropertyErrors.Invalid(property.Name, "The field type of a calculated property cannot be changed");
        FormulaValues.Check(type, property.Name, valueType, fieldType, input.Text("calculationFormula"));
        // Everything is checked; from here on nothing is refused.
        (property.GroupName, property.Options) = (group, options);
        if (property.Type != valueType || property.FieldType != fieldType) type.Records.ForgetIndex(property);
        property.Type = valueType;
        property.FieldType = fieldType;
        property.Label = input.Text("label") ?? property.Label;
        property.Description = input.Text("description") ?? property.Description;
        property.DisplayOrder = input.Int("displayOrder") ?? property.DisplayOrder;
        property.Hidden = input.Bool("hidden") ?? property.Hidden;
        property.FormField = input.Bool("formField") ?? property.FormField;
        property.CalculationFormula = input.Text("calculationFormula") ?? property.CalculationFormula;
        property.UpdatedMs = call.AtMs;
        property.UpdatedUserId = call.Caller.UserId;
        property.Modified = true;
    }

    /// <summary>The values stay in the records but nobody sees them; a unique value held under it is free again.</summary>
    public static void Archive(ObjectTypeDefinition type, PropertyDefinition property, long atMs)
    {
        property.Archived = true;
        property.ArchivedMs = atMs;
        if (!property.Unique) return;
        foreach (var record in type.Records.All)
            if (record.Get(property.Slot) is { } value) type.Records.Release(property.Slot, value, record);
    }

    /// <summary>An archived property is gone after the time in which it could be restored; its name is free then.</summary>
    private static bool IsPurged(PropertyDefinition property, long atMs) => property.Archived && atMs - property.ArchivedMs > RecordLookup.RestorableMs;

    private static void Purge(ObjectTypeDefinition type, PropertyDefinition property)
    {
        foreach (var record in type.Records.All)
        {
            if (record.Get(property.Slot) is not null) type.Records.Replace(record, [.. record.Values.Where(value => value.Slot != property.Slot)]);
            record.History?.RemoveAll(past => past.Slot == property.Slot);
        }
    }

    private static void CheckName(string name)
    {
        if (name.Length > 100 || !NameShape().IsMatch(name))
            throw PropertyErrors.Invalid(name, $"Property name '{name}' is not valid: it must start with a lower-case letter, hold only lower-case letters, digits and underscores, and have at most 100 characters");
        if (name.StartsWith("hs_", StringComparison.Ordinal)) throw PropertyErrors.Invalid(name, $"Property name '{name}' is not valid: the prefix hs_ is reserved");
    }

    private static void CheckTypes(string name, string valueType, string fieldType)
    {
        string[]? fields = valueType switch
        {
            "string" => ["text", "textarea", "phonenumber", "html", "file", "calculation_equation"],
            "number" => ["number", "calculation_equation"],
            "bool" => ["booleancheckbox", "calculation_equation"],
            "enumeration" => ["select", "radio", "checkbox", "booleancheckbox", "calculation_equation"],
            "date" or "datetime" => ["date"],
            "phone_number" => ["phonenumber"],
            _ => null,
        };
        if (fields is null) throw PropertyErrors.Invalid(name, $"Property type {valueType} is not one of [bool, date, datetime, enumeration, number, phone_number, string]");
        if (!fields.Contains(fieldType))
            throw PropertyErrors.Invalid(name, $"Field type {fieldType} does not go with type {valueType}; possible are [{string.Join(", ", fields)}]");
    }

    private static IReadOnlyList<PropertyOption> Options(string name, string valueType, JsonElement input, bool required)
    {
        PropertyOption[] options = [.. input.Items("options").Select(PropertyOption.Read)];
        if (valueType == "bool") return options.Length > 0 ? options : [new("true", "Yes", 0), new("false", "No", 1)];
        if (valueType != "enumeration") return options.Length == 0 ? [] : throw PropertyErrors.Invalid(name, $"Properties of type {valueType} have no options");
        if (required && options.Length == 0 && input.Bool("externalOptions") != true)
            throw PropertyErrors.Invalid(name, "Properties of type enumeration need at least one option");
        var twice = options.GroupBy(option => option.Value).FirstOrDefault(group => group.Count() > 1)?.Key
            ?? options.GroupBy(option => option.Label).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? options : throw PropertyErrors.Invalid(name, $"Option {twice} appears more than once");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NameShape();
}
