using Spoke.Sync.Intake;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Insight;

/// <summary>Whether the database can keep a change, found out by keeping one. However many ask, it is tried once in five seconds.</summary>
public sealed class Readiness(SyncDatabase database, TimeProvider time)
{
    private const string Name = "ready";
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private Task? _last;
    private long _at;

    /// <summary>Returns when a change is on disk, or was within the last seconds.</summary>
    /// <exception cref="StorageException">The database cannot be written: full, read-only or out of reach.</exception>
    public Task ProveAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_at) >= s_every))
                (_at, _last) = (time.GetTimestamp(), database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, "", Name, time.GetUtcNow()), CancellationToken.None));   // others wait for it too
            return _last.WaitAsync(cancellationToken);
        }
    }
}
