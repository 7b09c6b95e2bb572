using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>Every refusal about files and folders.</summary>
internal static class FileErrors
{
    public static CrmRefusal NoSuchFile(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"File with id {id} does not exist") { Context = [new("id", [id])] });

    public static CrmRefusal NoSuchFolder(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Folder {id} does not exist") { Context = [new("folder", [id])] });

    public static CrmRefusal NoSuchTask(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Task {id} does not exist") { Context = [new("taskId", [id])] });

    public static CrmRefusal Duplicate(string existing) => new(new ErrorBody(409, "CONFLICT", $"A file with the same content already exists: {existing}") { Context = [new("existingId", [existing])] });

    public static CrmRefusal FolderExists(string path) => new(new ErrorBody(409, "CONFLICT", $"A folder already exists at {path}") { Context = [new("path", [path])] });

    public static CrmRefusal Full(long mostBytes) => CrmErrors.Bad($"This emulated account keeps at most {mostBytes / (1024 * 1024)} MiB of files");

    public static CrmRefusal Bad(string message, string key = "file", string value = "") => CrmErrors.Bad(message, key, value);

    public static EmulatorReply NotMultipart() => new ErrorBody(415, null, "HTTP 415 Unsupported Media Type: the body must be multipart/form-data").ToReply();
}
