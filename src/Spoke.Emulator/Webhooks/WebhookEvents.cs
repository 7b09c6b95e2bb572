using System.Buffers;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

/// <summary>Makes the events HubSpot would send of a change of a record: none, one, or one for each property.</summary>
internal static class WebhookEvents
{
    private static readonly HashSet<string> NeverTold = ["hs_lastmodifieddate", "lastmodifieddate", "num_unique_conversion_events"];

    /// <summary>The kinds of subscription a change is for, such as <c>creation</c>.</summary>
    public static IReadOnlyList<string> Kinds(RecordChange change) => change.Kind switch
    {
        // The values a record begins with are told as changes too.
        ChangeKind.Created => ["creation", "propertyChange"],
        ChangeKind.Updated => ["propertyChange"],
        ChangeKind.Archived => ["deletion"],
        ChangeKind.Restored => ["restore"],
        ChangeKind.Merged => ["merge"],
        ChangeKind.PrivacyDeleted => ["privacyDeletion"],
        ChangeKind.Associated or ChangeKind.Dissociated => ["associationChange"],
        _ => [],
    };

    /// <summary>The events of one change for one subscription, each a JSON object.</summary>
    public static IEnumerable<string> For(RecordChange change, WebhookSubscription subscription, long appId, long portalId, Func<long> nextEventId)
    {
        if (subscription.Change == "propertyChange")
        {
            foreach (var value in change.Values)
                if (!NeverTold.Contains(value.Property.Name) && (subscription.PropertyName ?? value.Property.Name) == value.Property.Name)
                    yield return Write(change, subscription, appId, portalId, nextEventId(), json => WriteProperty(json, change, subscription, value));
            yield break;
        }
        if (change.Association is { } type)
        {
            // In the older form a label is not told, only that there is a connection and whether it is the primary one.
            if (subscription.IsGeneric || type.Unlabelled || type.Primary)
                yield return Write(change, subscription, appId, portalId, nextEventId(), json => WriteAssociation(json, change, subscription, type));
            yield break;
        }
        yield return Write(change, subscription, appId, portalId, nextEventId(), json =>
        {
            json.WriteNumber("objectId", change.Record.Id);
            switch (change.Kind)
            {
                case ChangeKind.Created: json.WriteString("changeFlag", "CREATED"); break;
                case ChangeKind.Archived: json.WriteString("changeFlag", "DELETED"); break;
                case ChangeKind.Restored: json.WriteString("changeFlag", "RESTORED"); break;
                case ChangeKind.Merged: WriteMerge(json, change); break;
            }
        });
    }

    private static void WriteProperty(Utf8JsonWriter json, RecordChange change, WebhookSubscription subscription, ValueChange value)
    {
        var sensitive = value.Property.DataSensitivity != "non_sensitive";
        json.WriteNumber("objectId", change.Record.Id);
        json.WriteString("propertyName", value.Property.Name);
        json.WriteString("propertyValue", sensitive ? "REDACTED" : value.After ?? "");
        if (subscription.IsGeneric) json.WriteBoolean("isSensitive", sensitive);
    }

    private static void WriteAssociation(Utf8JsonWriter json, RecordChange change, WebhookSubscription subscription, AssociationType type)
    {
        json.WriteString("associationType", $"{type.From.Singular}_TO_{type.To.Singular}".ToUpperInvariant());
        json.WriteNumber("fromObjectId", change.Record.Id);
        json.WriteNumber("toObjectId", change.OtherId);
        json.WriteBoolean("associationRemoved", change.Kind == ChangeKind.Dissociated);
        json.WriteBoolean("isPrimaryAssociation", type.Primary);
        if (!subscription.IsGeneric) return;
        json.WriteString("fromObjectTypeId", type.From.Id);
        json.WriteString("toObjectTypeId", type.To.Id);
        json.WriteNumber("associationTypeId", type.Id);
        json.WriteString("associationCategory", type.Category);
    }

    private static void WriteMerge(Utf8JsonWriter json, RecordChange change)
    {
        json.WriteNumber("primaryObjectId", change.MergedIds[0]);
        json.WriteStartArray("mergedObjectIds");
        foreach (var id in change.MergedIds.Skip(1)) json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteNumber("newObjectId", change.Record.Id);
        json.WriteNumber("numberOfPropertiesMoved", change.Record.Values.Length);
    }

    private static string Write(RecordChange change, WebhookSubscription subscription, long appId, long portalId, long eventId, Action<Utf8JsonWriter> own)
    {
        var source = ChangeSource.Of(change);
        var buffer = new ArrayBufferWriter<byte>(320);
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("eventId", eventId);
            json.WriteNumber("subscriptionId", subscription.Id);
            json.WriteNumber("portalId", portalId);
            json.WriteNumber("appId", appId);
            json.WriteNumber("occurredAt", change.AtMs);
            json.WriteString("subscriptionType", subscription.EventType);
            json.WriteNumber("attemptNumber", 0);
            own(json);
            json.WriteString("changeSource", source.Name);
            if (source.Id is not null) json.WriteString("sourceId", source.Id);
            if (subscription.IsGeneric) json.WriteString("objectTypeId", change.Type.Id);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
