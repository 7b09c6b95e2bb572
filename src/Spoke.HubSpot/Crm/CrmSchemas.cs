using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Definitions of custom objects; their records are reached through <see cref="HubSpotClient.Objects(ObjectType)"/>, their properties through
/// <see cref="HubSpotClient.Properties"/>. Scopes: <c>crm.schemas.custom.read</c>, and <c>crm.schemas.custom.write</c> for changes. Custom objects come with
/// Enterprise subscriptions. All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmSchemas
{
    private readonly Answers _answers;

    internal CrmSchemas(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>All live custom objects; one call.</summary>
    public async IAsyncEnumerable<CrmSchema> ListAsync(RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var schemas = await _answers.OneAsync(new HubSpotRequest("GET", Root), root => CrmJson.Items(root, "results").Select(CrmSchema.Read).ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var schema in schemas) yield return schema;
    }

    /// <summary>One custom object by type id or fully qualified name; one call.</summary>
    /// <returns>Null when there is none.</returns>
    public Task<CrmSchema?> GetAsync(ObjectType type, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(type)), CrmSchema.Read, options, cancellationToken);

    /// <summary>Makes a custom object. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: the name is taken; <see cref="HubSpotErrorKind.Validation"/>: the name has other characters, a property named is not among the properties, the account has no more custom objects to give, or the name is that of an archived one not yet purged.</exception>
    public Task<CrmSchema> CreateAsync(SchemaInput schema, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return _answers.OneAsync(new HubSpotRequest("POST", Root) { Body = CrmJson.Write(json => Write(json, schema)) }, CrmSchema.Read, options, cancellationToken);
    }

    /// <summary>Changes labels, description, and which properties are required, searchable or displayed.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: a property named does not exist.</exception>
    public async Task<CrmSchema> UpdateAsync(ObjectType type, SchemaChange change, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _answers.SendAsync(new HubSpotRequest("PATCH", One(type)) { Body = CrmJson.Write(json => Write(json, change)) }, options, cancellationToken).ConfigureAwait(false);
        // Published: the answer to a change leaves out associations, so the whole is read.
        return await _answers.OneAsync(new HubSpotRequest("GET", One(type)), CrmSchema.Read, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Archives a custom object. One that has records is refused. Its name stays taken until it is purged.</summary>
    public Task ArchiveAsync(ObjectType type, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(type)), options, cancellationToken);

    /// <summary>Removes an archived custom object for good, so that its name is free. Cannot be undone; one that is not archived is refused.</summary>
    public Task PurgeAsync(ObjectType type, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(type) + "?archived=true"), options, cancellationToken);

    /// <summary>Lets records be associated with those of another type. Harmless to repeat.</summary>
    /// <param name="name">Internal name of the association; null for HubSpot's choice.</param>
    public Task<SchemaAssociation> CreateAssociationAsync(ObjectType from, ObjectType to, string? name = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", One(from) + "/associations")
        {
            Body = CrmJson.Write(json =>
            {
                json.WriteString("fromObjectTypeId", from.Id);
                json.WriteString("toObjectTypeId", to.Id);
                if (name is not null) json.WriteString("name", name);
            }),
        }, SchemaAssociation.Read, options, cancellationToken);

    /// <summary>Takes the way to another type away, and with it all associations made by it.</summary>
    public Task ArchiveAssociationAsync(ObjectType from, string associationId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", $"{One(from)}/associations/{CrmPaths.Escape(associationId)}"), options, cancellationToken);

    private string Root => CrmPaths.Schemas(_answers.Version);

    private string One(ObjectType type) => $"{Root}/{CrmPaths.Escape(type.Name)}";

    private static void Write(Utf8JsonWriter json, SchemaInput schema)
    {
        json.WriteString("name", schema.Name);
        WriteLabels(json, schema.SingularLabel, schema.PluralLabel);
        if (schema.Description is { } description) json.WriteString("description", description);
        json.WriteString("primaryDisplayProperty", schema.PrimaryDisplayProperty);
        CrmJson.WriteStrings(json, "secondaryDisplayProperties", schema.SecondaryDisplayProperties);
        CrmJson.WriteStrings(json, "requiredProperties", schema.RequiredProperties);
        CrmJson.WriteStrings(json, "searchableProperties", schema.SearchableProperties);
        CrmJson.WriteStrings(json, "associatedObjects", schema.AssociatedObjects.Select(type => type.Id));
        json.WriteStartArray("properties");
        foreach (var property in schema.Properties)
        {
            json.WriteStartObject();
            CrmProperties.Write(json, property);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SchemaChange change)
    {
        if (change.SingularLabel is not null || change.PluralLabel is not null) WriteLabels(json, change.SingularLabel, change.PluralLabel);
        if (change.Description is { } description) json.WriteString("description", description);
        if (change.PrimaryDisplayProperty is { } primary) json.WriteString("primaryDisplayProperty", primary);
        if (change.SecondaryDisplayProperties is { } secondary) CrmJson.WriteStrings(json, "secondaryDisplayProperties", secondary);
        if (change.RequiredProperties is { } required) CrmJson.WriteStrings(json, "requiredProperties", required);
        if (change.SearchableProperties is { } searchable) CrmJson.WriteStrings(json, "searchableProperties", searchable);
    }

    private static void WriteLabels(Utf8JsonWriter json, string? singular, string? plural)
    {
        json.WriteStartObject("labels");
        if (singular is not null) json.WriteString("singular", singular);
        if (plural is not null) json.WriteString("plural", plural);
        json.WriteEndObject();
    }
}
