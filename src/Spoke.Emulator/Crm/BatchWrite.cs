using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>
/// One batch of writes. When every input has a trace id, each succeeds or fails alone and the answer is 207;
/// otherwise all are checked before the first is carried out, and one bad input refuses the whole batch.
/// </summary>
internal sealed class BatchWrite
{
    private readonly CrmCall call;
    private readonly bool partial;
    private readonly List<(PlannedWrite Write, string? TraceId)> planned = [];
    private readonly List<(StoredRecord Record, PlannedWrite Write, string? TraceId)> done = [];
    private readonly List<ErrorBody> errors = [];
    private readonly List<string> missing = [];
    private readonly HashSet<(int Slot, string Value)> claimed = [];

    public BatchWrite(CrmCall call, IReadOnlyList<JsonElement> inputs, bool mayBePartial = true)
    {
        this.call = call;
        var traceIds = inputs.Select(TraceId).Where(id => id is not null).Select(id => id!).ToArray();
        var twice = traceIds.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key).ToArray();
        if (twice.Length > 0) throw CrmErrors.DuplicateTraceIds(twice);
        partial = mayBePartial && inputs.Count > 0 && traceIds.Length == inputs.Count;
    }

    public void Check(JsonElement input, Func<PlannedWrite> check)
    {
        var traceId = TraceId(input);
        if (!partial)
        {
            var write = check();
            RefuseSharedKeys(write.Draft);
            planned.Add((write, traceId));
            return;
        }
        try
        {
            Carry(check(), traceId);
        }
        catch (CrmRefusal refusal)
        {
            errors.Add(refusal.Body with { Context = [.. refusal.Body.Context, new("objectWriteTraceId", [traceId!])] });
        }
    }

    /// <summary>An id nobody has: with trace ids an error of its own, without them one error for all such ids.</summary>
    public void Missing(ObjectTypeDefinition type, string id, JsonElement input)
    {
        if (!partial) missing.Add(id);
        else
        {
            var body = CrmErrors.NotFoundInBatch(type, [id]);
            errors.Add(body with { Context = [.. body.Context, new("objectWriteTraceId", [TraceId(input)!])] });
        }
    }

    public EmulatorReply Finish(int status, ObjectTypeDefinition type)
    {
        foreach (var (write, traceId) in planned) Carry(write, traceId);
        if (missing.Count > 0) errors.Add(CrmErrors.NotFoundInBatch(type, missing));
        return JsonReply.Write(errors.Count == 0 ? status : 207, (this, type), static (json, state) => state.Item1.Write(json, state.type), changed: done.Count > 0);
    }

    private void Carry(PlannedWrite write, string? traceId)
    {
        var record = call.Portal.Writer.Apply(write.Draft, call);
        InlineAssociations.Attach(call.Portal, record, write.Associations);
        done.Add((record, write, traceId));
    }

    private void Write(Utf8JsonWriter json, ObjectTypeDefinition type)
    {
        var (view, shown) = ((RecordView?)null, (IsNew: false, Slots: Array.Empty<int>()));
        json.WriteStartObject();
        json.WriteString("status", "COMPLETE");
        json.WriteStartArray("results");
        foreach (var (record, write, traceId) in done)
        {
            json.WriteStartObject();
            // The inputs of a batch mostly set the same properties.
            var draft = write.Draft;
            var slots = draft.Record is null ? draft.Filled : draft.Touched;
            if (view is null || shown.IsNew != draft.Record is null || !shown.Slots.SequenceEqual(slots)) (view, shown) = (RecordView.AfterWrite(type, draft), (draft.Record is null, [.. slots]));
            RecordJson.WriteMembers(json, record, view, record.Values, record.UpdatedMs);
            if (write.SaysNew) json.WriteBoolean("new", write.Draft.Record is null);
            if (traceId is not null) json.WriteString("objectWriteTraceId", traceId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBatchEnd(errors, call.AtMs);
    }

    // Two inputs of one batch may not take the same unique value; the store itself only knows those carried out.
    private void RefuseSharedKeys(RecordDraft draft)
    {
        foreach (var slot in draft.Touched)
        {
            var property = draft.Type.Properties[slot];
            if (property.Unique && draft[slot] is { } value && !claimed.Add((slot, value)))
                throw CrmErrors.Bad($"Duplicate values of unique property {property.Name} found in batch input: [{value}]", "propertyName", property.Name);
        }
    }

    private static string? TraceId(JsonElement input) => input.Text("objectWriteTraceId");
}

/// <summary>A checked input, ready to be carried out.</summary>
internal sealed record PlannedWrite(RecordDraft Draft, List<(StoredRecord To, AssociationType Type)> Associations)
{
    /// <summary>Upserts tell whether they created.</summary>
    public bool SaysNew { get; init; }
}
