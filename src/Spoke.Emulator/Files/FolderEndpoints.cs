using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

internal static class FolderEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, FilesArea area, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("POST", []):
                var (parentId, parentPath) = (call.BodyObject.Text("parentFolderId"), call.Body.Text("parentPath"));
                if (parentId is not null && parentPath is not null) throw FileErrors.Bad("Only one of parentFolderId and parentPath can be given", "parentPath", parentPath);
                var name = call.Body.RequiredText("FolderInput", "name");
                var parent = parentId is not null ? FolderTree.Require(area, parentId) : parentPath is not null ? FolderTree.Make(area, call.Portal, parentPath, call.AtMs) : null;
                return FileJson.Reply(201, FolderTree.Add(area, call.Portal, parent, name, call.AtMs), changed: true);
            case ("GET", ["search"]): return FileSearch.Find(call, area.Folders.All.Where(folder => !folder["archived"]!.GetValue<bool>()));
            case ("POST", ["update", "async"]):
                var id = call.BodyObject.RequiredText("FolderUpdateInputWithId", "id");
                FolderTree.Require(area, id);
                area.AddTask(new JsonObject { ["kind"] = "folder", ["input"] = JsonNode.Parse(call.Body.GetRawText()) }, call, out var number);
                return FileTasks.Locator(call, number);
            case ("GET", ["update", "async", "tasks", var task, "status"]): return FileTasks.Status(call, area, task, "folder");
            case ("GET", [var which]): return FileJson.Reply(200, FileJson.Part(call, FolderTree.Require(area, which)));
            case ("PATCH", [var which]):
                return FileJson.Reply(200, FolderTree.Change(area, FolderTree.Require(area, which), call.BodyObject.Text("name"), call.Body.Text("parentFolderId"), call.AtMs), changed: true);
            case ("DELETE", [var which]):
                FolderTree.Archive(area, FolderTree.Require(area, which), call.AtMs);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }
}
