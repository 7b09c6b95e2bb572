using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Who may see a file. Known ones are members; HubSpot may know others.</summary>
/// <param name="Name">HubSpot's word.</param>
public readonly record struct FileVisibility(string Name)
{
    /// <summary>Anybody who has the address; search engines may list it.</summary>
    public static FileVisibility Public { get; } = new("PUBLIC_INDEXABLE");

    /// <summary>Anybody who has the address; search engines are asked not to list it.</summary>
    public static FileVisibility PublicUnlisted { get; } = new("PUBLIC_NOT_INDEXABLE");

    /// <summary>Whoever has a signed address, see <see cref="HubSpotFiles.SignedUrlAsync"/>.</summary>
    public static FileVisibility Private { get; } = new("PRIVATE");

    /// <summary>As <see cref="Private"/>, and not shown in the file manager.</summary>
    public static FileVisibility HiddenPrivate { get; } = new("HIDDEN_PRIVATE");

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A file of the account's file manager, without its bytes.</summary>
public sealed record HubSpotFile
{
    /// <summary>HubSpot's id.</summary>
    public required string Id { get; init; }

    /// <summary>Name without the extension.</summary>
    public required string Name { get; init; }

    /// <summary>Extension without the dot; empty for none.</summary>
    public string Extension { get; init; } = "";

    /// <summary>Folder, name and extension, such as <c>/shop/logo.png</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>Id of its folder; null at the top.</summary>
    public string? FolderId { get; init; }

    /// <summary>HubSpot's kind of file: <c>IMG</c>, <c>DOCUMENT</c>, <c>TEXT</c>, <c>OTHER</c>, ….</summary>
    public string? Type { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>Who may see it.</summary>
    public required FileVisibility Access { get; init; }

    /// <summary>Where it is served; for private files it takes a signed address.</summary>
    public string? Url { get; init; }

    /// <summary>When HubSpot deletes it; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was uploaded.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it or what is said of it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    internal static HubSpotFile Read(JsonElement root) => new()
    {
        Id = CrmJson.Text(root, "id") ?? "",
        Name = CrmJson.Text(root, "name") ?? "",
        Extension = CrmJson.Text(root, "extension") ?? "",
        Path = CrmJson.Text(root, "path") ?? "",
        FolderId = CrmJson.Text(root, "parentFolderId"),
        Type = CrmJson.Text(root, "type"),
        Size = root.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes) ? bytes : 0,
        Access = new FileVisibility(CrmJson.Text(root, "access") ?? ""),
        Url = CrmJson.Text(root, "url"),
        // Published as a number of milliseconds, unlike the other times.
        ExpiresAt = root.TryGetProperty("expiresAt", out var expires) && expires.ValueKind == JsonValueKind.Number && expires.TryGetInt64(out var ms) ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : CrmJson.Moment(root, "expiresAt"),
        CreatedAt = CrmJson.Time(root, "createdAt"),
        UpdatedAt = CrmJson.Time(root, "updatedAt"),
    };
}

/// <summary>An address that gives out a private file for a while. Whoever has it can read the file.</summary>
/// <param name="Url">Where; needs no token.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record SignedUrl(Uri Url, DateTimeOffset ExpiresAt);
