using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

internal static class FolderEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, ListStore store, string[] rest)
    {
        var folders = store.Folders;
        switch (call.Method, rest)
        {
            case ("GET", []): return Reply(store, folders.Require(call.Http.QueryValue("folderId") is { Length: > 0 } asked ? asked : "0"));
            case ("POST", []):
                var name = call.BodyObject.RequiredText("ListFolderCreateRequest", "name");
                var parent = folders.Require(call.Body.Text("parentFolderId") ?? "0");
                CheckName(folders, name, parent, null);
                return Reply(store, folders.Add(name, parent.Id, call.AtMs, call.Caller.UserId), changed: true);
            case ("PUT", ["move-list"]):
                var list = store.Require(call.BodyObject.RequiredText("ListMoveRequest", "listId"));
                list.FolderId = folders.Require(call.Body.RequiredText("ListMoveRequest", "newFolderId")).Id;
                return JsonReply.Empty(changed: true);
            case ("PUT", [var id, "rename"]):
                var renamed = Mine(folders, id);
                var newName = call.Http.QueryValue("newFolderName") is { Length: > 0 } text ? text : throw ListErrors.Bad("newFolderName is required", "newFolderName", "");
                CheckName(folders, newName, folders.Find(renamed.ParentId)!, renamed);
                renamed.Name = newName;
                renamed.UpdatedMs = call.AtMs;
                return Reply(store, renamed, changed: true);
            case ("PUT", [var id, "move", var target]):
                var (moved, into) = (Mine(folders, id), folders.Require(target));
                if (folders.IsWithin(into.Id, moved.Id)) throw ListErrors.Bad("A folder cannot be moved into itself.", "newParentFolderId", target);
                CheckName(folders, moved.Name, into, moved);
                moved.ParentId = into.Id;
                moved.UpdatedMs = call.AtMs;
                return Reply(store, moved, changed: true);
            case ("DELETE", [var id]):
                var gone = Mine(folders, id);
                if (folders.ChildrenOf(gone.Id).Any() || store.All.Any(one => !one.Deleted && one.FolderId == gone.Id))
                    throw ListErrors.Bad($"Folder {id} is not empty.", "folderId", id);
                folders.Remove(gone);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    private static ListFolder Mine(ListFolders folders, string id) =>
        folders.Require(id) is { Id: not 0 } folder ? folder : throw ListErrors.Bad("The root folder cannot be changed.", "folderId", id);

    private static void CheckName(ListFolders folders, string name, ListFolder parent, ListFolder? own)
    {
        if (folders.ChildrenOf(parent.Id).Any(folder => folder != own && folder.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw ListErrors.Bad($"There is already a folder named {name} in folder {parent.Id.ToString(CultureInfo.InvariantCulture)}.", "name", name);
    }

    private static EmulatorReply Reply(ListStore store, ListFolder folder, bool changed = false) => JsonReply.Write(200, (store, folder), static (json, state) =>
    {
        json.WriteStartObject();
        json.WritePropertyName("folder");
        state.folder.Write(json, state.store);
        json.WriteEndObject();
    }, changed);
}
