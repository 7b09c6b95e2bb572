using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Shop.Api;
using Spoke.Shop.Demo;
using Spoke.Shop.Pages;
using Spoke.Shop.Store;
using Spoke.Shop.Webhooks;

namespace Spoke.Shop;

/// <summary>A small shop with an HTTP API, signed webhooks and a page to buy on.</summary>
public sealed class ShopServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ShopDatabase _database;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly WebhookSender? _sender;

    private ShopServer(WebApplication app, ShopDatabase database, WebhookSender? sender, string apiKey, Uri baseUrl)
    {
        _app = app;
        _database = database;
        _sender = sender;
        ApiKey = apiKey;
        BaseUrl = baseUrl;
    }

    /// <summary>Where it listens.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Key of the admin API.</summary>
    public string ApiKey { get; }

    /// <summary>Starts the shop; it answers when this returns.</summary>
    /// <exception cref="IOException">The port is in use, or the database cannot be opened.</exception>
    /// <exception cref="InvalidDataException">The database is damaged.</exception>
    public static async Task<ShopServer> StartAsync(ShopOptions options, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        loggers ??= NullLoggerFactory.Instance;
        var database = await ShopDatabase.OpenAsync(options.DataDirectory, options.TimeProvider, options.WebhookUrl is not null, cancellationToken).ConfigureAwait(false);
        var desk = new ShopDesk(database);
        var demo = new DemoTraffic(desk, options);
        var app = Build(options, desk);
        try
        {
            await demo.PrepareAsync(cancellationToken).ConfigureAwait(false);
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var sender = options.WebhookUrl is { } url ? new WebhookSender(database, new Uri(url), options.WebhookSecret, options.TimeProvider, loggers.CreateLogger("Spoke.Shop")) : null;
        var server = new ShopServer(app, database, sender, options.ApiKey, address);
        if (sender is not null)
        {
            database.Pushed += sender.Signal;
            server._running.Add(sender.RunAsync(server._stop.Token));
        }
        if (options.DemoTraffic) server._running.Add(demo.RunAsync(server._stop.Token));
        return server;
    }

    /// <summary>Stops; what has happened is in the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _sender?.Dispose();
        await _database.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static WebApplication Build(ShopOptions options, ShopDesk desk)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ShopJson.Default));
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());   // nothing here outlives the process
        var app = builder.Build();
        app.UseExceptionHandler(errors => errors.Run(Refusals.AnswerAsync));
        app.UseStatusCodePages(codes => Refusals.AnswerEmptyAsync(codes.HttpContext));
        ShopApi.Map(app, desk, options);
        new ShopPages(desk).Map(app);
        return app;
    }
}
