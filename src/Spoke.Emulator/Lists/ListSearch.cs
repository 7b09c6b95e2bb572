using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Finding lists: by words, by ids of the first lists API; and what a list's size was over time.</summary>
internal static class ListSearch
{
    private const int LargestPage = 500;
    private const int MostLegacyIds = 10_000;

    public static EmulatorReply Search(CrmCall call, ListStore store)
    {
        var body = call.BodyObject;
        var (offset, count) = (body.Int("offset") ?? 0, body.Int("count") ?? 20);
        if (offset < 0) throw ListErrors.Bad("offset must not be negative", "offset", offset.ToString(CultureInfo.InvariantCulture));
        if (count is < 1 or > LargestPage) throw ListErrors.Bad($"count must be from 1 to {LargestPage}", "count", count.ToString(CultureInfo.InvariantCulture));
        var (ids, kinds, query) = (body.Texts("listIds"), body.Texts("processingTypes"), body.Text("query"));
        var type = body.Text("objectTypeId") is { Length: > 0 } typeId ? call.Portal.Types.Find(typeId) : null;
        var found = Sort(body.Text("sort"), store.All.Where(list => !list.Deleted
            && (ids.Count == 0 || ids.Contains(list.IdText)) && (kinds.Count == 0 || kinds.Contains(list.Processing))
            && (type is null || list.Type == type) && (string.IsNullOrWhiteSpace(query) || list.Name.Contains(query.Trim(), StringComparison.OrdinalIgnoreCase)))).ToArray();
        var page = found.Skip(offset).Take(count).ToArray();
        return JsonReply.Write(200, (store, found, page, offset, wanted: body.Texts("additionalProperties")), static (json, state) =>
        {
            var end = state.offset + state.page.Length;
            json.WriteStartObject();
            json.WriteNumber("offset", end);
            json.WriteBoolean("hasMore", end < state.found.Length);
            json.WriteNumber("total", state.found.Length);
            json.WriteStartArray("lists");
            foreach (var list in state.page) ListJson.WriteFound(json, list, state.wanted, state.store);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static IEnumerable<StoredList> Sort(string? sort, IEnumerable<StoredList> lists)
    {
        var down = sort?.StartsWith('-') == true;
        IOrderedEnumerable<StoredList> sorted = sort?.TrimStart('-') switch
        {
            null or "" or "hs_list_id" or "listId" or "HS_LIST_ID" => Order(list => list.Id),
            "name" or "hs_name" or "NAME" => down ? lists.OrderByDescending(list => list.Name, StringComparer.OrdinalIgnoreCase) : lists.OrderBy(list => list.Name, StringComparer.OrdinalIgnoreCase),
            "hs_list_size" or "size" or "SIZE" => Order(list => list.Members.Count),
            "hs_createdate" or "createdAt" or "CREATED_AT" => Order(list => list.CreatedMs),
            "hs_lastmodifieddate" or "updatedAt" or "UPDATED_AT" => Order(list => list.UpdatedMs),
            var other => throw ListErrors.Bad($"Lists cannot be sorted by {other}", "sort", other),
        };
        return sorted.ThenBy(list => list.Id);

        IOrderedEnumerable<StoredList> Order(Func<StoredList, long> key) => down ? lists.OrderByDescending(key) : lists.OrderBy(key);
    }

    public static EmulatorReply IdMapping(CrmCall call, ListStore store)
    {
        if (call.Method == "GET")
        {
            var id = call.Http.QueryValue("legacyListId") ?? throw ListErrors.Bad("legacyListId is required", "legacyListId", "");
            return JsonReply.Write(200, ByLegacy(store, id) ?? throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No list was migrated from the legacy list id {id}.") { Context = [new("legacyListId", [id])] }), WriteMapping);
        }
        if (call.Body.ValueKind != JsonValueKind.Array) throw CrmErrors.WrongShape("body", "an array of legacy list ids");
        string[] ids = [.. call.Body.EnumerateArray().Select(id => id.AsText() ?? "")];
        if (ids.Length > MostLegacyIds) throw ListErrors.Bad($"A maximum of {MostLegacyIds} legacy list ids can be mapped in one request", "legacyListIds", ids.Length.ToString(CultureInfo.InvariantCulture));
        return JsonReply.Write(200, (store, ids), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("missingLegacyListIds");
            foreach (var id in state.ids)
                if (ByLegacy(state.store, id) is null) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteStartArray("legacyListIdsToIdsMapping");
            foreach (var id in state.ids)
                if (ByLegacy(state.store, id) is { } list) WriteMapping(json, list);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static EmulatorReply History(CrmCall call, StoredList list)
    {
        var (from, until) = (Moment(call, "startDate", 0), Moment(call, "endDate", call.AtMs));
        return JsonReply.Write(200, (list, from, until), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("sizeHistory");
            foreach (var (atMs, size) in state.list.Sizes.Where(point => point.AtMs >= state.from && point.AtMs <= state.until))
            {
                json.WriteStartObject();
                json.WriteNumber("size", size);
                json.WriteTime("timestamp", atMs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("editHistory");
            foreach (var at in state.list.Edits.Where(at => at >= state.from && at <= state.until)) json.WriteStringValue(JsonReply.Iso(at));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static long Moment(CrmCall call, string name, long otherwise) => call.Http.QueryValue(name) is not { Length: > 0 } text ? otherwise
        : ValueRules.TryMoment(text, out var ms) ? ms : throw ListErrors.Bad($"Unable to parse value for query parameter: {name}", name, text);

    private static StoredList? ByLegacy(ListStore store, string id) => id == "0" ? null : store.All.FirstOrDefault(list => !list.Deleted && list.LegacyId.ToString(CultureInfo.InvariantCulture) == id);

    private static void WriteMapping(Utf8JsonWriter json, StoredList list)
    {
        json.WriteStartObject();
        json.WriteString("listId", list.IdText);
        json.WriteId("legacyListId", list.LegacyId);
        json.WriteEndObject();
    }
}
