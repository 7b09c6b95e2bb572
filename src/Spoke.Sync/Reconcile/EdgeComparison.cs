using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Reconcile;

/// <summary>Compares the associations of a page of records: they do not move a record's modified date, so they are read by themselves.</summary>
internal sealed class EdgeComparison(SyncDatabase database, Connection connection, string @object, DriftTally tally)
{
    private sealed record Edge(string From_Key, string To_Object, string To_Key, long Type_Id, long State, string? To_Id);

    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };

    private static readonly Dictionary<string, (string Object, int TypeId)[]> s_ends = new(StringComparer.Ordinal)
    {
        [RecordObjects.Contacts] = [(RecordObjects.Companies, AssociationIds.ContactToCompany)],
        [RecordObjects.Orders] = [(RecordObjects.Companies, AssociationIds.OrderToCompany), (RecordObjects.Contacts, AssociationIds.OrderToContact), (RecordObjects.LineItems, AssociationIds.OrderToLineItem), (RecordObjects.Carts, AssociationIds.OrderToCart)],
        [RecordObjects.Carts] = [(RecordObjects.Contacts, AssociationIds.CartToContact), (RecordObjects.LineItems, AssociationIds.CartToLineItem)],
    };

    public async Task CompareAsync(IReadOnlyList<ComparedRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0 || !s_ends.TryGetValue(@object, out var ends)) return;
        var byId = rows.ToDictionary(row => row.Record_Id!, row => row.Record_Key, StringComparer.Ordinal);
        foreach (var (to, typeId) in ends)
        {
            if (to == RecordObjects.Companies && !await database.ReadAsync(db => CompanyKeys.Any(db, connection.Name), cancellationToken).ConfigureAwait(false)) continue;
            var there = (await connection.Portal.Associations.BatchReadAsync(@object, to, [.. byId.Keys.Select(id => (RecordId)id)], _inTurn, cancellationToken).ConfigureAwait(false))
                .Select(found => (From: byId[found.From.Value], To: found.To.Value)).ToHashSet();
            var known = await KnownAsync([.. byId.Values], to, cancellationToken).ConfigureAwait(false);
            foreach (var edge in known.Where(edge => edge is { State: EdgeState.There, To_Id: not null } && !there.Contains((edge.From_Key, edge.To_Id))))
                Tell(edge.From_Key, to, edge.To_Key, edge.Type_Id, wanted: true, "Somebody removed it in HubSpot.");
            if (to == RecordObjects.Companies) continue;   // people and HubSpot itself may associate as many as they like
            // One too many is ours to mend only where its other end is ours; what people associate is theirs.
            var ours = await OursAsync(to, [.. there.Select(edge => edge.To).Except(known.Select(edge => edge.To_Id ?? "")).Distinct()], cancellationToken).ConfigureAwait(false);
            var planned = known.Where(edge => edge.State != EdgeState.Removed).Select(edge => (edge.From_Key, edge.To_Key)).ToHashSet();
            foreach (var (from, id) in there)
                if (ours.TryGetValue(id, out var key) && !planned.Contains((from, key))) Tell(from, to, key, typeId, wanted: false, "Somebody made it in HubSpot.");
        }
    }

    private void Tell(string from, string to, string toKey, long typeId, bool wanted, string cause) => tally.Add(new Finding(@object, from, DriftKind.Association, null, to, toKey, typeId, wanted),
        () => new DriftExample(@object, from, null, "association", $"{to} {toKey}", wanted ? "associated" : null, wanted ? null : "associated", cause));

    private Task<List<Edge>> KnownAsync(IReadOnlyList<string> keys, string to, CancellationToken cancellationToken) => database.ReadAsync(db => db.Query<Edge>(
        $"""
        select e.from_key, e.to_object, e.to_key, e.type_id, e.state, t.record_id as to_id from edge e
        left join record t on t.connection = e.connection and t.object = e.to_object and t.record_key = e.to_key and t.state <> 3
        where e.connection = @Name and e.from_object = @object and e.to_object = @to and e.from_key {database.Dialect.Among("keys")}
        """, new { connection.Name, @object, to, keys }).AsList(), cancellationToken);

    private Task<Dictionary<string, string>> OursAsync(string to, IReadOnlyList<string> ids, CancellationToken cancellationToken) => database.ReadAsync(db => ids.Count == 0 ? [] : db.Query<(string Id, string Key)>(
        $"select record_id, record_key from record where connection = @Name and object = @to and record_id {database.Dialect.Among("ids")}", new { connection.Name, to, ids }).ToDictionary(row => row.Id, row => row.Key, StringComparer.Ordinal), cancellationToken);
}
