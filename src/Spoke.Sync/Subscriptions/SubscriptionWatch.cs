using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Subscriptions;

/// <summary>One look at a store's subscriptions.</summary>
/// <param name="Mended">Topics that had gone since the last look, or were switched off, and are on again.</param>
/// <param name="Problem">Why nothing could be seen; null: it could.</param>
internal sealed record SubscriptionLook(string Connection, IReadOnlyList<string> Mended, string? Problem);

/// <summary>
/// Looks after the pushes of one store for as long as the program runs, at once and then every hour: platforms switch subscriptions off after failures and tell nobody.
/// What was off is switched on again, told, and a poll fills the gap. A look that fails is tried again sooner; it never stops anything else.
/// </summary>
/// <param name="callback">Where the store is to push to.</param>
/// <param name="poll">Has the store asked at once for what was not pushed.</param>
internal sealed class SubscriptionWatch(SyncDatabase database, Connection connection, IStoreSubscriptions subscriptions, Uri callback, Action poll, SyncOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private readonly SubscriptionNotes _notes = new(database, connection.Name);

    /// <param name="looks">Told about every look once it is over and the wait for the next has begun.</param>
    public async Task RunAsync(IProgress<SubscriptionLook>? looks, CancellationToken cancellationToken)
    {
        var failures = 0;
        string? said = null;
        while (true)
        {
            SubscriptionLook look;
            var wait = options.SubscriptionInterval;
            try
            {
                look = new SubscriptionLook(connection.Name, await LookAsync(cancellationToken).ConfigureAwait(false), null);
                if (failures > 0) SubscriptionLog.Recovered(logger, connection.Name, failures);
                (failures, said) = (0, null);
            }
            catch (Exception failure) when (failure is StoreException or StorageException)
            {
                wait = Backoff.After(failures++, FirstRetry, options.SubscriptionInterval);   // no later than a look would be anyway
                look = new SubscriptionLook(connection.Name, [], failure.Message);
                if (said != failure.Message) SubscriptionLog.NotSeen(logger, connection.Name, wait.TotalMinutes, failure.Message);   // once, not at every try
                said = failure.Message;
            }
            var next = Task.Delay(wait, time, cancellationToken);
            looks?.Report(look);
            await next.ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken)
    {
        SubscriptionReport report;
        try
        {
            report = await subscriptions.EnsureAsync(callback, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            await _notes.ProblemAsync(failure.Message, cancellationToken).ConfigureAwait(false);
            throw;
        }
        // At the first look at an address there is nothing there yet; later on, what is not there was taken away.
        var known = await _notes.KnowsAsync(callback, cancellationToken).ConfigureAwait(false);
        List<string> mended = known ? [.. report.Made, .. report.Restored] : [.. report.Restored];
        await _notes.SeenAsync(callback, mended, report.OffSince, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (mended.Count > 0)
        {
            SubscriptionLog.Mended(logger, connection.Name, string.Join(", ", mended));
            poll();
        }
        else if (report.Made.Count > 0) SubscriptionLog.Made(logger, connection.Name, report.Made.Count, callback);
        return mended;
    }
}

internal static partial class SubscriptionLog
{
    [LoggerMessage(4201, LogLevel.Warning, "{Connection}: the store had stopped pushing {Topics}. It is switched on again, and the store is asked for what was missed")]
    public static partial void Mended(ILogger logger, string connection, string topics);

    [LoggerMessage(4202, LogLevel.Warning, "{Connection}: the store's subscriptions could not be looked at and are again in {Minutes} min; it is polled meanwhile: {Problem}")]
    public static partial void NotSeen(ILogger logger, string connection, double minutes, string problem);

    [LoggerMessage(4203, LogLevel.Warning, "{Connection}: the store's subscriptions can be looked at again after {Failures} failures")]
    public static partial void Recovered(ILogger logger, string connection, int failures);

    [LoggerMessage(4204, LogLevel.Information, "{Connection}: the store pushes {Count} topics to {Callback} from now on")]
    public static partial void Made(ILogger logger, string connection, int count, Uri callback);
}
