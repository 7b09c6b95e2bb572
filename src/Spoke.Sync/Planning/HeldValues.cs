using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>
/// Addresses and SKUs that records of ours still have in HubSpot and may be about to give up. A new record must not be looked for by one of them:
/// it would find the other record and take it over. It is made under its own key and waits for the value if need be.
/// </summary>
internal static class HeldValues
{
    private sealed record Holder(string Record_Key, string Shadow);

    /// <summary>The items, those to be made by a value that another record holds by their own key instead.</summary>
    public static IReadOnlyList<PlanItem> Avoid(DbConnection db, string connection, string @object, IReadOnlyList<PlanItem> items)
    {
        var wanted = items.Where(ByValue).GroupBy(item => item.Desired!.IdProperty).ToDictionary(group => group.Key, group => group.Select(item => item.Desired!.IdValue).ToHashSet(StringComparer.OrdinalIgnoreCase));
        if (wanted.Count == 0) return items;
        var held = Held(db, connection, @object, wanted).ToLookup(holder => (holder.Property, holder.Value.ToUpperInvariant()), holder => holder.Key);
        return held.Count == 0 ? items : [.. items.Select(item => ByValue(item) && held[(item.Desired!.IdProperty, item.Desired.IdValue.ToUpperInvariant())].Any(key => key != item.Key) ? ByKey(item) : item)];
    }

    // Who is in step has what it should have, and nobody else should have that. One row at a time: after records were taken over there may be very many.
    private static IEnumerable<(string Property, string Value, string Key)> Held(DbConnection db, string connection, string @object, Dictionary<string, HashSet<string>> wanted)
    {
        foreach (var holder in db.Query<Holder>("select record_key, shadow from record where connection = @connection and object = @object and record_id is not null and state > 0 and shadow is not null", new { connection, @object }, buffered: false))
        {
            var seen = JsonSerializer.Deserialize(holder.Shadow, LedgerJson.Default.DictionaryStringString)!;
            foreach (var (property, values) in wanted)
                if (seen.TryGetValue(property, out var value) && values.Contains(value)) yield return (property, value, holder.Record_Key);
        }
    }

    private static bool ByValue(PlanItem item) => item is { Action: PlanAction.Create, Desired.IdProperty: not SpokeKey.Property };

    private static PlanItem ByKey(PlanItem item) => item with { Desired = item.Desired! with { IdProperty = SpokeKey.Property, IdValue = item.Desired.Properties[SpokeKey.Property] } };
}
