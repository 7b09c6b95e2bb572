using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Reconcile;

/// <summary>Marks what differs and pushes it. The shadow becomes what HubSpot has, so that only the difference is written.</summary>
internal sealed class Repair(SyncDatabase database, Connection connection, SyncOptions options, TimeProvider time, ILogger logger)
{
    public const int MostRecords = 1000;
    private const int FewRecords = 10;
    private const int BatchSize = 100;

    public async Task<RepairResult> RunAsync(DriftReport drift, bool force, CancellationToken cancellationToken)
    {
        if (!force && TooMuch(drift) is { } why) return Refused(why);
        var stages = await new PortalPreparation(database, connection).PrepareAsync(cancellationToken).ConfigureAwait(false);
        var reader = DesiredReader.Of(database.Dialect, connection, stages);
        var marked = await MarkAsync(drift, cancellationToken).ConfigureAwait(false);
        var consents = ConsentRound.Of(database, new ChangeIntake(database, time), connection, time, logger);
        var puller = new Puller(database, connection, reader, consents, options, time);
        await puller.PullAsync(poll: false, cancellationToken).ConfigureAwait(false);
        var push = new PushRound(database, connection.Portal, connection.Name, options, time, logger, puller) { Companies = CompanyRound.Of(database, connection, reader, time, logger) };
        var (planner, tally) = (new Planner(database, connection.Name, reader, time), new PushTally(connection.Name));
        // Where not everything may be written yet, it is what differs and nothing else.
        if (await Phase.IsOpenAsync(database, connection, cancellationToken).ConfigureAwait(false)) await push.UntilSettledAsync(planner, tally, cancellationToken).ConfigureAwait(false);
        else await push.UntilSettledAsync(planner, PushRound.Chosen(drift.Findings.Where(IsMended).Select(finding => (finding.Object, finding.Key))), tally, cancellationToken).ConfigureAwait(false);
        return marked with { Written = new WriteCounts(tally.Created, tally.Updated, tally.Unchanged, tally.Archived) };
    }

    /// <summary>Marks what is to be written again and leaves the writing to whoever pushes anyway.</summary>
    public async Task<RepairResult> MarkAsync(DriftReport drift, bool force, CancellationToken cancellationToken) =>
        !force && TooMuch(drift) is { } why ? Refused(why) : await MarkAsync(drift, cancellationToken).ConfigureAwait(false);

    private RepairResult Refused(string why) => new(connection.Name, why, 0, 0, new WriteCounts(0, 0, 0, 0));

    private async Task<RepairResult> MarkAsync(DriftReport drift, CancellationToken cancellationToken)
    {
        var marked = 0;
        foreach (var group in drift.Findings.Where(f => f.Kind is DriftKind.Value or DriftKind.Link).GroupBy(f => f.Object))
            foreach (var batch in group.Chunk(BatchSize)) marked += await RewriteAsync(group.Key, batch, cancellationToken).ConfigureAwait(false);
        var gone = drift.Findings.Where(f => f.Kind == DriftKind.Missing && IsMended(f)).ToList();
        marked += await database.WriteAsync((db, transaction) => gone.Sum(finding => MakeAgain(db, transaction, finding)) + drift.Findings.Where(f => f.Kind == DriftKind.Association).Sum(finding => Associate(db, transaction, finding)), cancellationToken).ConfigureAwait(false);
        foreach (var archived in drift.Findings.Where(f => f.Kind is not (DriftKind.Extra or DriftKind.Withheld) && !IsMended(f)))
            await database.WriteAsync((db, transaction) => StoppedRecords.Stop(db, transaction, connection.Name, archived.Object, archived.Key, time.GetUtcNow().ToUnixTimeMilliseconds(), found: false), cancellationToken).ConfigureAwait(false);
        return new RepairResult(connection.Name, null, marked, drift.Differing - drift.Findings.Where(IsMended).Select(f => (f.Object, f.Key)).Distinct().Count(), new WriteCounts(0, 0, 0, 0));
    }

    /// <summary>Whether it is a program's to settle. A person's contact that is gone without a trace may have been erased: it is not made again, but stopped like one that somebody archived.</summary>
    private static bool IsMended(Finding finding) => finding.Kind is not (DriftKind.Extra or DriftKind.Archived or DriftKind.Withheld) && finding is not { Kind: DriftKind.Missing, Object: RecordObjects.Contacts };

