using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Consents;
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

    private sealed record Linked(string Record_Key, string Record_Id, string? Shadow);

    /// <param name="stayed">The record that stayed, with the properties that are compared.</param>
    /// <param name="gone">Ids of the records that went into it.</param>
    /// <returns>Whether any of ours was among them.</returns>
    public async Task<bool> FollowAsync(string @object, CrmRecord stayed, IReadOnlyList<string> gone, CancellationToken cancellationToken)
    {
        var ids = gone.Append(stayed.Id.Value).Distinct().ToList();
        var rows = await database.ReadAsync(db => Rows(db, @object, ids), cancellationToken).ConfigureAwait(false);
        // A write by an old id reaches the record that stayed: both links may have come there without our having looked.
        if (rows.All(row => row.Record_Id == stayed.Id.Value) && (rows.Count < 2 || @object != RecordObjects.Contacts)) return false;
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
                foreach (var other in others) Unite(db, transaction, other.Record_Key, keeper.Record_Key);
            Relink(db, transaction, @object, keeper, stayed);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    private List<Linked> Rows(DbConnection db, string @object, IReadOnlyList<string> ids) => db.Query<Linked>(
        $"select record_key, record_id, shadow from record where connection = @connection and object = @object and record_id {database.Dialect.Among("ids")}", new { connection, @object, ids }).AsList();

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

    /// <summary>One contact from now on, under the keeper's name: customers, orders, carts and their sums.</summary>
    private void Unite(DbConnection db, DbTransaction transaction, string gone, string keeper)
    {
        var names = new { connection, gone, keeper };
        db.Execute("insert into contact_merge (connection, contact_key, into_key) values (@connection, @gone, @keeper) on conflict (connection, contact_key) do update set into_key = excluded.into_key", names, transaction);
        db.Execute("update contact_merge set into_key = @keeper where connection = @connection and into_key = @gone", names, transaction);
        foreach (var (kind, id) in db.Query<(long, string)>("select kind, platform_id from ledger where connection = @connection and contact_key = @gone", names, transaction).AsList())
        {
            db.Execute("update ledger set contact_key = @keeper where connection = @connection and kind = @kind and platform_id = @id", new { connection, keeper, kind, id }, transaction);
            if ((EntityKind)kind == EntityKind.Order && LedgerStore.Find(db, transaction, connection, EntityKind.Order, id)?.State.Entity is Order order)
                AggregateStore.Move(db, transaction, connection, (gone, OrderContribution.Of(order)), (keeper, OrderContribution.Of(order)));
            DirtyMarks.ForMove(db, transaction, connection, new ContactKeys.Moved((EntityKind)kind, id, gone, keeper));
        }
        // What either of them has said holds for the one.
        ConsentStore.Unite(db, transaction, connection, gone, keeper);
        db.Execute("delete from edge where connection = @connection and to_object = 'contacts' and to_key = @gone", names, transaction);   // the orders' own plans ask for the keeper
        db.Execute("delete from edge where connection = @connection and from_object = 'contacts' and from_key = @gone", names, transaction);
        db.Execute("delete from taken where connection = @connection and object = 'contacts' and record_key = @gone", names, transaction);
        db.Execute("delete from given where connection = @connection and object = 'contacts' and record_key = @gone", names, transaction);
        db.Execute("delete from record where connection = @connection and object = 'contacts' and record_key = @gone", names, transaction);
        AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection, RecordObjects.Contacts, gone, AuditTrail.United, after: keeper, detail: "merged in HubSpot");
    }
}
