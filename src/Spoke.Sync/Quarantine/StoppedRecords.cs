using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Quarantine;

/// <summary>Records that somebody archived in HubSpot. One that has been restored there is taken up again.</summary>
internal sealed class StoppedRecords(SyncDatabase database, HubSpotClient portal, string connection)
{
    private sealed record Stopped(string Object, string Record_Key, string Record_Id);

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
