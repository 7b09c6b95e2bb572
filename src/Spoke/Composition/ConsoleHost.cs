using Microsoft.AspNetCore.DataProtection;
using Spoke.Console;
using Spoke.HubSpot;
using Spoke.Sync;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;

namespace Spoke.Composition;

/// <summary>The web server of the console and of the stores' webhooks.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private const int LargestWebhook = 1024 * 1024;
    private readonly WebApplication _app;

    private ConsoleHost(WebApplication app) => _app = app;

    public static async Task<ConsoleHost> StartAsync(ConsolePort port, OverviewReader reader, SyncEngine engine, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(ConsoleHost).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenHandle(port.Handle);
            kestrel.Limits.MaxRequestBodySize = LargestWebhook;
            kestrel.AddServerHeader = false;
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(line => line.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));   // open pages must not hold up a stop
        builder.Services.AddSingleton(reader);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSpokeConsole();
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());   // a page outlives no process
        var app = builder.Build();
        app.MapGet("/health/live", () => "ok");
        app.MapGet("/health/ready", (CancellationToken token) => ReadyAsync(engine, token));
        app.MapPost("/hooks/hubspot/{portal}", (string portal, HttpContext context) => ReceiveFromPortalAsync(engine, portal, context)).DisableAntiforgery();
        app.MapPost("/hooks/{connection}", (string connection, HttpContext context) => ReceiveAsync(engine, connection, context)).DisableAntiforgery();
        app.MapSpokeConsole();
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return new ConsoleHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ready is who can keep a change.</summary>
    private static async Task<IResult> ReadyAsync(SyncEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Readiness.ProveAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>HubSpot signs the address it called, which behind a proxy is the one the proxy was called by.</summary>
    private static async Task<IResult> ReceiveFromPortalAsync(SyncEngine engine, string portal, HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        string? Header(string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
        var scheme = Header("X-Forwarded-Proto") ?? request.Scheme;
        var delivery = new WebhookDelivery(request.Method, $"{scheme}://{Header("X-Forwarded-Host") ?? request.Host.Value}{request.Path}{request.QueryString}", body.ToArray())
        {
            Signature = Header("X-HubSpot-Signature"),
            SignatureVersion = Header("X-HubSpot-Signature-Version"),
            SignatureV3 = Header("X-HubSpot-Signature-v3"),
            Timestamp = Header("X-HubSpot-Request-Timestamp"),
        };
        var (status, text) = await engine.PortalWebhooks.ReceiveAsync(portal, delivery, context.RequestAborted).ConfigureAwait(false);
        return Results.Text(text, statusCode: status);
    }
}
