using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>What a shop answered.</summary>
/// <param name="Total">How many rows there are in all, by the header; null: not told.</param>
internal sealed record WooAnswer(JsonElement Body, int? Total);

/// <summary>The shop understood a call and would not do it.</summary>
internal sealed class WooRefusal(string code, string reason) : Exception(reason)
{
    /// <summary>WordPress's word for the reason: <c>rest_invalid_param</c>.</summary>
    public string Code => code;
}

/// <summary>Calls of WooCommerce's REST API v3.</summary>
internal sealed class WooApi : IDisposable
{
    private const string Question = "Is this a WooCommerce shop, with permalinks that are not 'plain'?";
    private readonly WooStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreHttp _http;
    private readonly Uri _root;
    private TimeSpan _signedAhead;

    public WooApi(WooStoreOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        var path = options.Url.AbsolutePath;
        var known = path.IndexOf("/wp-json", StringComparison.Ordinal);
        _root = new Uri(options.Url, (known < 0 ? path : path[..known]).TrimEnd('/') + "/wp-json/");
        Pace = new WooPace(time);
        _http = new StoreHttp(Store, new WooPace.Handler(Pace, time, handler ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }), time, TimeSpan.FromSeconds(60));
    }

    public WooPace Pace { get; }

    /// <summary>The shop's own clock at its last answer, in whole seconds.</summary>
    public DateTimeOffset? StoreTime { get; private set; }

    public string Store => $"WooCommerce at {_options.Url}";

    /// <returns>Null: there is no such thing.</returns>
    /// <exception cref="StoreException">The shop could not be reached, or does not let us in.</exception>
    /// <exception cref="WooRefusal">The shop does not take the call.</exception>
    public Task<WooAnswer?> GetAsync(string path, IReadOnlyList<KeyValuePair<string, string>> query, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, query, null, false, cancellationToken);

    /// <summary>As <see cref="GetAsync"/>, where there is no reason to refuse.</summary>
    public async Task<WooAnswer?> ReadAsync(string path, IReadOnlyList<KeyValuePair<string, string>> query, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(path, query, cancellationToken).ConfigureAwait(false);
        }
        catch (WooRefusal refusal)
        {
            throw Refused(path, refusal);
        }
    }

    public async Task<JsonElement?> PutAsync(string path, JsonObject body, CancellationToken cancellationToken) => (await SendAsync(HttpMethod.Put, path, [Dp], body, false, cancellationToken).ConfigureAwait(false))?.Body;

    /// <summary>Never sent twice: who does not hear the answer has to look whether it was done.</summary>
    public async Task<JsonElement?> PostOnceAsync(string path, JsonObject body, CancellationToken cancellationToken) => (await SendAsync(HttpMethod.Post, path, [], body, true, cancellationToken).ConfigureAwait(false))?.Body;

    /// <summary>Six digits behind the point: lines with tax inside are not whole cents.</summary>
    public static KeyValuePair<string, string> Dp { get; } = new("dp", "6");

    /// <summary>Where a list was asked for as every shop gives it.</summary>
    public StoreException Refused(string path, WooRefusal refusal) => new($"{Store} refused to be asked for {path} ({refusal.Code}): {refusal.Message} Spoke reads WooCommerce 3.5 and later.", isTransient: false, refusal);

    public StoreException Strange(string path, Exception? inner = null) => new($"{Store} answered {path} with something else than a shop does. {Question}", isTransient: false, inner);

    public void Dispose() => _http.Dispose();

    private async Task<WooAnswer?> SendAsync(HttpMethod method, string path, IReadOnlyList<KeyValuePair<string, string>> query, JsonObject? body, bool once, CancellationToken cancellationToken)
    {
        for (var corrected = false; ; corrected = true)
        {
            var sent = 0;
            var answer = await _http.SendAsync(() => once && sent++ > 0
                ? throw new StoreException($"{Store} did not answer {method} {path}; whether it was carried out is not known.", isTransient: true)
                : Request(method, path, query, body), cancellationToken).ConfigureAwait(false);
            if (answer.Headers.Date is { } date) StoreTime = date;
            var json = Read(answer, path);
            if ((int)answer.Status < 300) return new WooAnswer(json, answer.Headers.TryGetValues("X-WP-Total", out var totals) && int.TryParse(totals.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null);
            var (code, reason) = (json.TextOrNull("code") ?? throw Strange(path), json.TextOrNull("message") ?? "no reason given");
            switch (answer.Status)
            {
                case HttpStatusCode.Unauthorized when !corrected && reason.Contains("timestamp", StringComparison.OrdinalIgnoreCase) && StoreTime is { } theirs:
                    _signedAhead = theirs - _time.GetUtcNow();   // a signature is good for a quarter of an hour by the shop's clock
                    continue;
                case HttpStatusCode.Unauthorized when code.StartsWith("woocommerce_rest_authentication", StringComparison.Ordinal):
                    throw new StoreException($"{Store} refused the key: {reason} Check consumerKey and consumerSecret.", isTransient: false);
                case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                    throw new StoreException($"{Store} does not let us {(method == HttpMethod.Get ? "read" : "write")} {path} ({code}). Check consumerKey and consumerSecret, that the key's permission is Read/Write and its user a shop manager, and that the server passes the Authorization header on.", isTransient: false);
                case HttpStatusCode.NotFound when code == "rest_no_route":
                    throw new StoreException($"{Store} knows no {path}. {Question} Spoke reads its REST API v3.", isTransient: false);
                case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                    return null;
                default:
                    throw new WooRefusal(code, reason);
            }
        }
    }

    private JsonElement Read(StoreAnswer answer, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.Clone();
        }
        catch (JsonException wrong)
        {
            if (answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) throw new StoreException($"{Store}: something before the shop refused us ({(int)answer.Status}), perhaps a firewall or a password on the whole site. Let calls to /wp-json/ through.", isTransient: false, wrong);
            throw Strange(path, wrong);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, IReadOnlyList<KeyValuePair<string, string>> query, JsonObject? body)
    {
        var endpoint = new Uri(_root, path);
        var secure = endpoint.Scheme == Uri.UriSchemeHttps;
        IEnumerable<KeyValuePair<string, string>> all = secure ? query : WooOAuth.Sign(method, endpoint, query, _options.ConsumerKey, _options.ConsumerSecret, _time.GetUtcNow() + _signedAhead);
        var text = string.Join('&', all.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        var request = new HttpRequestMessage(method, new UriBuilder(endpoint) { Query = text }.Uri);
        if (secure) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_options.ConsumerKey}:{_options.ConsumerSecret}")));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return request;
    }
}
