using Spoke.Sync.Insight;
using Spoke.Sync.Storage;

namespace Spoke.Console.Live;

/// <summary>The overview as it is now, read once for everybody who looks, and only while somebody looks.</summary>
public sealed class LiveOverview(OverviewReader reader, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly List<Action> _followers = [];
    private CancellationTokenSource? _watch;

    /// <summary>What was read last; null before the first time.</summary>
    public Overview? Current { get; private set; }

    /// <summary>Why it could not be read just now; null when it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads, unless that was done a moment ago.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (Current is { } current && Problem is null && time.GetUtcNow() - current.At < Pace) return;
        try
        {
            Current = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Problem = null;
        }
        catch (StorageException failure)
        {
            Problem = failure.Message;
        }
    }

    /// <summary>Calls back after each reading, until disposed.</summary>
    public IDisposable Follow(Action changed)
    {
        lock (_gate)
        {
            _followers.Add(changed);
            if (_watch is null)
            {
                _watch = new CancellationTokenSource();
                var token = _watch.Token;
                _ = Task.Run(() => WatchAsync(token), token);
            }
        }
        return new Following(this, changed);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
                var cost = time.GetElapsedTime(started);
                Action[] followers;
                lock (_gate) followers = [.. _followers];
                foreach (var follower in followers) follower();
                await Task.Delay(cost * 5 > Pace ? cost * 5 : Pace, time, cancellationToken).ConfigureAwait(false);   // a large database is not read all the time
            }
        }
        catch (OperationCanceledException)
        {
            // nobody looks any more
        }
    }

    private void Leave(Action changed)
    {
        lock (_gate)
        {
            _followers.Remove(changed);
            if (_followers.Count > 0) return;
            _watch?.Cancel();
            _watch?.Dispose();
            _watch = null;
        }
    }

    private sealed class Following(LiveOverview live, Action changed) : IDisposable
    {
        public void Dispose() => live.Leave(changed);
    }
}
