using System.Net;
using Spoke.HubSpot;
using Yarp.ReverseProxy.Forwarder;

namespace Spoke.Proxy.Forwarding;

/// <summary>One portal with its token and the limits of all who call it. The one place that touches the client's internals, so that proxy and client keep the same rules.</summary>
internal sealed class Portal : IDisposable
{
    private sealed record Credential(string Text, AccessToken Token, string Header);

    private readonly HubSpotClientOptions _options;
    private readonly RateBudget _budget;
    private readonly ICredential _source;
    private volatile Credential? _credential;

    public Portal(ProxyPortal portal, TimeProvider time)
    {
        Name = portal.Name;
        _options = portal.Client;
        Origin = _options.BaseUrl.GetLeftPart(UriPartial.Authority);
        _budget = new RateBudget(_options, time);
        Forwarding = new ForwarderRequestConfig { ActivityTimeout = Deadline + AttemptTimeout, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        _source = _options.Credential ?? new SuppliedToken(_options.Token!, _options.TokenSource);
    }

    public string Name { get; }

    /// <summary>Scheme, host and port.</summary>
    public string Origin { get; }

    /// <summary>The address lies in this portal's API: the same host, one of HubSpot's other names for it, or another name of this machine.</summary>
    public bool Owns(Uri url)
    {
        var own = _options.BaseUrl;
        if (url.Scheme == own.Scheme && url.Port == own.Port && (url.Host == own.Host || (url.IsLoopback && own.IsLoopback))) return true;
        return IsHubSpots(own) && url.Scheme == "https" && IsHubSpots(url);
    }

    public TimeSpan Deadline => _options.Deadline;

    public TimeSpan AttemptTimeout => _options.AttemptTimeout;

    /// <summary>HTTP/2 where the portal offers it by TLS. The forwarder gives up when nothing has moved for as long as line and attempt may take together.</summary>
    public ForwarderRequestConfig Forwarding { get; }

    public RateBudget Budget => _budget;

    /// <summary>The token now and the header made of it; asked before every attempt, so that a rotated one is picked up.</summary>
    /// <exception cref="HubSpotException">What is configured cannot be a token.</exception>
    public ValueTask<(AccessToken Token, string Header)> AuthorizeAsync(CancellationToken cancellationToken)
    {
        var asked = _source.GetTokenAsync(cancellationToken);
        return asked.IsCompletedSuccessfully ? new(Header(asked.Result)) : WaitAsync(asked);

        async ValueTask<(AccessToken Token, string Header)> WaitAsync(ValueTask<string?> token) => Header(await token.ConfigureAwait(false));
    }

    private (AccessToken Token, string Header) Header(string? text)
    {
        if (_credential is not { } credential || credential.Text != text)
        {
            var token = AccessToken.Parse(text, _source.Source);
            _credential = credential = new Credential(text!, token, token.HeaderValue);
        }
        return (credential.Token, credential.Header);
    }

    /// <summary>HubSpot answered 401: a credential that can be renewed is, before the next call.</summary>
    public ValueTask RefusedAsync(CancellationToken cancellationToken) => _credential is { } sent ? _source.RefusedAsync(sent.Text, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Waits in line for a place within HubSpot's limits; callers are served in turn.</summary>
    public ValueTask<BudgetPlace> EnterAsync(HubSpotRequest request, string caller, CancellationToken cancellationToken) => _budget.EnterAsync(request, caller, cancellationToken);

    public void Answered(BudgetPlace place, HttpResponseMessage? answer) => _budget.Answered(place, answer is null ? null : new AnswerHeaders(answer));

    /// <summary>What a failed answer means.</summary>
    public HubSpotException Explain(HttpResponseMessage answer, ReadOnlyMemory<byte> body, HubSpotRequest request, AccessToken token) =>
        ErrorMapping.From(new HubSpotResponse((int)answer.StatusCode, new AnswerHeaders(answer), body), request, _options.BaseUrl, token, _budget);

    /// <summary>How long to wait before the call is sent again; null: it is not. A refusal by a limit holds up all other calls as well.</summary>
    public TimeSpan? RepeatAfter(HubSpotException error, HubSpotRequest request, int attempt)
    {
        if (attempt >= _options.MaxAttempts || RetryRules.Delay(error, request, attempt, _options.Random) is not { } wait) return null;
        if (error.Kind == HubSpotErrorKind.RateLimited) _budget.Block(request, wait);
        return wait;
    }

    public static bool IsRepeatable(HubSpotRequest request) => request.IsRepeatable;

    public static string Masked(string text, AccessToken token) => SecretMask.Text(text, token);

    public void Dispose() => _budget.Dispose();

    private static bool IsHubSpots(Uri url) => url.Host.StartsWith("api", StringComparison.Ordinal) && (url.Host.EndsWith(".hubapi.com", StringComparison.Ordinal) || url.Host.EndsWith(".hubspot.com", StringComparison.Ordinal));
}
