using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A folder lists lie in.</summary>
/// <param name="Id">HubSpot's id; <see cref="CrmListFolders.Top"/> for the one all others lie in.</param>
/// <param name="Name">What people see; empty for the topmost.</param>
/// <param name="ParentId">The folder it lies in.</param>
/// <param name="ListIds">Ids of the lists right in it.</param>
/// <param name="Folders">The folders right in it, with theirs.</param>
public sealed record ListFolder(string Id, string Name, string ParentId, IReadOnlyList<string> ListIds, IReadOnlyList<ListFolder> Folders)
{
    internal static ListFolder Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "parentFolderId") ?? "",
        CrmJson.Strings(item, "childLists"), [.. CrmJson.Items(item, "childNodes").Select(Read)]);
}

/// <summary>
/// The folders lists lie in. Scopes: <c>crm.lists.read</c>, and <c>crm.lists.write</c> beside it for changes.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmListFolders
{
    /// <summary>The id of the folder all others lie in; it cannot be renamed, moved or deleted.</summary>
    public const string Top = "0";

    private readonly Answers _answers;

    internal CrmListFolders(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>A folder with all below it; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<ListFolder?> GetAsync(string folderId = Top, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", $"{Root}?folderId={CrmPaths.Escape(folderId)}"), Inner, options, cancellationToken);

    /// <summary>Makes a folder. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the name is taken in that folder; <see cref="HubSpotErrorKind.NotFound"/>: there is no such parent.</exception>
    public Task<ListFolder> CreateAsync(string name, string parentId = Top, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", Root)
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("name", name);
                json.WriteString("parentFolderId", parentId);
            }),
        }, Inner, options, cancellationToken);

    /// <summary>Renames a folder.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the name is taken in its folder.</exception>
    public Task<ListFolder> RenameAsync(string folderId, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PUT", $"{One(folderId)}/rename?newFolderName={CrmPaths.Escape(name)}"), Inner, options, cancellationToken);

    /// <summary>Moves a folder, with all in it, into another.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: it would lie in itself, or its name is taken there.</exception>
    public Task<ListFolder> MoveAsync(string folderId, string parentId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PUT", $"{One(folderId)}/move/{CrmPaths.Escape(parentId)}"), Inner, options, cancellationToken);

    /// <summary>Moves a list into a folder; <see cref="Top"/> takes it out of all.</summary>
    public Task MoveListAsync(string listId, string folderId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("PUT", Root + "/move-list")
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("listId", listId);
                json.WriteString("newFolderId", folderId);
            }),
        }, options, cancellationToken);

    /// <summary>Deletes a folder.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: lists or folders lie in it.</exception>
    public Task DeleteAsync(string folderId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(folderId)), options, cancellationToken);

    private string Root => CrmPaths.ListFolders(_answers.Version);

    private string One(string folderId) => $"{Root}/{CrmPaths.Escape(folderId)}";

    private static ListFolder Inner(JsonElement root) => ListFolder.Read(root.TryGetProperty("folder", out var folder) && folder.ValueKind == JsonValueKind.Object ? folder : root);
}
