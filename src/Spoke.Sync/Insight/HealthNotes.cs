using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Intake;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Insight;

/// <summary>Keeps how a connection is, so that whoever looks at the console learns why it does not go on.</summary>
internal sealed class HealthNotes(SyncDatabase database, string connection, TimeProvider time)
{
    /// <summary>A round or a pass is over.</summary>
    /// <returns>How many records are in quarantine.</returns>
    public async Task<int> OverAsync(int waiting, CancellationToken cancellationToken)
    {
        var quarantined = await database.ReadAsync(db => QuarantineStore.Count(db, connection), cancellationToken).ConfigureAwait(false);
        await PutAsync(waiting + quarantined == 0 ? ConnectionHealth.InStep : ConnectionHealth.Behind, "", cancellationToken).ConfigureAwait(false);
        return quarantined;
    }

    /// <summary>Does something; that it cannot be done is noted.</summary>
    public async Task<T> OfAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HubSpotException or StoreException && !cancellationToken.IsCancellationRequested)
        {
            var unreachable = failure is HubSpotException { Kind: HubSpotErrorKind.Unreachable or HubSpotErrorKind.Unavailable } or StoreException { IsTransient: true };
            await PutAsync(unreachable ? ConnectionHealth.Unreachable : ConnectionHealth.Refused, HealthNote.Of(failure), cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (Exception fault) when (fault is not (StorageException or OperationCanceledException))
        {
            await PutAsync(ConnectionHealth.Fault, $"Spoke itself failed, and tries again: {HealthNote.Of(fault)}", cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private Task PutAsync(ConnectionHealth health, string text, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        Cursors.Put(db, transaction, connection, "health", health.ToString());
        Cursors.Put(db, transaction, connection, "health-text", text);
        Cursors.Put(db, transaction, connection, "last-pass", time.GetUtcNow());
    }, cancellationToken);
}
