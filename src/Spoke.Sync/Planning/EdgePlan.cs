using System.Data.Common;
using Dapper;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Which associations a plan makes and removes.</summary>
internal static class EdgePlan
{
    private sealed record Row(string From_Object, string From_Key, string To_Object, string To_Key, long Type_Id, long State);

    private const string Columns = "select from_object, from_key, to_object, to_key, type_id, state from edge where connection = @connection";

    /// <summary>For the records of a page: what is wanted and not there, what is there and not wanted.</summary>
    /// <param name="companies">Those to companies too.</param>
    public static Dictionary<string, IReadOnlyList<PlannedEdge>> Of(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<PlanItem> items, bool companies = true)
    {
        if (@object is not (RecordObjects.Contacts or RecordObjects.Orders or RecordObjects.Carts)) return [];
        var keys = items.Select(item => item.Key).ToList();
        var known = db.Query<Row>($"{Columns} and from_object = @object and from_key {dialect.Among("keys")}", new { connection, @object, keys }).ToLookup(row => row.From_Key);
        return items.ToDictionary(item => item.Key, item => (IReadOnlyList<PlannedEdge>)[.. Of(item, [.. known[item.Key]]).Where(edge => companies || edge.Object != RecordObjects.Companies)], StringComparer.Ordinal);
    }

    /// <summary>Those that wait although their record is in step. Nothing to do where an end has no record.</summary>
    public static List<PlanLine> LeftOver(DbConnection db, string connection) =>
    [
        .. db.Query<Row>($"{Columns} and state <> 1 and state in (0, 2) and exists (select 1 from record r where r.connection = edge.connection and r.object = edge.from_object and r.record_key = edge.from_key and r.state in (0, 2) and r.record_id is not null)", new { connection })
            .GroupBy(row => (row.From_Object, row.From_Key))
            .Select(group => new PlanLine(connection, group.Key.From_Object, group.Key.From_Key, PlanLine.Associations, null, 0, "", new Dictionary<string, string?>(), [.. group.Select(row => new PlannedEdge(row.To_Object, row.To_Key, row.Type_Id, row.State == EdgeState.Unwanted))])),
    ];

    private static IReadOnlyList<PlannedEdge> Of(PlanItem item, List<Row> known)
    {
        if (item.Desired is not { } desired) return [];
        var there = known.Where(row => row.State is EdgeState.There or EdgeState.Dropped).Select(row => (row.To_Object, row.To_Key)).ToHashSet();
        var wanted = desired.Edges.Select(edge => (edge.ToObject, edge.ToKey)).ToHashSet();
        return
        [
            .. desired.Edges.Where(edge => !there.Contains((edge.ToObject, edge.ToKey))).Select(edge => new PlannedEdge(edge.ToObject, edge.ToKey, edge.TypeId, Remove: false)),
            .. known.Where(row => row.State != EdgeState.Removed && !wanted.Contains((row.To_Object, row.To_Key))).Select(row => new PlannedEdge(row.To_Object, row.To_Key, row.Type_Id, Remove: true)),
        ];
    }
}
