using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

internal static class FileEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, FilesArea area, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("POST", []): return Upload(call, area);
            case ("GET", ["search"]): return FileSearch.Find(call, area.Alive.Select(pair => Shown(call, pair.Value)));
            case ("GET", ["stat", .. var path]): return Stat(call, area, string.Join('/', path));
            case ("POST", ["import-from-url", "async"]): return Import(call, area);
            case ("GET", ["import-from-url", "async", "tasks", var task, "status"]): return FileTasks.Status(call, area, task, "file");
            case ("GET", [var id]): return FileJson.Reply(200, FileJson.Part(call, Shown(call, area.Require(id).File)));
            case ("PUT", [var id]): return Replace(call, area, id);
            case ("PATCH", [var id]): return Change(call, area, id);
            case ("DELETE", [var id]):
                var (number, file) = area.Require(id);
                area.Archive(number, file, call.AtMs);
                return JsonReply.Empty(changed: true);
            case ("DELETE", [var id, "gdpr-delete"]):
                var (gone, _) = area.Require(id);
                area.Drop(gone);
                area.Files.Remove(gone);
                return JsonReply.Empty(changed: true);
            case ("GET", [var id, "signed-url"]) when area.Require(id) is var (signed, one): return FileServing.SignedUrl(call, signed, one);
            case ("GET", [var id, "download"]) when area.Require(id) is var (wanted, one): return FileServing.Bytes(area, wanted, one);
            default: return null;
        }
    }

    private static EmulatorReply Upload(CrmCall call, FilesArea area)
    {
        if (MultipartBody.Read(call.Http.ContentType, call.Http.Body) is not { } parts) return FileErrors.NotMultipart();
        var part = parts.FirstOrDefault(part => part.Name == "file") ?? throw FileErrors.Bad("The part file is missing");
        using var options = Options(parts);
        var name = Text(parts, "fileName") ?? part.FileName ?? throw FileErrors.Bad("The file has no name: send fileName or a file name with the part", "fileName");
        if (!name.Contains('.', StringComparison.Ordinal) && part.FileName?.LastIndexOf('.') is > 0 and var dot) name += part.FileName[dot..];
        var upload = new FileUpload(name, part.Content, Text(parts, "folderId"), Text(parts, "folderPath"), UploadSettings.Read(options.RootElement));
        return FileJson.Reply(201, Shown(call, FileUpload.Store(area, call.Portal, upload, call.AtMs)), changed: true);
    }

    private static EmulatorReply Replace(CrmCall call, FilesArea area, string id)
    {
        if (MultipartBody.Read(call.Http.ContentType, call.Http.Body) is not { } parts) return FileErrors.NotMultipart();
        var (number, file) = area.Require(id);
        var part = parts.FirstOrDefault(part => part.Name == "file") ?? throw FileErrors.Bad("The part file is missing");
        if (part.FileName is { } name && FileUpload.Split(name).Extension != file["extension"]!.GetValue<string>()) throw FileErrors.Bad("A file can only be replaced by one with the same extension", "file", name);
        var access = file["access"]!.GetValue<string>();
        if (parts.Any(one => one.Name == "options"))
        {
            using var options = Options(parts);
            access = options.RootElement.Text("access") is { } wanted ? UploadSettings.CheckAccess(wanted) : access;
        }
        area.Keep(number, part.Content);
        file["size"] = part.Content.Length;
        file["fileMd5"] = FileUpload.Md5(part.Content);
        file["access"] = access;
        file["updatedAt"] = JsonReply.Iso(call.AtMs);
        return FileJson.Reply(200, Shown(call, file), changed: true);
    }

    private static EmulatorReply Change(CrmCall call, FilesArea area, string id)
    {
        var (number, file) = area.Require(id);
        var body = call.BodyObject;
        var (folderId, folderPath) = (body.Text("parentFolderId"), body.Text("parentFolderPath"));
        if (folderId is not null && folderPath is not null) throw FileErrors.Bad("Only one of parentFolderId and parentFolderPath can be given", "parentFolderPath", folderPath);
        var access = body.Text("access") is { } wanted ? UploadSettings.CheckAccess(wanted) : file["access"]!.GetValue<string>();
        var expires = file["expiresAt"]?.GetValue<long>();
        if (body.Text("expiresAt") is { } text) expires = ValueRules.TryMoment(text, out var ms) ? ms : throw CrmErrors.WrongShape("expiresAt", "a time");
        var folder = folderId is not null ? FolderTree.Require(area, folderId) : folderPath is not null ? FolderTree.Make(area, call.Portal, folderPath, call.AtMs)
            : file["parentFolderId"]?.GetValue<string>() is { } current ? area.Folders.Find(current) : null;
        var extension = file["extension"]!.GetValue<string>();
        var name = body.Text("name") is { } newName ? FileUpload.Split(newName + (extension.Length > 0 && !newName.EndsWith("." + extension, StringComparison.OrdinalIgnoreCase) ? "." + extension : "")).Name : file["name"]!.GetValue<string>();
        var path = FolderTree.Join(folder, extension.Length > 0 ? $"{name}.{extension}" : name);
        if (area.Alive.Any(pair => pair.Key != number && pair.Value["path"]!.GetValue<string>().Equals(path, StringComparison.OrdinalIgnoreCase))) throw FileErrors.Bad($"There is already a file at {path}", "name", name);
        FileUpload.Describe(call.Portal, file, number, folder, name, extension);
        file["access"] = access;
        file["expiresAt"] = body.Bool("clearExpires") == true ? null : expires;
        if (body.Bool("isUsableInContent") is { } usable) file["isUsableInContent"] = usable;
        file["updatedAt"] = JsonReply.Iso(call.AtMs);
        return FileJson.Reply(200, Shown(call, file), changed: true);
    }

    private static EmulatorReply Stat(CrmCall call, FilesArea area, string path)
    {
        var wanted = "/" + path.Trim('/');
        if (area.Alive.Select(pair => pair.Value).FirstOrDefault(file => file["path"]!.GetValue<string>().Equals(wanted, StringComparison.OrdinalIgnoreCase)) is { } found)
            return FileJson.Reply(200, new JsonObject { ["file"] = FileJson.Part(call, Shown(call, found)).DeepClone() });
        return FileJson.Reply(200, new JsonObject { ["folder"] = FolderTree.Require(area, path).DeepClone() });
    }

    private static EmulatorReply Import(CrmCall call, FilesArea area)
    {
        var url = call.BodyObject.RequiredText("ImportFromUrlInput", "url");
        UploadSettings.Read(call.Body);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)) throw FileErrors.Bad($"url must be an address with http or https, not {url}", "url", url);
        if (call.Body.Text("folderId") is null == call.Body.Text("folderPath") is null) throw FileErrors.Bad("Exactly one of folderId and folderPath is required", "folderPath", "");
        area.AddTask(new JsonObject { ["kind"] = "file", ["input"] = JsonNode.Parse(call.Body.GetRawText()) }, call, out var id);
        return FileTasks.Locator(call, id);
    }

    /// <summary>Addresses are kept without the server in front, which may be another one next time.</summary>
    public static JsonObject Shown(CrmCall call, JsonObject file)
    {
        var shown = file.DeepClone().AsObject();
        foreach (var name in (string[])["url", "defaultHostingUrl"]) shown[name] = call.LinkBase + file[name]!.GetValue<string>();
        return shown;
    }

    private static string? Text(IReadOnlyList<BodyPart> parts, string name) => parts.FirstOrDefault(part => part.Name == name)?.Text is { Length: > 0 } text ? text : null;

    private static JsonDocument Options(IReadOnlyList<BodyPart> parts)
    {
        try
        {
            return JsonDocument.Parse(Text(parts, "options") ?? throw FileErrors.Bad("The part options is missing; it must be JSON with access", "options"));
        }
        catch (JsonException error)
        {
            throw CrmErrors.InvalidJson(error, empty: false);
        }
    }
}
