using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

/// <summary>The due records of one object, portion by portion. While one portion is sent, the next can be planned: neither waits for the other.</summary>
internal sealed class Portions(Planner planner, string @object, int size) : IAsyncDisposable
{
    private Task<IReadOnlyList<PlanItem>>? _ahead;

    /// <returns>Empty: nothing is due any more.</returns>
    public async Task<IReadOnlyList<PlanItem>> NextAsync(CancellationToken cancellationToken)
    {
        var ahead = _ahead;
        _ahead = null;
        if (ahead is not null && await ahead.ConfigureAwait(false) is { Count: > 0 } planned) return planned;
        return await planner.NextAsync(@object, size, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to plan what comes after a portion that is about to be sent.</summary>
    public void PlanAhead(IReadOnlyList<PlanItem> portion, CancellationToken cancellationToken)
    {
        if (portion.Count == size) _ahead = Task.Run(() => planner.NextAsync(@object, size, portion[^1], cancellationToken), cancellationToken);   // SQLite reads on the thread that asks
    }

    /// <summary>What was planned ahead may be out of date, or is not wanted any more.</summary>
    public async Task ForgetAsync()
    {
        if (_ahead is { } ahead) await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ahead = null;
    }

    public ValueTask DisposeAsync() => new(ForgetAsync());
}
