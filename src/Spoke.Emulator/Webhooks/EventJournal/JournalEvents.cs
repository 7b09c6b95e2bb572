using System.Buffers;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>Makes the events of the journal, each a JSON object.</summary>
internal static class JournalEvents
{
    /// <summary>What a change is called in the journal, and the kind of subscription it is for.</summary>
    public static (string Type, string Action)? Of(ChangeKind kind) => kind switch
    {
        ChangeKind.Created => ("OBJECT", "CREATE"),
        ChangeKind.Updated => ("OBJECT", "UPDATE"),
        ChangeKind.Archived => ("OBJECT", "DELETE"),
        ChangeKind.Merged => ("OBJECT", "MERGE"),
        ChangeKind.Restored => ("OBJECT", "RESTORE"),
        ChangeKind.Associated => ("ASSOCIATION", "ASSOCIATION_ADDED"),
        ChangeKind.Dissociated => ("ASSOCIATION", "ASSOCIATION_REMOVED"),
        ChangeKind.PrivacyDeleted => ("GDPR_PRIVACY_DELETION", "GDPR_DELETE"),
        _ => null,
    };

    public static string Write(RecordChange change, JournalSubscription subscription, string action, long portalId) => Write(Name(subscription.Type), action, portalId, change.AtMs, json =>
    {
        json.WriteString("objectTypeId", change.Type.Id);
        json.WriteNumber("objectId", change.Record.Id);
        if (change.Association is { } association)
        {
            json.WriteString("fromObjectTypeId", association.From.Id);
            json.WriteNumber("fromObjectId", change.Record.Id);
            json.WriteString("toObjectTypeId", association.To.Id);
            json.WriteNumber("toObjectId", change.OtherId);
            json.WriteNumber("associationTypeId", association.Id);
            json.WriteString("associationCategory", association.Category);
            return;
        }
        if (change.MergedIds.Count > 0)
        {
            json.WriteNumber("primaryObjectId", change.MergedIds[0]);
            json.WriteStartArray("mergedObjectIds");
            foreach (var id in change.MergedIds.Skip(1)) json.WriteNumberValue(id);
            json.WriteEndArray();
        }
        if (subscription.Type == "OBJECT") WriteProperties(json, change.Type, change.Record, subscription.Properties);
    });

    public static string WriteSnapshot(ObjectTypeDefinition type, StoredRecord record, IReadOnlyList<string> properties, string snapshotId, long portalId, long atMs) =>
        Write("crmObject", "SNAPSHOT", portalId, atMs, json =>
        {
            json.WriteString("snapshotStatusId", snapshotId);
            json.WriteString("objectTypeId", type.Id);
            json.WriteNumber("objectId", record.Id);
            WriteProperties(json, type, record, properties);
        });

    public static string WriteMembership(Lists.StoredList list, StoredRecord record, string action, long portalId, long atMs) => Write("listMembership", action, portalId, atMs, json =>
    {
        json.WriteNumber("listId", list.Id);
        json.WriteString("objectTypeId", list.Type.Id);
        json.WriteNumber("objectId", record.Id);
    });

    public static string WriteLife(string eventTypeId, long appId, long portalId, long atMs) => Write("appLifecycleEvent", eventTypeId == JournalArea.Installed ? "APP_INSTALL" : "APP_UNINSTALL", portalId, atMs, json =>
    {
        json.WriteString("eventTypeId", eventTypeId);
        json.WriteStartObject("properties");
        json.WriteId("hs_app_id", appId);
        json.WriteEndObject();
    });

    private static void WriteProperties(Utf8JsonWriter json, ObjectTypeDefinition type, StoredRecord record, IReadOnlyList<string> names)
    {
        json.WriteStartObject("properties");
        foreach (var name in names)
            if (type.Properties.Find(name) is { } property)
                json.WriteString(name, property.System == SystemValue.None ? record.Get(property.Slot) : RecordJson.SystemText(record, property.System, record.UpdatedMs));
        json.WriteEndObject();
    }

    private static string Name(string type) => type switch { "ASSOCIATION" => "association", "GDPR_PRIVACY_DELETION" => "gdprPrivacyDeletion", _ => "crmObject" };

    private static string Write(string type, string action, long portalId, long atMs, Action<Utf8JsonWriter> own)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("action", action);
            json.WriteNumber("portalId", portalId);
            json.WriteTime("occurredAt", atMs);
            own(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
