using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Calls of Vendure's Admin API: logs in, and logs in again when the session has ended. What went wrong is in the body; the status is 200 either way.</summary>
internal sealed partial class VendureApi : IDisposable
{
    private const int Attempts = 3;
    private const string Forbidden = "FORBIDDEN";
    private const string ServerError = "INTERNAL_SERVER_ERROR";
    private const string InputError = "USER_INPUT_ERROR";
    private readonly VendureStoreOptions _options;
    private readonly StoreHttp _http;
    private readonly TimeProvider _time;
    private readonly Uri _endpoint;
    private readonly SemaphoreSlim _login = new(1);
    private string? _session;

    public VendureApi(VendureStoreOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        var path = options.Url.AbsolutePath.TrimEnd('/');
        _endpoint = new Uri(options.Url, path.EndsWith("/admin-api", StringComparison.Ordinal) ? path : path + "/admin-api");
        _http = new StoreHttp(Store, handler, time, TimeSpan.FromSeconds(60));
    }

    /// <summary>The store's own clock at its last answer, in whole seconds; its entities are dated by it.</summary>
    public DateTimeOffset? StoreTime { get; private set; }

    /// <summary>What messages call it.</summary>
    public string Store => $"Vendure at {_options.Url}";

    /// <summary>The <c>data</c> of a query.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us.</exception>
    /// <exception cref="PageLimitException">The store gives fewer rows at a time.</exception>
    public async Task<JsonElement> QueryAsync(string query, JsonObject? variables, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(query, variables, repeat: true, cancellationToken).ConfigureAwait(false);
        if (Error(answer) is not { } error) return answer.Object("data") ?? throw new StoreException($"{Store} answered without data. Is this a Vendure server?", isTransient: false);
        throw error.Code switch
        {
            Forbidden => new StoreException($"{Store} does not let {_options.Username} read this. Give the administrator the permissions ReadCatalog, ReadCustomer, ReadOrder and ReadSettings.", isTransient: false),
            ServerError => new StoreException($"{Store} failed to answer a query: {error.Message} The server's log says more.", isTransient: true),
            InputError when PageLimit().Match(error.Message) is { Success: true } limit => new PageLimitException(int.Parse(limit.Groups[1].Value, CultureInfo.InvariantCulture)),
            _ => new StoreException($"{Store} refused a query: {error.Message} Spoke reads Vendure 3.", isTransient: false),
        };
    }

    /// <summary>What a mutation gives back. It is sent once: whoever asked looks whether it was carried out before it asks again.</summary>
    /// <exception cref="StoreException">The store could not be reached, or failed; whether it was carried out is not known.</exception>
    /// <exception cref="VendureRefusal">It was not carried out.</exception>
    public async Task<JsonElement> MutateAsync(VendureQueries.Mutation mutation, JsonObject variables, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(mutation.Query, variables, repeat: false, cancellationToken).ConfigureAwait(false);
        if (Error(answer) is { } error)
            throw error.Code switch
            {
                Forbidden => new VendureRefusal($"{Store} does not let {_options.Username} do {mutation.Field}.", $"Give the administrator the permission {mutation.Permission}."),
                "ENTITY_NOT_FOUND" => VendureRefusal.Gone(),
                ServerError => new StoreException($"{Store} failed to do {mutation.Field}: {error.Message} The server's log says more.", isTransient: true),
                _ => new VendureRefusal($"{Store} refused {mutation.Field}: {error.Message}", "Correct the value, or the store's settings it comes up against."),
            };
        var result = answer.Object("data")?.Object(mutation.Field) ?? throw new StoreException($"{Store} answered {mutation.Field} without data. Is this a Vendure server?", isTransient: false);
        return result.TextOrNull("errorCode") is null ? result : throw new VendureRefusal($"{Store} refused {mutation.Field}: {result.TextOrNull("message")}", "Put it right in the store, and try again.");
    }

    private async Task<JsonElement> AskAsync(string query, JsonObject? variables, bool repeat, CancellationToken cancellationToken)
    {
        var renewed = false;
        for (var attempt = 1; ; attempt++)
        {
            if (_session is null) await LogInAsync(cancellationToken).ConfigureAwait(false);
            var session = _session;
            var (answer, _) = await PostAsync(query, variables, session, repeat, cancellationToken).ConfigureAwait(false);
            switch (Error(answer)?.Code)
            {
                case Forbidden when !renewed:
                    renewed = true;   // the session has ended: once more with a new one
                    Interlocked.CompareExchange(ref _session, null, session);
                    continue;
                case ServerError when repeat && attempt < Attempts:
                    await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), _time, cancellationToken).ConfigureAwait(false);
                    continue;
                default:
                    return answer;
            }
        }
    }

    private static (string? Code, string Message)? Error(JsonElement answer) => answer.Items("errors").FirstOrDefault() is { ValueKind: not JsonValueKind.Undefined } error
        ? (error.Object("extensions")?.TextOrNull("code"), error.TextOrNull("message") ?? "no reason given") : null;

    public void Dispose()
    {
        _http.Dispose();
        _login.Dispose();
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        await _login.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_session is not null) return;
            var (answer, token) = await PostAsync(VendureQueries.Login, new JsonObject { ["u"] = _options.Username, ["p"] = _options.Password }, null, repeat: true, cancellationToken).ConfigureAwait(false);
            var result = answer.Object("data")?.Object("login");
            if (result is null) throw new StoreException($"{Store} has no log-in for administrators: {answer.Items("errors").FirstOrDefault().TextOrNull("message") ?? "the answer is not Vendure's"}. Is this a Vendure server?", isTransient: false);
            if (result.Value.TextOrNull("__typename") != "CurrentUser")
                throw new StoreException($"{Store} refused the log-in of {_options.Username}: {result.Value.TextOrNull("message") ?? "no reason given"}. Check username and password.", isTransient: false);
            _session = token ?? throw new StoreException($"{Store} gave no session token. Its authOptions.tokenMethod has to include 'bearer'.", isTransient: false);
        }
        finally
        {
            _login.Release();
        }
    }

    private async Task<(JsonElement Answer, string? Session)> PostAsync(string query, JsonObject? variables, string? session, bool repeat, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["query"] = query, ["variables"] = variables?.DeepClone() }.ToJsonString();
        var answer = await _http.SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            if (session is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session);
            if (_options.ChannelToken is { } channel) request.Headers.Add("vendure-token", channel);
            return request;
        }, repeat, cancellationToken).ConfigureAwait(false);
        StoreTime = answer.Headers.Date;
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return (document.RootElement.Clone(), answer.Headers.TryGetValues("vendure-auth-token", out var tokens) ? tokens.First() : null);
        }
        catch (JsonException failure)
        {
            throw new StoreException($"{_endpoint} answered {(int)answer.Status} with something that is not JSON. Is this a Vendure server?", isTransient: false, failure);
        }
    }

    [GeneratedRegex(@"Cannot take more than (\d+) results")]
    private static partial Regex PageLimit();
}

/// <summary>The store refuses so many rows at a time and says how many it gives.</summary>
internal sealed class PageLimitException(int limit) : Exception($"The store gives {limit} rows at a time.")
{
    public int Limit => limit;
}
