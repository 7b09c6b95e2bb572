using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A property of a custom event.</summary>
/// <param name="Name">Internal name: lower case letters, digits, hyphens, underscores; begins with a letter.</param>
/// <param name="Label">What people see.</param>
/// <param name="Type"><c>string</c>, <c>number</c>, <c>enumeration</c>, <c>datetime</c> or <c>boolean</c>.</param>
public sealed record EventProperty(string Name, string Label, string Type = "string")
{
    /// <summary>Values allowed for an enumeration, with their labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("label", Label);
        json.WriteString("type", Type);
        if (Options.Count == 0) return;
        json.WriteStartArray("options");
        for (var i = 0; i < Options.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("value", Options[i].Key);
            json.WriteString("label", Options[i].Value);
            json.WriteNumber("displayOrder", i);
            json.WriteBoolean("hidden", false);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    internal static EventProperty Read(JsonElement item) => new(CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "label") ?? "", CrmJson.Text(item, "type") ?? "")
    {
        Options = [.. CrmJson.Items(item, "options").Select(option => new KeyValuePair<string, string>(CrmJson.Text(option, "value") ?? "", CrmJson.Text(option, "label") ?? ""))],
    };
}

/// <summary>A custom event's definition.</summary>
/// <param name="Name">Internal name as it was given.</param>
/// <param name="FullyQualifiedName">The name to send by, such as <c>pe123_bought</c>.</param>
/// <param name="Label">What people see.</param>
/// <param name="Description">What it is for.</param>
/// <param name="PrimaryObjectId">Type of the records it happens to, such as <c>0-1</c>.</param>
/// <param name="Properties">Its properties.</param>
public sealed record EventDefinition(string Name, string FullyQualifiedName, string Label, string? Description, string? PrimaryObjectId, IReadOnlyList<EventProperty> Properties)
{
    internal static EventDefinition Read(JsonElement item) => new(CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "fullyQualifiedName") ?? "",
        item.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Object ? CrmJson.Text(labels, "singular") ?? "" : "",
        CrmJson.Text(item, "description"), CrmJson.Text(item, "primaryObjectId"), [.. CrmJson.Items(item, "properties").Select(EventProperty.Read)]);
}

/// <summary>A custom event to be defined.</summary>
/// <param name="Label">What people see.</param>
public sealed record EventDefinitionInput(string Label)
{
    /// <summary>Internal name; null: HubSpot makes one of the label.</summary>
    public string? Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Type of the records it happens to.</summary>
    public ObjectType PrimaryObject { get; init; } = ObjectType.Contacts;

    /// <summary>HubSpot's own properties too, such as page, country and campaign.</summary>
    public bool IncludeDefaultProperties { get; init; }

    /// <summary>Its own properties, 50 at most.</summary>
    public IReadOnlyList<EventProperty> Properties { get; init; } = [];

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("label", Label);
        if (Name is not null) json.WriteString("name", Name);
        if (Description is not null) json.WriteString("description", Description);
        json.WriteString("primaryObject", PrimaryObject.Id);
        json.WriteBoolean("includeDefaultProperties", IncludeDefaultProperties);
        json.WriteStartArray("propertyDefinitions");
        foreach (var property in Properties)
        {
            json.WriteStartObject();
            property.Write(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>Something that happened, to be sent. It needs one of <see cref="Email"/>, <see cref="ObjectId"/> and <see cref="VisitorToken"/>.</summary>
/// <param name="EventName">Fully qualified name of the definition.</param>
public sealed record EventInput(string EventName)
{
    /// <summary>Address of the contact it happened to; HubSpot makes the contact if there is none.</summary>
    public string? Email { get; init; }

    /// <summary>Id of the record it happened to.</summary>
    public RecordId? ObjectId { get; init; }

    /// <summary>The value of the browser's <c>hubspotutk</c> cookie.</summary>
    public string? VisitorToken { get; init; }

    /// <summary>When; null for now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>A key of the caller's: HubSpot keeps one event a key. With it sending is harmless to repeat.</summary>
    public string? Uuid { get; init; }

    /// <summary>Values of the definition's properties. HubSpot drops, without a word, what the definition does not know or what is of another type.</summary>
    public IReadOnlyDictionary<string, string?> Properties { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("eventName", EventName);
        if (Email is not null) json.WriteString("email", Email);
        if (ObjectId is { } id) json.WriteString("objectId", id.Value);
        if (VisitorToken is not null) json.WriteString("utk", VisitorToken);
        if (Uuid is not null) json.WriteString("uuid", Uuid);
        if (OccurredAt is { } at) json.WriteString("occurredAt", at.UtcDateTime);
        CrmJson.WriteBag(json, "properties", Properties);
    }
}

/// <summary>Something that happened, as HubSpot keeps it.</summary>
/// <param name="Id">The caller's key, or HubSpot's.</param>
/// <param name="EventType">Fully qualified name of the definition, or HubSpot's own event.</param>
/// <param name="ObjectType">Type of the record.</param>
/// <param name="ObjectId">The record.</param>
/// <param name="OccurredAt">When.</param>
/// <param name="Properties">Values.</param>
public sealed record EventOccurrence(string Id, string EventType, string? ObjectType, RecordId ObjectId, DateTimeOffset OccurredAt, IReadOnlyDictionary<string, string?> Properties)
{
    internal static EventOccurrence Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "eventType") ?? "", CrmJson.Text(item, "objectType"),
        CrmJson.Text(item, "objectId") ?? "", CrmJson.Time(item, "occurredAt"), CrmJson.Bag(item, "properties"));
}

/// <summary>Which occurrences to read.</summary>
public sealed record EventQuery
{
    /// <summary>Fully qualified name of a definition; null for all.</summary>
    public string? EventType { get; init; }

    /// <summary>Type of record; needed with <see cref="ObjectId"/>.</summary>
    public ObjectType? ObjectType { get; init; }

    /// <summary>One record's only.</summary>
    public RecordId? ObjectId { get; init; }

    /// <summary>Later than this.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Earlier than this.</summary>
    public DateTimeOffset? Before { get; init; }
}
