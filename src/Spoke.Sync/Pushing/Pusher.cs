using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;

namespace Spoke.Sync.Pushing;

/// <summary>Carries plans out: batches of 100 by unique key or id, several under way at once, each outcome kept as soon as it is known.</summary>
/// <param name="puller">Looks for edits that were written over; null: nobody edits anything in HubSpot.</param>
internal sealed class Pusher(HubSpotClient portal, string connection, OutcomeStore outcomes, int underWay, ILogger logger, Puller? puller = null)
{
    private const int BatchSize = 100;
    private const int MostAttempts = 4;
    private readonly RequestOptions _inTurn = new() { Caller = connection };   // connections of one portal share its budget fairly

    /// <returns>What became of them, save for those that somebody else is sending: they are left for later.</returns>
    /// <exception cref="HubSpotException">The portal refuses us as a whole: token, scope, reachability, daily limit. What was written before is kept.</exception>
    public async Task<IReadOnlyList<PushOutcome>> PushAsync(IReadOnlyList<PlanItem> items, CancellationToken cancellationToken)
    {
        var all = new List<PushOutcome>(items.Count);
        var still = items.Where(item => item.Action == PlanAction.Unchanged || item is { Action: PlanAction.Forget, Unheard: false }).Select(item => new PushOutcome(item, PushResult.Unchanged) { RecordId = item.RecordId }).ToList();
        await outcomes.KeepAsync(still, cancellationToken).ConfigureAwait(false);
        all.AddRange(still);
        if (items.Where(item => item is { Action: PlanAction.Forget, Unheard: true }).ToList() is { Count: > 0 } unheard)
        {
            all.AddRange(await InTurnAsync(unheard, LookBeforeForgettingAsync, cancellationToken).ConfigureAwait(false));
        }
        var elsewhere = await MadeElsewhereAsync(items, all, cancellationToken).ConfigureAwait(false);
        var batches = items.Where(item => item.Action is not (PlanAction.Unchanged or PlanAction.Forget) && !elsewhere.Contains(item))
            .GroupBy(item => (item.Object, item.Action, item.Desired?.IdProperty))
            .SelectMany(group => group.Chunk(BatchSize)).ToList();
        var gate = new Lock();
        // New records last: one may need an address or a SKU that another gives up.
        foreach (var turn in batches.GroupBy(batch => batch[0].Action == PlanAction.Create).OrderBy(turn => turn.Key))
            await Parallel.ForEachAsync(turn, new ParallelOptions { MaxDegreeOfParallelism = underWay, CancellationToken = cancellationToken }, async (batch, token) =>
            {
                var done = await InTurnAsync(batch, WriteAsync, token).ConfigureAwait(false);
                lock (gate) all.AddRange(done);
            }).ConfigureAwait(false);
        return all;
    }

    private async Task<List<PushOutcome>> InTurnAsync(IReadOnlyList<PlanItem> batch, Func<List<PlanItem>, CancellationToken, Task<List<PushOutcome>>> work, CancellationToken cancellationToken)
    {
        var ours = await outcomes.SendingAsync(batch, cancellationToken).ConfigureAwait(false);
        if (ours.Count == 0) return [];
        var isKept = false;
        try
        {
            var done = await work(ours, cancellationToken).ConfigureAwait(false);
            await outcomes.KeepAsync(done, CancellationToken.None).ConfigureAwait(false);   // HubSpot has it: we must not forget it
            isKept = true;
            return done;
        }
        finally
        {
            if (!isKept) await outcomes.LeaveAsync(ours).ConfigureAwait(false);
        }
    }

