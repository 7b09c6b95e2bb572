using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Carts;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Reads the stores as a pass does and says what it would do then. Writes nothing to HubSpot.</summary>
public sealed class PlanMaker(SyncDatabase database, IReadOnlyList<Connection> connections, SyncOptions options, TimeProvider time, ILogger logger)
{
    /// <param name="output">Where the plan goes, to be carried out later; null: nowhere.</param>
    /// <exception cref="HubSpotException">The portal refuses us, or cannot be reached.</exception>
    /// <exception cref="StoreException">The store refuses us, or cannot be reached.</exception>
    public async Task<PlanSummary> MakeAsync(Stream? output, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        using var writer = new PlanWriter(output ?? Stream.Null);
        var looks = new List<PortalLook>();
        foreach (var connection in connections) looks.Add(await new PortalPreparation(database, connection).LookAsync(cancellationToken).ConfigureAwait(false));
        var head = new PlanHead(PlanHead.Newest, time.GetUtcNow(), await DatabaseId.OfAsync(database, cancellationToken).ConfigureAwait(false), [.. connections.Zip(looks, (connection, look) => new PlannedConnection(connection.Name, look.Hub))]);
        await writer.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        var plans = new List<ConnectionPlan>();
        foreach (var (connection, look) in connections.Zip(looks)) plans.Add(await PlanAsync(connection, look, writer, progress, cancellationToken).ConfigureAwait(false));
        await writer.WriteAsync(new PlanAbout(plans), cancellationToken).ConfigureAwait(false);
        return new PlanSummary(await writer.EndAsync(cancellationToken).ConfigureAwait(false), plans);
    }

    private async Task<ConnectionPlan> PlanAsync(Connection connection, PortalLook look, PlanWriter writer, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var intake = new ChangeIntake(database, time);
        var reader = new StoreReader(database, intake, new LedgerFeed(database, logger), connection, options, time, logger);
        var carts = new CartRound(database, connection, time);
        await carts.AskedAsync(cancellationToken).ConfigureAwait(false);
        var (store, lacks) = await new StoreFacts(database, connection, time, logger).AskAsync(cancellationToken).ConfigureAwait(false);
        var read = await reader.ReadAsync(progress, cancellationToken).ConfigureAwait(false);
        var desired = DesiredReader.Of(database.Dialect, connection, look.Stages);
        await database.WriteAsync((db, transaction) => MappingMarks.Run(db, transaction, connection), cancellationToken).ConfigureAwait(false);
        await carts.RunAsync(cancellationToken).ConfigureAwait(false);
        var misfits = await new MappingExamples(database, connection, desired, look.Properties).ProblemsAsync(always: false, cancellationToken).ConfigureAwait(false);
        // As a pass does: what people have changed in HubSpot is known before it is said what would be written there.
        var puller = new Puller(database, connection, desired, ConsentRound.Of(database, intake, connection, time, logger), options, time);
        if (look is { MissingScopes: null or { Count: 0 } }) await puller.PullAsync(poll: true, cancellationToken).ConfigureAwait(false);
        // What is there already is taken over before anything is said to be made; that writes nothing to HubSpot.
        var (preparation, adoption) = (new PortalPreparation(database, connection), new Adoption(database, connection, desired, time));
        var lookedThrough = look is { MissingScopes: null or { Count: 0 } } && !await adoption.IsDoneAsync(cancellationToken).ConfigureAwait(false);
        if (lookedThrough) await adoption.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        var companies = new CompanyRound(database, connection, preparation, adoption, logger);
        var withCompanies = await companies.LookAsync(look.MissingCompanyScopes, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> missing = withCompanies && !preparation.Properties[RecordObjects.Companies].ContainsKey(SpokeKey.Property) ? [.. look.Missing, "companies.spoke_key"] : look.Missing;
        await puller.SettleAsync(cancellationToken).ConfigureAwait(false);
        var planner = new Planner(database, connection.Name, desired, time);
        var tally = new PlanTally { LookedThrough = lookedThrough };
        foreach (var @object in RecordObjects.InOrder.Where(o => o != RecordObjects.Companies || withCompanies))
        {
            string? after = null;
            while (await planner.AllAsync(@object, after, options.PlanSize, cancellationToken).ConfigureAwait(false) is { Count: > 0 } items)
            {
                after = items[^1].Key;
                var edges = await database.ReadAsync(db => EdgePlan.Of(db, database.Dialect, connection.Name, @object, items, withCompanies), cancellationToken).ConfigureAwait(false);
                foreach (var item in items)
                {
                    var line = Line(connection.Name, item, edges.GetValueOrDefault(item.Key) ?? []);
                    tally.Add(item, line);
                    tally.LookAtCurrency(item, look.Properties.GetValueOrDefault(@object));
                    tally.LookAtAddress(item);
                    await writer.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                }
                if (@object == RecordObjects.Products) await database.ReadAsync(db => tally.NoticeSkus(db, database.Dialect, connection.Name, items), cancellationToken).ConfigureAwait(false);
                if (@object == RecordObjects.Orders) await database.ReadAsync(db => tally.Notice(db, database.Dialect, connection.Name, items), cancellationToken).ConfigureAwait(false);
                await tally.LookUpAsync(connection.Portal, @object, items, missing.Contains($"{@object}.spoke_key"), cancellationToken).ConfigureAwait(false);
            }
        }
        // Associations whose records are in step themselves, left over from before.
        foreach (var line in await database.ReadAsync(db => EdgePlan.LeftOver(db, connection.Name), cancellationToken).ConfigureAwait(false))
        {
            tally.Add(line);
            await writer.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
        var calls = tally.Calls + look.Calls + (!withCompanies ? 0 : missing.Count > look.Missing.Count ? 5 : 1);
        var limit = connection.Portal.Budget.TenSecondLimit;
        return new ConnectionPlan(connection.Name, look.Hub, read, tally.Objects(), tally.Associate, tally.Dissociate, calls, limit, Math.Round(calls * 10.0 / limit / 60, 2),
            look.MissingScopes, missing, look.Pipeline, await database.ReadAsync(db => QuarantineStore.Count(db, connection.Name), cancellationToken).ConfigureAwait(false), [
            .. lacks.Select(notice => new PlanNotice(PlanNotice.Store, 1, notice)),
            .. tally.Notices(),
            .. companies.Problem is { } problem ? new[] { new PlanNotice("Companies", companies.LeftOut, problem) } : [],
            .. await new OtherWriters(database, connection).LookAsync(cancellationToken).ConfigureAwait(false) is { } others ? new[] { others } : [],
            ])
        {
            MappingProblems = [.. look.Mapping, .. misfits],
            Store = store is null ? null : new PlannedStore(connection.Store.Platform, store.Version, store.MainCurrency, store.TimeZone),
        };
    }

    private static PlanLine Line(string connection, PlanItem item, IReadOnlyList<PlannedEdge> edges) =>
        new(connection, item.Object, item.Key, item.Action.Word(), item.RecordId, item.Generation, item.ShadowHash, item.Changes, edges);
}

/// <summary>Which database it is, so that a plan made with one is not carried out on another.</summary>
internal static class DatabaseId
{
    private const string Name = "database-id";

    public static Task<string> OfAsync(SyncDatabase database, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        if (db.ExecuteScalar<string?>("select value from progress where connection = '' and name = @Name", new { Name }, transaction) is { } known) return known;
        var id = Guid.NewGuid().ToString("N");
        Cursors.Put(db, transaction, "", Name, id);
        return id;
    }, cancellationToken);
}
