using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Writes lists as HubSpot answers them.</summary>
internal static class ListJson
{
    public static EmulatorReply Reply(string member, StoredList list, bool withFilters, bool changed = false) =>
        JsonReply.Write(200, (member, list, withFilters), static (json, state) =>
        {
            json.WriteStartObject();
            json.WritePropertyName(state.member);
            Write(json, state.list, state.withFilters);
            json.WriteEndObject();
        }, changed);

    public static void Write(Utf8JsonWriter json, StoredList list, bool withFilters)
    {
        json.WriteStartObject();
        WriteCommon(json, list);
        json.WriteNumber("size", list.Members.Count);
        if (withFilters && list.FilterBranch is { } branch) WriteNode(json, "filterBranch", branch);
        if (list.Permissions is { } permissions) WriteNode(json, "listPermissions", permissions);
        if (list.Membership is { } membership) WriteNode(json, "membershipSettings", membership);
        json.WriteEndObject();
    }

    /// <summary>A search result: no filters, but the properties asked for.</summary>
    public static void WriteFound(Utf8JsonWriter json, StoredList list, IReadOnlyList<string> wanted, ListStore store)
    {
        json.WriteStartObject();
        WriteCommon(json, list);
        json.WriteStartObject("additionalProperties");
        foreach (var name in wanted.Append("hs_list_size").Distinct())
            if (Property(list, name, store) is { } value) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? Property(StoredList list, string name, ListStore store) => name switch
    {
        "hs_list_size" => Text(list.Members.Count),
        "hs_last_record_added_at" => list.LastAddedMs == 0 ? null : Text(list.LastAddedMs),
        "hs_last_record_removed_at" => list.LastRemovedMs == 0 ? null : Text(list.LastRemovedMs),
        "hs_folder_name" => store.Folders.Find(list.FolderId)?.Name,
        "hs_list_reference_count" => Text(store.DependentsOf(list.Id).Count()),
        "hs_list_size_week_delta" => Text(list.Members.Count - list.Sizes.Where(point => point.AtMs <= list.UpdatedMs - (7L * 24 * 60 * 60 * 1000)).Select(point => point.Size).LastOrDefault()),
        _ => null,
    };

    private static void WriteCommon(Utf8JsonWriter json, StoredList list)
    {
        json.WriteString("listId", list.IdText);
        json.WriteNumber("listVersion", list.Version);
        json.WriteTime("createdAt", list.CreatedMs);
        json.WriteTime("updatedAt", list.UpdatedMs);
        if (list.FiltersUpdatedMs != 0) json.WriteTime("filtersUpdatedAt", list.FiltersUpdatedMs);
        if (list.Deleted) json.WriteTime("deletedAt", list.DeletedMs);
        json.WriteString("processingStatus", "COMPLETE");
        json.WriteId("createdById", list.CreatedBy);
        json.WriteId("updatedById", list.UpdatedBy);
        json.WriteString("processingType", list.Processing);
        json.WriteString("objectTypeId", list.Type.Id);
        json.WriteString("name", list.Name);
    }

    private static void WriteNode(Utf8JsonWriter json, string name, System.Text.Json.Nodes.JsonObject node)
    {
        json.WritePropertyName(name);
        node.WriteTo(json);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
