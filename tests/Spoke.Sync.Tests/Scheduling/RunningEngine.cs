using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;
using Spoke.Sync.Subscriptions;

namespace Spoke.Sync.Tests.Scheduling;

/// <summary>The engine while it runs beside an emulated account, on a clock that stands still unless a test moves it. What it tells is awaited.</summary>
internal sealed class RunningEngine : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-live-").FullName;
    private IReadOnlyList<Connection> _connections = [];
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());
    public LogLines Log { get; } = new();
    public Told<StepSummary> Rounds { get; private set; } = new();
    public Told<SubscriptionLook> Looks { get; private set; } = new();
    public Told<ReconcileTurn> Turns { get; private set; } = new();
    public EmulatorServer Emulator { get; private set; } = null!;
    public SyncDatabase Database { get; private set; } = null!;
    public HubSpotClient Portal { get; private set; } = null!;
    public SyncEngine Engine { get; private set; } = null!;

    /// <summary>The token that <see cref="Portal"/> sends.</summary>
    public string PortalToken { get; set; } = EmulatorServer.DefaultToken;

    public static async Task<RunningEngine> PrepareAsync()
    {
        var live = new RunningEngine { Emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Token) };
        live.Database = await SyncDatabase.OpenAsync(new SqliteDialect(live.PathOf("spoke.db")), Token);
        live.Portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = live.Emulator.BaseUrl, Token = () => live.PortalToken, TenSecondLimit = 10_000 });
        return live;
    }

    /// <summary>Where something else of a test may lie.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Starts it, as a program that has just been started.</summary>
    public void Run(params IReadOnlyList<Connection> connections)
    {
        (_connections, _stop, Rounds, Looks, Turns) = (connections, new CancellationTokenSource(), new Told<StepSummary>(), new Told<SubscriptionLook>(), new Told<ReconcileTurn>());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Engine = new SyncEngine(Database, connections, new SyncOptions(), Time, loggers);
        _running = Engine.RunAsync(Rounds, _stop.Token, Looks, Turns);
    }

    /// <summary>What the console shows.</summary>
    public Task<Overview> OverviewAsync() => new OverviewReader(Database, _connections, Time).ReadAsync(Token);

    /// <summary>Ends when every loop has ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Portal.Dispose();
        await Database.DisposeAsync();
        await Emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
