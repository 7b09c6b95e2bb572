using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// One event of a delivery. It tells what changed, never the record itself. Events come late, twice and out of order; <see cref="EventId"/> is not unique.
/// Members that an event's kind does not have are null. Source: HubSpot's webhooks guide.
/// </summary>
public sealed record WebhookEvent
{
    /// <summary>The event's id, which several events may share.</summary>
    public long EventId { get; init; }

    /// <summary>The subscription it was sent for.</summary>
    public long SubscriptionId { get; init; }

    /// <summary>The portal in which it happened. One delivery may hold several.</summary>
    public long PortalId { get; init; }

    /// <summary>The app whose subscription it is.</summary>
    public long AppId { get; init; }

    /// <summary>When it happened, to the millisecond.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>Such as <c>contact.propertyChange</c>, or <c>object.creation</c> with <see cref="ObjectTypeId"/>.</summary>
    public required string SubscriptionType { get; init; }

    /// <summary>0 at the first attempt.</summary>
    public int AttemptNumber { get; init; }

    /// <summary>The record; null in events about associations.</summary>
    public long? ObjectId { get; init; }

    /// <summary>Such as <c>0-123</c>, in events of the kind <c>object.*</c>.</summary>
    public string? ObjectTypeId { get; init; }

    /// <summary>The property that changed.</summary>
    public string? PropertyName { get; init; }

    /// <summary>Its new value; <c>REDACTED</c> for sensitive ones.</summary>
    public string? PropertyValue { get; init; }

    /// <summary>The property is sensitive, and its value is not told.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>Who changed it: CRM, CRM_UI, API, IMPORT, INTEGRATION, …</summary>
    public string? ChangeSource { get; init; }

    /// <summary>Closer than the source, such as <c>userId:123</c>.</summary>
    public string? SourceId { get; init; }

    /// <summary>NEW, DELETED, … in creations and deletions.</summary>
    public string? ChangeFlag { get; init; }

    /// <summary>In a merge: the record that was chosen to stay.</summary>
    public long? PrimaryObjectId { get; init; }

    /// <summary>In a merge: the records that went into it.</summary>
    public IReadOnlyList<long> MergedObjectIds { get; init; } = [];

    /// <summary>In a merge: the record that came of it.</summary>
    public long? NewObjectId { get; init; }

    /// <summary>Such as CONTACT_TO_COMPANY.</summary>
    public string? AssociationType { get; init; }

    /// <summary>One end of an association.</summary>
    public long? FromObjectId { get; init; }

    /// <summary>Its other end.</summary>
    public long? ToObjectId { get; init; }

    /// <summary>True when the association went, false when it came.</summary>
    public bool? AssociationRemoved { get; init; }

    /// <summary>The association is with the primary company.</summary>
    public bool? IsPrimaryAssociation { get; init; }

    /// <summary>In conversations: the message.</summary>
    public string? MessageId { get; init; }

    /// <summary>In conversations: MESSAGE or COMMENT.</summary>
    public string? MessageType { get; init; }

    /// <summary>Reads a delivery's body: an array of events, or a single one.</summary>
    /// <exception cref="FormatException">It is no such thing; the message says what and where.</exception>
    public static IReadOnlyList<WebhookEvent> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Array => [.. document.RootElement.EnumerateArray().Select(Read)],
                JsonValueKind.Object => [Read(document.RootElement, 0)],
                _ => throw new FormatException("A delivery is a JSON array of events."),
            };
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The delivery is no JSON: line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}.", broken);
        }
    }

    private static WebhookEvent Read(JsonElement json, int number)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException($"Event {number + 1} of the delivery is no JSON object.");
        return new WebhookEvent
        {
            EventId = Number(json, "eventId") ?? 0,
            SubscriptionId = Number(json, "subscriptionId") ?? 0,
            PortalId = Number(json, "portalId") ?? 0,
            AppId = Number(json, "appId") ?? 0,
            OccurredAt = Number(json, "occurredAt") is { } ms and >= 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : DateTimeOffset.UnixEpoch,
            SubscriptionType = Text(json, "subscriptionType") ?? Text(json, "eventType") ?? throw new FormatException($"Event {number + 1} of the delivery has no subscriptionType."),
            AttemptNumber = (int)(Number(json, "attemptNumber") ?? 0),
            ObjectId = Number(json, "objectId"),
            ObjectTypeId = Text(json, "objectTypeId"),
            PropertyName = Text(json, "propertyName"),
            PropertyValue = Text(json, "propertyValue"),
            IsSensitive = Flag(json, "isSensitive") ?? false,
            ChangeSource = Text(json, "changeSource"),
            SourceId = Text(json, "sourceId"),
            ChangeFlag = Text(json, "changeFlag"),
            PrimaryObjectId = Number(json, "primaryObjectId"),
            MergedObjectIds = json.TryGetProperty("mergedObjectIds", out var merged) && merged.ValueKind == JsonValueKind.Array ? [.. merged.EnumerateArray().Select(Long).OfType<long>()] : [],
            NewObjectId = Number(json, "newObjectId"),
            AssociationType = Text(json, "associationType"),
            FromObjectId = Number(json, "fromObjectId"),
            ToObjectId = Number(json, "toObjectId"),
            AssociationRemoved = Flag(json, "associationRemoved"),
            IsPrimaryAssociation = Flag(json, "isPrimaryAssociation"),
            MessageId = Text(json, "messageId"),
            MessageType = Text(json, "messageType"),
        };
    }

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Long(value) : null;

    private static long? Long(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Null or JsonValueKind.Undefined => null, _ => value.GetRawText() }
        : null;

    private static bool? Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
}
