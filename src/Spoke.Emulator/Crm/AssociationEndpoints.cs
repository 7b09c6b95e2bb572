using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>The associations of one record, in the paths under the record: v4 and dated versions, and the older v3 ones.</summary>
internal static class AssociationEndpoints
{
    private const int LargestPage = 500;

    /// <summary>Rest is <c>{type}/{id}/associations/{toType}[/{toId}[/{associationType}]]</c> or <c>…/associations/default/{toType}/{toId}</c>.</summary>
    public static EmulatorReply? HandleRecord(CrmCall call, ObjectTypeDefinition from)
    {
        var rest = call.Rest;
        if (rest.Count == 6 && rest[3] == "default" && call.Method == "PUT") return PutDefault(call, from);
        if (rest.Count is < 4 or > 6) return null;
        var to = call.Portal.Types.Find(rest[3]);
        return (call.Method, rest.Count) switch
        {
            ("GET", 4) => List(call, from, to),
            ("PUT", 5) => Put(call, from, to),
            ("DELETE", 5) => Delete(call, from, to),
            ("PUT" or "DELETE", 6) when call.Route.Version == "v3" => V3Associations.ChangeOne(call, from, to),
            _ => null,
        };
    }

    private static EmulatorReply List(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var record = RecordLookup.Require(from, call.Rest[1], null);
        var (page, next) = Page(record, to, call.Http.QueryValue("after"), call.Limit(LargestPage, LargestPage));
        var v3 = call.Route.Version == "v3";
        return JsonReply.Write(200, (call, page, next, v3), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var target in state.page)
                if (state.v3) V3Associations.WriteTargets(json, target);
                else WriteTarget(json, target);
            json.WriteEndArray();
            state.call.WritePaging(json, state.next);
            json.WriteEndObject();
        });
    }

    /// <summary>The records associated, each with all its types, from the one after the cursor; the cursor is the last id seen.</summary>
    public static (IReadOnlyList<IGrouping<long, AssociationEdge>> Page, string? Next) Page(StoredRecord record, ObjectTypeDefinition to, string? after, int limit)
    {
        long from = 0;
        if (!string.IsNullOrEmpty(after) && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw CrmErrors.Bad($"Invalid paging cursor: {after}", "after", after);
        var targets = AssociationStore.EdgesTowards(record, to).Where(edge => edge.To > from).GroupBy(edge => edge.To).Take(limit + 1).ToArray();
        return targets.Length <= limit
            ? (targets, null)
            : (targets[..limit], targets[limit - 1].Key.ToString(CultureInfo.InvariantCulture));
    }

    public static void WriteTarget(Utf8JsonWriter json, IGrouping<long, AssociationEdge> target)
    {
        json.WriteStartObject();
        json.WriteNumber("toObjectId", target.Key);
        json.WriteStartArray("associationTypes");
        foreach (var edge in target) edge.Type.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static EmulatorReply Put(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        if (call.Body.ValueKind != JsonValueKind.Array) throw CrmErrors.WrongShape("body", "an array of association types");
        var types = ReadTypes(call.Portal, from, to, [.. call.Body.EnumerateArray()]);
        var record = RecordLookup.Require(from, call.Rest[1], null);
        var target = RecordLookup.Require(to, call.Rest[4], null);
        foreach (var type in types) AssociationRules.Check(call.Portal, record, target, type);
        call.Portal.Associations.Replace(record, target, types);
        return JsonReply.Write(201, (from, record, to, target, types), static (json, state) =>
            WriteLabels(json, state.from, state.record.Id, state.to, state.target.Id, state.types), changed: true);
    }

    private static EmulatorReply PutDefault(CrmCall call, ObjectTypeDefinition from)
    {
        var to = call.Portal.Types.Find(call.Rest[4]);
        var type = call.Portal.Associations.RequireDefault(from, to);
        var record = RecordLookup.Require(from, call.Rest[1], null);
        var target = RecordLookup.Require(to, call.Rest[5], null);
        AssociationRules.Check(call.Portal, record, target, type);
        call.Portal.Associations.Attach(record, target, type);
        return AssociationBatchEndpoints.Defaults(call, [(record, target, type)], []);
    }

    private static EmulatorReply Delete(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var (record, target) = (RecordLookup.Find(from, call.Rest[1], null), RecordLookup.Find(to, call.Rest[4], null));
        if (record is null || target is null) return JsonReply.Empty(changed: false);
        call.Portal.Associations.RemoveAll(record, target, from, to);
        return JsonReply.Empty(changed: true);
    }

    public static IReadOnlyList<AssociationType> ReadTypes(Portal portal, ObjectTypeDefinition from, ObjectTypeDefinition to, IReadOnlyList<JsonElement> specs)
    {
        if (specs.Count == 0) throw CrmErrors.MissingField("PublicAssociationMultiPost", "types");
        return [.. specs.Select(spec => portal.Associations.RequireType(from, to,
            spec.Int("associationTypeId") ?? throw CrmErrors.MissingField("AssociationSpec", "associationTypeId"),
            spec.RequiredText("AssociationSpec", "associationCategory")))];
    }

    public static void WriteLabels(
        Utf8JsonWriter json, ObjectTypeDefinition from, long fromId, ObjectTypeDefinition to, long toId, IReadOnlyList<AssociationType> types)
    {
        json.WriteStartObject();
        json.WriteString("fromObjectTypeId", from.Id);
        json.WriteNumber("fromObjectId", fromId);
        json.WriteString("toObjectTypeId", to.Id);
        json.WriteNumber("toObjectId", toId);
        json.WriteStartArray("labels");
        foreach (var type in types)
            if (type.Label is not null) json.WriteStringValue(type.Label);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
