using System.Text.Json;
using System.Xml;

namespace Spoke.HubSpot;

/// <summary>What to do about a file with the same content somewhere in the account.</summary>
public enum FileDuplicates
{
    /// <summary>Nothing: it is kept twice.</summary>
    Keep,

    /// <summary>Refuse the upload with a <see cref="HubSpotErrorKind.Conflict"/>.</summary>
    Reject,

    /// <summary>Upload nothing and return the file that is there.</summary>
    ReturnExisting,
}

/// <summary>What an upload does beyond the usual.</summary>
public sealed record FileUploadOptions
{
    /// <summary>Replace a file of the same folder and name. Default false: HubSpot changes the new one's name, adding a number.</summary>
    public bool Overwrite { get; init; }

    /// <summary>What to do about a file with the same content. Default: keep both.</summary>
    public FileDuplicates Duplicates { get; init; }

    /// <summary>Have HubSpot delete the file after so long; null for never.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>A second one changes nothing.</summary>
    internal bool IsRepeatable => Overwrite || Duplicates == FileDuplicates.ReturnExisting;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The lifetime is not positive.</exception>
    public void Validate()
    {
        if (Lifetime <= TimeSpan.Zero) throw new ArgumentException("FileUploadOptions.Lifetime must be longer than nothing; leave it null for a file that stays.");
    }

    internal void Write(Utf8JsonWriter json, FileVisibility access)
    {
        json.WriteString("access", access.Name);
        json.WriteBoolean("overwrite", Overwrite);
        json.WriteString("duplicateValidationStrategy", Duplicates switch { FileDuplicates.Reject => "REJECT", FileDuplicates.ReturnExisting => "RETURN_EXISTING", _ => "NONE" });
        json.WriteString("duplicateValidationScope", "ENTIRE_PORTAL");
        if (Lifetime is { } lifetime) json.WriteString("ttl", XmlConvert.ToString(lifetime));
    }
}

/// <summary>Which files are looked for: all conditions must hold.</summary>
public sealed record FileQuery
{
    /// <summary>Part of the name.</summary>
    public string? Name { get; init; }

    /// <summary>Whole path, such as <c>/shop/logo.png</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Extension without the dot.</summary>
    public string? Extension { get; init; }

    /// <summary>Id of the folder it is in.</summary>
    public string? FolderId { get; init; }

    /// <summary>Changed at or after.</summary>
    public DateTimeOffset? UpdatedSince { get; init; }

    internal string Query()
    {
        var query = "?limit=100";
        void Add(string name, string? value)
        {
            if (value is not null) query += $"&{name}={CrmPaths.Escape(value)}";
        }
        Add("name", Name);
        Add("path", Path);
        Add("extension", Extension);
        Add("parentFolderIds", FolderId);
        Add("updatedAtGte", UpdatedSince?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        return query;
    }
}
