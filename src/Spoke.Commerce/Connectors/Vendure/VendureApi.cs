using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>Calls of Vendure's Admin API: logs in, logs in again when the session has ended, repeats what failed on the way.</summary>
internal sealed class VendureApi : IDisposable
{
    private const int Attempts = 4;
    private readonly VendureStoreOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _login = new(1);
    private string? _session;

    public VendureApi(VendureStoreOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        _http = new HttpClient(handler ?? new SocketsHttpHandler { UseCookies = false }, disposeHandler: true) { BaseAddress = new Uri(options.Url, "/admin-api"), Timeout = TimeSpan.FromSeconds(60) };
        if (options.ChannelToken is { } channel) _http.DefaultRequestHeaders.Add("vendure-token", channel);
    }

    /// <summary>The <c>data</c> of a query.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us.</exception>
    public async Task<JsonElement> QueryAsync(string query, JsonObject? variables, CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            if (_session is null) await LogInAsync(cancellationToken).ConfigureAwait(false);
            var (answer, _) = await PostAsync(query, variables, cancellationToken).ConfigureAwait(false);
            var error = answer.Items("errors").FirstOrDefault();
            if (error.ValueKind == JsonValueKind.Undefined) return answer.GetProperty("data");
            var code = error.Object("extensions")?.TextOrNull("code");
            var message = error.TextOrNull("message") ?? "";
            if (code == "FORBIDDEN" && !again)
            {
                _session = null;   // the session has ended: once more with a new one
                continue;
            }
            throw new StoreException(code == "FORBIDDEN"
                ? $"Vendure at {_options.Url} does not let {_options.Username} read this. Give the administrator the permissions ReadCatalog, ReadCustomer, ReadOrder and ReadSettings."
                : $"Vendure at {_options.Url} refused a query: {message}", isTransient: false);
        }
    }

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
            var (answer, token) = await PostAsync(VendureQueries.Login, new JsonObject { ["u"] = _options.Username, ["p"] = _options.Password }, cancellationToken).ConfigureAwait(false);
            var result = answer.Object("data")?.Object("login");
            if (result?.TextOrNull("__typename") != "CurrentUser")
                throw new StoreException($"Vendure at {_options.Url} refused the log-in of {_options.Username}: {result?.TextOrNull("message") ?? "no reason given"}. Check username and password.", isTransient: false);
            _session = token ?? throw new StoreException($"Vendure at {_options.Url} gave no session token. Its authOptions.tokenMethod has to include 'bearer'.", isTransient: false);
        }
        finally
        {
            _login.Release();
        }
    }

    private async Task<(JsonElement Answer, string? Session)> PostAsync(string query, JsonObject? variables, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["query"] = query, ["variables"] = variables?.DeepClone() }.ToJsonString();
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                if (_session is { } session) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session);
                using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                if ((int)response.StatusCode is < 500 and not 429)
                {
                    using var document = JsonDocument.Parse(bytes);
                    return (document.RootElement.Clone(), response.Headers.TryGetValues("vendure-auth-token", out var tokens) ? tokens.First() : null);
                }
                problem = $"it answered {(int)response.StatusCode}";
            }
            catch (HttpRequestException failure)
            {
                problem = failure.Message;
            }
            catch (JsonException failure)
            {
                throw new StoreException($"{_options.Url} did not answer with JSON at /admin-api. Is this a Vendure server?", isTransient: false, failure);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = "no answer in 60 s";
            }
            if (attempt == Attempts) throw new StoreException($"Vendure at {_options.Url} could not be reached: {problem}. Is it running, and is the address right?", isTransient: true);
            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
