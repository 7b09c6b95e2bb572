using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>Answers of files and folders, whole or only the members asked for.</summary>
internal static class FileJson
{
    private static readonly string[] Always = ["id", "createdAt", "updatedAt", "archived", "access"];

    public static EmulatorReply Reply(int status, JsonObject document, bool changed = false) => JsonReply.Write(status, document, static (json, document) => document.WriteTo(json), changed);

    public static JsonObject Part(CrmCall call, JsonObject document)
    {
        if (call.Names("properties") is not { Count: > 0 } names) return document;
        var part = new JsonObject();
        foreach (var (name, value) in document)
            if (Always.Contains(name) || names.Contains(name)) part[name] = value?.DeepClone();
        return part;
    }
}
