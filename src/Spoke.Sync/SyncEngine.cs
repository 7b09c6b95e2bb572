using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Pulling;
using Spoke.Sync.Reconcile;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;
using Spoke.Sync.Subscriptions;

namespace Spoke.Sync;

/// <summary>Keeps every connection in step: one pass at a time, or for as long as it runs.</summary>
public sealed class SyncEngine
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(15);
    private readonly SyncDatabase _database;
    private readonly IReadOnlyList<Connection> _connections;
    private readonly IReadOnlyList<ConnectionWorker> _workers;
    private readonly SyncOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly IReadOnlyDictionary<string, Rereading> _rereadings;

    public SyncEngine(SyncDatabase database, IReadOnlyList<Connection> connections, SyncOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        (_database, _connections) = (database, connections);
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger("Spoke.Sync");
        Intake = new ChangeIntake(database, time);
        Readiness = new Readiness(database, time);
        Webhooks = new WebhookDoor(Intake, connections, time, _logger);
        PortalWebhooks = new PortalDoor(database, Intake, connections, time);
        _rereadings = connections.ToDictionary(connection => connection.Name, connection => new Rereading(database, Intake, connection, time, _logger), StringComparer.Ordinal);
        _workers = [.. connections.Select(connection => new ConnectionWorker(database, Intake, connection, options, time, _logger))];
    }

    /// <summary>Where changes arrive.</summary>
    public ChangeIntake Intake { get; }

    /// <summary>Whether what arrives can be kept.</summary>
    public Readiness Readiness { get; }

    /// <summary>Where stores push to.</summary>
    public WebhookDoor Webhooks { get; }

    /// <summary>Where HubSpot pushes to.</summary>
    public PortalDoor PortalWebhooks { get; }

    /// <summary>Lets connections go on whose first records somebody has looked at.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> ApproveAsync(CancellationToken cancellationToken)
    {
        var approved = new List<string>();
        foreach (var worker in _workers)
            if (await worker.ApproveAsync(cancellationToken).ConfigureAwait(false)) approved.Add(worker.Name);
        return approved;
    }

    /// <summary>Asks for all of a connection's store to be read again: by the next pass, or by a program that runs.</summary>
    /// <exception cref="KeyNotFoundException">There is no such connection.</exception>
    public Task<RereadRequest> RereadAsync(string connection, CancellationToken cancellationToken) => _rereadings[connection].AskAsync(cancellationToken);

    /// <summary>One complete pass over every connection. One that cannot be passed, be it by a fault of ours, holds up none of the others; what was written is kept.</summary>
    public async Task<IReadOnlyList<PassResult>> RunOnceAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var results = new List<PassResult>();
        foreach (var (worker, connection) in _workers.Zip(_connections))
        {
            try
            {
                var feed = new LedgerFeed(_database, _logger);
                await _rereadings[worker.Name].RunAsync((_, token) => feed.DrainAsync(connection, token, answers: true), progress, cancellationToken).ConfigureAwait(false);
                results.Add(new PassResult(worker.Name, await worker.PassAsync(progress, cancellationToken).ConfigureAwait(false), null));
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                results.Add(new PassResult(worker.Name, null, failure));
            }
        }
        return results;
    }

    /// <summary>Runs until cancelled: a round when something arrives, when something is due again, and every so often to ask the stores.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(null, cancellationToken);

    internal async Task RunAsync(IProgress<StepSummary>? rounds, CancellationToken cancellationToken, IProgress<SubscriptionLook>? looks = null, IProgress<ReconcileTurn>? turns = null, IProgress<int>? rereads = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loops = new List<Task>();
        foreach (var (worker, connection) in _workers.Zip(_connections))
        {
            var loop = new ConnectionLoop(worker, Intake, _options, _time, _logger);
            loops.Add(loop.RunAsync(rounds, stop.Token));
            loops.Add(KeepAsync(worker.Name, token => _rereadings[worker.Name].WatchAsync(rereads, token), stop.Token));
            if (connection is { PushesTo: { } callback, Store.Subscriptions: { } subscriptions })
                loops.Add(KeepAsync(worker.Name, token => new SubscriptionWatch(_database, connection, subscriptions, callback, loop.PollNow, _options, _time, _logger).RunAsync(looks, token), stop.Token));
            if (connection.Reconcile is { } schedule)
                loops.Add(KeepAsync(worker.Name, token => new ScheduledReconcile(_database, connection, schedule, () => Intake.Signal(worker.Name), _options, _time, _logger).RunAsync(turns, token), stop.Token));
        }
        try
        {
            while (loops.Count > 0)
            {
                var ended = await Task.WhenAny(loops).ConfigureAwait(false);
                loops.Remove(ended);
                await ended.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // asked to stop
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Begins a loop anew that a fault of ours has ended, later each time. The fault is told with its place and costs the other loops nothing.</summary>
    private async Task KeepAsync(string connection, Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        for (var faults = 0; ; faults++)
        {
            var wait = Backoff.After(faults, FirstRetry, LongestRetry);
            try
            {
                await loop(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                EngineLog.Fault(_logger, connection, wait.TotalSeconds, fault);
            }
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
