using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

/// <summary>The one way out. Every call of the client goes through <see cref="SendAsync"/>.</summary>
internal sealed class HubSpotTransport : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new(HubSpotRequest.JsonType);
    private static readonly string UserAgent = "Spoke.HubSpot/" + typeof(HubSpotTransport).Assembly.GetName().Version?.ToString(3);
    private readonly HubSpotClientOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Presented? _presented;
    private bool _trimWarned;
    private long _calls;

    public HubSpotTransport(HubSpotClientOptions options, HttpMessageHandler? handler, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        Credential = options.TakeCredential();
        Budget = new RateBudget(options, time, BudgetSharing.For(options, time, logger));
        RefuseFollowing(handler);
        // No redirects: a followed one would lose the header, or carry the token to another host.
        handler ??= new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    public RateBudget Budget { get; }

    public ICredential Credential { get; }

    public long CallCount => Interlocked.Read(ref _calls);

    public async Task<HubSpotResponse> SendAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        options?.Validate();
        var target = Target(request);
        if (request.Body is not null) TypeOf(request);   // refused here rather than in the middle of an attempt
        using var activity = HubSpotTelemetry.Activities.StartActivity("hubspot.call", ActivityKind.Client);
        activity?.SetTag("http.request.method", request.Method);
        activity?.SetTag("url.path", request.MaskedPath);
        var allowed = options?.Deadline ?? _options.Deadline;
        var started = _time.GetTimestamp();
        TimeSpan Left() => allowed - _time.GetElapsedTime(started) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
        HubSpotException? last = null;
        var sent = 0;
        string? refusedToken = null;
        while (true)
        {
            using var attempt = new CancellationTokenSource(Left(), _time);   // at first until the deadline; once sent, no longer than an attempt may take
            using var link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), attempt);
            var queued = true;
            try
            {
                var credential = await AuthenticateAsync(attempt.Token).ConfigureAwait(false);                  // 1. a token, or a clear refusal before anything is sent
                if (refusedToken is not null)
                {
                    if (refusedToken == credential.Text) throw Described(last!, request, sent, activity);
                    TransportLog.TokenChanged(_logger, request.Method, request.MaskedPath, Credential.Source);
                }
                await Budget.ShareAsync(credential.Token, stop => IdentifyAsync(credential, stop), attempt.Token).ConfigureAwait(false);
                var place = await EnterBudgetAsync(request, options?.Caller ?? "", attempt.Token).ConfigureAwait(false);               // 2. a place in the budget
                queued = false;
                sent++;
                if (_options.AttemptTimeout < Left()) attempt.CancelAfter(_options.AttemptTimeout);
                var response = await SendOnceAsync(request, target, credential, place, attempt.Token).ConfigureAwait(false);   // 3. the wire
                if (response.IsSuccess)
                {
                    activity?.SetTag("http.response.status_code", response.StatusCode);
                    return sent == 1 ? response : response with { Attempts = sent };
                }
                last = ErrorMapping.From(response, request, target, credential.Token, Budget);                  // 4. what it means
                if (response.StatusCode == 401 && refusedToken is null && request.DeveloperKey is null && options?.NoRepeat != true)
                {
                    // Refused before it was carried out. If the token was rotated since it was read, the call goes again with the new one.
                    refusedToken = credential.Text;
                    await Credential.RefusedAsync(credential.Text, attempt.Token).ConfigureAwait(false);
                    continue;
                }
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (queued || Left() == TimeSpan.Zero) throw Described(last ?? OutOfTime(request, allowed, queued), request, sent, activity);
                last = Unanswered(request, target, $"no answer within {_options.AttemptTimeout.TotalSeconds:0.#} s", null, sent: true);
            }
            catch (HubSpotException unreachable) when (unreachable.Kind == HubSpotErrorKind.Unreachable)
            {
                last = unreachable;
            }
            catch (HubSpotException refusedHere)
            {
                throw Described(refusedHere, request, sent, activity);
            }
            if (last.Kind == HubSpotErrorKind.RateLimited) TransportLog.RateLimited(_logger, request.Method, request.MaskedPath, last.PolicyName);
            var delay = options?.NoRepeat == true || sent >= _options.MaxAttempts ? null : RetryRules.Delay(last, request, sent, _options.Random);   // 5. again, unless the deadline would come first
            if (delay is not { } wait || wait > Left()) throw Described(last, request, sent, activity);
            if (last.Kind == HubSpotErrorKind.RateLimited) Budget.Block(request, wait);
            TransportLog.Repeating(_logger, request.Method, request.MaskedPath, (long)wait.TotalMilliseconds, sent + 1, last.Category ?? last.Kind.ToString());
            HubSpotTelemetry.Repeats.Add(1);
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The bytes behind an address that needs no token.</summary>
    public Task<ReadOnlyMemory<byte>> DownloadAsync(Uri url, RequestOptions? options, CancellationToken cancellationToken) =>
        FileDownload.FetchAsync(_http, url, _options.BaseUrl, options?.Deadline ?? _options.Deadline, _time, cancellationToken);

    public void Dispose()
    {
        Budget.Dispose();
        _http.Dispose();
    }

    private static void RefuseFollowing(HttpMessageHandler? handler)
    {
        for (var link = handler; link is not null; link = (link as DelegatingHandler)?.InnerHandler)
            if (link is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true })
                throw new ArgumentException("The handler follows redirects, which would lose the token's header or carry it to another host. Set AllowAutoRedirect = false.", nameof(handler));
    }

    private Uri Target(HubSpotRequest request)
    {
        if (request.Method is not ("GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD"))
            throw new ArgumentException($"'{request.Method}' is not one of GET, POST, PUT, PATCH, DELETE, HEAD.", nameof(request));
        if (!request.Path.StartsWith('/') || request.Path.StartsWith("//", StringComparison.Ordinal) || request.Path.Contains('\\'))
            throw new ArgumentException($"A path begins with one '/': '{SecretMask.Text(request.Path)}'.", nameof(request));
        var target = new Uri(_options.BaseUrl, request.DeveloperKey is { } key ? $"{request.Path}{(request.Path.Contains('?') ? '&' : '?')}hapikey={CrmPaths.Escape(key)}" : request.Path);
        return target.Host == _options.BaseUrl.Host && target.Port == _options.BaseUrl.Port && target.Scheme == _options.BaseUrl.Scheme
            ? target
            : throw new ArgumentException($"The path leads to another host than {_options.BaseUrl.Host}; the token stays here.", nameof(request));
    }

    private static MediaTypeHeaderValue TypeOf(HubSpotRequest request) =>
        request.ContentType == HubSpotRequest.JsonType ? Json
        : MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type
        : throw new ArgumentException($"'{request.ContentType}' is not a content type; give one such as application/json or multipart/form-data; boundary=….", nameof(request));

    private async ValueTask<Presented> AuthenticateAsync(CancellationToken cancellationToken)
    {
        var text = await Credential.GetTokenAsync(cancellationToken).ConfigureAwait(false);
        if (_presented is { } known && known.Text == text) return known;   // parsed anew only when it was rotated
        var token = AccessToken.Parse(text, Credential.Source);
        if (token.WasTrimmed && !_trimWarned)
        {
            _trimWarned = true;
            TransportLog.TokenTrimmed(_logger, Credential.Source);
        }
        return _presented = new Presented(text!, token, token.HeaderValue);
    }

    /// <summary>Whose the token is, by the one call that needs no scope; null when HubSpot does not say. It takes no place: nobody knows yet which window it counts in.</summary>
    private async Task<PortalIdentity?> IdentifyAsync(Presented credential, CancellationToken cancellationToken)
    {
        var request = AccountInfo.InformationRequest(credential.Text.Trim());
        try
        {
            var response = await SendOnceAsync(request, Target(request), credential, default, cancellationToken).ConfigureAwait(false);
            return response.IsSuccess && AccountInfo.Information(response, request) is { HubId: > 0 } told ? new PortalIdentity(told.HubId, told.AppId) : null;
        }
        catch (HubSpotException)
        {
            return null;   // the call itself meets the same trouble and tells it
        }
    }

    private async ValueTask<BudgetPlace> EnterBudgetAsync(HubSpotRequest request, string caller, CancellationToken cancellationToken)
    {
        var asked = _time.GetTimestamp();
        var place = await Budget.EnterAsync(request, caller, cancellationToken).ConfigureAwait(false);
        HubSpotTelemetry.BudgetWait.Record(_time.GetElapsedTime(asked).TotalSeconds);
        return place;
    }

    private async Task<HubSpotResponse> SendOnceAsync(HubSpotRequest request, Uri target, Presented credential, BudgetPlace place, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        var sent = _time.GetTimestamp();
        AnswerHeaders? headers = null;
        using var message = new HttpRequestMessage(HttpMethod.Parse(request.Method), target);
        if (request.DeveloperKey is null) message.Headers.TryAddWithoutValidation("Authorization", credential.Header);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (request.Body is { } body) message.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = TypeOf(request) } };
        try
        {
            using var response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            headers = new AnswerHeaders(response);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (HubSpotTelemetry.Calls.Enabled) HubSpotTelemetry.Calls.Add(1, new KeyValuePair<string, object?>("status", (int)response.StatusCode));
            return new HubSpotResponse((int)response.StatusCode, headers, bytes);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw Unanswered(request, target, SecretMask.Text(failure.Message, credential.Token), credential.Token.IsIn(failure.ToString()) ? null : failure, sent: failure is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError });
        }
        finally
        {
            if (place.Window is not null) Budget.Answered(place, headers);
            HubSpotTelemetry.Duration.Record(_time.GetElapsedTime(sent).TotalSeconds);
        }
    }

    private const string LookFirst = "Look whether it was carried out before you send it again: read the record, or search for its unique value. A write by a unique key (batch/upsert) may be sent again at once.";

    /// <summary>A write that was sent and not answered may have been carried out; of everything else it only matters that nobody answered.</summary>
    private static HubSpotException Unanswered(HubSpotRequest request, Uri target, string why, Exception? inner, bool sent) =>
        sent && !request.IsRepeatable
            ? new(HubSpotErrorKind.Unreachable, $"{request.Method} {request.MaskedPath} was sent to {target.Scheme}://{target.Authority} and its answer was lost: {Sentence.End(why)} It may have been carried out. {LookFirst}", inner) { IsTransient = true, Fix = LookFirst }
            : Unreachable(target, why, inner);

    private static HubSpotException Unreachable(Uri target, string why, Exception? inner) =>
        new(HubSpotErrorKind.Unreachable, $"{target.Scheme}://{target.Authority} could not be reached: {Sentence.End(why)} Check the address (HUBSPOT_BASE_URL), the network and any proxy.", inner) { IsTransient = true };

    private static HubSpotException OutOfTime(HubSpotRequest request, TimeSpan allowed, bool queued) => queued
        ? new HubSpotException(HubSpotErrorKind.RateLimited, $"{request.Method} {request.MaskedPath} waited {allowed.TotalSeconds:0.#} s for its turn within HubSpot's limits and was not sent. Make fewer calls (batches count as one), or allow a longer deadline.") { IsTransient = true }
        : new HubSpotException(HubSpotErrorKind.Unreachable, $"{request.Method} {request.MaskedPath} got no answer within {allowed.TotalSeconds:0.#} s.") { IsTransient = true };

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
            ExistingId = error.ExistingId,
            Body = error.Body,
            DetailMessage = error.DetailMessage,
            Attempts = attempts,
            MaskedRequest = SecretMask.Text($"{request.Method} {request.Path}"),
        };
    }

    /// <summary>The token as it was supplied, as it was understood, and the header made of it.</summary>
    private sealed class Presented(string text, AccessToken token, string header)
    {
        public string Text => text;
        public AccessToken Token => token;
        public string Header => header;
    }
}
