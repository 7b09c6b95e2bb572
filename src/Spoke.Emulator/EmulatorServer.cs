using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Control;
using Spoke.Emulator.Http;
using Spoke.Emulator.Account;

namespace Spoke.Emulator;

/// <summary>A HubSpot account that listens on the loopback address.</summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PortalHost _portal;

    private EmulatorServer(WebApplication app, PortalHost portal, Uri baseUrl)
    {
        _app = app;
        _portal = portal;
        BaseUrl = baseUrl;
    }

    /// <summary>The token that is always there and has every scope.</summary>
    public static string DefaultToken => TokenStore.DefaultToken;

    /// <summary>The id of the one OAuth app the account knows.</summary>
    public static string DefaultClientId => OAuthApp.DefaultClientId;

    /// <summary>The secret of that app.</summary>
    public static string DefaultClientSecret => OAuthApp.DefaultClientSecret;

    /// <summary>Where it listens.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Starts an emulator; it answers when this returns.</summary>
    /// <exception cref="IOException">The port is in use, or the data folder is.</exception>
    /// <exception cref="InvalidDataException">The data folder holds damaged files, or the seed cannot be planted; the message names the place.</exception>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var portal = new PortalHost(options, Console.Error.WriteLine);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
            // Any byte may stand in a header: it is for the gate, not for the web server, to say what is wrong with a token.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var control = new ControlApi(portal, options);
        var door = new HttpDoor(portal, control, options.TimeProvider);
        app.Run(door.HandleAsync);
        try
        {
            await control.PrepareAsync().ConfigureAwait(false);
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            await portal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        portal.SetLinkBase(address);
        return new EmulatorServer(app, portal, new Uri(address));
    }

    /// <summary>Stops listening; what was answered is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await _portal.StopAsync().ConfigureAwait(false);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _portal.DisposeAsync().ConfigureAwait(false);
    }
}
