using System.Text.Json;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Pulling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Finds out whether something else writes the money of our orders: another sync, HubSpot's own app for the platform. Two meanings in one field make every report wrong.</summary>
internal sealed class OtherWriters(SyncDatabase database, Connection connection)
{
    private const int Looked = 100;
    private static readonly string[] s_money = ["hs_total_price", "hs_subtotal_price", "hs_tax", "hs_refund_amount"];

    /// <summary>Looks at the orders we wrote last: one call, none where we have written none.</summary>
    /// <returns>Null: all have what we wrote.</returns>
    public async Task<PlanNotice?> LookAsync(CancellationToken cancellationToken)
    {
        var orders = await database.ReadAsync(db => db.Query<(string Id, string? Title, string Shadow)>(
            "select r.record_id, r.title, r.shadow from record r join ledger l on l.connection = r.connection and l.kind = 3 and l.platform_id = r.source_id where r.connection = @Name and r.object = 'orders' and r.state = 0 and r.record_id is not null and r.shadow is not null order by l.version desc, r.record_key limit @Looked", new { connection.Name, Looked }).AsList(), cancellationToken).ConfigureAwait(false);
        if (orders.Count == 0) return null;
        var found = await connection.Portal.Orders.BatchReadAsync([.. orders.Select(order => (RecordId)order.Id)], new ReadOptions { Properties = s_money }, new RequestOptions { Caller = connection.Name }, cancellationToken).ConfigureAwait(false);
        var other = orders.Zip(found).SelectMany(pair => Different(pair.First.Title ?? pair.First.Id, JsonSerializer.Deserialize(pair.First.Shadow, LedgerJson.Default.DictionaryStringString)!, pair.Second.Record)).ToList();
        return other.Count == 0 ? null : new PlanNotice("OtherWriter", other.Select(value => value.Order).Distinct().Count(),
            $"{other[0].Property} of {other[0].Order} is {other[0].There ?? "blank"} in HubSpot and we wrote {other[0].Ours}: somebody else writes it. Decide who owns the money of orders; if it is HubSpot's own Shopify app, which leaves out lines that were given back, money: native_compatible writes the same as it does.");
    }

    private static IEnumerable<(string Order, string Property, string Ours, string? There)> Different(string order, Dictionary<string, string> ours, CrmRecord? there) => there is null ? [] :
        s_money.Where(property => ours.ContainsKey(property) && !CanonicalValue.Same("number", ours[property], there[property])).Select(property => (order, property, ours[property], there[property]));
}
