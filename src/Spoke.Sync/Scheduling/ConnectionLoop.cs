using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Scheduling;

/// <summary>
/// One connection for as long as the program runs: a round when something arrives, when something is due again, and every so often to ask the store.
/// Each connection has a loop of its own, so that one that fails or hangs costs the others nothing.
/// </summary>
internal sealed class ConnectionLoop(ConnectionWorker worker, ChangeIntake intake, SyncOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDailyWait = TimeSpan.FromMinutes(15);
    private int _asked;

    /// <summary>Has the store asked for changes in the next round, which begins at once.</summary>
    public void PollNow()
    {
        Interlocked.Exchange(ref _asked, 1);
        intake.Signal(worker.Name);
    }

    /// <param name="rounds">Told about every round once it is over and the wait for the next has begun.</param>
    public async Task RunAsync(IProgress<StepSummary>? rounds, CancellationToken cancellationToken)
    {
        var nextPoll = DateTimeOffset.MinValue;
        var failures = 0;
        string? said = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Interlocked.Exchange(ref _asked, 0) == 1) nextPoll = DateTimeOffset.MinValue;   // until one has succeeded
            var poll = time.GetUtcNow() >= nextPoll;
            try
            {
                var round = await worker.StepAsync(poll, cancellationToken).ConfigureAwait(false);
                if (poll) nextPoll = time.GetUtcNow() + options.PollInterval;
                if (failures > 0) EngineLog.Recovered(logger, worker.Name, failures);
                if (round.DidSomething) EngineLog.Round(logger, worker.Name, round.Taken, round.Written, round.Quarantined);
                (failures, said) = (0, null);
                var next = WaitAsync(round, nextPoll, cancellationToken);
                rounds?.Report(round);
                await next.ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // What was not done waits in the database, after a fault of ours too: it is told with its place, and costs no other connection anything.
                var wait = WaitAfter(++failures, failure);
                if (said != failure.Message) Say(failure, wait);
                said = failure.Message;
                var next = Task.Delay(wait, time, cancellationToken);
                rounds?.Report(new StepSummary(worker.Name, poll, 0, 0, 0, wait) { Problem = failure.Message });
                await next.ConfigureAwait(false);
            }
        }
    }

    private void Say(Exception failure, TimeSpan wait)
    {
        if (failure is HubSpotException or StoreException or StorageException) EngineLog.Failed(logger, worker.Name, wait.TotalSeconds, failure.Message);
        else EngineLog.Fault(logger, worker.Name, wait.TotalSeconds, failure);
    }

    private async Task WaitAsync(StepSummary round, DateTimeOffset nextPoll, CancellationToken cancellationToken)
    {
        if (round.Pace > TimeSpan.Zero) await Task.Delay(round.Pace, time, cancellationToken).ConfigureAwait(false);
        await intake.WaitAsync(worker.Name, Longer(Shortest, Sooner(Sooner(nextPoll - time.GetUtcNow(), round.DueIn), round.CartsDueIn)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>1, 2, 4 … 60 s; never sooner than HubSpot asked for, and a used-up day is not asked about every minute.</summary>
    private TimeSpan WaitAfter(int failures, Exception failure)
    {
        var wait = Backoff.After(failures - 1, TimeSpan.FromSeconds(1), LongestBackoff);
        if (failure is not HubSpotException refused) return wait;
        if (refused.ResetsAt is { } resets) return Longer(wait, Sooner(LongestDailyWait, resets - time.GetUtcNow()));
        return refused.RetryAfter is { } asked ? Longer(wait, asked) : wait;
    }

    private static TimeSpan Sooner(TimeSpan wait, TimeSpan? other) => other < wait ? other.Value : wait;

    private static TimeSpan Longer(TimeSpan wait, TimeSpan other) => other > wait ? other : wait;
}

internal static partial class EngineLog
{
    [LoggerMessage(4001, LogLevel.Error, "Connection {Connection} cannot go on and tries again in {Seconds} s: {Problem}")]
    public static partial void Failed(ILogger logger, string connection, double seconds, string problem);

    [LoggerMessage(4004, LogLevel.Error, "Connection {Connection} came upon a fault of Spoke's own and tries again in {Seconds} s. Please report it, with what follows")]
    public static partial void Fault(ILogger logger, string connection, double seconds, Exception fault);

    [LoggerMessage(4002, LogLevel.Warning, "Connection {Connection} goes on after {Failures} failures")]
    public static partial void Recovered(ILogger logger, string connection, int failures);

    [LoggerMessage(4003, LogLevel.Information, "Connection {Connection}: {Taken} changes taken, {Written} records and associations written, {Quarantined} put into quarantine")]
    public static partial void Round(ILogger logger, string connection, int taken, int written, int quarantined);
}
