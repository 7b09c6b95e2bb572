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
        if (!items.Any(ByValue)) return items;
        // Who is in step has what it should have, and nobody else should have that.
        var holders = db.Query<Holder>("select record_key, shadow from record where connection = @connection and object = @object and record_id is not null and state > 0 and shadow is not null", new { connection, @object }).AsList();
        if (holders.Count == 0) return items;
        var shadows = holders.Select(holder => (holder.Record_Key, Seen: JsonSerializer.Deserialize(holder.Shadow, LedgerJson.Default.DictionaryStringString)!)).ToList();
        var held = new Dictionary<string, ILookup<string, string>>(StringComparer.Ordinal);
        return [.. items.Select(item => ByValue(item) && Held(item.Desired!.IdProperty)[item.Desired.IdValue].Any(key => key != item.Key) ? ByKey(item) : item)];

        ILookup<string, string> Held(string property) => held.TryGetValue(property, out var known) ? known : held[property] =
            shadows.Where(s => s.Seen.ContainsKey(property)).ToLookup(s => s.Seen[property], s => s.Record_Key, StringComparer.OrdinalIgnoreCase);
    }

    private static bool ByValue(PlanItem item) => item is { Action: PlanAction.Create, Desired.IdProperty: not SpokeKey.Property };

    private static PlanItem ByKey(PlanItem item) => item with { Desired = item.Desired! with { IdProperty = SpokeKey.Property, IdValue = item.Desired.Properties[SpokeKey.Property] } };
}
