using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>What an upload says beside the bytes.</summary>
internal sealed record UploadSettings(string Access, bool Overwrite, string Strategy, string Scope, TimeSpan? Lives)
{
    private static readonly string[] Accesses = ["PUBLIC_INDEXABLE", "PUBLIC_NOT_INDEXABLE", "PRIVATE", "HIDDEN_INDEXABLE", "HIDDEN_NOT_INDEXABLE", "HIDDEN_PRIVATE", "HIDDEN_SENSITIVE", "SENSITIVE"];

    public static UploadSettings Read(JsonElement options)
    {
        var access = CheckAccess(options.RequiredText("FileUploadSettings", "access"));
        var (strategy, scope) = (options.Text("duplicateValidationStrategy") ?? "NONE", options.Text("duplicateValidationScope") ?? "ENTIRE_PORTAL");
        if (strategy is not ("NONE" or "REJECT" or "RETURN_EXISTING")) throw FileErrors.Bad($"duplicateValidationStrategy must be one of [NONE, REJECT, RETURN_EXISTING], not {strategy}", "duplicateValidationStrategy", strategy);
        if (scope is not ("ENTIRE_PORTAL" or "EXACT_FOLDER")) throw FileErrors.Bad($"duplicateValidationScope must be one of [ENTIRE_PORTAL, EXACT_FOLDER], not {scope}", "duplicateValidationScope", scope);
        TimeSpan? lives = null;
        if (options.Text("ttl") is { } ttl)
            try
            {
                lives = XmlConvert.ToTimeSpan(ttl);
            }
            catch (FormatException)
            {
                throw FileErrors.Bad($"ttl must be an ISO 8601 duration such as P2W or PT24H, not {ttl}", "ttl", ttl);
            }
        return new UploadSettings(access, options.Bool("overwrite") ?? false, strategy, scope, lives);
    }

    public static string CheckAccess(string access) => Accesses.Contains(access) ? access : throw FileErrors.Bad($"access must be one of [{string.Join(", ", Accesses)}], not {access}", "access", access);
}

/// <summary>One file to keep.</summary>
internal sealed record FileUpload(string Name, ReadOnlyMemory<byte> Content, string? FolderId, string? FolderPath, UploadSettings Options)
{
    public static JsonObject Store(FilesArea area, Portal portal, FileUpload upload, long atMs)
    {
        if (upload.FolderId is null == upload.FolderPath is null) throw FileErrors.Bad("Exactly one of folderId and folderPath is required", "folderPath", upload.FolderPath ?? "");
        var folder = upload.FolderId is { } id ? FolderTree.Require(area, id) : FolderTree.Make(area, portal, upload.FolderPath!, atMs);
        var (name, extension) = Split(upload.Name);
        var md5 = Md5(upload.Content);
        if (upload.Options.Strategy != "NONE" && Twin(area, upload.Options, folder, md5) is { } twin)
            return upload.Options.Strategy == "RETURN_EXISTING" ? twin : throw FileErrors.Duplicate(twin["id"]!.GetValue<string>());
        var (number, file) = Place(area, portal, folder, ref name, extension, upload.Options.Overwrite, atMs);
        area.Keep(number, upload.Content);
        Describe(portal, file, number, folder, name, extension);
        file["size"] = upload.Content.Length;
        file["fileMd5"] = md5;
        file["access"] = upload.Options.Access;
        file["expiresAt"] = upload.Options.Lives is { } lives ? atMs + (long)lives.TotalMilliseconds : null;
        file["updatedAt"] = JsonReply.Iso(atMs);
        area.Files.Put(number, file);
        return file;
    }

    public static void Describe(Portal portal, JsonObject file, long number, JsonObject? folder, string name, string extension)
    {
        file["id"] = number.ToString(CultureInfo.InvariantCulture);
        file["name"] = name;
        file["extension"] = extension;
        file["type"] = FileServing.KindOf(extension);
        file["parentFolderId"] = folder?["id"]!.DeepClone();
        file["path"] = FolderTree.Join(folder, extension.Length > 0 ? $"{name}.{extension}" : name);
        file["url"] = FileServing.Address(portal, file["path"]!.GetValue<string>());
        file["defaultHostingUrl"] = file["url"]!.DeepClone();
    }

    public static (string Name, string Extension) Split(string fileName)
    {
        var clean = fileName.Replace('\\', '/');
        clean = clean[(clean.LastIndexOf('/') + 1)..].Trim();
        if (clean.Length is 0 or > 255) throw FileErrors.Bad("A file's name must have 1 to 255 characters", "fileName", fileName);
        var dot = clean.LastIndexOf('.');
        return dot > 0 ? (clean[..dot], clean[(dot + 1)..].ToLowerInvariant()) : (clean, "");
    }

    // HubSpot shows this digest to tell files apart; nothing is kept safe by it.
#pragma warning disable CA5351
    public static string Md5(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(MD5.HashData(content.Span));
#pragma warning restore CA5351

    private static JsonObject? Twin(FilesArea area, UploadSettings options, JsonObject? folder, string md5) => area.Alive.Select(pair => pair.Value)
        .FirstOrDefault(file => file["fileMd5"]?.GetValue<string>() == md5 && (options.Scope == "ENTIRE_PORTAL" || file["parentFolderId"]?.ToString() == folder?["id"]!.ToString()));

    private static (long, JsonObject) Place(FilesArea area, Portal portal, JsonObject? folder, ref string name, string extension, bool overwrite, long atMs)
    {
        var plain = name;
        for (var copy = 0; ; copy++)
        {
            var path = FolderTree.Join(folder, extension.Length > 0 ? $"{name}.{extension}" : name);
            var there = area.Alive.FirstOrDefault(pair => pair.Value["path"]!.GetValue<string>().Equals(path, StringComparison.OrdinalIgnoreCase));
            if (there.Value is null) break;
            if (overwrite) return (there.Key, there.Value);
            name = string.Create(CultureInfo.InvariantCulture, $"{plain}-{copy + 1}");
        }
        return (portal.NextRecordId(), new JsonObject { ["createdAt"] = JsonReply.Iso(atMs), ["archived"] = false, ["isUsableInContent"] = true, ["sourceGroup"] = "CONTENT", ["encoding"] = null });
    }
}
