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
    private readonly BatchCalls _batches;

    internal CrmObjects(HubSpotClient client, ObjectType type)
    {
        _client = client;
        Type = type;
        _batches = new BatchCalls(client, Root);
    }

    /// <summary>Which type.</summary>
    public ObjectType Type { get; }

    private string Root => CrmPaths.Objects(_client.Version, Type);

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
            var request = new HubSpotRequest("GET", Root + Query(read, ("limit", read.PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("after", after)));
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "results")) yield return CrmJson.ReadRecord(item);
            after = CrmJson.After(page.RootElement);
        }
        while (after is not null);
    }

    /// <summary>Makes a record. Sent once only, unless <see cref="CrmRecordInput.UniqueProperty"/> says that a second one would be refused.</summary>
    public Task<CrmRecord> CreateAsync(CrmRecordInput input, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        RecordAsync(new HubSpotRequest("POST", Root) { Body = CrmJson.Write(json => BatchCalls.WriteCreate(json, input)), Repeatable = input.UniqueProperty is not null }, options, cancellationToken);

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

    /// <summary>Makes any number of records, 100 a call. One bad input does not hold up the others. Sent once only.</summary>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    public Task<IReadOnlyList<BatchOutcome>> BatchCreateAsync(IReadOnlyList<CrmRecordInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.WriteAsync("create", inputs.Count, (json, i) => BatchCalls.WriteCreate(json, inputs[i]), null, inputs.Count > 0 && inputs.All(i => i.UniqueProperty is not null), options, cancellationToken);

    /// <summary>Reads any number of records, 100 a call. With <see cref="ReadOptions.IdProperty"/> the ids are values of that property.</summary>
    /// <returns>One outcome an id, in the ids' order; an unknown id has an error of kind <see cref="HubSpotErrorKind.NotFound"/>.</returns>
    public Task<IReadOnlyList<BatchOutcome>> BatchReadAsync(IReadOnlyList<RecordId> ids, ReadOptions? read = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.ReadAsync(ids, read ?? new ReadOptions(), options, cancellationToken);

    /// <summary>Changes any number of records by id, 100 a call.</summary>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    public Task<IReadOnlyList<BatchOutcome>> BatchUpdateAsync(IReadOnlyList<UpdateInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.WriteAsync("update", inputs.Count, (json, i) =>
        {
            json.WriteString("id", inputs[i].Id.Value);
            CrmJson.WriteProperties(json, inputs[i].Properties);
        }, i => inputs[i].Id.Value, true, options, cancellationToken);

    /// <summary>
    /// Makes or changes records by a unique property, 100 a call. Harmless to repeat: a lost answer makes nothing twice.
    /// Inputs with the same value go in separate calls, in their order.
    /// </summary>
    /// <param name="idProperty"><c>email</c> for contacts, or a property with unique values; not <c>hs_object_id</c>.</param>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    public Task<IReadOnlyList<BatchOutcome>> BatchUpsertAsync(string idProperty, IReadOnlyList<UpsertInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.WriteAsync("upsert", inputs.Count, (json, i) =>
        {
            json.WriteString("idProperty", idProperty);
            json.WriteString("id", inputs[i].IdValue);
            CrmJson.WriteProperties(json, inputs[i].Properties);
        }, i => inputs[i].IdValue, true, options, cancellationToken);

    /// <summary>Moves any number of records to the recycle bin, 100 a call. HubSpot does not say which ids it did not know.</summary>
    public Task<IReadOnlyList<BatchOutcome>> BatchArchiveAsync(IReadOnlyList<RecordId> ids, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.WriteAsync("archive", ids.Count, (json, i) => json.WriteString("id", ids[i].Value), i => ids[i].Value, true, options, cancellationToken);

    /// <summary>
    /// Searches, also past HubSpot's 10,000 results: the query is then run again in windows of record ids.
    /// The index follows writes with a delay; do not search to find out whether a record exists, upsert it.
    /// </summary>
    public IAsyncEnumerable<CrmRecord> SearchAsync(SearchQuery query, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        new SearchCalls(_client, Root).SearchAsync(query, options, cancellationToken);

    /// <summary>How many records a search would find; one call.</summary>
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
            if (read.Associations.Count > 0) parts.Add("associations=" + CrmPaths.Escape(string.Join(',', read.Associations)));
            if (read.IdProperty is { } idProperty) parts.Add("idProperty=" + CrmPaths.Escape(idProperty));
            if (read.Archived) parts.Add("archived=true");
        }
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
