using System.Globalization;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>
/// Custom events. Scopes: <c>behavioral_events.event_definitions.read_write</c> for definitions, <c>analytics.behavioral_events.send</c> for sending;
/// reading needs the read scope of the records' type. Custom events come with Marketing Hub Enterprise; an account has 500 definitions at most.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CustomEvents
{
    private const int MostInputs = 500;
    private readonly Answers _answers;

    internal CustomEvents(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>All definitions with their properties, 100 a call.</summary>
    public IAsyncEnumerable<EventDefinition> ListDefinitionsAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync(Definitions + "?includeProperties=true&limit=100", EventDefinition.Read, options, cancellationToken);

    /// <summary>One definition by its name, fully qualified or not; one call.</summary>
    /// <returns>Null when there is none.</returns>
    public Task<EventDefinition?> GetDefinitionAsync(string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(name)), EventDefinition.Read, options, cancellationToken);

    /// <summary>Defines an event. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: the name is taken; <see cref="HubSpotErrorKind.Validation"/>: a name or type is refused.</exception>
    public Task<EventDefinition> CreateDefinitionAsync(EventDefinitionInput definition, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return _answers.OneAsync(new HubSpotRequest("POST", Definitions) { Body = CrmJson.Write(definition.Write) }, EventDefinition.Read, options, cancellationToken);
    }

    /// <summary>Changes label and description of a definition; null leaves as it is.</summary>
    public Task<EventDefinition> UpdateDefinitionAsync(string name, string? label = null, string? description = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PATCH", One(name))
        {
            Body = CrmJson.Write(json =>
            {
                if (label is not null) json.WriteString("label", label);
                if (description is not null) json.WriteString("description", description);
            }),
        }, EventDefinition.Read, options, cancellationToken);

    /// <summary>Deletes a definition and with it what happened. Cannot be undone.</summary>
    public Task DeleteDefinitionAsync(string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(name)), options, cancellationToken);

    /// <summary>Adds a property to a definition. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: the name is taken.</exception>
    public Task<EventProperty> CreatePropertyAsync(string eventName, EventProperty property, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(property);
        return _answers.OneAsync(new HubSpotRequest("POST", One(eventName) + "/property") { Body = CrmJson.Write(property.Write) }, EventProperty.Read, options, cancellationToken);
    }

    /// <summary>Sends one event. HubSpot takes it at once and works on it later. Sent once only, unless it has a <see cref="EventInput.Uuid"/>.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: there is no such definition, or nobody it happened to is named.</exception>
    public Task SendAsync(EventInput input, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _answers.SendAsync(new HubSpotRequest("POST", Root + "/send") { Body = CrmJson.Write(input.Write), Repeatable = input.Uuid is not null }, options, cancellationToken);
    }

    /// <summary>Sends many events, 500 a call; a call is taken wholly or not at all. Sent once only, unless each has a <see cref="EventInput.Uuid"/>.</summary>
    /// <exception cref="HubSpotException">A call was refused; those before it were taken.</exception>
    public async Task BatchSendAsync(IReadOnlyList<EventInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (var chunk in inputs.Chunk(MostInputs))
        {
            var body = CrmJson.Write(json =>
            {
                json.WriteStartArray("inputs");
                foreach (var input in chunk)
                {
                    json.WriteStartObject();
                    input.Write(json);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
            await _answers.SendAsync(new HubSpotRequest("POST", Root + "/send/batch") { Body = body, Repeatable = chunk.All(input => input.Uuid is not null) }, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What happened, latest first, 100 a call.</summary>
    /// <exception cref="ArgumentException">A record is asked for without its type.</exception>
    public IAsyncEnumerable<EventOccurrence> ListAsync(EventQuery query, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query is { ObjectId: not null, ObjectType: null }) throw new ArgumentException("EventQuery.ObjectId needs ObjectType with it.", nameof(query));
        var path = new StringBuilder(CrmPaths.Occurrences(_answers.Version)).Append("?limit=100");
        void Add(string name, string? value)
        {
            if (value is not null) path.Append('&').Append(name).Append('=').Append(CrmPaths.Escape(value));
        }
        Add("eventType", query.EventType);
        Add("objectType", query.ObjectType?.Name);
        Add("objectId", query.ObjectId?.Value);
        Add("occurredAfter", query.After?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        Add("occurredBefore", query.Before?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        return _answers.PagesAsync(path.ToString(), EventOccurrence.Read, options, cancellationToken);
    }

    private string Root => CrmPaths.Events(_answers.Version);

    private string Definitions => Root + "/event-definitions";

    private string One(string name) => $"{Definitions}/{CrmPaths.Escape(name)}";
}
