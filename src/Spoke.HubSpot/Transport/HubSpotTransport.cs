using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

/// <summary>The one way out. Every call of the client goes through <see cref="SendAsync"/>.</summary>
internal sealed class HubSpotTransport : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HubSpotClientOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _trimWarned;
    private long _calls;

    public HubSpotTransport(HubSpotClientOptions options, HttpMessageHandler? handler, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        Budget = new RateBudget(options, time);
        // No redirects: a followed one would lose the header, or carry the token to another host.
        handler ??= new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _http = new HttpClient(handler, disposeHandler: true) { BaseAddress = options.BaseUrl, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Spoke.HubSpot/0.1");
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public RateBudget Budget { get; }

    public long CallCount => Interlocked.Read(ref _calls);

    public async Task<HubSpotResponse> SendAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        options?.Validate();
        var target = Target(request);
        using var activity = HubSpotTelemetry.Activities.StartActivity("hubspot.call", ActivityKind.Client);
        activity?.SetTag("http.request.method", request.Method);
        activity?.SetTag("url.path", request.PathOnly);
        var allowed = options?.Deadline ?? _options.Deadline;
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(allowed, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        HubSpotException? last = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var token = Authenticate();                                                                     // 1. a token, or a clear refusal before anything is sent
                var mark = await EnterBudgetAsync(request.IsSearch, either.Token).ConfigureAwait(false);                   // 2. a place in the budget
                var response = await SendOnceAsync(request, target, token, mark, either.Token).ConfigureAwait(false); // 3. the wire
                if (response.IsSuccess)
                {
                    activity?.SetTag("http.response.status_code", response.StatusCode);
                    return response;
                }
                last = ErrorMapping.From(response.StatusCode, response.Headers, response.Body, request, token.Kind, Budget);   // 4. what it means
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsCancellationRequested)
            {
                throw Described(last ?? new HubSpotException(HubSpotErrorKind.Unreachable, $"{request.Method} {request.PathOnly} got no answer within {allowed.TotalSeconds:0.#} s.") { IsTransient = true }, request, attempt, activity);
            }
            catch (HubSpotException unreachable) when (unreachable.Kind == HubSpotErrorKind.Unreachable)
            {
                last = unreachable;
            }
            if (last.Kind == HubSpotErrorKind.RateLimited) TransportLog.RateLimited(_logger, request.Method, request.PathOnly, last.PolicyName);
            var delay = options?.NoRepeat == true || attempt >= _options.MaxAttempts ? null : RetryRules.Delay(last, request, attempt, _options.Random);   // 5. again?
            if (delay is null || _time.GetElapsedTime(started) + delay > allowed) throw Described(last, request, attempt, activity);
            if (last.Kind == HubSpotErrorKind.RateLimited) Budget.Block(request.IsSearch, delay.Value);
            TransportLog.Repeating(_logger, request.Method, request.PathOnly, (long)delay.Value.TotalMilliseconds, attempt + 1, last.Category ?? last.Kind.ToString());
            HubSpotTelemetry.Repeats.Add(1);
            await Task.Delay(delay.Value, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        Budget.Dispose();
        _http.Dispose();
    }

    private Uri Target(HubSpotRequest request)
    {
        if (!request.Path.StartsWith('/') || request.Path.StartsWith("//", StringComparison.Ordinal) || request.Path.Contains('\\'))
            throw new ArgumentException($"A path begins with one '/': '{SecretMask.Text(request.Path)}'.", nameof(request));
        var target = new Uri(_options.BaseUrl, request.Path);
        return target.Host == _options.BaseUrl.Host && target.Port == _options.BaseUrl.Port && target.Scheme == _options.BaseUrl.Scheme
            ? target
            : throw new ArgumentException($"The path leads to another host than {_options.BaseUrl.Host}; the token stays here.", nameof(request));
    }

    private AccessToken Authenticate()
    {
        var token = AccessToken.Parse(_options.Token!(), _options.TokenSource);
        if (token.WasTrimmed && !_trimWarned)
        {
            _trimWarned = true;
            TransportLog.TokenTrimmed(_logger, _options.TokenSource);
        }
        return token;
    }

    private async ValueTask<long> EnterBudgetAsync(bool search, CancellationToken cancellationToken)
    {
        var asked = _time.GetTimestamp();
        var mark = await Budget.EnterAsync(search, cancellationToken).ConfigureAwait(false);
        HubSpotTelemetry.BudgetWait.Record(_time.GetElapsedTime(asked).TotalSeconds);
        return mark;
    }

    private async Task<HubSpotResponse> SendOnceAsync(HubSpotRequest request, Uri target, AccessToken token, long mark, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Parse(request.Method), target);
        message.Headers.TryAddWithoutValidation("Authorization", token.HeaderValue);
        if (request.Body is { } body) message.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Json } };
        Interlocked.Increment(ref _calls);
        var sent = _time.GetTimestamp();
        IReadOnlyDictionary<string, string>? headers = null;
        using var attempt = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt.Token);
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            headers = HeadersOf(response);
            var bytes = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            HubSpotTelemetry.Calls.Add(1, new KeyValuePair<string, object?>("status", (int)response.StatusCode));
            return new HubSpotResponse((int)response.StatusCode, headers, bytes);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(target, failure.Message, failure);
        }
        catch (IOException failure)
        {
            throw Unreachable(target, failure.Message, failure);
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(target, $"no answer within {_options.AttemptTimeout.TotalSeconds:0.#} s", null);
        }
        finally
        {
            Budget.Answered(request.IsSearch, mark, headers);
            HubSpotTelemetry.Duration.Record(_time.GetElapsedTime(sent).TotalSeconds);
        }
    }

    private static HubSpotException Unreachable(Uri target, string why, Exception? inner) =>
        new(HubSpotErrorKind.Unreachable, $"{target.Scheme}://{target.Authority} could not be reached: {why}. Check the address (HUBSPOT_BASE_URL), the network and any proxy.", inner) { IsTransient = true };

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated) headers[name] = values.ToString();
        foreach (var (name, values) in response.Content.Headers.NonValidated) headers[name] = values.ToString();
        return headers;
    }

    private static HubSpotException Described(HubSpotException error, HubSpotRequest request, int attempts, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, error.Kind.ToString());
        activity?.SetTag("http.response.status_code", error.StatusCode);
        activity?.SetTag("hubspot.attempts", attempts);
        activity?.SetTag("hubspot.cause", error.Cause);
        return new HubSpotException(error.Kind, error.Message, error.InnerException)
        {
            StatusCode = error.StatusCode,
            Category = error.Category,
            SubCategory = error.SubCategory,
            CorrelationId = error.CorrelationId,
            PolicyName = error.PolicyName,
            Cause = error.Cause,
            Fix = error.Fix,
            IsTransient = error.IsTransient,
            RetryAfter = error.RetryAfter,
            ResetsAt = error.ResetsAt,
            RequiredScopes = error.RequiredScopes,
            Body = error.Body,
            DetailMessage = error.DetailMessage,
            Attempts = attempts,
            MaskedRequest = SecretMask.Text($"{request.Method} {request.Path}"),
        };
    }
}
