using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What a world is made of beside its seed.</summary>
internal sealed record WorldOptions
{
    /// <summary>A dialect of the one database of this world; asked anew for every life of the process.</summary>
    public required Func<ISqlDialect> Database { get; init; }

    /// <summary>More than 1 batch under way: closer to production, but the order of calls is the machine's then, not the seed's.</summary>
    public int BatchesUnderWay { get; init; } = 1;

    /// <summary>Planted bugs.</summary>
    public Func<ShopChange, bool>? ConnectorForgets { get; init; }
    public bool ClientSwallowsRefusals { get; init; }
    public Func<string, bool>? DoorForgets { get; init; }
    public bool MakesArchivedAgain { get; init; }
    public bool LiftsDenials { get; init; }
    public bool HidesMerges { get; init; }
    public bool ShopLosesDenials { get; init; }
    public bool IgnoresLimits { get; init; }
    public bool WritesBackAgain { get; init; }
    public FieldPolicies Policies { get; init; } = FieldPolicies.Default;
}

/// <summary>A shop, the engine and a HubSpot account with one clock and one seed between them.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string Name = "shop-main";
    private const long Hub = 1000001;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly WorldOptions _options;
    private readonly int _seed;
    private readonly Dice _wireDice;
    private readonly Dice _databaseDice;
    private readonly Dice _peopleDice;
    private readonly double _busy;
    private readonly HttpMessageInvoker _network = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private EmulatorServer _emulator = null!;
    private HttpClient _control = null!;
    private SyncDatabase _database = null!;
    private HubSpotClient _client = null!;
    private WebhookDoor _door = null!;
    private PortalDoor _portalDoor = null!;
    private ShopConnector _store = null!;
    private ConnectionWorker _worker = null!;

    private World(int seed, WorldOptions options)
    {
        (_seed, _options) = (seed, options);
        var dice = new Dice(seed, "world");
        (_wireDice, _databaseDice) = (new Dice(seed, "wire"), new Dice(seed, "database"));
        Clock = new SimClock(Start);
        History = new History(Clock);
        Weather = new Weather(new Dice(seed, "weather"));
        Limit = new Dice(seed, "limit").Chance(1 / 3d) ? 20 : 190;
        Shop = new Shop(Clock, TimeSpan.FromSeconds(dice.From(-240, 240)), coarse: dice.Chance(0.4));
        Days = new ShopDays(Shop, new Dice(seed, "shop"));
        Network = new PushNetwork(Clock, new Dice(seed, "network"), History, PostAsync);
        _peopleDice = new Dice(seed, "people");
        _busy = _peopleDice.Chance(0.7) ? _peopleDice.From(1, 4) / 8d : 0;
        News = new PortalNews(Clock, new Dice(seed, "news"), History, Hub, PostAsync);
        var consent = new Dice(seed, "consent");
        if (consent.Chance(0.5)) ShopConsents = new ShopConsents(Shop, Clock, consent);
        ConsentNews = new PortalNews(Clock, new Dice(seed, "consent news"), History, Hub, PostAsync);
        MergeNews = new PortalNews(Clock, new Dice(seed, "merge news"), History, Hub, PostAsync);
        BinNews = new PortalNews(Clock, new Dice(seed, "bin news"), History, Hub, PostAsync);
    }

    public SimClock Clock { get; }
    public History History { get; }
    public Weather Weather { get; }

    /// <summary>Calls in ten seconds. One call at a time makes about a hundred, so that where the account has 190 the limit is never met; in a third of the worlds it has fewer.</summary>
    public int Limit { get; }
    public Shop Shop { get; }
    public ShopDays Days { get; }
    public PushNetwork Network { get; }
    public PortalNews News { get; }
    public PortalNews BinNews { get; }
    public PortalNews MergeNews { get; }
    public PortalMerging Merging { get; private set; } = null!;
    public PortalNews ConsentNews { get; }

    /// <summary>Null: marketing is not spoken of in this world.</summary>
    public ShopConsents? ShopConsents { get; }

    /// <inheritdoc cref="ShopConsents"/>
    public PortalConsents? PortalConsents { get; private set; }
    public PortalBin Bin { get; private set; } = null!;
    public PortalPeople People { get; private set; } = null!;
    public Life Life { get; private set; } = new();
    public List<WireCall> Calls { get; } = [];

    /// <summary>When the process was started, each time.</summary>
    public List<DateTimeOffset> Births { get; } = [];

    /// <summary>Where it died, each time.</summary>
    public List<string> Deaths { get; } = [];

    public SyncDatabase Database => _database;

    public PortalAccess Access { get; private set; } = null!;

    public static async Task<World> StartAsync(int seed, WorldOptions options)
    {
        var world = new World(seed, options);
        world._emulator = await EmulatorServer.StartAsync(new EmulatorOptions { CallsInTenSeconds = world.Limit, TimeProvider = world.Clock.Portal });
        world._control = new HttpClient { BaseAddress = world._emulator.BaseUrl };
        world.People = new PortalPeople(world.Clock, world._peopleDice, world.History, world._control);
        world.Access = new PortalAccess(world.ControlAsync, world.Clock, Hub);
        var desk = new PortalDesk(world._control, world.Access.OfPeopleAsync);
        world.Bin = new PortalBin(new Dice(seed, "bin"), world.History, desk, world.BinNews);
        if (world.ShopConsents is not null) world.PortalConsents = new PortalConsents(world.Clock, new Dice(seed, "portal consent"), world.History, desk, world.ConsentNews, Hub);
        world.Merging = new PortalMerging(new Dice(seed, "merges"), world.History, desk, world.MergeNews);
        if (world.Merging.KeepsId) await world.SendAsync(HttpMethod.Put, "account", new { mergeKeepsPrimaryId = true });
        await world.Access.BeginAsync();
        var portal = new Dice(seed, "portal");
        if (portal.Chance(0.6)) await world.ControlAsync("faults", new { kind = $"search-lag:{portal.From(1, 60) * 1000}" });
        await world.BeginLifeAsync();
        return world;
    }

    /// <summary>One thing happens in the shop before anybody listens.</summary>
    public void HappenBefore()
    {
        Days.Happen();
        ShopConsents?.Happen(live: false);
    }

    /// <summary>One thing happens in the shop, and the shop says so.</summary>
    public void Happen()
    {
        var told = new List<ShopChange>();
        Shop.Changed += told.Add;
        Days.Happen();
        ShopConsents?.Happen(_hasRead);
        Shop.Changed -= told.Add;
        foreach (var change in told) Tell(change);
    }

    // What it says of whose it is and of their fields: the rest is in the change's name.
    private static string Body(ShopChange change)
    {
        if (change.Body.Length == 0) return "";
        var body = JsonNode.Parse(change.Body)!.AsObject();
        foreach (var told in (string[])["id", "version", "lines"]) body.Remove(told);
        return " " + body.ToJsonString(JsonSerializerOptions.Web);
    }

    private void Tell(ShopChange change)
    {
        History.Say($"  shop: {change}{Body(change)}");
        Network.Send(change);
    }

    private async Task<List<string>> LinkedAsync(string @object)
    {
        try
        {
            return Life.Over ? [] : await Database.ReadAsync(db => db.Query<string>("select record_id from record where object = @object and state <> 3 and shadow is not null and record_id is not null order by record_id", new { @object }).AsList(), CancellationToken.None);
        }
        catch (StorageException)
        {
            return [];
        }
    }

    /// <summary>Perhaps somebody in HubSpot does something, and HubSpot says so.</summary>
    public async Task WorkInPortalAsync()
    {
        await EditAsync();
        await Bin.TidyAsync(LinkedAsync, key => Truth.IsThere(Shop, key));
        await Merging.MergeAsync(LinkedAsync);
        if (PortalConsents is not null) await PortalConsents.SayAsync(LinkedAsync);
    }

    private async Task EditAsync()
    {
        if (!_peopleDice.Chance(_busy)) return;
        var known = await LinkedAsync("contacts");
        if (known.Count == 0) return;
        if (await People.EditAsync(await Access.OfPeopleAsync(), known) is { } made) News.Send(made.Id, made.Edit);
    }

    /// <summary>A complete pass; what it came to, or why it was broken off.</summary>
    public Task<string> PassAsync() => WorkAsync(async () =>
    {
        if (_options.MakesArchivedAgain) await Database.WriteAsync((db, transaction) => db.Execute("update record set record_id = null, shadow = null, state = 1 where state = 3", null, transaction), Life.Token);
        if (_options.WritesBackAgain) await WriteBackAgainAsync();
        var summary = await _worker.PassAsync(null, Life.Token);
        _hasRead = true;
        InStep = summary.InStep || await IsAllButTheBinInStepAsync();
        return $"{summary.Written}, in step {summary.InStep}{string.Concat(summary.Quarantine.Select(q => $"\n    quarantine: {q.Count} {q.What} {q.Property} {q.Example}: {q.Problem}"))}";
    });

    // As if somebody in HubSpot had given every customer another number.
    private Task WriteBackAgainAsync() => Database.WriteAsync((db, transaction) =>
    {
        foreach (var customer in Shop.Live<ShopCustomer>())
            TakenStore.Put(db, transaction, Name, "contacts", new TakenValue($"{Name}:customer:{customer.Id}", "phone", $"+44 {Shop.Asked.Count}", customer.Phone ?? "", Clock.Now.ToUnixTimeMilliseconds(), TakenState.ToWrite, 0));
    }, Life.Token);

    /// <summary>A live round.</summary>
    public Task<string> RoundAsync(bool poll) => WorkAsync(async () =>
    {
        var round = await _worker.StepAsync(poll, Life.Token);
        DueIn = round.DueIn;
        return round.ToString();
    });

    private bool _hasRead;

    /// <summary>Whether people have archived it, or what it went into.</summary>
    public bool IsBinned(string @object, string? id) => Bin.Now.Any(binned => binned.Object == @object && (binned.Id == id || (@object == "contacts" && Merging.Now.Exists(merged => id is not null && merged.Ids.Contains(id) && merged.Ids.Contains(binned.Id)))));

    // What people have archived is never in step, and whoever agrees again after a denial waits for somebody: nothing of it is ours to do.
    private Task<bool> IsAllButTheBinInStepAsync() => Database.ReadAsync(db => EdgeStore.Count(db, Name, companies: false) == 0 && db.ExecuteScalar<int>("select count(*) from record where state = 1 and object <> 'companies'") == 0
        && QuarantineStore.All(db, Name).TrueForAll(row => row.Cause == QuarantineStore.ConsentParked || (row.IsStopped && IsBinned(row.Object, row.Record_Id))), CancellationToken.None);

    /// <summary>Whether the last pass ended in step, as far as that is ours.</summary>
    public bool InStep { get; private set; }

    /// <summary>When something was due after the last round; null: never, or the round was broken off.</summary>
    public TimeSpan? DueIn { get; private set; }

    /// <summary>Why the last pass or round was broken off.</summary>
    public string? Problem { get; private set; }

    private async Task<string> WorkAsync(Func<Task<string>> work)
    {
        (InStep, DueIn, Problem) = (false, null, null);
        string end;
        try
        {
            end = await work();
        }
        catch (Exception failure) when (failure is HubSpotException or StoreException or StorageException || (failure is OperationCanceledException && Life.Over))
        {
            end = Problem = $"{failure.GetType().Name}: {failure.Message}";
        }
        if (!Life.Over) return end;
        await ReviveAsync();
        return Problem = $"died; {end}";
    }

    /// <summary>A dead process is started again.</summary>
    public async Task ReviveAsync()
    {
        if (!Life.Over) return;
        History.Say($"  died at {Life.Where}; started anew");
        await BeginLifeAsync();
    }

    /// <summary>The process is killed and started anew on the same database.</summary>
    public async Task CrashAsync()
    {
        Life.End("once");
        await BeginLifeAsync();
    }

    private async Task BeginLifeAsync()
    {
        if (_client is not null) await EndLifeAsync();
        Life = new Life();
        Births.Add(Clock.Now);
        var dialect = new SimDialect(_options.Database(), Weather, Life, _databaseDice);
        _database = await SyncDatabase.OpenAsync(dialect, CancellationToken.None);
        dialect.Opened = true;
        var wire = new Wire(_network, Clock, Weather, Life, _wireDice, History, Calls, DuringAsync) { SwallowsRefusals = _options.ClientSwallowsRefusals, Archived = Bin.Ours, Consents = PortalConsents, HidesMerges = _options.HidesMerges, HidesLimits = _options.IgnoresLimits };
        var options = new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => Access.Token, ShareBudget = false, Random = new Random(_seed) };
        if (_options.IgnoresLimits) options.TenSecondLimit = 10_000;
        _client = new HubSpotClient(options, wire, Clock.Engine);
        _store = new ShopConnector(Shop, History, Weather, Life, DuringAsync) { Forgets = _options.ConnectorForgets, Writer = new ShopWriter(Shop, History, Weather, Life, Tell) { LosesDenials = _options.ShopLosesDenials } };
        var connection = new Connection(Name, _store, _client, "shop", "page") { PortalName = "main", PortalSecrets = [PortalNews.Secret], Policies = _options.Policies, Consent = PortalConsents is null ? null : new ConsentRules(PortalConsents.Kind, AllowResubscribe: _options.LiftsDenials) };
        var intake = new ChangeIntake(_database, Clock.Engine);
        _door = new WebhookDoor(intake, [connection], Clock.Engine);
        _portalDoor = new PortalDoor(_database, intake, [connection], Clock.Engine);
        _worker = new ConnectionWorker(_database, intake, connection, new SyncOptions { BatchesUnderWay = _options.BatchesUnderWay }, Clock.Engine, NullLogger.Instance);
    }

    private async Task EndLifeAsync()
    {
        if (Life.Where is { } where) Deaths.Add(where);
        Life.End("the end");
        _client.Dispose();
        await _store.DisposeAsync();
        await _database.DisposeAsync();
        Life.Dispose();
    }

    private async Task<int> PostAsync(IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        if (Life.Over) return 0;
        if (_options.DoorForgets?.Invoke(headers["webhook-id"]) == true) return 200;
        using var stream = new MemoryStream(body);
        var (status, _) = await _door.ReceiveAsync(Name, headers, stream, CancellationToken.None);
        return Life.Over ? 0 : status;   // whoever died in the middle of it has answered nobody
    }

    private async Task<int> PostAsync(WebhookDelivery delivery)
    {
        if (Life.Over) return 0;
        var (status, _) = await _portalDoor.ReceiveAsync("main", delivery, CancellationToken.None);
        return Life.Over ? 0 : status;
    }

    /// <summary>What goes on in the world while the engine is in the middle of something.</summary>
    private async Task DuringAsync()
    {
        Happen();
        await WorkInPortalAsync();
        await PumpAsync();
    }

    /// <summary>Delivers what shop and HubSpot have to tell and is due.</summary>
    public async Task PumpAsync()
    {
        await Network.PumpAsync();
        await News.PumpAsync();
        await BinNews.PumpAsync();
        await ConsentNews.PumpAsync();
        if (!_options.HidesMerges) await MergeNews.PumpAsync();
    }

    /// <summary>Reads the account as a person looks at it: with another app's token, by a network on which nothing goes wrong.</summary>
    public async Task<HubSpotClient> LookAsync()
    {
        var token = await Access.OfPeopleAsync();
        return new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => token, ShareBudget = false, TenSecondLimit = Limit }, null, Clock.Engine);
    }

    private Task<JsonElement> ControlAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, "/_emulator/" + path) { Content = JsonContent.Create(body) };
        using var answer = await _control.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"/_emulator/{path} answered {answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await EndLifeAsync();
        _control.Dispose();
        await _emulator.DisposeAsync();
        _network.Dispose();
    }
}
