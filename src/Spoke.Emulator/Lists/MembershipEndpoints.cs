using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Who is on a list: pages of it, and changes by hand to lists without a living filter.</summary>
internal static class MembershipEndpoints
{
    private const int MostIds = 100_000;
    private const int LargestPage = 250;

    public static EmulatorReply? Handle(CrmCall call, ListsArea area, StoredList list, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("GET", []): return Page(call, list, inJoinOrder: false);
            case ("GET", ["join-order"]): return Page(call, list, inJoinOrder: true);
            case ("PUT", ["add"]): return Change(call, area, list, Ids(call.Body), []);
            case ("PUT", ["remove"]): return Change(call, area, list, [], Ids(call.Body));
            case ("PUT", ["add-and-remove"]):
                var body = call.BodyObject;
                return Change(call, area, list, body.Texts("recordIdsToAdd"), body.Texts("recordIdsToRemove"));
            case ("PUT", ["add-from", var source]):
                var from = area.Store.Require(source);
                if (from.Type != list.Type) throw ListErrors.Bad($"List {from.Id} holds objects of type {from.Type.Id}, list {list.Id} of type {list.Type.Id}.", "sourceListId", source);
                if (from.Members.Count > MostIds) throw ListErrors.TooMany(MostIds);
                Change(call, area, list, [.. from.Members.Ids.Select(id => id.ToString(CultureInfo.InvariantCulture))], []);
                return JsonReply.Empty(changed: true);
            case ("DELETE", []):
                Change(call, area, list, [], [.. list.Members.Ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    private static IReadOnlyList<string> Ids(JsonElement body) => body.ValueKind == JsonValueKind.Array
        ? [.. body.EnumerateArray().Select(id => id.AsText() ?? throw CrmErrors.WrongShape("body", "an array of record ids"))]
        : throw CrmErrors.WrongShape("body", "an array of record ids");

    private static EmulatorReply Change(CrmCall call, ListsArea area, StoredList list, IReadOnlyList<string> add, IReadOnlyList<string> remove)
    {
        if (list.Processing == StoredList.Dynamic) throw ListErrors.WrongKind(list, "MANUAL or SNAPSHOT");
        if (add.Count + remove.Count > MostIds) throw ListErrors.TooMany(MostIds);
        List<string> added = [], removed = [], missing = [];
        foreach (var id in add)
        {
            if (list.Type.Records.Find(id) is not { Archived: false } record) missing.Add(id);
            else if (!list.Members.Contains(record.Id))
            {
                area.Engine.Join(list, record, call.AtMs);
                added.Add(id);
            }
        }
        foreach (var id in remove)
        {
            if (list.Type.Records.Find(id) is not { } record) missing.Add(id);
            else if (list.Members.Contains(record.Id))
            {
                area.Engine.Leave(list, record, call.AtMs);
                removed.Add(id);
            }
        }
        area.Engine.Work(call.AtMs);
        if (added.Count + removed.Count > 0) list.UpdatedMs = call.AtMs;
        return JsonReply.Write(200, (added, removed, missing), static (json, state) =>
        {
            json.WriteStartObject();
            // The misspelling is HubSpot's.
            WriteIds(json, "recordsIdsAdded", state.added);
            WriteIds(json, "recordIdsRemoved", state.removed);
            WriteIds(json, "recordIdsMissing", state.missing);
            json.WriteEndObject();
        }, changed: added.Count + removed.Count > 0);
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<string> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids) json.WriteStringValue(id);
        json.WriteEndArray();
    }

    private static EmulatorReply Page(CrmCall call, StoredList list, bool inJoinOrder)
    {
        var limit = call.Limit(100, LargestPage);
        var (after, before) = (call.Http.QueryValue("after"), call.Http.QueryValue("before"));
        var members = list.Members;
        var all = inJoinOrder ? Between(members.InJoinOrder, Place(after), Place(before)) : Between(members.Ids, Number(after), Number(before));
        var backwards = string.IsNullOrEmpty(after) && !string.IsNullOrEmpty(before);
        var page = (backwards ? all.Reverse() : all).Take(limit + 1).ToArray();
        var more = page.Length > limit;
        var shown = page.Take(limit).ToArray();
        if (backwards) Array.Reverse(shown);
        return JsonReply.Write(200, (call, list, shown, next: (more && !backwards) || (backwards && shown.Length > 0) ? Cursor(shown[^1]) : null, prev: shown.Length > 0 && (backwards ? more : !string.IsNullOrEmpty(after)) ? Cursor(shown[0]) : null), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", state.list.Members.Count);
            json.WriteStartArray("results");
            foreach (var (atMs, id) in state.shown)
            {
                json.WriteStartObject();
                json.WriteId("recordId", id);
                json.WriteTime("membershipTimestamp", atMs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (state.next is not null || state.prev is not null)
            {
                json.WriteStartObject("paging");
                WriteCursor(json, state.call, "next", "after", state.next);
                WriteCursor(json, state.call, "prev", "before", state.prev);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });

        string Cursor((long AtMs, long Id) member) => inJoinOrder
            ? string.Create(CultureInfo.InvariantCulture, $"{member.AtMs}-{member.Id}")
            : member.Id.ToString(CultureInfo.InvariantCulture);

        IEnumerable<(long, long)> Between<T>(SortedSet<T> set, T? from, T? until) where T : struct
        {
            var (low, high) = (from ?? set.Min, until ?? set.Max);
            var view = set.Count == 0 || set.Comparer.Compare(low, high) > 0 ? [] : set.GetViewBetween(low, high);
            return view.Where(item => !item.Equals(from) && !item.Equals(until)).Select(item => item is long id ? (members.JoinedMs(id), id) : ((long, long))(object)item);
        }
    }

    private static void WriteCursor(Utf8JsonWriter json, CrmCall call, string name, string parameter, string? cursor)
    {
        if (cursor is null) return;
        json.WriteStartObject(name);
        json.WriteString(parameter, cursor);
        if (parameter == "after") json.WriteString("link", call.NextLink(cursor));
        json.WriteEndObject();
    }

    private static long? Number(string? cursor) => string.IsNullOrEmpty(cursor) ? null
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw CrmErrors.Bad($"Invalid paging cursor: {cursor}", "after", cursor);

    private static (long, long)? Place(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return null;
        var parts = cursor.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (at, id)
            : throw CrmErrors.Bad($"Invalid paging cursor: {cursor}", "after", cursor);
    }
}
