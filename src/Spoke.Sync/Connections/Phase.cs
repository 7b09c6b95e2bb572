using Spoke.Sync.Intake;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Connections;

/// <summary>How far a connection has come.</summary>
internal static class Phase
{
    /// <summary>Whether everything may be written, on both sides: the store is known, what HubSpot has already is taken over, and where first records are to be looked at, somebody has.</summary>
    public static Task<bool> IsOpenAsync(SyncDatabase database, Connection connection, CancellationToken cancellationToken) => database.ReadAsync(db =>
        Cursors.Get(db, connection.Name, Cursors.FullRead) is not null && Cursors.Get(db, connection.Name, Cursors.Adopted) is not null && (!connection.Canary || Canary.IsApproved(db, connection.Name)), cancellationToken);
}
