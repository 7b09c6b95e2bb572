using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Spoke.HubSpot;
using Spoke.Proxy.Access;
using Spoke.Proxy.Journal;
using Spoke.Proxy.Scopes;
using Spoke.Proxy.Tls;
using Yarp.ReverseProxy.Forwarder;

namespace Spoke.Proxy.Forwarding;

/// <summary>Takes a call in, judges it, sends it through and notes what became of it.</summary>
internal sealed class CallDoor(ProxyOptions options, IReadOnlyList<Portal> portals, IHttpForwarder forwarder, CallJournal journal, ScopesSeen scopes) : IDisposable
{
    public const string PortalHeader = "Spoke-Portal";
    public const string CallerHeader = "Spoke-Caller";
    private const int LongestCaller = 100;
    private readonly CallPolicy _policy = new(options);
    private readonly HeldBody _held = new(options.HeldBodiesBytes);
    private readonly CallTransformer _transformer = new();
    private readonly HttpMessageInvoker _http = new(new PortalHandler(Wire(options), options.TimeProvider));

    public async Task HandleAsync(HttpContext context)
    {
        var (request, time) = (context.Request, options.TimeProvider);
        var started = time.GetTimestamp();
        var target = CallTarget.Of(request, out var path, out var named);
        var name = named ?? request.Headers[PortalHeader].ToString();
        var portal = name.Length == 0 ? portals[0] : portals.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var method = request.Method.ToUpperInvariant();
        var entry = new JournalEntry(journal.NextNumber(), time.GetUtcNow(), portal?.Name ?? name, CallerOf(context), method, target, request.Protocol, MaskedHeaders.Of(request.Headers), options.JournalBodyBytes);
        try
        {
            if (portal is null) await RefuseAsync(context, Refusals.NoPortal(name, portals.Select(p => p.Name)), entry).ConfigureAwait(false);
            else if (method is "CONNECT" or "TRACE") await RefuseAsync(context, Refusals.NotHubSpots(method), entry).ConfigureAwait(false);
            else if (_policy.Refuse(method, path) is { } refusal) await RefuseAsync(context, refusal, entry).ConfigureAwait(false);
            else
            {
                var ownBase = $"{request.Scheme}://{request.Host}{(named is null ? "" : "/_portal/" + named)}";
                await ForwardAsync(context, new ForwardedCall(portal, new HubSpotRequest(method, path), target, entry.Caller, ownBase, entry)).ConfigureAwait(false);
                scopes.Count(method, path, entry.Status, entry.RequiredScopes);
            }
        }
        finally
        {
            entry.Ended(context.RequestAborted.IsCancellationRequested ? 0 : context.Response.StatusCode, time.GetElapsedTime(started), context.RequestAborted.IsCancellationRequested ? "the caller left before the answer was out" : null);
            journal.Add(entry);
        }
    }

    public static async Task RefuseAsync(HttpContext context, ProxyRefusal refusal, JournalEntry? entry = null)
    {
        var (response, body) = (context.Response, refusal.ToJson());
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers[Answers.CauseHeader] = refusal.SpokeCause;
        response.Headers[Answers.FixHeader] = HeaderText.Ascii(refusal.Fix);
        entry?.Refused(refusal.Status, refusal.SpokeCause, refusal.Fix, body);
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task ForwardAsync(HttpContext context, ForwardedCall call)
    {
        var (held, taken) = await HoldAsync(context, call.Entry).ConfigureAwait(false);
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
        call = call with { Body = held, IsStreamed = hasBody && held is null };
        context.Features.Set(call);
        try
        {
            var error = await forwarder.SendAsync(context, call.Portal.Origin, _http, call.Portal.Forwarding, _transformer, context.RequestAborted).ConfigureAwait(false);
            if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                context.Response.Clear();
                await RefuseAsync(context, Refusals.Broken(call.Portal.Origin, error is ForwarderError.RequestTimedOut), call.Entry).ConfigureAwait(false);
            }
        }
        finally
        {
            _held.GiveBack(taken);
        }
    }

    /// <summary>Reads a body that is short enough to be sent again. No body comes back when there is none, or when it has to be streamed; what was read of it by then goes first.</summary>
    /// <returns>The body, and how much memory was taken for it.</returns>
    private async Task<(byte[]? Body, int Taken)> HoldAsync(HttpContext context, JournalEntry entry)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }) return (null, 0);
        var body = request.Body;
        var reserve = (int)Math.Min(request.ContentLength ?? options.RepeatableBodyBytes, int.MaxValue);
        if (reserve > options.RepeatableBodyBytes || !_held.TryTake(reserve))
        {
            request.Body = new WatchedStream(body, entry.Request);
            return (null, 0);
        }
        try
        {
            var (head, whole) = await HeldBody.ReadAsync(body, options.RepeatableBodyBytes, context.RequestAborted).ConfigureAwait(false);
            if (whole)
            {
                entry.Request.Keep(head);
                return (head, reserve);
            }
            request.Body = new WatchedStream(new PrefixedStream(head, body), entry.Request);
            return (null, reserve);
        }
        catch
        {
            _held.GiveBack(reserve);
            throw;
        }
    }

    /// <summary>Whose turn a call takes in line: the caller's name if it gives one, else its connection.</summary>
    private static string CallerOf(HttpContext context)
    {
        var name = context.Request.Headers[CallerHeader].ToString();
        return name.Length switch { 0 => context.Connection.Id, > LongestCaller => name[..LongestCaller], _ => name };
    }

    private static SocketsHttpHandler Wire(ProxyOptions options) => new()
    {
        AllowAutoRedirect = false,   // the caller decides; a followed redirect could carry the token elsewhere
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        SslOptions = options.TrustedAuthorities.Count == 0 ? new() : TrustedAuthorities.Options(options.TrustedAuthorities),
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1,
    };
}
