using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pulling;

internal enum PortalEventKind
{
    /// <summary>Something about the record has changed: it is read and compared.</summary>
    Changed = 1,
    Archived = 2,
    Restored = 3,

    /// <summary>The record went into another one, which is the event's other record.</summary>
    Merged = 4,

    /// <summary>A person has asked to be forgotten.</summary>
    Erased = 5,

    /// <summary>An association came or went; the other end is the event's other record.</summary>
    Associated = 6,
}

/// <summary>Something HubSpot told us about one record. It says that something happened, never how the record looks now.</summary>
/// <param name="Key">The same when it is told again.</param>
internal sealed record PortalEvent(string Key, PortalEventKind Kind, string Object, string RecordId, string? OtherId, DateTimeOffset At)
{
    /// <summary>Of a webhook's event; several for a merge, none for what is of no interest.</summary>
    public static IEnumerable<PortalEvent> Of(WebhookEvent told)
    {
        var (subject, verb) = told.SubscriptionType.Split('.', 2) is [var s, var v] ? (s, v) : (told.SubscriptionType, "");
        if (ObjectOf(subject, told.ObjectTypeId) is not { } @object) yield break;
        PortalEvent Event(PortalEventKind kind, long id, long? other) =>
            new($"{told.SubscriptionType}:{id}:{other}:{told.PropertyName}:{told.OccurredAt.ToUnixTimeMilliseconds()}", kind, @object, Text(id), other is { } o ? Text(o) : null, told.OccurredAt);
        switch (verb)
        {
            case "propertyChange" or "creation" when told.ObjectId is { } id: yield return Event(PortalEventKind.Changed, id, null); break;
            case "deletion" when told.ObjectId is { } id: yield return Event(PortalEventKind.Archived, id, null); break;
            case "restore" when told.ObjectId is { } id: yield return Event(PortalEventKind.Restored, id, null); break;
            case "privacyDeletion" when told.ObjectId is { } id: yield return Event(PortalEventKind.Erased, id, null); break;
            case "associationChange" when told is { FromObjectId: { } from, ToObjectId: { } to }: yield return Event(PortalEventKind.Associated, from, to); break;
            case "merge":
                var into = told.NewObjectId ?? told.PrimaryObjectId;
                foreach (var gone in told.MergedObjectIds.Append(told.PrimaryObjectId ?? 0).Where(id => id != 0 && id != into).Distinct())
                    if (into is { } winner) yield return Event(PortalEventKind.Merged, gone, winner);
                break;
        }
    }

    private static string? ObjectOf(string subject, string? typeId) => (subject, typeId) switch
    {
        ("contact", _) or ("object", "0-1") => RecordObjects.Contacts,
        ("product", _) or ("object", "0-7") => RecordObjects.Products,
        ("line_item", _) or ("object", "0-8") => RecordObjects.LineItems,
        ("object", "0-123") => RecordObjects.Orders,
        ("object", "0-142") => RecordObjects.Carts,
        _ => null,
    };

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
