using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.StaticFiles;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>Gives files out: public ones at their address, private ones at an address that is good for a while.</summary>
internal static class FileServing
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>Under the account's own domain in HubSpot; here below the server's address, which the caller puts in front.</summary>
    public static string Address(Portal portal, string path) =>
        string.Create(CultureInfo.InvariantCulture, $"/hubfs/{portal.HubId}{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    public static EmulatorReply? Serve(CrmCall call, FilesArea area)
    {
        if (call.Method != "GET") return null;
        if (call.Rest[0] == "signed-files") return Signed(call, area, call.Rest[2], call.Rest[3]);
        var path = "/" + string.Join('/', call.Rest.Skip(2));
        foreach (var (id, file) in area.Alive)
            if (file["path"]!.GetValue<string>() == path) return IsPublic(file) ? Bytes(area, id, file) : Page(404);
        return Page(404);
    }

    public static EmulatorReply Bytes(FilesArea area, long id, JsonObject file) =>
        new(200, area.ContentOf(id), Types.TryGetContentType("x." + file["extension"]!.GetValue<string>(), out var type) ? type : "application/octet-stream");

    public static EmulatorReply SignedUrl(CrmCall call, long id, JsonObject file)
    {
        var text = call.Http.QueryValue("expirationSeconds");
        var seconds = 300L;
        if (text is not null && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is 0 or > 31_536_000)) throw FileErrors.Bad("expirationSeconds must be a whole number above 0", "expirationSeconds", text);
        var until = call.AtMs + (seconds * 1000);
        var name = file["name"]!.GetValue<string>();
        var extension = file["extension"]!.GetValue<string>();
        return JsonReply.Write(200, new JsonObject
        {
            ["expiresAt"] = JsonReply.Iso(until),
            ["extension"] = extension,
            ["name"] = name,
            ["size"] = file["size"]!.DeepClone(),
            ["type"] = file["type"]!.DeepClone(),
            ["url"] = string.Create(CultureInfo.InvariantCulture, $"{call.LinkBase}/signed-files/{call.Portal.HubId}/{KeyOf(id, until)}/{until}/{Uri.EscapeDataString(name)}.{extension}"),
        }, static (json, answer) => answer.WriteTo(json));
    }

    /// <summary>The file behind one of this server's own addresses.</summary>
    public static long? Own(FilesArea area, Uri url)
    {
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        if (segments.Length < 3 || segments[0] != "hubfs") return null;
        var path = "/" + string.Join('/', segments.Skip(2));
        foreach (var (id, file) in area.Alive)
            if (file["path"]!.GetValue<string>() == path && IsPublic(file)) return id;
        return null;
    }

    public static string KindOf(string extension) => extension switch
    {
        "png" or "jpg" or "jpeg" or "gif" or "webp" or "svg" or "bmp" or "ico" => "IMG",
        "mp3" or "wav" or "ogg" or "m4a" => "AUDIO",
        "mp4" or "mov" or "avi" or "webm" or "mkv" => "MOVIE",
        "pdf" or "doc" or "docx" or "xls" or "xlsx" or "ppt" or "pptx" or "csv" or "odt" => "DOCUMENT",
        "txt" or "md" or "json" or "xml" or "html" or "css" or "js" => "TEXT",
        _ => "OTHER",
    };

    private static EmulatorReply Signed(CrmCall call, FilesArea area, string key, string until)
    {
        if (!long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var untilMs) || untilMs < call.AtMs) return Page(403);
        foreach (var (id, file) in area.Alive)
            if (KeyOf(id, untilMs) == key) return Bytes(area, id, file);
        return Page(403);
    }

    private static bool IsPublic(JsonObject file) => file["access"]!.GetValue<string>().EndsWith("INDEXABLE", StringComparison.Ordinal);

    private static string KeyOf(long id, long untilMs) => DocumentShelf.GuidOf(id ^ (untilMs << 8) ^ 0x5F3759DF);

    private static EmulatorReply Page(int status) => new(status, Encoding.UTF8.GetBytes($"<!doctype html><title>{status}</title><p>{(status == 404 ? "Not found" : "Access denied")}</p>"), "text/html;charset=utf-8");
}
