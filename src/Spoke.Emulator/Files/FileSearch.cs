using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>Search over files and folders: every condition of the query must hold.</summary>
internal static class FileSearch
{
    private static readonly string[] Numbers = ["size", "width", "height", "expiresAt"];
    private static readonly string[] Times = ["createdAt", "updatedAt"];
    private static readonly string[] Texts = ["name", "path", "extension", "type", "encoding", "fileMd5", "url", "isUsableInContent"];

    public static EmulatorReply Find(CrmCall call, IEnumerable<JsonObject> all)
    {
        foreach (var (name, value) in call.Http.Query)
        {
            if (name == "parentFolderIds" || name == "ids") continue;
            if (name == "allowsAnonymousAccess") all = all.Where(one => one["access"]?.GetValue<string>().Contains("PRIVATE", StringComparison.Ordinal) != (value == "true"));
            else if (Texts.Contains(name)) all = all.Where(one => name == "name" ? one[name]?.ToString().Contains(value, StringComparison.OrdinalIgnoreCase) == true : string.Equals(one[name]?.ToString(), value, StringComparison.OrdinalIgnoreCase));
            else if (Field(name) is { } field)
            {
                if (Number(value) is not { } bound) throw CrmErrors.Bad($"Unable to parse value for query parameter: {name}");
                all = all.Where(one => Number(one[field]?.ToString()) is { } number && (name.EndsWith("Gte", StringComparison.Ordinal) ? number >= bound : name.EndsWith("Lte", StringComparison.Ordinal) ? number <= bound : number == bound));
            }
        }
        if (call.Names("ids") is { } ids) all = all.Where(one => ids.Contains(one["id"]!.GetValue<string>()));
        if (call.Names("parentFolderIds") is { } parents) all = all.Where(one => parents.Contains(one["parentFolderId"]?.GetValue<string>() ?? "0"));
        foreach (var sort in (call.Names("sort") ?? []).Reverse())
        {
            var name = sort.TrimStart('-');
            if (name is not ("id" or "name" or "path" or "size" or "type" or "createdAt" or "updatedAt" or "extension" or "width" or "height")) throw FileErrors.Bad($"Files cannot be sorted by {name}", "sort", sort);
            all = name is "size" or "width" or "height"
                ? sort.StartsWith('-') ? all.OrderByDescending(one => Number(one[name]?.ToString())) : all.OrderBy(one => Number(one[name]?.ToString()))
                : sort.StartsWith('-') ? all.OrderByDescending(one => one[name]?.ToString(), StringComparer.Ordinal) : all.OrderBy(one => one[name]?.ToString(), StringComparer.Ordinal);
        }
        return PageReply.Of(call, all, (json, one) => FileJson.Part(call, one).WriteTo(json));
    }

    private static string? Field(string name)
    {
        var plain = name.EndsWith("Gte", StringComparison.Ordinal) || name.EndsWith("Lte", StringComparison.Ordinal) ? name[..^3] : name;
        return plain == "id" || Numbers.Contains(plain) || Times.Contains(plain) ? plain : null;
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : text is not null && ValueRules.TryMoment(text, out var ms) ? ms : null;
}
