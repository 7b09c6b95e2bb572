using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Quarantine;

/// <summary>What waits for somebody to act: records and associations HubSpot refused, records stopped, changes that could not be read.</summary>
internal static class QuarantineStore
{
    public static int Count(DbConnection db, string connection) => db.ExecuteScalar<int>(
        "select (select count(*) from record where connection = @connection and state in (2, 3)) + (select count(*) from intake where connection = @connection and state = 2)", new { connection });

    /// <summary>Tries everything again: a complete pass finds out whether what was wrong has been mended.</summary>
    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection)
    {
        // The attempt before counts: what is taken by another record is not waited for again.
        db.Execute("update record set state = 1, generation = generation + 1, attempts = 1, due_at = 0 where connection = @connection and state = 2", new { connection }, transaction);
        db.Execute("update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and state = 3", new { connection }, transaction);
        db.Execute("update intake set state = 0, problem = null where connection = @connection and state = 2", new { connection }, transaction);
    }
}
