using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.DataProtection;
using Spoke.Commands;
using Spoke.Console;
using Spoke.Sync;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;

namespace Spoke.Composition;

/// <summary>The web server of the console and of the stores' webhooks. Its port is taken at once, so that stores can be told before it answers.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private const int LargestWebhook = 1024 * 1024;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private WebApplication? _app;

    public ConsoleHost(int port)
    {
        try
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _socket.Listen(512);
        }
        catch (SocketException refused)
        {
            _socket.Dispose();
            throw Ports.Refused(port, refused);
        }
        BaseUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}");
    }

    public Uri BaseUrl { get; }

    public async Task StartAsync(OverviewReader reader, SyncEngine engine, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(ConsoleHost).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenHandle((ulong)_socket.Handle);
            kestrel.Limits.MaxRequestBodySize = LargestWebhook;
            kestrel.AddServerHeader = false;
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(line => line.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));   // open pages must not hold up a stop
        builder.Services.AddSingleton(reader);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSpokeConsole();
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());   // a page outlives no process
        _app = builder.Build();
        _app.MapGet("/health/live", () => "ok");
        _app.MapGet("/health/ready", (CancellationToken token) => ReadyAsync(reader, token));
        _app.MapPost("/hooks/{connection}", (string connection, HttpContext context) => ReceiveAsync(engine, connection, context)).DisableAntiforgery();
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

    /// <summary>Ready is who can keep a change: the database answers.</summary>
    private static async Task<IResult> ReadyAsync(OverviewReader reader, CancellationToken cancellationToken)
    {
        try
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return Results.Text("ok");
        }
        catch (StorageException failure)
        {
            return Results.Text(failure.Message, statusCode: 503);
        }
    }

    private static async Task<IResult> ReceiveAsync(SyncEngine engine, string connection, HttpContext context)
    {
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var (status, text) = await engine.Webhooks.ReceiveAsync(connection, headers, context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        return Results.Text(text, statusCode: status);
    }
}
