using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>The folders lists lie in: a tree below the root, whose id is 0.</summary>
internal sealed class ListFolders
{
    private readonly SortedDictionary<long, ListFolder> folders = new() { [0] = new ListFolder(0) { Name = "", ParentId = -1 } };

    public long LastId { get; set; }

    public ListFolder Require(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && folders.TryGetValue(number, out var folder) ? folder : throw ListErrors.FolderNotFound(id);

    public ListFolder? Find(long id) => folders.GetValueOrDefault(id);

    public IEnumerable<ListFolder> ChildrenOf(long id) => folders.Values.Where(folder => folder.ParentId == id);

    public ListFolder Add(string name, long parentId, long atMs, long userId)
    {
        var folder = new ListFolder(++LastId) { Name = name, ParentId = parentId, CreatedMs = atMs, UpdatedMs = atMs, UserId = userId };
        folders[folder.Id] = folder;
        return folder;
    }

    public void Remove(ListFolder folder) => folders.Remove(folder.Id);

    public bool IsWithin(long id, long ancestor)
    {
        for (var at = id; at > 0 && folders.TryGetValue(at, out var folder); at = folder.ParentId)
            if (at == ancestor) return true;
        return false;
    }

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartArray("folders");
        foreach (var folder in folders.Values.Where(folder => folder.Id != 0))
        {
            json.WriteStartObject();
            json.WriteNumber("id", folder.Id);
            json.WriteString("name", folder.Name);
            json.WriteNumber("parent", folder.ParentId);
            json.WriteNumber("created", folder.CreatedMs);
            json.WriteNumber("updated", folder.UpdatedMs);
            json.WriteNumber("user", folder.UserId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public void Load(JsonElement saved)
    {
        foreach (var folder in saved.GetProperty("folders").EnumerateArray())
            folders[folder.GetProperty("id").GetInt64()] = new ListFolder(folder.GetProperty("id").GetInt64())
            {
                Name = folder.Text("name")!,
                ParentId = folder.GetProperty("parent").GetInt64(),
                CreatedMs = folder.GetProperty("created").GetInt64(),
                UpdatedMs = folder.GetProperty("updated").GetInt64(),
                UserId = folder.GetProperty("user").GetInt64(),
            };
    }
}

internal sealed class ListFolder(long id)
{
    public long Id { get; } = id;
    public required string Name { get; set; }
    public long ParentId { get; set; }
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }
    public long UserId { get; init; }

    public void Write(Utf8JsonWriter json, ListStore store)
    {
        json.WriteStartObject();
        json.WriteId("id", Id);
        json.WriteString("parentFolderId", ParentId < 0 ? "0" : ParentId.ToString(CultureInfo.InvariantCulture));
        if (Id != 0)
        {
            json.WriteString("name", Name);
            json.WriteTime("createdAt", CreatedMs);
            json.WriteTime("updatedAt", UpdatedMs);
            json.WriteNumber("userId", UserId);
        }
        json.WriteStartArray("childLists");
        foreach (var list in store.All)
            if (!list.Deleted && list.FolderId == Id) json.WriteNumberValue(list.Id);
        json.WriteEndArray();
        json.WriteStartArray("childNodes");
        foreach (var child in store.Folders.ChildrenOf(Id)) child.Write(json, store);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
