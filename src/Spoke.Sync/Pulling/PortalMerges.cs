using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>
/// Follows what people merge in HubSpot. Links of the records that went move to the one that stayed. Were two of ours merged, they are one contact in the ledger too,
/// with one sum of orders; whatever else the merge changed there is compared like any other edit.
/// </summary>
internal sealed class PortalMerges(SyncDatabase database, string connection, TimeProvider time)
{
    /// <summary>The property that lists what went into a record.</summary>
    public const string MergedIds = "hs_merged_object_ids";

    /// <summary>Ids of the records that went into this one, as it says itself.</summary>
    public static IReadOnlyList<string> InTo(CrmRecord record) => record[MergedIds] is { Length: > 0 } gone ? gone.Split(';') : [];

    private sealed record Linked(string Record_Key, string Record_Id, string? Shadow, long State);

    /// <param name="stayed">The record that stayed, with the properties that are compared.</param>
    /// <param name="gone">Ids of the records that went into it.</param>
    /// <returns>Whether any of ours was among them.</returns>
    public async Task<bool> FollowAsync(string @object, CrmRecord stayed, IReadOnlyList<string> gone, CancellationToken cancellationToken)
    {
        var ids = gone.Append(stayed.Id.Value).Distinct().ToList();
        var rows = await database.ReadAsync(db => Rows(db, @object, ids), cancellationToken).ConfigureAwait(false);
        // A write by an old id reaches the record that stayed: both links may have come there without our having looked.
        if (rows.All(row => row.Record_Id == stayed.Id.Value) && rows.Count(row => @object == RecordObjects.Contacts || row.State != RecordState.Stopped) < 2) return false;
        return await database.WriteAsync((db, transaction) =>
        {
            var known = Rows(db, @object, ids);
            var keeper = known.OrderBy(row => row.Record_Id != stayed.Id.Value).ThenBy(row => row.Record_Key.Length).ThenBy(row => row.Record_Key, StringComparer.Ordinal).First();
            var others = known.Where(row => row.Record_Key != keeper.Record_Key).ToList();
            if (others.Count > 0 && @object != RecordObjects.Contacts)
            {
                // Two orders or two products cannot be one: whoever merged them has to part them again.
                foreach (var other in others) Stop(db, transaction, @object, other.Record_Key, keeper.Record_Key);
            }
            else
                foreach (var other in others) ContactUnion.Make(db, transaction, connection, other.Record_Key, keeper.Record_Key, time.GetUtcNow().ToUnixTimeMilliseconds(), "merged in HubSpot");
            Relink(db, transaction, @object, keeper, stayed);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    private List<Linked> Rows(DbConnection db, string @object, IReadOnlyList<string> ids) => db.Query<Linked>(
        $"select record_key, record_id, shadow, state from record where connection = @connection and object = @object and record_id {database.Dialect.Among("ids")}", new { connection, @object, ids }).AsList();

    private void Relink(DbConnection db, DbTransaction transaction, string @object, Linked row, CrmRecord stayed)
    {
        // What HubSpot has of the fields that only we write is not known any more: those are written anew.
        var shadow = row.Shadow is null ? [] : JsonSerializer.Deserialize(row.Shadow, LedgerJson.Default.DictionaryStringString)!;
        foreach (var property in shadow.Keys.Where(name => !stayed.Properties.ContainsKey(name)).ToList()) shadow[property] = "";
        db.Execute("update record set record_id = @id, shadow = @shadow, state = 1, generation = generation + 1, attempts = 0, due_at = 0, problem = null, cause = null, fix = null where connection = @connection and object = @object and record_key = @Record_Key",
            new { id = stayed.Id.Value, shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString), connection, @object, row.Record_Key }, transaction);
        EdgeStore.WantAgain(db, transaction, connection, @object, row.Record_Key);
        AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection, @object, row.Record_Key, AuditTrail.Merge, before: row.Record_Id, after: stayed.Id.Value, detail: "merged in HubSpot");
    }

    private void Stop(DbConnection db, DbTransaction transaction, string @object, string key, string keeper)
    {
        db.Execute(
            """
            update record set state = 3, problem = @problem, cause = 'MERGED', fix = 'In HubSpot the two records were merged; nothing can part them again. Archive the merged record, and both are made anew by spoke quarantine retry.'
            where connection = @connection and object = @object and record_key = @key
            """, new { connection, @object, key, problem = $"It was merged with {keeper} in HubSpot, and two records of a store cannot be one." }, transaction);
        AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection, @object, key, AuditTrail.Stopped, after: keeper, detail: "merged in HubSpot");
    }
}
