using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>The older association paths, where a type is a name such as <c>contact_to_company</c>.</summary>
internal static class V3Associations
{
    private const int MostCreated = 2_000;
    private const int MostRead = 1_000;

    public static EmulatorReply? Handle(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var rest = call.Rest;
        if (call.Method == "GET" && rest is [_, _, "types"])
            return JsonReply.Results(call.Portal.Associations.Catalogue.Between(from, to), static (json, type) =>
            {
                json.WriteStartObject();
                json.WriteId("id", type.Id);
                json.WriteString("name", type.Name);
                json.WriteEndObject();
            });
        if (call.Method != "POST" || rest is not [_, _, "batch", _]) return null;
        var inputs = call.BodyObject.Items("inputs");
        if (inputs.Count > (rest[3] == "read" ? MostRead : MostCreated)) throw CrmErrors.BatchTooLarge(rest[3] == "read" ? MostRead : MostCreated);
        return rest[3] switch
        {
            "create" => Create(call, from, to, inputs),
            "read" => Read(call, from, to, inputs),
            "archive" => Archive(call, from, to, inputs),
            _ => null,
        };
    }

    /// <summary>PUT or DELETE of one type between two records; a PUT answers with the record.</summary>
    public static EmulatorReply ChangeOne(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var type = Named(call, from, to, call.Rest[5]);
        if (call.Method == "DELETE")
        {
            if (RecordLookup.Find(from, call.Rest[1], null) is { } one && RecordLookup.Find(to, call.Rest[4], null) is { } other)
                call.Portal.Associations.Remove(one, other, type);
            return JsonReply.Empty(changed: true);
        }
        var record = RecordLookup.Require(from, call.Rest[1], null);
        var target = RecordLookup.Require(to, call.Rest[4], null);
        AssociationRules.Check(call.Portal, record, target, type);
        call.Portal.Associations.Attach(record, target, type);
        var view = RecordView.Of(from, null) with { Associations = [to] };
        return JsonReply.Write(200, (record, view), static (json, state) => RecordJson.Write(json, state.record, state.view), changed: true);
    }

    public static void WriteTargets(Utf8JsonWriter json, IGrouping<long, AssociationEdge> target)
    {
        foreach (var edge in target)
        {
            json.WriteStartObject();
            json.WriteId("id", edge.To);
            json.WriteString("type", edge.Type.Name);
            json.WriteEndObject();
        }
    }

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        var read = inputs.Select(input => (Ids: AssociationBatchEndpoints.Pair(input), Type: Named(call, from, to, input.RequiredText("PublicAssociation", "type")))).ToArray();
        var made = new List<(StoredRecord From, StoredRecord To, AssociationType Type)>();
        var errors = new List<ErrorBody>();
        foreach (var (ids, type) in read)
        {
            if (!AssociationBatchEndpoints.TryPair(from, to, ids, errors, out var record, out var target)) continue;
            if (AssociationRules.Refuse(call.Portal, record, target, type) is { } refused) errors.Add(refused);
            else
            {
                call.Portal.Associations.Attach(record, target, type);
                made.Add((record, target, type));
            }
        }
        return JsonReply.Write(errors.Count == 0 ? 201 : 207, (made, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (record, target, type) in state.made)
            {
                json.WriteStartObject();
                WriteEnd(json, "from", record.Id);
                WriteEnd(json, "to", target.Id);
                json.WriteString("type", type.Name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed: made.Count > 0);
    }

    private static EmulatorReply Read(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        var ids = inputs.Select(input => input.RequiredText("PublicObjectId", "id")).ToArray();
        var found = ids.Select(id => RecordLookup.Find(from, id, null)).Where(record => record is not null && AssociationStore.EdgesTowards(record, to).Any()).ToArray();
        ErrorBody[] errors = [.. ids.Where(id => !found.Contains(RecordLookup.Find(from, id, null))).Select(id => AssociationErrors.None(from, to, id))];
        return JsonReply.Write(errors.Length == 0 ? 200 : 207, (found, errors, to, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var record in state.found)
            {
                json.WriteStartObject();
                WriteEnd(json, "from", record!.Id);
                json.WriteStartArray("to");
                foreach (var target in AssociationStore.EdgesTowards(record, state.to).GroupBy(edge => edge.To)) WriteTargets(json, target);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        });
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        foreach (var input in inputs)
        {
            var ids = AssociationBatchEndpoints.Pair(input);
            var type = Named(call, from, to, input.RequiredText("PublicAssociation", "type"));
            if (RecordLookup.Find(from, ids.From, null) is { } record && RecordLookup.Find(to, ids.To, null) is { } target)
                call.Portal.Associations.Remove(record, target, type);
        }
        return JsonReply.Empty(changed: true);
    }

    /// <summary>A type by its name or its number.</summary>
    private static AssociationType Named(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, string name) =>
        call.Portal.Associations.Catalogue.Between(from, to).FirstOrDefault(type => type.Name == name || $"{type.Id}" == name)
        ?? throw CrmErrors.Bad($"Invalid association type {name} between {from.Id} and {to.Id}", "type", name);

    private static void WriteEnd(Utf8JsonWriter json, string name, long id)
    {
        json.WriteStartObject(name);
        json.WriteId("id", id);
        json.WriteEndObject();
    }
}
