using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// The records of one type. Reading needs the type's <c>.read</c> scope, writing its <c>.write</c> scope.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmObjects
{
    private readonly HubSpotClient _client;

    internal CrmObjects(HubSpotClient client, ObjectType type)
    {
        _client = client;
        Type = type;
        Root = CrmPaths.Objects(client.Version, type);
    }

    /// <summary>Which type.</summary>
    public ObjectType Type { get; }

    private string Root { get; }

    private BatchCalls Batches => new(_client, Root);

    private RecordCreation Creation => new(_client, Batches, Root);

    /// <summary>Reads one record. Consistent at once after a write.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public async Task<CrmRecord?> GetAsync(RecordId id, ReadOptions? read = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await RecordAsync(new HubSpotRequest("GET", $"{Root}/{CrmPaths.Escape(id.Value)}{Query(read)}"), options, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException missing) when (missing is { Kind: HubSpotErrorKind.NotFound, Category: "OBJECT_NOT_FOUND" })
        {
            return null;
        }
    }

    /// <summary>All records in order of their ids, a page of up to 100 a call.</summary>
    public async IAsyncEnumerable<CrmRecord> ListAsync(ReadOptions? read = null, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        read ??= new ReadOptions();
        read.Validate();
        string? after = null;
        do
        {
            var request = new HubSpotRequest("GET", Root + Query(read, ("limit", read.Most(read.PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture)), ("after", after)));
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "results")) yield return CrmJson.ReadRecord(item);
            after = CrmJson.After(page.RootElement);
        }
        while (after is not null);
    }

    /// <summary>
    /// Makes a record; one call. Sent once only, unless <see cref="CrmRecordInput.UniqueProperty"/> is set: then a lost answer is made good by
    /// sending it again, and a record that the first sending had made is returned as made.
    /// </summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: a record has a unique value already, see <see cref="HubSpotException.ExistingId"/>; <see cref="HubSpotErrorKind.Validation"/>: a value is refused.</exception>
    /// <exception cref="ArgumentException">The unique property has no value.</exception>
    public Task<CrmRecord> CreateAsync(CrmRecordInput input, RequestOptions? options = null, CancellationToken cancellationToken = default) => Creation.CreateAsync(input, options, cancellationToken);

    /// <summary>Changes the given properties of a record; "" or null clears.</summary>
    public Task<CrmRecord> UpdateAsync(RecordId id, IReadOnlyDictionary<string, string?> properties, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        RecordAsync(new HubSpotRequest("PATCH", $"{Root}/{CrmPaths.Escape(id.Value)}") { Body = CrmJson.Write(json => CrmJson.WriteProperties(json, properties)) }, options, cancellationToken);

    /// <summary>Makes or changes the record that has this value in a unique property. Harmless to repeat.</summary>
    public async Task<CrmRecord> UpsertAsync(string idProperty, string idValue, IReadOnlyDictionary<string, string?> properties, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var outcomes = await BatchUpsertAsync(idProperty, [new UpsertInput(idValue, properties)], options, cancellationToken).ConfigureAwait(false);
        return outcomes[0].Record ?? throw outcomes[0].Error!;
    }

    /// <summary>Moves a record to the recycle bin; already gone is fine.</summary>
    public Task ArchiveAsync(RecordId id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", $"{Root}/{CrmPaths.Escape(id.Value)}"), options, cancellationToken);

    /// <summary>
    /// Deletes a contact for good with all that HubSpot keeps of the person, as privacy laws demand; nothing brings it back. Already gone is fine.
    /// By HubSpot's own id only: by an e-mail address that no contact has, HubSpot would block the address for ever.
    /// </summary>
    /// <exception cref="ArgumentException">The id is not a number.</exception>
    public async Task EraseAsync(RecordId id, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (id.Value.Length == 0 || !id.Value.All(char.IsAsciiDigit)) throw new ArgumentException("A contact is erased by HubSpot's own id, which is a number.", nameof(id));
        try
        {
            await _client.SendAsync(new HubSpotRequest("POST", Root + "/gdpr-delete") { Body = CrmJson.Write(json => json.WriteString("objectId", id.Value)), Repeatable = true }, options, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException missing) when (missing is { Kind: HubSpotErrorKind.NotFound, Category: "OBJECT_NOT_FOUND" })
        {
            // gone already
        }
    }

    /// <summary>Merges <paramref name="other"/> into <paramref name="primary"/>. The survivor has a new id in most accounts. Sent once only.</summary>
    public Task<CrmRecord> MergeAsync(RecordId primary, RecordId other, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        RecordAsync(new HubSpotRequest("POST", Root + "/merge")
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("primaryObjectId", primary.Value);
                json.WriteString("objectIdToMerge", other.Value);
            }),
        }, options, cancellationToken);

    /// <summary>
    /// Makes any number of records, 100 a call. One bad input does not hold up the others. A call is sent once only, unless all inputs have
    /// a <see cref="CrmRecordInput.UniqueProperty"/>.
    /// </summary>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    /// <exception cref="HubSpotException">Nothing was carried out at all. Once a part was, the error stands in the outcomes of the rest.</exception>
    /// <exception cref="ArgumentException">A unique property has no value.</exception>
    public Task<IReadOnlyList<BatchOutcome>> BatchCreateAsync(IReadOnlyList<CrmRecordInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) => Creation.CreateAsync(inputs, options, cancellationToken);

    /// <summary>Reads any number of records, 100 a call. With <see cref="ReadOptions.IdProperty"/> the ids are values of that property.</summary>
    /// <returns>One outcome an id, in the ids' order; an unknown id has an error of kind <see cref="HubSpotErrorKind.NotFound"/>. A record that was merged is read as the one it went into, with that one's id.</returns>
    public Task<IReadOnlyList<BatchOutcome>> BatchReadAsync(IReadOnlyList<RecordId> ids, ReadOptions? read = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Batches.ReadAsync(ids, read ?? new ReadOptions(), options, cancellationToken);

    /// <summary>Changes any number of records by HubSpot's own id, 100 a call. Harmless to repeat. Inputs with the same id go in separate calls, in their order.</summary>
    /// <returns>One outcome an input, in the inputs' order; an unknown id has an error of kind <see cref="HubSpotErrorKind.NotFound"/>.</returns>
    /// <exception cref="HubSpotException">Nothing was carried out at all. Once a part was, the error stands in the outcomes of the rest.</exception>
    /// <exception cref="ArgumentException">An id is not a number; HubSpot would pass over it without a word.</exception>
    public Task<IReadOnlyList<BatchOutcome>> BatchUpdateAsync(IReadOnlyList<UpdateInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        foreach (var input in inputs)
            if (input.Id.Value.Length == 0 || !input.Id.Value.All(char.IsAsciiDigit)) throw new ArgumentException($"'{input.Id}' is not a record id. Batches are updated by HubSpot's own id; to write by a unique property use BatchUpsertAsync.", nameof(inputs));
        return Batches.WriteAsync(new BatchKind("update", inputs.Count, (json, i) =>
        {
            json.WriteString("id", inputs[i].Id.Value);
            CrmJson.WriteProperties(json, inputs[i].Properties);
        })
        {
            Key = i => inputs[i].Id.Value,
            IsRecordOf = (record, i) => record.Id == inputs[i].Id,
        }, options, cancellationToken);
    }

    /// <summary>
    /// Makes or changes records by a unique property, 100 a call. Harmless to repeat: a lost answer makes nothing twice.
    /// Inputs with the same value go in separate calls, in their order. By <c>email</c> HubSpot carries out a call wholly or not at all;
    /// one bad input then costs about ten calls more.
    /// </summary>
    /// <param name="idProperty"><c>email</c> for contacts, or a property with unique values; not <c>hs_object_id</c>.</param>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    /// <exception cref="HubSpotException">Nothing was carried out at all. Once a part was, the error stands in the outcomes of the rest.</exception>
    public Task<IReadOnlyList<BatchOutcome>> BatchUpsertAsync(string idProperty, IReadOnlyList<UpsertInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Batches.WriteAsync(new BatchKind("upsert", inputs.Count, (json, i) =>
        {
            json.WriteString("idProperty", idProperty);
            json.WriteString("id", inputs[i].IdValue);
            CrmJson.WriteProperties(json, inputs[i].Properties);
        })
        {
            Key = i => inputs[i].IdValue.Trim(),
            IsRecordOf = (record, i) => string.Equals(record[idProperty], inputs[i].IdValue.Trim(), StringComparison.OrdinalIgnoreCase),
        }, options, cancellationToken);

    /// <summary>Moves any number of records to the recycle bin, 100 a call. Harmless to repeat. HubSpot does not say which ids it did not know.</summary>
    /// <returns>One outcome an input, in the inputs' order, without records.</returns>
    /// <exception cref="HubSpotException">Nothing was carried out at all. Once a part was, the error stands in the outcomes of the rest.</exception>
    public Task<IReadOnlyList<BatchOutcome>> BatchArchiveAsync(IReadOnlyList<RecordId> ids, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Batches.WriteAsync(new BatchKind("archive", ids.Count, (json, i) => json.WriteString("id", ids[i].Value)) { Key = i => ids[i].Value }, options, cancellationToken);

    /// <summary>
    /// Searches, a page of up to 200 a call and 5 calls a second, also past HubSpot's 10,000 results: by record id, see <see cref="SearchQuery.SortBy"/>.
    /// The index follows writes with a delay; do not search to find out whether a record exists, upsert it.
    /// </summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: also when results lie behind the 10,000th and cannot be reached.</exception>
    /// <exception cref="ArgumentException">The query is beyond HubSpot's limits; thrown before anything is sent.</exception>
    public IAsyncEnumerable<CrmRecord> SearchAsync(SearchQuery query, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        new SearchCalls(_client, Root).SearchAsync(query, options, cancellationToken);

    /// <summary>
    /// Searches like <see cref="SearchAsync"/> and proves the end: what was read is counted against HubSpot's own count, and what does not agree is read again.
    /// Every record that fulfilled the filters all the while is given once; one that came or went meanwhile is given at most once. Costs at least one more search.
    /// Records newer than the last one read are not part of it, nor are those that the search index does not know yet, which HubSpot does not count either.
    /// </summary>
    /// <param name="query">In the order of record ids, with two filters fewer than the most in each group.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Incomplete"/>, at the end: the counts still differ after five checks.</exception>
    /// <exception cref="ArgumentException">The query has an order of its own, or no room for the filter on the id.</exception>
    public IAsyncEnumerable<CrmRecord> SearchCompleteAsync(SearchQuery query, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        new CompleteSearch(_client, Root, query, options).RunAsync(cancellationToken);

    /// <summary>How many records a search would find; one call.</summary>
    /// <exception cref="ArgumentException">The query is beyond HubSpot's limits.</exception>
    public Task<long> CountAsync(SearchQuery query, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        new SearchCalls(_client, Root).CountAsync(query, options, cancellationToken);

    private async Task<CrmRecord> RecordAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using JsonDocument document = CrmJson.Parse(response, request);
        return CrmJson.ReadRecord(document.RootElement);
    }

    private static string Query(ReadOptions? read, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var parts = new List<string>();
        foreach (var (name, value) in more)
            if (value is not null) parts.Add($"{name}={CrmPaths.Escape(value)}");
        if (read is not null)
        {
            if (read.Properties.Count > 0) parts.Add("properties=" + CrmPaths.Escape(string.Join(',', read.Properties)));
            if (read.PropertiesWithHistory.Count > 0) parts.Add("propertiesWithHistory=" + CrmPaths.Escape(string.Join(',', read.PropertiesWithHistory)));
            if (read.Associations.Count > 0) parts.Add("associations=" + CrmPaths.Escape(string.Join(',', read.Associations)));
            if (read.IdProperty is { } idProperty) parts.Add("idProperty=" + CrmPaths.Escape(idProperty));
            if (read.Archived) parts.Add("archived=true");
        }
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
