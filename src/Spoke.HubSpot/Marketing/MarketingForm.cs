using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A form's definition.</summary>
/// <param name="Id">The form's GUID.</param>
/// <param name="Name">What people see.</param>
/// <param name="FormType"><c>hubspot</c>, <c>captured</c>, <c>flow</c> or <c>blog_comment</c>.</param>
/// <param name="Archived">Nobody can fill it in any more.</param>
/// <param name="Fields">All fields, those of groups and those that depend on others.</param>
/// <param name="Json">The whole definition as HubSpot gave it: consent, style, what happens after submitting.</param>
public sealed record MarketingForm(string Id, string Name, string FormType, bool Archived, IReadOnlyList<FormField> Fields, string Json)
{
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    internal static MarketingForm Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "formType") ?? "", CrmJson.Bool(item, "archived"),
        [.. CrmJson.Items(item, "fieldGroups").SelectMany(group => CrmJson.Items(group, "fields")).SelectMany(FormField.WithDependents)], item.GetRawText())
    {
        CreatedAt = CrmJson.Time(item, "createdAt"),
        UpdatedAt = CrmJson.Time(item, "updatedAt"),
    };
}

/// <summary>A field of a form.</summary>
/// <param name="Name">The property it fills.</param>
/// <param name="Label">What people see.</param>
/// <param name="FieldType">How it is shown: <c>email</c>, <c>single_line_text</c>, <c>dropdown</c>, …</param>
public sealed record FormField(string Name, string Label, string FieldType = "single_line_text")
{
    /// <summary>It must be filled in.</summary>
    public bool Required { get; init; }

    /// <summary>Nobody sees it.</summary>
    public bool Hidden { get; init; }

    /// <summary>Type of the record whose property it fills.</summary>
    public string ObjectTypeId { get; init; } = "0-1";

    internal static IEnumerable<FormField> WithDependents(JsonElement field) => CrmJson.Items(field, "dependentFields")
        .Where(item => item.TryGetProperty("dependentField", out _)).SelectMany(item => WithDependents(item.GetProperty("dependentField"))).Prepend(Read(field));

    private static FormField Read(JsonElement item) => new(CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "label") ?? "", CrmJson.Text(item, "fieldType") ?? "")
    {
        Required = CrmJson.Bool(item, "required"),
        Hidden = CrmJson.Bool(item, "hidden"),
        ObjectTypeId = CrmJson.Text(item, "objectTypeId") ?? "",
    };

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("label", Label);
        json.WriteString("fieldType", FieldType);
        json.WriteString("objectTypeId", ObjectTypeId);
        json.WriteBoolean("required", Required);
        json.WriteBoolean("hidden", Hidden);
        json.WriteStartArray("dependentFields");
        json.WriteEndArray();
        WriteValidation(json);
        json.WriteEndObject();
    }

    // Demanded of these kinds of field.
    private void WriteValidation(Utf8JsonWriter json)
    {
        if (FieldType is not ("email" or "phone" or "mobile_phone")) return;
        json.WriteStartObject("validation");
        if (FieldType == "email")
        {
            CrmJson.WriteStrings(json, "blockedEmailDomains", []);
            json.WriteBoolean("useDefaultBlockList", false);
        }
        else
        {
            json.WriteNumber("minAllowedDigits", 7);
            json.WriteNumber("maxAllowedDigits", 20);
        }
        json.WriteEndObject();
        if (FieldType == "phone") json.WriteBoolean("useCountryCodeSelect", false);
    }
}
