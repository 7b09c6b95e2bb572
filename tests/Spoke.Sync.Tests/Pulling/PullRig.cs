using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Privacy;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>The whole engine between a store that takes writes and the real emulator over HTTP, pass by pass.</summary>
internal sealed class PullRig : IAsyncDisposable
{
    public const string Name = "shop-main";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-pull-").FullName;
    private readonly HttpClient _http;

    private PullRig(EmulatorServer emulator, FakeTimeProvider? clock)
    {
        Emulator = emulator;
        Time = clock ?? (TimeProvider)TimeProvider.System;
        Store = new ScriptedStore(Time);
        _http = new HttpClient { BaseAddress = emulator.BaseUrl };
        Portal = Client(EmulatorServer.DefaultToken, null);
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;
    public TimeProvider Time { get; }
    public ScriptedStore Store { get; }
    public EmulatorServer Emulator { get; }
    public HubSpotClient Portal { get; }
    public SyncDatabase Database { get; private set; } = null!;
    public Connection Connection { get; private set; } = null!;
    public SyncEngine Engine { get; private set; } = null!;

    /// <param name="wire">What the engine's calls go by, and nobody else's.</param>
    public static async Task<PullRig> StartAsync(FieldPolicies? policies = null, ISqlDialect? dialect = null, ConsentRules? consent = null, bool canary = false, ErasurePolicy privacy = ErasurePolicy.Delete, CompanyRules? companies = null, string storeUrl = "shop", FakeTimeProvider? clock = null, WayBack? wayBack = null, HttpMessageHandler? wire = null)
    {
        var rig = new PullRig(await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token), clock);
        rig.Database = await SyncDatabase.OpenAsync(dialect ?? new SqliteDialect(Path.Combine(rig._folder, "spoke.db")), Token);
        if (wire is not null) rig.Scoped = rig.Client(EmulatorServer.DefaultToken, wire);
        var connection = rig.Connection = new Connection(Name, rig.Store, rig.Scoped ?? rig.Portal, storeUrl, "page") { PortalName = "main", PortalSecrets = ["client-secret"], Policies = policies ?? FieldPolicies.Default, Consent = consent, Canary = canary, Privacy = privacy, Companies = companies ?? CompanyRules.Default, WayBack = wayBack ?? WayBack.Nothing };
        rig.Engine = new SyncEngine(rig.Database, [connection], new SyncOptions(), rig.Time, NullLoggerFactory.Instance);
        return rig;
    }

    /// <summary>From now on with a token of these scopes, over another wire or with less patience, or with other rules or another store, and as a program that has just been started.</summary>
    public async Task UseAsync(IEnumerable<string>? scopes = null, CompanyRules? companies = null, TimeSpan? abandonedAfter = null, bool? nativeTotals = null, bool? countUnpaid = null, IStoreConnector? store = null, HttpMessageHandler? wire = null, int attempts = 6, LogLines? log = null)
    {
        if (wire is not null || attempts != 6)
        {
            Scoped?.Dispose();
            Scoped = new HubSpotClient(new HubSpotClientOptions { BaseUrl = Emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken, AttemptTimeout = TimeSpan.FromSeconds(10), TenSecondLimit = 10_000, MaxAttempts = attempts }, wire);
        }
        if (scopes is not null)
        {
            using var made = await _http.PostAsJsonAsync("/_emulator/tokens", new { scopes }, Token);
            var token = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("token").GetString()!;
            Scoped?.Dispose();
            Scoped = Client(token, null);
        }
        Connection = Connection with { Portal = Scoped ?? Portal, Store = store ?? Connection.Store, Companies = companies ?? Connection.Companies, AbandonedAfter = abandonedAfter ?? Connection.AbandonedAfter, NativeTotals = nativeTotals ?? Connection.NativeTotals, CountUnpaid = countUnpaid ?? Connection.CountUnpaid };
        Engine = new SyncEngine(Database, [Connection], new SyncOptions(), Time, log is null ? NullLoggerFactory.Instance : LoggerFactory.Create(builder => builder.AddProvider(log)));
    }

    /// <summary>The work of the connection, round by round, of a program that has just been started.</summary>
    public ConnectionWorker Worker(ILogger? log = null) => new(Database, new ChangeIntake(Database, Time), Connection, new SyncOptions(), Time, log ?? NullLogger.Instance);

    /// <summary>The engine's own client; null: it is the tests', too.</summary>
    private HubSpotClient? Scoped { get; set; }

    private HubSpotClient Client(string token, HttpMessageHandler? wire) => new(new HubSpotClientOptions { BaseUrl = Emulator.BaseUrl, Token = () => token, AttemptTimeout = TimeSpan.FromSeconds(10), TenSecondLimit = 10_000 }, wire);

    public async Task<PassSummary> PassAsync()
    {
        var result = Assert.Single(await Engine.RunOnceAsync(null, Token));
        return result.Summary ?? throw result.Failure!;
    }

    /// <summary>Nobody else writes, so neither do we.</summary>
    public async Task AssertQuietAsync()
    {
        await PassAsync();
        var (writes, stored) = (await WritesAsync(), Store.Writes);
        var pass = await PassAsync();
        Assert.True(pass.InStep);
        Assert.Equal((writes, stored), (await WritesAsync(), Store.Writes));
    }

