namespace Spoke.HubSpot;

/// <summary>
/// What an app writes on the timelines of contacts, companies, deals and tickets. Events take an OAuth token of an account that has the app, with the scope
/// <c>timeline</c> or a <c>.write</c> scope of these types; templates take a developer key (<see cref="Templates"/>). HubSpot publishes templates as v3 only, so v3 it is
/// whatever the client's version; the dated paths are for event types of developer projects and have no members here.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class TimelineEvents
{
    private const string Root = "/integrators/timeline/v3/events";
    private const int MostInputs = 500;
    private readonly HubSpotClient _client;
    private readonly Answers _answers;

    internal TimelineEvents(HubSpotClient client) => (_client, _answers) = (client, new Answers(client));

    /// <summary>The templates of an app.</summary>
    /// <param name="appId">The app's number.</param>
    /// <param name="developerKey">The key of the app's developer account, asked for at each call. It goes to the templates' paths and nowhere else, in place of the client's token.</param>
    public TimelineTemplates Templates(long appId, Func<string> developerKey)
    {
        ArgumentNullException.ThrowIfNull(developerKey);
        return new TimelineTemplates(_client, appId, developerKey);
    }

    /// <summary>Writes one event. Sent again when its answer is lost only if it has an <see cref="TimelineEventInput.Id"/>.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the template has no such token, a value is of another kind, or nobody is named; <see cref="HubSpotErrorKind.NotFound"/>: there is no such template or record.</exception>
    public Task<TimelineEvent> CreateAsync(TimelineEventInput input, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _answers.OneAsync(new HubSpotRequest("POST", Root) { Repeatable = input.Id is not null, Body = CrmJson.Write(input.Write) }, TimelineEvent.Read, options, cancellationToken);
    }

    /// <summary>Writes events, 500 a call; each succeeds or fails alone. A call is sent again when its answer is lost only if all have an <see cref="TimelineEventInput.Id"/>.</summary>
    public async Task<TimelineBatch> BatchCreateAsync(IReadOnlyList<TimelineEventInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var (made, errors) = await _answers.BatchAsync(Root + "/batch/create", inputs, MostInputs, static (json, input) => input.Write(json), TimelineEvent.Read, options, cancellationToken,
            repeatable: inputs.All(input => input.Id is not null)).ConfigureAwait(false);
        return new TimelineBatch(made, errors);
    }

    /// <summary>One event; one call.</summary>
    /// <returns>Null when the template has none of that id.</returns>
    public Task<TimelineEvent?> GetAsync(string templateId, string eventId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", $"{Root}/{CrmPaths.Escape(templateId)}/{CrmPaths.Escape(eventId)}"), TimelineEvent.Read, options, cancellationToken);
}
