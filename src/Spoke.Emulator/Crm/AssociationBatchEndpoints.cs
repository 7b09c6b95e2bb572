using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Associations of many records at once. v3 has its own shapes; v4 and the dated versions share theirs.</summary>
internal static class AssociationBatchEndpoints
{
    private const int MostRead = 1_000;
    private const int MostCreated = 2_000;
    private const int TargetsPerRecord = 500;

    public static EmulatorReply? Handle(CrmCall call)
    {
        var rest = call.Rest;
        if (rest.Count < 3) return null;
        if (rest[0] is "definitions" or "usage") return AssociationConfigurations.Handle(call);
        var (from, to) = (call.Portal.Types.Find(rest[0]), call.Portal.Types.Find(rest[1]));
        if (rest[2] == "labels") return LabelEndpoints.Handle(call, from, to);
        if (call.Route.Version == "v3") return V3Associations.Handle(call, from, to);
        if (call.Method != "POST" || rest[2] != "batch") return null;
        var inputs = call.BodyObject.Items("inputs");
        return string.Join('/', rest.Skip(3)) switch
        {
            "create" => Create(call, from, to, Capped(inputs, MostCreated)),
            "associate/default" => CreateDefault(call, from, to, Capped(inputs, MostCreated)),
            "read" => Read(call, from, to, Capped(inputs, MostRead)),
            "archive" => Archive(call, from, to, Capped(inputs, MostCreated)),
            "labels/archive" => ArchiveLabels(call, from, to, Capped(inputs, MostCreated)),
            _ => null,
        };
    }

    /// <summary>The answer of both default forms: two directions per pair.</summary>
    public static EmulatorReply Defaults(CrmCall call, IReadOnlyList<(StoredRecord From, StoredRecord To, AssociationType Type)> made, List<ErrorBody> errors) =>
        JsonReply.Write(errors.Count == 0 ? 200 : 207, (made, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (from, to, type) in state.made)
            {
                WriteDefault(json, from, to, type);
                WriteDefault(json, to, from, type.Inverse);
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed: made.Count > 0);

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        var checkedInputs = inputs.Select(input => (Ids: Pair(input), Types: AssociationEndpoints.ReadTypes(call.Portal, from, to, input.Items("types")))).ToArray();
        var made = new List<(StoredRecord From, StoredRecord To, IReadOnlyList<AssociationType> Types)>();
        var errors = new List<ErrorBody>();
        foreach (var (ids, types) in checkedInputs)
        {
            if (!TryPair(from, to, ids, errors, out var record, out var target)) continue;
            if (types.Select(type => AssociationRules.Refuse(call.Portal, record, target, type)).FirstOrDefault(error => error is not null) is { } refused)
            {
                errors.Add(refused);
                continue;
            }
            foreach (var type in types) call.Portal.Associations.Attach(record, target, type);
            made.Add((record, target, types));
        }
        return JsonReply.Write(errors.Count == 0 ? 201 : 207, (made, errors, from, to, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (record, target, types) in state.made) AssociationEndpoints.WriteLabels(json, state.from, record.Id, state.to, target.Id, types);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed: made.Count > 0);
    }

    private static EmulatorReply CreateDefault(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        var type = call.Portal.Associations.RequireDefault(from, to);
        var pairs = inputs.Select(Pair).ToArray();
        var made = new List<(StoredRecord, StoredRecord, AssociationType)>();
        var errors = new List<ErrorBody>();
        foreach (var ids in pairs)
        {
            if (!TryPair(from, to, ids, errors, out var record, out var target)) continue;
            if (AssociationRules.Refuse(call.Portal, record, target, type) is { } refused) errors.Add(refused);
            else
            {
                call.Portal.Associations.Attach(record, target, type);
                made.Add((record, target, type));
            }
        }
        return Defaults(call, made, errors);
    }

