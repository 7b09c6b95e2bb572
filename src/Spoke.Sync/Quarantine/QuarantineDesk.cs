using System.Data.Common;
using System.Text;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Quarantine;

/// <summary>What waits for somebody to act, and what somebody may do about it.</summary>
public sealed class QuarantineDesk(SyncDatabase database, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
{
    private const int PayloadShown = 64 * 1024;

    /// <summary>Everything, those of one cause together.</summary>
    public Task<IReadOnlyList<QuarantineItem>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<QuarantineItem>>(db => [.. QuarantineStore.All(db, connection.Name).Select(row => Item(row, null, null))], cancellationToken);

    /// <summary>All that waits under one key: spoke_key, the store's id, by itself or behind its kind (<c>order:17</c>), a title or HubSpot's id. With the time, and with what the store sent.</summary>
    public Task<IReadOnlyList<QuarantineItem>> FindAsync(string key, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<QuarantineItem>>(db =>
        [.. QuarantineStore.All(db, connection.Name).Where(row => Is(row, key)).Select(row => Item(row, At(db, row), row.Kind is { } kind ? QuarantineStore.Payload(db, connection.Name, kind, row.Item_Key) : null))], cancellationToken);

    /// <summary>
    /// Tries again what is given, and says what is still refused. What is stopped is looked for in HubSpot first. Whatever else is due goes with it, unless the connection may not write everything yet:
    /// then it is the given records and no others, and what is for the store or about consent stays where it is.
    /// </summary>
    /// <exception cref="HubSpotException">The portal refuses us as a whole, or cannot be reached. What was to be tried again is tried by the next pass.</exception>
    public async Task<RetryResult> RetryAsync(IReadOnlyList<QuarantineItem> items, CancellationToken cancellationToken)
    {
        var stages = await new PortalPreparation(database, connection).PrepareAsync(cancellationToken).ConfigureAwait(false);
        if (items.Any(item => item.Stopped)) await new StoppedRecords(database, connection.Portal, connection.Name, time).LookAgainAsync(cancellationToken).ConfigureAwait(false);
        var open = await Phase.IsOpenAsync(database, connection, cancellationToken).ConfigureAwait(false);
        var chosen = items.Select(item => (item.Object, item.Kind, item.Key)).ToHashSet();
        var withConsents = await database.WriteAsync((db, transaction) =>
        {
            var rows = QuarantineStore.All(db, connection.Name).Where(row => chosen.Contains((row.Object, row.Kind?.Word(), row.Item_Key)) && (open || !(row.IsConsent || row.Cause == QuarantineStore.StoreRefused))).ToList();
            foreach (var row in rows) QuarantineStore.Retry(db, transaction, connection.Name, row);
            return rows.Any(row => row.IsConsent);
        }, cancellationToken).ConfigureAwait(false);
        var intake = new ChangeIntake(database, time);
        var consents = ConsentRound.Of(database, intake, connection, time, logger);
        if (withConsents)
            foreach (var channel in consents) await channel.RunAsync(cancellationToken).ConfigureAwait(false);
        var feed = new LedgerFeed(database, logger);
        await feed.DrainAsync(connection, cancellationToken, answers: true).ConfigureAwait(false);
        var reader = DesiredReader.Of(database.Dialect, connection, stages);
        var puller = new Puller(database, connection, reader, consents, options, time);
        if (open) await new WritesBack(database, intake, connection, feed, time, logger).RunAsync(puller, cancellationToken).ConfigureAwait(false);
        var push = new PushRound(database, connection.Portal, connection.Name, options, time, logger, puller) { Companies = CompanyRound.Of(database, connection, reader, time, logger) };
        var (planner, tally) = (new Planner(database, connection.Name, reader, time), new PushTally(connection.Name));
        if (open) await push.UntilSettledAsync(planner, tally, cancellationToken).ConfigureAwait(false);
        else await push.UntilSettledAsync(planner, PushRound.Chosen(items.Select(item => (item.Object, item.Key))), tally, cancellationToken).ConfigureAwait(false);
        var left = await ListAsync(cancellationToken).ConfigureAwait(false);
        return new RetryResult(items.Count, [.. left.Where(item => chosen.Contains((item.Object, item.Kind, item.Key)))]);
    }

    /// <summary>Does without: what was refused is not tried again until the store changes it. It is remembered as dropped.</summary>
    /// <param name="items">None of them stopped: there nothing waits that could be dropped.</param>
    public Task DropAsync(IReadOnlyList<QuarantineItem> items, CancellationToken cancellationToken)
    {
        if (items.FirstOrDefault(item => item.Stopped) is { } stopped) throw new ArgumentException($"{stopped.Object} {stopped.Key} is stopped, because somebody archived it in HubSpot: nothing of it waits to be dropped.", nameof(items));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var chosen = items.Select(item => (item.Object, item.Kind, item.Key)).ToHashSet();
        return database.WriteAsync((db, transaction) =>
        {
            foreach (var row in QuarantineStore.All(db, connection.Name).Where(row => chosen.Contains((row.Object, row.Kind?.Word(), row.Item_Key)))) QuarantineStore.Drop(db, transaction, connection.Name, row, now);
        }, cancellationToken);
    }

    private QuarantineItem Item(QuarantinedRow row, DateTimeOffset? at, byte[]? payload) => new(connection.Name, row.Object, row.Item_Key, row.Title, row.IsUnreadable ? null : row.Record_Id, row.Cause ?? "REFUSED", row.Property, row.Value,
        row.Problem ?? "HubSpot refused it.", row.Fix ?? (row.IsUnreadable ? "Correct it in the store, which sends it anew; or report it with what the store sent, and try again with a newer version." : "Look at the record in HubSpot; the next pass tries again."), row.IsStopped,
        at ?? (row.Received_At > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(row.Received_At) : null), payload is null ? null : Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, PayloadShown))))
    { Kind = row.Kind?.Word(), CorrelationId = row.Correlation };

    private DateTimeOffset? At(DbConnection db, QuarantinedRow row) =>
        !row.IsUnreadable && QuarantineStore.Since(db, connection.Name, row.Object, row.Item_Key) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private bool Is(QuarantinedRow row, string key) =>
        row.Item_Key == key || (row.Kind is { } kind && (key == $"{kind.Word()}:{row.Item_Key}" || key == SpokeKey.Of(connection.Name, kind, row.Item_Key))) || row.Title == key || row.Title == "#" + key || row.Record_Id == key || row.Item_Key.EndsWith(":" + key, StringComparison.Ordinal);
}
