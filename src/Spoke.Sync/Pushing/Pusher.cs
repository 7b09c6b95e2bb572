using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

/// <summary>Carries plans out: batches of 100 by unique key or id, several under way at once, each outcome kept as soon as it is known.</summary>
internal sealed class Pusher(HubSpotClient portal, OutcomeStore outcomes, ILogger logger)
{
    private const int BatchSize = 100;
    private const int UnderWay = 4;

    /// <exception cref="HubSpotException">The portal refuses us as a whole: token, scope, reachability, daily limit. What was written before is kept.</exception>
    public async Task<IReadOnlyList<PushOutcome>> PushAsync(IReadOnlyList<PlanItem> items, CancellationToken cancellationToken)
    {
        var all = new List<PushOutcome>(items.Count);
        var still = items.Where(item => item.Action is PlanAction.Unchanged or PlanAction.Forget).Select(item => new PushOutcome(item, PushResult.Unchanged) { RecordId = item.RecordId }).ToList();
        await outcomes.KeepAsync(still, cancellationToken).ConfigureAwait(false);
        all.AddRange(still);
        var batches = items.Where(item => item.Action is not (PlanAction.Unchanged or PlanAction.Forget))
            .GroupBy(item => (item.Object, item.Action, item.Desired?.IdProperty))
            .SelectMany(group => group.Chunk(BatchSize)).ToList();
        var gate = new Lock();
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = UnderWay, CancellationToken = cancellationToken }, async (batch, token) =>
        {
            var done = await CarryOutAsync(batch, token).ConfigureAwait(false);
            await outcomes.KeepAsync(done, CancellationToken.None).ConfigureAwait(false);   // HubSpot has it: we must not forget it
            lock (gate) all.AddRange(done);
        }).ConfigureAwait(false);
        return all;
    }

    private async Task<IReadOnlyList<PushOutcome>> CarryOutAsync(PlanItem[] batch, CancellationToken cancellationToken)
    {
        var objects = portal.Objects(batch[0].Object);
        var answers = batch[0].Action switch
        {
            PlanAction.Create => await objects.BatchUpsertAsync(batch[0].Desired!.IdProperty, [.. batch.Select(Upsert)], null, cancellationToken).ConfigureAwait(false),
            PlanAction.Update => await objects.BatchUpdateAsync([.. batch.Select(item => new UpdateInput(item.RecordId!, item.Changes))], null, cancellationToken).ConfigureAwait(false),
            _ => await objects.BatchArchiveAsync([.. batch.Select(item => (RecordId)item.RecordId!)], null, cancellationToken).ConfigureAwait(false),
        };
        return [.. batch.Select((item, i) => Outcome(item, answers[i]))];
    }

    // The key is written by HubSpot from the id of the input; repeating it as a property is refused nowhere and needed nowhere.
    private static UpsertInput Upsert(PlanItem item) => new(item.Desired!.IdValue, item.Changes.Where(change => change.Key != item.Desired.IdProperty).ToDictionary(change => change.Key, change => change.Value));

    private PushOutcome Outcome(PlanItem item, BatchOutcome answer)
    {
        if (answer.Succeeded)
            return new PushOutcome(item, item.Action == PlanAction.Archive ? PushResult.Archived : PushResult.Written) { RecordId = answer.Record?.Id.Value ?? item.RecordId, Created = item.Action == PlanAction.Create && answer.Created };
        var error = answer.Error!;
        if (error.IsTransient) return new PushOutcome(item, PushResult.RetryLater) { Error = error };
        PushLog.Refused(logger, item.Object, item.Key, error.Category, error.CorrelationId);
        return new PushOutcome(item, PushResult.Quarantined) { Error = error };
    }
}

internal static partial class PushLog
{
    [LoggerMessage(3001, LogLevel.Warning, "HubSpot refused {Object} {Key} ({Category}, correlation id {CorrelationId}); it is in quarantine")]
    public static partial void Refused(ILogger logger, string @object, string key, string? category, string? correlationId);
}
