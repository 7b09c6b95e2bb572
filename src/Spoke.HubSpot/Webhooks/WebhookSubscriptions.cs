using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// What an app is told by webhook. This takes an app's own token (client credentials; scopes <c>developers-read</c> and <c>developers-write</c>): a portal's
/// token is answered 401 or 403. A client of version 2026-09 uses the paths of 2026-03: those of 2026-09 want a developer key in the address. An app has 1,000 subscriptions at most. Private apps' webhooks are set in HubSpot's pages, not here.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class WebhookSubscriptions
{
    private readonly Answers _answers;

    internal WebhookSubscriptions(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>Where an app's deliveries go; one call.</summary>
    /// <returns>Null when nothing has been set.</returns>
    public Task<WebhookSettings?> GetSettingsAsync(long appId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", Settings(appId)), WebhookSettings.Read, options, cancellationToken);

    /// <summary>Sets where an app's deliveries go.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the address is not HTTPS, or fewer than five at once.</exception>
    public Task<WebhookSettings> UpdateSettingsAsync(long appId, WebhookSettings settings, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return _answers.OneAsync(new HubSpotRequest("PUT", Settings(appId)) { Body = CrmJson.Write(settings.Write) }, WebhookSettings.Read, options, cancellationToken);
    }

    /// <summary>Stops all deliveries of an app; its subscriptions stay.</summary>
    public Task DeleteSettingsAsync(long appId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", Settings(appId)), options, cancellationToken);

    /// <summary>All subscriptions of an app; one call.</summary>
    public async IAsyncEnumerable<WebhookSubscription> ListAsync(long appId, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var all = await _answers.OneAsync(new HubSpotRequest("GET", Root(appId)), Results, options, cancellationToken).ConfigureAwait(false);
        foreach (var one in all) yield return one;
    }

    /// <summary>One subscription; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<WebhookSubscription?> GetAsync(long appId, string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(appId, id)), WebhookSubscription.Read, options, cancellationToken);

    /// <summary>Subscribes an app to an event. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: it has this one; <see cref="HubSpotErrorKind.Validation"/>: there is no such event, or a property or object type is missing.</exception>
    public Task<WebhookSubscription> CreateAsync(long appId, WebhookSubscriptionInput subscription, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return _answers.OneAsync(new HubSpotRequest("POST", Root(appId)) { Body = CrmJson.Write(subscription.Write) }, WebhookSubscription.Read, options, cancellationToken);
    }

    /// <summary>Switches a subscription on or off; nothing else of it can be changed.</summary>
    public Task<WebhookSubscription> UpdateAsync(long appId, string id, bool active, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PATCH", One(appId, id)) { Body = CrmJson.Write(json => json.WriteBoolean("active", active)) }, WebhookSubscription.Read, options, cancellationToken);

    /// <summary>Switches several subscriptions on or off; one call.</summary>
    /// <returns>Those that were switched; ids the app does not have are missing.</returns>
    /// <exception cref="ArgumentException">An id is not a number.</exception>
    public Task<IReadOnlyList<WebhookSubscription>> BatchUpdateAsync(long appId, IReadOnlyDictionary<string, bool> activeById, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(activeById);
        return _answers.OneAsync(new HubSpotRequest("POST", Root(appId) + "/batch/update") { Body = CrmJson.Write(json => Write(json, activeById)) }, Results, options, cancellationToken);
    }

    /// <summary>Removes a subscription.</summary>
    public Task DeleteAsync(long appId, string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(appId, id)), options, cancellationToken);

    private string App(long appId) => CrmPaths.Webhooks(_answers.Version) + "/" + appId.ToString(CultureInfo.InvariantCulture);

    private string Settings(long appId) => App(appId) + "/settings";

    private string Root(long appId) => App(appId) + "/subscriptions";

    private string One(long appId, string id) => $"{Root(appId)}/{CrmPaths.Escape(id)}";

    private static IReadOnlyList<WebhookSubscription> Results(JsonElement root) => [.. CrmJson.Items(root, "results").Select(WebhookSubscription.Read)];

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, bool> activeById)
    {
        json.WriteStartArray("inputs");
        foreach (var (id, active) in activeById)
        {
            if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw new ArgumentException($"A webhook subscription's id is a number, not '{id}'.", nameof(activeById));
            json.WriteStartObject();
            json.WriteNumber("id", number);
            json.WriteBoolean("active", active);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
