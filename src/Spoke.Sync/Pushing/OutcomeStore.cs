using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>Keeps what became of pushed records: link, shadow and state of a record change together or not at all.</summary>
internal sealed class OutcomeStore(SyncDatabase database, string connection, TimeProvider time)
{
    private const int RecentKept = 500;

    public Task KeepAsync(IReadOnlyList<PushOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count == 0) return Task.CompletedTask;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync((db, transaction) =>
        {
            foreach (var outcome in outcomes) Keep(db, transaction, outcome, now);
            db.Execute("delete from recent where seq <= (select max(seq) from recent) - @RecentKept", new { RecentKept }, transaction);
        }, cancellationToken);
    }

    private void Keep(DbConnection db, DbTransaction transaction, PushOutcome outcome, long now)
    {
        var item = outcome.Item;
        var key = new { connection, @object = item.Object, key = item.Key, generation = item.Generation };
        switch (outcome.Result)
        {
            case PushResult.Unchanged when item.Action == PlanAction.Forget:
            case PushResult.Archived:
                db.Execute("delete from edge where connection = @connection and ((from_object = @object and from_key = @key) or (to_object = @object and to_key = @key))", key, transaction);
                db.Execute("delete from record where connection = @connection and object = @object and record_key = @key and generation = @generation", key, transaction);
                // Marked again while it was being archived: what comes next begins without a link.
                db.Execute("update record set record_id = null, shadow = null where connection = @connection and object = @object and record_key = @key", key, transaction);
                if (outcome.Result == PushResult.Archived) Remember(db, transaction, outcome, "archived", null, now);
                break;
            case PushResult.Unchanged:
            case PushResult.Written:
                // A mark made while the push was under way has a newer generation and stays.
                db.Execute(
                    """
                    update record set record_id = @recordId, shadow = @shadow, title = @title, problem = null, cause = null, fix = null, attempts = 0,
                        state = case when generation = @generation then 0 else 1 end
                    where connection = @connection and object = @object and record_key = @key
                    """,
                    new { recordId = outcome.RecordId, shadow = JsonSerializer.Serialize(new Dictionary<string, string>(item.Desired!.Properties), LedgerJson.Default.DictionaryStringString), title = item.Desired.Title, connection, @object = item.Object, key = item.Key, generation = item.Generation }, transaction);
                KeepEdges(db, transaction, item);
                if (outcome.Result == PushResult.Written) Remember(db, transaction, outcome, outcome.Created ? "created" : "updated", null, now);
                break;
            case PushResult.RetryLater:
                var wait = Math.Min(1000L << Math.Min(item.Attempts, 10), 300_000);
                db.Execute("update record set attempts = attempts + 1, due_at = @due, problem = @problem where connection = @connection and object = @object and record_key = @key",
                    new { due = now + wait, problem = outcome.Error!.Message, connection, @object = item.Object, key = item.Key }, transaction);
                break;
            case PushResult.Quarantined:
                db.Execute("update record set state = case when generation = @generation then 2 else 1 end, title = @title, problem = @problem, cause = @cause, fix = @fix where connection = @connection and object = @object and record_key = @key",
                    new { title = item.Desired?.Title, problem = outcome.Error!.Message, cause = outcome.Error.Cause ?? outcome.Error.Category, fix = outcome.Error.Fix, connection, @object = item.Object, key = item.Key, generation = item.Generation }, transaction);
                Remember(db, transaction, outcome, "quarantined", outcome.Error.Fix ?? outcome.Error.Message, now);
                break;
        }
    }

    /// <summary>Wanted associations that are not there wait as state 0; those no longer wanted wait for removal as state 2.</summary>
    private void KeepEdges(DbConnection db, DbTransaction transaction, PlanItem item)
    {
        var desired = item.Desired!.Edges;
        if (item.Object is not (RecordObjects.Orders or RecordObjects.Carts)) return;
        var known = db.Query<(string Object, string Key)>("select to_object, to_key from edge where connection = @connection and from_object = @object and from_key = @key and state <> 2", new { connection, @object = item.Object, key = item.Key }, transaction).ToHashSet();
        foreach (var edge in desired)
            if (!known.Remove((edge.ToObject, edge.ToKey)))
                db.Execute("insert into edge (connection, from_object, from_key, to_object, to_key, type_id, state) values (@connection, @object, @key, @ToObject, @ToKey, @TypeId, 0) on conflict do update set state = 0",
                    new { connection, @object = item.Object, key = item.Key, edge.ToObject, edge.ToKey, edge.TypeId }, transaction);
        foreach (var (toObject, toKey) in known)
            db.Execute("update edge set state = 2 where connection = @connection and from_object = @object and from_key = @key and to_object = @toObject and to_key = @toKey", new { connection, @object = item.Object, key = item.Key, toObject, toKey }, transaction);
    }

    private void Remember(DbConnection db, DbTransaction transaction, PushOutcome outcome, string what, string? detail, long now) => db.Execute(
        "insert into recent (at, connection, what, object, title, detail, record_id) values (@now, @connection, @what, @object, @title, @detail, @recordId)",
        new { now, connection, what, @object = outcome.Item.Object, title = outcome.Item.Desired?.Title ?? outcome.Item.Key, detail, recordId = outcome.RecordId }, transaction);
}
