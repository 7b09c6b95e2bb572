using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Single records: get, list, create, update, archive, merge, privacy deletion.</summary>
internal static class RecordEndpoints
{
    private const int LargestPage = 100;
    private const int LargestPageWithHistory = 50;
    private const int MostMerged = 250;

    public static EmulatorReply? Handle(CrmCall call)
    {
        var rest = call.Rest;
        if (rest.Count == 0) return null;
        var type = call.Portal.Types.Find(rest[0]);
        return (call.Method, rest.Count) switch
        {
            ("GET", 1) => List(call, type),
            ("POST", 1) => Create(call, type),
            ("POST", 2) when rest[1] == "search" => Search.SearchEndpoint.Handle(call, type),
            ("POST", 2) when rest[1] == "merge" => Merge(call, type),
            ("POST", 2) when rest[1] == "gdpr-delete" => PrivacyDelete(call, type),
            ("GET", 2) => Get(call, type, rest[1]),
            ("PATCH", 2) => Update(call, type, rest[1]),
            ("DELETE", 2) => Archive(call, type, rest[1]),
            ("POST", 3) when rest[1] == "batch" => BatchEndpoints.Handle(call, type, rest[2]),
            _ when rest.Count > 2 && rest[2] == "associations" => AssociationEndpoints.HandleRecord(call, type),
            _ => null,
        };
    }

    private static EmulatorReply Get(CrmCall call, ObjectTypeDefinition type, string id)
    {
        var record = RecordLookup.Require(type, id, call.Http.QueryValue("idProperty"), call.Flag("archived"), call.AtMs);
        return JsonReply.Write(200, (record, View(call, type)), static (json, state) => RecordJson.Write(json, state.record, state.Item2));
    }

    private static EmulatorReply List(CrmCall call, ObjectTypeDefinition type)
    {
        var limit = call.Limit(10, call.Names("propertiesWithHistory") is null ? LargestPage : LargestPageWithHistory);
        var archived = call.Flag("archived");
        var after = call.Http.QueryValue("after");
        long from = 0;
        if (!string.IsNullOrEmpty(after) && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw CrmErrors.Bad($"Invalid paging cursor: {after}", "after", after);
        var page = new List<StoredRecord>(limit);
        string? next = null;
        var records = type.Records.InIdOrder;
        for (var i = type.Records.IndexFrom(from); i < records.Length; i++)
        {
            if (records[i].Archived != archived || RecordLookup.IsGone(records[i], call.AtMs)) continue;
            if (page.Count == limit)
            {
                next = records[i].Id.ToString(CultureInfo.InvariantCulture);
                break;
            }
            page.Add(records[i]);
        }
        return JsonReply.Write(200, (call, page, next, view: View(call, type)), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var record in state.page) RecordJson.Write(json, record, state.view);
            json.WriteEndArray();
            state.call.WritePaging(json, state.next);
            json.WriteEndObject();
        });
    }

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition type)
    {
        var draft = call.Portal.Writer.Check(type, null, call.BodyObject.Properties("SimplePublicObjectInputForCreate"), call.AtMs);
        var associations = InlineAssociations.Read(call.Portal, type, call.Body);
        var record = call.Portal.Writer.Apply(draft, call);
        InlineAssociations.Attach(call.Portal, record, associations);
        return Written(201, record, RecordView.AfterWrite(type, draft));
    }

    private static EmulatorReply Update(CrmCall call, ObjectTypeDefinition type, string id)
    {
        var properties = call.BodyObject.Properties("SimplePublicObjectInput");
        var record = RecordLookup.Require(type, id, call.Http.QueryValue("idProperty"));
        var draft = call.Portal.Writer.Check(type, record, properties, call.AtMs);
        return Written(200, call.Portal.Writer.Apply(draft, call), RecordView.AfterWrite(type, draft));
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition type, string id)
    {
        var record = RecordLookup.Find(type, id, null);
        if (record is not null) call.Portal.Writer.Archive(type, record, call.AtMs);
        return JsonReply.Empty(changed: record is not null);
    }

    private static EmulatorReply Merge(CrmCall call, ObjectTypeDefinition type)
    {
        var primaryId = call.BodyObject.RequiredText("PublicMergeInput", "primaryObjectId");
        var otherId = call.Body.RequiredText("PublicMergeInput", "objectIdToMerge");
        if (primaryId == otherId) throw CrmErrors.Bad("An object can't be merged with itself", "objectIdToMerge", otherId);
        var primary = RecordLookup.Require(type, primaryId, null);
        var other = RecordLookup.Require(type, otherId, null);
        if (primary == other) throw CrmErrors.Bad("The objects have already been merged", "objectIdToMerge", otherId);
        if (RecordMerge.MergedIds(type, primary).Length + RecordMerge.MergedIds(type, other).Length + 2 > MostMerged)
            throw new CrmRefusal(new ErrorBody(414, "VALIDATION_ERROR", $"Cannot have more than {MostMerged} identities on a profile"));
        var record = RecordMerge.Merge(call, type, primary, other);
        return Written(200, record, new RecordView([.. type.Properties.All.Where(property => !property.Archived)]) { WriteEmpty = false });
    }

    private static EmulatorReply PrivacyDelete(CrmCall call, ObjectTypeDefinition type)
    {
        var id = call.BodyObject.RequiredText("PublicGdprDeleteInput", "objectId");
        var idProperty = call.Body.Text("idProperty");
        if (RecordLookup.Find(type, id, idProperty) is not { } record)
        {
            // Nobody has the address: it is kept from coming in all the same.
            if (idProperty is null || idProperty != type.EmailProperty) return JsonReply.Empty(changed: false);
            call.Portal.Blocklist.Add(id);
            return JsonReply.Empty(changed: true);
        }
        foreach (var email in EmailRules.All(type, record)) call.Portal.Blocklist.Add(email);
        call.Portal.Writer.Archive(type, record, call.AtMs);
        type.Records.Remove(record);
        call.Portal.Changes.Add(ChangeKind.PrivacyDeleted, type, record);
        call.Portal.Writer.Note(type, record, "PERMANENT_DELETE");
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Written(int status, StoredRecord record, RecordView view) =>
        JsonReply.Write(status, (record, view), static (json, state) => RecordJson.Write(json, state.record, state.view), changed: true);

    private static RecordView View(CrmCall call, ObjectTypeDefinition type)
    {
        var history = call.Names("propertiesWithHistory");
        var view = RecordView.Of(type, call.Names("properties"), history);
        if (history is not null) view = view with { Sources = call.Portal.Sources };
        if (call.Names("associations") is not { Count: > 0 } names) return view;
        return view with { Associations = [.. names.Select(call.Portal.Types.Find).Distinct()] };
    }
}