    private static EmulatorReply Read(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        var found = new List<(StoredRecord From, IReadOnlyList<IGrouping<long, AssociationEdge>> Page, string? Next)>();
        var missing = new List<string>();
        foreach (var input in inputs)
        {
            var id = input.RequiredText("PublicFetchAssociationsBatchRequest", "id");
            if (RecordLookup.Find(from, id, null) is not { } record)
            {
                missing.Add(id);
                continue;
            }
            var (page, next) = AssociationEndpoints.Page(record, to, input.Text("after"), TargetsPerRecord);
            if (page.Count == 0) missing.Add(id);
            else found.Add((record, page, next));
        }
        ErrorBody[] errors = [.. missing.Select(id => AssociationErrors.None(from, to, id))];
        return JsonReply.Write(errors.Length == 0 ? 200 : 207, (call, found, errors), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var (record, page, next) in state.found)
            {
                json.WriteStartObject();
                json.WriteStartObject("from");
                json.WriteId("id", record.Id);
                json.WriteEndObject();
                json.WriteStartArray("to");
                foreach (var target in page) AssociationEndpoints.WriteTarget(json, target);
                json.WriteEndArray();
                state.call.WritePaging(json, next);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.call.AtMs);
        });
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        foreach (var input in inputs)
        {
            var fromId = Id(input, "from");
            foreach (var target in input.Items("to"))
                if (RecordLookup.Find(from, fromId, null) is { } record && RecordLookup.Find(to, target.RequiredText("PublicObjectId", "id"), null) is { } other)
                    call.Portal.Associations.RemoveAll(record, other, from, to);
        }
        return Removed(call);
    }

    private static EmulatorReply ArchiveLabels(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> inputs)
    {
        foreach (var input in inputs)
        {
            var ids = Pair(input);
            var types = AssociationEndpoints.ReadTypes(call.Portal, from, to, input.Items("types"));
            if (RecordLookup.Find(from, ids.From, null) is not { } record || RecordLookup.Find(to, ids.To, null) is not { } target) continue;
            foreach (var type in types) call.Portal.Associations.Remove(record, target, type);
        }
        return Removed(call);
    }

    /// <summary>v4 answers nothing, the dated versions the frame of a batch.</summary>
    public static EmulatorReply Removed(CrmCall call)
    {
        if (call.Route.Version == "v4") return JsonReply.Empty(changed: true);
        return JsonReply.Write(200, call.AtMs, static (json, atMs) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            json.WriteEndArray();
            json.WriteBatchEnd([], atMs);
        }, changed: true);
    }

    private static IReadOnlyList<JsonElement> Capped(IReadOnlyList<JsonElement> inputs, int most) =>
        inputs.Count <= most ? inputs : throw CrmErrors.BatchTooLarge(most);

    public static (string From, string To) Pair(JsonElement input) => (Id(input, "from"), Id(input, "to"));

    private static string Id(JsonElement input, string name) => input.ValueKind == JsonValueKind.Object && input.TryGetProperty(name, out var end)
        ? end.RequiredText("PublicObjectId", "id")
        : throw CrmErrors.MissingField("PublicAssociation", name);

    public static bool TryPair(
        ObjectTypeDefinition from, ObjectTypeDefinition to, (string From, string To) ids, List<ErrorBody> errors, out StoredRecord record, out StoredRecord target)
    {
        record = RecordLookup.Find(from, ids.From, null)!;
        target = RecordLookup.Find(to, ids.To, null)!;
        if (record is null) errors.Add(CrmErrors.NotFoundInBatch(from, [ids.From]));
        if (target is null) errors.Add(CrmErrors.NotFoundInBatch(to, [ids.To]));
        return record is not null && target is not null;
    }

    private static void WriteDefault(Utf8JsonWriter json, StoredRecord from, StoredRecord to, AssociationType type)
    {
        json.WriteStartObject();
        json.WriteStartObject("from");
        json.WriteId("id", from.Id);
        json.WriteEndObject();
        json.WriteStartObject("to");
        json.WriteId("id", to.Id);
        json.WriteEndObject();
        json.WriteStartObject("associationSpec");
        json.WriteString("associationCategory", type.Category);
        json.WriteNumber("associationTypeId", type.Id);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>Refusals about associations and labels.</summary>
internal static class AssociationErrors
{
    public static ErrorBody None(ObjectTypeDefinition from, ObjectTypeDefinition to, string id) =>
        new(404, "OBJECT_NOT_FOUND", $"No {to.Singular} is associated with {from.Singular} {id}.")
        {
            SubCategory = "crm.associations.NO_ASSOCIATIONS_FOUND",
            Context = [new("fromObjectId", [id]), new("fromObjectType", [from.Singular]), new("toObjectType", [to.Singular])],
        };

    public static CrmRefusal LabelTaken(string label) =>
        new(new ErrorBody(409, "CONFLICT", $"An association label '{label}' already exists between these objects") { Context = [new("label", [label])] });

    public static CrmRefusal TypeNotFound(string id) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", string.Create(CultureInfo.InvariantCulture, $"Association type {id} not found")) { Context = [new("associationTypeId", [id])] });
}
