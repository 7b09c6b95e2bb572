using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Where an app's webhook deliveries go.</summary>
/// <param name="TargetUrl">An HTTPS address.</param>
/// <param name="MaxConcurrentRequests">How many deliveries at once; 5 at least.</param>
public sealed record WebhookSettings(string TargetUrl, int MaxConcurrentRequests)
{
    internal static WebhookSettings Read(JsonElement root) => new(CrmJson.Text(root, "targetUrl") ?? "",
        root.TryGetProperty("throttling", out var throttling) && throttling.ValueKind == JsonValueKind.Object ? CrmJson.Int(throttling, "maxConcurrentRequests") : 0);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("targetUrl", TargetUrl);
        json.WriteStartObject("throttling");
        json.WriteNumber("maxConcurrentRequests", MaxConcurrentRequests);
        json.WriteEndObject();
    }
}

/// <summary>An event an app is told of.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="EventType">Such as <c>contact.propertyChange</c>, or <c>object.creation</c> with an object type.</param>
/// <param name="PropertyName">Of a property change.</param>
/// <param name="ObjectTypeId">Of an <c>object.</c> event.</param>
/// <param name="Active">Deliveries are made.</param>
public sealed record WebhookSubscription(string Id, string EventType, string? PropertyName, string? ObjectTypeId, bool Active)
{
    internal static WebhookSubscription Read(JsonElement item) =>
        new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "eventType") ?? "", CrmJson.Text(item, "propertyName"), CrmJson.Text(item, "objectTypeId"), CrmJson.Bool(item, "active"));
}

/// <summary>An event to be told of.</summary>
/// <param name="EventType">Such as <c>contact.creation</c>, <c>deal.propertyChange</c>, <c>object.merge</c>.</param>
public sealed record WebhookSubscriptionInput(string EventType)
{
    /// <summary>The property; demanded with <c>.propertyChange</c>.</summary>
    public string? PropertyName { get; init; }

    /// <summary>The type of record; demanded with <c>object.</c> events.</summary>
    public ObjectType? ObjectType { get; init; }

    /// <summary>Deliveries are made from the start.</summary>
    public bool Active { get; init; } = true;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("eventType", EventType);
        json.WriteBoolean("active", Active);
        if (PropertyName is not null) json.WriteString("propertyName", PropertyName);
        if (ObjectType is { } type) json.WriteString("objectTypeId", type.Id);
    }
}
