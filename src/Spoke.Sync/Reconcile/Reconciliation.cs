using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Reconcile;

/// <summary>
/// Compares one connection's ledger with its portal, record by record, value by value, association by association, and the sums to the minor unit.
/// HubSpot is read by list pages, never by search; memory holds a number for each record of one object, a row for each day, and what differs.
/// </summary>
public sealed class Reconciliation(SyncDatabase database, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
{
    private const int LedgerPage = 1000;

    /// <param name="all">Keep the key of everything that differs, for a repair without limit.</param>
    /// <exception cref="HubSpotException">The portal refuses us, or cannot be reached.</exception>
    public async Task<DriftReport> CompareAsync(bool all, CancellationToken cancellationToken)
    {
        var calls = connection.Portal.CallCount;
        var look = await new PortalPreparation(database, connection).LookAsync(cancellationToken).ConfigureAwait(false);
        var waiting = await database.ReadAsync(db => db.ExecuteScalar<int>(
            "select (select count(*) from record where connection = @Name and state = 1) + (select count(*) from intake where connection = @Name and state = 0)", new { connection.Name }) + EdgeStore.Count(db, connection.Name), cancellationToken).ConfigureAwait(false);
        var zone = await ZoneAsync(cancellationToken).ConfigureAwait(false);
        var (tally, sums) = (new DriftTally(all), new SumTable(connection.NativeTotals, zone));
        await SumUnknownAsync(sums, cancellationToken).ConfigureAwait(false);
        var objects = new List<ObjectDrift>();
        var records = 0;
        var companies = await database.ReadAsync(db => CompanyKeys.Any(db, connection.Name), cancellationToken).ConfigureAwait(false);
        foreach (var @object in RecordObjects.InOrder.Where(o => o != RecordObjects.Companies || companies))
        {
            var comparison = new ObjectComparison(database, connection, @object, DesiredReader.Of(database.Dialect, connection, look.Stages), tally, sums, options.Overlap);
            await comparison.RunAsync(cancellationToken).ConfigureAwait(false);
            records += comparison.Compared;
            objects.Add(new ObjectDrift(@object, comparison.Ledger, comparison.HubSpot, tally.Count(@object, DriftKind.Missing, DriftKind.Archived), tally.Count(@object, DriftKind.Extra),
                tally.Count(@object, DriftKind.Value, DriftKind.Link, DriftKind.Withheld), tally.Count(@object, DriftKind.Association)));
        }
        return new DriftReport(connection.Name, look.Hub, waiting, records, tally.Differing, objects, sums.Currencies(), sums.Differing(), tally.Examples, connection.Portal.CallCount - calls) { TimeZone = zone.Id, Findings = tally.Findings };
    }

    /// <summary>That of the store, as it was told when the store was read; UTC where it tells none, or one that is not known here.</summary>
    private async Task<TimeZoneInfo> ZoneAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(db => Cursors.Get(db, connection.Name, StoreFacts.Zone), cancellationToken).ConfigureAwait(false) is { Length: > 0 } told && TimeZoneInfo.TryFindSystemTimeZoneById(told, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Writes again what differs, unless it is so much that something else must be wrong.</summary>
    /// <exception cref="HubSpotException">The portal refuses us, or cannot be reached.</exception>
    public Task<RepairResult> RepairAsync(DriftReport drift, bool force, CancellationToken cancellationToken) => new Repair(database, connection, options, time, logger).RunAsync(drift, force, cancellationToken);

    /// <summary>Marks what differs, to be written by the rounds that run beside it.</summary>
    internal Task<RepairResult> MarkAsync(DriftReport drift, bool force, CancellationToken cancellationToken) => new Repair(database, connection, options, time, logger).MarkAsync(drift, force, cancellationToken);

    /// <summary>Orders that are to be in HubSpot and of which no record is kept at all: no comparison of records meets them.</summary>
    private async Task SumUnknownAsync(SumTable sums, CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var page = await database.ReadAsync(db => db.Query<(string Id, string Body)>(
                """
                select platform_id, body from ledger where connection = @Name and kind = 3 and body <> '' and platform_id > @after
                    and not exists (select 1 from record where record.connection = ledger.connection and record.object = 'orders' and record.record_key = @prefix || ledger.platform_id)
                order by platform_id limit @LedgerPage
                """, new { connection.Name, after, prefix = SpokeKey.Of(connection.Name, EntityKind.Order, ""), LedgerPage }).AsList(), cancellationToken).ConfigureAwait(false);
            if (page.Count == 0) return;
            foreach (var (_, body) in page) sums.Add((Order)LedgerJson.Read(body));
            after = page[^1].Id;
        }
    }
}
