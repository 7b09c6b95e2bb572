using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Batches of records: up to 100 inputs, whole or in part.</summary>
internal static class BatchEndpoints
{
    private const int Most = 100;
    private const int MostWithHistory = 50;

    public static EmulatorReply? Handle(CrmCall call, ObjectTypeDefinition type, string verb)
    {
        if (verb is not ("create" or "read" or "update" or "upsert" or "archive")) return null;
        if (!call.BodyObject.TryGetProperty("inputs", out _)) throw CrmErrors.MissingField("BatchInput", "inputs");
        var inputs = call.Body.Items("inputs");
        if (inputs.Count > Most) throw CrmErrors.BatchTooLarge(Most);
        return verb switch
        {
            "create" => Create(call, type, inputs),
            "read" => Read(call, type, inputs),
            "update" => Update(call, type, inputs),
            "upsert" => Upsert(call, type, inputs),
            _ => Archive(call, type, inputs),
        };
    }

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        var batch = new BatchWrite(call, inputs);
        foreach (var input in inputs)
            batch.Check(input, () =>
            {
                var draft = call.Portal.Writer.Check(type, null, input.Properties("SimplePublicObjectBatchInputForCreate"), call.AtMs);
                return new(draft, InlineAssociations.Read(call.Portal, type, input));
            });
        return batch.Finish(201, type);
    }

    private static EmulatorReply Update(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        RefuseDuplicates(inputs);
        var idProperty = SharedIdProperty(inputs);
        if (idProperty is not null && (idProperty == type.EmailProperty || RecordLookup.Unique(type, idProperty) is null)) throw CrmErrors.NotUniqueProperty(type, idProperty, call.Http.Caller.HubId);
        var batch = new BatchWrite(call, inputs);
        foreach (var input in inputs)
        {
            var id = input.RequiredText("SimplePublicObjectBatchInput", "id");
            var properties = input.Properties("SimplePublicObjectBatchInput");
            // Without idProperty HubSpot passes over an id that is no number, as if it were not there.
            if (idProperty is null && !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)) continue;
            if (RecordLookup.Find(type, id, idProperty) is not { } record) batch.Missing(type, id, input);
            else batch.Check(input, () => new(call.Portal.Writer.Check(type, record, properties, call.AtMs), []));
        }
        return batch.Finish(200, type);
    }

    private static EmulatorReply Upsert(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        // Published beside the inputs' own: "as specified by the idProperty query param". One of the two is needed.
        var idProperty = SharedIdProperty(inputs) ?? (call.Http.QueryValue("idProperty") is { Length: > 0 } named ? named : null) ?? throw CrmErrors.MissingField("SimplePublicObjectBatchInputUpsert", "idProperty");
        if (RecordLookup.Unique(type, idProperty) is not { } key) throw CrmErrors.NotUniqueProperty(type, idProperty, call.Http.Caller.HubId);
        RefuseDuplicates(inputs, id => ValueRules.Key(type, key, id));
        // By e-mail one bad row fails all, trace ids or not.
        var batch = new BatchWrite(call, inputs, mayBePartial: idProperty != type.EmailProperty);
        foreach (var input in inputs)
        {
            var id = input.RequiredText("SimplePublicObjectBatchInputUpsert", "id");
            batch.Check(input, () =>
            {
                var properties = input.Properties("SimplePublicObjectBatchInputUpsert");
                var record = RecordLookup.Find(type, id, idProperty);
                if (record is null && properties.All(pair => pair.Key != idProperty)) properties = [.. properties, new(idProperty, id)];
                return new(call.Portal.Writer.Check(type, record, properties, call.AtMs), []) { SaysNew = true };
            });
        }
        return batch.Finish(200, type);
    }

    private static EmulatorReply Read(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        var history = call.Body.Texts("propertiesWithHistory");
        if (history.Count > 0 && inputs.Count > MostWithHistory) throw CrmErrors.HistoryBatchTooLarge(MostWithHistory);
        RefuseDuplicates(inputs);
        var idProperty = call.Body.Text("idProperty");
        var found = new List<StoredRecord>(inputs.Count);
        var missing = new List<string>();
        foreach (var input in inputs)
        {
            var id = input.RequiredText("SimplePublicObjectId", "id");
            if (RecordLookup.Find(type, id, idProperty, call.Flag("archived"), call.AtMs) is not { } record) missing.Add(id);
            else if (!found.Contains(record)) found.Add(record);
        }
        ErrorBody[] errors = missing.Count == 0 ? [] : [CrmErrors.NotFoundInBatch(type, missing)];
        var view = RecordView.Of(type, call.Body.Texts("properties"), history.Count > 0 ? history : null);
        if (history.Count > 0) view = view with { Sources = call.Portal.Sources };
        return JsonReply.Write(errors.Length == 0 ? 200 : 207, (found, view, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var record in state.found) RecordJson.Write(json, record, state.view);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        });
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        var changed = false;
        foreach (var input in inputs)
        {
            if (RecordLookup.Find(type, input.RequiredText("SimplePublicObjectId", "id"), null) is not { } record) continue;
            call.Portal.Writer.Archive(type, record, call.AtMs);
            changed = true;
        }
        return JsonReply.Empty(changed);
    }

    /// <summary>The property all inputs name; a mixture is refused.</summary>
    private static string? SharedIdProperty(IReadOnlyList<JsonElement> inputs)
    {
        var names = inputs.Select(input => input.Text("idProperty")).Distinct().ToArray();
        if (names.Length > 1) throw CrmErrors.Bad("All inputs of a batch must use the same idProperty", "idProperty", [.. names.Select(name => name ?? "")]);
        return names.Length == 1 && names[0] is { Length: > 0 } name ? name : null;
    }

    private static void RefuseDuplicates(IReadOnlyList<JsonElement> inputs, Func<string, string>? key = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var twice = new List<string>();
        foreach (var input in inputs)
            if (input.Text("id") is { } id && !seen.Add(key is null ? id : key(id)) && !twice.Contains(id)) twice.Add(id);
        if (twice.Count > 0) throw CrmErrors.DuplicateIds(twice);
    }
}
