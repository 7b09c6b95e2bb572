using Spoke.Commands;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;
using Spoke.Sync;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Composition;

/// <summary>Emulator, sample shop, engine and console in one process, each as it is used alone.</summary>
internal sealed class Everything : IAsyncDisposable
{
    private const string ConnectionName = "shop-main";
    private readonly StartedParts _parts;
    private readonly SyncEngine _engine;

    private Everything(StartedParts parts, SyncEngine engine, UpAddresses addresses)
    {
        _parts = parts;
        _engine = engine;
        Addresses = addresses;
    }

    public UpAddresses Addresses { get; }

    /// <summary>Starts it all, bottom up, and stops it in reverse: what pushes before what keeps. It answers when this returns.</summary>
    public static async Task<Everything> StartAsync(EverythingOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        var parts = new StartedParts();
        try
        {
            var loggers = parts.Keep(Logs.ToStandardError());
            var folder = parts.Keep(DataFolder.Take(options.DataDirectory));
            var port = parts.Keep(ConsolePort.Take(options.Port));
            var database = parts.Keep(await SyncDatabase.OpenAsync(new SqliteDialect(folder.Database), cancellationToken).ConfigureAwait(false));
            var emulator = parts.Keep(await EmulatorServer.StartAsync(new EmulatorOptions { DataDirectory = folder.Portal, Port = Ports.Beside(options.Port, 2) }, cancellationToken).ConfigureAwait(false));
            var shopOptions = new ShopOptions { DataDirectory = folder.Shop, Port = Ports.Beside(options.Port, 1), DemoTraffic = options.Demo, WebhookUrl = new Uri(port.BaseUrl, "hooks/" + ConnectionName).ToString() };
            var shop = parts.Keep(await ShopServer.StartAsync(shopOptions, loggers, cancellationToken).ConfigureAwait(false));
            var portal = parts.Keep(new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TokenSource = "the emulator" }, loggerFactory: loggers));
            var store = parts.Keep(new SampleConnector(new SampleStoreOptions { Url = shop.BaseUrl, ApiKey = shop.ApiKey, WebhookSecret = shopOptions.WebhookSecret }));
            IReadOnlyList<Connection> connections = [new Connection(ConnectionName, store, portal, shop.BaseUrl.ToString(), Connections.RecordPage(emulator.BaseUrl))];
            var engine = new SyncEngine(database, connections, new SyncOptions(), TimeProvider.System, loggers);
            parts.Keep(await ConsoleHost.StartAsync(port, new OverviewReader(database, connections, TimeProvider.System), engine, cancellationToken).ConfigureAwait(false));
            return new Everything(parts, engine, new UpAddresses(port.BaseUrl, shop.BaseUrl, emulator.BaseUrl, folder));
        }
        catch
        {
            await parts.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Keeps the shop and HubSpot in step until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _engine.RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => _parts.DisposeAsync();
}
