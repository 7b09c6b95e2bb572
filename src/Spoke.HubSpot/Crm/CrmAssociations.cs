using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A type by which two records are associated.</summary>
/// <param name="TypeId">HubSpot's number, different in the two directions.</param>
/// <param name="Category"><c>HUBSPOT_DEFINED</c>, <c>USER_DEFINED</c> or <c>INTEGRATOR_DEFINED</c>.</param>
/// <param name="Label">What people see; null for an unlabelled type. Not needed when writing.</param>
public sealed record AssociationType(int TypeId, string Category = "HUBSPOT_DEFINED", string? Label = null);

/// <summary>An association to make or remove.</summary>
/// <param name="From">The record it leads from.</param>
/// <param name="To">The record it leads to.</param>
/// <param name="Types">When making: empty for the default, unlabelled type. When removing: empty for all types.</param>
public sealed record AssociationInput(RecordId From, RecordId To, params IReadOnlyList<AssociationType> Types);

/// <summary>A record at the other end, with the types that lead there.</summary>
/// <param name="From">The record asked about.</param>
/// <param name="To">The record at the other end.</param>
/// <param name="Types">A labelled pair has its unlabelled type as well.</param>
public sealed record Association(RecordId From, RecordId To, IReadOnlyList<AssociationType> Types);

/// <summary>What became of one association of a batch.</summary>
/// <param name="Index">The input's place among the inputs.</param>
public sealed record AssociationOutcome(int Index)
{
    /// <summary>Why it was refused; null when it was carried out.</summary>
    public HubSpotException? Error { get; init; }

    /// <summary>It was carried out.</summary>
    public bool Succeeded => Error is null;
}

/// <summary>
/// Associations between records, with their types and labels. Scopes: the <c>.read</c> or <c>.write</c> scope of the object types at both ends.
/// HubSpot gives them 100 calls in ten seconds (150 or 200 in larger accounts) within the account's whole window; the client keeps to that.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmAssociations
{
    private readonly HubSpotClient _client;
    private readonly AssociationBatches _batches;

    internal CrmAssociations(HubSpotClient client)
    {
        _client = client;
        _batches = new AssociationBatches(client);
    }

    /// <summary>Makes associations, up to 2,000 a call. Harmless to repeat. HubSpot makes the other direction itself.</summary>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    /// <exception cref="HubSpotException">Nothing was carried out at all. Once a part was, the error stands in the outcomes of the rest.</exception>
    public Task<IReadOnlyList<AssociationOutcome>> BatchCreateAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.WriteAsync(from, to, inputs, typed => typed ? "create" : "associate/default", options, cancellationToken);

    /// <summary>
    /// Removes associations, up to 2,000 a call: those of the input's types, or all of the pair when the input names none.
    /// Removing a default, unlabelled type removes the pair's labels with it. Harmless to repeat; HubSpot does not say which were not there.
    /// </summary>
    /// <returns>One outcome an input, in the inputs' order.</returns>
    /// <exception cref="HubSpotException">Nothing was carried out at all. Once a part was, the error stands in the outcomes of the rest.</exception>
    public Task<IReadOnlyList<AssociationOutcome>> BatchArchiveAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.WriteAsync(from, to, inputs, typed => typed ? "labels/archive" : "archive", options, cancellationToken);

    /// <summary>Reads what records are associated with, up to 1,000 records a call and all pages of each. Records without any are left out.</summary>
    public Task<IReadOnlyList<Association>> BatchReadAsync(ObjectType from, ObjectType to, IReadOnlyList<RecordId> ids, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _batches.ReadAsync(from, to, ids, options, cancellationToken);

    /// <summary>All records of one type associated with a record, a page of 500 a call.</summary>
    public async IAsyncEnumerable<Association> ListAsync(ObjectType from, RecordId id, ObjectType to, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        do
        {
            var request = new HubSpotRequest("GET", CrmPaths.RecordAssociations(_client.Version, from, id, to) + "?limit=500" + (after is null ? "" : "&after=" + CrmPaths.Escape(after)));
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "results")) yield return AssociationBatches.Read(id, item);
            after = CrmJson.After(page.RootElement);
        }
        while (after is not null);
    }

    /// <summary>The association types and labels between two object types, in this direction; one call.</summary>
    public async IAsyncEnumerable<AssociationType> ListLabelsAsync(ObjectType from, ObjectType to, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", Labels(from, to));
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        foreach (var item in CrmJson.Items(document.RootElement, "results")) yield return AssociationBatches.ReadType(item);
    }

    /// <summary>Makes a label of the account's own. Needs the schema scopes of the object types. A label of that name is refused. Sent once only.</summary>
    /// <param name="name">Internal name: letters, digits, underscores.</param>
    /// <param name="label">What people see.</param>
    /// <param name="inverseLabel">What people see from the other end; null for the same.</param>
    /// <returns>The types made: one for each direction, or one that serves both.</returns>
    public async Task<IReadOnlyList<AssociationType>> CreateLabelAsync(ObjectType from, ObjectType to, string name, string label, string? inverseLabel = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("POST", Labels(from, to)) { Body = Body(label, inverseLabel, json => json.WriteString("name", name)) };
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return [.. CrmJson.Items(document.RootElement, "results").Select(AssociationBatches.ReadType)];
    }

    /// <summary>Changes what people see of a label of the account's own. HubSpot's own types are refused.</summary>
    public Task UpdateLabelAsync(ObjectType from, ObjectType to, int typeId, string label, string? inverseLabel = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("PUT", Labels(from, to)) { Body = Body(label, inverseLabel, json => json.WriteNumber("associationTypeId", typeId)) }, options, cancellationToken);

    /// <summary>Removes a label of the account's own, in both directions and from all pairs that have it.</summary>
    public Task ArchiveLabelAsync(ObjectType from, ObjectType to, int typeId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Labels(from, to)}/{typeId}")), options, cancellationToken);

    private string Labels(ObjectType from, ObjectType to) => CrmPaths.Associations(_client.Version, from, to) + "/labels";

    private static ReadOnlyMemory<byte> Body(string label, string? inverseLabel, Action<Utf8JsonWriter> first) => CrmJson.Write(json =>
    {
        first(json);
        json.WriteString("label", label);
        if (inverseLabel is not null) json.WriteString("inverseLabel", inverseLabel);
    });
}
