using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging;
using Spoke.Commands;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Console;
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
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly EverythingOptions _options;
    private FileStream? _lock;

    private Everything(EverythingOptions options) => _options = options;

    public Uri Console { get; private set; } = null!;
    public Uri Shop { get; private set; } = null!;
    public Uri Portal { get; private set; } = null!;
    private SyncEngine Engine { get; set; } = null!;

    public static async Task<Everything> StartAsync(EverythingOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        var everything = new Everything(options);
        try
        {
            await everything.StartAsync(cancellationToken).ConfigureAwait(false);
            return everything;
        }
        catch
        {
            await everything.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = LockFolder(_options.DataDirectory);
        var loggers = Keep(new Disposable(Logs.ToStandardError(), out var factory));
        _ = loggers;
        var emulator = Keep(await EmulatorServer.StartAsync(new EmulatorOptions { DataDirectory = Folder("hubspot") }, cancellationToken).ConfigureAwait(false));
        Portal = emulator.BaseUrl;
        var database = Keep(await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_options.DataDirectory, "spoke.db")), cancellationToken).ConfigureAwait(false));
        var web = Keep(new ConsoleHost(_options.Port));
        var shopOptions = new ShopOptions { DataDirectory = Folder("shop"), DemoTraffic = _options.Demo, WebhookUrl = $"http://127.0.0.1:{web.Port}/hooks/{ConnectionName}" };
        var shop = Keep(await ShopServer.StartAsync(shopOptions, factory, cancellationToken).ConfigureAwait(false));
        Shop = shop.BaseUrl;
        var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, TokenSource = "the emulator" }, loggerFactory: factory);
        Keep(new Disposable(portal, out _));
        var store = Keep(new SampleConnector(new SampleStoreOptions { Url = shop.BaseUrl, ApiKey = shop.ApiKey, WebhookSecret = shopOptions.WebhookSecret }));
        IReadOnlyList<Connection> connections = [new Connection(ConnectionName, store, portal, shop.BaseUrl.ToString(), Connections.RecordPage(emulator.BaseUrl))];
        Engine = new SyncEngine(database, connections, new SyncOptions(), TimeProvider.System, factory);
        await web.StartAsync(new OverviewReader(database, connections, TimeProvider.System), Engine, cancellationToken).ConfigureAwait(false);
        Console = new Uri($"http://127.0.0.1:{web.Port}");
    }

    public Task RunAsync(CancellationToken cancellationToken) => Engine.RunAsync(cancellationToken);

    public string ReadyText() => $"""
        ready {Base(Console)}

          console   {Base(Console)}
          shop      {Base(Shop)}        buy something: test card 4242
          HubSpot   {Base(Portal)}        the emulated account
          data      {_options.DataDirectory}

        Try: HUBSPOT_BASE_URL={Base(Portal)} HUBSPOT_ACCESS_TOKEN={EmulatorServer.DefaultToken} spoke api GET "/crm/v3/objects/orders?limit=3"
        Ctrl-C stops; the next start continues.
        """;

    public string ReadyJson()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", true);
            json.WriteString("console", Base(Console));
            json.WriteString("shop", Base(Shop));
            json.WriteString("hubspot", Base(Portal));
            json.WriteString("token", "file:" + TokenFile());
            json.WriteString("data", _options.DataDirectory);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(memory.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync().ConfigureAwait(false);
        if (_lock is not null) await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private static string Base(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private string TokenFile()
    {
        var file = Path.Combine(_options.DataDirectory, "token");
        File.WriteAllText(file, EmulatorServer.DefaultToken);
        return file;
    }

    private string Folder(string name) => Path.Combine(_options.DataDirectory, name);

    private T Keep<T>(T part) where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    private static FileStream LockFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException)
        {
            throw new UsageException($"the folder {folder} cannot be written. Give this user the right to write there, or choose another with --data.");
        }
        catch (IOException)
        {
            throw new UsageException($"the folder {folder} is in use by another spoke. Stop that one, or choose another folder with --data.");
        }
    }

    /// <summary>A plain disposable among the parts.</summary>
    private sealed class Disposable : IAsyncDisposable
    {
        private readonly IDisposable _inner;

        public Disposable(ILoggerFactory inner, out ILoggerFactory same)
        {
            _inner = inner;
            same = inner;
        }

        public Disposable(HubSpotClient inner, out HubSpotClient same)
        {
            _inner = inner;
            same = inner;
        }

        public ValueTask DisposeAsync()
        {
            _inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
