using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>Folders by path and id. A path starts with a slash; the root is no folder and has no id.</summary>
internal static class FolderTree
{
    public static JsonObject? Find(FilesArea area, string idOrPath)
    {
        if (area.Folders.Find(idOrPath) is { } byId && !byId["archived"]!.GetValue<bool>()) return byId;
        var path = Clean(idOrPath);
        return area.Folders.All.FirstOrDefault(folder => !folder["archived"]!.GetValue<bool>() && folder["path"]!.GetValue<string>().Equals(path, StringComparison.OrdinalIgnoreCase));
    }

    public static JsonObject Require(FilesArea area, string idOrPath) => Find(area, idOrPath) ?? throw FileErrors.NoSuchFolder(idOrPath);

    /// <summary>The folder at a path, made with everything above it if need be; null is the root.</summary>
    public static JsonObject? Make(FilesArea area, Portal portal, string path, long atMs)
    {
        JsonObject? parent = null;
        foreach (var name in Clean(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
            parent = Find(area, Join(parent, name)) ?? Add(area, portal, parent, name, atMs);
        return parent;
    }

    public static JsonObject Add(FilesArea area, Portal portal, JsonObject? parent, string name, long atMs)
    {
        name = name.Trim().Replace('/', '-');
        if (name.Length is 0 or > 255) throw FileErrors.Bad("A folder's name must have 1 to 255 characters", "name", name);
        var path = Join(parent, name);
        if (Find(area, path) is not null) throw FileErrors.FolderExists(path);
        var id = portal.NextRecordId();
        var folder = new JsonObject
        {
            ["id"] = id.ToString(CultureInfo.InvariantCulture),
            ["name"] = name,
            ["path"] = path,
            ["parentFolderId"] = parent?["id"]!.DeepClone(),
            ["archived"] = false,
            ["createdAt"] = JsonReply.Iso(atMs),
            ["updatedAt"] = JsonReply.Iso(atMs),
        };
        area.Folders.Put(id, folder);
        return folder;
    }

    public static JsonObject Change(FilesArea area, JsonObject folder, string? name, string? parentId, long atMs)
    {
        var parent = parentId is null ? Parent(area, folder) : parentId == "0" ? null : Require(area, parentId);
        for (var above = parent; above is not null; above = Parent(area, above))
            if (above == folder) throw FileErrors.Bad("A folder cannot be moved into itself", "parentFolderId", parentId ?? "");
        var path = Join(parent, (name ?? folder["name"]!.GetValue<string>()).Trim().Replace('/', '-'));
        if (Find(area, path) is { } other && other != folder) throw FileErrors.FolderExists(path);
        var before = folder["path"]!.GetValue<string>();
        folder["name"] = path[(path.LastIndexOf('/') + 1)..];
        folder["parentFolderId"] = parent?["id"]!.DeepClone();
        folder["updatedAt"] = JsonReply.Iso(atMs);
        foreach (var below in area.Folders.All.Concat(area.Files.All).Where(one => (one["path"]!.GetValue<string>() + "/").StartsWith(before + "/", StringComparison.Ordinal)).ToArray())
            below["path"] = path + below["path"]!.GetValue<string>()[before.Length..];
        return folder;
    }

    /// <summary>With everything in it.</summary>
    public static void Archive(FilesArea area, JsonObject folder, long atMs)
    {
        var prefix = folder["path"]!.GetValue<string>() + "/";
        foreach (var (id, file) in area.Alive.Where(pair => pair.Value["path"]!.GetValue<string>().StartsWith(prefix, StringComparison.Ordinal)).ToArray()) area.Archive(id, file, atMs);
        foreach (var below in area.Folders.All.Where(one => one == folder || one["path"]!.GetValue<string>().StartsWith(prefix, StringComparison.Ordinal)))
        {
            below["archived"] = true;
            below["archivedAt"] = JsonReply.Iso(atMs);
        }
    }

    public static string Join(JsonObject? parent, string name) => $"{parent?["path"]?.GetValue<string>()}/{name}";

    private static string Clean(string path) => "/" + path.Trim('/', ' ');

    private static JsonObject? Parent(FilesArea area, JsonObject folder) => folder["parentFolderId"]?.GetValue<string>() is { } id ? area.Folders.Find(id) : null;
}
