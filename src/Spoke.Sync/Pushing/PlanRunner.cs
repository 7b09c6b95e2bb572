using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>Carries a plan out exactly: what is still as it was is written, what has moved since is left for the next pass.</summary>
public sealed class PlanRunner(SyncDatabase database, IReadOnlyList<Connection> connections, TimeProvider time, ILogger logger)
{
    private const int Page = 1000;

    /// <exception cref="InvalidDataException">The file is no plan, was changed, or was made for another database, connection or portal. Nothing was written.</exception>
    /// <exception cref="HubSpotException">The portal refuses us as a whole. What was written before is kept.</exception>
    public async Task<ApplySummary> ApplyAsync(string file, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = await PlanReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        if (plan.Head.Database != await DatabaseId.OfAsync(database, cancellationToken).ConfigureAwait(false))
            throw new InvalidDataException($"The plan {file} was made with another database. Apply it with the configuration it was made with, or make one with this.");
        var chosen = plan.Head.Connections.Select(planned => (Planned: planned, Connection: connections.FirstOrDefault(c => c.Name == planned.Name)
            ?? throw new InvalidDataException($"The plan {file} is for the connection {planned.Name}, which the configuration does not name. Name it there, or make a new plan."))).ToList();
        foreach (var (planned, connection) in chosen)
        {
            var look = await new PortalPreparation(database, connection).LookAsync(cancellationToken).ConfigureAwait(false);
            if (look.Hub != planned.Hub) throw new InvalidDataException($"The plan {file} was made for HubSpot account {planned.Hub}, and the token of connection {planned.Name} is now one of account {look.Hub}. Make a new plan.");
        }
        var done = new List<AppliedConnection>();
        foreach (var (_, connection) in chosen) done.Add(await ApplyAsync(plan, connection, progress, cancellationToken).ConfigureAwait(false));
        return new ApplySummary(plan.Fingerprint, done);
    }

    private async Task<AppliedConnection> ApplyAsync(PlanReader plan, Connection connection, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var calls = connection.Portal.CallCount;
        var preparation = new PortalPreparation(database, connection);
        var stages = await preparation.PrepareAsync(cancellationToken).ConfigureAwait(false);
        var prepared = false;
        var reader = DesiredReader.Of(database.Dialect, connection, stages);
        var puller = new Puller(database, connection, reader, ConsentRound.Of(database, new ChangeIntake(database, time), connection, time, logger), new SyncOptions(), time);
        var run = new ConnectionRun(database, connection, new Planner(database, connection.Name, reader, time), puller, time, logger);
        await foreach (var page in PagesAsync(plan, connection.Name, cancellationToken).ConfigureAwait(false))
        {
            if (page[0].Object == RecordObjects.Companies && !prepared) await preparation.CompaniesAsync(prepared = true, cancellationToken).ConfigureAwait(false);
            await run.PushAsync(page, cancellationToken).ConfigureAwait(false);
            progress?.Report(new SyncProgress(connection.Name, "pushing", 0, run.Tally.Settled, 0, 0, TimeSpan.Zero));
        }
        await run.PushAgainAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var page in PagesAsync(plan, connection.Name, cancellationToken).ConfigureAwait(false)) await run.AssociateAsync(page, cancellationToken).ConfigureAwait(false);
        return run.Summary(connection.Portal.CallCount - calls);
    }

    /// <summary>Lines of one connection, up to a thousand of one object at a time.</summary>
    private static async IAsyncEnumerable<List<PlanLine>> PagesAsync(PlanReader plan, string connection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new List<PlanLine>();
        await foreach (var line in plan.LinesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (line.Connection != connection) continue;
            if (page.Count == Page || (page.Count > 0 && page[0].Object != line.Object))
            {
                yield return page;
                page = [];
            }
            page.Add(line);
        }
        if (page.Count > 0) yield return page;
    }
}
