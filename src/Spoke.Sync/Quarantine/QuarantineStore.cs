using System.Data.Common;
using Dapper;
using Spoke.Sync.Consents;
using Spoke.Sync.Pulling;

namespace Spoke.Sync.Quarantine;

/// <summary>What waits for somebody to act: records and associations HubSpot refused, records stopped, changes that could not be read.</summary>
internal static class QuarantineStore
{
    private sealed record Refused(string Object, string Record_Key, string? Property, string? Cause, string? Problem, string? Fix);

    private sealed record Unagreed(string Contact_Key, long State, string? Problem, string? Fix);

    private sealed record Untaken(string Object, string Record_Key, string Property, string? Problem, string? Fix);

    private sealed record Unreadable(string Platform_Id, string? Problem);

    public static int Count(DbConnection db, string connection) => db.ExecuteScalar<int>(
        @"select (select count(*) from record where connection = @connection and state > 1) + (select count(*) from intake where connection = @connection and state = 2) + (select count(*) from taken where connection = @connection and state = 2)
            + (select count(*) from consent where connection = @connection and state in (2, 3))", new { connection });

    /// <summary>The same, by reason: the most frequent first.</summary>
    public static IReadOnlyList<QuarantineGroup> Groups(DbConnection db, string connection, int limit) =>
    [
        .. db.Query<Refused>("select object, record_key, property, cause, problem, fix from record where connection = @connection and state > 1 order by record_key", new { connection })
            .GroupBy(row => (row.Object, row.Property, row.Cause))
            .Select(group => new QuarantineGroup(group.Key.Object, group.Key.Property, group.Key.Cause, group.Count(), group.First().Record_Key, group.First().Problem ?? "", group.First().Fix ?? ""))
            .Concat(db.Query<Unreadable>("select platform_id, problem from intake where connection = @connection and state = 2 order by seq", new { connection })
                .GroupBy(row => row.Problem)
                .Select(group => new QuarantineGroup("intake", null, "UNREADABLE", group.Count(), group.First().Platform_Id, group.Key ?? "", "Report it with what the store sent; the next pass tries again.")))
            .Concat(db.Query<Untaken>("select object, record_key, property, problem, fix from taken where connection = @connection and state = 2 order by record_key", new { connection })
                .GroupBy(row => (row.Object, row.Property, row.Problem))
                .Select(group => new QuarantineGroup(group.Key.Object, group.Key.Property, "STORE_REFUSED", group.Count(), group.First().Record_Key, group.Key.Problem ?? "", group.First().Fix ?? "")))
            .Concat(db.Query<Unagreed>("select contact_key, state, problem, fix from consent where connection = @connection and state in (2, 3) order by contact_key", new { connection })
                .GroupBy(row => (row.State, row.Problem))
                .Select(group => new QuarantineGroup("contacts", "consent", group.Key.State == ConsentRow.Parked ? "CONSENT_PARKED" : "CONSENT_REFUSED", group.Count(), group.First().Contact_Key, group.Key.Problem ?? "", group.First().Fix ?? "")))
            .OrderByDescending(group => group.Count).Take(limit),
    ];

    /// <summary>Tries everything again: a complete pass finds out whether what was wrong has been mended.</summary>
    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection)
    {
        // The attempt before counts: what is taken by another record is not waited for again.
        db.Execute("update record set state = 1, generation = generation + 1, attempts = 1, due_at = 0 where connection = @connection and state > 1 and state = 2", new { connection }, transaction);
        db.Execute("update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and state <> 1 and state = 3", new { connection }, transaction);
        TakenStore.RetryAll(db, transaction, connection);
        ConsentStore.RetryAll(db, transaction, connection);
        db.Execute("update intake set state = 0, problem = null where connection = @connection and state = 2", new { connection }, transaction);
    }
}
