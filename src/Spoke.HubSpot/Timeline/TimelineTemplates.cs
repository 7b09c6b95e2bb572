using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// The templates an app's events are made from, with a developer key in place of the client's token. An app has 750 at most, of 500 tokens each.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached; of kind <see cref="HubSpotErrorKind.NotFound"/> when the app has no such template or token.
/// </summary>
public sealed class TimelineTemplates
{
    private readonly Answers _answers;
    private readonly string _root;
    private readonly Func<string> _key;

    internal TimelineTemplates(HubSpotClient client, long appId, Func<string> developerKey) =>
        (_answers, _root, _key) = (new Answers(client), string.Create(CultureInfo.InvariantCulture, $"/integrators/timeline/v3/{appId}/event-templates"), developerKey);

    /// <summary>All templates of the app; one call.</summary>
    public IAsyncEnumerable<TimelineTemplate> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.ItemsAsync(Request("GET", _root), TimelineTemplate.Read, options, cancellationToken);

    /// <summary>One template; one call.</summary>
    /// <returns>Null when the app has none of that id.</returns>
    public Task<TimelineTemplate?> GetAsync(string templateId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(Request("GET", One(templateId)), TimelineTemplate.Read, options, cancellationToken);

    /// <summary>Makes a template. Sent once only.</summary>
    /// <param name="objectType"><see cref="ObjectType.Contacts"/>, <see cref="ObjectType.Companies"/>, <see cref="ObjectType.Deals"/> or <see cref="ObjectType.Tickets"/>; cannot be changed.</param>
    /// <param name="template">How its events look.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: another type, a text that is no Handlebars, or a token that cannot be.</exception>
    public Task<TimelineTemplate> CreateAsync(ObjectType objectType, TimelineTemplateInput template, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        return _answers.OneAsync(Request("POST", _root, json =>
        {
            json.WriteString("objectType", objectType.Name);
            template.Write(json);
        }), TimelineTemplate.Read, options, cancellationToken);
    }

    /// <summary>Writes a template anew, all but its object type: tokens that are not given are gone.</summary>
    public Task<TimelineTemplate> UpdateAsync(string templateId, TimelineTemplateInput template, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        return _answers.OneAsync(Request("PUT", One(templateId), json =>
        {
            json.WriteString("id", templateId);
            template.Write(json);
        }), TimelineTemplate.Read, options, cancellationToken);
    }

    /// <summary>Deletes a template and with it all events made from it.</summary>
    public Task DeleteAsync(string templateId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(Request("DELETE", One(templateId)), options, cancellationToken);

    /// <summary>Adds a token to a template. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: it has one of that name.</exception>
    public Task<TimelineToken> CreateTokenAsync(string templateId, TimelineToken token, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _answers.OneAsync(Request("POST", One(templateId) + "/tokens", token.Write), TimelineToken.Read, options, cancellationToken);
    }

    /// <summary>Changes label, options and property of the token of that name.</summary>
    public Task<TimelineToken> UpdateTokenAsync(string templateId, TimelineToken token, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _answers.OneAsync(Request("PUT", Token(templateId, token.Name), token.WriteChange), TimelineToken.Read, options, cancellationToken);
    }

    /// <summary>Takes a token off a template; events keep its values.</summary>
    public Task DeleteTokenAsync(string templateId, string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(Request("DELETE", Token(templateId, name)), options, cancellationToken);

    private string One(string templateId) => $"{_root}/{CrmPaths.Escape(templateId)}";

    private string Token(string templateId, string name) => $"{One(templateId)}/tokens/{CrmPaths.Escape(name)}";

    private HubSpotRequest Request(string method, string path, Action<Utf8JsonWriter>? body = null) => new(method, path)
    {
        DeveloperKey = _key() is { Length: > 0 } key ? key : throw new ArgumentException("The developer key is empty."),
        Body = body is null ? null : CrmJson.Write(body),
    };
}
