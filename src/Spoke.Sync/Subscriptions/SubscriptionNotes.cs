using System.Globalization;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Subscriptions;

/// <summary>What is remembered of a connection's subscriptions: where the store pushes to, and why they could not be looked at last.</summary>
internal sealed class SubscriptionNotes(SyncDatabase database, string connection)
{
    /// <summary>Why nobody could look; empty or missing: somebody did.</summary>
    public const string Problem = "subscriptions-problem";
    private const string Address = "subscriptions";

    public async Task<bool> KnowsAsync(Uri callback, CancellationToken cancellationToken) =>
        await database.ReadAsync(db => Cursors.Get(db, connection, Address), cancellationToken).ConfigureAwait(false) == callback.AbsoluteUri;

    public Task ProblemAsync(string problem, CancellationToken cancellationToken) =>
        database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection, Problem, problem.ReplaceLineEndings(" ")), cancellationToken);

    /// <param name="offSince">Since when the store may not have pushed; null: not known.</param>
    public Task SeenAsync(Uri callback, IReadOnlyList<string> mended, DateTimeOffset? offSince, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        Cursors.Put(db, transaction, connection, Address, callback.AbsoluteUri);
        Cursors.Put(db, transaction, connection, Problem, "");
        if (mended.Count == 0) return;
        var since = offSince is { } at ? string.Create(CultureInfo.InvariantCulture, $", off since {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC at the latest") : "";
        RecentEvents.Add(db, transaction, now, connection, "restored", "webhooks", mended.Count == 1 ? "One webhook" : $"{mended.Count} webhooks", $"the store had stopped pushing {string.Join(", ", mended)}{since}; it was asked for what was missed");
    }, cancellationToken);
}
