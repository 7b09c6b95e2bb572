using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>Puts the present state of records into the journal, as a start for whoever follows it.</summary>
internal static class SnapshotEndpoints
{
    private const int MostAtOnce = 100;

    public static EmulatorReply Take(CrmCall call, JournalArea area)
    {
        var requests = call.BodyObject.Items("snapshotRequests");
        if (requests.Count > MostAtOnce) throw CrmErrors.BatchTooLarge(MostAtOnce);
        var found = requests.Select(one =>
        {
            var type = call.Portal.Types.Find(one.RequiredText("CrmObjectSnapshotRequest", "objectTypeId"));
            if (one.RequiredText("CrmObjectSnapshotRequest", "portalId") != call.Portal.HubId.ToString(CultureInfo.InvariantCulture))
                throw CrmErrors.Bad("The application is not installed in this portal", "portalId", one.Text("portalId")!);
            return (Type: type, Record: RecordLookup.Require(type, one.RequiredText("CrmObjectSnapshotRequest", "objectId"), null), Properties: one.Texts("properties"));
        }).ToArray();
        var taken = found.Select(one =>
        {
            var id = JournalEntry.Uuid((1L << 40) + area.NextId());
            area.Snapshots[id] = call.AtMs;
            area.Tell(call.Caller.AppId, JournalEvents.WriteSnapshot(one.Type, one.Record, one.Properties, id, call.Portal.HubId, call.AtMs), call.AtMs);
            return (one.Type, one.Record, Id: id);
        }).ToArray();
        return JsonReply.Write(200, (taken, call.Portal.HubId), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("snapshotResponses");
            foreach (var (type, record, id) in state.taken)
            {
                json.WriteStartObject();
                json.WriteNumber("portalId", state.HubId);
                json.WriteString("objectTypeId", type.Id);
                json.WriteNumber("objectId", record.Id);
                json.WriteString("snapshotStatusId", id);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }, changed: true);
    }

    public static EmulatorReply Status(CrmCall call, JournalArea area, string id)
    {
        if (!area.Snapshots.TryGetValue(id, out var atMs)) throw WebhookErrors.NoSnapshot(id);
        return JsonReply.Write(200, (id, atMs, expired: atMs < call.AtMs - JournalEntry.KeptMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("id", state.id);
            json.WriteString("status", state.expired ? "EXPIRED" : "SUCCESS");
            json.WriteNumber("initiatedAt", state.atMs);
            json.WriteNumber("completedAt", state.atMs);
            json.WriteEndObject();
        });
    }
}
