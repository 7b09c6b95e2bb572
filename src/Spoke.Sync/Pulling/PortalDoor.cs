using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>Where HubSpot pushes to: verified on the raw bytes, kept for every connection of the portal, and only then answered with 200.</summary>
public sealed class PortalDoor(SyncDatabase database, ChangeIntake intake, IReadOnlyList<Connection> connections, TimeProvider time)
{
    /// <summary>The status to answer with, and a line for the sender.</summary>
    /// <param name="portal">The portal's name in the configuration.</param>
    public async Task<(int Status, string Text)> ReceiveAsync(string portal, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var mine = connections.Where(c => c.PortalName == portal).ToList();
        if (mine.Count == 0) return Refused(404, $"There is no portal '{portal}'.");
        if (mine[0].PortalSecrets.Count == 0) return Refused(401, $"Portal '{portal}' has no client secret to check signatures with; set clientSecret.");
        if (!new WebhookVerifier(mine[0].PortalSecrets, time).Verify(delivery).IsGenuine) return Refused(401, "The signature does not fit. Look into it with: spoke doctor webhook FILE.");
        IReadOnlyList<WebhookEvent> told;
        try
        {
            told = WebhookEvent.Parse(delivery.Body);
        }
        catch (FormatException wrong)
        {
            return Refused(400, wrong.Message);
        }
        try
        {
            var kept = 0;
            foreach (var connection in mine) kept += await KeepAsync(connection, told, cancellationToken).ConfigureAwait(false);
            return (200, kept > 0 ? "kept" : "known");
        }
        catch (StorageException)
        {
            return Refused(503, "Not kept; send it again.");
        }
    }

    private async Task<int> KeepAsync(Connection connection, IReadOnlyList<WebhookEvent> told, CancellationToken cancellationToken)
    {
        // An app's deliveries may hold events of every portal it is installed in.
        var hub = await database.ReadAsync(db => Cursors.Get(db, connection.Name, Cursors.Hub), cancellationToken).ConfigureAwait(false);
        var events = told.Where(e => hub is not null && e.PortalId.ToString(System.Globalization.CultureInfo.InvariantCulture) == hub).SelectMany(PortalEvent.Of).ToList();
        if (events.Count == 0) return 0;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var kept = await database.WriteAsync((db, transaction) => events.Sum(e => PortalEventStore.Insert(db, transaction, connection.Name, e, now)), cancellationToken).ConfigureAwait(false);
        if (kept > 0) intake.Signal(connection.Name);
        return kept;
    }

    private static (int, string) Refused(int status, string text)
    {
        SyncTelemetry.Refusals.Add(1, new("connection", "hubspot"), new("status", status));
        return (status, text);
    }
}