    /// <summary>The contact with this address, with the properties people edit.</summary>
    public async Task<CrmRecord> ContactAsync(string email) =>
        await Portal.Contacts.GetAsync(email, new ReadOptions { IdProperty = "email", Properties = ["firstname", "lastname", "phone", "city", "email", "spoke_key", "spoke_orders_count"] }, null, Token) ?? throw new Xunit.Sdk.XunitException($"there is no contact {email}");

    public async Task EditContactAsync(string email, params (string Name, string? Value)[] values) =>
        await Portal.Contacts.UpdateAsync((await ContactAsync(email)).Id, values.ToDictionary(v => v.Name, v => v.Value), null, Token);

    public async Task<List<CrmRecord>> ContactsAsync()
    {
        var all = new List<CrmRecord>();
        await foreach (var record in Portal.Contacts.ListAsync(new ReadOptions { Properties = ["spoke_key", "firstname", "email", "spoke_orders_count"] }, null, Token)) all.Add(record);
        return all;
    }

    public async Task<CrmRecord> OrderAsync() => Assert.Single(await Portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_total_price", "hs_order_name", "spoke_key"] }, null, Token).ToListAsync(Token));

    /// <summary>The person opens the link at the foot of an e-mail.</summary>
    public async Task OptOutAsync(string email, string subscription)
    {
        var person = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{email}\n{subscription}")).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        using var opened = await _http.GetAsync(new Uri($"/manage-preferences/1000001/unsubscribe/{person}", UriKind.Relative), Token);
        Assert.True(opened.IsSuccessStatusCode, await opened.Content.ReadAsStringAsync(Token));
    }

    public async Task AdvancePortalAsync(TimeSpan by)
    {
        using var moved = await _http.PostAsJsonAsync("/_emulator/clock", new { advanceMs = (long)by.TotalMilliseconds }, Token);
        Assert.True(moved.IsSuccessStatusCode, await moved.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Somebody takes the record out of HubSpot's recycling bin.</summary>
    public async Task RestoreAsync(string @object, string id)
    {
        using var restored = await _http.PostAsJsonAsync("/_emulator/restore", new { objectType = @object, id }, Token);
        Assert.True(restored.IsSuccessStatusCode, await restored.Content.ReadAsStringAsync(Token));
    }

    public async Task FaultAsync(string kind, string path = "*", int times = 1)
    {
        using var made = await _http.PostAsJsonAsync("/_emulator/faults", new { kind, path, times }, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    /// <summary>From now on HubSpot answers everything.</summary>
    public async Task CalmAsync()
    {
        using var calm = await _http.DeleteAsync(new Uri("/_emulator/faults", UriKind.Relative), Token);
        Assert.True(calm.IsSuccessStatusCode, await calm.Content.ReadAsStringAsync(Token));
    }

    /// <summary>The store pushes this one.</summary>
    public async Task HearAsync(EntityKind kind, string id) => await new ChangeIntake(Database, Time).AppendAsync(Name, [await Store.ReadOneAsync(kind, id, Token) ?? throw new Xunit.Sdk.XunitException($"there is no {kind} {id}")], null, Token);

    /// <summary>The store pushes exactly this.</summary>
    public Task HearChangeAsync(StoreChange change) => new ChangeIntake(Database, Time).AppendAsync(Name, [change], null, Token);

    /// <summary>As if the customer had not been touched for a while.</summary>
    public void Age(string customer, TimeSpan by) => Store.Age(EntityKind.Customer, customer, by);

    /// <summary>As if a reading had never been made, or long ago.</summary>
    public Task ForgetAsync(string cursor) => Database.WriteAsync((db, transaction) => db.Execute("update progress set value = '2020-01-01T00:00:00.0000000+00:00' where name = @cursor", new { cursor }, transaction), Token);

    /// <summary>The store is to be read whole once more.</summary>
    public async Task ReadAgainAsync()
    {
        await Database.WriteAsync((db, transaction) => db.Execute("delete from progress where name in ('full-read', 'full-read-began')", null, transaction), Token);
        await LaterAsync();
    }

    /// <summary>Whatever has been heard of was heard of a while ago.</summary>
    public Task LaterAsync() => Database.WriteAsync((db, transaction) => db.Execute("update ledger set seen_at = seen_at - 1000 where seen_at > 0", null, transaction), Token);

    public Customer Customer(string id) => Store.Get<Customer>(EntityKind.Customer, id);

    /// <summary>How many calls since the emulator began have changed something in the account.</summary>
    public async Task<int> WritesAsync() => (await WritePathsAsync()).Count;

    /// <summary>Those calls, the first one first.</summary>
    public async Task<List<string>> WritePathsAsync()
    {
        var journal = await _http.GetFromJsonAsync<JsonElement>("/_emulator/requests?limit=10000", Token);
        return [.. journal.GetProperty("requests").EnumerateArray().Where(r => r.GetProperty("method").GetString() != "GET").Select(r => r.GetProperty("path").GetString()!.Split('?')[0])
            .Where(path => !path.EndsWith("/batch/read", StringComparison.Ordinal) && !path.EndsWith("/search", StringComparison.Ordinal) && !path.Contains("/_emulator", StringComparison.Ordinal))];
    }

    public Task<long> CountAsync(string table, string condition) => Database.ReadAsync(db => db.ExecuteScalar<long>($"select count(*) from {table} where {condition}"), Token);

    public async ValueTask DisposeAsync()
    {
        Scoped?.Dispose();
        Portal.Dispose();
        _http.Dispose();
        await Database.DisposeAsync();
        await Emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
