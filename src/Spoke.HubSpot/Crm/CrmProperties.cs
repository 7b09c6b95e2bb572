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

    /// <summary>No two records may have the same value. Fixed when the property is made; ten an object type at most.</summary>
    public bool HasUniqueValue { get; init; }

    /// <summary>HubSpot does not accept a value for it.</summary>
    public bool ReadOnlyValue { get; init; }

    /// <summary>HubSpot made it.</summary>
    public bool HubSpotDefined { get; init; }
}

/// <summary>Properties and property groups. Reading needs <c>crm.schemas.{object}.read</c> or the object's read scope, writing <c>crm.schemas.{object}.write</c>.</summary>
public sealed class CrmProperties
{
    private readonly HubSpotClient _client;

    internal CrmProperties(HubSpotClient client) => _client = client;

    /// <summary>All properties of a type; one call.</summary>
    public async Task<IReadOnlyList<CrmProperty>> ListAsync(ObjectType type, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", CrmPaths.Properties(_client.Version, type));
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return [.. CrmJson.Items(document.RootElement, "results").Select(Read)];
    }

    /// <summary>One property.</summary>
    /// <returns>Null when there is none of that name.</returns>
    public async Task<CrmProperty?> GetAsync(ObjectType type, string name, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", $"{CrmPaths.Properties(_client.Version, type)}/{CrmPaths.Escape(name)}");
        try
        {
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var document = CrmJson.Parse(response, request);
            return Read(document.RootElement);
        }
        catch (HubSpotException missing) when (missing is { Kind: HubSpotErrorKind.NotFound, Cause: null })
        {
            return null;
        }
    }

    /// <summary>Makes a property. A property of that name is a <see cref="HubSpotErrorKind.Conflict"/>.</summary>
    public async Task<CrmProperty> CreateAsync(ObjectType type, CrmProperty property, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("POST", CrmPaths.Properties(_client.Version, type)) { Body = CrmJson.Write(json => Write(json, property)), Repeatable = true };
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return Read(document.RootElement);
    }

    /// <summary>Makes several properties, up to 100 a call.</summary>
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
            await _client.SendAsync(new HubSpotRequest("POST", CrmPaths.Properties(_client.Version, type) + "/batch/create") { Body = body, Repeatable = true }, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Changes label, description, group, field type or options of a property; its name, type and uniqueness are fixed.</summary>
    public async Task<CrmProperty> UpdateAsync(ObjectType type, CrmProperty property, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("PATCH", $"{CrmPaths.Properties(_client.Version, type)}/{CrmPaths.Escape(property.Name)}") { Body = CrmJson.Write(json => WriteChangeable(json, property)) };
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return Read(document.RootElement);
    }

    /// <summary>Archives a property.</summary>
    public Task ArchiveAsync(ObjectType type, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("DELETE", $"{CrmPaths.Properties(_client.Version, type)}/{CrmPaths.Escape(name)}"), options, cancellationToken);

    /// <summary>Names of the property groups of a type.</summary>
    public async Task<IReadOnlyList<string>> ListGroupsAsync(ObjectType type, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", CrmPaths.Properties(_client.Version, type) + "/groups");
        var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return [.. CrmJson.Items(document.RootElement, "results").Select(group => CrmJson.Text(group, "name") ?? "")];
    }

    /// <summary>Makes a property group. A group of that name is a <see cref="HubSpotErrorKind.Conflict"/>.</summary>
    public Task CreateGroupAsync(ObjectType type, string name, string label, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.SendAsync(new HubSpotRequest("POST", CrmPaths.Properties(_client.Version, type) + "/groups")
        {
            Repeatable = true,
            Body = CrmJson.Write(json =>
            {
                json.WriteString("name", name);
                json.WriteString("label", label);
            }),
        }, options, cancellationToken);

    private static void Write(Utf8JsonWriter json, CrmProperty property)
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
        json.WriteString("groupName", property.GroupName);
        if (property.Description is { } description) json.WriteString("description", description);
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

    private static CrmProperty Read(JsonElement item) => new()
    {
        Name = CrmJson.Text(item, "name") ?? "",
        Label = CrmJson.Text(item, "label") ?? "",
        Type = CrmJson.Text(item, "type") ?? "",
        FieldType = CrmJson.Text(item, "fieldType") ?? "",
        GroupName = CrmJson.Text(item, "groupName") ?? "",
        Description = CrmJson.Text(item, "description"),
        Options = [.. CrmJson.Items(item, "options").Select(o => new KeyValuePair<string, string>(CrmJson.Text(o, "value") ?? "", CrmJson.Text(o, "label") ?? ""))],
        HasUniqueValue = CrmJson.Bool(item, "hasUniqueValue"),
        HubSpotDefined = CrmJson.Bool(item, "hubspotDefined"),
        ReadOnlyValue = item.TryGetProperty("modificationMetadata", out var metadata) && CrmJson.Bool(metadata, "readOnlyValue"),
    };
}
