using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Spoke.Commands;
using Spoke.Console;
using Spoke.Sync;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;

namespace Spoke.Composition;

/// <summary>The web server of the console and of the stores' webhooks. Its port is taken at once, so that stores can be told before it answers.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private WebApplication? _app;

    public ConsoleHost(int port)
    {
        try
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _socket.Listen(512);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            _socket.Dispose();
            throw new UsageException($"port {port} is in use by another program. Choose another with --port, or 0 for a free one.");
        }
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public async Task StartAsync(OverviewReader reader, SyncEngine engine, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(ConsoleHost).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)_socket.Handle));
        builder.Services.AddSingleton(reader);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSpokeConsole();
        _app = builder.Build();
        _app.MapGet("/health/live", () => "ok");
        _app.MapGet("/health/ready", () => "ok");
        MapWebhooks(_app, engine);
        _app.MapSpokeConsole();
        await _app.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync().ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
        _socket.Dispose();
    }

    private static void MapWebhooks(WebApplication app, SyncEngine engine) => app.MapPost("/hooks/{connection}", async (string connection, HttpContext context) =>
    {
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var (status, text) = await engine.Webhooks.ReceiveAsync(connection, headers, context.Request.Body, context.RequestAborted);
        return Results.Text(text, statusCode: status);
    }).DisableAntiforgery();
}
