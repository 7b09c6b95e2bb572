using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>Calls of Medusa's Admin API, by a secret key or by a user's token, which is fetched again when it has run out. One call at a time.</summary>
internal sealed partial class MedusaApi : IDisposable
{
    private readonly MedusaStoreOptions _options;
    private readonly StoreHttp _http;
    private readonly Uri _root;
    private readonly SemaphoreSlim _turn = new(1);
    private string? _token;

    public MedusaApi(MedusaStoreOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _root = Root(options.Url);
        _http = new StoreHttp(Store, handler, time, TimeSpan.FromSeconds(60));
    }

    /// <summary>The store's own clock at its last answer, in whole seconds; its entities are dated by it.</summary>
    public DateTimeOffset? StoreTime { get; private set; }

    /// <summary>What messages call it.</summary>
    public string Store => $"Medusa at {_options.Url}";

    /// <summary>What a path holds; it has to have the member.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us, or is none.</exception>
    public async Task<JsonElement> GetAsync(string path, string member, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.BadRequest) throw new StoreException($"{Store} refused a list: {answer.Problem} Spoke reads Medusa 2.", isTransient: false);
        if (answer.Status != HttpStatusCode.OK || answer.Body.ValueKind != JsonValueKind.Object || !answer.Body.TryGetProperty(member, out _))
            throw new StoreException($"{Store} answered {(int)answer.Status} to {path.Split('?')[0]} with something else than Medusa does. Is this a Medusa server?", isTransient: false);
        return answer.Body;
    }

    /// <summary>Writes. What the store says to it, refusals too, is the answer.</summary>
    /// <exception cref="StoreException">The store could not be reached, or does not let us in; whether it was carried out is not known.</exception>
    public Task<MedusaAnswer> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, body.ToJsonString(), cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private async Task<MedusaAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var renewed = _token is null;
            while (true)
            {
                var answer = await CallAsync(method, path, body, await CredentialAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                StoreTime = answer.At;
                if (answer.Status == HttpStatusCode.Unauthorized && _token is not null && !renewed)
                {
                    (_token, renewed) = (null, true);   // a token lasts a day
                    continue;
                }
                if (answer.Status == HttpStatusCode.Unauthorized)
                    throw new StoreException(_options.ApiKey is null ? $"{Store} does not accept the token it gave {_options.Username}. Check that the user is still one of the Admin, username and password." : $"{Store} refused the secret API key. Check apiKey: a key that was revoked is gone for good; make a new one in the Admin under Settings, Secret API Keys.", isTransient: false);
                if (answer.Status == HttpStatusCode.Forbidden)
                    throw new StoreException($"{Store} does not let us do this ({method} {path.Split('?')[0]}). Give the user of the credential a role that may.", isTransient: false);
                return answer;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<AuthenticationHeaderValue> CredentialAsync(CancellationToken cancellationToken)
    {
        if (_options.ApiKey is { } key) return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        if (_token is null)
        {
            var body = new JsonObject { ["email"] = _options.Username, ["password"] = _options.Password }.ToJsonString();
            var answer = await CallAsync(HttpMethod.Post, "/auth/user/emailpass", body, null, cancellationToken).ConfigureAwait(false);
            if (answer.Status == HttpStatusCode.Unauthorized) throw new StoreException($"{Store} refused the log-in of {_options.Username}. Check username and password.", isTransient: false);
            _token = answer.Body.Filled("token") ?? throw new StoreException($"{Store} answered {(int)answer.Status} to a log-in and gave no token. Is this a Medusa server, with e-mail and password (emailpass) switched on for users?", isTransient: false);
        }
        return new AuthenticationHeaderValue("Bearer", _token);
    }

    private async Task<MedusaAnswer> CallAsync(HttpMethod method, string path, string? body, AuthenticationHeaderValue? credential, CancellationToken cancellationToken)
    {
        // A write that may have been carried out is not simply sent again: the writer looks first.
        var answer = await _http.SendAsync(() =>
        {
            var request = new HttpRequestMessage(method, new Uri(_root, path.TrimStart('/')));
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Authorization = credential;
            return request;
        }, repeat: method == HttpMethod.Get || credential is null, cancellationToken).ConfigureAwait(false);
        JsonElement json = default;
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Not Medusa's; the status is judged without a body.
        }
        // The store's own words may name a customer.
        var message = Address().Replace(json.TextOrNull("message") ?? "no reason given", "…");
        return new MedusaAnswer(answer.Status, json, message.EndsWith('.') ? message : message + ".", answer.Headers.Date);
    }

    private static Uri Root(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        foreach (var page in (string[])["/app", "/admin"])
            if (path.EndsWith(page, StringComparison.Ordinal)) path = path[..^page.Length];
        return new Uri(url, path + "/");
    }

    [GeneratedRegex(@"[^\s,""']+@[^\s,""']+")]
    private static partial Regex Address();
}

/// <param name="Body">Undefined when it is not JSON.</param>
/// <param name="Problem">The store's message, without addresses.</param>
internal sealed record MedusaAnswer(HttpStatusCode Status, JsonElement Body, string Problem, DateTimeOffset? At);
