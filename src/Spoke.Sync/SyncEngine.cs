using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;

namespace Spoke.Sync;

/// <summary>Keeps every connection in step: one pass at a time, or for as long as it runs.</summary>
public sealed class SyncEngine
{
    private readonly IReadOnlyList<ConnectionWorker> _workers;
    private readonly SyncOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public SyncEngine(SyncDatabase database, IReadOnlyList<Connection> connections, SyncOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger("Spoke.Sync");
        Intake = new ChangeIntake(database, time);
        Webhooks = new WebhookDoor(Intake, connections, time);
        _workers = [.. connections.Select(connection => new ConnectionWorker(database, Intake, connection, options, time, _logger))];
    }

    /// <summary>Where changes arrive.</summary>
    public ChangeIntake Intake { get; }

    /// <summary>Where stores push to.</summary>
    public WebhookDoor Webhooks { get; }

    /// <summary>One complete pass over every connection.</summary>
    /// <exception cref="HubSpotException">The portal refuses us as a whole, or cannot be reached. What was written is kept.</exception>
    /// <exception cref="Commerce.Connectors.StoreException">The store refuses us or cannot be reached.</exception>
    /// <exception cref="StorageException">The database cannot be used.</exception>
    public async Task<IReadOnlyList<PassSummary>> RunOnceAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var summaries = new List<PassSummary>();
        foreach (var worker in _workers) summaries.Add(await worker.PassAsync(progress, cancellationToken).ConfigureAwait(false));
        return summaries;
    }

    /// <summary>Runs until cancelled: passes when something arrives, and every so often to ask the stores.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var nextPoll = DateTimeOffset.MinValue;
        while (!cancellationToken.IsCancellationRequested)
        {
            var poll = _time.GetUtcNow() >= nextPoll;
            if (poll) nextPoll = _time.GetUtcNow() + _options.PollInterval;
            var wait = nextPoll - _time.GetUtcNow();
            foreach (var worker in _workers)
            {
                try
                {
                    if (await worker.StepAsync(poll, cancellationToken).ConfigureAwait(false) is { } due && due < wait) wait = due;
                }
                catch (Exception failure) when (failure is HubSpotException or Commerce.Connectors.StoreException or StorageException)
                {
                    EngineLog.PassFailed(_logger, worker.Name, failure.Message);   // what was not done waits in the database
                    if (TimeSpan.FromSeconds(5) < wait) wait = TimeSpan.FromSeconds(5);
                    nextPoll = _time.GetUtcNow();
                }
            }
            try
            {
                await Intake.WaitAsync(wait > TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}

internal static partial class EngineLog
{
    [LoggerMessage(4001, LogLevel.Error, "Connection {Connection} cannot go on for now: {Problem}")]
    public static partial void PassFailed(ILogger logger, string connection, string problem);
}
