using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>How an app's events look.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="Name">What people see in filters.</param>
/// <param name="ObjectType">On whose timelines they stand, as HubSpot names it: <c>contacts</c>, <c>companies</c>, <c>deals</c> or <c>tickets</c>.</param>
/// <param name="Tokens">What each event may tell.</param>
public sealed record TimelineTemplate(string Id, string Name, string ObjectType, IReadOnlyList<TimelineToken> Tokens)
{
    /// <summary>The event in one line, in Handlebars: <c>Joined {{webinar}}</c>.</summary>
    public string? HeaderTemplate { get; init; }

    /// <summary>The event opened, in Handlebars and Markdown.</summary>
    public string? DetailTemplate { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    internal static TimelineTemplate Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "objectType") ?? "", [.. CrmJson.Items(item, "tokens").Select(TimelineToken.Read)])
    {
        HeaderTemplate = CrmJson.Text(item, "headerTemplate"),
        DetailTemplate = CrmJson.Text(item, "detailTemplate"),
        CreatedAt = CrmJson.Time(item, "createdAt"),
        UpdatedAt = CrmJson.Time(item, "updatedAt"),
    };
}

/// <summary>A template to be written.</summary>
/// <param name="Name">What people see in filters.</param>
/// <param name="Tokens">What each event may tell; 500 at most.</param>
public sealed record TimelineTemplateInput(string Name, IReadOnlyList<TimelineToken> Tokens)
{
    /// <summary>The event in one line, in Handlebars: <c>Joined {{webinar}}</c>.</summary>
    public string? HeaderTemplate { get; init; }

    /// <summary>The event opened, in Handlebars and Markdown.</summary>
    public string? DetailTemplate { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        if (HeaderTemplate is not null) json.WriteString("headerTemplate", HeaderTemplate);
        if (DetailTemplate is not null) json.WriteString("detailTemplate", DetailTemplate);
        json.WriteStartArray("tokens");
        foreach (var token in Tokens)
        {
            json.WriteStartObject();
            token.Write(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>One thing an event may tell.</summary>
/// <param name="Name">Letters, digits, periods, dashes and underscores; unique in its template.</param>
/// <param name="Label">What people see.</param>
/// <param name="Type"><c>string</c>, <c>number</c>, <c>date</c> or <c>enumeration</c>; cannot be changed.</param>
public sealed record TimelineToken(string Name, string Label, string Type = "string")
{
    /// <summary>Labels by value; demanded for <c>enumeration</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;

    /// <summary>The property of the record that each event's value is written to; null for none.</summary>
    public string? PropertyName { get; init; }

    internal static TimelineToken Read(JsonElement item) => new(CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "label") ?? "", CrmJson.Text(item, "type") ?? "")
    {
        Options = CrmJson.Items(item, "options").ToDictionary(option => CrmJson.Text(option, "value") ?? "", option => CrmJson.Text(option, "label") ?? "", StringComparer.Ordinal),
        PropertyName = CrmJson.Text(item, "objectPropertyName"),
    };

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("type", Type);
        WriteChange(json);
    }

    internal void WriteChange(Utf8JsonWriter json)
    {
        json.WriteString("label", Label);
        if (PropertyName is not null) json.WriteString("objectPropertyName", PropertyName);
        json.WriteStartArray("options");
        foreach (var (value, label) in Options)
        {
            json.WriteStartObject();
            json.WriteString("value", value);
            json.WriteString("label", label);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
