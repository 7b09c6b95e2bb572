using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Lists themselves: create, get, rename, filters, delete, restore; and the way to everything below them.</summary>
internal static class ListEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, ListsArea area)
    {
        string[] rest = [.. call.Rest.Skip(2)];
        var store = area.Store;
        switch (call.Method, rest)
        {
            case ("GET", []): return Many(call, store);
            case ("POST", []): return Create(call, area);
            case ("POST", ["search"]): return ListSearch.Search(call, store);
            case ("GET" or "POST", ["idmapping"]): return ListSearch.IdMapping(call, store);
            case (_, ["folders", ..]): return FolderEndpoints.Handle(call, store, rest[1..]);
            case ("GET", ["object-type-id", var type, "name", var name]): return ByName(call, store, type, name);
            case ("POST", ["records", "memberships", "batch", "read"]): return RecordMemberships.Batch(call, store);
            case ("GET", ["records", var type, var record, "memberships"]): return RecordMemberships.Of(call, store, type, record);
            case ("GET", [var id]): return One(call, store.Require(id));
            case ("DELETE", [var id]): return Delete(call, area, store.Require(id));
            case ("PUT", [var id, "restore"]): return Restore(call, area, id);
            case ("PUT", [var id, "update-list-name"]): return Rename(call, store, store.Require(id));
            case ("PUT", [var id, "update-list-filters"]): return UpdateFilters(call, area, store.Require(id));
            case ("GET", [var id, "size-and-edits-history", "between"]): return ListSearch.History(call, store.Require(id));
            case ("GET" or "PUT" or "DELETE", [var id, "schedule-conversion"]): return ListConversion.Handle(call, store.Require(id));
            case (_, [var id, "memberships", ..]): return MembershipEndpoints.Handle(call, area, store.Require(id), rest[2..]);
            default: return null;
        }
    }

    private static EmulatorReply Create(CrmCall call, ListsArea area)
    {
        var body = call.BodyObject;
        string[] missing = [.. ((string[])["name", "objectTypeId", "processingType"]).Where(name => string.IsNullOrEmpty(body.Text(name)))];
        if (missing.Length > 0) throw CrmErrors.MissingField("ListCreateRequest", missing);
        var (name, processing) = (body.Text("name")!.Trim(), body.Text("processingType")!);
        if (processing is not (StoredList.Manual or StoredList.Dynamic or StoredList.Snapshot)) throw ListErrors.Bad($"processingType must be one of [MANUAL, DYNAMIC, SNAPSHOT], not {processing}", "processingType", processing);
        CheckName(area.Store, name, null);
        var folder = body.Text("listFolderId") is { } folderId ? area.Store.Folders.Require(folderId).Id : 0;
        var type = call.Portal.Types.Find(body.Text("objectTypeId")!);
        var branch = body.TryGetProperty("filterBranch", out var given) && given.ValueKind != JsonValueKind.Null ? Parse(given) : null;
        if (processing == StoredList.Manual && branch is not null) throw ListErrors.Bad("A MANUAL list cannot have a filterBranch.", "processingType", processing);
        if (processing != StoredList.Manual && branch is null) throw ListErrors.Bad($"A {processing} list needs a filterBranch.", "processingType", processing);
        var id = area.Store.LastId + 1;
        var filter = branch is null ? null : new FilterReader(call.Portal, area.Store, id).Read(type, branch);
        area.Store.LastId = id;
        var list = new StoredList(id, type)
        {
            Name = name,
            Processing = processing,
            FilterBranch = branch,
            Filter = filter,
            FolderId = folder,
            // Only lists of contacts had an id in the first lists API.
            LegacyId = type.Singular == "contact" ? ++area.Store.LastLegacyId : 0,
            CreatedMs = call.AtMs,
            UpdatedMs = call.AtMs,
            FiltersUpdatedMs = branch is null ? 0 : call.AtMs,
            CreatedBy = call.Caller.UserId,
            UpdatedBy = call.Caller.UserId,
            Permissions = Optional(body, "listPermissions"),
            Membership = Optional(body, "membershipSettings"),
        };
        area.Store.Add(list);
        if (filter is not null) area.Engine.Fill(list, call.AtMs);
        return ListJson.Reply("list", list, withFilters: true, changed: true);
    }

    private static EmulatorReply Many(CrmCall call, ListStore store)
    {
        var ids = call.Names("listIds") ?? throw CrmErrors.Bad("listIds is required", "listIds", "");
        return JsonReply.Write(200, (lists: ids.Distinct().Select(store.FindEvenDeleted).Where(list => list is { Deleted: false }).ToArray(), filters: call.Flag("includeFilters")), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("lists");
            foreach (var list in state.lists) ListJson.Write(json, list!, state.filters);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static EmulatorReply One(CrmCall call, StoredList list) => ListJson.Reply("list", list, call.Flag("includeFilters"));

    private static EmulatorReply ByName(CrmCall call, ListStore store, string type, string name)
    {
        var wanted = call.Portal.Types.Find(type);
        return store.FindByName(name) is { } list && list.Type == wanted ? One(call, list) : throw ListErrors.NameNotFound(name);
    }

    private static EmulatorReply Delete(CrmCall call, ListsArea area, StoredList list)
    {
        if (area.Store.DependentsOf(list.Id).FirstOrDefault() is { } user) throw ListErrors.Bad($"List {list.Id} is used by the filters of list {user.Id} and cannot be deleted.", "listId", list.IdText);
        list.DeletedMs = call.AtMs;
        list.UpdatedBy = call.Caller.UserId;
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Restore(CrmCall call, ListsArea area, string id)
    {
        var list = area.Store.FindEvenDeleted(id) ?? throw ListErrors.ListNotFound(id);
        if (!list.Deleted) return JsonReply.Empty(changed: false);
        if (call.AtMs - list.DeletedMs > ListsArea.RestorableMs) throw ListErrors.TooLate(list);
        CheckName(area.Store, list.Name, list);
        list.DeletedMs = 0;
        list.UpdatedMs = call.AtMs;
        if (list.IsDynamic) area.Engine.Fill(list, call.AtMs);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Rename(CrmCall call, ListStore store, StoredList list)
    {
        if (call.Http.QueryValue("listName") is { Length: > 0 } name)
        {
            CheckName(store, name.Trim(), list);
            list.Name = name.Trim();
            list.UpdatedMs = call.AtMs;
            list.UpdatedBy = call.Caller.UserId;
        }
        return ListJson.Reply("updatedList", list, call.Flag("includeFilters"), changed: true);
    }

    private static EmulatorReply UpdateFilters(CrmCall call, ListsArea area, StoredList list)
    {
        if (list.Processing != StoredList.Dynamic) throw ListErrors.WrongKind(list, StoredList.Dynamic);
        if (!call.BodyObject.TryGetProperty("filterBranch", out var given) || given.ValueKind == JsonValueKind.Null) throw CrmErrors.MissingField("ListFilterUpdateRequest", "filterBranch");
        var branch = Parse(given);
        list.Filter = new FilterReader(call.Portal, area.Store, list.Id).Read(list.Type, branch);
        list.FilterBranch = branch;
        list.Version++;
        list.UpdatedMs = list.FiltersUpdatedMs = call.AtMs;
        list.UpdatedBy = call.Caller.UserId;
        list.Edits.Add(call.AtMs);
        area.Engine.Fill(list, call.AtMs);
        return ListJson.Reply("updatedList", list, withFilters: true, changed: true);
    }

    private static void CheckName(ListStore store, string name, StoredList? own)
    {
        if (name.Length is 0 or > 200) throw ListErrors.Bad("A list's name must have 1 to 200 characters.", "name", name);
        if (store.FindByName(name) is { } other && other != own) throw ListErrors.NameTaken(name);
    }

    private static JsonObject Parse(JsonElement given) =>
        given.ValueKind == JsonValueKind.Object ? JsonNode.Parse(given.GetRawText())!.AsObject() : throw CrmErrors.WrongShape("filterBranch", "an object");

    private static JsonObject? Optional(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? Parse(value) : null;
}
