using System.Data.Common;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Quarantine;

/// <summary>Records that somebody archived in HubSpot. One that has been restored there is taken up again.</summary>
internal sealed class StoppedRecords(SyncDatabase database, HubSpotClient portal, string connection)
{
    private sealed record Stopped(string Object, string Record_Key, string Record_Id);

    /// <summary>These records were archived in HubSpot: those that are ours are not written any more.</summary>
    /// <returns>How many that were.</returns>
    public Task<int> StopAsync(string @object, IReadOnlyList<string> ids, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        var rows = db.Query<string>($"select record_key from record where connection = @connection and object = @object and state <> 3 and record_id {database.Dialect.Among("ids")}", new { connection, @object, ids }, transaction).AsList();
        foreach (var key in rows) Stop(db, transaction, connection, @object, key);
        return rows.Count;
    }, cancellationToken);

    public static void Stop(DbConnection db, DbTransaction transaction, string connection, string @object, string key)
    {
        db.Execute("update record set state = 3, problem = 'The record was archived in HubSpot.', cause = 'ARCHIVED', fix = 'Restore it in HubSpot and the next pass goes on with it; it is not made again by itself.' where connection = @connection and object = @object and record_key = @key", new { connection, @object, key }, transaction);
        EdgeStore.WantAgain(db, transaction, connection, @object, key);
    }

    /// <summary>Looks whether any has come back: a call a hundred, none where none is stopped.</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        var stopped = await database.ReadAsync(db => db.Query<Stopped>("select object, record_key, record_id from record where connection = @connection and state > 1 and state = 3 and record_id is not null", new { connection }).AsList(), cancellationToken).ConfigureAwait(false);
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
                    db.Execute("update record set state = 1, shadow = null, generation = generation + 1, attempts = 0, due_at = 0, problem = null, cause = null, fix = null where connection = @connection and object = @Object and record_key = @Record_Key",
                        new { connection, record.Object, record.Record_Key }, transaction);
                    EdgeStore.WantAgain(db, transaction, connection, record.Object, record.Record_Key);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
    }
}
