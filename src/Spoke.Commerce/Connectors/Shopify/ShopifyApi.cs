using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Connectors.Shopify;

/// <summary>Calls of Shopify's GraphQL Admin API. What went wrong is mostly in the body; the status is 200 all the same.</summary>
internal sealed class ShopifyApi : IDisposable
{
    private const int Attempts = 8;
    private readonly ShopifyStoreOptions _options;
    private readonly StoreHttp _http;
    private readonly TimeProvider _time;
    private readonly ShopifyBudget _budget;
    private readonly Uri _endpoint;

    public ShopifyApi(ShopifyStoreOptions options, HttpMessageHandler handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        _budget = new ShopifyBudget(time);
        _endpoint = new Uri(options.Url, $"/admin/api/{options.ApiVersion}/graphql.json");
        _http = new StoreHttp(Store, handler, time, TimeSpan.FromSeconds(60));
    }

    /// <summary>The shop's own clock at its last answer, in whole seconds; its entities are dated by it.</summary>
    public DateTimeOffset? StoreTime { get; private set; }

    /// <summary>The version the shop answered with.</summary>
    public string? AnsweredVersion { get; private set; }

    public string Store => $"Shopify at {_options.Url}";

    /// <summary>The <c>data</c> of a query or mutation.</summary>
    /// <exception cref="StoreException">The shop could not be reached, or refused us.</exception>
    public async Task<JsonElement> QueryAsync(string query, JsonObject? variables, CancellationToken cancellationToken)
    {
        try
        {
            return (await AskAsync(query, variables, mayBeDenied: null, cancellationToken).ConfigureAwait(false)).Data;
        }
        catch (ShopifyTooDearException failure)
        {
            throw new StoreException($"{Store} counts a query as too dear: {failure.Message} Spoke is written for version {_options.ApiVersion}; the shop answered with {AnsweredVersion ?? "none"}.", isTransient: false, failure);
        }
    }

    /// <summary>The <c>data</c> of a mutation that leaves something new behind each time: it is sent again only when it is known not to have been carried out.</summary>
    /// <exception cref="StoreException">The shop could not be reached, or refused us; where it may be tried again, whether it was carried out is not known.</exception>
    public async Task<JsonElement> OnceAsync(string mutation, JsonObject variables, CancellationToken cancellationToken) =>
        (await AskAsync(mutation, variables, mayBeDenied: null, repeat: false, cancellationToken).ConfigureAwait(false)).Data;

    /// <param name="mayBeDenied">A member of the answer that the shop may refuse while the rest stands; it is null then.</param>
    /// <returns>The <c>data</c>, and what the query was counted at.</returns>
    /// <exception cref="StoreException">The shop could not be reached, or refused us.</exception>
    /// <exception cref="ShopifyTooDearException">The query asks for too much at once.</exception>
    public Task<(JsonElement Data, double? Cost)> AskAsync(string query, JsonObject? variables, string? mayBeDenied, CancellationToken cancellationToken) =>
        AskAsync(query, variables, mayBeDenied, repeat: true, cancellationToken);

    private async Task<(JsonElement Data, double? Cost)> AskAsync(string query, JsonObject? variables, string? mayBeDenied, bool repeat, CancellationToken cancellationToken)
    {
        var key = Key(query, variables);
        for (var attempt = 1; ; attempt++)
        {
            if (_budget.Reserve(key) is { Ticks: > 0 } wait) await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            var answer = await PostAsync(query, variables, repeat, cancellationToken).ConfigureAwait(false);
            _budget.Learn(key, answer);
            var error = answer.Items("errors").FirstOrDefault(e => !(mayBeDenied is not null && Code(e) == "ACCESS_DENIED" && e.Items("path").FirstOrDefault() is { ValueKind: JsonValueKind.String } at && at.GetString() == mayBeDenied));
            if (error.ValueKind == JsonValueKind.Undefined)
                return (answer.Object("data") ?? throw new StoreException($"{Store} answered without data{(answer.Filled("errors") is { } text ? $": {text}" : "")}. Is this a Shopify shop?", isTransient: false), ShopifyBudget.Requested(answer));
            var message = error.TextOrNull("message") ?? "no reason given";
            switch (Code(error))
            {
                case "THROTTLED" when attempt < Attempts:   // another program spends of the same bucket; the answer said how full it is
                    continue;
                case "THROTTLED":
                    throw new StoreException($"{Store} throttled a query {Attempts} times. Another program uses up this app's points; give Spoke an app of its own.", isTransient: true);
                case "MAX_COST_EXCEEDED":
                    throw new ShopifyTooDearException(message);
                case "INTERNAL_SERVER_ERROR" or "SERVICE_UNAVAILABLE" or "TIMEOUT" when repeat && attempt < Attempts:   // it may have been carried out all the same
                    await Task.Delay(TimeSpan.FromMilliseconds(100 << attempt), _time, cancellationToken).ConfigureAwait(false);
                    continue;
                case "INTERNAL_SERVER_ERROR" or "SERVICE_UNAVAILABLE" or "TIMEOUT":
                    throw new StoreException($"{Store} failed to answer a query: {message} Try again later.", isTransient: true);
                case "ACCESS_DENIED":
                    throw new StoreException($"{Store} does not let the app do this: {message} Give the app the scope, install it again, and put the new token into accessToken.", isTransient: false);
                case "SHOP_INACTIVE":
                    throw new StoreException($"{Store} is not active: {message} Its owner has to open it again.", isTransient: false);
                default:
                    throw new StoreException($"{Store} refused a query: {message} Spoke is written for version {_options.ApiVersion}; the shop answered with {AnsweredVersion ?? "none"}.", isTransient: false);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    // Pages of one query differ in size, and with it in cost.
    private static string Key(string query, JsonObject? variables) => $"{query}|{variables?["first"]}|{variables?["n"]}|{(variables?["ids"] as JsonArray)?.Count}";

    private static string? Code(JsonElement error) => error.Object("extensions")?.TextOrNull("code");

    private async Task<JsonElement> PostAsync(string query, JsonObject? variables, bool repeat, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["query"] = query, ["variables"] = variables?.DeepClone() }.ToJsonString();
        var answer = await _http.SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("X-Shopify-Access-Token", _options.AccessToken);
            return request;
        }, repeat, cancellationToken).ConfigureAwait(false);
        StoreTime = answer.Headers.Date ?? StoreTime;
        if (answer.Headers.TryGetValues("X-Shopify-API-Version", out var versions)) AnsweredVersion = versions.First();
        switch (answer.Status)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new StoreException($"{Store} refused the access token ({(int)answer.Status}). Check accessToken, and that the app is installed in this shop.", isTransient: false);
            case HttpStatusCode.PaymentRequired:
                throw new StoreException($"{Store} is frozen (402). Its owner has to settle the plan's bill.", isTransient: false);
            case HttpStatusCode.NotFound:
                throw new StoreException($"{_endpoint} is not there (404). Is this the shop's myshopify.com address?", isTransient: false);
        }
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new StoreException($"{_endpoint} answered {(int)answer.Status} with something that is not JSON. Is this a Shopify shop?", isTransient: false, failure);
        }
    }
}

/// <summary>A query asks for more at once than Shopify allows.</summary>
internal sealed class ShopifyTooDearException(string message) : Exception(message);
