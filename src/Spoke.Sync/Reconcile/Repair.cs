using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
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
        if (!force && TooMuch(drift) is { } why) return new RepairResult(connection.Name, why, 0, 0, new WriteCounts(0, 0, 0, 0));
        var stages = await new PortalPreparation(database, connection).PrepareAsync(cancellationToken).ConfigureAwait(false);
        var marked = 0;
        foreach (var group in drift.Findings.Where(f => f.Kind is DriftKind.Value or DriftKind.Link).GroupBy(f => f.Object))
            foreach (var batch in group.Chunk(BatchSize)) marked += await RewriteAsync(group.Key, batch, cancellationToken).ConfigureAwait(false);
        // A person's contact that is gone without a trace may have been erased: it is not made again.
        var gone = drift.Findings.Where(f => f.Kind == DriftKind.Missing && f.Object != RecordObjects.Contacts).ToList();
        marked += await database.WriteAsync((db, transaction) => gone.Sum(finding => MakeAgain(db, transaction, finding)) + drift.Findings.Where(f => f.Kind == DriftKind.Association).Sum(finding => Associate(db, transaction, finding)), cancellationToken).ConfigureAwait(false);
        foreach (var archived in drift.Findings.Where(f => f.Kind == DriftKind.Archived || (f is { Kind: DriftKind.Missing, Object: RecordObjects.Contacts })))
            await database.WriteAsync((db, transaction) => Stop(db, transaction, archived), cancellationToken).ConfigureAwait(false);
        var tally = new PushTally(connection.Name);
        var reader = DesiredReader.Of(database.Dialect, connection, stages);
        await new PushRound(database, connection.Portal, connection.Name, options, time, logger) { Companies = CompanyRound.Of(database, connection, reader, time, logger) }.UntilSettledAsync(new Planner(database, connection.Name, reader, time), tally, cancellationToken).ConfigureAwait(false);
        return new RepairResult(connection.Name, null, marked, drift.Differing - drift.Findings.Where(f => f.Kind is not (DriftKind.Extra or DriftKind.Archived)).Select(f => (f.Object, f.Key)).Distinct().Count(),
            new WriteCounts(tally.Created, tally.Updated, tally.Unchanged, tally.Archived));
    }

    /// <summary>A wrong mapping looks like drift; then it is not the records that have to be mended.</summary>
    private string? TooMuch(DriftReport drift) => drift.Differing > MostRecords || (drift.Differing > FewRecords && drift.Differing * 100L > drift.Records)
        ? string.Create(CultureInfo.InvariantCulture, $"{drift.Differing} of {drift.Records} records of {connection.Name} differ, more than a repair does by itself (1%, and at most {MostRecords}). Look at the examples first: a changed mapping, another token or a restored database looks like this. If HubSpot is to be written over all the same, say --force.")
        : null;

    private async Task<int> RewriteAsync(string @object, IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        var types = await connection.Portal.Properties.ListAsync(@object, null, cancellationToken).ToDictionaryAsync(property => property.Name, property => property.Type, cancellationToken: cancellationToken).ConfigureAwait(false);
        var found = await connection.Portal.Objects(@object).BatchReadAsync([.. findings.Select(f => (RecordId)f.RecordId!)], new ReadOptions { Properties = [.. connection.Mapping.Of(@object)] }, new RequestOptions { Caller = connection.Name }, cancellationToken).ConfigureAwait(false);
        return await database.WriteAsync((db, transaction) =>
        {
            var marked = 0;
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
        var shadow = known.Keys.Where(name => !string.IsNullOrEmpty(record[name])).ToDictionary(name => name, name => Canonical.Same(types.GetValueOrDefault(name), known[name], record[name]) || connection.Policies.Of(finding.Object, name).Policy == FieldPolicy.HubSpot ? known[name] : record[name]!, StringComparer.Ordinal);
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

    private void Stop(DbConnection db, DbTransaction transaction, Finding finding) => db.Execute(
        "update record set state = 3, problem = 'The record is not in HubSpot any more.', cause = 'ARCHIVED', fix = 'Restore it in HubSpot and the next pass goes on with it; it is not made again by itself.' where connection = @Name and object = @Object and record_key = @Key and state = 0",
        new { connection.Name, finding.Object, finding.Key }, transaction);
}
