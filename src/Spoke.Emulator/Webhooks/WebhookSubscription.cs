using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

/// <summary>One kind of event an app wants to hear of.</summary>
/// <param name="EventType">Such as <c>contact.propertyChange</c>, or <c>object.creation</c> together with an object type.</param>
/// <param name="PropertyName">Of a property change; null: of any property.</param>
internal sealed record WebhookSubscription(long Id, string EventType, string? PropertyName, string? ObjectTypeId, bool Active, long CreatedMs, long UpdatedMs)
{
    private static readonly HashSet<string> Known =
    [
        .. from type in (string[])["contact", "company", "deal", "ticket", "line_item", "object"]
           from change in (string[])["creation", "deletion", "propertyChange", "associationChange", "merge", "restore"]
           select $"{type}.{change}",
        "product.creation", "product.deletion", "product.propertyChange", "product.merge", "product.restore", "contact.privacyDeletion",
        "conversation.creation", "conversation.deletion", "conversation.newMessage", "conversation.privacyDeletion", "conversation.propertyChange", "event.completed",
    ];

    /// <summary>The part behind the point: <c>creation</c>, <c>propertyChange</c>, …</summary>
    public string Change => EventType[(EventType.IndexOf('.', StringComparison.Ordinal) + 1)..];

    public bool IsGeneric => EventType.StartsWith("object.", StringComparison.Ordinal);

    /// <summary>A subscription as it is asked for; refused when HubSpot knows no such event.</summary>
    /// <exception cref="CrmRefusal">The type is unknown, or what it needs is missing.</exception>
    public static WebhookSubscription Read(JsonElement input, long id, long atMs)
    {
        var type = input.Text("eventType") ?? input.Text("subscriptionType") ?? throw CrmErrors.MissingField("SubscriptionCreateRequest", "eventType");
        if (!Known.Contains(type)) throw WebhookErrors.UnknownEventType(type);
        var subscription = new WebhookSubscription(id, type, input.Text("propertyName"), input.Text("objectTypeId"), input.Bool("active") ?? true, atMs, atMs);
        if (subscription.IsGeneric && subscription.ObjectTypeId is null) throw CrmErrors.MissingField("SubscriptionCreateRequest", "objectTypeId");
        return subscription;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteTime("createdAt", CreatedMs);
        json.WriteTime("updatedAt", UpdatedMs);
        json.WriteString("eventType", EventType);
        if (PropertyName is not null) json.WriteString("propertyName", PropertyName);
        if (ObjectTypeId is not null) json.WriteString("objectTypeId", ObjectTypeId);
        json.WriteBoolean("active", Active);
        json.WriteId("id", Id);
        json.WriteEndObject();
    }

    public static WebhookSubscription Load(JsonElement saved) => new(
        long.Parse(saved.Text("id")!, System.Globalization.CultureInfo.InvariantCulture), saved.Text("eventType")!, saved.Text("propertyName"), saved.Text("objectTypeId"),
        saved.Bool("active") ?? false, Moment(saved, "createdAt"), Moment(saved, "updatedAt"));

    private static long Moment(JsonElement saved, string name) => ValueRules.TryMoment(saved.Text(name) ?? "", out var ms) ? ms : 0;
}
