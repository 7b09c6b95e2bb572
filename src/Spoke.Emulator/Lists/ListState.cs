using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>A list in the saved state of the portal.</summary>
internal static class ListState
{
    public static void Write(Utf8JsonWriter json, StoredList list)
    {
        json.WriteStartObject();
        json.WriteNumber("id", list.Id);
        json.WriteString("type", list.Type.Id);
        json.WriteString("name", list.Name);
        json.WriteString("processing", list.Processing);
        json.WriteNumber("version", list.Version);
        json.WriteNumber("folder", list.FolderId);
        json.WriteNumber("legacy", list.LegacyId);
        json.WriteNumber("created", list.CreatedMs);
        json.WriteNumber("updated", list.UpdatedMs);
        json.WriteNumber("filtersUpdated", list.FiltersUpdatedMs);
        json.WriteNumber("deleted", list.DeletedMs);
        json.WriteNumber("createdBy", list.CreatedBy);
        json.WriteNumber("updatedBy", list.UpdatedBy);
        json.WriteNumber("lastAdded", list.LastAddedMs);
        json.WriteNumber("lastRemoved", list.LastRemovedMs);
        json.WriteNumber("conversionAt", list.ConversionMs);
        json.WriteNumber("converted", list.ConvertedMs);
        WriteNode(json, "filterBranch", list.FilterBranch);
        WriteNode(json, "permissions", list.Permissions);
        WriteNode(json, "membership", list.Membership);
        WriteNode(json, "conversion", list.Conversion);
        json.WriteStartArray("edits");
        foreach (var at in list.Edits) json.WriteNumberValue(at);
        json.WriteEndArray();
        json.WriteStartArray("sizes");
        foreach (var (atMs, size) in list.Sizes)
        {
            json.WriteNumberValue(atMs);
            json.WriteNumberValue(size);
        }
        json.WriteEndArray();
        list.Members.Save(json);
        list.SaveSchedule(json);
        json.WriteEndObject();
    }

    public static StoredList Read(JsonElement saved, Portal portal)
    {
        var list = new StoredList(Number("id"), portal.Types.Find(saved.Text("type")!))
        {
            Name = saved.Text("name")!,
            Processing = saved.Text("processing")!,
            Version = (int)Number("version"),
            FolderId = Number("folder"),
            LegacyId = Number("legacy"),
            CreatedMs = Number("created"),
            UpdatedMs = Number("updated"),
            FiltersUpdatedMs = Number("filtersUpdated"),
            DeletedMs = Number("deleted"),
            CreatedBy = Number("createdBy"),
            UpdatedBy = Number("updatedBy"),
            LastAddedMs = Number("lastAdded"),
            LastRemovedMs = Number("lastRemoved"),
            ConversionMs = Number("conversionAt"),
            ConvertedMs = Number("converted"),
            FilterBranch = Node("filterBranch"),
            Permissions = Node("permissions"),
            Membership = Node("membership"),
            Conversion = Node("conversion"),
        };
        list.Edits.AddRange(saved.GetProperty("edits").EnumerateArray().Select(at => at.GetInt64()));
        list.Sizes.AddRange(saved.GetProperty("sizes").EnumerateArray().Select(number => number.GetInt64()).Chunk(2).Select(pair => (pair[0], pair[1])));
        list.Members.Load(saved);
        list.LoadSchedule(saved);
        return list;

        long Number(string name) => saved.GetProperty(name).GetInt64();

        JsonObject? Node(string name) => saved.TryGetProperty(name, out var value) ? JsonNode.Parse(value.GetRawText())!.AsObject() : null;
    }

    private static void WriteNode(Utf8JsonWriter json, string name, JsonObject? node)
    {
        if (node is null) return;
        json.WritePropertyName(name);
        node.WriteTo(json);
    }
}
