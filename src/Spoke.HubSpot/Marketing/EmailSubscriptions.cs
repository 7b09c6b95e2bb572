using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Who wants which e-mail. Scopes: <c>communication_preferences.read</c> and <c>.write</c>, or <c>.read_write</c>;
/// for many at once <c>communication_preferences.statuses.batch.read</c> and <c>.write</c>.
/// Once a person opted out, only the person can opt in again: HubSpot refuses an app that tries.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached; <see cref="HubSpotErrorKind.Validation"/> for what is no address.
/// </summary>
public sealed class EmailSubscriptions
{
    private const int MostInputs = 100;
    private readonly Answers _answers;

    internal EmailSubscriptions(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>The kinds of e-mail the account has; one call.</summary>
    public async IAsyncEnumerable<SubscriptionDefinition> ListDefinitionsAsync(RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var item in await ManyAsync(new HubSpotRequest("GET", Root + "/definitions"), SubscriptionDefinition.Read, options, cancellationToken).ConfigureAwait(false)) yield return item;
    }

    /// <summary>What holds of an address, one status for each kind of e-mail; one call. An address HubSpot does not know has none specified.</summary>
    public async IAsyncEnumerable<SubscriptionStatus> ListAsync(string email, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var item in await ManyAsync(new HubSpotRequest("GET", Of(email) + "?channel=EMAIL"), SubscriptionStatus.Read, options, cancellationToken).ConfigureAwait(false)) yield return item;
    }

    /// <summary>Sets one state. Harmless to repeat.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the person opted out and the app may not opt them in; <see cref="HubSpotErrorKind.NotFound"/>: there is no such kind of e-mail.</exception>
    public async Task<SubscriptionStatus> UpdateAsync(SubscriptionInput input, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        var request = new HubSpotRequest("POST", Of(input.Email)) { Body = CrmJson.Write(input.Write), Repeatable = true };
        var set = await ManyAsync(request, SubscriptionStatus.Read, options, cancellationToken).ConfigureAwait(false);
        return set.Count > 0 ? set[0] : throw new HubSpotException(HubSpotErrorKind.Unexpected, $"POST {request.MaskedPath} did not say what holds now.");
    }

    /// <summary>
    /// Sets many states, 100 a call. Harmless to repeat. HubSpot says what holds now of those it set, and refuses others one by one:
    /// what is refused is missing in the answer's <see cref="SubscriptionBatch.Statuses"/> and stands in its <see cref="SubscriptionBatch.Errors"/>.
    /// </summary>
    public async Task<SubscriptionBatch> BatchUpdateAsync(IReadOnlyList<SubscriptionInput> inputs, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        List<SubscriptionStatus> set = [];
        List<HubSpotException> errors = [];
        foreach (var chunk in inputs.Chunk(MostInputs))
        {
            var request = new HubSpotRequest("POST", Root + "/statuses/batch/write") { Repeatable = true, Body = CrmJson.Write(json => WriteInputs(json, chunk)) };
            await CollectAsync(request, root => set.AddRange(CrmJson.Items(root, "results").Select(SubscriptionStatus.Read)), errors, options, cancellationToken).ConfigureAwait(false);
        }
        return new SubscriptionBatch(set, errors);
    }

    /// <summary>What holds of many addresses, 100 a call. What is no address stands in <see cref="SubscriptionBatch.Errors"/>.</summary>
    public async Task<SubscriptionBatch> BatchReadAsync(IReadOnlyList<string> emails, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(emails);
        List<SubscriptionStatus> read = [];
        List<HubSpotException> errors = [];
        foreach (var chunk in emails.Chunk(MostInputs))
        {
            var request = new HubSpotRequest("POST", Root + "/statuses/batch/read?channel=EMAIL") { Body = CrmJson.Write(json => CrmJson.WriteStrings(json, "inputs", chunk)) };
            await CollectAsync(request, root => read.AddRange(CrmJson.Items(root, "results").SelectMany(item => CrmJson.Items(item, "statuses")).Select(SubscriptionStatus.Read)), errors, options, cancellationToken).ConfigureAwait(false);
        }
        return new SubscriptionBatch(read, errors);
    }

    /// <summary>Opts an address out of all e-mail but transactional. Harmless to repeat; cannot be undone by an app.</summary>
    public Task UnsubscribeAllAsync(string email, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("POST", Of(email) + "/unsubscribe-all?channel=EMAIL") { Repeatable = true }, options, cancellationToken);

    /// <summary>Whether an address is opted out of all e-mail; one call.</summary>
    public async Task<bool> IsUnsubscribedFromAllAsync(string email, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        (await ManyAsync(new HubSpotRequest("GET", Of(email) + "/unsubscribe-all?channel=EMAIL"), item => CrmJson.Text(item, "status"), options, cancellationToken).ConfigureAwait(false)).Contains("UNSUBSCRIBED");

    private string Root => CrmPaths.Preferences(_answers.Version);

    private string Of(string email) => $"{Root}/statuses/{CrmPaths.Escape(email)}";

    private Task<List<T>> ManyAsync<T>(HubSpotRequest request, Func<JsonElement, T> read, RequestOptions? options, CancellationToken cancellationToken) =>
        _answers.OneAsync(request, root => CrmJson.Items(root, "results").Select(read).ToList(), options, cancellationToken);

    private async Task CollectAsync(HubSpotRequest request, Action<JsonElement> collect, List<HubSpotException> errors, RequestOptions? options, CancellationToken cancellationToken)
    {
        var response = await _answers.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        collect(document.RootElement);
        // A refusal within an answer has no id of its own: its support finds it by the answer's.
        var id = response.Headers.GetValueOrDefault("x-hubspot-correlation-id");
        errors.AddRange(CrmJson.Items(document.RootElement, "errors").Select(error => ErrorMapping.FromBatchEntry(ErrorEnvelope.Parse(error), request, id)));
    }

    private static void WriteInputs(Utf8JsonWriter json, IReadOnlyList<SubscriptionInput> inputs)
    {
        json.WriteStartArray("inputs");
        foreach (var input in inputs)
        {
            json.WriteStartObject();
            input.Write(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>What came of a batch of addresses.</summary>
/// <param name="Statuses">What holds now.</param>
/// <param name="Errors">What was refused; each message names the address.</param>
public sealed record SubscriptionBatch(IReadOnlyList<SubscriptionStatus> Statuses, IReadOnlyList<HubSpotException> Errors);
