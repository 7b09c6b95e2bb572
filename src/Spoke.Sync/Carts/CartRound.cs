using System.Data.Common;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Carts;

/// <summary>
/// Keeps the carts' states: by what the ledger says, and by the clock. Each activity sets a cart's time anew, and the times lie in the database.
/// When one has come the store is asked once more before anything is called abandoned, so that nobody is reminded of what was just bought.
/// </summary>
internal sealed class CartRound(SyncDatabase database, Connection connection, TimeProvider time)
{
    private const string Asked = "carts-asked";
    private const string Began = "carts-began";
    private const int Page = 200;
    private static readonly TimeSpan AskedEvery = TimeSpan.FromMinutes(1);
    private bool _looked;

    /// <summary>The store is asked now, or has been at this moment; what is known of it is that old.</summary>
    public Task AskedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync((db, transaction) =>
        {
            Begin(db, transaction, now);
            Cursors.Put(db, transaction, connection.Name, Asked, now);
        }, cancellationToken);
    }

    /// <summary>Whether a cart's time has come and the store is to be asked.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellationToken) => await DueInAsync(cancellationToken).ConfigureAwait(false) == TimeSpan.Zero;

    /// <summary>How long until the store is to be asked because of a cart; null: no cart waits for a time. At most once a minute.</summary>
    public async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken)
    {
        var (due, asked) = await database.ReadAsync(db => (CartStore.DueAt(db, connection.Name), Cursors.GetMoment(db, connection.Name, Asked)), cancellationToken).ConfigureAwait(false);
        return DueTime.Until(due is { } at && asked is { } last ? Math.Max(at, (last + AskedEvery).ToUnixTimeMilliseconds()) : due, time);
    }

    /// <returns>How many carts have come to another state.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (asked, ids) = await database.ReadAsync(db =>
        {
            var at = Cursors.GetMoment(db, connection.Name, Asked) ?? DateTimeOffset.UnixEpoch;
            return (at, CartStore.Touched(db, connection.Name, at.ToUnixTimeMilliseconds(), all: !_looked));
        }, cancellationToken).ConfigureAwait(false);
        _looked = true;
        var changed = 0;
        foreach (var page in ids.Chunk(Page))
            changed += await database.WriteAsync((db, transaction) =>
            {
                var judged = CartStore.Judge(db, transaction, database.Dialect, connection.Name, page, asked, connection.AbandonedAfter, Cursors.GetMoment(db, connection.Name, Began) ?? DateTimeOffset.UnixEpoch);
                if (judged > 0) ChangeSource.Claim(db, transaction, connection.Name, null);   // the clock is the reason, or what was told already
                return judged;
            }, cancellationToken).ConfigureAwait(false);
        return changed;
    }

    // Where the store was asked for carts before this was noted, what was said of them stays.
    private void Begin(DbConnection db, DbTransaction transaction, DateTimeOffset now)
    {
        if (Cursors.Get(db, connection.Name, Began) is null) Cursors.Put(db, transaction, connection.Name, Began, Cursors.Get(db, connection.Name, Asked) is null ? now : DateTimeOffset.UnixEpoch);
    }
}
