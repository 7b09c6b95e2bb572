using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Proxy.Access;
using Spoke.Proxy.Control;
using Spoke.Proxy.Forwarding;
using Spoke.Proxy.Journal;
using Spoke.Proxy.Scopes;
using Yarp.ReverseProxy.Forwarder;

namespace Spoke.Proxy;

/// <summary>A HubSpot without the token in the caller's code: attaches it, keeps the portal's limits over all callers, repeats what is safe, and says why a call failed.</summary>
public sealed class ProxyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CallDoor _door;
    private readonly IReadOnlyList<Portal> _portals;

    private ProxyServer(WebApplication app, CallDoor door, IReadOnlyList<Portal> portals)
    {
        (_app, _door, _portals) = (app, door, portals);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToList();
        BaseUrl = addresses[0];
        Http2Url = addresses.ElementAtOrDefault(1);
    }

    /// <summary>Where it listens.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Where it speaks HTTP/2 without TLS; null when that was not asked for.</summary>
    public Uri? Http2Url { get; }

    /// <summary>Starts a proxy; it answers when this returns.</summary>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="IOException">A port is in use.</exception>
    public static async Task<ProxyServer> StartAsync(ProxyOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        IReadOnlyList<Portal> portals = [.. options.Portals.Select(portal => new Portal(portal, options.TimeProvider))];
        var (journal, scopes) = (new CallJournal(options.JournalCalls), new ScopesSeen());
        var door = new CallDoor(options, portals, app.Services.GetRequiredService<IHttpForwarder>(), journal, scopes);
        var control = new ControlApi(journal, scopes, portals);
        var key = new ProxyKey(options.Key);
        app.Run(context => GuardAsync(context, () => HandleAsync(context, key, door, control, portals)));
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return new ProxyServer(app, door, portals);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            door.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening. Calls on their way have five seconds to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _door.Dispose();
        foreach (var portal in _portals) portal.Dispose();
    }

    private static void Listen(KestrelServerOptions kestrel, ProxyOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;   // how long an upload may be is for HubSpot to say
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;   // any byte may stand in the credential a caller sends; it is thrown away
        kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
        kestrel.Listen(options.Address, options.Port, listen =>
        {
            if (options.Certificate is not { } certificate) return;
            listen.Protocols = HttpProtocols.Http1AndHttp2;   // the caller chooses, by ALPN
            listen.UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate.Certificate, certificate.Chain));
        });
        if (options.Http2Port is { } port) kestrel.Listen(options.Address, port, listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>A fault of ours is said to be one; the caller is not left with an empty 500.</summary>
    private static async Task GuardAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (Microsoft.AspNetCore.Http.BadHttpRequestException or OperationCanceledException) && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await CallDoor.RefuseAsync(context, Refusals.Fault(fault)).ConfigureAwait(false);
        }
    }

    private static async Task HandleAsync(HttpContext context, ProxyKey key, CallDoor door, ControlApi control, IReadOnlyList<Portal> portals)
    {
        var path = context.Request.Path;
        if (path == "/health/live" || path == "/health/ready")
        {
            await HealthAsync(context, path == "/health/live" ? [] : portals).ConfigureAwait(false);
            return;
        }
        if (!key.IsAsked && ForeignPages.IsOne(context.Request)) await CallDoor.RefuseAsync(context, Refusals.ForeignPage).ConfigureAwait(false);
        else if (ControlApi.Owns(path) && await PageFiles.TryWriteAsync(context).ConfigureAwait(false)) return;
        else if (!key.Fits(context.Request.Headers[ProxyKey.Header].ToString())) await CallDoor.RefuseAsync(context, Refusals.KeyMissing).ConfigureAwait(false);
        else if (ControlApi.Owns(path)) await control.HandleAsync(context).ConfigureAwait(false);
        else await door.HandleAsync(context).ConfigureAwait(false);
    }

    /// <summary>Ready is who has a token for every portal. HubSpot is not asked: a check every second would eat the limits.</summary>
    private static async Task HealthAsync(HttpContext context, IReadOnlyList<Portal> portals)
    {
        var text = "ok\n";
        try
        {
            foreach (var portal in portals) await portal.AuthorizeAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (HubSpotException unusable)
        {
            context.Response.StatusCode = 503;
            text = unusable.Message + "\n";
        }
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
    }
}
