using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>Everything that goes from HubSpot's side into the store: fields of people, tags and notes.</summary>
internal sealed class WritesBack(SyncDatabase database, ChangeIntake intake, Connection connection, LedgerFeed feed, TimeProvider time, ILogger logger)
{
    private readonly StoreWrites _fields = new(database, intake, connection, time, logger);
    private readonly GivenWrites _given = new(database, intake, connection, time, logger);

    /// <summary>Writes to the store what HubSpot's side has changed, and takes in what the store has made of it.</summary>
    /// <returns>How many values the store has taken.</returns>
    /// <exception cref="StoreException">The store refuses us as a whole. What was not written waits.</exception>
    public async Task<int> RunAsync(Puller puller, CancellationToken cancellationToken)
    {
        // What the store has overtaken is not written over it; most rounds have nothing to write.
        if (await _fields.DueInAsync(cancellationToken).ConfigureAwait(false) is not null) await puller.SettleAsync(cancellationToken).ConfigureAwait(false);
        var (written, news) = await _fields.WriteAsync(look: true, cancellationToken).ConfigureAwait(false);
        if (news)
        {
            await feed.DrainAsync(connection, cancellationToken).ConfigureAwait(false);
            await puller.SettleAsync(cancellationToken).ConfigureAwait(false);
            written += (await _fields.WriteAsync(look: false, cancellationToken).ConfigureAwait(false)).Taken;
        }
        written += await _given.WriteAsync(cancellationToken).ConfigureAwait(false);
        if (written > 0) await feed.DrainAsync(connection, cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>When something is to be written next; null: nothing waits.</summary>
    public async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken) =>
        new[] { await _fields.DueInAsync(cancellationToken).ConfigureAwait(false), await _given.DueInAsync(cancellationToken).ConfigureAwait(false) }.Min();
}
