namespace Spoke.Sync.Pushing;

/// <summary>
/// Makes the associations of what has just been pushed while more is pushed: with a database that takes its time over many rows they would be a tail of their own, in which HubSpot waits.
/// Only what fills a whole call goes ahead, so that it costs no call more; the rest waits for the end of the round.
/// </summary>
/// <param name="companies">Those to companies too.</param>
internal sealed class EdgesAhead(EdgePusher edges, bool companies) : IAsyncDisposable
{
    private readonly Dictionary<(string, string, string, string), WaitingEdge> _ready = [];
    private Task _underWay = Task.CompletedTask;

    /// <summary>How many were made or removed.</summary>
    public int Done { get; private set; }

    /// <summary>Begins with those that hang on these records, once those before are through.</summary>
    /// <exception cref="HubSpot.HubSpotException">The portal refused those before as a whole.</exception>
    public async Task FollowAsync(string @object, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await ThroughAsync().ConfigureAwait(false);
        _underWay = Task.Run(() => PushAsync(@object, keys, cancellationToken), cancellationToken);   // SQLite reads on the thread that asks
    }

    /// <summary>What has been begun is through.</summary>
    /// <exception cref="HubSpot.HubSpotException">The portal refused it as a whole.</exception>
    public async Task ThroughAsync()
    {
        var begun = _underWay;
        _underWay = Task.CompletedTask;
        await begun.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await _underWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task PushAsync(string @object, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        foreach (var edge in await edges.ReadyAsync(@object, keys, companies, cancellationToken).ConfigureAwait(false)) _ready[Place(edge)] = edge;
        var full = EdgePusher.Batches(_ready.Values).FindAll(batch => batch.Count == EdgePusher.Batch);
        foreach (var edge in full.SelectMany(batch => batch)) _ready.Remove(Place(edge));
        Done += await edges.PushAsync(full, cancellationToken).ConfigureAwait(false);
    }

    private static (string, string, string, string) Place(WaitingEdge edge) => (edge.From_Object, edge.From_Key, edge.To_Object, edge.To_Key);
}
