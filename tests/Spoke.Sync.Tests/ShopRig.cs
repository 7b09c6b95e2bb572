using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Shop;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests;

/// <summary>The whole engine between a real shop and the real emulator over HTTP, as the verbs of an operator use it.</summary>
public sealed class ShopRig : IAsyncDisposable
{
    public const string Name = "shop-main";
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-operator-").FullName;
    private readonly HttpClient _http = new();
    private readonly ConcurrentDictionary<string, string> _calls = new(StringComparer.Ordinal);
    private SampleConnector _store = null!;

    public static CancellationToken Token => TestContext.Current.CancellationToken;
    internal EmulatorServer Emulator { get; private set; } = null!;
    internal ShopServer Shop { get; private set; } = null!;
    internal SyncDatabase Database { get; private set; } = null!;
    internal HubSpotClient Portal { get; private set; } = null!;
    internal Connection Connection { get; private set; } = null!;
    internal SyncEngine Engine { get; private set; } = null!;

    public static async Task<ShopRig> StartAsync(ISqlDialect? dialect = null, int orders = 12)
    {
        var rig = new ShopRig { Emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token) };
        rig.Shop = await ShopServer.StartAsync(new ShopOptions { DataDirectory = Path.Combine(rig._folder, "shop"), DemoTraffic = orders > 0, DemoCustomers = Math.Min(orders, 8), DemoOrders = orders, DemoInterval = TimeSpan.FromDays(1) }, cancellationToken: Token);
        rig._http.BaseAddress = rig.Shop.BaseUrl;
        rig._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", rig.Shop.ApiKey);
        rig.Database = await SyncDatabase.OpenAsync(dialect ?? new SqliteDialect(Path.Combine(rig._folder, "spoke.db")), Token);
        rig.Use(EmulatorServer.DefaultToken);
        return rig;
    }

    /// <summary>From now on with another token, and as a program that has just been started.</summary>
    internal void Use(string token)
    {
        Portal?.Dispose();
        Portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = Emulator.BaseUrl, Token = () => token, AttemptTimeout = TimeSpan.FromSeconds(5), TenSecondLimit = 10_000 }, new Watch(_calls));
        _store = new SampleConnector(new SampleStoreOptions { Url = Shop.BaseUrl, ApiKey = Shop.ApiKey });
        Connection = new Connection(Name, _store, Portal, "shop", "page");
        Engine = new SyncEngine(Database, [Connection], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>From now on with a mapping of its own, and as a program that has just been started.</summary>
    internal void Map(params (string Name, string? Template)[] entries)
    {
        var (mapping, problems) = PropertyMap.Read(entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Template)));
        Assert.Empty(problems);
        Connection = Connection with { Mapping = mapping, Policies = mapping.OneWay(FieldPolicies.Default) };
        Engine = new SyncEngine(Database, [Connection], new SyncOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    }

    internal async Task<PassSummary> PassAsync()
    {
        var result = Assert.Single(await Engine.RunOnceAsync(null, Token));
        return result.Summary ?? throw result.Failure!;
    }

    /// <summary>Somebody buys two bags of coffee.</summary>
    /// <returns>The order's id and number.</returns>
    internal async Task<(string Id, string Number)> BuyAsync(string email)
    {
        var cart = (await PostAsync("/api/carts", new { currency = "EUR" })).GetProperty("id").GetString();
        using var lines = await _http.PutAsJsonAsync($"/api/carts/{cart}/lines", new { variantId = "v5", quantity = 2 }, Token);
        Assert.True(lines.IsSuccessStatusCode);
        var order = await PostAsync("/api/checkout", new { cartId = cart, email, firstName = "Ada", lastName = "Buyer", card = "4242424242424242" });
        order = order.TryGetProperty("order", out var inner) ? inner : order;
        return (order.GetProperty("id").GetString()!, order.GetProperty("number").GetString()!);
    }

    /// <summary>Asks the shop's admin API to do something: <c>orders/ID/ship</c>.</summary>
    internal Task<JsonElement> AdminAsync(string path, object body) => PostAsync("/admin/" + path, body);

    internal async Task FaultAsync(string kind, string path, int times = 1)
    {
        using var made = await _http.PostAsJsonAsync(new Uri(Emulator.BaseUrl, "/_emulator/faults"), new { kind, method = "POST", path, times }, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    /// <summary>The emulated account begins anew: everything in it is gone.</summary>
    internal async Task ResetAsync()
    {
        using var made = await _http.PostAsync(new Uri(Emulator.BaseUrl, "/_emulator/reset"), null, Token);
        Assert.True(made.IsSuccessStatusCode);
    }

    /// <summary>Somebody takes a record out of HubSpot's recycle bin.</summary>
    internal async Task RestoreAsync(string @object, string id)
    {
        using var made = await _http.PostAsJsonAsync(new Uri(Emulator.BaseUrl, "/_emulator/restore"), new { objectType = @object, id }, Token);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    internal async Task<string> TokenAsync(params string[] scopes)
    {
        using var made = await _http.PostAsJsonAsync(new Uri(Emulator.BaseUrl, "/_emulator/tokens"), new { scopes }, Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("token").GetString()!;
    }

    /// <summary>Calls since the emulator began that change something in the account.</summary>
    internal async Task<List<string>> WritesAsync() =>
        [.. (await CallsAsync()).Where(call => !call.StartsWith("GET", StringComparison.Ordinal) && !call.Contains("/read", StringComparison.Ordinal) && !call.EndsWith("/search", StringComparison.Ordinal) && !call.Contains("access-token-info", StringComparison.Ordinal) && !call.Contains("/_emulator", StringComparison.Ordinal))];

    /// <summary>All calls since the emulator began.</summary>
    internal async Task<List<string>> CallsAsync()
    {
        var journal = await _http.GetFromJsonAsync<JsonElement>(new Uri(Emulator.BaseUrl, "/_emulator/requests?limit=10000"), Token);
        return [.. journal.GetProperty("requests").EnumerateArray().Select(r => $"{r.GetProperty("method").GetString()} {r.GetProperty("path").GetString()}")];
    }

    /// <summary>Method and path of the call that HubSpot answered with this id.</summary>
    internal string Call(string correlationId) => _calls[correlationId];

    internal async Task<CrmRecord> OneAsync(string @object, string key, params string[] properties) =>
        await Portal.Objects(@object).GetAsync(key, new ReadOptions { IdProperty = "spoke_key", Properties = properties }, null, Token) ?? throw new InvalidOperationException($"There is no {@object} {key}.");

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(path, body, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Portal.Dispose();
        _http.Dispose();
        await Database.DisposeAsync();
        await Shop.DisposeAsync();
        await Emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Sees which call each answer's id belongs to.</summary>
    private sealed class Watch(ConcurrentDictionary<string, string> calls) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("x-hubspot-correlation-id", out var ids)) calls[ids.First()] = $"{request.Method} {request.RequestUri!.AbsolutePath}";
            return response;
        }
    }
}
