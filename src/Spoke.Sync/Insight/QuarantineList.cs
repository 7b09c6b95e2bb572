using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Insight;

/// <summary>What waits for somebody to act: records HubSpot refused, and what the store sent that could not be read.</summary>
internal static class QuarantineList
{
    private sealed record Row(string Object, string Record_Key, string? Title, string? Problem, string? Cause, string? Fix, string? Record_Id, string? Correlation);

    public static IReadOnlyList<QuarantinedItem> Read(DbConnection db, string connection, int limit)
    {
        var records = db.Query<Row>("select object, record_key, title, problem, cause, fix, record_id, correlation from record where connection = @connection and state in (2, 3) order by object, record_key limit @limit", new { connection, limit });
        var changes = db.Query<(long Kind, string Id, string? Problem)>("select kind, platform_id, problem from intake where connection = @connection and state = 2 order by seq limit @limit", new { connection, limit });
        return
        [
            .. records.Select(row => new QuarantinedItem(row.Object, row.Title ?? row.Record_Key, row.Problem ?? "HubSpot refused it.", row.Cause, row.Fix, row.Record_Id) { CorrelationId = row.Correlation }),
            .. changes.Select(row => new QuarantinedItem(((EntityKind)row.Kind).Word(), row.Id, row.Problem ?? "It could not be read.", null, "Look at what the store sends; it is tried again when the store changes it.", null)),
        ];
    }
}
