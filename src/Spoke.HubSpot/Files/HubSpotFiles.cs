using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Files of the account's file manager. Scope: <c>files</c>. For 2026-09 HubSpot publishes the search alone; everything else goes to 2026-03.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class HubSpotFiles
{
    private readonly Answers _answers;

    internal HubSpotFiles(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>
    /// Uploads a file from memory; folders that are not there are made. Sent once only, unless it overwrites or returns what is there, when a second one changes nothing.
    /// <see cref="HubSpotClientOptions.AttemptTimeout"/> bounds the sending too: allow more than its 30 s for large files on slow lines.
    /// </summary>
    /// <param name="name">Name with extension, such as <c>logo.png</c>.</param>
    /// <param name="content">At most 64 MiB.</param>
    /// <param name="folderPath">Folder, such as <c>/shop/logos</c>; <c>/</c> for the top.</param>
    /// <param name="access">Who may see it.</param>
    /// <exception cref="ArgumentException">The name or the folder is empty, or the file is larger than 64 MiB; nothing is sent.</exception>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: the content is there already and <see cref="FileDuplicates.Reject"/> was asked for.</exception>
    public async Task<HubSpotFile> UploadAsync(string name, ReadOnlyMemory<byte> content, string folderPath, FileVisibility access, FileUploadOptions? upload = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(folderPath);
        var settings = upload ?? new FileUploadOptions();
        settings.Validate();
        // The part's own file name stays plain ASCII; the name goes as text, which every server reads as UTF-8.
        var request = await FormBody.PostAsync(CrmPaths.Files(_answers.Version), new FormFile("file", "upload" + AsciiExtension(name), "application/octet-stream", content),
            [("fileName", FormBody.Text(name)), ("folderPath", FormBody.Text(folderPath)), ("options", CrmJson.Write(json => settings.Write(json, access)))], settings.IsRepeatable, cancellationToken).ConfigureAwait(false);
        return await _answers.OneAsync(request, HubSpotFile.Read, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What HubSpot knows about a file; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<HubSpotFile?> GetAsync(string fileId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(fileId)), HubSpotFile.Read, options, cancellationToken);

    /// <summary>Files that meet the conditions, 100 a call; all without any.</summary>
    public IAsyncEnumerable<HubSpotFile> SearchAsync(FileQuery? query = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync(CrmPaths.FileSearch(_answers.Version) + (query ?? new FileQuery()).Query(), HubSpotFile.Read, options, cancellationToken);

    /// <summary>Changes name, access and folder, where given; null leaves as it is.</summary>
    /// <param name="name">New name; the extension stays.</param>
    /// <param name="folderPath">Where to move it; made where it is not there.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: no such file. <see cref="HubSpotErrorKind.Validation"/>: the name is taken in that folder.</exception>
    public Task<HubSpotFile> UpdateAsync(string fileId, string? name = null, FileVisibility? access = null, string? folderPath = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PATCH", One(fileId)) { Body = CrmJson.Write(json => Write(json, name, access, folderPath)) }, HubSpotFile.Read, options, cancellationToken);

    /// <summary>An address that gives out the file for a while, without a token: for private files.</summary>
    /// <param name="validFor">In whole seconds, at least one; null: HubSpot's own choice.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: no such file.</exception>
    public Task<SignedUrl> SignedUrlAsync(string fileId, TimeSpan? validFor = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (validFor < TimeSpan.FromSeconds(1)) throw new ArgumentOutOfRangeException(nameof(validFor), validFor, "A signed address is valid for at least a second.");
        var query = validFor is { } time ? FormattableString.Invariant($"?expirationSeconds={(long)time.TotalSeconds}") : "";
        return _answers.OneAsync(new HubSpotRequest("GET", $"{One(fileId)}/signed-url{query}"), Signed, options, cancellationToken);
    }

    /// <summary>Deletes a file; its address stops working.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: no such file.</exception>
    public Task DeleteAsync(string fileId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(fileId)), options, cancellationToken);

    private string One(string fileId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fileId);   // an empty one would be the path of all
        return $"{CrmPaths.Files(_answers.Version)}/{CrmPaths.Escape(fileId)}";
    }

    private static SignedUrl Signed(JsonElement root) =>
        Uri.TryCreate(CrmJson.Text(root, "url"), UriKind.Absolute, out var url) ? new SignedUrl(url, CrmJson.Time(root, "expiresAt"))
        : throw new HubSpotException(HubSpotErrorKind.Unexpected, "HubSpot answered without a signed address.");

    private static string AsciiExtension(string name) => Path.GetExtension(name) is var extension && extension.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? extension : "";

    private static void Write(Utf8JsonWriter json, string? name, FileVisibility? access, string? folderPath)
    {
        json.WriteBoolean("clearExpires", false);   // demanded by the published description
        if (name is not null) json.WriteString("name", name);
        if (access is { } visibility) json.WriteString("access", visibility.Name);
        if (folderPath is not null) json.WriteString("parentFolderPath", folderPath);
    }
}
