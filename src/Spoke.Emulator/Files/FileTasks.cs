using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>What is done later: moving folders, and taking files from an address.</summary>
internal static class FileTasks
{
    /// <summary>
    /// Only this server's own addresses can be taken from: a replay of the log must give the same portal, and an emulator that fetches whatever it is told to
    /// would be a way into the network it runs in.
    /// </summary>
    public static JsonObject Carry(FilesArea area, Portal portal, JsonObject task, long atMs)
    {
        using var input = JsonDocument.Parse(task["input"]!.ToJsonString());
        var root = input.RootElement;
        if (task["kind"]!.GetValue<string>() == "folder") return FolderTree.Change(area, FolderTree.Require(area, root.Text("id")!), root.Text("name"), root.Text("parentFolderId"), atMs);
        var url = new Uri(root.Text("url")!);
        if (FileServing.Own(area, url) is not { } source) throw FileErrors.Bad($"The emulator does not fetch from the network: {url} is not one of its own file addresses", "url", url.ToString());
        var name = root.Text("name") ?? Uri.UnescapeDataString(url.Segments[^1]);
        return FileUpload.Store(area, portal, new FileUpload(name, area.ContentOf(source), root.Text("folderId"), root.Text("folderPath"), UploadSettings.Read(root)), atMs);
    }

    public static EmulatorReply Locator(CrmCall call, long id) => JsonReply.Write(202, (call, id), static (json, state) =>
    {
        json.WriteStartObject();
        json.WriteId("id", state.id);
        json.WriteStartObject("links");
        json.WriteString("status", $"{state.call.LinkBase}/{string.Join('/', state.call.Http.Segments)}/tasks/{state.id}/status");
        json.WriteEndObject();
        json.WriteEndObject();
    }, changed: true);

    public static EmulatorReply Status(CrmCall call, FilesArea area, string id, string kind)
    {
        if (area.Tasks.Find(id) is not { } task || task["kind"]!.GetValue<string>() != kind) throw FileErrors.NoSuchTask(id);
        return JsonReply.Write(200, (call, task, id), static (json, state) =>
        {
            var task = state.task;
            var failed = task["error"]?.GetValue<string>();
            json.WriteStartObject();
            json.WriteString("taskId", state.id);
            json.WriteString("status", task["completedAt"] is null ? "PENDING" : failed is null ? "COMPLETE" : "CANCELED");
            json.WriteTime("requestedAt", task["requestedAt"]!.GetValue<long>());
            json.WriteTime("startedAt", task["requestedAt"]!.GetValue<long>());
            json.WriteTime("completedAt", task["completedAt"]?.GetValue<long>() ?? state.call.AtMs);
            if (task["result"] is { } result)
            {
                json.WritePropertyName("result");
                (result["url"] is null ? result : FileEndpoints.Shown(state.call, result.AsObject())).WriteTo(json);
            }
            if (failed is not null)
            {
                json.WriteNumber("numErrors", 1);
                json.WriteStartArray("errors");
                json.WriteStartObject();
                json.WriteString("status", "error");
                json.WriteString("category", "VALIDATION_ERROR");
                json.WriteString("message", failed);
                json.WriteStartObject("context");
                json.WriteEndObject();
                json.WriteStartObject("links");
                json.WriteEndObject();
                json.WriteStartArray("errors");
                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndArray();
            }
            json.WriteEndObject();
        });
    }
}
