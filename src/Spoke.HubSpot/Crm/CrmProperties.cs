using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A property of an object type.</summary>
public sealed record CrmProperty
{
    /// <summary>Internal name: lower case, begins with a letter.</summary>
    public required string Name { get; init; }

    /// <summary>What people see.</summary>
    public required string Label { get; init; }

    /// <summary><c>string</c>, <c>number</c>, <c>date</c>, <c>datetime</c>, <c>bool</c> or <c>enumeration</c>.</summary>
    public required string Type { get; init; }

    /// <summary>How a form shows it, such as <c>text</c>, <c>number</c>, <c>select</c>.</summary>
    public required string FieldType { get; init; }

    /// <summary>Name of its group.</summary>
    public required string GroupName { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Values allowed for an enumeration, with their labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>What a number is, for display: <c>currency</c>, <c>percentage</c>, <c>duration</c> (milliseconds), <c>formatted</c>, …; null for others.</summary>
    public string? NumberDisplayHint { get; init; }

    /// <summary>No two records may have the same value. Fixed when the property is made; ten an object type at most.</summary>
    public bool HasUniqueValue { get; init; }

    /// <summary>HubSpot does not accept a value for it.</summary>
    public bool ReadOnlyValue { get; init; }

    /// <summary>HubSpot made it.</summary>
    public bool HubSpotDefined { get; init; }
}

/// <summary>A heading under which properties stand.</summary>
/// <param name="Name">Internal name.</param>
/// <param name="Label">What people see.</param>
public sealed record CrmPropertyGroup(string Name, string Label);

/// <summary>
/// Properties and property groups. Reading needs <c>crm.schemas.{object}.read</c> or the object's read scope, writing <c>crm.schemas.{object}.write</c>.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmProperties
{
    private readonly HubSpotClient _client;

    internal CrmProperties(HubSpotClient client) => _client = client;

    /// <summary>All live properties of a type; one call.</summary>
    public async IAsyncEnumerable<CrmProperty> ListAsync(ObjectType type, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var document = await AnswerAsync(new HubSpotRequest("GET", Root(type)), options, cancellationToken).ConfigureAwait(false);
        foreach (var item in CrmJson.Items(document.RootElement, "results")) yield return Read(item);
    }

    /// <summary>One property; one call.</summary>
    /// <returns>Null when there is none of that name.</returns>
    public async Task<CrmProperty?> GetAsync(ObjectType type, string name, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await PropertyAsync(new HubSpotRequest("GET", One(type, name)), options, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException missing) when (missing is { Kind: HubSpotErrorKind.NotFound, Cause: null })
        {
            return null;
        }
    }

    /// <summary>Makes a property; its name is unique, so a lost answer is made good by sending it again.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: a property of that name exists; <see cref="HubSpotErrorKind.Validation"/>: name, type or group is refused.</exception>
    public async Task<CrmProperty> CreateAsync(ObjectType type, CrmProperty property, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await PropertyAsync(new HubSpotRequest("POST", Root(type)) { Body = CrmJson.Write(json => Write(json, property)), Repeatable = true }, options, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException conflict) when (conflict is { Kind: HubSpotErrorKind.Conflict, Attempts: > 1 })
        {
            if (await GetAsync(type, property.Name, options, cancellationToken).ConfigureAwait(false) is { } made) return made;   // the lost answer had made it
            throw;
        }
    }

    /// <summary>Makes several properties, 100 a call. HubSpot carries a call out wholly or not at all: list the properties first and leave out those that exist.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: one exists; <see cref="HubSpotErrorKind.Validation"/>: one is refused.</exception>
    public async Task BatchCreateAsync(ObjectType type, IReadOnlyList<CrmProperty> properties, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        foreach (var chunk in properties.Chunk(100))
        {
            var body = CrmJson.Write(json =>
            {
                json.WriteStartArray("inputs");
                foreach (var property in chunk)
                {
                    json.WriteStartObject();
                    Write(json, property);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
            await _client.SendAsync(new HubSpotRequest("POST", Root(type) + "/batch/create") { Body = body, Repeatable = true }, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Changes label, description, group, field type or options of a property; its name, type and uniqueness are fixed.</summary>
    public Task<CrmProperty> UpdateAsync(ObjectType type, CrmProperty property, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        PropertyAsync(new HubSpotRequest("PATCH", One(type, property.Name)) { Body = CrmJson.Write(json => WriteChangeable(json, property)) }, options, cancellationToken);

    /// <summary>Archives a property; its values are gone from the records' pages. HubSpot's own properties are refused.</summary>
    public Task ArchiveAsync(ObjectType type, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", One(type, name)), options, cancellationToken);

    /// <summary>The live property groups of a type; one call.</summary>
    public async IAsyncEnumerable<CrmPropertyGroup> ListGroupsAsync(ObjectType type, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var document = await AnswerAsync(new HubSpotRequest("GET", Root(type) + "/groups"), options, cancellationToken).ConfigureAwait(false);
        foreach (var item in CrmJson.Items(document.RootElement, "results")) yield return new CrmPropertyGroup(CrmJson.Text(item, "name") ?? "", CrmJson.Text(item, "label") ?? "");
    }

    /// <summary>Makes a property group. Its name is unique, so a lost answer is made good by sending it again.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: a group of that name exists.</exception>
    public async Task CreateGroupAsync(ObjectType type, string name, string label, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = CrmJson.Write(json =>
        {
            json.WriteString("name", name);
            json.WriteString("label", label);
        });
        try
        {
            await _client.SendAsync(new HubSpotRequest("POST", Root(type) + "/groups") { Body = body, Repeatable = true }, options, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException conflict) when (conflict is { Kind: HubSpotErrorKind.Conflict, Attempts: > 1 })
        {
            // the lost answer had made it
        }
    }

    /// <summary>Changes what people see of a property group; its name is fixed.</summary>
    public Task UpdateGroupAsync(ObjectType type, string name, string label, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("PATCH", Group(type, name)) { Body = CrmJson.Write(json => json.WriteString("label", label)) }, options, cancellationToken);

    /// <summary>Archives a property group. One that still holds properties, or is HubSpot's own, is refused.</summary>
    public Task ArchiveGroupAsync(ObjectType type, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", Group(type, name)), options, cancellationToken);

    private string Root(ObjectType type) => CrmPaths.Properties(_client.Version, type);

    private string One(ObjectType type, string name) => $"{Root(type)}/{CrmPaths.Escape(name)}";

    private string Group(ObjectType type, string name) => $"{Root(type)}/groups/{CrmPaths.Escape(name)}";

    private async Task<CrmProperty> PropertyAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        using var document = await AnswerAsync(request, options, cancellationToken).ConfigureAwait(false);
        return Read(document.RootElement);
    }

    private async Task<JsonDocument> AnswerAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken) =>
        CrmJson.Parse(await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false), request);

    internal static void Write(Utf8JsonWriter json, CrmProperty property)
    {
        json.WriteString("name", property.Name);
        json.WriteString("type", property.Type);
        if (property.HasUniqueValue) json.WriteBoolean("hasUniqueValue", true);
        WriteChangeable(json, property);
    }

    private static void WriteChangeable(Utf8JsonWriter json, CrmProperty property)
    {
        json.WriteString("label", property.Label);
        json.WriteString("fieldType", property.FieldType);
        if (property.GroupName.Length > 0) json.WriteString("groupName", property.GroupName);
        if (property.Description is { } description) json.WriteString("description", description);
        if (property.NumberDisplayHint is { } hint) json.WriteString("numberDisplayHint", hint);
        if (property.Options.Count == 0) return;
        json.WriteStartArray("options");
        for (var i = 0; i < property.Options.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("value", property.Options[i].Key);
            json.WriteString("label", property.Options[i].Value);
            json.WriteNumber("displayOrder", i);
            json.WriteBoolean("hidden", false);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    internal static CrmProperty Read(JsonElement item) => new()
    {
        Name = CrmJson.Text(item, "name") ?? "",
        Label = CrmJson.Text(item, "label") ?? "",
        Type = CrmJson.Text(item, "type") ?? "",
        FieldType = CrmJson.Text(item, "fieldType") ?? "",
        GroupName = CrmJson.Text(item, "groupName") ?? "",
        Description = CrmJson.Text(item, "description"),
        NumberDisplayHint = CrmJson.Text(item, "numberDisplayHint"),
        Options = [.. CrmJson.Items(item, "options").Select(o => new KeyValuePair<string, string>(CrmJson.Text(o, "value") ?? "", CrmJson.Text(o, "label") ?? ""))],
        HasUniqueValue = CrmJson.Bool(item, "hasUniqueValue"),
        HubSpotDefined = CrmJson.Bool(item, "hubspotDefined"),
        ReadOnlyValue = item.TryGetProperty("modificationMetadata", out var metadata) && CrmJson.Bool(metadata, "readOnlyValue"),
    };
}
