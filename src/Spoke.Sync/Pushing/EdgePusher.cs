using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>Makes and removes associations once both ends have a record. Making one twice is harmless, so a lost answer is.</summary>
internal sealed class EdgePusher(SyncDatabase database, HubSpotClient portal, string connection, int underWay, TimeProvider time)
{
    public const int Batch = 2000;
    private const int Page = 6 * Batch;
    private const int Doubts = 2;
    private readonly RequestOptions _inTurn = new() { Caller = connection };

    /// <param name="companies">Those to companies too.</param>
    /// <returns>How many associations were made or removed.</returns>
    /// <exception cref="HubSpotException">The portal refuses us as a whole.</exception>
    public async Task<int> PushAsync(bool companies, CancellationToken cancellationToken)
    {
        var done = 0;
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var waiting = await database.ReadAsync(db => EdgeStore.Waiting(db, connection, now, Page, companies), cancellationToken).ConfigureAwait(false);
            if (waiting.Count == 0) return done;
            var batches = Batches(waiting);
            // What does not fill a batch yet may do so with the next page.
            var full = waiting.Count < Page ? batches : batches.FindAll(batch => batch.Count == Batch);
            done += await PushAsync(full.Count > 0 ? full : batches, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>These and no others.</summary>
    /// <returns>How many were made or removed.</returns>
    public Task<int> PushAsync(IReadOnlyList<WaitingEdge> waiting, CancellationToken cancellationToken) => PushAsync(Batches(waiting), cancellationToken);

    /// <summary>Those that hang on these records, at either end, and can be made or removed now.</summary>
    /// <param name="companies">Those to companies too.</param>
    public Task<List<WaitingEdge>> ReadyAsync(string @object, IReadOnlyList<string> keys, bool companies, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.ReadAsync(db => EdgeStore.WaitingAt(db, database.Dialect, connection, @object, keys, now, companies), cancellationToken);
    }

    /// <summary>What can go in one call each: of one kind, and no more than a call takes.</summary>
    public static List<IReadOnlyList<WaitingEdge>> Batches(IEnumerable<WaitingEdge> waiting) =>
        [.. waiting.GroupBy(e => (e.From_Object, e.To_Object, e.Type_Id, e.State)).SelectMany(group => group.Chunk(Batch))];

    /// <inheritdoc cref="PushAsync(bool, CancellationToken)"/>
    public async Task<int> PushAsync(List<IReadOnlyList<WaitingEdge>> batches, CancellationToken cancellationToken)
    {
        var done = 0;
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = underWay, CancellationToken = cancellationToken }, async (batch, token) =>
            Interlocked.Add(ref done, await PushBatchAsync(batch, token).ConfigureAwait(false))).ConfigureAwait(false);
        return done;
    }

    private async Task<int> PushBatchAsync(IReadOnlyList<WaitingEdge> edges, CancellationToken cancellationToken)
    {
        var first = edges[0];
        var errors = first.State == EdgeState.Wanted
            ? await MakeAsync(first, edges, cancellationToken).ConfigureAwait(false)
            : await RemoveAsync(first, edges, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await database.WriteAsync((db, transaction) =>
        {
            EdgeStore.Done(db, transaction, database.Dialect, connection, [.. edges.Where((_, i) => errors[i] is null)]);
            for (var i = 0; i < edges.Count; i++)
            {
                var (edge, error) = (edges[i], errors[i]);
                if (error is null) continue;
                if (error.IsTransient) EdgeStore.Later(db, transaction, connection, edge, error.Message, now);
                else if (error.Kind == HubSpotErrorKind.NotFound && edge.Attempts < Doubts)
                {
                    EdgeStore.Later(db, transaction, connection, edge, error.Message, now);
                    EdgeStore.Doubt(db, transaction, connection, edge);
                }
                else EdgeStore.Refuse(db, transaction, connection, edge, error);
            }
        }, CancellationToken.None).ConfigureAwait(false);
        return errors.Count(error => error is null);
    }

    private async Task<IReadOnlyList<HubSpotException?>> MakeAsync(WaitingEdge kind, IReadOnlyList<WaitingEdge> edges, CancellationToken cancellationToken)
    {
        var inputs = edges.Select(e => new AssociationInput(e.From_Id, e.To_Id, new AssociationType((int)kind.Type_Id))).ToList();
        var outcomes = await portal.Associations.BatchCreateAsync(kind.From_Object, kind.To_Object, inputs, _inTurn, cancellationToken).ConfigureAwait(false);
        return [.. outcomes.Select(outcome => outcome.Error)];
    }

    // A removal says nothing of its inputs: if the call is refused for one of them, halves of it show which.
    private async Task<IReadOnlyList<HubSpotException?>> RemoveAsync(WaitingEdge kind, IReadOnlyList<WaitingEdge> edges, CancellationToken cancellationToken)
    {
        try
        {
            await portal.Associations.BatchArchiveAsync(kind.From_Object, kind.To_Object, [.. edges.Select(e => new AssociationInput(e.From_Id, e.To_Id))], _inTurn, cancellationToken).ConfigureAwait(false);
            return new HubSpotException?[edges.Count];
        }
        catch (HubSpotException refusal) when (refusal is { Kind: HubSpotErrorKind.Validation or HubSpotErrorKind.NotFound or HubSpotErrorKind.Conflict, Cause: null })
        {
            if (edges.Count == 1) return [refusal.Kind == HubSpotErrorKind.NotFound ? null : refusal];   // what is not there is removed
            var half = edges.Count / 2;
            return [.. await RemoveAsync(kind, [.. edges.Take(half)], cancellationToken).ConfigureAwait(false), .. await RemoveAsync(kind, [.. edges.Skip(half)], cancellationToken).ConfigureAwait(false)];
        }
    }
}
