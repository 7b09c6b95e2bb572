using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.Proxy.Tests;

/// <summary>A server in HubSpot's place that does what the test says, and a proxy before it.</summary>
internal sealed class ScriptedPortal : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedPortal(WebApplication app, Uri baseUrl, ProxyServer proxy)
    {
        (_app, BaseUrl, Proxy) = (app, baseUrl, proxy);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = proxy.BaseUrl, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri BaseUrl { get; }
    public ProxyServer Proxy { get; }
    public HttpClient Http { get; }

    public static async Task<ScriptedPortal> StartAsync(RequestDelegate answer, Action<ProxyOptions>? configure = null, Action<HubSpotClientOptions>? portal = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new ScriptedPortal(app, address, await ProxyAsync(address, configure, portal));
    }

    public static Task<ProxyServer> ProxyAsync(Uri portalAddress, Action<ProxyOptions>? configure = null, Action<HubSpotClientOptions>? portal = null)
    {
        var client = new HubSpotClientOptions { BaseUrl = portalAddress, Token = () => EmulatorServer.DefaultToken, TenSecondLimit = 10_000, Random = new Random(1) };
        portal?.Invoke(client);
        var options = new ProxyOptions { Portals = [new ProxyPortal("main", client)] };
        configure?.Invoke(options);
        return ProxyServer.StartAsync(options, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Proxy.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
