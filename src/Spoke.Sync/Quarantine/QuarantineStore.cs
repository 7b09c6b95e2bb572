using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Quarantine;

/// <summary>What waits for somebody to act: records and associations HubSpot refused, records stopped, changes that could not be read.</summary>
internal static class QuarantineStore
{
    private sealed record Row(string What, string? Property, string? Cause, long Held, string Example, string Problem, string Fix);

    public static int Count(DbConnection db, string connection) => db.ExecuteScalar<int>(
        "select (select count(*) from record where connection = @connection and state > 1) + (select count(*) from intake where connection = @connection and state = 2)", new { connection });

    /// <summary>The same, by reason: the most frequent first.</summary>
    public static IReadOnlyList<QuarantineGroup> Groups(DbConnection db, string connection, int limit) =>
    [
        .. db.Query<Row>(
            """
            select object as what, property, cause, count(*) as held, min(record_key) as example, coalesce(min(problem), '') as problem, coalesce(min(fix), '') as fix from record
            where connection = @connection and state > 1 group by object, property, cause
            """, new { connection })
        .Concat(db.Query<Row>(
            """
            select 'intake' as what, '' as property, 'UNREADABLE' as cause, count(*) as held, min(platform_id) as example, coalesce(min(problem), '') as problem, 'Report it with what the store sent; the next pass tries again.' as fix
            from intake where connection = @connection and state = 2 having count(*) > 0
            """, new { connection }))
        .OrderByDescending(row => row.Held).Take(limit).Select(row => new QuarantineGroup(row.What, row.Property is { Length: > 0 } property ? property : null, row.Cause, (int)row.Held, row.Example, row.Problem, row.Fix)),
    ];

    /// <summary>Tries everything again: a complete pass finds out whether what was wrong has been mended.</summary>
    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection)
    {
        // The attempt before counts: what is taken by another record is not waited for again.
        db.Execute("update record set state = 1, generation = generation + 1, attempts = 1, due_at = 0 where connection = @connection and state > 1 and state = 2", new { connection }, transaction);
        db.Execute("update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and state <> 1 and state = 3", new { connection }, transaction);
        db.Execute("update intake set state = 0, problem = null where connection = @connection and state = 2", new { connection }, transaction);
    }
}