    private async Task<List<PushOutcome>> WriteAsync(List<PlanItem> batch, CancellationToken cancellationToken)
    {
        var done = await CarryOutAsync(batch, cancellationToken).ConfigureAwait(false);
        done = await LookBehindAsync(done, cancellationToken).ConfigureAwait(false);
        return await WithAddressesAsync(done, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a batch; what is refused for single values is sent again without them, as long as something is left to try.</summary>
    private async Task<List<PushOutcome>> CarryOutAsync(List<PlanItem> batch, CancellationToken cancellationToken)
    {
        var done = new List<PushOutcome>(batch.Count);
        var gone = new List<PlanItem>();
        List<Attempt> open = [.. batch.Select(item => new Attempt(item, []))];
        for (var round = 1; open.Count > 0; round++)
        {
            var again = new List<Attempt>();
            foreach (var alike in open.GroupBy(attempt => attempt.Item.Desired?.IdProperty).Select(group => group.ToList()))
            {
                var answers = await SendAsync(alike, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < alike.Count; i++)
                {
                    if (answers[i] is { Error.Kind: HubSpotErrorKind.NotFound } && alike[i].Item.Action == PlanAction.Update) gone.Add(alike[i].Item);
                    else if (Judge(alike[i], answers[i], round < MostAttempts, out var next) is { } outcome) done.Add(outcome);
                    else again.Add(next!);
                }
            }
            open = again;
        }
        if (gone.Count > 0) done.AddRange(await LookForAsync(gone, cancellationToken).ConfigureAwait(false));
        return done;
    }

    private async Task<IReadOnlyList<BatchOutcome>> SendAsync(List<Attempt> batch, CancellationToken cancellationToken)
    {
        var objects = portal.Objects(batch[0].Item.Object);
        try
        {
            return batch[0].Item.Action switch
            {
                PlanAction.Create => await objects.BatchUpsertAsync(batch[0].Item.Desired!.IdProperty, [.. batch.Select(attempt => attempt.Upsert())], _inTurn, cancellationToken).ConfigureAwait(false),
                PlanAction.Update => await objects.BatchUpdateAsync([.. batch.Select(attempt => new UpdateInput(attempt.Item.RecordId!, attempt.Item.Changes))], _inTurn, cancellationToken).ConfigureAwait(false),
                _ => await objects.BatchArchiveAsync([.. batch.Select(attempt => (RecordId)attempt.Item.RecordId!)], _inTurn, cancellationToken).ConfigureAwait(false),
            };
        }
        // HubSpot answers, only not this call: the others may fare better. Nobody knows what was carried out, and doing it again is harmless.
        catch (HubSpotException trouble) when (trouble is { IsTransient: true, Kind: not HubSpotErrorKind.Unreachable })
        {
            return [.. batch.Select((_, i) => new BatchOutcome(i) { Error = trouble })];
        }
    }

    /// <returns>What became of it; null when it is worth another attempt.</returns>
    private PushOutcome? Judge(Attempt attempt, BatchOutcome answer, bool mayTryAgain, out Attempt? next)
    {
        next = null;
        var item = attempt.Item;
        if (answer.Error is not { } error)
            return new PushOutcome(item, item.Action == PlanAction.Archive ? PushResult.Archived : PushResult.Written) { RecordId = answer.Record?.Id.Value ?? item.RecordId, Created = item.Action == PlanAction.Create && answer.Created, Held = attempt.Held, Request = answer.Request, CorrelationId = answer.CorrelationId };
        if (error.IsTransient) return new PushOutcome(item, PushResult.RetryLater) { Error = error };
        var refused = WithheldMoney.With(item, RefusedValue.Of(error, item.Changes, answer.CorrelationId));
        next = mayTryAgain ? attempt.After(refused) : null;
        // What is taken may be on its way to being given up by the other record: one more look before anybody is asked.
        var waits = item.Attempts == 0 && (error.Kind == HubSpotErrorKind.Conflict || refused.Any(value => value.IsTaken)) && (next is null || next.Item.Desired?.IdProperty == item.Desired?.IdProperty);
        if (waits)
        {
            next = null;
            return new PushOutcome(item, PushResult.RetryLater) { Error = error };
        }
        if (next is { Item.Changes.Count: > 0 }) return null;
        PushLog.Refused(logger, item.Object, item.Key, error.Category, error.CorrelationId ?? answer.CorrelationId);
        return new PushOutcome(item, PushResult.Quarantined) { Error = error, Held = [.. attempt.Held, .. refused], Request = answer.Request, CorrelationId = answer.CorrelationId };
    }

    /// <summary>What was edited in HubSpot after our look is found behind our write. Where that cannot be read, what was written counts as not heard of, and comes again.</summary>
    private async Task<List<PushOutcome>> LookBehindAsync(List<PushOutcome> done, CancellationToken cancellationToken)
    {
        if (puller is null || done.FindAll(outcome => outcome.Result == PushResult.Written && puller.IsContested(outcome.Item)) is not { Count: > 0 } written) return done;
        try
        {
            await puller.LookBehindAsync([.. written.Select(outcome => outcome.Item)], cancellationToken).ConfigureAwait(false);
            return done;
        }
        catch (HubSpotException trouble) when (trouble.IsTransient)   // one that lasts would have the same written for ever
        {
            return [.. done.Select(outcome => written.Contains(outcome) ? new PushOutcome(outcome.Item, PushResult.RetryLater) { Error = trouble } : outcome)];
        }
    }

    /// <summary>A contact that was found under its address and is another one of ours: whether HubSpot has both addresses for it only it can say.</summary>
    private async Task<List<PushOutcome>> WithAddressesAsync(List<PushOutcome> done, CancellationToken cancellationToken)
    {
        var found = done.Where(outcome => outcome is { Result: PushResult.Written, Created: false, RecordId: not null, Item: { Object: RecordObjects.Contacts, Action: PlanAction.Create } }).ToList();
        var shared = await outcomes.LinkedToOthersAsync(found, cancellationToken).ConfigureAwait(false);
        if (shared.Count == 0) return done;
        Dictionary<string, List<string>> addresses;
        try
        {
            var read = await portal.Objects(RecordObjects.Contacts).BatchReadAsync([.. shared.Select(id => (RecordId)id)], new ReadOptions { Properties = ["email", "hs_additional_emails"] }, _inTurn, cancellationToken).ConfigureAwait(false);
            addresses = shared.Zip(read).Where(pair => pair.Second.Record is not null).ToDictionary(pair => pair.First, pair => Adoption.Addresses(pair.Second.Record!));
        }
        catch (HubSpotException)
        {
            return done;   // what was written is kept first; it is asked again when this one tries again
        }
        return [.. done.Select(outcome => found.Contains(outcome) && addresses.TryGetValue(outcome.RecordId!, out var all) ? outcome with { Addresses = all } : outcome)];
    }

    /// <summary>
    /// Records that were perhaps made before we heard of it, and that would be made under another address or SKU now: those that were are linked first.
    /// Whoever comes with the old value would find them, take them for their own, and what we wrote there for edits.
    /// </summary>
    private async Task<HashSet<PlanItem>> MadeElsewhereAsync(IReadOnlyList<PlanItem> items, List<PushOutcome> all, CancellationToken cancellationToken)
    {
        var elsewhere = new HashSet<PlanItem>();
        foreach (var alike in items.Where(item => item is { Action: PlanAction.Create, Unheard: true, Desired.IdProperty: not "spoke_key" }).GroupBy(item => (item.Object, item.Desired!.IdProperty)))
            foreach (var unheard in alike.Chunk(BatchSize))
            {
                var read = await ByKeyAsync(unheard, [alike.Key.IdProperty], cancellationToken).ConfigureAwait(false);
                var made = unheard.Zip(read, (item, found) => (Item: item, found.Record)).Where(one => one.Record is { } record && !CanonicalValue.Same(record[alike.Key.IdProperty], one.Item.Desired!.IdValue)).ToList();
                if (made.Count == 0) continue;
                elsewhere.UnionWith(made.Select(one => one.Item));
                var ids = made.ToDictionary(one => one.Item.Key, one => one.Record!.Id.Value);
                all.AddRange(await InTurnAsync([.. made.Select(one => one.Item)], (ours, _) => Task.FromResult(ours.ConvertAll(item => new PushOutcome(item, PushResult.Relinked) { RecordId = ids[item.Key] })), cancellationToken).ConfigureAwait(false));
            }
        return elsewhere;
    }

    /// <summary>Records of one object that have our keys in HubSpot, whether or not we know of them.</summary>
    private Task<IReadOnlyList<BatchOutcome>> ByKeyAsync(IReadOnlyList<PlanItem> items, IReadOnlyList<string> properties, CancellationToken cancellationToken) =>
        portal.Objects(items[0].Object).BatchReadAsync([.. items.Select(item => (RecordId)item.Key)], new ReadOptions { IdProperty = "spoke_key", Properties = properties }, _inTurn, cancellationToken);

    /// <summary>Not wanted any more before we heard whether it was made: if it was, it is linked now and goes the way of all records.</summary>
    private async Task<List<PushOutcome>> LookBeforeForgettingAsync(List<PlanItem> unheard, CancellationToken cancellationToken)
    {
        var found = await ByKeyAsync(unheard, [], cancellationToken).ConfigureAwait(false);
        return [.. unheard.Select((item, i) => found[i].Record is { } record ? new PushOutcome(item, PushResult.Relinked) { RecordId = record.Id.Value } : new PushOutcome(item, PushResult.Unchanged))];
    }

    /// <summary>Linked records that are gone: merged or restored under another id, they are found by their key; otherwise somebody archived them.</summary>
    private async Task<IEnumerable<PushOutcome>> LookForAsync(List<PlanItem> gone, CancellationToken cancellationToken)
    {
        var found = await ByKeyAsync(gone, [], cancellationToken).ConfigureAwait(false);
        return gone.Select((item, i) =>
        {
            if (found[i].Record is { } record)
                return record.Id.Value == item.RecordId
                    ? new PushOutcome(item, PushResult.RetryLater) { Error = new HubSpotException(HubSpotErrorKind.Unexpected, $"HubSpot has the record {item.RecordId} and says that it has not.") { IsTransient = true } }
                    : new PushOutcome(item, PushResult.Relinked) { RecordId = record.Id.Value };
            PushLog.Stopped(logger, item.Object, item.Key);
            return new PushOutcome(item, PushResult.Stopped) { RecordId = item.RecordId };
        });
    }
}

internal static partial class PushLog
{
    [LoggerMessage(3001, LogLevel.Information, "HubSpot refused {Object} {Key} ({Category}, correlation id {CorrelationId}); it is in quarantine")]
    public static partial void Refused(ILogger logger, string @object, string key, string? category, string? correlationId);

    [LoggerMessage(3002, LogLevel.Information, "The record of {Object} {Key} was archived in HubSpot; it is not written any more until it is restored there")]
    public static partial void Stopped(ILogger logger, string @object, string key);
}
