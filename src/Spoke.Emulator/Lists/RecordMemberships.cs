using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Which lists a record is on.</summary>
internal static class RecordMemberships
{
    private const int MostInputs = 100;

    public static EmulatorReply Of(CrmCall call, ListStore store, string typeId, string recordId)
    {
        var record = RecordLookup.Require(call.Portal.Types.Find(typeId), recordId, null);
        return JsonReply.Write(200, (store, record), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", ListsOf(state.store, state.record).Count());
            Write(json, "results", state.store, state.record);
            json.WriteEndObject();
        });
    }

    public static EmulatorReply Batch(CrmCall call, ListStore store)
    {
        var inputs = call.BodyObject.Items("inputs");
        if (inputs.Count > MostInputs) throw CrmErrors.BatchTooLarge(MostInputs);
        var found = new List<(ObjectTypeDefinition Type, StoredRecord Record)>();
        var errors = new List<ErrorBody>();
        foreach (var group in inputs.GroupBy(input => input.RequiredText("RecordIdInput", "objectTypeId")))
        {
            var type = call.Portal.Types.Find(group.Key);
            var missing = new List<string>();
            foreach (var id in group.Select(input => input.RequiredText("RecordIdInput", "recordId")))
            {
                if (RecordLookup.Find(type, id, null) is { } record) found.Add((type, record));
                else missing.Add(id);
            }
            if (missing.Count > 0) errors.Add(CrmErrors.NotFoundInBatch(type, missing));
        }
        return JsonReply.Write(errors.Count > 0 ? 207 : 200, (call, store, found, errors), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (type, record) in state.found)
            {
                json.WriteStartObject();
                json.WriteString("objectTypeId", type.Id);
                json.WriteId("recordId", record.Id);
                Write(json, "recordListMemberships", state.store, record);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.call.AtMs);
        });
    }

    private static IEnumerable<StoredList> ListsOf(ListStore store, StoredRecord record) => store.All.Where(list => !list.Deleted && list.Members.Contains(record.Id));

    private static void Write(Utf8JsonWriter json, string name, ListStore store, StoredRecord record)
    {
        json.WriteStartArray(name);
        foreach (var list in ListsOf(store, record))
        {
            json.WriteStartObject();
            json.WriteString("listId", list.IdText);
            json.WriteNumber("listVersion", list.Version);
            json.WriteTime("firstAddedTimestamp", list.Members.FirstJoinedMs(record.Id));
            json.WriteTime("lastAddedTimestamp", list.Members.JoinedMs(record.Id));
            json.WriteBoolean("isPublicList", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
