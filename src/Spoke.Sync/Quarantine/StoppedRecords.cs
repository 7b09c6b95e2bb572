using System.Data.Common;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Insight;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Quarantine;

/// <summary>Records that somebody archived in HubSpot. One that has been restored there is taken up again.</summary>
internal sealed class StoppedRecords(SyncDatabase database, HubSpotClient portal, string connection, TimeProvider time)
{
    private sealed record Stopped(string Object, string Record_Key, string Record_Id);

    /// <summary>These records were archived in HubSpot: those that are ours are not written any more.</summary>
    /// <returns>How many that were.</returns>
    public Task<int> StopAsync(string @object, IReadOnlyList<string> ids, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        var rows = db.Query<(string Key, string? Sent)>($"select record_key, sent from record where connection = @connection and object = @object and state <> 3 and record_id {database.Dialect.Among("ids")}", new { connection, @object, ids }, transaction).AsList();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return rows.Count(row => row.Sent == SentProperties.Removal ? Heard(db, transaction, connection, @object, row.Key) : Stop(db, transaction, connection, @object, row.Key, now));
    }, cancellationToken);

    /// <summary>It was our own removal, of which we had not heard: the record begins without a link, should the store have it again.</summary>
    private static bool Heard(DbConnection db, DbTransaction transaction, string connection, string @object, string key)
    {
        db.Execute("update record set record_id = null, shadow = null, sent = null, state = 1, attempts = 0, due_at = 0 where connection = @connection and object = @object and record_key = @key", new { connection, @object, key }, transaction);
        EdgeStore.WantAgain(db, transaction, connection, @object, key);
        return false;
    }

    /// <summary>The record is not in HubSpot any more, and it is not ours to make it again.</summary>
    /// <param name="found">By archiving, as HubSpot said; else it was looked for and not found, and only what was in step stops.</param>
    /// <returns>Whether it went on until now.</returns>
    public static bool Stop(DbConnection db, DbTransaction transaction, string connection, string @object, string key, long now, bool found = true)
    {
        var row = new { connection, @object, key, problem = found ? "The record was archived in HubSpot." : "The record is not in HubSpot any more." };
        var id = db.QueryFirstOrDefault<string?>("select record_id from record where connection = @connection and object = @object and record_key = @key", row, transaction);
        var stopped = db.Execute(
            $"""
            update record set state = 3, problem = @problem, cause = 'ARCHIVED', fix = 'Restore it in HubSpot and the next pass goes on with it; it is not made again by itself.', correlation = null
            where connection = @connection and object = @object and record_key = @key and state {(found ? "<> 3" : "= 0")}
            """, row, transaction) > 0;
        if (!stopped) return false;
        EdgeStore.WantAgain(db, transaction, connection, @object, key);
        AuditTrail.Add(db, transaction, now, connection, @object, key, AuditTrail.Archived, before: id, detail: found ? "was archived in HubSpot by somebody" : "was not found in HubSpot any more");
        return true;
    }

    /// <summary>This record was restored in HubSpot, whether or not we had heard that it was archived.</summary>
    public static void Restored(DbConnection db, DbTransaction transaction, string connection, string @object, string id)
    {
        foreach (var key in db.Query<string>("select record_key from record where connection = @connection and object = @object and record_id = @id", new { connection, @object, id }, transaction).AsList())
            EdgeStore.CameBack(db, transaction, connection, @object, key);
    }

    /// <summary>Looks whether any has come back: a call a hundred, none where none is stopped.</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        var stopped = await database.ReadAsync(db => db.Query<Stopped>("select object, record_key, record_id from record where connection = @connection and state > 1 and state = 3 and coalesce(record_id, '') <> ''", new { connection }).AsList(), cancellationToken).ConfigureAwait(false);
        foreach (var group in stopped.GroupBy(s => s.Object))
        {
            var records = group.ToList();
            var found = await portal.Objects(group.Key).BatchReadAsync([.. records.Select(r => (RecordId)r.Record_Id)], null, null, cancellationToken).ConfigureAwait(false);
            var back = records.Where((_, i) => found[i].Succeeded).ToList();
            if (back.Count == 0) continue;
            await database.WriteAsync((db, transaction) =>
            {
                foreach (var record in back)
                {
                    db.Execute($"update record set state = 1, sent = '{SentProperties.All}', generation = generation + 1, attempts = 0, due_at = 0, problem = null, cause = null, fix = null where connection = @connection and object = @Object and record_key = @Record_Key",
                        new { connection, record.Object, record.Record_Key }, transaction);
                    EdgeStore.CameBack(db, transaction, connection, record.Object, record.Record_Key);
                    AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection, record.Object, record.Record_Key, AuditTrail.Restored, after: record.Record_Id);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
    }
}
