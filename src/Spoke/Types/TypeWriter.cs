using System.Globalization;
using System.Security;
using System.Text;
using Spoke.HubSpot;

namespace Spoke.Types;

/// <summary>Writes a C# type from the properties of an object type: members with their types, options as enumerations, what HubSpot says of each as documentation.</summary>
internal static class TypeWriter
{
    public static string Write(string ns, IReadOnlyList<(string ObjectType, IReadOnlyList<CrmProperty> Properties)> types)
    {
        var text = new StringBuilder("// Written by 'spoke types' from the properties of a HubSpot portal. Run it again when they change.\n#nullable enable\nusing System;\nusing System.Collections.Generic;\nusing Spoke.HubSpot;\n\n");
        text.Append("namespace ").Append(ns).Append(";\n");
        var names = TypeNames.Distinct(types.Select(type => TypeNames.Of(TypeNames.Singular(type.ObjectType))));
        for (var i = 0; i < types.Count; i++) WriteType(text, names[i], types[i].ObjectType, types[i].Properties);
        return text.ToString();
    }

    private static void WriteType(StringBuilder text, string name, string objectType, IReadOnlyList<CrmProperty> properties)
    {
        var members = TypeNames.Distinct(properties.Select(property => TypeNames.Of(property.Name)), name, "Id", "FromHubSpot", "ToHubSpot", "HubSpotObjectType", "HubSpotProperties", "Equals", "GetHashCode", "ToString", "EqualityContract", "Clone");
        text.Append("\n/// <summary>A record of ").Append(Xml(objectType)).Append(".</summary>\n[HubSpotRecord(").Append(Quote(objectType)).Append(")]\npublic sealed partial record ").Append(name).Append("\n{\n");
        text.Append("    /// <summary>HubSpot's id; null before the record is made.</summary>\n    [HubSpotId]\n    public RecordId? Id { get; init; }\n");
        for (var i = 0; i < properties.Count; i++) WriteMember(text, name, members[i], properties[i]);
        text.Append("}\n");
        for (var i = 0; i < properties.Count; i++)
            if (IsOptions(properties[i])) WriteOptions(text, name + members[i], properties[i]);
    }

    private static void WriteMember(StringBuilder text, string type, string member, CrmProperty property)
    {
        text.Append("\n    /// <summary>").Append(Xml(property.Label.TrimEnd('.'))).Append('.');
        if (!string.IsNullOrWhiteSpace(property.Description)) text.Append(' ').Append(Xml(property.Description.Trim()));
        if (Unit(property) is { } unit) text.Append(' ').Append(unit);
        if (property.HasUniqueValue) text.Append(" No two records have the same value.");
        text.Append("</summary>\n    [HubSpotProperty(").Append(Quote(property.Name)).Append(property.ReadOnlyValue ? ", ReadOnly = true)]" : ")]").Append("\n    public ").Append(TypeOf(type, member, property)).Append(' ').Append(member).Append(" { get; init; }\n");
    }

    private static string TypeOf(string type, string member, CrmProperty property) => property.Type switch
    {
        "number" => "decimal?",
        "bool" => "bool?",
        "date" => "DateOnly?",
        "datetime" => "DateTimeOffset?",
        "enumeration" when property.FieldType == "booleancheckbox" => "bool?",
        "enumeration" when IsOptions(property) => property.FieldType == "checkbox" ? $"IReadOnlyList<{type}{member}>?" : $"{type}{member}?",
        "enumeration" when property.FieldType == "checkbox" => "IReadOnlyList<string>?",
        _ => "string?",
    };

    /// <summary>Options that were given with the property; those that stand for owners or pipelines come and go, and stay text.</summary>
    private static bool IsOptions(CrmProperty property) => property is { Type: "enumeration", Options.Count: > 0 } && property.FieldType != "booleancheckbox" && !property.Name.EndsWith("_pipeline", StringComparison.Ordinal) && !property.Name.EndsWith("_pipeline_stage", StringComparison.Ordinal) && property.Name is not "pipeline" and not "dealstage";

    private static void WriteOptions(StringBuilder text, string name, CrmProperty property)
    {
        text.Append("\n/// <summary>Options of ").Append(Xml(property.Label.TrimEnd('.'))).Append(".</summary>\npublic enum ").Append(name).Append("\n{\n");
        var members = TypeNames.Distinct(property.Options.Select(option => TypeNames.Of(option.Key)));
        for (var i = 0; i < members.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"    /// <summary>{Xml(property.Options[i].Value)}.</summary>\n    [HubSpotOption({Quote(property.Options[i].Key)})]\n    {members[i]},\n");
        text.Append("}\n");
    }

    private static string? Unit(CrmProperty property) => (property.Type, property.NumberDisplayHint) switch
    {
        (_, "currency") => "In the record's currency.",
        (_, "percentage") => "As a fraction: 0.5 is 50 %.",
        (_, "duration") => "In milliseconds.",
        ("date", _) => "A day, without a time.",
        ("datetime", _) => "UTC.",
        _ => null,
    };

    private static string Xml(string text) => SecurityElement.Escape(text.ReplaceLineEndings(" "));

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n") + "\"";
}