    /// <summary>A wrong mapping looks like drift; then it is not the records that have to be mended.</summary>
    private string? TooMuch(DriftReport drift) => drift.Differing - drift.Findings.Count(finding => finding.Kind == DriftKind.Withheld) is var differing && (differing > MostRecords || (differing > FewRecords && differing * 100L > drift.Records))
        ? string.Create(CultureInfo.InvariantCulture, $"{differing} of {drift.Records} records of {connection.Name} differ, more than a repair does by itself (1%, and at most {MostRecords}). Look at the examples first: a changed mapping, another token or a restored database looks like this. If HubSpot is to be written over all the same, say --force.")
        : null;

    private async Task<int> RewriteAsync(string @object, IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        var types = await connection.Portal.Properties.ListAsync(@object, null, cancellationToken).ToDictionaryAsync(property => property.Name, property => property.Type, cancellationToken: cancellationToken).ConfigureAwait(false);
        var found = await connection.Portal.Objects(@object).BatchReadAsync([.. findings.Select(f => (RecordId)f.RecordId!)], new ReadOptions { Properties = ObjectComparison.Asked(connection, @object) }, new RequestOptions { Caller = connection.Name }, cancellationToken).ConfigureAwait(false);
        return await database.WriteAsync((db, transaction) =>
        {
            var (marked, now) = (0, time.GetUtcNow());
            // What people edit on both sides is looked at by whoever looks at HubSpot's webhooks: there its policy says which value stands, and no write of ours is under way.
            foreach (var edited in findings.Where(finding => finding.Edited))
                PortalEventStore.Insert(db, transaction, connection.Name, new PortalEvent($"reconcile:{@object}:{edited.RecordId}:{now.ToUnixTimeMilliseconds()}", PortalEventKind.Changed, @object, edited.RecordId!, null, now), now.ToUnixTimeMilliseconds());
            for (var i = 0; i < findings.Count; i++)
                if (found[i].Record is { } record) marked += Rewrite(db, transaction, findings[i], record, types);
            return marked;
        }, cancellationToken).ConfigureAwait(false);
    }

    private int Rewrite(DbConnection db, DbTransaction transaction, Finding finding, CrmRecord record, Dictionary<string, string> types)
    {
        var row = db.QueryFirstOrDefault<string?>("select shadow from record where connection = @Name and object = @Object and record_key = @Key", new { connection.Name, finding.Object, finding.Key }, transaction);
        // Values that others have put there stay theirs: they are no part of the shadow. HubSpot's own form of the same number or moment is no reason to write it again.
        var known = row is null ? [] : JsonSerializer.Deserialize(row, LedgerJson.Default.DictionaryStringString)!;
        var shadow = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in known)
            if (finding.Kind != DriftKind.Link && connection.IsEdited(finding.Object, name)) shadow[name] = value;   // the look decides
            else if (!string.IsNullOrEmpty(record[name])) shadow[name] = CanonicalValue.Same(types.GetValueOrDefault(name), value, record[name]) ? value : record[name]!;
        var marked = db.Execute("update record set record_id = @id, shadow = @shadow, state = 1, generation = generation + 1, attempts = 0, due_at = 0 where connection = @Name and object = @Object and record_key = @Key and state in (0, 2)",
            new { connection.Name, finding.Object, finding.Key, id = record.Id.Value, shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString) }, transaction);
        if (marked > 0 && finding.Kind == DriftKind.Link) EdgeStore.WantAgain(db, transaction, connection.Name, finding.Object, finding.Key);
        return marked;
    }

    private int MakeAgain(DbConnection db, DbTransaction transaction, Finding finding)
    {
        var marked = db.Execute("update record set record_id = null, shadow = null, state = 1, generation = generation + 1, attempts = 0, due_at = 0 where connection = @Name and object = @Object and record_key = @Key and state in (0, 2)", new { connection.Name, finding.Object, finding.Key }, transaction);
        if (marked > 0) EdgeStore.WantAgain(db, transaction, connection.Name, finding.Object, finding.Key);
        return marked;
    }

    private int Associate(DbConnection db, DbTransaction transaction, Finding finding) => db.Execute(
        """
        insert into edge (connection, from_object, from_key, to_object, to_key, type_id, state) values (@Name, @Object, @Key, @ToObject, @ToKey, @TypeId, @state)
        on conflict (connection, from_object, from_key, to_object, to_key) do update set state = excluded.state, attempts = 0, due_at = 0
        """, new { connection.Name, finding.Object, finding.Key, finding.ToObject, finding.ToKey, finding.TypeId, state = finding.Wanted ? EdgeState.Wanted : EdgeState.Unwanted }, transaction);
}
