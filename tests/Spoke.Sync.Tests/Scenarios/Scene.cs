using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.StandIns;
using Spoke.StandIns.Shopify;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>The whole engine between the real emulator over HTTP and a store: one in memory that people edit, or a connector to a platform.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Name = "shop-main";
    public static readonly Uri Callback = new("https://spoke.example/hooks/shop-main");
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-scenario-").FullName;
    private readonly List<IAsyncDisposable> _platform = [];
    private HttpClient _control = null!;
    private IStoreConnector _connector = null!;
    private FieldPolicies _policies = FieldPolicies.Default;
    private CompanyRules _companies = CompanyRules.Default;
    private bool _canary;

    public static CancellationToken Token => TestContext.Current.CancellationToken;
    public ScriptedStore Store { get; } = new(TimeProvider.System);
    public Wire Wire { get; private set; } = null!;
    public EmulatorServer Emulator { get; private set; } = null!;
    public HubSpotClient Portal { get; private set; } = null!;
    public SyncDatabase Database { get; private set; } = null!;
    public Connection Connection { get; private set; } = null!;
    public SyncEngine Engine { get; private set; } = null!;
    /// <summary>Where a further database may lie.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    public Reconciliation Reconciliation => new(Database, Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);
    public QuarantineDesk Desk => new(Database, Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);

    public static async Task<Scene> StartAsync(IStoreConnector? connector = null, EmulatorOptions? emulator = null, FieldPolicies? policies = null, int callsInTenSeconds = 10_000, int attempts = 6, CompanyRules? companies = null, bool canary = false)
    {
        var scene = new Scene { Emulator = await EmulatorServer.StartAsync(emulator ?? new EmulatorOptions { Limits = LimitTier.Off }, Token), _policies = policies ?? FieldPolicies.Default, _companies = companies ?? CompanyRules.Default, _canary = canary };
        scene._control = new HttpClient { BaseAddress = scene.Emulator.BaseUrl };
        scene._connector = connector ?? scene.Store;
        scene.Database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(scene._folder, "spoke.db")), Token);
        scene.Use(callsInTenSeconds, attempts);
        return scene;
    }

    /// <summary>Between the emulator and a WooCommerce shop that is empty but for its catalogue.</summary>
    public static async Task<(Scene Scene, WooShop Shop)> WooAsync(int firings = 1, TimeProvider? time = null)
    {
        var shop = await WooShop.StartAsync(new WooOptions { Orders = 0, Customers = 0, Drafts = 0, Firings = firings, Time = time ?? TimeProvider.System }, Token);
        var connector = new WooConnector(new WooStoreOptions { Url = shop.BaseUrl, ConsumerKey = shop.Options.ConsumerKey, ConsumerSecret = shop.Options.ConsumerSecret, WebhookSecret = "spoke-test-secret" });
        var scene = await StartAsync(connector);
        scene._platform.AddRange([connector, shop]);
        await connector.Subscriptions!.EnsureAsync(Callback, Token);
        foreach (var ping in shop.Webhooks.Take()) shop.Webhooks.Answered(ping, (await scene.DeliverAsync(ping.Delivery)).Status);
        return (scene, shop);
    }

    /// <summary>Between the emulator and a Shopify shop that is empty.</summary>
    public static async Task<(Scene Scene, ShopifyStandIn Shop)> ShopifyAsync()
    {
        var shop = await ShopifyStandIn.StartAsync(null, Token);
        var connector = new ShopifyConnector(new ShopifyStoreOptions { Url = shop.BaseUrl, AccessToken = "shpat_stand-in", WebhookSecret = "spoke-test-secret" });
        var scene = await StartAsync(connector);
        scene._platform.AddRange([connector, shop]);
        await connector.Subscriptions!.EnsureAsync(Callback, Token);
        return (scene, shop);
    }

    /// <summary>A client and an engine that know nothing but the database, as of a program that has just been started.</summary>
    public void Use(int callsInTenSeconds = 10_000, int attempts = 6)
    {
        Portal?.Dispose();
        Wire = new Wire();
        Portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = Emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, AttemptTimeout = TimeSpan.FromSeconds(10), TenSecondLimit = callsInTenSeconds, MaxAttempts = attempts }, Wire);
        Connection = new Connection(Name, _connector, Portal, "shop", "page") { PortalName = "main", PortalSecrets = ["client-secret"], Policies = _policies, Companies = _companies, Canary = _canary };
        Engine = new SyncEngine(Database, [Connection], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>The work of the connection, round by round, of a program that has just been started.</summary>
    public ConnectionWorker Worker() => new(Database, Engine.Intake, Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);

    /// <summary>The database is lost; the program starts with an empty one.</summary>
    public async Task LoseDatabaseAsync()
    {
        await Database.DisposeAsync();
        Database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "another.db")), Token);
        Use();
    }

    public async Task<PassSummary> PassAsync(IProgress<SyncProgress>? progress = null)
    {
        var result = Assert.Single(await Engine.RunOnceAsync(progress, Token));
        return result.Summary ?? throw result.Failure!;
    }

    /// <summary>Nobody changes anything any more, so nothing is written on either side.</summary>
    public async Task AssertQuietAsync()
    {
        await PassAsync();
        var (calls, stored) = (Wire.Calls.Count(call => call.Writes), Store.Writes);
        Assert.True((await PassAsync()).InStep);
        Assert.Equal((calls, stored), (Wire.Calls.Count(call => call.Writes), Store.Writes));
    }

    /// <summary>A platform's push arrives at our door.</summary>
    public Task<(int Status, string Text)> DeliverAsync(Delivery delivery) => DeliverAsync(delivery.Headers, delivery.Body.ToArray());

    public Task<(int Status, string Text)> DeliverAsync(IReadOnlyDictionary<string, string> headers, byte[] body) => Engine.Webhooks.ReceiveAsync(Name, headers, new MemoryStream(body), Token);

    /// <summary>HubSpot's push arrives at our door.</summary>
    public Task<(int Status, string Text)> TellAsync(string body)
    {
        const string Address = "https://spoke.example/hooks/hubspot/main";
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var delivery = new WebhookDelivery("POST", Address, Encoding.UTF8.GetBytes(body)) { Timestamp = at };
        return Engine.PortalWebhooks.ReceiveAsync("main", delivery with { SignatureV3 = WebhookSignature.ComputeV3("client-secret", "POST", Address, delivery.Body.Span, at) }, Token);
    }

    public async Task<List<CrmRecord>> AllAsync(string @object, params string[] properties) =>
        await Portal.Objects(@object).ListAsync(new ReadOptions { Properties = ["spoke_key", .. properties] }, null, Token).ToListAsync(Token);

    public async Task<CrmRecord> OneAsync(string @object, string key, params string[] properties) =>
        await Portal.Objects(@object).GetAsync(key, new ReadOptions { IdProperty = "spoke_key", Properties = properties }, null, Token) ?? throw new Xunit.Sdk.XunitException($"There is no {@object} {key}.");

    public Task EditAsync(string @object, RecordId id, params (string Name, string? Value)[] values) => Portal.Objects(@object).UpdateAsync(id, values.ToDictionary(v => v.Name, v => v.Value), null, Token);

    public Task<CrmRecord> CreateAsync(string @object, params (string Name, string? Value)[] values) => Portal.Objects(@object).CreateAsync(new CrmRecordInput(values.ToDictionary(v => v.Name, v => v.Value)), null, Token);

    public async Task<List<RecordId>> AssociatedAsync(string from, RecordId id, string to) => await Portal.Associations.ListAsync(from, id, to, null, Token).Select(edge => edge.To).ToListAsync(Token);

    public async Task FaultAsync(string kind, string path, int times = 1, string? method = "POST", int after = 0)
    {
        using var made = await _control.PostAsJsonAsync("/_emulator/faults", new { kind, method, path, times, after }, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Somebody takes a record out of HubSpot's recycle bin.</summary>
    public async Task RestoreAsync(string @object, RecordId id)
    {
        using var made = await _control.PostAsJsonAsync("/_emulator/restore", new { objectType = @object, id = id.Value }, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    public async Task ClearFaultsAsync()
    {
        using var cleared = await _control.DeleteAsync("/_emulator/faults", Token);
        Assert.True(cleared.IsSuccessStatusCode);
    }

    /// <summary>As if a reading had never been made, or long ago.</summary>
    public Task AgeAsync(string cursor) => Database.WriteAsync((db, transaction) => db.Execute("update progress set value = '2020-01-01T00:00:00.0000000+00:00' where name = @cursor", new { cursor }, transaction), Token);

    public Task ForgetAsync(string cursors) => Database.WriteAsync((db, transaction) => db.Execute("delete from progress where name like @cursors", new { cursors }, transaction), Token);

    public Task<long> CountAsync(string table, string condition = "1 = 1") => Database.ReadAsync(db => db.ExecuteScalar<long>($"select count(*) from {table} where {condition}"), Token);

    public async ValueTask DisposeAsync()
    {
        Portal.Dispose();
        _control.Dispose();
        foreach (var part in _platform) await part.DisposeAsync();
        await Database.DisposeAsync();
        await Emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
