using System.Runtime.CompilerServices;

namespace Spoke.HubSpot;

/// <summary>A record of the caller's own type, with its id.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="Value">The mapped values.</param>
/// <param name="Record">As HubSpot returned it.</param>
public sealed record Typed<T>(RecordId Id, T Value, CrmRecord Record);

/// <summary>What became of one input of a typed batch. Exactly one of <see cref="Value"/> and <see cref="Error"/> is set.</summary>
/// <param name="Index">The input's place among the inputs.</param>
public sealed record TypedOutcome<T>(int Index, Typed<T>? Value, HubSpotException? Error, bool Created);

/// <summary>
/// The records of one type as a type of the caller's own. The same calls, scopes and errors as <see cref="CrmObjects"/>, whose members say more;
/// reads ask for exactly the mapped properties.
/// </summary>
/// <typeparam name="T">A type with <see cref="HubSpotRecordAttribute"/>.</typeparam>
public sealed class CrmObjects<T>
    where T : IHubSpotRecord<T>
{
    private readonly CrmObjects _objects;

    internal CrmObjects(HubSpotClient client) => _objects = client.Objects(T.HubSpotObjectType);

    /// <inheritdoc cref="CrmObjects.GetAsync"/>
    public async Task<Typed<T>?> GetAsync(RecordId id, string? idProperty = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        await _objects.GetAsync(id, Read with { IdProperty = idProperty }, options, cancellationToken).ConfigureAwait(false) is { } record ? Map(record) : null;

    /// <inheritdoc cref="CrmObjects.ListAsync"/>
    public async IAsyncEnumerable<Typed<T>> ListAsync(RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var record in _objects.ListAsync(Read, options, cancellationToken).ConfigureAwait(false)) yield return Map(record);
    }

    /// <inheritdoc cref="CrmObjects.SearchAsync"/>
    public async IAsyncEnumerable<Typed<T>> SearchAsync(SearchQuery query, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        await foreach (var record in _objects.SearchAsync(query with { Properties = T.HubSpotProperties }, options, cancellationToken).ConfigureAwait(false)) yield return Map(record);
    }

    /// <inheritdoc cref="CrmObjects.CreateAsync"/>
    /// <param name="uniqueProperty">A mapped property with unique values, which makes the create safe to repeat.</param>
    public async Task<Typed<T>> CreateAsync(T value, string? uniqueProperty = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var made = await _objects.CreateAsync(new CrmRecordInput(value.ToHubSpot()) { UniqueProperty = uniqueProperty }, options, cancellationToken).ConfigureAwait(false);
        return Map(made);
    }

    /// <inheritdoc cref="CrmObjects.UpdateAsync"/>
    public async Task<Typed<T>> UpdateAsync(RecordId id, T value, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Map(await _objects.UpdateAsync(id, value.ToHubSpot(), options, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="CrmObjects.UpsertAsync"/>
    /// <exception cref="ArgumentException">The unique property has no value.</exception>
    public async Task<Typed<T>> UpsertAsync(string idProperty, T value, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (id, rest) = Split(idProperty, value);
        return Map(await _objects.UpsertAsync(idProperty, id, rest, options, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc cref="CrmObjects.BatchUpsertAsync"/>
    /// <exception cref="ArgumentException">A unique property has no value.</exception>
    public async Task<IReadOnlyList<TypedOutcome<T>>> BatchUpsertAsync(string idProperty, IReadOnlyList<T> values, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var outcomes = await _objects.BatchUpsertAsync(idProperty, [.. values.Select(value => Split(idProperty, value)).Select(split => new UpsertInput(split.Id, split.Others))], options, cancellationToken).ConfigureAwait(false);
        return [.. outcomes.Select(outcome => new TypedOutcome<T>(outcome.Index, outcome.Record is { } record ? Map(record) : null, outcome.Error, outcome.Created))];
    }

    /// <inheritdoc cref="CrmObjects.ArchiveAsync"/>
    public Task ArchiveAsync(RecordId id, RequestOptions? options = null, CancellationToken cancellationToken = default) => _objects.ArchiveAsync(id, options, cancellationToken);

    private static ReadOptions Read => new() { Properties = T.HubSpotProperties };

    private static Typed<T> Map(CrmRecord record) => new(record.Id, T.FromHubSpot(record), record);

    private static (string Id, Dictionary<string, string?> Others) Split(string idProperty, T value)
    {
        var properties = new Dictionary<string, string?>(value.ToHubSpot());
        if (!properties.Remove(idProperty, out var id) || string.IsNullOrWhiteSpace(id)) throw new ArgumentException($"The property {idProperty}, by which the record is found, has no value.", nameof(idProperty));
        return (id, properties);
    }
}
