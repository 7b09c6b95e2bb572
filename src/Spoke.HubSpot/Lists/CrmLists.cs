using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Lists and their members. Scopes: <c>crm.lists.read</c>, and <c>crm.lists.write</c> for changes.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmLists
{
    private const int MostIds = 100_000;
    private readonly Answers _answers;

    internal CrmLists(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>Makes a list. Sent once only. HubSpot fills a list with a filter in the background: see <see cref="CrmList.ProcessingStatus"/>.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the name is taken, or the filter names a property that does not exist or an operator it does not take.</exception>
    /// <exception cref="ArgumentException">A manual list was given a filter, or another one was not.</exception>
    public Task<CrmList> CreateAsync(ListInput list, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(list);
        if (list.Kind == ListKind.Manual && list.Filter is not null) throw new ArgumentException("A manual list takes no filter; use ListKind.Dynamic or ListKind.Snapshot.", nameof(list));
        if (list.Kind != ListKind.Manual && list.Filter is null) throw new ArgumentException($"A {list.Kind} list needs a filter.", nameof(list));
        return OneAsync(new HubSpotRequest("POST", Root) { Body = CrmJson.Write(json => Write(json, list)) }, "list", options, cancellationToken);
    }

    /// <summary>One list with its filter; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<CrmList?> GetAsync(string listId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(listId) + "?includeFilters=true"), Inner("list"), options, cancellationToken);

    /// <summary>One list by its whole name, with its filter; one call.</summary>
    /// <returns>Null when the type has no list of that name.</returns>
    public Task<CrmList?> GetByNameAsync(ObjectType type, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", $"{Root}/object-type-id/{CrmPaths.Escape(type.Id)}/name/{CrmPaths.Escape(name)}?includeFilters=true"), Inner("list"), options, cancellationToken);

    /// <summary>Lists that meet the query, without their filters; 500 a call.</summary>
    public async IAsyncEnumerable<CrmList> SearchAsync(ListQuery? query = null, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var (offset, more) = (0, true); more;)
        {
            var from = offset;
            var request = new HubSpotRequest("POST", Root + "/search") { Body = CrmJson.Write(json => Write(json, query ?? new ListQuery(), from)) };
            var response = await _answers.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "lists")) yield return CrmList.Read(item);
            offset = CrmJson.Int(page.RootElement, "offset");
            more = CrmJson.Bool(page.RootElement, "hasMore") && offset > from;
        }
    }

    /// <summary>Renames a list.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the name is taken.</exception>
    public Task<CrmList> RenameAsync(string listId, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        OneAsync(new HubSpotRequest("PUT", $"{One(listId)}/update-list-name?includeFilters=true&listName={CrmPaths.Escape(name)}"), "updatedList", options, cancellationToken);

    /// <summary>Gives a dynamic list another filter; members are found anew. Other kinds are refused.</summary>
    public Task<CrmList> UpdateFilterAsync(string listId, ListFilter filter, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return OneAsync(new HubSpotRequest("PUT", One(listId) + "/update-list-filters") { Body = CrmJson.Write(json => WriteFilter(json, filter)) }, "updatedList", options, cancellationToken);
    }

    /// <summary>Deletes a list, not its members' records. It can be restored for 90 days. One that another list's filter uses is refused.</summary>
    public Task DeleteAsync(string listId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(listId)), options, cancellationToken);

    /// <summary>Brings back a list deleted within the last 90 days. Harmless to repeat.</summary>
    public Task RestoreAsync(string listId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("PUT", One(listId) + "/restore"), options, cancellationToken);

    /// <summary>The members by record id, 250 a call.</summary>
    public IAsyncEnumerable<ListMember> ListMembersAsync(string listId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync(One(listId) + "/memberships?limit=250", ReadMember, options, cancellationToken);

    /// <summary>Adds records to a manual or snapshot list, 100,000 a call. Harmless to repeat. A dynamic list is refused.</summary>
    public Task<ListChange> AddMembersAsync(string listId, IReadOnlyList<RecordId> records, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(One(listId) + "/memberships/add", records, options, cancellationToken);

    /// <summary>Takes records off a manual or snapshot list, 100,000 a call. Harmless to repeat. A dynamic list is refused.</summary>
    public Task<ListChange> RemoveMembersAsync(string listId, IReadOnlyList<RecordId> records, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(One(listId) + "/memberships/remove", records, options, cancellationToken);

    /// <summary>The ids of the lists a record is on; one call.</summary>
    public async IAsyncEnumerable<string> ListOfRecordAsync(ObjectType type, RecordId record, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ids = await _answers.OneAsync(new HubSpotRequest("GET", $"{Root}/records/{CrmPaths.Escape(type.Id)}/{CrmPaths.Escape(record.Value)}/memberships"),
            root => CrmJson.Items(root, "results").Select(item => CrmJson.Text(item, "listId") ?? "").ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var id in ids) yield return id;
    }

    private string Root => CrmPaths.Lists(_answers.Version);

    private string One(string listId) => $"{Root}/{CrmPaths.Escape(listId)}";

    private async Task<ListChange> ChangeAsync(string path, IReadOnlyList<RecordId> records, RequestOptions? options, CancellationToken cancellationToken)
    {
        List<RecordId> added = [], removed = [], missing = [];
        foreach (var chunk in records.Chunk(MostIds))
        {
            var request = new HubSpotRequest("PUT", path) { Body = CrmJson.WriteArray(chunk.Select(id => id.Value)) };
            var response = await _answers.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            added.AddRange(Ids(document.RootElement, "recordIdsAdded"));
            added.AddRange(Ids(document.RootElement, "recordsIdsAdded"));   // the name published for v3, with its letter too many
            removed.AddRange(Ids(document.RootElement, "recordIdsRemoved"));
            missing.AddRange(Ids(document.RootElement, "recordIdsMissing"));
        }
        return new ListChange(added, removed, missing);
    }

    private Task<CrmList> OneAsync(HubSpotRequest request, string member, RequestOptions? options, CancellationToken cancellationToken) => _answers.OneAsync(request, Inner(member), options, cancellationToken);

    private static Func<JsonElement, CrmList> Inner(string member) => root => CrmList.Read(root.TryGetProperty(member, out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root);

    private static ListMember ReadMember(JsonElement item) => new(CrmJson.Text(item, "recordId") ?? "", CrmJson.Time(item, "membershipTimestamp"));

    private static IEnumerable<RecordId> Ids(JsonElement root, string name) => CrmJson.Items(root, name).Select(id => new RecordId(id.ToString()));

    private static void Write(Utf8JsonWriter json, ListInput list)
    {
        json.WriteString("name", list.Name);
        json.WriteString("objectTypeId", list.Type.Id);
        json.WriteString("processingType", list.Kind.Name);
        if (list.Filter is { } filter) WriteFilter(json, filter);
    }

    private static void WriteFilter(Utf8JsonWriter json, ListFilter filter)
    {
        json.WritePropertyName("filterBranch");
        json.WriteRawValue(filter.Json);
    }

    private static void Write(Utf8JsonWriter json, ListQuery query, int offset)
    {
        json.WriteNumber("offset", offset);
        json.WriteNumber("count", 500);
        if (query.Name is { } name) json.WriteString("query", name);
        if (query.Kinds.Count > 0) CrmJson.WriteStrings(json, "processingTypes", query.Kinds.Select(kind => kind.Name));
        if (query.Type is { } type) json.WriteString("objectTypeId", type.Id);
        CrmJson.WriteStrings(json, "additionalProperties", ["hs_list_size"]);
    }
}
